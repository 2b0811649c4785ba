"""
What is counted along a path, so that a million paths need not be stored: depth, spells, levels, stops, money moved.

A `PathStats` is the running count of one path, `update` adds one step to it. Depth and returns are of unit value (flow
adjusted, see `policy.state`); money in the account's currency; times in steps. Fields are floats, for the same reason
as those of `State`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import rule
from nija_research.policy.fields import NEVER
from nija_research.policy.stack import PolicyArrays
from nija_research.policy.state import Moves, State, depth_of, equity_of
from nija_research.units import EDGE

__all__ = ["Goals", "PathStats", "load_tally", "nothing", "store_tally", "update", "update_depth", "update_moves"]


class Goals(NamedTuple):
    """What a path is watched for: unit value that counts as ruin, equity that is the target."""

    ruin: float
    target: float


class PathStats(NamedTuple):
    """Running counts of one path; see the module for the units."""

    max_drawdown: float  # deepest depth below the peak
    squared_depth: float  # sum of squared depths
    under_water: float  # steps that ended below the peak
    spell: float  # such steps in a row, now
    longest_spell: float  # and at most
    losing_run: float  # losses in a row, at most
    caution: float  # steps that were sized at each protection level or a deeper one
    warning: float
    danger: float
    halt: float
    halts: float  # times that HALT or the peak stop began, the opening included
    days_stopped: float  # days in which the day or the streak stop began
    weeks_stopped: float
    trades: float  # steps with a stake
    staked: float  # sum of stakes
    sum_return: float  # sum of the account's returns
    sum_square: float  # sum of their squares
    lowest: float  # lowest unit value
    alive: float  # steps before the unit value first fell to the ruin level
    highest: float  # highest equity, where there is a target
    short: float  # steps before equity first reached the target
    siphoned: float  # money moved into the war chest
    returned: float  # money moved back from it


@rule
def nothing(state: State, moved: Moves) -> PathStats:
    """Return the tally of a path that starts in `state`, its opening having moved so much money."""
    depth = depth_of(state)
    halts = 1.0 if state.level == 4.0 or state.peak_stop == 1.0 else 0.0
    # fmt: off
    return PathStats(
        depth, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, halts, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, state.unit, 0.0,
        equity_of(state), 0.0, moved.chest, moved.returned,
    )
    # fmt: on


@rule
def update(
    tally: PathStats,
    policy: PolicyArrays,
    goals: Goals,
    before: State,
    after: State,
    moved: Moves,
    stake: float,
    pnl: float,
) -> PathStats:
    """Add one step: `stake` was placed in state `before`, earned `pnl` and left the account in `after`."""
    depth = depth_of(after)
    under = depth > EDGE
    spell = tally.spell + 1.0 if under else 0.0
    equity = equity_of(before)
    # The same quotient as in `unit_after`, so that the compiler divides once.
    gain = max((equity + pnl) / equity, 0.0) - 1.0 if equity > 0.0 else 0.0

    guarded = policy.drawdown.depth[0] < NEVER
    peak_stops = policy.stops.peak < NEVER
    halted = (guarded and after.level == 4.0) or (peak_stops and after.peak_stop == 1.0)
    was_halted = (guarded and before.level == 4.0) or (peak_stops and before.peak_stop == 1.0)
    daily = policy.stops.day < NEVER or policy.stops.streak < NEVER
    day_began = daily and after.day_stop + after.streak_stop > 0.0 and before.day_stop + before.streak_stop == 0.0
    week_began = policy.stops.week < NEVER and after.week_stop > before.week_stop

    lowest = min(tally.lowest, after.unit)
    aims = goals.target < NEVER
    highest = max(tally.highest, equity_of(after)) if aims else tally.highest
    # fmt: off
    return PathStats(
        max(tally.max_drawdown, depth),
        tally.squared_depth + depth * depth,
        tally.under_water + 1.0 if under else tally.under_water,
        spell,
        max(tally.longest_spell, spell),
        max(tally.losing_run, after.losses),
        tally.caution + 1.0 if guarded and before.level >= 1.0 else tally.caution,
        tally.warning + 1.0 if guarded and before.level >= 2.0 else tally.warning,
        tally.danger + 1.0 if guarded and before.level >= 3.0 else tally.danger,
        tally.halt + 1.0 if guarded and before.level >= 4.0 else tally.halt,
        tally.halts + 1.0 if halted and not was_halted else tally.halts,
        tally.days_stopped + 1.0 if day_began else tally.days_stopped,
        tally.weeks_stopped + 1.0 if week_began else tally.weeks_stopped,
        tally.trades + 1.0 if stake > 0.0 else tally.trades,
        tally.staked + stake,
        tally.sum_return + gain,
        tally.sum_square + gain * gain,
        lowest,
        tally.alive + 1.0 if lowest > goals.ruin + EDGE else tally.alive,
        highest,
        tally.short + 1.0 if aims and highest < goals.target * (1.0 - EDGE) else tally.short,
        tally.siphoned + moved.chest,
        tally.returned + moved.returned,
    )
    # fmt: on


@rule
def update_depth(tally: PathStats, after: State) -> PathStats:
    """Count the deepest depth alone, where nothing else is asked for."""
    # fmt: off
    return PathStats(
        max(tally.max_drawdown, depth_of(after)),
        tally.squared_depth, tally.under_water, tally.spell, tally.longest_spell, tally.losing_run,
        tally.caution, tally.warning, tally.danger, tally.halt, tally.halts, tally.days_stopped,
        tally.weeks_stopped, tally.trades, tally.staked, tally.sum_return, tally.sum_square, tally.lowest,
        tally.alive, tally.highest, tally.short, tally.siphoned, tally.returned,
    )
    # fmt: on


@rule
def update_moves(tally: PathStats, moved: Moves) -> PathStats:
    """Count the money that a settlement between two steps moved."""
    # fmt: off
    return PathStats(
        tally.max_drawdown, tally.squared_depth, tally.under_water, tally.spell, tally.longest_spell, tally.losing_run,
        tally.caution, tally.warning, tally.danger, tally.halt, tally.halts, tally.days_stopped, tally.weeks_stopped,
        tally.trades, tally.staked, tally.sum_return, tally.sum_square, tally.lowest, tally.alive, tally.highest,
        tally.short, tally.siphoned + moved.chest, tally.returned + moved.returned,
    )
    # fmt: on


# fmt: off
@rule
def load_tally(v: NDArray[np.float64], i: int, n: int) -> PathStats:
    """PathStats in lane `i` of a block `v` of `n` lanes."""
    return PathStats(
        v[0 * n + i], v[1 * n + i], v[2 * n + i], v[3 * n + i], v[4 * n + i], v[5 * n + i], v[6 * n + i],
        v[7 * n + i], v[8 * n + i], v[9 * n + i], v[10 * n + i], v[11 * n + i], v[12 * n + i], v[13 * n + i],
        v[14 * n + i], v[15 * n + i], v[16 * n + i], v[17 * n + i], v[18 * n + i], v[19 * n + i], v[20 * n + i],
        v[21 * n + i], v[22 * n + i],
    )


@rule
def store_tally(v: NDArray[np.float64], i: int, n: int, values: PathStats) -> None:
    """Write a tally into lane `i` of a block `v` of `n` lanes."""
    (
        v[0 * n + i], v[1 * n + i], v[2 * n + i], v[3 * n + i], v[4 * n + i], v[5 * n + i], v[6 * n + i],
        v[7 * n + i], v[8 * n + i], v[9 * n + i], v[10 * n + i], v[11 * n + i], v[12 * n + i], v[13 * n + i],
        v[14 * n + i], v[15 * n + i], v[16 * n + i], v[17 * n + i], v[18 * n + i], v[19 * n + i], v[20 * n + i],
        v[21 * n + i], v[22 * n + i],
    ) = values
# fmt: on
