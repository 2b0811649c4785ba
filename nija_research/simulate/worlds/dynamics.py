"""
Compiled draws from a law: independent, regime switching, GARCH. Settings as `generator` lists them.

Stands on: `noise`, `elementary`, `squares`, `vector`, `arrays`.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from nija_research.simulate.squares import counter, squares64, unit_high
from nija_research.simulate.vector import wide
from nija_research.simulate.worlds.arrays import NORMAL, WorldArrays
from nija_research.simulate.worlds.elementary import log_of
from nija_research.simulate.worlds.noise import fill_normal, fill_student

__all__ = ["fill_garch", "fill_independent", "fill_regimes"]

_entry = numba.njit(error_model="numpy")
#: Draws from here on belong to the noise, those below to the hidden state: two streams of one path.
_NOISE = 1 << 31


@_entry
def fill_independent(
    world: WorldArrays,
    key: np.uint64,
    path: int,
    t: int,
    steps: int,
    lanes: int,
    carry: NDArray[np.float64],
    returns: NDArray[np.float64],
    rows: NDArray[np.int64],
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


@_entry
def fill_regimes(
    world: WorldArrays,
    key: np.uint64,
    path: int,
    t: int,
    steps: int,
    lanes: int,
    carry: NDArray[np.float64],
    returns: NDArray[np.float64],
    rows: NDArray[np.int64],
) -> None:
    """Hidden Markov chain: ``mean[state] + scale[state] x noise``; rows say what is told before the bar."""
    numbers = world.numbers
    k, told, df = np.int64(numbers[0]), np.int64(numbers[1]), numbers[2]
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
            known = now if told == 1 else known
            rows[b + i] = 0 if told == 0 else known
            returns[b + i] = numbers[means + now] + numbers[scales + now] * returns[b + i]


@_entry
def fill_garch(
    world: WorldArrays,
    key: np.uint64,
    path: int,
    t: int,
    steps: int,
    lanes: int,
    carry: NDArray[np.float64],
    returns: NDArray[np.float64],
    rows: NDArray[np.int64],
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
