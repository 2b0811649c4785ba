"""
One account in one lane of a block: opened, traded, moved to a new day, and copied out.

The rules are `policy.stack`'s, the counts `path_stats`'. A field that no rule which is on can change is a constant,
neither read nor written.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import LANES, rule
from nija_research.policy import lanes, stack
from nija_research.policy.fields import NEVER
from nija_research.policy.lanes import Lanes
from nija_research.policy.shape import Shape
from nija_research.policy.state import State
from nija_research.simulate.path_stats import (
    Goals,
    PathStats,
    load_tally,
    nothing,
    store_tally,
    update,
    update_depth,
    update_moves,
)
from nija_research.simulate.worlds.calendar import CalendarArrays

__all__ = [
    "FIELDS",
    "STATE",
    "TALLY",
    "RunConfig",
    "RunFlags",
    "advance_clock",
    "keep",
    "open_account",
    "trade",
]

#: What a path leaves behind, in the order that the kernel's `wanted` counts: the last state, then the tally.
FIELDS = (*State._fields, *PathStats._fields)
#: Numbers of a state and of a tally.
STATE, TALLY = len(State._fields), len(PathStats._fields)

_AT: Any = State(*range(STATE))  # where a field stands
_load, _store = lanes.load, lanes.store
_start, _size, _step, _advance = stack.start, stack.size, stack.step, stack.advance


class RunConfig(NamedTuple):
    """What all paths of a run share: capital (money), buying power (share of equity), clock and goals."""

    base: float
    current: float
    buying_power: float
    horizon: int
    calendar: CalendarArrays
    goals: Goals


class RunFlags(NamedTuple):
    """What a kernel is compiled for: 1.0, or None where it is not asked for."""

    market: float | None  # multipliers by market row
    kelly: float | None  # full-Kelly fractions by market row
    target: float | None  # a target of equity
    tally: float | None  # every count, not the deepest depth alone
    runs: float | None  # wins and losses in a row
    profit: float | None  # all P&L so far
    clock: float | None  # days and weeks


@rule
def _account(v: Lanes, i: int, n: int, on: Shape, asks: RunFlags, plan: RunConfig) -> State:
    """State in lane `i`, with constants for what no rule that is on can change or nobody asks for."""
    s = _load(v, i, n)
    return State(
        s.trading,
        0.0 if on.compounding is None else s.preserved,
        0.0 if on.milestones is None else s.locked,
        0.0 if on.war_chest is None else s.chest,
        0.0 if on.war_chest is None else s.operating,
        0.0 if on.war_chest is None else s.withdrawn,
        0.0,
        0.0 if asks.profit is None else s.profit,
        plan.base,
        s.unit,
        s.peak,
        0.0 if on.drawdown is None else s.level,
        0.0 if on.drawdown is None else s.recovery,
        0.0 if on.cooldown is None else s.excused,
        0.0 if on.cooldown is None else s.halted_for,
        0.0 if asks.runs is None else s.wins,
        0.0 if asks.runs is None else s.losses,
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
def _traded(v: Lanes, i: int, n: int, on: Shape, asks: RunFlags, after: State) -> None:
    """Write what a trade can change."""
    _settled(v, i, n, on, after)
    v[_AT.unit * n + i] = after.unit
    v[_AT.peak * n + i] = after.peak
    if asks.profit is not None:
        v[_AT.profit * n + i] = after.profit
    if asks.runs is not None:
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
def trade(
    policy: stack.PolicyArrays,
    on: Shape,
    asks: RunFlags,
    plan: RunConfig,
    v: Lanes,
    c: Lanes,
    i: int,
    n: int,
    multiplier: float,
    kelly: float,
    earned: float,
) -> float:
    """One step of the account in lane `i` of `n`: size, book, count; return the stake, which earns `earned` a unit."""
    before = _account(v, i, n, on, asks, plan)
    stake = _size(policy, before, multiplier, kelly, NEVER, 0.0, 0.0)
    pnl = stake * earned
    after, moved = _step(policy, before, pnl)
    _traded(v, i, n, on, asks, after)
    goals = Goals(plan.goals.ruin, NEVER if asks.target is None else plan.goals.target)
    tally = load_tally(c, i, n)
    if asks.tally is None:
        store_tally(c, i, n, update_depth(tally, after))
    else:
        store_tally(c, i, n, update(tally, policy, goals, before, after, moved, stake, pnl))
    return stake


@rule
def advance_clock(
    policy: stack.PolicyArrays,
    on: Shape,
    asks: RunFlags,
    plan: RunConfig,
    v: Lanes,
    c: Lanes,
    i: int,
    n: int,
    day: float,
    week: float,
) -> None:
    """Move the clock of the account in lane `i` of `n`, and count what a period's settlement moved."""
    state, moved = _advance(policy, _account(v, i, n, on, asks, plan), day, week)
    _turned(v, i, n, on, state)
    if asks.tally is not None and on.war_chest is not None:
        store_tally(c, i, n, update_moves(load_tally(c, i, n), moved))


@rule
def open_account(policy: stack.PolicyArrays, plan: RunConfig, v: Lanes, c: Lanes, i: int, n: int) -> None:
    """Open the account in lane `i` of `n`."""
    state, moved = _start(policy, plan.base, plan.current)
    _store(v, i, n, state)
    store_tally(c, i, n, nothing(state, moved))


@rule
def keep(v: Lanes, c: Lanes, i: int, wanted: NDArray[np.int64], out: NDArray[np.float64], column: int) -> None:
    """Copy the wanted fields of lane `i` to a column of the result."""
    for k in range(len(wanted)):
        field = wanted[k]
        out[k, column] = v[field * LANES + i] if field < STATE else c[(field - STATE) * LANES + i]
