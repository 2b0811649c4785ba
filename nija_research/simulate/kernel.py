"""
The kernel: blocks of 64 accounts through a world, step by step, in the order that `policy.stack` says.

A lane is a path of one policy, or one of many policies on the same paths: then a draw is made once for all of them
(common random numbers). The rules are called and none is repeated. A number depends on (key, path, time) alone; blocks,
chunks, threads and order cannot change it. Only the wanted fields of a path's last state and counts leave the kernel,
and on request the whole state of the first path, step by step.

A kernel is compiled for what it is asked: a `Specialisation` holds None for what is off, so that it costs nothing.
``python -m nija_research.simulate.kernel`` prints the functions that are made from the fields of rules and states.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import LANES, SOURCES, aligned, entry, rule, wide
from nija_research.policy import lanes, specialisation, stack
from nija_research.policy.fields import Lanes
from nija_research.simulate.account_lanes import (
    COUNTS,
    FIELDS,
    STATE,
    RunConfig,
    advance_clock,
    copy_out,
    open_account,
    trade,
)
from nija_research.simulate.worlds.calendar import day_of, week_of
from nija_research.simulate.worlds.generator import CARRY, WorldArrays, fill

__all__ = ["STAKE", "RunConfig", "run_lanes"]

_TILE = 32  # steps drawn at a time: small enough for the first cache
#: Where the latest stake stands among the counts.
STAKE = FIELDS.index("stake") - STATE

_unpack, _own, _specialised = lanes.unpack, specialisation.lane_settings, specialisation.specialised
_one_position, _fits = specialisation.one_position, specialisation.fits


@entry
def run_lanes(
    on: Any,
    differs: Any,
    settings: Lanes,
    world: WorldArrays,
    market: tuple[NDArray[np.float64], NDArray[np.float64]],
    config: RunConfig,
    key: np.uint64,
    paths: tuple[int, int, int],
    wanted: NDArray[np.int64],
    out: NDArray[np.float64],
    trace: NDArray[np.float64],
) -> None:
    """
    Run policies over the same paths; ``out[p, k, column]`` is field `wanted[k]` of policy p on a path.

    Parameters
    ----------
    on, differs : Specialisation
        What to compile for; `differs` is None for a single policy.
    settings : numpy.ndarray
        A block of 64 lanes of settings; lane i holds policy ``i % policies``. A block of accounts takes as many paths
        at a time as its lanes have room for.
    world : WorldArrays
        The world.
    market : tuple of numpy.ndarray
        Multipliers of the stake by market row (a block of lanes where there are many policies) and full-Kelly
        fractions.
    config : RunConfig
        Capital, clock and goals.
    key : numpy.uint64
        From `rng.key_of`.
    paths : tuple of int
        Columns from one up to another, and the number of the path that column 0 holds.
    wanted : numpy.ndarray of int64
        Positions in `account_lanes.FIELDS`.
    out : numpy.ndarray, shape (policies, wanted, columns)
        The result.
    trace : numpy.ndarray, shape (horizon + 1, STATE + 2)
        State at the start and after every step of the first path, and each step's stake and return; or no rows.
    """
    wide()
    first, last, origin = paths
    multipliers, kellys = market
    common = _one_position(_specialised(_unpack(settings, np.int64(0), LANES), on), config.buying_power)
    if not _fits(common, on):  # never, and the compiler may count on it below
        raise ValueError("the settings are not those that the kernel was compiled for")
    v, c, carry = aligned(STATE, 0, np.float64), aligned(COUNTS, 4, np.float64), aligned(CARRY, 2, np.float64)
    tile, rows = aligned(_TILE, 6, np.float64), aligned(_TILE, 7, np.int64)
    m, k, e = aligned(1, 1, np.float64), aligned(1, 3, np.float64), aligned(1, 5, np.float64)
    for i in range(LANES):
        m[i], k[i], e[i] = 1.0, 0.0, 0.0
    policies = out.shape[0]
    for column in range(first, last, LANES // policies):
        group = min(LANES // policies, last - column)
        for i in range(LANES):
            open_account(_lane_policy(settings, common, i, on, differs, config), config, v, c, i)
        if len(trace) > 0:
            for field in range(STATE):
                trace[0, field] = v[field * LANES]
        day, week = 0.0, 0.0
        for t in range(0, config.horizon, _TILE):
            steps = min(_TILE, config.horizon - t)
            fill(world, key, origin + column, t, steps, group, carry, tile, rows)
            for s in range(steps):
                today = 0.0 if on.clock is None else day_of(t + s, config.calendar)
                if today > day:
                    day, week = today, week_of(t + s, config.calendar)
                    for i in range(LANES):
                        policy = _lane_policy(settings, common, i, on, differs, config)
                        advance_clock(policy, on, config, v, c, i, day, week)
                # Apart from the rules: a table that is looked up keeps a loop from vectorising.
                if differs is None:
                    for i in range(group):
                        e[i] = tile[s * group + i]
                        if on.market is not None:
                            m[i] = multipliers[np.uint64(rows[s * group + i])]
                        if on.kelly is not None:
                            k[i] = kellys[np.uint64(rows[s * group + i])]
                else:
                    for g in range(group):
                        row = rows[s * group + g]
                        for p in range(policies):
                            e[g * policies + p] = tile[s * group + g]
                            if on.market is not None:
                                m[g * policies + p] = multipliers[row * LANES + p]
                            if on.kelly is not None:
                                k[g * policies + p] = kellys[row]
                for i in range(LANES):
                    policy = _lane_policy(settings, common, i, on, differs, config)
                    multiplier = 1.0 if on.market is None else m[i]
                    kelly = 0.0 if on.kelly is None else k[i]
                    trade(policy, on, config, v, c, i, (multiplier, kelly, e[i]))
                if len(trace) > 0:
                    for field in range(STATE):
                        trace[t + s + 1, field] = v[field * LANES]
                    trace[t + s + 1, STATE], trace[t + s + 1, STATE + 1] = c[STAKE * LANES], e[0]
        for g in range(group):
            for p in range(policies):
                copy_out(v, c, g * policies + p, wanted, out[p], column + g)


@rule
def _lane_policy(
    settings: Lanes, common: stack.PolicyArrays, i: int, on: Any, differs: Any, config: RunConfig
) -> stack.PolicyArrays:
    """Settings of the policy in lane `i`: those in common, read once for all, where policies do not differ."""
    if differs is None:
        return common
    return _one_position(_specialised(_own(settings, i, LANES, common, differs), on), config.buying_power)


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(SOURCES.values()))
