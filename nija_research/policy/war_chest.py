"""
War chest: a share of profits set aside, in the three meanings that "20% of profits" has.

At a settlement (after each trade, at a day's or an ISO week's end) the settled profit `P` is, by `basis`, the sum
of winning trades since the last one (``per_win``), the net profit since then if positive (``per_period``), or the
new high of profit (``high_water_mark``). The chest gets ``rate P``, ``rate + hot_bonus`` after `hot_after` wins in
a row: from the trade after them. Above `compound_above` the chest counts in sizing capital; above `reinvest_above`
a share of the excess (or of the balance, `reinvest_of`) returns to the trading account at every settlement. Money
in the account's currency, rates as shares. A transfer never takes more than the trading account holds.

003, "1.3 War Chest Acceleration": "baseRate: 0.20,                    // 20% base".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from nija_research.compiled import rule
from nija_research.errors import ParameterError
from nija_research.policy.fields import NEVER, Part, never
from nija_research.units import EDGE, choice, count, not_negative, share

__all__ = [
    "BASES",
    "SETTLEMENTS",
    "Basis",
    "ChestArrays",
    "Settlement",
    "WarChest",
    "chest_in_sizing",
    "chest_rate",
    "chest_return",
    "settled_profit",
]

Basis = Literal["per_win", "per_period", "high_water_mark"]
Settlement = Literal["trade", "day", "week"]

#: What counts as profit, and when it is settled; the compiled rule reads the position in the tuple.
BASES: tuple[Basis, ...] = ("per_win", "per_period", "high_water_mark")
SETTLEMENTS: tuple[Settlement, ...] = ("trade", "day", "week")


class ChestArrays(NamedTuple):
    """What the compiled rules read."""

    rate: float
    hot_bonus: float
    hot_after: float
    compound_above: Annotated[float, Part("compounds")]
    reinvest_above: float
    reinvest_ratio: float
    of_balance: Annotated[float, Part("of_balance", "== 1.0")]
    basis: Annotated[float, Part("basis", "")]
    settlement: Annotated[float, Part("settlement", "")]


@dataclass(frozen=True, slots=True, kw_only=True)
class WarChest:
    """
    Rate, meaning and tiers of the chest.

    Attributes
    ----------
    rate, hot_bonus : float
        Share of settled profit, and what a hot streak adds to it.
    hot_after : int
        Wins in a row after which the next trade is hot.
    basis : {"per_win", "per_period", "high_water_mark"}
        What counts as profit.
    settlement : {"trade", "day", "week"}
        When it is settled.
    compound_above, reinvest_above : float or None
        Tiers in the account's currency; None switches one off.
    reinvest_ratio : float
        Share that returns at a settlement.
    reinvest_of : {"excess", "balance"}
        Share of the part above `reinvest_above`, or of the whole chest.
    """

    rate: float = 0.20  # 003, "1.3 War Chest Acceleration"
    hot_bonus: float = 0.05
    hot_after: int = 5
    basis: Basis = "high_water_mark"  # not printed: one of three readings
    settlement: Settlement = "trade"  # not printed
    compound_above: float | None = 50.0  # 003, "1.3 War Chest Acceleration"
    reinvest_above: float | None = 100.0
    reinvest_ratio: float = 0.50
    reinvest_of: Literal["excess", "balance"] = "excess"

    def __post_init__(self) -> None:
        share("rate", self.rate)
        share("hot_bonus", self.hot_bonus, high=1.0 - self.rate)
        count("hot_after", self.hot_after, low=1)
        check_basis(self.basis, self.settlement)
        for name in ("compound_above", "reinvest_above"):
            value = getattr(self, name)
            if value is not None:
                not_negative(name, value)
        share("reinvest_ratio", self.reinvest_ratio)
        choice("reinvest_of", self.reinvest_of, ("excess", "balance"))

    def arrays(self) -> ChestArrays:
        """Return the settings as the compiled rules read them."""
        return ChestArrays(
            float(self.rate),
            float(self.hot_bonus),
            float(self.hot_after),
            never(self.compound_above),
            never(self.reinvest_above),
            float(self.reinvest_ratio),
            float(self.reinvest_of == "balance"),
            float(BASES.index(self.basis)),
            float(SETTLEMENTS.index(self.settlement)),
        )


#: Settlement 3 never comes.
OFF = ChestArrays(0.0, 0.0, NEVER, NEVER, NEVER, 0.0, 0.0, 2.0, 3.0)


def check_basis(basis: str, settlement: str) -> None:
    """Refuse an unknown basis or settlement, and a period without a length."""
    choice("basis", basis, BASES)
    choice("settlement", settlement, SETTLEMENTS)
    if basis == "per_period" and settlement == "trade":
        raise ParameterError(
            "basis 'per_period' needs a period, got settlement 'trade'. Set settlement='day' or 'week'."
        )


@rule
def chest_rate(wins: float, chest: ChestArrays) -> float:
    """Share of settled profit after so many wins in a row *before* the trade."""
    return chest.rate + (chest.hot_bonus if wins >= chest.hot_after else 0.0)


@rule
def settled_profit(profit: float, mark: float, due: float, trading: float, chest: ChestArrays) -> tuple[float, float]:
    """Profit to be settled, and the mark from which the next settlement counts."""
    amount = due if chest.basis == 0.0 else max(profit - mark, 0.0)
    mark = max(mark, profit) if chest.basis == 2.0 else profit
    return min(amount, max(trading, 0.0)), mark


@rule
def chest_return(money: float, chest: ChestArrays) -> float:
    """Money that returns from a chest holding `money` at a settlement."""
    of = money if chest.of_balance == 1.0 else money - chest.reinvest_above
    return chest.reinvest_ratio * of if money > chest.reinvest_above * (1.0 + EDGE) else 0.0


@rule
def chest_in_sizing(money: float, chest: ChestArrays) -> float:
    """Part of the chest that counts in sizing capital."""
    return max(money - chest.compound_above, 0.0) if chest.compound_above < NEVER else 0.0
