"""Tables and charts of the Kelly chapters, and the chapters on logs that give them little to say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nija_research import data, estimate, report
from nija_research.errors import ParameterError
from nija_research.report import kelly_charts, kelly_tables, portfolio_tables
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
    table = kelly_tables.rules(COIN, found, alpha=0.7, beta=0.1, rng=1).set_index("rule")
    assert table.loc["full Kelly", "stake"] == found.fraction
    assert table["growth"].idxmax() == "full Kelly"
    assert table.loc["risk-constrained", "P(ever below 70%)"] == pytest.approx(0.1)
    assert table.loc["robust", "stake"] < table.loc["shrunken", "stake"] < found.fraction


def test_every_rule_has_an_interval():
    found = estimate.kelly_from_trades(COIN, block=1)
    table = kelly_tables.rules(COIN, found, alpha=0.7, beta=0.1, rng=1).set_index("rule")
    assert ((table["low"] <= table["stake"]) & (table["stake"] <= table["high"])).all()
    assert (table.loc["half Kelly", ["low", "high"]] * 2).tolist() == pytest.approx(list(found.interval))


def test_advice_says_first_what_is_not_known():
    row = kelly_tables.advice(estimate.kelly_from_trades([1.0] * 13 + [-1.0])).iloc[0]
    assert (row["stake"], row["trades"], row["unit"]) == ("nothing yet", 14, "share of equity at risk")
    row = kelly_tables.advice(estimate.kelly_from_trades([1.0] * 20)).iloc[0]
    assert row["stake"] == "not known from these trades"
    assert "all that is possible" in row["interval"]


def test_a_leverage_is_bounded_by_the_worst_trade_or_by_nothing():
    wins = estimate.kelly_from_trades([0.01, 0.02] * 30, "leverage")
    assert wins.interval == (0.0, np.inf)
    text = kelly_tables.advice(wins).iloc[0]["interval"]
    assert "without a bound" in text
    assert "1.000" not in text
    # Nine trades fix nothing; the worst lost 5 %: twenty times equity is all that it survives.
    few = estimate.kelly_from_trades([0.02] * 8 + [-0.05], "leverage")
    assert few.interval == pytest.approx((0.0, 20.0))
    assert "20.000, which the worst trade seen just does not survive" in kelly_tables.advice(few).iloc[0]["interval"]
    # A share at risk has its bound of 1.
    assert estimate.kelly_from_trades([0.01, 0.02] * 30, "risk").interval == (0.0, 1.0)


STRONG = np.random.default_rng(3).normal(0.01, 0.02, 400)


def test_the_smaller_of_the_shrunken_and_the_risk_constrained_stake_is_advised():
    found = estimate.kelly_from_trades(STRONG, "leverage", draws=400)
    safe = estimate.safe_stake(STRONG, found)
    assert 0.0 < safe < found.shrunk
    said = estimate.advice_of(found, safe)
    assert said.stake == safe
    assert f"{found.shrunk:.3f}" in said.reason
    assert estimate.drawdown_bound(STRONG, said.stake, 0.7) <= 0.1 + 1e-9  # what the page promises of it
    assert estimate.drawdown_bound(STRONG, found.shrunk, 0.7) > 0.5
    assert estimate.advice_of(found, 2.0 * found.shrunk).stake == found.shrunk
    looser = estimate.safe_stake(STRONG, found, 0.5, 0.4)
    assert looser > safe
    week = estimate.stake_change(log(STRONG), "2025-02-03", "leverage", draws=400)
    assert week.now.stake == pytest.approx(estimate.safe_stake(STRONG[: week.estimate_now.n], week.estimate_now))


def test_ends_that_are_the_largest_stake_considered_say_so():
    found = estimate.kelly_from_trades(STRONG, "leverage", draws=400)
    assert found.bound == pytest.approx(1.0 / -STRONG.min())
    table = kelly_tables.rules(STRONG, found, alpha=0.7, beta=0.1, rng=1)
    note = kelly_tables.clipped(table, found)
    at = table.loc[table["high"] >= found.bound * (1.0 - 1e-5), "rule"].tolist()
    assert at
    assert all(name in note for name in at)
    assert f"{found.bound:.3f}" in note
    assert "10.000" not in table.map(str).to_string()
    assert "1 / its loss" in kelly_tables.advice(found).iloc[0]["interval"]
    assert not kelly_tables.clipped(
        kelly_tables.rules(COIN, coin := estimate.kelly_from_trades(COIN, block=1), alpha=0.7, beta=0.1, rng=1), coin
    )


def test_no_probability_is_printed_as_nought():
    assert [kelly_tables.chance(p) for p in (0.0, 0.0004, 0.001, 0.25, None)] == [
        "< .001",
        "< .001",
        "0.001",
        "0.250",
        "–",
    ]


def test_rises_need_more_trades_the_smaller_they_are():
    full = estimate.kelly_log_optimal(COIN)
    table = kelly_tables.rises(COIN, full, 0.25, 0.30, rng=1)
    wanted = estimate.trades_to_raise(COIN, 0.25 * full, 0.30 * full * (1 - 1e-9))
    assert table["trades needed"].iloc[0] == f"{wanted:,}"
    assert len(table) == 3
    few, most = estimate.trades_to_raise_interval(COIN, 0.25 * full, 0.30 * full * (1 - 1e-9), rng=1)
    assert few < wanted < most
    fair = [1.0, -1.0] * 40  # half of the resamples do not win: the larger stake is then never justified
    assert "never" in kelly_tables.rises(np.array([*fair, 1.0]), 0.01, 0.25, 0.30, rng=1)["at most"].tolist()


def test_stakes_by_label_are_given_only_where_all_trades_earn_one():
    entries = log(COIN * 0.02)
    days = pd.date_range("2023-12-30", periods=202, freq="D", tz="UTC")
    known = pd.Series(np.where(np.arange(202) % 20 < 10, "BULL_TRENDING", "RANGING"), index=days, name="filtered")
    told = kelly_tables.labels(estimate.kelly_by_label(entries, known, "leverage", draws=200))
    assert told["label"].tolist() == ["bull trending", "ranging", "all"]
    assert set(told["use"]) == {told["use"].iloc[0]}
    assert told["use"].iloc[0] > 0.0
    fair = log(np.where(np.arange(80) % 2, 0.01, -0.01))
    assert kelly_tables.labels(estimate.kelly_by_label(fair, known, "leverage", draws=200))["use"].max() == 0.0


def test_copies_of_trades_make_nothing_known_better():
    # 20 coins, ten trades on each at once: the order and the number of 200 trades say no more than those of 20.
    coins = np.random.default_rng(11).normal(0.02, 0.02, 20)
    once, clones = log(coins), pd.concat([log(coins)] * 10, ignore_index=True).sort_values("exit_time")
    bets = estimate.non_overlapping(clones, clones["return"].to_numpy())
    assert bets == pytest.approx(coins)
    alone, copied = (estimate.serial_dependence(x, rng=1).p_value for x in (once["return"], clones["return"]))
    assert copied < 0.01 < 0.05 < alone
    assert estimate.serial_dependence(bets, rng=1).p_value == alone
    # Without entries, trades that closed at the same moment are known to share their time.
    assert estimate.non_overlapping(clones.drop(columns="entry_time"), clones["return"].to_numpy()) == pytest.approx(
        coins
    )
    assert estimate.non_overlapping(once, coins) == pytest.approx(coins)
    assert kelly_tables.shared_time(once, coins) == ""
    assert kelly_tables.shared_time(clones, bets) == "200 trades in 20 runs that share their time, each taken as one."
    assert kelly_tables.shared_time(clones, bets[:3]).startswith("Not known: 200 trades in 3 runs")


@pytest.mark.slow
def test_the_chapter_names_repeats_and_does_not_count_them(tmp_path, kernels):
    import nbformat

    coins = np.random.default_rng(11).normal(0.02, 0.02, 40)
    path = tmp_path / "clones.csv"
    pd.concat([log(coins)] * 5, ignore_index=True).sort_values("exit_time").to_csv(path, index=False)
    given = {"trades": str(path), "prices": "", "draws": 200}
    done = report.run_notebook(NOTEBOOKS / "20_kelly_fraction.ipynb", given, tmp_path / "out", kernels=kernels)
    outputs = [o for c in nbformat.read(done, 4).cells for o in c.get("outputs", []) if "data" in o]
    text = "\n".join(str(o["data"].get("text/plain", "")) for o in outputs)
    assert "160 trades repeat another one" in text
    assert "200 trades in 40 runs that share their time" in text
    p = kelly_tables.chance(estimate.serial_dependence(coins, rng=1).p_value)
    assert f"p: {p}" in text


def test_changes_name_every_bot_and_the_week():
    logs = {"one": log(COIN * 0.02), "two": log(COIN[:80] * 0.02)}
    table = portfolio_tables.changes(logs, "", None, level=0.95, draws=200, rng=1).set_index("bot")
    assert list(table.index) == ["one", "two"]
    assert "No trade closed" in table.loc["two", "why"]  # the last week is that of the other bot
    assert "new trade" in table.loc["one", "why"]
    with pytest.raises(ParameterError, match="ISO week"):
        portfolio_tables.changes(logs, "2024-13", None, level=0.95, draws=200, rng=1)


def test_joint_stakes_add_up():
    joint = pd.DataFrame({"one": COIN, "two": np.roll(COIN, 7)})
    found = portfolio_tables.joint_answers(joint, max_exposure=1.0, alpha=0.7, beta=0.1, level=0.95, rng=1)
    table = portfolio_tables.joint_stakes(joint.columns, found).set_index(["way", "bot"])
    for way in ("together", "constrained", "robust"):
        part = table.loc[way]
        assert part.loc["sum", "stake"] == pytest.approx(part.loc[["one", "two"], "stake"].sum())
        assert part.loc["sum", "stake"] <= table.loc[("together", "sum"), "stake"] + 1e-9
    text = portfolio_tables.joint_ranges(joint.columns, found).set_index("bot")
    one = table.loc[("robust", "one")]
    assert text.loc["one", "robust"] == f"{one['stake']:.3f} ({one['low']:.3f} to {one['high']:.3f})"
    assert list(text.columns) == ["together", "at most", "constrained", "robust"]
    least = min(found["together"].shrunk.sum(), found["constrained"].total.value)
    assert text.loc["sum", "at most"] == f"{least:.3f}"
    none = portfolio_tables.joint_ranges(joint.columns, found, advised=False)
    assert set(none["at most"]) == {"nothing yet"}


def test_nothing_is_advised_together_where_no_bot_has_a_stake():
    strong = estimate.joint_interval(pd.DataFrame({"one": COIN, "two": np.roll(COIN, 7)}), max_exposure=1.0)
    assert portfolio_tables.joint_refusal(strong, ["at most 0.1", "nothing yet"]) == ""
    assert "No bot has a stake" in portfolio_tables.joint_refusal(strong, ["nothing yet", "not known yet"])
    weak = estimate.joint_interval(np.append([1.0, -1.0] * 40, 1.0))
    assert weak.total.low == 0.0
    assert "holds 0" in portfolio_tables.joint_refusal(weak, ["at most 0.1"])


def test_units_of_stakes_are_named_in_words():
    table = portfolio_tables.bots({"one": log(COIN * 0.02)}, None, level=0.95, draws=200, rng=1)
    assert table["unit"].tolist() == ["multiple of equity"]
    stakes = pd.DataFrame([("one", "robust", 0.1, 0.0, 0.3)], columns=["bot", "way", "stake", "low", "high"])
    assert "multiple of equity" in kelly_charts.stakes_by_bot(stakes, measure="multiple of equity").get_ylabel()


def test_charts_show_what_they_are_given():
    watch = estimate.monitor_rise(COIN, 0.05, 0.06)
    ax = kelly_charts.evidence(watch)
    assert ax.lines[0].get_ydata()[1:] == pytest.approx(watch.evidence)
    assert ax.get_ylim()[1] > watch.needed
    ax = kelly_charts.frontier(COIN)
    assert max(ax.lines[1].get_ydata()) == pytest.approx(100, abs=0.5)
    rows = [("one", "alone", 0.2, 0.1, 0.3), ("two", "alone", 0.1, 0.0, 0.2), ("one", "robust", 0.1, 0.0, 0.3)]
    stakes = pd.DataFrame(rows, columns=["bot", "way", "stake", "low", "high"])
    drawn = kelly_charts.stakes_by_bot(stakes)
    assert [y for line in drawn.lines for y in line.get_ydata()] == [0.2, 0.1, 0.1]
    spans = [tuple(path.vertices[:, 1]) for group in drawn.collections for path in group.get_paths()]
    assert spans == [(0.1, 0.3), (0.0, 0.2), (0.0, 0.3)]
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
    from nija_research.report.tasks import bind_plan

    plan = report.load_plan(NOTEBOOKS.parent / "reports" / "weekly.toml")
    for name in ("b", "c"):
        log(COIN[:20] * 0.02).to_csv(tmp_path / f"{name}.csv", index=False)
    others = f"{tmp_path}/b.csv, {tmp_path}/c.csv"
    tasks, files = bind_plan(plan, week="2026-W47", parameters=[f"others={others}"])
    assert {"b.csv", "c.csv"} <= {file for file, name, _ in files if name == "others"}
    task = next(t for t in tasks if t.name == "21_kelly_portfolio")
    assert str(tmp_path) not in str(task.bound["others"])
    (tmp_path / "c.csv").write_text((tmp_path / "b.csv").read_text().replace("0.02", "0.03"))
    again, _ = bind_plan(plan, week="2026-W47", parameters=[f"others={others}"])
    assert next(t for t in again if t.name == "21_kelly_portfolio").key != task.key
    with pytest.raises(ParameterError, match="no such file"):
        bind_plan(plan, week="2026-W47", parameters=["others=missing.csv"])
    assert data.bundled()
