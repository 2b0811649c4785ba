"""Intervals, against formulas written out here."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.interval import Interval
from nija_research.judge.compare import inference as interval


def test_the_error_of_a_law_is_that_of_its_paths():
    draws = np.random.default_rng(1).normal(5.0, 0.1, 400)
    found = interval.by_simulation(5.0, draws)
    low, high = found
    assert (found.value, (low + high) / 2.0) == pytest.approx((5.0, 5.0))
    assert (high - low) / 2.0 == pytest.approx(2.5758 * draws.std(ddof=1), rel=1e-4)


def test_the_interval_of_a_history_keeps_its_shape_and_is_stretched():
    """Two points in a hundred lie beyond each end of the percentiles used; no noise of few paths."""
    whole = np.concatenate([np.linspace(-1.0, 0.0, 50), np.linspace(0.0, 3.0, 51)[1:]])
    a, b, c = np.percentile(whole, [5, 50, 95])
    found = interval.by_resampling(10.0, whole, whole, whole)
    assert tuple(found) == pytest.approx((10.0 - (b - a), 10.0 + (c - b)))
    by = interval.STRETCH["growth"][5.0]
    assert tuple(interval.calibrated(found, "growth", 5.0)) == pytest.approx((10.0 - by * (b - a), 10.0 + by * (c - b)))


def test_a_level_is_never_known_better_than_a_share_of_its_size():
    narrow = Interval(-2.0, -2.001, -1.999)
    assert tuple(interval.calibrated(narrow, "level", 5.0)) == pytest.approx((-2.3, -1.7))
    same = Interval(-2.0, -2.0, -2.0)  # a policy and itself
    assert interval.calibrated(same, "level", 5.0) == same


def test_noise_of_few_paths_is_taken_out():
    """Laws with spread 1, each known with error 1 from all of its paths: the halves have errors of sqrt(2)."""
    rng = np.random.default_rng(2)
    truth = rng.normal(size=4000)
    halves = truth + rng.normal(scale=2.0**0.5, size=(2, 4000))
    whole = halves.mean(axis=0)
    found = interval.by_resampling(0.0, whole, halves[0], halves[1])
    assert found.high == pytest.approx(1.6449, rel=0.06)
    assert found.low == pytest.approx(-1.6449, rel=0.06)


def test_what_does_not_exist_in_one_resample_of_ten_has_no_interval():
    whole = np.linspace(-1.0, 1.0, 60)
    few, many = whole.copy(), whole.copy()
    few[:6], many[:7] = np.nan, np.nan
    assert np.isfinite(interval.by_resampling(0.0, few, few, few).low)
    assert np.isnan([*interval.by_resampling(0.0, many, many, many)]).all()
    assert np.isnan([*interval.by_simulation(np.nan, whole)]).all()


def test_what_never_differs_is_known():
    same = np.zeros(60)
    assert interval.by_resampling(0.0, same, same, same) == (0.0, 0.0)


def test_stretches_between_tuned_years_lie_between_theirs_and_stay_beyond_them():
    for kind, tuned in interval.STRETCH.items():
        ends = sorted(tuned)
        assert [interval.stretch_of(kind, years) for years in ends] == [tuned[years] for years in ends]
        assert interval.stretch_of(kind, 1.0) == tuned[ends[0]]
        assert interval.stretch_of(kind, 50.0) == tuned[ends[-1]]
        middle = interval.stretch_of(kind, (ends[0] * ends[1]) ** 0.5)
        assert middle == pytest.approx((tuned[ends[0]] + tuned[ends[1]]) / 2.0)
