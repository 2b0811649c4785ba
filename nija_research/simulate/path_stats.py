"""
What is counted along a path, so that a million paths need not be stored: depth, spells, floors, stops, money moved.

`PathStats` are the running counts of one path, `update` adds one step to them. Depth and returns are of unit value
(flow adjusted, see `policy.state`); money in the account's currency; times in steps. Fields are floats, for the same
reason as those of `State`. What a run does not ask for is not counted (`Owned`).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from nija_research.compiled import replace, rule
from nija_research.policy.fields import NEVER, Owned, loader, storer, writer
from nija_research.policy.stack import PolicyArrays
from nija_research.policy.state import BOTH, Moves, State, depth_of, equity_of
from nija_research.units import EDGE

__all__ = ["Goals", "PathStats", "opening_stats", "update", "update_depth", "update_moves", "update_parts"]


class Goals(NamedTuple):
    """What a path is watched for: unit value that counts as ruin, equity that is the target, sizes of the chest."""

    ruin: float
    target: float
    first: float = NEVER
    second: float = NEVER
    third: float = NEVER


STATS, PARTS = Owned("stats"), Owned("parts")


class PathStats(NamedTuple):
    """Running counts of one path; see the module for the units. The last ones are of the parts of the account."""

    max_drawdown: Annotated[float, Owned()]  # deepest depth below the peak
    squared_depth: Annotated[float, STATS]  # sum of squared depths
    under_water: Annotated[float, STATS]  # steps that ended below the peak
    spell: Annotated[float, STATS]  # such steps in a row, now
    longest_spell: Annotated[float, STATS]  # and at most
    losing_run: Annotated[float, STATS]  # losses in a row, at most
    caution: Annotated[float, STATS]  # steps that were sized at each protection level or a deeper one
    warning: Annotated[float, STATS]
    danger: Annotated[float, STATS]
    halt: Annotated[float, STATS]
    halts: Annotated[float, STATS]  # times that HALT or the peak stop began, the opening included
    days_stopped: Annotated[float, STATS]  # days in which the day or the streak stop began
    weeks_stopped: Annotated[float, STATS]
    trades: Annotated[float, STATS]  # steps with a stake
    staked: Annotated[float, STATS]  # sum of stakes
    sum_return: Annotated[float, STATS]  # sum of the account's returns
    sum_square: Annotated[float, STATS]  # sum of their squares
    lowest: Annotated[float, STATS]  # lowest unit value
    alive: Annotated[float, STATS]  # steps before the unit value first fell to the ruin level
    highest: Annotated[float, STATS]  # highest equity, where there is a target
    short: Annotated[float, STATS]  # steps before equity first reached the target
    siphoned: Annotated[float, Owned("stats", BOTH)]  # money moved into the war chest
    returned: Annotated[float, Owned("stats", BOTH)]  # money moved back from it
    stake: Annotated[float, STATS]  # the latest stake
    least_trading: Annotated[float, PARTS]  # lowest trading account
    lowest_unit: Annotated[float, PARTS]  # lowest unit value
    best_chest: Annotated[float, PARTS]  # highest chest
    chest_depth: Annotated[float, PARTS]  # deepest fall of the chest below its own highest, a share of that
    waited_0: Annotated[float, PARTS]  # steps before the chest first held the first of its targets
    waited_1: Annotated[float, PARTS]
    waited_2: Annotated[float, PARTS]


_ZERO = PathStats(*(0.0,) * len(PathStats._fields))

load_stats, store_stats = loader("load_stats", PathStats), writer("store_stats", PathStats)
store_stats_of_trade = storer("store_stats_of_trade", PathStats, "trade")
store_stats_of_period = storer("store_stats_of_period", PathStats, "period")


@rule
def opening_stats(state: State, moved: Moves, goals: Goals) -> PathStats:
    """Return the counts of a path that starts in `state`, its opening having moved so much money."""
    halts = 1.0 if state.level == 4.0 or state.peak_stop == 1.0 else 0.0
    near = state.chest * (1.0 + EDGE)
    waited_0 = 1.0 if near < goals.first else 0.0
    waited_1 = 1.0 if near < goals.second else 0.0
    waited_2 = 1.0 if near < goals.third else 0.0
    return replace(
        _ZERO,
        max_drawdown=depth_of(state),
        halts=halts,
        lowest=state.unit,
        highest=equity_of(state),
        siphoned=moved.chest,
        returned=moved.returned,
        least_trading=state.trading,
        lowest_unit=state.unit,
        best_chest=state.chest,
        waited_0=waited_0,
        waited_1=waited_1,
        waited_2=waited_2,
    )


@rule
def update(
    stats: PathStats,
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
    spell = stats.spell + 1.0 if under else 0.0
    equity = equity_of(before)
    # The same quotient as in `unit_after`, so that the compiler divides once.
    gain = max((equity + pnl) / equity, 0.0) - 1.0 if equity > 0.0 else 0.0

    guarded = policy.drawdown.depth[0] < NEVER
    peak_stops = policy.stops.peak < NEVER
    halted = (guarded and after.level == 4.0) or (peak_stops and after.peak_stop == 1.0)
    caution, warning = guarded and before.level >= 1.0, guarded and before.level >= 2.0
    danger, halt = guarded and before.level >= 3.0, guarded and before.level >= 4.0
    was_halted = (guarded and before.level == 4.0) or (peak_stops and before.peak_stop == 1.0)
    began = halted and not was_halted
    daily = policy.stops.day < NEVER or policy.stops.streak < NEVER
    day_began = daily and after.day_stop + after.streak_stop > 0.0 and before.day_stop + before.streak_stop == 0.0
    week_began = policy.stops.week < NEVER and after.week_stop > before.week_stop

    lowest = min(stats.lowest, after.unit)
    aims = goals.target < NEVER
    highest = max(stats.highest, equity_of(after)) if aims else stats.highest
    short = aims and highest < goals.target * (1.0 - EDGE)
    return replace(
        stats,
        max_drawdown=max(stats.max_drawdown, depth),
        squared_depth=stats.squared_depth + depth * depth,
        under_water=_counted(stats.under_water, under),
        spell=spell,
        longest_spell=max(stats.longest_spell, spell),
        losing_run=max(stats.losing_run, after.losses),
        caution=_counted(stats.caution, caution),
        warning=_counted(stats.warning, warning),
        danger=_counted(stats.danger, danger),
        halt=_counted(stats.halt, halt),
        halts=_counted(stats.halts, began),
        days_stopped=_counted(stats.days_stopped, day_began),
        weeks_stopped=_counted(stats.weeks_stopped, week_began),
        trades=_counted(stats.trades, stake > 0.0),
        staked=stats.staked + stake,
        sum_return=stats.sum_return + gain,
        sum_square=stats.sum_square + gain * gain,
        lowest=lowest,
        alive=_counted(stats.alive, lowest > goals.ruin + EDGE),
        highest=highest,
        short=_counted(stats.short, short),
        siphoned=stats.siphoned + moved.chest,
        returned=stats.returned + moved.returned,
        stake=stake,
    )


@rule
def _counted(number: float, happened: bool) -> float:
    """Number of times that something happened, with this time."""
    return number + 1.0 if happened else number


@rule
def update_depth(stats: PathStats, after: State) -> PathStats:
    """Count the deepest depth alone, where nothing else is asked for."""
    return replace(stats, max_drawdown=max(stats.max_drawdown, depth_of(after)))


@rule
def update_moves(stats: PathStats, moved: Moves) -> PathStats:
    """Count the money that a settlement between two steps moved."""
    return replace(stats, siphoned=stats.siphoned + moved.chest, returned=stats.returned + moved.returned)


@rule
def update_parts(stats: PathStats, goals: Goals, after: State) -> PathStats:
    """Count the parts of the account, because a siphon moves money between parts of a whole that `update` watches."""
    best = max(stats.best_chest, after.chest)
    fall = 1.0 - after.chest / best if best > 0.0 else 0.0
    near = best * (1.0 + EDGE)
    return replace(
        stats,
        least_trading=min(stats.least_trading, after.trading),
        lowest_unit=min(stats.lowest_unit, after.unit),
        best_chest=best,
        chest_depth=max(stats.chest_depth, fall),
        waited_0=_counted(stats.waited_0, near < goals.first),
        waited_1=_counted(stats.waited_1, near < goals.second),
        waited_2=_counted(stats.waited_2, near < goals.third),
    )
