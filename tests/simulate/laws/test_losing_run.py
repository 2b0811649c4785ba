"""The longest losing run: ``P(no run of k losses in n)`` by the classical recursion, and the count of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from nija_research.simulate import worlds


def shorter_than(k, n, q):
    """P(no k losses in a row among n): condition on the losses before the first win."""
    law = np.ones(n + 1)
    for m in range(k, n + 1):
        law[m] = sum(q**j * (1 - q) * law[m - 1 - j] for j in range(k))
    return law[n]


def test_the_recursion_by_counting():
    # Of the 32 sequences of five fair trades, 13 have no two losses in a row (Fibonacci), 24 no three.
    assert 32 * shorter_than(2, 5, 0.5) == pytest.approx(13)
    assert 32 * shorter_than(3, 5, 0.5) == pytest.approx(24)


@pytest.mark.parametrize(("p", "n"), [(0.55, 14), (0.571, 100), (0.3, 250)])
def test_longest_losing_run(p, n, bettor, simulate):
    found = simulate(bettor(0.01), worlds.trades(p, market={"kelly": 1.0}), 20_000, n)["losing_run"].astype(int)
    at_most = np.array([shorter_than(k + 1, n, 1 - p) for k in range(n)] + [1.0])
    chance = np.diff(at_most, prepend=0.0)
    counts = np.bincount(found, minlength=n + 1).astype(float)
    common = np.flatnonzero(chance * len(found) > 20)
    first, last = common[0], common[-1]  # the rarer lengths join their neighbours
    chance = np.r_[chance[: first + 1].sum(), chance[first + 1 : last], chance[last:].sum()]
    counts = np.r_[counts[: first + 1].sum(), counts[first + 1 : last], counts[last:].sum()]
    test = stats.chisquare(counts, chance / chance.sum() * counts.sum())
    assert test.pvalue > 1e-4  # a true one fails in 1 of 10,000
