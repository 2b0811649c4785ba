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

from typing import NamedTuple

from nija_research.compiled import rule

__all__ = ["MONEY", "Moves", "State", "depth_of", "equity_of", "unit_after"]


class State(NamedTuple):
    """One account; see the module for the units and the identity that holds."""

    trading: float  # money in the trading account; below 0 is debt
    preserved: float  # money the compounding split keeps
    locked: float  # money the milestones lock
    chest: float  # money in the war chest
    operating: float  # money for running the business, still owned
    withdrawn: float  # money paid out by the profit split
    flows: float  # deposits less withdrawals
    profit: float  # all P&L above base, the opening profit included
    base: float  # opening base capital
    unit: float  # unit value, 1 at base
    peak: float  # highest unit value
    level: float  # protection level, 0 NORMAL to 4 HALT
    recovery: float  # wins in a row since the last step of level
    excused: float  # depth at which a halt was last resumed, 0 for none
    halted_for: float  # steps since a halt began, counted where a cooldown waits for them
    wins: float  # wins in a row
    losses: float  # losses in a row
    milestone: float  # highest rung reached
    split_mark: float  # high-water mark of the compounding split
    chest_mark: float  # mark of the last settlement
    due: float  # winning trades not settled yet
    day: float  # number of the day, 0 before the first
    week: float  # number of the ISO week, 0 before the first
    day_unit: float  # unit value at the day's start
    week_unit: float  # unit value at the week's start
    stop_losses: float  # losses in a row, counted for the streak stop
    day_stop: float  # 1 while stopped
    week_stop: float
    streak_stop: float
    peak_stop: float


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
