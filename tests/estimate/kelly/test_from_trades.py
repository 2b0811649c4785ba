"""Kelly from trade returns: identities, edges, and how often its interval is right."""

from __future__ import annotations

import math

import interval_coverage as coverage
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nija_research.errors import ParameterError
from nija_research.estimate import growth_curve, kelly_from_trades, kelly_log_optimal, unit_of
from nija_research.estimate.kelly.bootstrap import block_length
from nija_research.estimate.kelly.formulas import log_optimal_rows

EVEN = [1.0] * 55 + [-1.0] * 45


def table(returns, **columns):
    return pd.DataFrame({"return": returns, "net_pnl": np.asarray(returns) * 100.0, **columns})


def test_even_money():
    found = kelly_from_trades(EVEN, block=1)
    assert found.fraction == pytest.approx(0.1, abs=1e-9)
    # sd of the plug-in 2p - 1 is 2 sqrt(.55 .45 / 100) = .0995: the interval is about .1 -/+ .195, cut at 0.
    assert found.interval == pytest.approx((0.0, 0.295), abs=0.03)
    # P(Binomial(100, .55) <= 50) = .183.
    assert found.p_no_edge == pytest.approx(0.183, abs=0.03)
    assert 0.0 < found.shrunk < found.fraction


@pytest.mark.parametrize("method", ["log", "payoff", "binary"])
def test_methods_agree_where_they_must(method):
    assert kelly_from_trades(EVEN, method=method, block=1).fraction == pytest.approx(0.1, abs=1e-9)


def test_methods_differ_where_they_must():
    returns = [0.2] * 70 + [-0.1] * 20 + [-1.0] * 10
    # p/l - q/w with l = (20 x .1 + 10 x 1) / 30 = .4: .7/.4 - .3/.2 = .25.
    assert kelly_from_trades(returns, method="payoff").fraction == pytest.approx(0.25)
    assert kelly_from_trades(returns, method="binary").fraction == pytest.approx(0.4)
    log = kelly_from_trades(returns).fraction
    around = growth_curve(returns, [log - 1e-4, log, log + 1e-4])
    assert around[1] == around.max()


def test_leverage_scales_with_the_unit_and_risk_past_the_whole_account_is_no_answer():
    returns = np.array(EVEN) * 0.02
    assert kelly_from_trades(returns, "leverage", block=1).fraction == pytest.approx(0.1 / 0.02)
    risk = kelly_from_trades(returns, "risk", block=1)
    assert not risk.identified
    assert risk.fraction is None
    assert risk.interval == (0.0, 1.0)
    assert "column risk" in risk.why
    assert risk.p_no_edge == pytest.approx(0.183, abs=0.03)


def test_unit_of_a_log():
    assert unit_of(table(EVEN)) == "leverage"
    assert unit_of(table(EVEN, risk=np.full(100, 2.0))) == "risk"
    assert unit_of(table(EVEN, risk=[np.nan] + [2.0] * 99)) == "leverage"


def test_money_left_out_is_worked_out_or_asked_for():
    trades = table(np.array(EVEN) * 0.02, risk=np.full(100, 2.0), stake=np.full(100, 100.0))
    trades["net_pnl"] = np.nan
    assert kelly_from_trades(trades, block=1).fraction == pytest.approx(0.1)
    trades["stake"] = np.nan
    with pytest.raises(ParameterError, match="'net_pnl' of trade 1 is missing"):
        kelly_from_trades(trades)


@pytest.mark.parametrize("n", [14, 30])
def test_an_edge_that_is_not_there_is_not_found_too_often_in_few_trades(n):
    # 600 histories without an edge: p_no_edge < .05 in at most 5 %, standard error .009; the bound is 3 of these up.
    rng = np.random.default_rng(n)
    found = [
        kelly_from_trades(rng.normal(0.0, 0.02, n), "leverage", block=1, draws=200, rng=k).p_no_edge for k in range(600)
    ]
    assert np.mean([p is not None and p < 0.05 for p in found]) < 0.05 + 3 * 0.009


def test_planned_loss_is_the_unit_at_risk():
    trades = table(np.array(EVEN) * 0.02, risk=np.full(100, 2.0))
    assert kelly_from_trades(trades, block=1).fraction == pytest.approx(0.1)
    assert kelly_from_trades(trades, "leverage", block=1).fraction == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("returns", "identified", "fraction", "words"),
    [
        ([], False, None, "no closed trades"),
        ([0.1], False, None, "1 trade does not fix"),
        ([0.1, -0.1], False, None, "2 trades do not fix"),
        ([0.1] * 9, False, None, "9 trades"),
        ([0.01] * 20, False, None, "without a loss"),
        ([-0.01] * 20, True, 0.0, "None of 20 trades won"),
        ([-0.5, -0.2], True, 0.0, "None of 2 trades won"),
        ([0.0] * 20, True, 0.0, "None of 20"),
    ],
)
@pytest.mark.parametrize("unit", ["risk", "leverage"])
def test_answers_where_the_data_run_out(returns, identified, fraction, words, unit):
    found = kelly_from_trades(returns, unit)
    assert found.identified is identified
    assert found.fraction == fraction
    assert words in found.why
    assert found.n == len(returns)
    assert found.interval[0] >= 0.0
    # Only a leverage that no loss of the log bounds is without an end.
    assert math.isfinite(found.interval[1]) == (unit == "risk" or min(returns, default=0.0) < 0.0)


def test_few_losses_are_pointed_out():
    assert "too narrow" in kelly_from_trades([0.05] * 30 + [-0.1], "leverage").why


@pytest.mark.parametrize(
    ("trades", "options", "words"),
    [
        ([0.1, math.nan], {}, r"returns\[1\] must be finite"),
        ([0.1, math.inf], {}, r"returns\[1\] must be finite"),
        (["a"], {}, "must be numbers"),
        ([[0.1, 0.2]], {}, "one-dimensional"),
        (EVEN, {"unit": "percent"}, "unit must be"),
        (EVEN, {"method": "optimal"}, "method must be"),
        (EVEN, {"level": 95}, "written 0.95"),
        (EVEN, {"level": 1.0}, "between 0 and 1"),
        (EVEN, {"draws": 10}, "draws"),
        (EVEN, {"block": 0}, "block"),
        (pd.DataFrame({"pnl": [1.0]}), {}, "column 'return'"),
        (table([0.1, -0.1], risk=[1.0, np.nan]), {}, "trade 2 must be above 0"),
    ],
)
def test_wrong_input_is_refused(trades, options, words):
    with pytest.raises(ParameterError, match=words):
        kelly_from_trades(trades, **options)


def test_same_seed_same_numbers_and_chunks_do_not_matter(monkeypatch):
    returns = np.random.default_rng(1).normal(0.01, 0.05, 60)
    once = kelly_from_trades(returns, "leverage", block=1, rng=5)
    assert once == kelly_from_trades(returns, "leverage", block=1, rng=5)
    monkeypatch.setattr("nija_research.estimate.kelly.bootstrap._CHUNK", 60 * 7)
    assert once == kelly_from_trades(returns, "leverage", block=1, rng=5)
    assert once != kelly_from_trades(returns, "leverage", block=1, rng=6)


def test_dependent_trades_get_longer_blocks_and_wider_intervals():
    rng = np.random.default_rng(3)
    shocks, x = rng.normal(0.0, 0.05, 400), np.zeros(400)
    for i in range(1, 400):
        x[i] = 0.7 * x[i - 1] + shocks[i]
    returns = x + 0.02
    assert block_length(returns) > 5
    assert block_length(shocks) <= 5
    wide = kelly_from_trades(returns, "leverage").interval
    narrow = kelly_from_trades(returns, "leverage", block=1).interval
    assert wide[1] - wide[0] > 1.3 * (narrow[1] - narrow[0])


def test_coverage_on_even_money():
    # 200 samples of 100 even-money trades at p = .6, true stake .2, nominal 95 %. With 200 histories the standard
    # error of coverage is .016; below .90 a 95 % interval would fall once in 900 seeds.
    rng, hits = np.random.default_rng(7), 0
    for seed in range(200):
        returns = np.where(rng.random(100) < 0.6, 1.0, -1.0)
        low, high = kelly_from_trades(returns, block=1, draws=300, rng=seed).interval
        hits += low <= 0.2 <= high
    assert 0.90 <= hits / 200 <= 0.99


def test_no_edge_is_found_as_often_as_it_should_be():
    # Without an edge, p_no_edge is about uniform: below .1 in about 10 % of histories. 300 histories, standard error
    # .017; the bounds are 4 of these away.
    rng = np.random.default_rng(8)
    low = 0
    for seed in range(300):
        low += kelly_from_trades(rng.normal(0.0, 0.02, 80), "leverage", block=1, draws=200, rng=seed).p_no_edge < 0.1
    assert 0.03 < low / 300 < 0.17


finite_returns = st.lists(st.floats(-1.5, 5.0, allow_nan=False, allow_subnormal=False), max_size=40)


@settings(deadline=None)
@given(
    returns=finite_returns,
    unit=st.sampled_from(["risk", "leverage"]),
    method=st.sampled_from(["log", "payoff", "binary"]),
)
def test_no_returns_give_an_impossible_stake(returns, unit, method):
    found = kelly_from_trades(returns, unit, method, draws=100, block=1)
    low, high = found.interval
    assert 0.0 <= low <= high
    assert math.isfinite(high) == (unit == "risk" or min(returns, default=0.0) < 0.0)
    for value in (found.fraction, found.shrunk):
        assert value is None or 0.0 <= value < math.inf
    if unit == "risk":
        assert high <= 1.0
    if found.fraction:
        assert found.shrunk <= found.fraction
        assert 1.0 + found.fraction * min(returns) >= -1e-9


@given(p=st.floats(0.51, 0.99), b=st.floats(0.5, 5.0), off=st.floats(0.01, 0.2))
def test_no_other_stake_grows_faster(p, b, off):
    wins = round(p * 200)
    returns = [b] * wins + [-1.0] * (200 - wins)
    best = kelly_log_optimal(returns, cap=1.0)
    others = [max(0.0, best - off), min(0.999, best + off)]
    assert growth_curve(returns, [min(best, 1 - 1e-9)])[0] >= growth_curve(returns, others).max() - 1e-12


def test_rows_are_solved_as_one_by_one():
    rows = np.random.default_rng(2).normal(0.02, 0.3, (50, 30))
    bound = 0.9 / -rows.min()
    singles = [kelly_log_optimal(row, cap=bound) for row in rows]
    np.testing.assert_allclose(log_optimal_rows(rows, bound), singles, rtol=1e-9, atol=1e-12)


def test_a_sample_without_a_loss_needs_a_cap():
    with pytest.raises(ParameterError, match="cap="):
        kelly_log_optimal([0.1, 0.2])
    assert kelly_log_optimal([0.1, 0.2], cap=2.0) == pytest.approx(2.0)
    assert kelly_log_optimal([0.0, 0.0]) == 0.0


@pytest.mark.parametrize(("n", "block"), [(14, None), (60, None), (60, 5), (3000, None)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_and_the_probability_of_no_edge_never_contradict_each_other(n, block, level):
    rng = np.random.default_rng(n)
    held = set()
    for k in range(40):
        returns = rng.standard_t(4, n) * 0.02 + 0.12 * rng.random() / n**0.5
        found = kelly_from_trades(returns, "leverage", level=level, draws=200, block=block, rng=k)
        if found.identified:
            assert (found.interval[0] > 0.0) == (found.p_no_edge <= (1 - level) / 2 + 1e-12)
            held.add(found.interval[0] > 0.0)
    assert held == {True, False} or n == 14


def test_many_normal_trades_get_students_tail():
    returns = np.random.default_rng(4).normal(0.0014, 0.02, 400)
    wanted = stats.ttest_1samp(returns, 0.0, alternative="greater").pvalue
    assert 0.01 < wanted < 0.06
    assert kelly_from_trades(returns, "leverage", block=1, draws=8000).p_no_edge == pytest.approx(wanted, rel=0.2)


def test_thirteen_wins_and_a_loss_do_not_show_an_edge():
    # A log with a loss in it resamples to one without a loss in (13 / 14)^14 = 35 % of draws, which could be anything.
    found = kelly_from_trades([1.0] * 13 + [-1.0])
    assert found.p_no_edge == pytest.approx((13 / 14) ** 14, abs=0.04)
    assert found.interval[0] == 0.0
    assert "a stake of 0 is not ruled out" in found.why


@pytest.mark.slow
@pytest.mark.parametrize("kind", coverage.NO_EDGE)
def test_a_stake_without_an_edge_is_rarely_advised(kind):
    # 250 histories of 60 trades whose mean return is 0: the stated rate is 5 %, its standard error .014.
    found = coverage.count_false_advice(kind, 60, histories=250, rng=9)
    assert found.advised / found.histories <= 0.05 + 2 * 0.014


def test_prices_are_refused_and_wins_alone_are_not_prices():
    prices = 100.0 * np.cumprod(1.0 + np.random.default_rng(5).normal(0.0, 0.01, 30))
    with pytest.raises(ParameterError, match=r"look like prices.*pct_change"):
        kelly_from_trades(prices)
    assert not kelly_from_trades([0.5, 1.5] * 15).identified


def test_without_a_loss_a_leverage_has_no_bound_and_a_share_at_risk_has_1():
    assert kelly_from_trades([0.01, 0.02] * 10, "leverage").interval == (0.0, np.inf)
    assert kelly_from_trades([0.01, 0.02] * 10, "risk").interval == (0.0, 1.0)


def test_blocks_follow_the_squares_where_only_they_depend():
    rng, sd, returns = np.random.default_rng(6), 0.02, np.zeros(1500)
    for i in range(1500):
        returns[i] = rng.normal(0.0, sd)
        sd = (0.02**2 * 0.03 + 0.85 * sd**2 + 0.12 * returns[i] ** 2) ** 0.5
    assert block_length(returns) > 3 * block_length(rng.permutation(returns))
