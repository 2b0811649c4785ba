"""
The kernel: blocks of 64 accounts through a world, step by step, in the order that `policy.stack` says.

Two entries. `run_paths` takes many paths of one policy: a lane is a path. `run_policies` takes many policies on the
same paths: a lane is a policy, and a draw is made once for all of them (common random numbers). Both call the rules
and repeat none. A number depends on (key, path, time) alone; blocks, chunks, threads and order cannot change it. Only
the wanted fields of a path's last state and tally leave the kernel.

A kernel is compiled for what it is asked: `Shape` and `Asks` hold None for what is off, so that it costs nothing.
Stands on: `policy.lanes`, `tally`, `vector`, `worlds`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.policy import lanes, stack
from nija_research.policy.compiled import NEVER, entry, rule
from nija_research.policy.lanes import Lanes, Shape
from nija_research.policy.state import State
from nija_research.simulate.tally import (
    Goals,
    Tally,
    load_tally,
    nothing,
    observe,
    observe_depth,
    observe_moves,
    store_tally,
)
from nija_research.simulate.vector import GATHERED, LANES, aligned, gather, wide
from nija_research.simulate.worlds.arrays import CARRY, WorldArrays
from nija_research.simulate.worlds.calendar import CalendarArrays, day_of, week_of
from nija_research.simulate.worlds.generator import fill

__all__ = ["FIELDS", "Asks", "Plan", "run_paths", "run_policies", "trace_path"]

#: What a path leaves behind, in the order that the kernel's `wanted` counts: the last state, then the tally.
FIELDS = (*State._fields, *Tally._fields)

_AT: Any = State(*range(len(State._fields)))  # where a field stands
_STATE, _TALLY = len(State._fields), len(Tally._fields)
_TILE = 32  # steps drawn at a time: small enough for the first cache

_unpack, _load, _store = lanes.unpack, lanes.load, lanes.store
_either, _specialised, _fits = lanes.either, lanes.specialised, lanes.fits
_start, _size, _step, _advance = stack.start, stack.size, stack.step, stack.advance


class Plan(NamedTuple):
    """What all paths of a run share: capital (money), buying power (share of equity), clock and goals."""

    base: float
    current: float
    buying_power: float
    horizon: int
    calendar: CalendarArrays
    goals: Goals


class Asks(NamedTuple):
    """What a kernel is compiled for: 1.0, or None where it is not asked for."""

    market: float | None  # multipliers by market row
    kelly: float | None  # full-Kelly fractions by market row
    target: float | None  # a target of equity
    tally: float | None  # every count, not the deepest depth alone


@rule
def _account(v: Lanes, i: int, n: int, on: Shape, plan: Plan) -> State:
    """State in lane `i`, with constants for what no rule that is on can change."""
    s = _load(v, i, n)
    return State(
        s.trading,
        0.0 if on.compounding is None else s.preserved,
        0.0 if on.milestones is None else s.locked,
        0.0 if on.war_chest is None else s.chest,
        0.0 if on.war_chest is None else s.operating,
        0.0 if on.war_chest is None else s.withdrawn,
        0.0,
        s.profit,
        plan.base,
        s.unit,
        s.peak,
        0.0 if on.drawdown is None else s.level,
        0.0 if on.drawdown is None else s.recovery,
        0.0 if on.cooldown is None else s.excused,
        0.0 if on.cooldown is None else s.halted_for,
        s.wins,
        s.losses,
        0.0 if on.milestones is None else s.milestone,
        0.0 if on.compounding is None else s.split_mark,
        s.chest_mark,
        0.0 if on.war_chest is None else s.due,
        s.day,
        s.week,
        s.day_unit,
        s.week_unit,
        0.0 if on.in_a_row is None else s.stop_losses,
        0.0 if on.day is None else s.day_stop,
        0.0 if on.week is None else s.week_stop,
        0.0 if on.in_a_row is None else s.streak_stop,
        0.0 if on.peak is None else s.peak_stop,
    )


@rule
def _settled(v: Lanes, i: int, n: int, on: Shape, after: State) -> None:
    """Write what trades and periods both can change; a rule that is off leaves its fields as at the opening."""
    v[_AT.trading * n + i] = after.trading
    if on.war_chest is not None:
        v[_AT.chest * n + i] = after.chest
        v[_AT.operating * n + i] = after.operating
        v[_AT.withdrawn * n + i] = after.withdrawn
        v[_AT.chest_mark * n + i] = after.chest_mark
        v[_AT.due * n + i] = after.due
    if on.day is not None:
        v[_AT.day_stop * n + i] = after.day_stop
    if on.week is not None:
        v[_AT.week_stop * n + i] = after.week_stop
    if on.in_a_row is not None:
        v[_AT.stop_losses * n + i] = after.stop_losses
        v[_AT.streak_stop * n + i] = after.streak_stop


@rule
def _traded(v: Lanes, i: int, n: int, on: Shape, after: State) -> None:
    """Write what a trade can change."""
    _settled(v, i, n, on, after)
    v[_AT.profit * n + i] = after.profit
    v[_AT.unit * n + i] = after.unit
    v[_AT.peak * n + i] = after.peak
    v[_AT.wins * n + i] = after.wins
    v[_AT.losses * n + i] = after.losses
    if on.compounding is not None:
        v[_AT.preserved * n + i] = after.preserved
        v[_AT.split_mark * n + i] = after.split_mark
    if on.milestones is not None:
        v[_AT.locked * n + i] = after.locked
        v[_AT.milestone * n + i] = after.milestone
    if on.drawdown is not None:
        v[_AT.level * n + i] = after.level
        v[_AT.recovery * n + i] = after.recovery
    if on.cooldown is not None:
        v[_AT.excused * n + i] = after.excused
        v[_AT.halted_for * n + i] = after.halted_for
    if on.peak is not None:
        v[_AT.peak_stop * n + i] = after.peak_stop


@rule
def _turned(v: Lanes, i: int, n: int, on: Shape, after: State) -> None:
    """Write what a new day can change."""
    _settled(v, i, n, on, after)
    v[_AT.day * n + i] = after.day
    v[_AT.week * n + i] = after.week
    v[_AT.day_unit * n + i] = after.day_unit
    v[_AT.week_unit * n + i] = after.week_unit


@rule
def _trade(
    policy: stack.PolicyArrays,
    on: Shape,
    asks: Asks,
    plan: Plan,
    v: Lanes,
    c: Lanes,
    i: int,
    n: int,
    multiplier: float,
    kelly: float,
    earned: float,
) -> float:
    """One step of the account in lane `i` of `n`: size, book, count; return the stake, which earns `earned` a unit."""
    before = _account(v, i, n, on, plan)
    stake = _size(policy, before, multiplier, kelly, NEVER, 0.0, 0.0)
    pnl = stake * earned
    after, moved = _step(policy, before, pnl)
    _traded(v, i, n, on, after)
    goals = Goals(plan.goals.ruin, NEVER if asks.target is None else plan.goals.target)
    tally = load_tally(c, i, n)
    if asks.tally is None:
        store_tally(c, i, n, observe_depth(tally, after))
    else:
        store_tally(c, i, n, observe(tally, policy, goals, before, after, moved, stake, pnl))
    return stake


@rule
def _tick(
    policy: stack.PolicyArrays,
    on: Shape,
    asks: Asks,
    plan: Plan,
    v: Lanes,
    c: Lanes,
    i: int,
    n: int,
    day: float,
    week: float,
) -> None:
    """Move the clock of the account in lane `i` of `n`, and count what a period's settlement moved."""
    state, moved = _advance(policy, _account(v, i, n, on, plan), day, week)
    _turned(v, i, n, on, state)
    if asks.tally is not None and on.war_chest is not None:
        store_tally(c, i, n, observe_moves(load_tally(c, i, n), moved))


@rule
def _open(policy: stack.PolicyArrays, plan: Plan, v: Lanes, c: Lanes, i: int, n: int) -> None:
    """Open the account in lane `i` of `n`."""
    state, moved = _start(policy, plan.base, plan.current)
    _store(v, i, n, state)
    store_tally(c, i, n, nothing(state, moved))


@rule
def _keep(v: Lanes, c: Lanes, i: int, wanted: NDArray[np.int64], out: NDArray[np.float64], column: int) -> None:
    """Copy the wanted fields of lane `i` to a column of the result."""
    for k in range(len(wanted)):
        field = wanted[k]
        out[k, column] = v[field * LANES + i] if field < _STATE else c[(field - _STATE) * LANES + i]


@entry
def run_paths(
    on: Shape,
    asks: Asks,
    settings: NDArray[np.float64],
    world: WorldArrays,
    multipliers: NDArray[np.float64],
    kellys: NDArray[np.float64],
    plan: Plan,
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
    if not _fits(policy, on):
        return
    v, c, carry = aligned(_STATE, 0), aligned(_TALLY, 4), aligned(CARRY, 2)
    tile, told = aligned(_TILE, 6), aligned(_TILE, 7).view(np.int64)
    m, k = aligned(1, 1), aligned(1, 3)
    n = out.shape[1]
    for block in range(0, n, LANES):
        for i in range(LANES):
            _open(policy, plan, v, c, i, LANES)
        day, week = 0.0, 0.0
        for t in range(0, plan.horizon, _TILE):
            steps = min(_TILE, plan.horizon - t)
            fill(world, key, first + block, t, steps, LANES, carry, tile, told)
            for s in range(steps):
                today = day_of(t + s, plan.calendar)
                if today > day:
                    day, week = today, week_of(t + s, plan.calendar)
                    for i in range(LANES):
                        _tick(policy, on, asks, plan, v, c, i, LANES, day, week)
                # Apart from the rules: a table that is looked up keeps a loop from vectorising.
                if asks.market is not None:
                    for i in range(0, LANES, GATHERED):
                        gather(m, i, multipliers, told, s * LANES + i, 1, 0)
                if asks.kelly is not None:
                    for i in range(0, LANES, GATHERED):
                        gather(k, i, kellys, told, s * LANES + i, 1, 0)
                for i in range(LANES):
                    multiplier = 1.0 if asks.market is None else m[i]
                    kelly = 0.0 if asks.kelly is None else k[i]
                    _trade(policy, on, asks, plan, v, c, i, LANES, multiplier, kelly, tile[s * LANES + i])
        for i in range(min(LANES, n - block)):
            _keep(v, c, i, wanted, out, block + i)


@entry
def run_policies(
    on: Shape,
    differs: Shape,
    asks: Asks,
    settings: NDArray[np.float64],
    world: WorldArrays,
    multipliers: NDArray[np.float64],
    kellys: NDArray[np.float64],
    plan: Plan,
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
        return
    v, c, carry = aligned(_STATE, 0), aligned(_TALLY, 4), aligned(CARRY, 2)
    tile, told = aligned(_TILE, 6), aligned(_TILE, 7).view(np.int64)
    m, k, e = aligned(1, 1), aligned(1, 3), aligned(1, 5)
    policies, n = out.shape[1], out.shape[2]
    together = LANES // policies
    m[:], k[:], e[:] = 1.0, 0.0, 0.0
    for path in range(0, n, together):
        group = min(together, n - path)
        for i in range(LANES):
            policy = _specialised(_either(_unpack(settings, i, LANES), common, differs), on, plan.buying_power)
            _open(policy, plan, v, c, i, LANES)
        day, week = 0.0, 0.0
        for t in range(0, plan.horizon, _TILE):
            steps = min(_TILE, plan.horizon - t)
            fill(world, key, first + path, t, steps, group, carry, tile, told)
            for s in range(steps):
                today = day_of(t + s, plan.calendar)
                if today > day:
                    day, week = today, week_of(t + s, plan.calendar)
                    for i in range(LANES):
                        policy = _specialised(
                            _either(_unpack(settings, i, LANES), common, differs), on, plan.buying_power
                        )
                        _tick(policy, on, asks, plan, v, c, i, LANES, day, week)
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
                    _trade(policy, on, asks, plan, v, c, i, LANES, multiplier, kelly, e[i])
        for g in range(group):
            for p in range(policies):
                _keep(v, c, g * policies + p, wanted, out[:, p], path + g)


@entry
def trace_path(
    on: Shape,
    asks: Asks,
    settings: NDArray[np.float64],
    world: WorldArrays,
    multipliers: NDArray[np.float64],
    kellys: NDArray[np.float64],
    plan: Plan,
    key: np.uint64,
    path: int,
    states: NDArray[np.float64],
    trades: NDArray[np.float64],
) -> None:
    """Write the whole state of one path, at its start and after every step, and each step's stake and return."""
    policy = _specialised(_unpack(settings, 0, 1), on, plan.buying_power)
    v, c, carry = np.empty(_STATE), np.empty(_TALLY), np.empty(CARRY)
    tile, told = np.empty(1), np.empty(1, np.int64)
    _open(policy, plan, v, c, 0, 1)
    states[0] = v
    day = 0.0
    for t in range(plan.horizon):
        fill(world, key, path, t, 1, 1, carry, tile, told)
        today = day_of(t, plan.calendar)
        if today > day:
            day = today
            _tick(policy, on, asks, plan, v, c, 0, 1, day, week_of(t, plan.calendar))
        multiplier = 1.0 if asks.market is None else multipliers[told[0]]
        kelly = 0.0 if asks.kelly is None else kellys[told[0]]
        trades[t, 0] = _trade(policy, on, asks, plan, v, c, 0, 1, multiplier, kelly, tile[0])
        trades[t, 1] = tile[0]
        states[t + 1] = v
