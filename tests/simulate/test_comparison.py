"""Two series resampled together: against numpy on the same rows, against arch on its own, and against hand counts."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.errors import ParameterError
from nija_research.simulate import compare_returns, worlds
from nija_research.simulate import comparison as pairs
from nija_research.simulate.rng import key_of


def two_series(n=700, seed=3):
    """A heavy-tailed market and half of it with noise of its own: correlated, of different risk."""
    rng = np.random.default_rng(seed)
    market = 0.0006 + 0.01 * rng.standard_t(4, n)
    return market, 0.5 * market + rng.normal(0.0, 0.004, n)


def by_numpy(a, b):
    """The three differences as their definitions say them: simple returns, compounded equity from 1."""
    found = []
    for r in (a, b):
        equity = np.concatenate([[1.0], np.cumprod(1.0 + r)])
        depth = 1.0 - equity / np.maximum.accumulate(equity)
        found.append((r.mean() / r.std(ddof=1), depth.max(), np.log(equity[-1]) / len(r)))
    return np.subtract(*found)


def test_the_series_themselves_are_compared_as_defined():
    # By hand: a falls 20 % on the first day, which counts from the start, and earns it back; b never falls.
    a = np.array([-0.2, 0.25] + [0.0, 0.01] * 9)
    b = np.array([0.01, 0.0] * 10)
    found = compare_returns(a, b, block=2, draws=10)
    assert found.drawdown.value == pytest.approx(0.2, abs=1e-14)
    assert found.growth.value == pytest.approx((9 - 10) * np.log(1.01) / 20, abs=1e-14)
    assert found.sharpe.value == pytest.approx(0.14 / 20 / a.std(ddof=1) - 0.005 / b.std(ddof=1), rel=1e-12)


@pytest.mark.parametrize("n", [20, 31, 64, 701])
@pytest.mark.parametrize("block", [1, 7.5])
def test_every_resample_is_what_numpy_makes_of_the_same_rows(n, block):
    a, b = two_series(n)
    found = compare_returns(a, b, block=block, draws=300, rng=5)  # more than a thread takes at a time
    rows = worlds.bootstrap(a, block=block).draw(300, n, rng=5).positions
    expected = np.stack([by_numpy(a[r], b[r]) for r in rows], axis=1)
    np.testing.assert_allclose(found.draws, expected, rtol=1e-9, atol=1e-12)


def test_the_interval_is_the_middle_of_the_resamples():
    found = compare_returns(*two_series(), block=5, draws=999, level=0.9)
    for one, draws in zip((found.sharpe, found.drawdown, found.growth), found.draws, strict=True):
        assert one.low == pytest.approx(np.sort(draws)[49] * 0.1 + np.sort(draws)[50] * 0.9, abs=1e-15)
        assert np.mean((draws >= one.low) & (draws <= one.high)) == pytest.approx(0.9, abs=0.002)


def test_a_range_of_drawdowns_is_not_called_a_confidence_interval():
    found = compare_returns(*two_series(), block=5, draws=50)
    assert np.isnan(found.drawdown.level)
    assert found.sharpe.level == found.growth.level == 0.95
    table = found.to_frame()
    assert list(table.index) == ["sharpe", "drawdown", "growth"]
    assert table.loc["drawdown"].tolist()[:3] == [found.drawdown.value, found.drawdown.low, found.drawdown.high]
    assert np.isnan(table.loc["drawdown", "level"])


def test_threads_and_the_number_of_draws_change_no_draw():
    a, b = two_series()
    alone = compare_returns(a, b, block=4, draws=1000, rng=9, threads=1).draws
    for other in (
        compare_returns(a, b, block=4, draws=1000, rng=9, threads=3),
        compare_returns(a, b, block=4, draws=1700, rng=9),
    ):
        np.testing.assert_array_equal(other.draws[:, :1000], alone)
    assert (compare_returns(a, b, block=4, draws=1000, rng=10).draws != alone).all()


def test_compiled_equals_its_plain_twin(monkeypatch):
    a, b = two_series(37)
    world = worlds.bootstrap(a, block=3).arrays._replace(returns=a - a.mean())
    table = np.stack([b - b.mean(), np.log1p(a), np.log1p(b)], axis=1).ravel()
    args = (world, table, a.mean(), b.mean(), key_of(2), 64)
    compiled, plain = np.empty((3, 70)), np.empty((3, 70))
    pairs.resample(*args, compiled)

    for name in ("_add", "_read", "_write", "_sharpe", "_compared"):
        monkeypatch.setattr(pairs, name, getattr(pairs, name).py_func)
    monkeypatch.setattr(pairs, "wide", lambda: None)
    pairs.resample.py_func(*args, plain)
    np.testing.assert_allclose(compiled, plain, rtol=1e-12, atol=1e-15)


def test_means_agree_with_those_of_arch():
    """
    Two bootstraps with different random numbers: six comparisons at |z| < 3.5, false alarm 6 x 4.7e-4 = 0.3 %.

    arch ends a block with chance 1 / block as well, so that mean and spread of the resamples have the same law.
    """
    from arch.bootstrap import StationaryBootstrap

    a, b = two_series(300)
    ours = compare_returns(a, b, block=6, draws=20_000, rng=1).draws
    theirs = np.asarray(StationaryBootstrap(6, a, b, seed=1).apply(by_numpy, 3000)).T
    n, m = ours.shape[1], theirs.shape[1]
    error = np.sqrt(ours.var(axis=1, ddof=1) / n + theirs.var(axis=1, ddof=1) / m)
    assert (abs(ours.mean(axis=1) - theirs.mean(axis=1)) < 3.5 * error).all()

    def squared(x):
        return (x - x.mean(axis=1, keepdims=True)) ** 2

    mine, other = squared(ours), squared(theirs)
    error = np.sqrt(mine.var(axis=1, ddof=1) / n + other.var(axis=1, ddof=1) / m)
    assert (abs(mine.mean(axis=1) - other.mean(axis=1)) < 3.5 * error).all()


def test_a_resample_without_variance_has_no_sharpe_ratio_and_does_not_count():
    a = np.zeros(20)
    a[0] = 0.013  # whose rounding leaves a variance of 5e-21 in a constant resample
    found = compare_returns(a, -a, block=1, draws=2000)
    rows = worlds.bootstrap(a, block=1).draw(2000, 20, rng=0).positions
    constant = np.ptp(a[rows], axis=1) == 0.0
    assert 0.25 < constant.mean() < 0.47  # (19 / 20) ** 20 = 0.358
    np.testing.assert_array_equal(np.isnan(found.draws[0]), constant)
    assert np.isfinite([found.sharpe.low, found.sharpe.high]).all()
    assert np.isfinite(found.draws[2]).all()


def test_the_block_is_the_longest_of_returns_and_squares_of_both():
    from nija_research.estimate.kelly.bootstrap import block_length

    rng = np.random.default_rng(4)
    calm = rng.normal(0.0, 0.01, 1000)
    clustered = rng.normal(0.0, 0.01, 1000) * np.repeat(rng.choice([0.3, 2.0], 20), 50)
    longest = block_length(clustered)
    assert longest > block_length(calm)
    for a, b in ((calm, clustered), (clustered, calm)):
        assert compare_returns(a, b, draws=10).block == longest


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"a": np.zeros((30, 2))}, "a must be one series"),
        ({"b": np.full(19, 0.1)}, "b must be one series of at least 20"),
        ({"b": np.linspace(-0.1, 0.1, 31)}, "same periods, got 30 and 31"),
        ({"a": np.r_[np.linspace(-0.1, 0.1, 29), np.nan]}, r"a\[29\] must be a finite return"),
        ({"b": np.r_[-1.0, np.linspace(-0.1, 0.1, 29)]}, r"b\[0\] must be a finite return above -1"),
        ({"a": np.full(30, 0.01)}, "a is constant"),
        ({"a": ["x"] * 30}, "a must be numbers"),
        ({"block": 0.5}, r"block must lie in \[1, 30\]"),
        ({"block": 31}, r"block must lie in \[1, 30\]"),
        ({"block": "long"}, "block must be one of auto"),
        ({"draws": 0}, "draws must be a whole number"),
        ({"level": 1.0}, "level must lie between 0 and 1"),
        ({"level": 95}, "level"),
        ({"rng": -1}, "rng must be 0 or more"),
        ({"threads": 0}, "threads"),
    ],
)
def test_bad_input_is_refused_with_the_cure(change, says):
    good = {"a": np.linspace(-0.1, 0.1, 30), "b": np.linspace(0.1, -0.05, 30), "block": 2, "draws": 10}
    with pytest.raises(ParameterError, match=says):
        compare_returns(**{**good, **change})
