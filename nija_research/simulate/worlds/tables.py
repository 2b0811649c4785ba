"""
Compiled draws from a table of returns: windows, bootstraps, wins and losses.

Each function writes ``rows[s * lanes + i]`` (source row) and ``returns`` for path number ``path + i`` at time
``t + s``. Loops over lanes are innermost and without branches, so that they vectorise: a stationary bootstrap costs
little more than its random number. Stands on: `squares`, `vector`, `arrays`.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from nija_research.simulate.squares import first_of, mixed, next_path
from nija_research.simulate.vector import wide
from nija_research.simulate.worlds.arrays import WorldArrays

__all__ = ["fill_blocks", "fill_outcomes", "fill_stationary", "fill_windows", "market_rows"]

_entry = numba.njit(error_model="numpy")
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
#: A 32-bit number is always below this one: draw anew for certain.
_ALWAYS = np.uint64(1 << 32)


@_entry
def fill_windows(
    world: WorldArrays,
    path: int,
    t: int,
    steps: int,
    lanes: int,
    returns: NDArray[np.float64],
    rows: NDArray[np.int64],
) -> None:
    """Path p is the table from row ``p * numbers[0]`` on; no randomness."""
    source, stride = world.returns, np.int64(world.numbers[0])
    for s in range(steps):
        b = s * lanes
        for i in range(lanes):
            row = (path + i) * stride + t + s
            rows[b + i] = row
            returns[b + i] = source[np.uint64(row)]


@_entry
def fill_stationary(
    world: WorldArrays,
    key: np.uint64,
    path: int,
    t: int,
    steps: int,
    lanes: int,
    position: NDArray[np.int64],
    returns: NDArray[np.float64],
    rows: NDArray[np.int64],
) -> None:
    """
    Stationary bootstrap: the next row of the circle, or with chance ``numbers[0] / 2**32`` a row drawn anew.

    One 64-bit number a step: its upper half decides whether a block ends, its lower half where the next one starts.
    """
    wide()
    source, n = world.returns, len(world.returns)
    many = np.uint64(n) & _LOW  # known to be narrow, which makes the product below one instruction
    onto = next_path(key)
    for s in range(steps):
        chance = _ALWAYS if t + s == 0 else np.uint64(world.numbers[0])
        b, product = s * lanes, first_of(path, t + s, key)
        for i in range(lanes):
            bits = mixed(product, key)
            product += onto
            fresh = np.int64(((bits & _LOW) * many) >> _HALF)
            onward = position[i] + 1
            onward = 0 if onward == n else onward
            row = fresh if (bits >> _HALF) < chance else onward
            position[i] = row
            rows[b + i] = row
        for i in range(lanes):  # apart, because a table that is looked up keeps the loop above from vectorising
            returns[b + i] = source[np.uint64(rows[b + i])]


@_entry
def fill_blocks(
    world: WorldArrays,
    key: np.uint64,
    path: int,
    t: int,
    steps: int,
    lanes: int,
    position: NDArray[np.int64],
    returns: NDArray[np.float64],
    rows: NDArray[np.int64],
) -> None:
    """Blocks of ``numbers[0]`` rows that start at one of the first ``numbers[1]`` rows, on the circle."""
    wide()
    source, n = world.returns, len(world.returns)
    block, starts = np.int64(world.numbers[0]), np.uint64(world.numbers[1]) & _LOW
    onto = next_path(key)
    for s in range(steps):
        b = s * lanes
        if (t + s) % block == 0:
            product = first_of(path, t + s, key)
            for i in range(lanes):
                position[i] = np.int64(((mixed(product, key) & _LOW) * starts) >> _HALF)
                product += onto
        else:
            for i in range(lanes):
                onward = position[i] + 1
                position[i] = 0 if onward == n else onward
        for i in range(lanes):
            rows[b + i] = position[i]
            returns[b + i] = source[np.uint64(position[i])]


@_entry
def fill_outcomes(
    world: WorldArrays,
    key: np.uint64,
    path: int,
    t: int,
    steps: int,
    lanes: int,
    returns: NDArray[np.float64],
    rows: NDArray[np.int64],
) -> None:
    """A win with chance ``numbers[0] / 2**32``: one of the first ``numbers[1]`` rows; else one of the others."""
    wide()
    source = world.returns
    chance, wins = np.uint64(world.numbers[0]), np.uint64(world.numbers[1])
    losses = np.uint64(len(source)) - wins
    onto = next_path(key)
    for s in range(steps):
        b, product = s * lanes, first_of(path, t + s, key)
        for i in range(lanes):
            bits = mixed(product, key)
            product += onto
            won = (bits >> _HALF) < chance
            many = (wins if won else losses) & _LOW
            first = np.uint64(0) if won else wins
            rows[b + i] = np.int64(first + (((bits & _LOW) * many) >> _HALF))
        for i in range(lanes):
            returns[b + i] = source[np.uint64(rows[b + i])]


@_entry
def market_rows(world: WorldArrays, n: int, rows: NDArray[np.int64]) -> None:
    """Turn the first `n` source rows into market rows, in place; they are already where `rows` is empty."""
    if len(world.rows) == 1:
        for j in range(n):
            rows[j] = 0
    elif len(world.rows) > 1:
        for j in range(n):
            rows[j] = world.rows[np.uint64(rows[j])]
