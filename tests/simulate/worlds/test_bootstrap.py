"""Bootstraps against their laws: which rows, how long a block lives, what it remembers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nija_research.data import trades_from_returns
from nija_research.simulate import worlds

N = 40


@pytest.fixture(scope="module")
def series():
    """An AR(1) with storms, so that returns and their squares remember."""
    rng = np.random.default_rng(3)
    x = np.zeros(N)
    for t in range(1, N):
        x[t] = 0.6 * x[t - 1] + rng.normal(0.001, 0.01 * (1 + 2 * (t % 20 > 12)))
    return x


def circular_autocovariance(x, k):
    """By the sum, not by the code under test."""
    mean = sum(x) / len(x)
    return sum((x[j] - mean) * (x[(j + k) % len(x)] - mean) for j in range(len(x))) / len(x)


def new_blocks(positions, n):
    """Whether a step starts a block that does not happen to carry on where the last one stopped."""
    return positions[:, 1:] != (positions[:, :-1] + 1) % n


def test_single_rows_are_drawn_alike():
    world = worlds.bootstrap(np.linspace(-0.1, 0.1, 37), block=1)
    counts = np.bincount(world.draw(500, 400, rng=11).positions.ravel(), minlength=37)
    assert stats.chisquare(counts).pvalue > 1e-3  # fails in 1 of 1,000 seeds


def test_stationary_blocks_are_geometric():
    # Many rows, so that a new block is almost never taken for the old one: chance 1 in 20,000.
    world = worlds.bootstrap(np.random.default_rng(0).normal(0, 0.01, 20_000), block=5)
    positions = world.draw(400, 1000, rng=5).positions
    starts = new_blocks(positions, 20_000)
    lengths = []
    for row in starts:
        at = np.flatnonzero(row)
        lengths.extend(np.diff(at)[at[:-1] < 500])  # blocks cut off by the end would look short
    lengths = np.array(lengths)
    longest = 25
    counts = [*(np.count_nonzero(lengths == k) for k in range(1, longest)), np.count_nonzero(lengths >= longest)]
    chances = [*(0.2 * 0.8 ** (k - 1) for k in range(1, longest)), 0.8 ** (longest - 1)]
    assert stats.chisquare(counts, np.array(chances) * len(lengths)).pvalue > 1e-3


def test_stationary_blocks_are_as_long_as_asked_for(agrees):
    for block in (1.0, 1.5, 12.0, 400.0):
        world = worlds.bootstrap(np.random.default_rng(0).normal(0, 0.01, 500), block=block)
        positions = world.draw(2000, 300, rng=8).positions
        agrees(new_blocks(positions, 500).mean(axis=1), (1 / block) * (1 - 1 / 500)) if block > 1 else None
        first = np.bincount(positions[:, 0], minlength=500)
        assert stats.chisquare(first).pvalue > 1e-3


@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize("block", [3.0, 10.0])
def test_stationary_memory_is_the_samples_times_the_chance_of_one_block(series, agrees, block, power):
    # Politis and Romano (1994): cov(x*[t], x*[t+k]) = (1 - 1/L)**k times the circular autocovariance.
    world = worlds.bootstrap(series, block=block)
    drawn = world.draw(4000, 200, rng=21).returns
    x = series if power == 1 else (series - series.mean()) ** 2
    y = drawn if power == 1 else (drawn - series.mean()) ** 2
    for k in (1, 2, 5):
        expected = (1 - 1 / block) ** k * circular_autocovariance(x, k)
        agrees(((y[:, :-k] - x.mean()) * (y[:, k:] - x.mean())).mean(axis=1), expected)
        if power == 2:
            variance = circular_autocovariance(x, 0)
            assert world.moments.acf_squares[k - 1] == pytest.approx(expected / variance, rel=1e-12)


@pytest.mark.parametrize("method", ["circular", "moving"])
def test_blocks_of_one_length(series, method):
    world = worlds.bootstrap(series, block=7, method=method)
    positions = world.draw(3000, 70, rng=2).positions
    blocks = positions.reshape(3000, 10, 7)
    assert ((blocks - blocks[:, :, :1]) % N == np.arange(7)).all()
    starts = N if method == "circular" else N - 6
    counts = np.bincount(blocks[:, :, 0].ravel(), minlength=starts)
    assert len(counts) == starts
    assert stats.chisquare(counts).pvalue > 1e-3


def every_block(x, block, method):
    """All equally likely blocks, written out: (starts, places)."""
    starts = range(len(x) - block + 1) if method == "moving" else range(len(x))
    return np.array([[x[(a + s) % len(x)] for s in range(block)] for a in starts])


@pytest.mark.parametrize("method", ["circular", "moving"])
@pytest.mark.parametrize("block", [1, 7, 12])
def test_stated_moments_are_those_of_all_blocks(series, agrees, method, block):
    world = worlds.bootstrap(series, block=block, method=method)
    blocks = every_block(series, block, method)
    m = world.moments
    assert m.mean == pytest.approx(blocks.mean(), rel=1e-12)
    assert m.sd == pytest.approx(blocks.std(), rel=1e-12)
    assert m.skewness == pytest.approx(stats.skew(blocks.ravel()), rel=1e-9)
    assert m.kurtosis == pytest.approx(stats.kurtosis(blocks.ravel()), rel=1e-9)
    squares = (blocks - blocks.mean()) ** 2
    for k in (1, 3):
        pairs = [  # every pair of blocks, then every place
            squares[:, s, None] * squares[:, s + k][:, None] if s + k < block
            else squares[:, s][:, None] * squares[:, (s + k) % block][None, :]
            for s in range(block)
        ]  # fmt: skip
        joint = np.mean([pair.mean() for pair in pairs]) - squares.mean() ** 2
        assert m.acf_squares[k - 1] == pytest.approx(joint / squares.var(), abs=1e-12)
    agrees(world.draw(4000, 12 * block, rng=4).returns.mean(axis=1), m.mean)


def test_moving_blocks_reach_the_ends_less_often():
    # Ten rows, blocks of 4: 7 starts; row 0 lies in one block, row 3 in four.
    world = worlds.bootstrap(np.arange(10) / 100, block=4, method="moving")
    weights = np.array([1, 2, 3, 4, 4, 4, 4, 3, 2, 1]) / 28
    assert world.moments.mean == pytest.approx(weights @ np.arange(10) / 100)
    # A block of all rows is the past itself.
    whole = worlds.bootstrap([0.1, -0.2, 0.3], block=3, method="moving")
    assert whole.draw(2, 6, rng=0).returns.tolist() == [[0.1, -0.2, 0.3] * 2] * 2


def test_assets_are_drawn_jointly(agrees):
    rng = np.random.default_rng(6)
    common = rng.normal(0, 0.01, 300)
    assets = np.column_stack([common + rng.normal(0, 0.004, 300), 0.5 * common + rng.normal(0, 0.004, 300)])
    for table in (assets, pd.DataFrame(assets, columns=["BTC", "SOL"])):
        world = worlds.bootstrap(table, block=6, weights=[0.25, 0.75])
        drawn = world.draw(3000, 60, rng=9)
        rebuilt = assets[drawn.positions]
        assert np.array_equal(drawn.returns, (assets @ [0.25, 0.75])[drawn.positions])
        product = (rebuilt - assets.mean(axis=0)).prod(axis=2).mean(axis=1)
        agrees(product, np.cov(assets.T, ddof=0)[0, 1])
    assert "2 assets" in world.source
    equal = worlds.bootstrap(assets, block=6)
    assert equal.moments.mean == pytest.approx(assets.mean())


def test_the_market_comes_with_its_row():
    told = {"volatility": np.linspace(0.1, 0.9, N), "regime": ["CRISIS", "UNKNOWN"] * (N // 2)}
    returns = np.linspace(-0.05, 0.05, N)
    world = worlds.bootstrap(returns, block=4, market=pd.DataFrame(told))
    drawn = world.draw(10, 50, rng=1)
    assert np.array_equal(drawn.rows, drawn.positions)
    assert np.allclose(world.market.volatility[drawn.rows], 0.5 + 8 * drawn.returns)
    assert world.market.regime[:2].tolist() == [4, 5]
    constant = worlds.bootstrap(returns, block=4, market={"volatility": 0.3, "regime": "RANGING"})
    assert constant.market.rows == 1
    assert not constant.draw(10, 50, rng=1).rows.any()
    assert np.array_equal(constant.draw(10, 50, rng=1).returns, drawn.returns)


def test_the_block_is_the_longer_one_of_returns_and_squares():
    from arch.bootstrap import optimal_block_length

    rng = np.random.default_rng(4)
    storms = np.repeat(rng.choice([0.005, 0.03], 40), 25)
    x = rng.normal(0, storms)
    found = {
        method: [float(optimal_block_length(y)[method].iloc[0]) for y in (x, x**2)]
        for method in ("stationary", "circular")
    }
    assert found["stationary"][1] > 5 * found["stationary"][0]  # returns alone would forget the storms
    world = worlds.bootstrap(x)
    assert f"mean block {np.ceil(found['stationary'][1]):g} (Politis-White" in world.source
    assert f"block {np.ceil(found['circular'][1]):g} (Politis-White" in worlds.bootstrap(x, method="moving").source


def test_a_log_brings_its_returns_and_its_pace():
    log = trades_from_returns([0.02, -0.01, 0.03, 0.01, -0.02], step="12h")
    world = worlds.bootstrap(log, block=2)
    assert world.calendar.trades_per_day == pytest.approx(2.0)
    assert world.arrays.returns.tolist() == pytest.approx([0.02, -0.01, 0.03, 0.01, -0.02])
    assert "5 trades" in world.source
    assert worlds.bootstrap(log["return"], block=2).calendar.trades_per_day == 1.0
