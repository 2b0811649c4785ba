"""
The kernel: blocks of 64 accounts through a world, step by step, in the order that `policy.stack` says.

Two entries. `run_paths` takes many paths of one policy: a lane is a path. `run_policies` takes many policies on the
same paths: a lane is a policy, and a draw is made once for all of them (common random numbers). Both call the rules
and repeat none. A number depends on (key, path, time) alone; blocks, chunks, threads and order cannot change it. Only
the wanted fields of a path's last state and tally leave the kernel.

A kernel is compiled for what it is asked: `Shape` and `RunFlags` hold None for what is off, so that it costs nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import LANES, aligned, entry, wide
from nija_research.policy import lanes, shape
from nija_research.policy.shape import Shape
from nija_research.simulate.account_lanes import (
    FIELDS,
    STATE,
    TALLY,
    RunConfig,
    RunFlags,
    advance_clock,
    keep,
    open_account,
    trade,
)
from nija_research.simulate.worlds.calendar import day_of, week_of
from nija_research.simulate.worlds.generator import CARRY, WorldArrays, fill

__all__ = ["FIELDS", "RunConfig", "RunFlags", "run_paths", "run_policies", "trace_path"]

_TILE = 32  # steps drawn at a time: small enough for the first cache

_unpack, _either, _specialised, _fits = lanes.unpack, shape.either, shape.specialised, shape.fits


@entry
def run_paths(
    on: Shape,
    asks: RunFlags,
    settings: NDArray[np.float64],
    world: WorldArrays,
    multipliers: NDArray[np.float64],
    kellys: NDArray[np.float64],
    plan: RunConfig,
    key: np.uint64,
    first: int,
    wanted: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """
    Run one policy over paths number `first` on; one column of `out` (wanted, paths) a path.

    `settings` is `lanes.pack`'s; `multipliers` and `kellys` have an entry a market row (`stack.market`, full-Kelly
    fraction); `wanted` counts in `FIELDS`.
    """
    wide()
    policy = _specialised(_unpack(settings, 0, 1), on, plan.buying_power)
    if not _fits(policy, on):  # never, and the compiler may count on it below
        out[:] = np.nan
        return
    v, c, carry = aligned(STATE, 0, np.float64), aligned(TALLY, 4, np.float64), aligned(CARRY, 2, np.float64)
    tile, told = aligned(_TILE, 6, np.float64), aligned(_TILE, 7, np.int64)
    m, k = aligned(1, 1, np.float64), aligned(1, 3, np.float64)
    n = out.shape[1]
    for block in range(0, n, LANES):
        for i in range(LANES):
            open_account(policy, plan, v, c, i, LANES)
        day, week = 0.0, 0.0
        for t in range(0, plan.horizon, _TILE):
            steps = min(_TILE, plan.horizon - t)
            fill(world, key, first + block, t, steps, LANES, carry, tile, told)
            for s in range(steps):
                today = 0.0 if asks.clock is None else day_of(t + s, plan.calendar)
                if today > day:
                    day, week = today, week_of(t + s, plan.calendar)
                    for i in range(LANES):
                        advance_clock(policy, on, asks, plan, v, c, i, LANES, day, week)
                # Apart from the rules: a table that is looked up keeps a loop from vectorising.
                if asks.market is not None:
                    for i in range(LANES):
                        m[i] = multipliers[np.uint64(told[s * LANES + i])]
                if asks.kelly is not None:
                    for i in range(LANES):
                        k[i] = kellys[np.uint64(told[s * LANES + i])]
                for i in range(LANES):
                    multiplier = 1.0 if asks.market is None else m[i]
                    kelly = 0.0 if asks.kelly is None else k[i]
                    trade(policy, on, asks, plan, v, c, i, LANES, multiplier, kelly, tile[s * LANES + i])
        for i in range(min(LANES, n - block)):
            keep(v, c, i, wanted, out, block + i)


@entry
def run_policies(
    on: Shape,
    differs: Shape,
    asks: RunFlags,
    settings: NDArray[np.float64],
    world: WorldArrays,
    multipliers: NDArray[np.float64],
    kellys: NDArray[np.float64],
    plan: RunConfig,
    key: np.uint64,
    first: int,
    wanted: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """
    Run up to 64 policies over the same paths, number `first` on; ``out[k, p, q]`` is field k of policy p on path q.

    `settings` is a block of 64 lanes, `multipliers` (market rows, 64) flat: lane i holds policy ``i % policies``. A
    block takes as many paths at a time as its lanes have room for.
    """
    wide()
    common = _unpack(settings, 0, LANES)
    if not _fits(_specialised(common, on, plan.buying_power), on):
        out[:] = np.nan
        return
    v, c, carry = aligned(STATE, 0, np.float64), aligned(TALLY, 4, np.float64), aligned(CARRY, 2, np.float64)
    tile, told = aligned(_TILE, 6, np.float64), aligned(_TILE, 7, np.int64)
    m, k, e = aligned(1, 1, np.float64), aligned(1, 3, np.float64), aligned(1, 5, np.float64)
    policies, n = out.shape[1], out.shape[2]
    together = LANES // policies
    m[:], k[:], e[:] = 1.0, 0.0, 0.0
    for path in range(0, n, together):
        group = min(together, n - path)
        for i in range(LANES):
            policy = _specialised(_either(_unpack(settings, i, LANES), common, differs), on, plan.buying_power)
            open_account(policy, plan, v, c, i, LANES)
        day, week = 0.0, 0.0
        for t in range(0, plan.horizon, _TILE):
            steps = min(_TILE, plan.horizon - t)
            fill(world, key, first + path, t, steps, group, carry, tile, told)
            for s in range(steps):
                today = 0.0 if asks.clock is None else day_of(t + s, plan.calendar)
                if today > day:
                    day, week = today, week_of(t + s, plan.calendar)
                    for i in range(LANES):
                        policy = _specialised(
                            _either(_unpack(settings, i, LANES), common, differs), on, plan.buying_power
                        )
                        advance_clock(policy, on, asks, plan, v, c, i, LANES, day, week)
                for g in range(group):
                    earned, row = tile[s * group + g], told[s * group + g]
                    for p in range(policies):
                        e[g * policies + p] = earned
                    if asks.market is not None:
                        for p in range(policies):
                            m[g * policies + p] = multipliers[row * LANES + p]
                    if asks.kelly is not None:
                        for p in range(policies):
                            k[g * policies + p] = kellys[row]
                for i in range(LANES):
                    policy = _specialised(_either(_unpack(settings, i, LANES), common, differs), on, plan.buying_power)
                    multiplier = 1.0 if asks.market is None else m[i]
                    kelly = 0.0 if asks.kelly is None else k[i]
                    trade(policy, on, asks, plan, v, c, i, LANES, multiplier, kelly, e[i])
        for g in range(group):
            for p in range(policies):
                keep(v, c, g * policies + p, wanted, out[:, p], path + g)


@entry
def trace_path(
    on: Shape,
    asks: RunFlags,
    settings: NDArray[np.float64],
    world: WorldArrays,
    multipliers: NDArray[np.float64],
    kellys: NDArray[np.float64],
    plan: RunConfig,
    key: np.uint64,
    path: int,
    states: NDArray[np.float64],
    trades: NDArray[np.float64],
) -> None:
    """Write the whole state of one path, at its start and after every step, and each step's stake and return."""
    policy = _specialised(_unpack(settings, 0, 1), on, plan.buying_power)
    v, c, carry = np.empty(STATE), np.empty(TALLY), np.empty(CARRY)
    tile, told = np.empty(1), np.empty(1, np.int64)
    open_account(policy, plan, v, c, 0, 1)
    states[0] = v
    day = 0.0
    for t in range(plan.horizon):
        fill(world, key, path, t, 1, 1, carry, tile, told)
        today = 0.0 if asks.clock is None else day_of(t, plan.calendar)
        if today > day:
            day = today
            advance_clock(policy, on, asks, plan, v, c, 0, 1, day, week_of(t, plan.calendar))
        multiplier = 1.0 if asks.market is None else multipliers[told[0]]
        kelly = 0.0 if asks.kelly is None else kellys[told[0]]
        trades[t, 0] = trade(policy, on, asks, plan, v, c, 0, 1, multiplier, kelly, tile[0])
        trades[t, 1] = tile[0]
        states[t + 1] = v
