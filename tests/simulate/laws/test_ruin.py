"""
Ruin, and doubling before halving.

P(wealth ever falls to a) is ``a**theta`` for a continuous bettor and at most ``a**lambda`` with
``E[(1 + f R)**-lambda] = 1`` for a discrete one. On the lattice (see conftest) the first is exact; even money is held
against the gambler's recursion over (step, wins). 4 standard errors throughout: a true one fails in 1 of 15,000.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from nija_research.policy import presets
from nija_research.simulate import metrics, worlds


def reached(p, k, horizon):
    """P(a walk of +-1 steps reaches -k within `horizon`), step by step with what has arrived taken off."""
    at = np.zeros(k + horizon + 2)
    at[k] = 1.0  # index 0 is the barrier
    gone = 0.0
    for _ in range(horizon):
        moved = np.zeros_like(at)
        moved[1:] += p * at[:-1]
        moved[:-1] += (1 - p) * at[1:]
        gone, moved[0], at = gone + moved[0], 0.0, moved
    return gone


@pytest.mark.parametrize(("theta", "c"), [(1.0, 1.0), (2.0, 2 / 3), (3.0, 0.5)])
def test_wealth_ever_falls_to_a_share_with_chance_a_to_the_theta(theta, c, lattice, bettor, simulate, agrees):
    k, horizon = 7, 2_500
    found_in = lattice(theta, np.log(2) / k)
    assert found_in.c == pytest.approx(c, rel=0.01)  # theta = 2 / c - 1 up to O(h**2)
    exact = reached(found_in.p, k, horizon)
    assert exact == pytest.approx(0.5**theta, rel=5e-3)  # the rest comes later
    found = simulate(bettor(found_in.c), found_in.world, 20_000, horizon, ruin=0.5)
    agrees(found["lowest"] <= 0.5 * (1 + 1e-9), exact)
    ruin = metrics.probability_of_ruin(found)
    assert ruin.value == np.mean(np.isfinite(found.time_to_ruin))
    assert ruin.low < exact < ruin.high or abs(ruin.value - exact) < 4 * ruin.se
    for steps in (20, 100, 400):
        agrees(found.time_to_ruin <= steps, reached(found_in.p, k, steps))
    quarter = metrics.probability_of_ruin(found, 0.25)
    assert abs(quarter.value - reached(found_in.p, 2 * k, horizon)) < 4 * quarter.se


def gamblers_ruin(p, f, a, horizon):
    """P(even-money wealth ever <= a): chance of every number of wins among those not ruined yet."""
    wins = np.arange(horizon + 1)
    alive, gone = np.zeros(horizon + 1), 0.0
    alive[0] = 1.0
    for n in range(1, horizon + 1):
        moved = (1 - p) * alive
        moved[1:] += p * alive[:-1]
        ruined = (wins <= n) & (wins * np.log1p(f) + (n - wins) * np.log1p(-f) <= np.log(a) + 1e-12)
        gone += moved[ruined].sum()
        alive = np.where(ruined, 0.0, moved)
    return gone


@pytest.mark.parametrize("c", [0.5, 1.0, 1.5])
def test_even_money_ruin_by_recursion_and_its_bound(c, bettor, simulate, agrees):
    p, f, a, horizon = 0.55, 0.1 * c, 0.5, 1_500
    power = brentq(lambda x: p * (1 + f) ** -x + (1 - p) * (1 - f) ** -x - 1, 0.05, 20.0)
    exact = gamblers_ruin(p, f, a, horizon)
    assert exact <= a**power
    found = simulate(bettor(c), worlds.trades(p), 20_000, horizon, ruin=a)
    agrees(np.isfinite(found.time_to_ruin), exact)
    if c == 1.0:
        assert power == pytest.approx(1.0, abs=1e-12)
    if c < 1.5:  # an over-bettor is not done after 1,500 bets
        assert exact > (a * (1 - f)) ** power - 2e-3  # wealth is above a (1 - f) when it first falls to a


def test_the_bound_holds_at_every_level_for_uneven_bets(bettor, simulate):
    wins, losses = [0.4, 1.0, 3.0], [-1.0, -0.6, -0.2]
    world = worlds.trades(0.45, wins=wins, losses=losses)
    f = float(world.market.kelly[0])
    r, chance = np.array(wins + losses), np.array([0.15] * 3 + [0.55 / 3] * 3)
    assert chance @ (r / (1 + f * r)) == pytest.approx(0.0, abs=1e-12)
    assert chance @ (1 + f * r) ** -1.0 == pytest.approx(1.0, abs=1e-12)  # lambda is 1 at exact Kelly
    found = simulate(bettor(1.0), world, 20_000, 1_000)
    for a in (0.9, 0.7, 0.5, 0.3, 0.1):
        ruin = metrics.probability_of_ruin(found, a)
        assert a * (1 - f) - 4 * ruin.se < ruin.value < a + 4 * ruin.se


@pytest.mark.parametrize("theta", [0.0, 1.0, 3.0])
def test_double_before_half(theta, lattice, bettor, simulate, agrees):
    k = 7
    found_in = lattice(theta, np.log(2) / k)
    found = simulate(bettor(found_in.c), found_in.world, 20_000, 1_500, target=2.0, ruin=0.5)
    up, down = found.time_to_target, found.time_to_ruin
    law = (1 - 0.5**theta) / (1 - 0.25**theta) if theta else 0.5
    undecided = np.isinf(np.minimum(up, down)).mean()
    assert undecided < 1e-3
    agrees(up < down, law)
    assert not (np.isfinite(up) & (up == down)).any()


def test_expected_time_to_double_or_halve(lattice, bettor, simulate, agrees):
    # Wald: E[T] (p - q) = k (2 P(double) - 1), and P(double) is 2 / 3 at theta = 1.
    theta, k = 1.0, 7
    found_in = lattice(theta, np.log(2) / k)
    found = simulate(bettor(found_in.c), found_in.world, 20_000, 1_500, target=2.0, ruin=0.5)
    first = np.minimum(found.time_to_target, found.time_to_ruin)
    agrees(np.minimum(first, 1_500), k * (2 * 2 / 3 - 1) / (2 * found_in.p - 1))


def test_holding_cash_is_never_ruined(simulate):
    found = simulate(presets["hold_cash"], worlds.trades(0.3), 64, 50, ruin=0.99, target=1.5)
    assert np.isinf(found.time_to_ruin).all()
    assert np.isinf(found.time_to_target).all()
