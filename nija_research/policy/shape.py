"""
What a kernel is compiled for: the rules and parts of rules that are on, as types, so that what is off costs nothing.

A kernel takes a `Shape` beside the settings. What the types say is off becomes a constant (`specialised`), what they
say is on is tested once (`fits`), and the compiler drops the branches that are left over. The numbers stay the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from nija_research.compiled import chosen, known, rule
from nija_research.policy import (
    allocator,
    compounding,
    cushion,
    drawdown,
    floor,
    leverage,
    milestones,
    profit_split,
    regime,
    risk,
    stack,
    stake,
    stops,
    streak,
    war_chest,
)
from nija_research.policy.fields import NEVER
from nija_research.policy.policy import Policy

__all__ = ["ANY", "Choice", "Flag", "Shape", "either", "fits", "shape_of", "specialised"]

#: Whether a rule is on, and which of its choices it has, in types; see `Shape`.
Flag: TypeAlias = float | bool | None
Choice: TypeAlias = tuple[float, ...] | bool

_Policy, _Stake, _Floor = stack.PolicyArrays, stake.StakeArrays, floor.FloorArrays
_Drawdown, _Stops, _Chest = drawdown.DrawdownArrays, stops.StopArrays, war_chest.ChestArrays
# What a rule that is off has as settings, as constants that a kernel folds away.
_FLOOR, _CUSHION, _ALLOCATOR, _STREAK = floor.OFF, cushion.OFF, allocator.OFF, streak.OFF
_DRAWDOWN, _STOPS, _COMPOUNDING, _MILESTONES = drawdown.OFF, stops.OFF, compounding.OFF, milestones.OFF
_CHEST, _SPLIT = war_chest.OFF, profit_split.OFF
_OFF = (
    *(None, _FLOOR, _CUSHION, _ALLOCATOR, leverage.OFF, regime.OFF, risk.OFF, _STREAK, _DRAWDOWN, _STOPS),
    *(_COMPOUNDING, _MILESTONES, _CHEST, _SPLIT),
)


class Shape(NamedTuple):
    """
    What a kernel is compiled for, in types: None is off, a float is on, a bool may be either.

    The rules come first, in the order of `PolicyArrays`, then their parts. `basis` and `settlement` are tuples that
    are longer by one than the number of the choice, because a length is a constant of the compiler.
    """

    stake: Flag
    floor: Flag
    cushion: Flag
    allocator: Flag
    leverage: Flag
    regime: Flag
    risk: Flag
    streak: Flag
    drawdown: Flag
    stops: Flag
    compounding: Flag
    milestones: Flag
    war_chest: Flag
    profit_split: Flag
    cooldown: Flag  # a halt that ends by itself
    day: Flag  # the stops
    week: Flag
    in_a_row: Flag
    peak: Flag
    keep_last: Flag  # the floor's readings
    keep_most: Flag
    money: Flag  # a stake of fixed money
    by_kelly: Flag  # a stake by the market's Kelly fraction
    compounds: Flag  # the part of the chest above its tier
    of_balance: Flag  # what returns from the chest
    basis: Choice
    settlement: Choice


#: Every rule on, everything unknown and different in every lane: the kernel for any policy.
ANY = Shape(*(True,) * len(Shape._fields))


def shape_of(*policies: Policy) -> tuple[Shape, Shape]:
    """
    Return which rules are on in some policies, and which differ between them, as types to compile a kernel for.

    Parameters
    ----------
    *policies : Policy
        The policies that one kernel call runs.

    Returns
    -------
    on, differs : Shape
        Of a rule or part, `on` is None where no policy has it, 1.0 where all have it with the same settings, else True;
        `differs` is None where all have the same settings, else 1.0.
    """
    settings = [policy.arrays() for policy in policies]
    columns = {name: [getattr(p, name) for p in settings] for name in stack.PolicyArrays._fields}
    same = {name: all(p == column[0] for p in column) for name, column in columns.items()}
    rules = [
        _flag([p != off for p in column], same[name]) for (name, column), off in zip(columns.items(), _OFF, strict=True)
    ]
    halts, floors, stakes, chests = columns["stops"], columns["floor"], columns["stake"], columns["war_chest"]
    parts = [
        _flag([p.drawdown.cooldown < NEVER or p.stops.cooldown < NEVER for p in settings], False),
        *(_flag([p[k] < NEVER for p in halts], same["stops"]) for k in range(4)),
        _flag([p.last > 0.0 for p in floors], same["floor"]),
        _flag([p.stop >= 0.0 for p in floors], same["floor"]),
        _flag([p.money > 0.0 for p in stakes], same["stake"]),
        _flag([p.kelly > 0.0 for p in stakes], same["stake"]),
        _flag([p.compound_above < NEVER for p in chests], same["war_chest"]),
        _flag([p.of_balance == 1.0 for p in chests], same["war_chest"]),
    ]
    choices = [{p.basis for p in chests}, {p.settlement for p in chests}]
    numbers = [(1.0,) * (1 + int(min(choice))) if len(choice) == 1 else True for choice in choices]
    differs: list[Any] = [None if same[name] else 1.0 for name in columns]
    rest: list[Any] = [None] * (len(parts) + len(numbers))
    on: list[Any] = [*rules, *parts, *numbers]
    return Shape(*on), Shape(*[*differs, *rest])


def _flag(has: Sequence[bool], same: bool) -> Flag:
    return 1.0 if all(has) and same else True if any(has) else None


@rule
def either(lane: stack.PolicyArrays, common: stack.PolicyArrays, differs: Shape) -> stack.PolicyArrays:
    """Settings of one lane: its own where the policies differ, else what they have in common, read once for all."""
    return _Policy(
        common.stake if differs.stake is None else lane.stake,
        common.floor if differs.floor is None else lane.floor,
        common.cushion if differs.cushion is None else lane.cushion,
        common.allocator if differs.allocator is None else lane.allocator,
        common.leverage if differs.leverage is None else lane.leverage,
        common.regime if differs.regime is None else lane.regime,
        common.risk if differs.risk is None else lane.risk,
        common.streak if differs.streak is None else lane.streak,
        common.drawdown if differs.drawdown is None else lane.drawdown,
        common.stops if differs.stops is None else lane.stops,
        common.compounding if differs.compounding is None else lane.compounding,
        common.milestones if differs.milestones is None else lane.milestones,
        common.war_chest if differs.war_chest is None else lane.war_chest,
        common.profit_split if differs.profit_split is None else lane.profit_split,
    )


@rule
def specialised(p: stack.PolicyArrays, on: Shape, most: float) -> stack.PolicyArrays:
    """
    Settings with constants for every rule that is off; the numbers stay the same.

    For an account that opens one position at a time and may stake at most `most` times its equity: its caps, all of
    them shares of equity, are then one.
    """
    cap = min(min(p.stake.max_share, p.stake.max_exposure), min(p.stops.asset, most))
    guard = _DRAWDOWN if on.drawdown is None else p.drawdown
    chest = _CHEST if on.war_chest is None else p.war_chest
    return _Policy(
        _Stake(
            p.stake.share,
            0.0 if on.by_kelly is None else p.stake.kelly,
            0.0 if on.money is None else p.stake.money,
            cap,
            NEVER,
        ),
        _Floor(0.0 if on.keep_last is None else p.floor.last, -1.0 if on.keep_most is None else p.floor.stop),
        _CUSHION if on.cushion is None else p.cushion,
        _ALLOCATOR if on.allocator is None else p.allocator,
        p.leverage,
        p.regime,
        p.risk,
        _STREAK if on.streak is None else p.streak,
        _Drawdown(guard.depth, guard.size, guard.recovery_wins, NEVER if on.cooldown is None else guard.cooldown),
        _Stops(
            NEVER if on.day is None else p.stops.day,
            NEVER if on.week is None else p.stops.week,
            NEVER if on.in_a_row is None else p.stops.streak,
            NEVER if on.peak is None else p.stops.peak,
            NEVER,
            NEVER if on.cooldown is None else p.stops.cooldown,
        ),
        _COMPOUNDING if on.compounding is None else p.compounding,
        _MILESTONES if on.milestones is None else p.milestones,
        _Chest(
            chest.rate,
            chest.hot_bonus,
            chest.hot_after,
            NEVER if on.compounds is None else chest.compound_above,
            chest.reinvest_above,
            chest.reinvest_ratio,
            0.0 if on.of_balance is None else chest.of_balance,
            chosen(on.basis, chest.basis),
            chosen(on.settlement, chest.settlement),
        ),
        _SPLIT if on.profit_split is None else p.profit_split,
    )


@rule
def fits(p: stack.PolicyArrays, on: Shape) -> bool:
    """Whether what is on for certain is on, which the compiler may count on behind a test of it before the loops."""
    return bool(
        known(on.day, p.stops.day < NEVER)
        and known(on.week, p.stops.week < NEVER)
        and known(on.in_a_row, p.stops.streak < NEVER)
        and known(on.peak, p.stops.peak < NEVER)
        and known(on.keep_last, p.floor.last > 0.0)
        and known(on.keep_most, p.floor.stop >= 0.0)
        and known(on.money, p.stake.money > 0.0)
        and known(on.drawdown, p.drawdown.depth[0] < NEVER)
        and known(on.compounding, p.compounding.preserve > 0.0)
        and known(on.milestones, p.milestones.ladder[0] < NEVER)
        and known(on.compounds, p.war_chest.compound_above < NEVER)
    )
