"""
`fill`: the returns of any world, tile by tile, for a block of paths.

Every number depends on (key, path, time) alone: never on lanes, tiles, threads or order. Settings in `numbers`:

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

Stands on: `compiled`, `tables`, `noise`, `dynamics`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nija_research.policy.compiled import entry
from nija_research.simulate.worlds.arrays import (
    BLOCKS,
    GARCH,
    NORMAL,
    OUTCOMES,
    REGIMES,
    STATIONARY,
    STUDENT,
    WINDOWS,
    WorldArrays,
)
from nija_research.simulate.worlds.dynamics import fill_garch, fill_independent, fill_regimes
from nija_research.simulate.worlds.tables import (
    fill_blocks,
    fill_outcomes,
    fill_stationary,
    fill_windows,
    market_rows,
)

__all__ = ["fill"]


@entry
def fill(
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
