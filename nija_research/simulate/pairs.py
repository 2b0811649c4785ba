"""
Pairs of return rows resampled in the stationary bootstrap, each resample reduced to three differences on the way.

Compiled; `compare` is the door and says what the numbers are. Blocks of lanes, a lane a resample, from the draws of
`worlds.bootstrap`. Stands on: `squares`, `vector`, `worlds`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.policy.compiled import entry, rule
from nija_research.simulate.vector import GATHERED, LANES, aligned, gather, wide
from nija_research.simulate.worlds.arrays import WorldArrays
from nija_research.simulate.worlds.tables import fill_stationary

__all__ = ["as_they_are", "resample"]

_TILE = 32  # rows drawn at a time
_FIELDS = 5  # running numbers of a series, see `_Sums`
_COLUMNS = 3  # numbers of a row in the table, see `resample`
_TOGETHER = 4  # rows added at a time
#: A variance this far below its terms is rounding: the resample is constant and has no Sharpe ratio.
_ROUNDING = 1e-13


class _Sums(NamedTuple):
    """What a resample of one series has come to so far: the deviations are from the mean of the whole series."""

    total: float  # of deviations
    squares: float  # of deviations
    equity: float  # log of compounded equity, 0 at the start
    peak: float  # highest so far
    fall: float  # deepest so far below the peak


@rule
def _add(sums: _Sums, deviation: float, growth: float) -> _Sums:
    """Add a row of one series."""
    equity = sums.equity + growth
    peak = max(sums.peak, equity)
    return _Sums(
        sums.total + deviation, sums.squares + deviation * deviation, equity, peak, max(sums.fall, peak - equity)
    )


@rule
def _read(v: NDArray[np.float64], i: int) -> _Sums:
    """Sums in lane `i`."""
    return _Sums(v[i], v[LANES + i], v[2 * LANES + i], v[3 * LANES + i], v[4 * LANES + i])


@rule
def _write(v: NDArray[np.float64], i: int, sums: _Sums) -> None:
    """Write sums into lane `i`."""
    v[i], v[LANES + i], v[2 * LANES + i], v[3 * LANES + i], v[4 * LANES + i] = sums


@rule
def _sharpe(sums: _Sums, mean: float, n: int) -> float:
    """Sharpe ratio of n rows; NaN for a constant series."""
    spread = sums.squares - sums.total * sums.total / n
    ratio = (mean + sums.total / n) / np.sqrt(max(spread, 0.0) / (n - 1))
    return ratio if spread > _ROUNDING * sums.squares else np.nan


@rule
def _compared(a: _Sums, b: _Sums, mean_a: float, mean_b: float, n: int) -> tuple[float, float, float]:
    """Differences of Sharpe ratio, max drawdown and growth."""
    return (
        _sharpe(a, mean_a, n) - _sharpe(b, mean_b, n),
        np.exp(-b.fall) - np.exp(-a.fall),
        (a.equity - b.equity) / n,
    )


@entry
def resample(
    world: WorldArrays,
    table: NDArray[np.float64],
    mean_a: float,
    mean_b: float,
    key: np.uint64,
    first: int,
    out: NDArray[np.float64],
) -> None:
    """
    Resamples number `first` on, one a column of `out` (3, draws).

    `world` draws deviations of the first series, so that these are looked up already; `table` has the other numbers of
    a row one after the other: deviation of the second series, log return of the first, of the second.
    """
    wide()
    n = len(world.returns)
    va, vb, x = aligned(_FIELDS, 0), aligned(_FIELDS, 4), aligned(_COLUMNS * _TOGETHER, 6)
    position, tile, rows = aligned(1, 5).view(np.int64), aligned(_TILE, 1), aligned(_TILE, 3).view(np.int64)
    for block in range(0, out.shape[1], LANES):
        va[:], vb[:] = 0.0, 0.0
        for t in range(0, n, _TILE):
            steps = min(_TILE, n - t)
            fill_stationary(world, key, first + block, t, steps, LANES, position, tile, rows)
            many = steps // _TOGETHER * _TOGETHER
            for s in range(0, many, _TOGETHER):
                # In two loops: a table that is looked up keeps a loop from vectorising. Several rows at a time, so
                # that the sums are read and written once for all of them.
                for u in range(_TOGETHER):
                    for column in range(_COLUMNS):
                        to = (u * _COLUMNS + column) * LANES
                        for i in range(0, LANES, GATHERED):
                            gather(x, to + i, table, rows, (s + u) * LANES + i, _COLUMNS, column)
                for i in range(LANES):
                    a, b = _read(va, i), _read(vb, i)
                    for u in range(_TOGETHER):
                        y = u * _COLUMNS * LANES + i
                        a = _add(a, tile[(s + u) * LANES + i], x[y + LANES])
                        b = _add(b, x[y], x[y + 2 * LANES])
                    _write(va, i, a)
                    _write(vb, i, b)
            for s in range(many, steps):
                for i in range(LANES):
                    row = rows[s * LANES + i] * _COLUMNS
                    _write(va, i, _add(_read(va, i), tile[s * LANES + i], table[row + 1]))
                    _write(vb, i, _add(_read(vb, i), table[row], table[row + 2]))
        for i in range(min(LANES, out.shape[1] - block)):
            out[0, block + i], out[1, block + i], out[2, block + i] = _compared(
                _read(va, i), _read(vb, i), mean_a, mean_b, n
            )


@entry
def as_they_are(
    deviations: NDArray[np.float64], table: NDArray[np.float64], mean_a: float, mean_b: float, out: NDArray[np.float64]
) -> None:
    """Write the three differences of the series themselves."""
    a, b = _Sums(0.0, 0.0, 0.0, 0.0, 0.0), _Sums(0.0, 0.0, 0.0, 0.0, 0.0)
    for row in range(len(deviations)):
        a = _add(a, deviations[row], table[row * _COLUMNS + 1])
        b = _add(b, table[row * _COLUMNS], table[row * _COLUMNS + 2])
    out[0], out[1], out[2] = _compared(a, b, mean_a, mean_b, len(deviations))
