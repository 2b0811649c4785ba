"""
What the war chest and the profit split do with profit.

Money in the account's currency, rates as shares.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from nija_research.policy import Account, Policy, WarChest, presets
from nija_research.policy.war_chest import Basis, chest_in_sizing, chest_rate, chest_return

__all__ = ["chest_after", "chest_in_size", "chest_returns", "chest_share", "profit_share"]

_PARTS = {"reinvest": "trading", "chest": "chest", "operating": "operating", "withdrawal": "withdrawn"}


def _chest() -> WarChest:
    chest = presets["document_003"].war_chest
    assert chest is not None
    return chest


def chest_share(wins: float = 0.0) -> float:
    """Return the chest's share of the next profit after so many wins in a row."""
    return float(chest_rate.py_func(wins, _chest().arrays()))


def chest_in_size(money: float) -> float:
    """Return the money of a chest that counts in sizing capital."""
    return float(chest_in_sizing.py_func(money, _chest().arrays()))


def chest_returns(money: float, of: str = "excess") -> float:
    """Return the money that goes back to the trading account from a chest holding `money`."""
    return float(chest_return.py_func(money, replace(_chest(), reinvest_of=of).arrays()))  # type: ignore[arg-type]


def chest_after(win: float, loss: float, basis: str) -> float:
    """Return the chest after a winning and then a losing trade, the `basis` saying what counts as profit."""
    settlement = "week" if basis == "per_period" else "trade"
    chest = replace(_chest(), basis=cast("Basis", basis), settlement=settlement)  # type: ignore[arg-type]
    from datetime import UTC, datetime

    account = Account(Policy(war_chest=chest), 1000.0, when=datetime(2026, 1, 5, tzinfo=UTC))
    account.trade(win)
    account.trade(-loss)
    account.advance(datetime(2026, 1, 12, tzinfo=UTC))
    return account.state.chest


def profit_share(part: str, wins: float = 0.0) -> float:
    """Return the share of a profit that goes to a part (reinvest, chest, ...) after so many wins in a row."""
    account = Account(presets["document_003"], 1000.0)  # the chest stays below its tiers
    for _ in range(int(wins)):
        account.trade(1.0)
    before = getattr(account.state, _PARTS[part])
    account.trade(1.0)
    return float(getattr(account.state, _PARTS[part]) - before)
