"""What a log hides: overlaps, scale-outs, stakes that go with losses, dependence, regimes, and last week's answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nija_research import estimate
from nija_research.errors import ParameterError
from nija_research.estimate.kelly.advice import advice_of, advise


def table(returns, entries=None, hours=None, **columns):
    n = len(returns)
    start = pd.to_datetime(["2024-01-01"] * n, utc=True) + pd.to_timedelta(
        np.arange(n) * 24 if entries is None else np.asarray(entries), unit="h"
    )
    log = pd.DataFrame({"symbol": "A", "side": 1, "entry_time": start, "return": np.asarray(returns, dtype=float)})
    log["exit_time"] = start + pd.to_timedelta(np.full(n, 12) if hours is None else np.asarray(hours), unit="h")
    for name, values in columns.items():
        log[name] = values
    return log


COIN = np.where(np.random.default_rng(1).random(80) < 0.6, 1.0, -1.0)


def test_uniqueness_by_hand():
    # First trade 0 to 10 h, second 5 to 15 h: alone for half of each life, two open for the other half: .75 each.
    assert estimate.uniqueness(table([0.1, 0.1], [0, 5], [10, 10])) == pytest.approx([0.75, 0.75])
    assert estimate.effective_trades(table([0.1] * 4, [0] * 4, [10] * 4)) == pytest.approx(1.0)
    assert estimate.effective_trades(table([0.1] * 4)) == 4.0
    # The next trade may open when the last one closes.
    assert estimate.effective_trades(table([0.1, 0.1], [0, 10], [10, 10])) == pytest.approx(2.0)
    # Two markets that are traded at once may be one bet, and a symbol may be missing.
    for symbol in (["A", "B"], ["A", None], [pd.NA, pd.NA]):
        both = table([0.1, 0.1], [0, 0], [10, 10], symbol=symbol)
        assert estimate.effective_trades(both) == pytest.approx(1.0)
    assert len(estimate.uniqueness(both.iloc[:0])) == 0
    # Trades that open and close at one stamp.
    assert estimate.effective_trades(table([0.1] * 3, [0, 0, 5], [0, 0, 0])) == pytest.approx(2.0)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), min_size=1, max_size=30),
)
def test_uniqueness_against_counting_hour_by_hour(spans):
    spans = [(a, b + 1) for a, b in spans]
    log = table([0.0] * len(spans), [a for a, _ in spans], [b for _, b in spans])
    open_at = np.array([[a <= h < a + b for h in range(100)] for a, b in spans])
    count = open_at.sum(axis=0)
    wanted = [(row / np.maximum(count, 1))[row].mean() for row in open_at]
    assert estimate.uniqueness(log) == pytest.approx(wanted)


def test_scale_outs_are_one_position():
    legs = table(
        [0.02, 0.04, -0.01],
        [0, 0, 48],
        [5, 9, 3],
        net_pnl=[2.0, 4.0, -1.0],
        stake=[100.0, 100.0, 100.0],
    )
    whole = estimate.positions(legs)
    assert whole["return"].tolist() == pytest.approx([0.03, -0.01])
    assert whole["net_pnl"].tolist() == [6.0, -1.0]
    assert whole["stake"].tolist() == [200.0, 100.0]
    assert list(whole.columns) == list(legs.columns)
    assert estimate.effective_trades(whole) == 2.0


def test_overlaps_widen_the_interval_and_few_independent_trades_fix_nothing():
    apart = estimate.kelly_from_trades(table(COIN))
    legs = table(np.repeat(COIN, 4), np.repeat(np.arange(80) * 24, 4))
    copied = estimate.kelly_from_trades(legs)
    blind = estimate.kelly_from_trades(np.repeat(COIN, 4), block=1)
    assert copied.effective == pytest.approx(80.0)
    assert "worth 80" in copied.why
    assert copied.fraction == pytest.approx(apart.fraction)
    # Four copies of each trade know no more than one; taken as independent they would look twice as sure.
    width = [k.interval[1] - k.interval[0] for k in (apart, copied, blind)]
    assert width[1] > 0.8 * width[0]
    assert width[2] < 0.7 * width[0]
    assert estimate.kelly_from_trades(legs, block=1).block == 4  # no shorter than the overlap, whatever is asked for
    few = estimate.kelly_from_trades(table(COIN[:14], [0] * 14, [12] * 14))
    assert not few.identified
    assert "worth 1.0 independent" in few.why


def test_concurrent_trades_share_the_stake():
    # Two trades always open together with the same outcome: the stake per trade is half of Kelly.
    log = table(np.repeat(COIN, 2), np.repeat(np.arange(80) * 24, 2))
    single = estimate.kelly_from_trades(table(COIN))
    found = estimate.kelly_concurrent(log)
    assert found.fraction == pytest.approx(single.fraction / 2)
    assert found.n == 160
    assert found.effective == 80.0
    assert not estimate.kelly_concurrent(table(COIN, np.arange(80) * 6)).identified  # never flat: one bet


def test_the_average_trade_wins_and_the_account_loses():
    returns, stake = [0.02] * 70 + [-0.03] * 30, [100.0] * 70 + [1000.0] * 30
    log = table(returns, stake=stake, net_pnl=np.multiply(returns, stake))
    found = estimate.stake_weighting(log)
    assert found.equal_mean == pytest.approx(0.005)
    assert found.pnl == pytest.approx(140.0 - 900.0)
    assert found.contradicts
    assert found.p_value < 0.01
    assert found.equal_kelly > 0.0
    assert found.sized_kelly == 0.0
    assert "the account loses (-760.00)" in found.why
    kelly = estimate.kelly_from_trades(log, "leverage")
    assert found.why in kelly.notes
    assert kelly.why.startswith(found.why)
    assert (advice_of(kelly).stake, advice_of(kelly).reason) == (0.0, found.why.removesuffix("."))
    assert not estimate.kelly_from_trades(log.assign(stake=100.0), "leverage").notes


def test_random_stakes_are_not_accused():
    # 200 logs whose stakes have nothing to do with the outcome: p below .05 in about 5 %, standard error .015.
    rng, low = np.random.default_rng(2), 0
    for k in range(200):
        log = table(rng.normal(0, 0.02, 40), stake=rng.exponential(100.0, 40))
        low += estimate.stake_weighting(log, rng=k).p_value < 0.05
    assert low / 200 < 0.05 + 3 * 0.0155


def test_dependence_test_keeps_its_level_and_finds_dependence():
    rng, low, found = np.random.default_rng(3), 0, 0
    for k in range(200):
        fair = np.where(rng.random(60) < 0.55, rng.exponential(1.0, 60), -1.0)
        low += estimate.serial_dependence(fair, draws=199, rng=k).p_value < 0.05
        fresh, outcomes = rng.random(60) < 0.55, np.empty(60, dtype=bool)
        source = np.maximum.accumulate(np.where((rng.random(60) >= 0.5) | (np.arange(60) == 0), np.arange(60), 0))
        outcomes = fresh[source]
        found += estimate.serial_dependence(np.where(outcomes, 1.0, -1.0), draws=199, rng=k).p_value < 0.05
    assert low / 200 <= 0.05 + 3 * 0.0155  # 200 histories: standard error .015
    assert found / 200 > 0.7


def test_runs_by_hand():
    found = estimate.serial_dependence([1, 1, -1, -1, 1, -1])
    assert found.runs == 4
    assert found.expected_runs == pytest.approx(1 + 2 * 3 * 3 / 6)
    assert found.after_win == pytest.approx(1 / 3)  # after wins 1, 2 and 5: a win, a loss, a loss
    assert found.after_loss == pytest.approx(1 / 2)
    for short in ([], [1.0], [1.0] * 30, [-1.0] * 30):
        assert estimate.serial_dependence(short).p_value == 1.0


def streak(r):
    """Larger after a win, smaller after a loss."""
    return np.concatenate([[1.0], np.where(r[:-1] > 0.0, 1.25, 0.75)])


def test_a_streak_rule_is_not_worth_it_on_independent_trades_and_is_on_dependent_ones():
    rng = np.random.default_rng(4)
    fair = np.where(rng.random(400) < 0.55, 1.0, -1.0)
    assert not estimate.rule_value(fair, 0.1, streak, draws=199).worth_testing
    fresh = rng.random(400) < 0.55
    source = np.maximum.accumulate(np.where((rng.random(400) >= 0.5) | (np.arange(400) == 0), np.arange(400), 0))
    found = estimate.rule_value(np.where(fresh[source], 1.0, -1.0), 0.1, streak, draws=199)
    assert found.worth_testing
    assert found.growth > found.flat_growth
    assert found.p_value < 0.05


def test_a_rule_that_looks_ahead_is_refused():
    with pytest.raises(ParameterError, match="looks ahead"):
        estimate.rule_value(COIN, 0.1, lambda r: np.where(r > 0, 1.2, 0.8))


def labels_of(returns, log, good):
    """Daily labels, stamped with the beginning of their day, of which the day before the entry names the regime."""
    days = pd.date_range("2023-12-31", periods=len(returns) + 1, freq="D", tz="UTC")
    return pd.Series([*good, good[-1]], index=days, name="filtered")


def test_labels_are_those_known_at_entry():
    log = table([0.1, 0.1], [0, 30])  # enters at 1 January 00:00 and 2 January 06:00
    days = pd.date_range("2023-12-30", periods=4, freq="D", tz="UTC")
    labels = pd.Series(["a", "b", "c", "d"], index=days)
    # The bar of 31 December ends when 1 January begins: it is known at 00:00, that of 1 January is not.
    assert estimate.labels_at_entry(log, labels).tolist() == ["b", "c"]
    assert estimate.labels_at_entry(log, labels, stamps="close").tolist() == ["c", "d"]
    assert estimate.labels_at_entry(log, labels.iloc[3:]).tolist() == ["UNKNOWN", "UNKNOWN"]
    spoiled = labels.copy()
    spoiled.iloc[2:] = "z"  # 1 January and later: the first trade must not see it
    assert estimate.labels_at_entry(log, spoiled)[0] == "b"


def test_regimes_that_matter_get_their_own_stakes_and_others_do_not():
    rng = np.random.default_rng(5)
    good = np.repeat(rng.random(40) < 0.5, 10)
    returns = np.where(rng.random(400) < np.where(good, 0.65, 0.40), 1.0, -1.0)
    log = table(returns)
    told = estimate.kelly_by_label(log, labels_of(returns, log, np.where(good, "BULL", "BEAR")), draws=300)
    assert told.p_value < 0.05
    assert told.stakes["BULL"] > told.pooled.shrunk > told.stakes["BEAR"]
    assert told.by_label["BULL"].n + told.by_label["BEAR"].n == 400
    blind = np.repeat(rng.random(40) < 0.5, 10)
    nothing = estimate.kelly_by_label(log, labels_of(returns, log, np.where(blind, "X", "Y")), draws=300)
    assert nothing.p_value > 0.05
    assert set(nothing.stakes.values()) == {nothing.pooled.shrunk}


@pytest.mark.parametrize("name", ["smoothed regime", "Viterbi path"])
def test_hindsight_is_refused(name):
    log = table(COIN)
    labels = labels_of(COIN, log, np.full(80, "A"))
    with pytest.raises(ParameterError, match="hindsight"):
        estimate.kelly_by_label(log, labels.rename(name))
    labels.attrs["hindsight"] = True
    with pytest.raises(ParameterError, match="hindsight"):
        estimate.labels_at_entry(log, labels)
    labels.attrs["hindsight"] = False
    assert estimate.labels_at_entry(log, labels).tolist() == ["A"] * 80


@pytest.mark.parametrize(
    ("changes", "stake", "words"),
    [
        ({}, 0.15, "at most 0.150"),
        ({"p_no_edge": 0.2}, 0.0, "nothing yet"),
        ({"fraction": 0.0}, 0.0, "nothing yet"),
        ({"identified": False, "fraction": None}, None, "not known from"),
        ({"n": 30}, None, "not known yet"),
        ({"low": 0.0}, 0.0, "nothing yet"),
        ({"low": 0.05}, 0.15, "at most 0.150"),
    ],
)
def test_advice(changes, stake, words):
    found = advise(**{"identified": True, "fraction": 0.2, "shrunk": 0.15, "p_no_edge": 0.01, "n": 90, **changes})
    assert found.stake == stake
    assert words in found.answer


def test_last_week_against_this_week():
    rng = np.random.default_rng(6)
    returns = np.where(rng.random(120) < 0.68, 1.0, -1.0)
    log = table(returns)  # a trade a day from Monday 1 January 2024
    week = estimate.stake_change(log, "2024-03-04", "risk", draws=300)  # 4 March is trade 64
    assert week.new_trades == 7
    first, second = (estimate.kelly_from_trades(log.iloc[:n], draws=300) for n in (63, 70))
    # The smaller of the shrunken stake and the risk-constrained one on the same trades.
    held = [estimate.kelly_risk_constrained(returns[:n], 0.7, 0.1).fraction for n in (63, 70)]
    assert week.before.stake == pytest.approx(min(first.shrunk, held[0]))
    assert week.now.stake == pytest.approx(min(second.shrunk, held[1]))
    loose = estimate.stake_change(log, "2024-03-04", "risk", draws=300, alpha=0.1, beta=0.9)
    assert loose.now.stake == pytest.approx(second.shrunk)
    assert week.estimate_now == second
    assert "7 new trades" in week.why
    quiet = estimate.stake_change(log, "2025-03-03", "risk", draws=300)
    assert quiet.before == quiet.now
    assert "No trade closed" in quiet.why
    early = estimate.stake_change(log, "2024-02-19", "risk", draws=300)  # 49 trades before, 56 after
    assert early.before.stake is None
    assert "from “not known yet”" in early.why


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: estimate.stake_change(table(COIN), "2024-03-05"), "must be a Monday"),
        (lambda: estimate.uniqueness(pd.DataFrame({"return": [0.1]})), "entry_time"),
        (lambda: estimate.uniqueness(table([0.1, 0.1], [0, 5], [5, -2])), "trade 2 closes before"),
        (lambda: estimate.stake_weighting(pd.DataFrame({"return": [0.1]})), "column 'stake'"),
        (lambda: estimate.stake_weighting(table([0.1], stake=[0.0])), "above it"),
        (lambda: estimate.stake_weighting(table([], stake=[])), "at least one"),
        (lambda: estimate.serial_dependence([0.1, np.nan]), r"returns\[1\]"),
        (lambda: estimate.serial_dependence([0.1], lags=0), "lags"),
        (lambda: estimate.kelly_by_label(table(COIN), ["A"] * 80), "pandas Series"),
        (lambda: estimate.kelly_from_trades(COIN, interval="bca"), "studentised"),
        (lambda: estimate.joint_returns({}), "at least one bot"),
    ],
)
def test_wrong_input(call, words):
    with pytest.raises(ParameterError, match=words):
        call()
