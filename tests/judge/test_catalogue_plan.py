"""Catalogue of the allocator, the chest, the stops, the stakes, counts and indicators, against numbers by hand."""

from __future__ import annotations

import pytest

from nija_research.errors import ParameterError
from nija_research.judge.catalogue import catalogue
from nija_research.judge.formula import evaluate


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        # 002, "Scaling Examples"
        ("allocated(72.92, 'market_making')", 0.78 * 72.92),
        ("allocated(5000)", 700.0),
        ("allocated(5000, 'unallocated')", 5000.0 - 700.0 - 100.0),
        ("strategy_on(64.10, 'mm') + 2 * strategy_on(64.11, 'mm')", 2.0),  # 50 / .78 = 64.1026
        ("strategy_on(49.99, 'arb') + 2 * strategy_on(50, 'arb')", 2.0),
        ("allocator_constant('MARKET_MAKING_STRATEGY_CAPITAL')", 80.0),
        ("drawdown_limit(72.92)", 3.646),
        ("max_exposure(72.92)", 69.274),
        ("summary_lines(0, 0, 'DISABLED')", 2.0),
        ("killed(0.05) + killed(0.0499)", 1.0),
        ("drawdown_after_withdrawal(100, 50)", 0.0),
        # 003, "3.2 Risk Scaling Protocol"
        ("stake_share()", 0.10),
        ("stake_share(2)", 0.10),
        ("stake_share(3)", 0.125),
        ("stake_share(0, 1)", 0.10),
        ("stake_share(0, 2)", 0.075),
        ("stake_share(0, 3)", 0.0),  # stopped
        ("stake_share(0, 0, 200, 0.75)", 0.05),  # 80 % in one asset
        ("preset_stake('drift_before', 200)", 25.0),
        ("preset_stake('drift_after', 200)", 40.0),
        ("preset_stake('drift_kelly_after', 200, 0.5)", 0.30 * 0.5 * 200),
        # 003, "Risk Management": whole stakes lost, 10 %, then 10 % of 90 %: past 15 % at the second
        ("losses_to_stop(1)", 2.0),
        ("day_loss(1)", 1 - 0.9 * 0.9),
        ("losses_to_stop(0.1)", 3.0),
        ("day_loss(0.1)", 1 - 0.99 * 0.99 * 0.9925),
        ("losses_to_stop(0.2, 5)", 2.0),
        ("stop_on('day', 0.15) + stop_on('day', 0.149)", 1.0),
        ("stop_on('peak', 0.25, 10) + stop_on('peak', 0.249, 10)", 1.0),
        ("stop_on('week', 0.3, 5) + stop_on('week', 0.299, 5)", 1.0),
        ("stop_on('week', 0.3, 10)", 0.0),  # over two weeks
        ("trades_again(2) + 2 * trades_again(3) + 4 * trades_again(3, 1)", 5.0),
        # 003, "1.3 War Chest Acceleration" and "3.3 Profit Distribution"
        ("chest_share(4)", 0.20),
        ("chest_share(5)", 0.25),
        ("chest_in_size(50)", 0.0),
        ("chest_in_size(60)", 10.0),
        ("chest_returns(100)", 0.0),
        ("chest_returns(150)", 25.0),
        ("chest_returns(150, 'balance')", 75.0),
        ("chest_after(100, 50, 'per_win')", 20.0),
        ("chest_after(100, 50, 'per_period')", 10.0),
        ("chest_after(100, 50, 'high_water_mark')", 20.0),
        ("profit_share('reinvest')", 0.60),
        ("profit_share('reinvest', 5)", 0.55),
        ("profit_share('chest', 5)", 0.25),
        ("profit_share('operating') + profit_share('withdrawal')", 0.20),
        # counts: Fisher's exact test .088, Clopper-Pearson .184 to .901, 31 % by luck, 237 trades
        ("trades_needed(0.571, 0.65)", 237.0),
        # conditions: Fisher's z of .8 on 24 pairs, tanh(1.0986 -+ 1.96 / sqrt(21))
        ("correlation_seen(24)", 1.0),
        ("correlation_seen(24, 24)", -1.0),
        ("quiet(0.021) + quiet(0.019) + quiet(0.021, 0.02)", 1.0),
    ],
)
def test_by_hand(expression, value):
    assert evaluate(expression, {}, catalogue()) == pytest.approx(value, abs=1e-8)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("same_rate(13, 1, 4, 3)", 0.088),
        ("win_rate_low(4, 7)", 0.184),
        ("win_rate_high(4, 7)", 0.901),
        ("chance_above(4 / 7, 10, 0.65)", 0.313),
        ("correlation_end(0.8, 24, 'low')", 0.586),
        ("correlation_end(0.8, 24, 'high')", 0.910),
    ],
)
def test_published(expression, value):
    assert evaluate(expression, {}, catalogue()) == pytest.approx(value, abs=6e-4)


def test_half_a_trade_is_refused():
    with pytest.raises(ParameterError, match="whole number"):
        evaluate("win_rate_low(1.5, 3)", {}, catalogue())


@pytest.mark.parametrize(
    "expression",
    [
        "allocated(100, 'mm')",
        "strategy_on(100, 'x')",
        "allocator_constant('X')",
        "profit_share('x')",
        "preset_stake('x', 1)",
    ],
)
def test_a_name_that_is_none_is_one_clear_error(expression):
    with pytest.raises(ParameterError, match=r"x|mm|X"):
        evaluate(expression, {}, catalogue())
