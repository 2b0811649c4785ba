"""
`fill`: the returns of any world, tile by tile, for a block of paths; the arrays that describe a world to it.

One array type for all worlds, so that a kernel is compiled once for all of them. Every number depends on (key, path,
time) alone: never on lanes, tiles, threads or order. Each function writes ``rows[s * lanes + i]`` and ``returns`` for
path number ``path + i`` at time ``t + s``; loops over lanes are innermost and without branches, so that they vectorise.
Settings in `numbers`:

========== ==========================================================================================================
WINDOWS    step from one path's first row to the next one's
STATIONARY chance that a block ends, times 2**32
BLOCKS     block length; rows that may start a block
OUTCOMES   chance of a win, times 2**32; number of wins in the table
NORMAL     mean; sd
STUDENT    mean; scale; degrees of freedom
REGIMES    states k; what is told (0 nothing, 1 the bar's state, 2 the state before); degrees of freedom (0 normal);
           cumulative start (k); cumulative transitions (k k); means (k); scales (k)
GARCH      mean; omega; alpha; gamma; beta; first variance; degrees of freedom (0 normal); scale of the noise;
           volatility bins (1: nothing is told); log variance where the first bin begins; bins per unit of log variance
========== ==========================================================================================================
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nija_research.compiled import entry, wide
from nija_research.simulate.rng import counter, first_product, next_path, random_bits, squares64, unit_high
from nija_research.simulate.worlds.noise import Floats, Ints, Key, fill_normal, fill_student, log_of, part

__all__ = ["CARRY", "OWN", "TABLES", "WorldArrays", "fill", "fill_stationary"]

#: Kinds of generator; `fill` says what each reads in `numbers`.
WINDOWS, STATIONARY, BLOCKS, OUTCOMES, NORMAL, STUDENT, REGIMES, GARCH = range(8)
#: Kinds whose returns stand in a table, so that a draw has a source row.
TABLES = (WINDOWS, STATIONARY, BLOCKS, OUTCOMES)
#: `rows` of a world whose source rows are their own market rows, or of which no market row is asked.
OWN = np.empty(0, dtype=np.int64)
#: Numbers that a path remembers between tiles of time.
CARRY = 2


class WorldArrays(NamedTuple):
    """
    What compiled code reads; arrays are contiguous, unused ones have length 1.

    Attributes
    ----------
    kind : int
        Which generator.
    numbers : numpy.ndarray of float
        Settings of the generator.
    returns : numpy.ndarray of float
        Source rows: return per unit staked, net of costs and times leverage.
    rows : numpy.ndarray of int64
        Market row of each source row; of length 1 where there is only one market row, empty where each source row is
        its own.
    """

    kind: int
    numbers: Floats
    returns: Floats
    rows: Ints

    @classmethod
    def of(
        cls, kind: int, numbers: list[float], returns: Floats | None = None, rows: Ints | None = None
    ) -> WorldArrays:
        """Return the arrays as compiled code must have them: own copies, one dtype each."""
        one = np.zeros(1)
        return cls(
            int(kind),
            np.array(numbers, dtype=np.float64),
            np.array(one if returns is None else returns, dtype=np.float64).ravel(),
            np.array(one if rows is None else rows, dtype=np.int64).ravel(),
        )


_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
#: A 32-bit number is always below this one: draw anew for certain.
_ALWAYS = np.uint64(1 << 32)


@part
def fill_windows(world: WorldArrays, path: int, t: int, steps: int, lanes: int, returns: Floats, rows: Ints) -> None:
    """Path p is the table from row ``p * numbers[0]`` on; no randomness."""
    source, stride = world.returns, np.int64(world.numbers[0])
    for s in range(steps):
        b = s * lanes
        for i in range(lanes):
            row = (path + i) * stride + t + s
            rows[b + i] = row
            returns[b + i] = source[np.uint64(row)]


@part
def fill_stationary(
    world: WorldArrays, key: Key, path: int, t: int, steps: int, lanes: int, position: Ints, returns: Floats, rows: Ints
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
        b, product = s * lanes, first_product(path, t + s, key)
        for i in range(lanes):
            bits = random_bits(product, key)
            product += onto
            fresh = np.int64(((bits & _LOW) * many) >> _HALF)
            onward = position[i] + 1
            onward = 0 if onward == n else onward
            row = fresh if (bits >> _HALF) < chance else onward
            position[i] = row
            rows[b + i] = row
        for i in range(lanes):  # apart, because a table that is looked up keeps the loop above from vectorising
            returns[b + i] = source[np.uint64(rows[b + i])]


@part
def fill_blocks(
    world: WorldArrays, key: Key, path: int, t: int, steps: int, lanes: int, position: Ints, returns: Floats, rows: Ints
) -> None:
    """Blocks of ``numbers[0]`` rows that start at one of the first ``numbers[1]`` rows, on the circle."""
    wide()
    source, n = world.returns, len(world.returns)
    block, starts = np.int64(world.numbers[0]), np.uint64(world.numbers[1]) & _LOW
    onto = next_path(key)
    for s in range(steps):
        b = s * lanes
        if (t + s) % block == 0:
            product = first_product(path, t + s, key)
            for i in range(lanes):
                position[i] = np.int64(((random_bits(product, key) & _LOW) * starts) >> _HALF)
                product += onto
        else:
            for i in range(lanes):
                onward = position[i] + 1
                position[i] = 0 if onward == n else onward
        for i in range(lanes):
            rows[b + i] = position[i]
            returns[b + i] = source[np.uint64(position[i])]


@part
def fill_outcomes(
    world: WorldArrays, key: Key, path: int, t: int, steps: int, lanes: int, returns: Floats, rows: Ints
) -> None:
    """A win with chance ``numbers[0] / 2**32``: one of the first ``numbers[1]`` rows; else one of the others."""
    wide()
    source = world.returns
    chance, wins = np.uint64(world.numbers[0]), np.uint64(world.numbers[1])
    losses = np.uint64(len(source)) - wins
    onto = next_path(key)
    for s in range(steps):
        b, product = s * lanes, first_product(path, t + s, key)
        for i in range(lanes):
            bits = random_bits(product, key)
            product += onto
            won = (bits >> _HALF) < chance
            many = (wins if won else losses) & _LOW
            first = np.uint64(0) if won else wins
            rows[b + i] = np.int64(first + (((bits & _LOW) * many) >> _HALF))
        for i in range(lanes):
            returns[b + i] = source[np.uint64(rows[b + i])]


@part
def market_rows(world: WorldArrays, n: int, rows: Ints) -> None:
    """Turn the first `n` source rows into market rows, in place; they are already where `rows` is empty."""
    if len(world.rows) == 1:
        for j in range(n):
            rows[j] = 0
    elif len(world.rows) > 1:
        for j in range(n):
            rows[j] = world.rows[np.uint64(rows[j])]


#: Draws from here on belong to the noise, those below to the hidden state: two streams of one path.
_NOISE = 1 << 31


@part
def fill_independent(
    world: WorldArrays, key: Key, path: int, t: int, steps: int, lanes: int, carry: Floats, returns: Floats, rows: Ints
) -> None:
    """``mean + scale x noise``, independent; one market row."""
    mean, scale = world.numbers[0], world.numbers[1]
    if world.kind == NORMAL:
        fill_normal(key, path, _NOISE, t, steps, lanes, carry, returns)
    else:
        fill_student(key, path, _NOISE, t, steps, lanes, world.numbers[2], returns)
    for j in range(steps * lanes):
        returns[j] = mean + scale * returns[j]
        rows[j] = 0


@part
def fill_regimes(
    world: WorldArrays, key: Key, path: int, t: int, steps: int, lanes: int, carry: Floats, returns: Floats, rows: Ints
) -> None:
    """Hidden Markov chain: ``mean[state] + scale[state] x noise``; rows say what is told before the bar."""
    numbers = world.numbers
    k, state_known, df = np.int64(numbers[0]), np.int64(numbers[1]), numbers[2]
    start, move = 3, 3 + k
    means, scales = move + k * k, move + k * k + k
    state, spare = carry[:lanes].view(np.int64), carry[lanes:]
    if df == 0.0:
        fill_normal(key, path, _NOISE, t, steps, lanes, spare, returns)
    else:
        fill_student(key, path, _NOISE, t, steps, lanes, df, returns)
    for s in range(steps):
        b = s * lanes
        opening = t + s == 0
        for i in range(lanes):
            before = np.int64(0) if opening else state[i]
            u = unit_high(squares64(counter(path + i, t + s), key))
            law = start if opening else move + before * k
            now = 0
            for j in range(k - 1):
                now += 1 if u >= numbers[law + j] else 0
            state[i] = now
            known = k if opening else before
            known = now if state_known == 1 else known
            rows[b + i] = 0 if state_known == 0 else known
            returns[b + i] = numbers[means + now] + numbers[scales + now] * returns[b + i]


@part
def fill_garch(
    world: WorldArrays, key: Key, path: int, t: int, steps: int, lanes: int, carry: Floats, returns: Floats, rows: Ints
) -> None:
    """``h' = omega + (alpha + gamma 1[e < 0]) e**2 + beta h``; the row is the bin of h, known before the bar."""
    wide()
    numbers = world.numbers
    mean, omega, alpha, gamma, beta = numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]
    first, df, scale = numbers[5], numbers[6], numbers[7]
    bins, low, per_log = np.int64(numbers[8]), numbers[9], numbers[10]
    variance, spare = carry[:lanes], carry[lanes:]
    if df == 0.0:
        fill_normal(key, path, _NOISE, t, steps, lanes, spare, returns)
    else:
        fill_student(key, path, _NOISE, t, steps, lanes, df, returns)
    for s in range(steps):
        b = s * lanes
        for i in range(lanes):
            h = first if t + s == 0 else variance[i]
            shock = np.sqrt(h) * scale * returns[b + i]
            returns[b + i] = mean + shock
            variance[i] = omega + (alpha + (gamma if shock < 0.0 else 0.0)) * shock * shock + beta * h
            rows[b + i] = 0
            if bins > 1:
                rows[b + i] = np.int64(min(max((log_of(h) - low) * per_log, 0.0), bins - 1.0))


@entry
def fill(
    world: WorldArrays, key: Key, path: int, t: int, steps: int, lanes: int, carry: Floats, returns: Floats, rows: Ints
) -> None:
    """
    Write ``returns[s * lanes + i]`` and ``rows[s * lanes + i]``: path number `path` + i at time `t` + s.

    Parameters
    ----------
    world : WorldArrays
        The world.
    key : numpy.uint64
        From `squares.key_of`.
    path, t : int
        First path and first time of the tile; the tiles of a path are asked for in the order of time, from 0.
    steps, lanes : int
        Size of the tile.
    carry : numpy.ndarray, shape (CARRY * lanes,)
        What the paths remember between tiles; set at time 0.
    returns, rows : numpy.ndarray, shape (at least steps * lanes,)
        Return per unit staked, and the market row that held *before* it.
    """
    position = carry.view(np.int64)
    if world.kind == WINDOWS:
        fill_windows(world, path, t, steps, lanes, returns, rows)
    elif world.kind == STATIONARY:
        fill_stationary(world, key, path, t, steps, lanes, position, returns, rows)
    elif world.kind == BLOCKS:
        fill_blocks(world, key, path, t, steps, lanes, position, returns, rows)
    elif world.kind == OUTCOMES:
        fill_outcomes(world, key, path, t, steps, lanes, returns, rows)
    elif world.kind == NORMAL or world.kind == STUDENT:
        fill_independent(world, key, path, t, steps, lanes, carry, returns, rows)
    elif world.kind == REGIMES:
        fill_regimes(world, key, path, t, steps, lanes, carry, returns, rows)
    elif world.kind == GARCH:
        fill_garch(world, key, path, t, steps, lanes, carry, returns, rows)
    if world.kind <= OUTCOMES:
        market_rows(world, steps * lanes, rows)
