"""Means from totals alone: the narrowest interval is the narrowest, and the published totals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.from_record import Totals, tightest_mean

PRINTED = [Totals(13, 1, 11.79), Totals(4, 3, -4.14)]  # 003, "Current Performance Snapshot"


@given(st.integers(0, 10**6))
def test_no_trades_with_these_totals_have_a_narrower_interval(seed):
    """Random trades that fit the printed counts and sums."""
    rng = np.random.default_rng(seed)
    trades = []
    for wins, losses, pnl in PRINTED:
        lost = rng.exponential(rng.uniform(0.01, 2.0), losses)
        won = rng.dirichlet(np.full(wins, rng.uniform(0.2, 50.0)))
        if pnl + lost.sum() <= 0.0:
            lost *= 1.5 * -pnl / lost.sum()
        trades += [*(won * (pnl + lost.sum())), *-lost]
    real = ttest_1samp(trades, 0.0).confidence_interval(0.95)
    best = tightest_mean(PRINTED)
    assert np.mean(trades) == pytest.approx(best.value)
    assert real.high - real.low >= best.high - best.low - 1e-9


def test_the_best_case_is_reached_in_the_limit():
    """Equal wins without losses in one bot, equal losses without wins in the other."""
    tiny = 1e-9
    trades = [11.79 / 13] * 13 + [-tiny] + [tiny] * 4 + [-4.14 / 3] * 3
    real = ttest_1samp(trades, 0.0).confidence_interval(0.95)
    best = tightest_mean(PRINTED)
    assert (best.low, best.high) == pytest.approx((real.low, real.high), abs=1e-6)
    assert best.low < 0.0 < best.high


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([Totals(0, 3, 1.0)], "impossible"),
        ([Totals(3, 0, -1.0)], "impossible"),
        ([Totals(1, 0, 1.0)], "two trades"),
        ([], "two trades"),
        ([Totals(-1, 3, -1.0)], "wins"),
        ([Totals(1, 1, float("nan"))], "pnl"),
    ],
)
def test_totals_that_are_none(records, words):
    with pytest.raises(ParameterError, match=words):
        tightest_mean(records)
