"""
Depth below the peak: ``P(W / peak <= a) = a**theta`` in the long run, and every count of depth on the way there.

On the lattice the depth is a walk that the peak holds at 0: a chain whose law at each step is written out here, and
whose stationary law is geometric, ``P(depth >= k) = (q / p)**k = a**theta``. 4 standard errors: a true one fails in
1 of 15,000.
"""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.policy import DrawdownGuard

K = 4  # lattice steps to a depth of 20 %
STEPS = 1_500


def depths(p, steps, places=400):
    """Law of the depth, in lattice steps, at times 0 to `steps`: one row a time."""
    law = np.zeros((steps + 1, places))
    law[0, 0] = 1.0
    for t in range(steps):
        law[t + 1, :-1] += p * law[t, 1:]
        law[t + 1, 0] += p * law[t, 0]
        law[t + 1, 1:] += (1 - p) * law[t, :-1]
    return law


@pytest.mark.parametrize(("c", "printed"), [(1.0, 0.80), (0.5, 0.51), (0.25, 0.21)])
def test_time_spent_a_fifth_below_the_peak(c, printed, lattice, bettor, simulate, agrees):
    theta, h = 2 / c - 1, -np.log(0.8) / K
    world, p, h, staked = lattice(theta, h)
    assert staked == pytest.approx(c, rel=0.015)  # theta = 2 / c - 1 up to O(h**2)
    assert 0.8**theta == pytest.approx(printed, abs=0.005)
    law, depth = depths(p, STEPS), 1 - np.exp(-h * np.arange(400))
    geometric = ((1 - p) / p) ** np.arange(400)
    assert geometric[K] == pytest.approx(0.8**theta, rel=1e-12)
    # A guard that changes no size, with edges at 20 and 36 %, counts the time that is spent beyond them.
    guard = DrawdownGuard(depth=(0.2, 0.36, 0.999, 0.9999), size=(1.0, 1.0, 1.0, 1.0), recovery_wins=1)
    found = simulate(bettor(staked, drawdown=guard), world, 20_000, STEPS)
    agrees(found["unit"] <= 0.8 * found["peak"] * (1 + 1e-9), law[-1, K:].sum())
    agrees(found["caution"], law[:-1, K:].sum())
    agrees(found["warning"], law[:-1, 2 * K :].sum())
    agrees(found["under_water"], law[1:, 1:].sum())
    agrees(found["squared_depth"], (law[1:] @ depth**2).sum())
    agrees(found.ulcer_index**2, (law[1:] @ depth**2).mean())
    agrees(found.time_under_water, 1 - law[1:, 0].mean())
    if c < 1.0:  # full Kelly takes far longer to settle
        assert law[-1, K:].sum() == pytest.approx(0.8**theta, rel=0.01)


def test_the_stationary_law_is_what_the_chain_settles_to(lattice):
    for c in (1.0, 0.5, 0.25):
        theta = 2 / c - 1
        p = lattice(theta, -np.log(0.8) / 2).p
        law = depths(p, 6_000, places=120)[-1]
        assert law[2:].sum() == pytest.approx(0.8**theta, rel=1e-3)


def test_full_kelly_in_the_long_run(lattice, bettor, simulate, agrees):
    # Steps of a tenth, two to a fifth: 4,000 of them are enough to settle.
    world, p, _, staked = lattice(1.0, -np.log(0.8) / 2)
    found = simulate(bettor(staked), world, 20_000, 4_000)
    exact = depths(p, 4_000)[-1, 2:].sum()
    assert exact == pytest.approx(0.8, abs=0.003)
    agrees(found["unit"] <= 0.8 * found["peak"] * (1 + 1e-9), exact)
