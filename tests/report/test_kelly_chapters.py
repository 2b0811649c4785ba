"""Tables and charts of the Kelly chapters, and the chapters on logs that give them little to say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nija_research import data, estimate, report
from nija_research.errors import ParameterError
from nija_research.report import kelly_charts, kelly_tables
from nija_research.report import kernels as rooms

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
COIN = np.where(np.random.default_rng(1).random(200) < 0.6, 1.0, -1.0)


def log(returns, start="2024-01-01", stake=100.0):
    entry = pd.date_range(start, periods=len(returns), freq="D", tz="UTC")
    return pd.DataFrame(
        {
            "symbol": "BTC",
            "entry_time": entry,
            "exit_time": entry + pd.Timedelta(hours=6),
            "stake": stake,
            "return": returns,
            "net_pnl": np.round(np.asarray(returns) * stake, 8),
        }
    )


def test_rules_stand_side_by_side():
    found = estimate.kelly_from_trades(COIN, block=1)
    table = kelly_tables.rules(COIN, found, alpha=0.7, beta=0.1, max_exposure=1.0, rng=1).set_index("rule")
    assert table.loc["full Kelly", "stake"] == found.fraction
    assert table["growth"].idxmax() == "full Kelly"
    assert table.loc["risk-constrained", "P(ever below 70%)"] == pytest.approx(0.1)
    assert table.loc["robust", "stake"] < table.loc["shrunken", "stake"] < found.fraction


def test_rises_need_more_trades_the_smaller_they_are():
    table = kelly_tables.rises(COIN, estimate.kelly_log_optimal(COIN), 0.25, 0.30)
    assert table["trades needed"].iloc[0] == estimate.trades_to_raise(
        COIN, *(0.25 * estimate.kelly_log_optimal(COIN), 0.30 * estimate.kelly_log_optimal(COIN) * (1 - 1e-9))
    )
    assert len(table) == 3


def test_changes_name_every_bot_and_the_week():
    logs = {"one": log(COIN * 0.02), "two": log(COIN[:80] * 0.02)}
    table = kelly_tables.changes(logs, "", None, level=0.95, draws=200, rng=1).set_index("bot")
    assert list(table.index) == ["one", "two"]
    assert "No trade closed" in table.loc["two", "why"]  # the last week is that of the other bot
    assert "new trade" in table.loc["one", "why"]
    with pytest.raises(ParameterError, match="ISO week"):
        kelly_tables.changes(logs, "2024-13", None, level=0.95, draws=200, rng=1)


def test_joint_stakes_add_up():
    joint = pd.DataFrame({"one": COIN, "two": np.roll(COIN, 7)})
    table = kelly_tables.joint_stakes(joint, max_exposure=1.0, alpha=0.7, beta=0.1).set_index("bot")
    assert table.loc["sum", "together"] == pytest.approx(table.loc[["one", "two"], "together"].sum())
    assert max(table.loc["sum", ["robust", "constrained"]]) <= table.loc["sum", "together"] + 1e-9


def test_charts_show_what_they_are_given():
    watch = estimate.monitor_rise(COIN, 0.05, 0.06)
    ax = kelly_charts.evidence(watch)
    assert ax.lines[0].get_ydata()[1:] == pytest.approx(watch.evidence)
    assert ax.get_ylim()[1] > watch.needed
    ax = kelly_charts.frontier(COIN)
    assert max(ax.lines[1].get_ydata()) == pytest.approx(100, abs=0.5)
    stakes = pd.DataFrame({"bot": ["one", "two"], "alone": [0.2, 0.1], "together": [0.15, 0.05]})
    bars = [p.get_height() for p in kelly_charts.stakes_by_bot(stakes).patches]
    assert bars == [0.2, 0.1, 0.15, 0.05]
    for chart in (ax, kelly_charts.stakes_by_bot(stakes)):
        assert chart.get_ylabel()


HUGE = np.random.default_rng(2).normal(-0.002, 0.01, 60)
HUGE[30] = 3.0
ODD = {
    "fourteen": [0.01] * 13 + [-0.03],
    "wins": [0.01, 0.02] * 10,
    "losses": [-0.01, -0.02] * 10,
    "one": [0.01],
    "huge": HUGE.tolist(),
}


@pytest.fixture(scope="module")
def kernels():
    with rooms.Kernels(forked=True) as forked:
        yield forked


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_chapters_have_an_answer_for_odd_logs(tmp_path, kernels, name):
    path = tmp_path / f"{name}.csv"
    log(ODD[name]).to_csv(path, index=False)
    for chapter in ("20_kelly_fraction", "21_kelly_portfolio"):
        given = {"trades": str(path), "draws": 200}
        done = report.run_notebook(NOTEBOOKS / f"{chapter}.ipynb", given, tmp_path / "out", kernels=kernels)
        found = report.read_records(done)
        if chapter == "20_kelly_fraction":
            assert found["identified"] is (name in ("fourteen", "losses", "huge"))
            assert found["rise_earned"] is False
        else:
            assert found["bots"] == ["BTC"]
            assert found["this_week"][0] in ("not known from these trades", "nothing yet", "not known yet")


@pytest.mark.slow
def test_bots_that_never_met_get_no_joint_stake(tmp_path, kernels):
    for name, start in (("early", "2023-01-02"), ("late", "2024-01-01")):
        log(COIN[:80] * 0.02, start).to_csv(tmp_path / f"{name}.csv", index=False)
    given = {"trades": str(tmp_path / "early.csv"), "others": str(tmp_path / "late.csv"), "draws": 200}
    done = report.run_notebook(NOTEBOOKS / "21_kelly_portfolio.ipynb", given, tmp_path / "out", kernels=kernels)
    found = report.read_records(done)
    assert found["bots"] == ["early", "late"]
    assert found["together"] is None
    assert found["periods"] == 0


def test_the_report_knows_the_files_of_all_bots(tmp_path):
    from nija_research.report.binding import tasks_of

    plan = report.load_plan(NOTEBOOKS.parent / "reports" / "weekly.toml")
    for name in ("b", "c"):
        log(COIN[:20] * 0.02).to_csv(tmp_path / f"{name}.csv", index=False)
    others = f"{tmp_path}/b.csv, {tmp_path}/c.csv"
    tasks, files = tasks_of(plan, week="2026-W47", parameters=[f"others={others}"])
    assert {"b.csv", "c.csv"} <= {file for file, name, _ in files if name == "others"}
    task = next(t for t in tasks if t.name == "21_kelly_portfolio")
    assert str(tmp_path) not in str(task.bound["others"])
    (tmp_path / "c.csv").write_text((tmp_path / "b.csv").read_text().replace("0.02", "0.03"))
    again, _ = tasks_of(plan, week="2026-W47", parameters=[f"others={others}"])
    assert next(t for t in again if t.name == "21_kelly_portfolio").key != task.key
    with pytest.raises(ParameterError, match="no such file"):
        tasks_of(plan, week="2026-W47", parameters=["others=missing.csv"])
    assert data.bundled()
