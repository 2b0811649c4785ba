"""
The continuous bettor: ``g(c) = S**2 (c - c**2 / 2)``, median wealth ``exp(g t)``, mean wealth ``exp(c S**2 t)``.

Steps are days, so that the laws hold up to order ``S**2 / N``. Each test takes the exact expectation of the daily
bettor (Gauss-Hermite quadrature), holds the simulator against that to 4 standard errors (a true one fails in 1 of
15,000), and the continuous law against the exact expectation within the stated order.
"""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.simulate import metrics, worlds

S, YEARS = 1.0, 2
DAYS = 365.25
STEPS = round(YEARS * DAYS)
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(16)


def world(sharpe=S, sd=0.01):
    return worlds.iid(mean=sharpe * sd / np.sqrt(DAYS), sd=sd)


def daily(c):
    """Returns of the account at the nodes: ``c`` times mean / variance is staked."""
    return c * S / np.sqrt(DAYS) * (S / np.sqrt(DAYS) + NODES)


def expected(values):
    return WEIGHTS @ values / WEIGHTS.sum()


@pytest.mark.parametrize("c", [0.5, 1.0, 2.0])
def test_growth_and_median_wealth(c, bettor, simulate, agrees):
    exact = expected(np.log1p(daily(c))) * DAYS
    law = S**2 * (c - c**2 / 2)
    # log(1 + x) = x - x**2/2 + x**3/3 - x**4/4: beyond the first two terms N times O(c**4 S**4 / N**2) is left.
    assert exact == pytest.approx(law, abs=2 * c**2 * S**4 / DAYS)
    found = simulate(bettor(c), world(), 20_000, STEPS)
    agrees(found.growth, exact)
    growth = metrics.mean(found.growth)
    assert abs(growth.value - law) < 4 * growth.se + 2 * c**2 * S**4 / DAYS
    agrees(found.equity < np.exp(exact * found.years), 0.5)
    agrees(found.volatility, np.sqrt(expected(daily(c) ** 2) - expected(daily(c)) ** 2) * np.sqrt(DAYS), limit=5.0)


@pytest.mark.parametrize("c", [0.25, 0.5, 1.0])
def test_mean_wealth(c, bettor, simulate, agrees):
    found = simulate(bettor(c), world(), 20_000, STEPS)
    agrees(found.equity, (1 + c * S**2 / DAYS) ** STEPS)
    assert (1 + c * S**2 / DAYS) ** STEPS == pytest.approx(np.exp(c * S**2 * YEARS), rel=0.01)


@pytest.mark.parametrize("sharpe", [0.5, 1.5])
def test_growth_goes_with_the_square_of_the_sharpe_ratio(sharpe, bettor, simulate, agrees):
    found = simulate(bettor(1.0), world(sharpe), 20_000, STEPS)
    x = sharpe / np.sqrt(DAYS) * (sharpe / np.sqrt(DAYS) + NODES)
    agrees(found.growth, expected(np.log1p(x)) * DAYS)
    assert expected(np.log1p(x)) * DAYS == pytest.approx(sharpe**2 / 2, abs=3 * sharpe**4 / DAYS)


@pytest.mark.parametrize(
    ("share", "growth"),
    [(1.0, 0.005008), (0.75, 0.004694), (2.0, -0.000138)],
)
def test_even_money_bets_at_p_55(share, growth, bettor, simulate, agrees):
    # Full Kelly is .1. "Size on base + .75 of profit" is the second line: see test_war_chest.
    exact = 0.55 * np.log(1 + 0.1 * share) + 0.45 * np.log(1 - 0.1 * share)
    assert exact == pytest.approx(growth, abs=5e-7)
    found = simulate(bettor(share), worlds.trades(0.55), 20_000, 1_000)
    agrees(np.log(found.equity) / 1_000, exact)
