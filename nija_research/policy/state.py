"""
The state of one account: where its money is, how deep it stands, which streaks and stops hold.

All money is in the account's currency as float64 and is *never rounded inside*: every transfer takes from one part
what it gives to another, so that the parts add up far below a cent after any number of steps, all money times k
stays the same history, and the simulator and the object engine agree. Cents appear where a number is printed.

``trading + preserved + locked + chest + operating + withdrawn = base + profit + flows``. Equity is everything
owned: all of the left side but `withdrawn`. Drawdown is measured on unit value, as funds do: a trade moves the unit
by ``(equity + pnl) / equity``, a deposit, withdrawal or payout does not move it. An account whose equity reaches 0
has unit 0 for good. Fields are floats, so that the state has a constant width in the kernel.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from nija_research.compiled import rule
from nija_research.policy.fields import Owned

__all__ = ["MONEY", "Moves", "State", "depth_of", "equity_of", "unit_after"]


BOTH, PERIOD = ("trade", "period"), ("period",)


class State(NamedTuple):
    """
    One account; see the module for the units and the identity that holds.

    `Owned` says which part of a policy, or of what a run asks for, a field belongs to, and what changes it.
    """

    trading: Annotated[float, Owned(by=BOTH)]  # money in the trading account; below 0 is debt
    preserved: Annotated[float, Owned("compounding")]  # money the compounding split keeps
    locked: Annotated[float, Owned("milestones")]  # money the milestones lock
    chest: Annotated[float, Owned("war_chest", BOTH)]  # money in the war chest
    operating: Annotated[float, Owned("war_chest", BOTH)]  # money for running the business, still owned
    withdrawn: Annotated[float, Owned("war_chest", BOTH)]  # money paid out by the profit split
    flows: Annotated[float, Owned(by=())]  # deposits less withdrawals
    profit: Annotated[float, Owned("profit")]  # all P&L above base, the opening profit included
    base: Annotated[float, Owned(by=())]  # opening base capital
    unit: Annotated[float, Owned()]  # unit value, 1 at base
    peak: Annotated[float, Owned()]  # highest unit value
    level: Annotated[float, Owned("drawdown")]  # protection level, 0 NORMAL to 4 HALT
    recovery: Annotated[float, Owned("drawdown")]  # wins in a row since the last step of level
    excused: Annotated[float, Owned("cooldown")]  # depth at which a halt was last resumed, 0 for none
    halted_for: Annotated[float, Owned("cooldown")]  # steps since a halt began, counted where a cooldown waits for them
    wins: Annotated[float, Owned("runs")]  # wins in a row
    losses: Annotated[float, Owned("runs")]  # losses in a row
    milestone: Annotated[float, Owned("milestones")]  # highest rung reached
    split_mark: Annotated[float, Owned("compounding")]  # high-water mark of the compounding split
    chest_mark: Annotated[float, Owned("war_chest", BOTH)]  # mark of the last settlement
    due: Annotated[float, Owned("war_chest", BOTH)]  # winning trades not settled yet
    day: Annotated[float, Owned("clock", PERIOD)]  # number of the day, 0 before the first
    week: Annotated[float, Owned("clock", PERIOD)]  # number of the ISO week, 0 before the first
    day_unit: Annotated[float, Owned("clock", PERIOD)]  # unit value at the day's start
    week_unit: Annotated[float, Owned("clock", PERIOD)]  # unit value at the week's start
    stop_losses: Annotated[float, Owned("in_a_row", BOTH)]  # losses in a row, counted for the streak stop
    day_stop: Annotated[float, Owned("day", BOTH)]  # 1 while stopped
    week_stop: Annotated[float, Owned("week", BOTH)]
    streak_stop: Annotated[float, Owned("in_a_row", BOTH)]
    peak_stop: Annotated[float, Owned("peak")]


#: The fields that hold money: scaled when all money is scaled.
MONEY = (
    *("trading", "preserved", "locked", "chest", "operating", "withdrawn", "flows", "profit", "base"),
    *("milestone", "split_mark", "chest_mark", "due"),
)


class Moves(NamedTuple):
    """Money moved by one transition: the first five out of the trading account, the last one back into it."""

    preserved: float
    locked: float
    chest: float
    operating: float
    withdrawn: float
    returned: float


@rule
def equity_of(state: State) -> float:
    """Everything the account owns."""
    return state.trading + state.preserved + state.locked + state.chest + state.operating


@rule
def depth_of(state: State) -> float:
    """Depth below the flow-adjusted peak, a share."""
    return 1.0 - state.unit / state.peak


@rule
def unit_after(unit: float, equity: float, pnl: float) -> float:
    """Unit value after a trade on `equity`; 0 once everything is lost."""
    grown = unit * ((equity + pnl) / equity)
    return max(grown, 0.0) if equity > 0.0 else unit
