"""Tables and charts of the Kelly chapters, and the chapters on logs that give them little to say."""

from __future__ import annotations

from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from nija_research import data, estimate, report
from nija_research.errors import ParameterError
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
    options = {"level": 0.95, "draws": 200, "block": 1, "rng": 1, "max_exposure": found.bound * (1.0 - 1e-6)}
    robust = estimate.joint_interval(COIN, "robust", **options).total
    safe = estimate.joint_interval(COIN, "constrained", alpha=0.7, beta=0.1, **options).total
    stakes = np.array([found.fraction, 0.5 * found.fraction, found.shrunk, safe.value, robust.value])
    assert estimate.growth_curve(COIN, stakes).argmax() == 0
    assert estimate.drawdown_bound(COIN, safe.value, 0.7) == pytest.approx(0.1)
    assert robust.value < found.shrunk < found.fraction
    for interval in (found.interval, robust, safe):
        assert interval.low <= interval.value <= interval.high


def test_advice_says_first_what_is_not_known():
    said = estimate.advice_of(estimate.kelly_from_trades([1.0] * 13 + [-1.0]))
    assert (said.answer, said.stake) == ("nothing yet", 0.0)
    unknown = estimate.kelly_from_trades([1.0] * 20)
    assert estimate.advice_of(unknown).answer == "not known from these trades"
    assert unknown.summary().startswith("No stake is fixed; possible: 0.000 to 1.000.")


def test_a_leverage_is_bounded_by_the_worst_trade_or_by_nothing():
    wins = estimate.kelly_from_trades([0.01, 0.02] * 30, "leverage")
    assert wins.interval == (0.0, np.inf)
    assert f"{wins.interval:.3f}" == "0.000 or more, without a bound"
    # Nine trades fix nothing; the worst lost 5 %: twenty times equity is all that it survives.
    few = estimate.kelly_from_trades([0.02] * 8 + [-0.05], "leverage")
    assert few.interval == pytest.approx((0.0, 20.0))
    assert few.bound == pytest.approx(20.0)
    # A share at risk has its bound of 1.
    assert estimate.kelly_from_trades([0.01, 0.02] * 30, "risk").interval == (0.0, 1.0)


def test_an_estimate_is_a_row():
    found = estimate.kelly_from_trades(COIN, block=1)
    row = found.to_frame().iloc[0]
    assert (row["full Kelly"], row["low"], row["high"]) == (found.fraction, *found.interval)
    assert (row["unit"], row["trades"], row["shrunken"]) == ("risk", 200, found.shrunk)
    assert estimate.kelly_from_trades([1.0] * 20).to_frame()[["full Kelly", "shrunken"]].isna().all(axis=None)
    assert f"{found.fraction:.3f} ({found.interval:.3f}, 95%)" in found.summary()


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


def test_no_probability_is_printed_as_nought():
    texts = [estimate.p_text(p) for p in (0.0, 0.0004, 0.001, 0.25, None, np.nan)]
    assert texts == ["< .001", "< .001", "0.001", "0.250", "–", "–"]


def test_the_trades_that_a_rise_takes_have_an_interval():
    full = estimate.kelly_log_optimal(COIN)
    stakes = 0.25 * full, 0.30 * full
    few, most = estimate.trades_to_raise_interval(COIN, *stakes, rng=1)
    assert few < estimate.trades_to_raise(COIN, *stakes) < most
    fair = [1.0, -1.0] * 40  # half of the resamples do not win: the larger stake is then never justified
    assert estimate.trades_to_raise_interval([*fair, 1.0], 0.0025, 0.003, rng=1).high == np.inf


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


def shown(done):
    """What an executed notebook shows, as text."""
    outputs = [o for c in nbformat.read(done, 4).cells for o in c.get("outputs", []) if "data" in o]
    return "\n".join(str(o["data"].get("text/plain", "")) for o in outputs)


@pytest.mark.slow
def test_the_chapter_names_repeats_and_does_not_count_them(tmp_path, kernels):
    coins = np.random.default_rng(11).normal(0.02, 0.02, 40)
    path = tmp_path / "clones.csv"
    pd.concat([log(coins)] * 5, ignore_index=True).sort_values("exit_time").to_csv(path, index=False)
    given = {"trades": str(path), "prices": "", "draws": 200}
    done = report.run_notebook(NOTEBOOKS / "20_kelly_fraction.ipynb", given, tmp_path / "out", kernels=kernels)
    text = shown(done)
    assert "160 trades repeat another one" in text
    assert "200 trades in 40 runs that share their time" in text
    p = estimate.p_text(estimate.serial_dependence(coins, rng=1).p_value)
    assert f"p: {p}" in text


def test_joint_stakes_add_up():
    joint = pd.DataFrame({"one": COIN, "two": np.roll(COIN, 7)})
    options = {"max_exposure": 1.0, "level": 0.95, "rng": 1}
    together = estimate.joint_interval(joint, **options).total
    for rule, more in (("portfolio", {}), ("constrained", {"alpha": 0.7, "beta": 0.1}), ("robust", {})):
        found = estimate.joint_interval(joint, rule, **more, **options)
        table = found.to_frame(["one", "two"]).set_index("bet")
        assert list(table.index) == ["one", "two", "sum"]
        assert table.loc["sum", "stake"] == pytest.approx(table.loc[["one", "two"], "stake"].sum())
        assert table.loc["sum", "stake"] <= together.value + 1e-9
        assert tuple(table.loc["one", ["low", "high"]]) == tuple(found.intervals[0])
        assert table.loc["sum", "shrunken"] == pytest.approx(found.shrunk.sum())
    assert f"{together.value:.3f} in all" in estimate.joint_interval(joint, **options).summary()
    assert estimate.joint_interval(np.append([1.0, -1.0] * 40, 1.0)).total.low == 0.0


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
            if name == "losses":  # where all trades together earn no stake, no part of them does
                labels = shown(done).split("full Kelly\tlow\thigh\tuse\n")[1].splitlines()
                assert {line.split("\t")[-1] for line in labels if line.count("\t") == 5} == {"0.000"}
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
    tasks = bind_plan(plan, week="2026-W47", parameters=[f"others={others}"])
    task = next(t for t in tasks if t.name == "21_kelly_portfolio")
    assert [file for file, name, _ in task.files if name == "others"] == ["b.csv", "c.csv"]
    assert str(tmp_path) not in str(task.readable["others"])
    (tmp_path / "c.csv").write_text((tmp_path / "b.csv").read_text().replace("0.02", "0.03"))
    again = bind_plan(plan, week="2026-W47", parameters=[f"others={others}"])
    assert next(t for t in again if t.name == "21_kelly_portfolio").key != task.key
    with pytest.raises(ParameterError, match="no such file"):
        bind_plan(plan, week="2026-W47", parameters=["others=missing.csv"])
    assert data.bundled()
