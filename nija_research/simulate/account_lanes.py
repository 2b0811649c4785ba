"""
One account in one lane of a block: opened, traded, moved to a new day, and copied out.

The rules are `policy.stack`'s, the counts `path_stats`'. A field that nothing which is on can change is a constant,
neither read nor written: the readers and writers are made from what the fields say of themselves.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import LANES, replace, rule
from nija_research.policy import lanes, stack
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
from nija_research.simulate.worlds.calendar import CalendarArrays

__all__ = ["COUNTS", "FIELDS", "STATE", "RunConfig", "advance_clock", "copy_out", "open_account", "trade"]

#: What a path leaves behind, in the order that the kernel's `wanted` counts: the last state, then the counts.
FIELDS = (*State._fields, *PathStats._fields)
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
