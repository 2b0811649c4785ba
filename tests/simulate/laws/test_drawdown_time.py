"""
When a drawdown is first met, and that a hard stop from the peak always is.

``E[T] = (sig**2 / 2 mu**2) (exp(theta D) - theta D - 1)``, ``D = -log(1 - d)`` for a continuous bettor. The lattice
bettor's depth is a chain: its expectation is a sum written out below, its law a recursion, and the continuous formula
is the limit of the sum as the step shrinks (extrapolated from h and h / 2, because the error is of order h).
"""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.policy import Stops
from nija_research.simulate import metrics, worlds

D = 0.25
PEAK_STOP = Stops(day=None, week=None, streak=None, peak=D, asset=None)


def expected_steps(p, k):
    """E[steps until the depth is k]: ``q d[0] = 1``, ``q d[j] = 1 + p d[j - 1]`` for d[j] = E[from j] - E[from j + 1]."""
    total = difference = 1 / (1 - p)
    for _ in range(k - 1):
        difference = (1 + p * difference) / (1 - p)
        total += difference
    return total


def hit_by(p, k, horizon):
    """P(the depth has reached k by each time 1 to `horizon`)."""
    at, gone, out = np.zeros(k), 0.0, np.empty(horizon)
    at[0] = 1.0
    for t in range(horizon):
        moved = np.zeros(k)
        moved[:-1] = p * at[1:]
        moved[0] += p * at[0]
        moved[1:] += (1 - p) * at[:-1]
        gone += (1 - p) * at[-1]
        out[t], at = gone, moved
    return out


def continuous(theta, h, p, depth):
    """The formula in steps: mu = (p - q) h and sig = h a step."""
    big = -np.log(1 - depth)
    return (np.exp(theta * big) - theta * big - 1) / (2 * (2 * p - 1) ** 2)


@pytest.mark.parametrize("theta", [1.0, 3.0, 7.0])
def test_the_formula_is_the_limit_of_the_sum(theta, lattice):
    ratios = []
    for k in (32, 64, 128):
        h = -np.log(1 - D) / k
        p = lattice(theta, h).p
        ratios.append(expected_steps(p, k) / continuous(theta, h, p, D))
    assert abs(ratios[2] - 1) < abs(ratios[1] - 1) < abs(ratios[0] - 1)
    assert 2 * ratios[2] - ratios[1] == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize("theta", [1.0, 3.0])
def test_first_time_of_a_drawdown(theta, lattice, bettor, simulate, agrees):
    k, horizon = 8, 3_000
    world, p, _, staked = lattice(theta, -np.log(1 - D) / k)
    law = hit_by(p, k, horizon)
    assert 1 - law[-1] < 1e-3
    found = simulate(bettor(staked, stops=PEAK_STOP), world, 20_000, horizon)
    # Nothing is staked after the stop: the trades are the steps up to it.
    agrees(found["trades"], 1 + (1 - law[:-1]).sum())
    assert expected_steps(p, k) == pytest.approx(1 + (1 - law[:-1]).sum(), rel=2e-3)
    for steps in (20, 100, 300):
        agrees(found["trades"] <= steps, law[steps - 1] if steps < horizon else 1.0)


@pytest.mark.parametrize("horizon", [50, 200, 800])
def test_a_hard_stop_from_the_peak_is_met_in_the_end(horizon, lattice, bettor, simulate, agrees):
    k = 8
    world, p, _, staked = lattice(3.0, -np.log(1 - D) / k)
    law = hit_by(p, k, 2_000)
    found = simulate(bettor(staked, stops=PEAK_STOP), world, 20_000, horizon)
    agrees(found["halts"], law[horizon - 1])
    assert (found["trades"][found["halts"] == 0] == horizon).all()
    chance = metrics.probability_of_drawdown(found, D)
    assert chance.value == found["halts"].mean()
    assert found.max_drawdown.max() == pytest.approx(D, abs=1e-9)
    # Those not yet stopped become fewer at a constant rate, the largest eigenvalue of the chain: none are left.
    left = 1 - law
    rate = left[601] / left[600]
    assert rate < 1.0
    assert left[1_000] / left[999] == pytest.approx(rate, rel=1e-6)


def test_a_gap_goes_through_the_stop(bettor, simulate):
    # One loss of the whole stake at once: a stop is no floor.
    found = simulate(bettor(0.4, stops=PEAK_STOP), worlds.given([[-1.0, 1.0]], market={"kelly": 1.0}), 1, 2)
    assert found.max_drawdown[0] == pytest.approx(0.4)
    assert found["trades"][0] == 1
