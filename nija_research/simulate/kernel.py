"""
The kernel: blocks of 64 accounts through a world, step by step, in the order that `policy.stack` says.

A lane is a path of one policy, or one of many policies on the same paths: then a draw is made once for all of them
(common random numbers). The rules are called and none is repeated. A number depends on (key, path, time) alone; blocks,
chunks, threads and order cannot change it. Only the wanted fields of a path's last state and counts leave the kernel,
and on request the whole state of the first path, step by step.

A kernel is compiled for what it is asked: a `Specialisation` holds None for what is off, so that it costs nothing.
``python -m nija_research.simulate.kernel`` prints the functions that are made from the fields of rules and states.

One account in one lane of a block: opened, traded, moved to a new day, and copied out.

The rules are `policy.stack`'s, the counts `path_stats`'. A field that nothing which is on can change is a constant,
neither read nor written: the readers and writers are made from what the fields say of themselves.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import LANES, SOURCES, aligned, entry, replace, rule, wide
from nija_research.policy import lanes, specialisation, stack
from nija_research.policy.fields import NEVER, Lanes, loader, storer
from nija_research.policy.state import State
from nija_research.simulate.path_stats import (
    Goals,
    PathStats,
    load_stats,
    opening_stats,
    store_stats,
    store_stats_of_period,
    store_stats_of_trade,
    update,
    update_depth,
    update_moves,
    update_parts,
)
from nija_research.simulate.worlds.generator import CARRY, WorldArrays, fill
from nija_research.simulate.worlds.world import CalendarArrays, day_of, week_of

__all__ = [
    "ALL_FIELDS",
    "COUNTS",
    "FIELDS",
    "STAKE",
    "STATE",
    "RunConfig",
    "advance_clock",
    "copy_out",
    "open_account",
    "run_lanes",
    "trade",
]

#: What a path leaves behind, in the order that the kernel's `wanted` counts: the last state, then the counts.
ALL_FIELDS = (*State._fields, *PathStats._fields)
#: What a run may keep of it: the latest stake and the counts of the account's parts are for traces and siphons.
FIELDS = ALL_FIELDS[: ALL_FIELDS.index("stake")]
#: Numbers of a state and of counts.
STATE, COUNTS = len(State._fields), len(PathStats._fields)

_start, _size, _step, _advance, _store = stack.start, stack.size, stack.step, stack.advance, lanes.store
_load = loader("load_state", State)
_store_trade, _store_period = storer("store_trade", State, "trade"), storer("store_period", State, "period")


class RunConfig(NamedTuple):
    """What all paths of a run share: capital (money), buying power (share of equity), clock and goals."""

    base: float
    current: float
    buying_power: float
    horizon: int
    calendar: CalendarArrays
    goals: Goals


@rule
def trade(
    policy: stack.PolicyArrays,
    on: Any,
    config: RunConfig,
    v: Lanes,
    c: Lanes,
    i: int,
    market: tuple[float, float, float],
) -> None:
    """
    One step of the account in lane `i`: size, book, count.

    `on` is a `Specialisation`; `market` the stake's multiplier, the full-Kelly fraction and what a unit staked earns.
    """
    before = _load(v, i, LANES, on, 0.0, config.base)
    multiplier, kelly, earned = market
    stake = _size(policy, before, multiplier, kelly, NEVER, 0.0, 0.0)
    pnl = stake * earned
    after, moved = _step(policy, before, pnl)
    _store_trade(v, i, LANES, on, after)
    target = NEVER if on.target is None else config.goals.target
    goals = replace(config.goals, target=target)
    stats = load_stats(c, i, LANES, on)
    if on.stats is None:
        stats = update_depth(stats, after)
    else:
        stats = update(stats, policy, goals, before, after, moved, stake, pnl)
    if on.parts is not None:
        stats = update_parts(stats, goals, after)
    store_stats_of_trade(c, i, LANES, on, stats)


@rule
def advance_clock(
    policy: stack.PolicyArrays, on: Any, config: RunConfig, v: Lanes, c: Lanes, i: int, day: float, week: float
) -> None:
    """Move the clock of the account in lane `i`, and count what a period's settlement moved."""
    state, moved = _advance(policy, _load(v, i, LANES, on, 0.0, config.base), day, week)
    _store_period(v, i, LANES, on, state)
    if on.war_chest is not None:
        store_stats_of_period(c, i, LANES, on, update_moves(load_stats(c, i, LANES, on), moved))


@rule
def open_account(policy: stack.PolicyArrays, config: RunConfig, v: Lanes, c: Lanes, i: int) -> None:
    """Open the account in lane `i`."""
    state, moved = _start(policy, config.base, config.current)
    _store(v, i, LANES, state)
    store_stats(c, i, LANES, opening_stats(state, moved, config.goals))


@rule
def copy_out(v: Lanes, c: Lanes, i: int, wanted: NDArray[np.int64], out: NDArray[np.float64], column: int) -> None:
    """Copy the wanted fields of lane `i` to a column of the result."""
    for k in range(len(wanted)):
        field = wanted[k]
        out[k, column] = v[field * LANES + i] if field < STATE else c[(field - STATE) * LANES + i]


_TILE = 32  # steps drawn at a time: small enough for the first cache
#: Where the latest stake stands among the counts.
STAKE = ALL_FIELDS.index("stake") - STATE

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
        Positions in `ALL_FIELDS`.
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
