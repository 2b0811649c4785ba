"""A number of a world depends on key, path and time alone; compiled code does what its plain text says."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from nija_research.simulate import worlds
from nija_research.simulate.rng import key_of
from nija_research.simulate.worlds import generator, noise
from nija_research.simulate.worlds import generator as dynamics
from nija_research.simulate.worlds import generator as tables
from nija_research.simulate.worlds.generator import CARRY

X = np.random.default_rng(1).normal(0.001, 0.02, 60)
TOLD = {"volatility": np.linspace(0.1, 0.5, 60)}
MOVE = [[0.9, 0.1], [0.2, 0.8]]
WORLDS = {
    "historic": worlds.historic(X, window=40, step=1, market=TOLD),
    "given": worlds.given(np.tile(X, (21, 1)), np.tile(np.arange(60) % 3, (21, 1)), {"kelly": [0.1, 0.2, 0.3]}),
    "stationary": worlds.bootstrap(X, block=5, market=TOLD),
    "circular": worlds.bootstrap(X, block=7, method="circular"),
    "moving": worlds.bootstrap(X, block=7, method="moving"),
    "trades": worlds.trades(0.4, wins=[0.1, 0.2], losses=[-0.1, -0.2, -0.3]),
    "normal": worlds.iid(X),
    "student": worlds.iid(X, df=5),
    "regimes": worlds.regime_switching([0.1, -0.1], [0.1, 0.3], MOVE),
    "regimes t": worlds.regime_switching([0.1, -0.1], [0.1, 0.3], MOVE, df=4, market_state="truth"),
    "garch": worlds.garch(omega=1e-5, alpha=0.1, beta=0.8),
    "gjr t": worlds.garch(omega=1e-5, alpha=0.05, beta=0.8, gamma=0.1, df=5, market_state="none"),
}
PATHS, HORIZON = 21, 40


def by_tiles(world, key, lanes, tiles):
    """Draw with blocks of `lanes` paths and the given tile lengths."""
    returns, rows = np.empty((PATHS, HORIZON)), np.empty((PATHS, HORIZON), dtype=np.int64)
    for path in range(0, PATHS, lanes):
        m = min(lanes, PATHS - path)
        carry, t = np.full(CARRY * m, 1e300), 0  # whatever a carry holds before time 0
        for steps in tiles:
            tile, told = np.empty(steps * m), np.empty(steps * m, dtype=np.int64)
            generator.fill(world.arrays, key, path, t, steps, m, carry, tile, told)
            returns[path : path + m, t : t + steps] = tile.reshape(steps, m).T
            rows[path : path + m, t : t + steps] = told.reshape(steps, m).T
            t += steps
    return returns, rows


@pytest.mark.parametrize("name", WORLDS)
def test_any_split_of_paths_and_time_gives_the_same_bits(name):
    world, key = WORLDS[name], key_of(4)
    whole = world.draw(PATHS, HORIZON, rng=4)
    for lanes, tiles in ((64, [40]), (1, [40]), (1, [1] * 40), (5, [3, 7, 1, 1, 20, 8]), (8, [13, 27]), (21, [1] * 40)):
        returns, rows = by_tiles(world, key, lanes, tiles)
        assert np.array_equal(returns, whole.returns)
        assert np.array_equal(rows, whole.rows)


@pytest.mark.parametrize("name", WORLDS)
def test_more_paths_and_steps_leave_the_first_ones_as_they_were(name):
    world = WORLDS[name]
    small, large = world.draw(3, 10, rng=7), world.draw(PATHS, HORIZON, rng=7)
    assert np.array_equal(small.returns, large.returns[:3, :10])
    if name not in ("historic", "given"):
        assert not np.array_equal(small.returns, world.draw(3, 10, rng=8).returns)
        assert not np.array_equal(large.returns[0], large.returns[1])


@pytest.mark.parametrize("name", WORLDS)
def test_compiled_equals_plain(name, monkeypatch):
    world, key = WORLDS[name], key_of(4)
    compiled = world.draw(PATHS, HORIZON, rng=4)
    for module in (tables, noise, dynamics, generator):  # every compiled function any of them calls
        for attribute, function in list(vars(module).items()):
            if hasattr(function, "py_func"):
                monkeypatch.setattr(module, attribute, function.py_func)
            elif attribute == "wide":  # a word to the compiler
                monkeypatch.setattr(module, attribute, lambda: None)
    with np.errstate(over="ignore"):  # whole numbers wrap around by design
        returns, rows = by_tiles(world, key, 21, [15, 25])
    assert np.allclose(returns, compiled.returns, rtol=1e-12, atol=1e-16)
    assert np.array_equal(rows, compiled.rows)


def test_a_generator_is_advanced_and_a_seed_is_not():
    world, rng = WORLDS["stationary"], np.random.default_rng(5)
    first, second = world.draw(4, 20, rng=rng), world.draw(4, 20, rng=rng)
    assert not np.array_equal(first.returns, second.returns)
    assert np.array_equal(world.draw(4, 20, rng=np.random.default_rng(5)).returns, first.returns)
    assert np.array_equal(world.draw(4, 20, rng=5).returns, world.draw(4, 20, rng=5).returns)


@pytest.mark.parametrize("name", ["stationary", "garch", "given"])
def test_a_world_travels_to_another_process(name):
    world = WORLDS[name]
    arrived = pickle.loads(pickle.dumps(world))
    assert np.array_equal(arrived.draw(5, 20, rng=1).returns, world.draw(5, 20, rng=1).returns)
    assert arrived.market.rows == world.market.rows
