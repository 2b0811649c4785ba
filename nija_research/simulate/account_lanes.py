"""
One account in one lane of a block: opened, traded, moved to a new day, and copied out; and what makes a loop over
lanes run at the width of the machine.

The rules are `policy.stack`'s, the counts `path_stats`'. A field that no rule which is on can change is a constant,
neither read nor written.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from nija_research.policy import lanes, stack
from nija_research.policy.compiled import NEVER, rule
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
    "GATHERED",
    "LANES",
    "STATE",
    "TALLY",
    "RunConfig",
    "RunFlags",
    "advance_clock",
    "aligned",
    "gather",
    "keep",
    "open_account",
    "trade",
    "wide",
]

#: Accounts side by side in a block. A loop over 64 vectorises, one over 8 does not, and at 128 a block outgrows the
#: first cache.
LANES = 64

#: Numbers that one `gather` looks up: a vector of 512 bits. Narrower machines take it in parts.
GATHERED = 8

_LINE, _PAGE = 64, 4096  # bytes


def _wide(_context: Any) -> Any:
    """Allow the function that calls this the widest vectors of the machine; the numbers stay the same."""

    def generate(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        # llvmlite checks attributes against a list of bare words; this one has a value, so it goes in beside the check.
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.void(), generate


#: Called inside a compiled function, takes no argument: numba fills in the context.
wide: Any = intrinsic(_wide)


def _gather(_context: Any, out: Any, at: Any, table: Any, rows: Any, first: Any, stride: Any, offset: Any) -> Any:
    """
    Look eight numbers up: ``out[at + j] = table[rows[first + j] * stride + offset]`` for j from 0 to 7.

    All arrays are contiguous and flat; nothing checks their ends, and `out` is not `table`.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole, lane = ir.IntType(64), ir.IntType(32)
        indices, numbers = ir.VectorType(whole, GATHERED), ir.VectorType(ir.DoubleType(), GATHERED)
        pointers = ir.VectorType(ir.DoubleType().as_pointer(), GATHERED)
        mask = ir.VectorType(ir.IntType(1), GATHERED)
        target, source, index = (
            context.make_array(signature.args[k])(context, builder, arguments[k]).data for k in (0, 2, 3)
        )

        def all_lanes(value: Any) -> Any:
            nothing = ir.Constant(indices, ir.Undefined)
            one = builder.insert_element(nothing, value, ir.Constant(lane, 0))
            return builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(lane, GATHERED), [0] * GATHERED))

        row = builder.load(builder.bitcast(builder.gep(index, [arguments[4]]), indices.as_pointer()), align=8)
        width = builder.mul(arguments[5], ir.Constant(whole, 8))  # bytes
        begin = builder.ptrtoint(builder.gep(source, [arguments[6]]), whole)
        address = builder.inttoptr(builder.add(all_lanes(begin), builder.mul(row, all_lanes(width))), pointers)
        name = f"llvm.masked.gather.v{GATHERED}f64.v{GATHERED}p0"
        look_up = builder.module.globals.get(name) or ir.Function(
            builder.module, ir.FunctionType(numbers, [pointers, lane, mask, numbers]), name
        )
        every, zero = ir.Constant(mask, [1] * GATHERED), ir.Constant(numbers, [0.0] * GATHERED)
        found = builder.call(look_up, [address, ir.Constant(lane, 8), every, zero])
        builder.store(found, builder.bitcast(builder.gep(target, [arguments[1]]), numbers.as_pointer()), align=8)
        return context.get_dummy_value()

    return types.void(out, at, table, rows, first, stride, offset), generate


#: Called inside a compiled function, see `_gather` without its first argument. A loop of these vectorises.
gather: Any = intrinsic(_gather)


@numba.njit(error_model="numpy", inline="always")
def aligned(fields: int, line: int) -> NDArray[np.float64]:
    """
    Return room for so many fields of a block, from the given cache line of a page on.

    A load whose address has the same last twelve bits as a store in flight waits for it, so that two blocks that are
    used together must begin at different lines (0 to 7: a field of a block is 8 lines long).
    """
    room = np.empty(fields * LANES + 2 * _PAGE // 8)
    skip = ((-room.ctypes.data) % _PAGE + line * _LINE) // 8
    return room[skip : skip + fields * LANES]


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
