"""Intervals of joint stakes: against the interval of one stake, by hand, and by counting."""

from __future__ import annotations

import interval_coverage as coverage
import numpy as np
import pytest

from nija_research import estimate
from nija_research.errors import ParameterError

COINS = np.where(np.random.default_rng(1).random((120, 2)) < 0.6, 1.0, -1.0)


def test_one_bet_has_the_percentile_interval_of_one_stake():
    # Both take quantiles of log-optimal stakes of single rows resampled, with draws of their own: 1.5 % of their width.
    returns = np.random.default_rng(2).standard_t(5, 200) * 0.05 + 0.01
    one = estimate.joint_interval(returns, max_exposure=20.0, block=1, draws=2000)
    other = estimate.kelly_from_trades(returns, "leverage", interval="percentile", block=1, draws=2000)
    width = other.interval[1] - other.interval[0]
    assert one.stakes[0] == pytest.approx(other.fraction, rel=1e-4)
    assert tuple(one.intervals[0]) == pytest.approx(other.interval, abs=0.06 * width)
    assert one.shrunk[0] == pytest.approx(other.shrunk, rel=0.05)


@pytest.mark.parametrize("rule", ["portfolio", "constrained", "robust"])
def test_each_stake_and_the_sum_lie_in_their_intervals(rule):
    found = estimate.joint_interval(COINS, rule, draws=100, rng=3)
    low, high = np.array([tuple(interval) for interval in found.intervals]).T
    assert (low <= found.stakes + 1e-9).all()
    assert (found.stakes <= high + 1e-9).all()
    assert low.sum() - 1e-9 <= found.total.low <= found.total.value <= found.total.high <= high.sum() + 1e-9
    assert (found.n, found.total.level, found.draws, found.identified) == (120, 0.95, 100, True)
    again = estimate.joint_interval(COINS, rule, draws=100, rng=3)
    assert found.intervals == again.intervals
    assert (found.shrunk <= found.stakes + 1e-12).all()


def test_bets_are_resampled_together():
    # Two bets with equal returns share one stake, so that the sum scatters as one stake does; resampled apart they
    # would be two independent bets, whose stakes together reach almost twice as far.
    one = COINS[:, :1]
    pair = estimate.joint_interval(np.hstack([one, one]), draws=400, block=1)
    alone = estimate.joint_interval(one, draws=400, block=1)
    assert tuple(pair.total) == pytest.approx(tuple(alone.total), abs=1e-4)


def test_dependent_rows_have_wider_intervals():
    rng = np.random.default_rng(4)
    source = np.maximum.accumulate(np.where((rng.random(400) >= 0.7) | (np.arange(400) == 0), np.arange(400), 0))
    rows = np.where(rng.random(400) < 0.6, 1.0, -1.0)[source]
    blocks, single = estimate.joint_interval(rows), estimate.joint_interval(rows, block=1)
    assert blocks.block > 2
    assert blocks.total.high - blocks.total.low > 1.2 * (single.total.high - single.total.low)


def test_what_is_not_known_has_the_reachable_range():
    found = estimate.joint_interval([[0.1, -0.1]] * 5, max_exposure=3.0, max_stake=2.0)
    assert not found.identified
    assert "5 rows do not fix" in found.why
    assert [tuple(interval) for interval in found.intervals] == [(0.0, 2.0), (0.0, 2.0)]
    assert (*found.total, found.draws) == (0.0, 3.0, 0)


def test_no_edge_is_named():
    fair = np.where(np.random.default_rng(6).random((100, 2)) < 0.5, 1.0, -1.0)
    assert "cannot be ruled out" in estimate.joint_interval(fair).why


@pytest.mark.slow
def test_how_often_it_holds_the_truth():
    # 200 histories of 200 rows: a percentile interval holds somewhat less than .95; standard error .015.
    found = coverage.count_joint(200, histories=200, rng=7)
    assert found.answered == 200
    assert 0.90 <= found.covered / 200 <= 0.99


@pytest.mark.parametrize(
    ("rule", "options", "words"),
    [
        ("best", {}, "rule must be"),
        ("portfolio", {"draws": 10}, "draws"),
        ("portfolio", {"block": 0}, "block"),
        ("portfolio", {"level": 95}, "written 0.95"),
        ("portfolio", {"probabilities": [1.0]}, "stated distribution"),
    ],
)
def test_wrong_input(rule, options, words):
    with pytest.raises(ParameterError, match=words):
        estimate.joint_interval(COINS, rule, **options)
