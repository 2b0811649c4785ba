"""Prices where returns are wanted: refused in one place, on what the user gave and never on resamples of it."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research import estimate
from nija_research.errors import ParameterError

PRICES = 100.0 * np.exp(np.cumsum(np.random.default_rng(7).normal(0.0, 0.01, 120)))


@pytest.mark.parametrize(
    "ask",
    [
        lambda x: estimate.kelly_from_trades(x),
        lambda x: estimate.kelly_log_optimal(x, cap=1.0),
        lambda x: estimate.monitor_rise(x, 0.01, 0.02),
        lambda x: estimate.kelly_expanding(x),
        lambda x: estimate.growth_curve(x, [0.1]),
        lambda x: estimate.growth_band(x, [0.1]),
        lambda x: estimate.serial_dependence(x),
        lambda x: estimate.rule_value(x, 0.1, np.ones_like),
        lambda x: estimate.payoff_posterior(x),
        lambda x: estimate.trades_to_raise(x, 0.1, 0.2),
        lambda x: estimate.frontier(x),
        lambda x: estimate.kelly_with_costs(x),
        lambda x: estimate.kelly_risk_constrained(x),
        lambda x: estimate.kelly_robust(x),
        lambda x: estimate.kelly_portfolio(x[:, None]),
        lambda x: estimate.joint_interval(x),
    ],
)
def test_prices_are_refused_everywhere_in_the_same_words(ask):
    with pytest.raises(ParameterError, match=r"120 numbers above 1, which look like prices.*pct_change"):
        ask(PRICES)


@pytest.mark.parametrize("rule", [estimate.kelly_risk_constrained, estimate.kelly_robust, estimate.kelly_portfolio])
def test_small_wins_alone_are_a_log_that_fixes_nothing(rule):
    found = rule(np.full(30, 0.01))
    assert not found.identified
    assert "did not lose" in found.why


@pytest.mark.parametrize("rule", ["portfolio", "constrained", "robust"])
def test_a_resample_without_the_one_loss_is_not_taken_for_prices(rule):
    # Of resamples of 100 trades (1 - 1/100)^100 = 37 % leave the one loss out; of the 100 below some surely do.
    wins = np.random.default_rng(7).uniform(0.01, 0.02, 99)
    found = estimate.joint_interval(np.append(wins, -0.95), rule, draws=100, block=1, rng=1)
    assert found.identified
    assert found.total.low <= found.total.value <= found.total.high
    # The same in multiples of risk, where the wins are all above 1.
    found = estimate.joint_interval(np.append(100.0 * wins + 0.5, -0.95), rule, draws=100, block=1, rng=1)
    assert found.total.low <= found.total.value <= found.total.high
