"""
Profit split: settled profit goes to reinvestment, war chest, operating capital and withdrawal.

``reinvest + chest + operating + withdrawal = 1``. A hot streak's extra for the chest comes out of `reinvest`, so the
parts always add up to 1. What counts as settled profit, and when, is the war chest's `basis` and `settlement`; with
both rules on they must agree. Operating money stays the account's; withdrawn money has left it.

003, "3.3 Profit Distribution": "60% → Reinvest (compounding)".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nija_research.compiled import rule
from nija_research.policy.war_chest import Basis, Settlement, check_basis
from nija_research.units import sums_to_one

__all__ = ["ProfitSplit", "SplitArrays", "profit_split"]


class SplitArrays(NamedTuple):
    """What the compiled rule reads."""

    operating: float
    withdrawal: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfitSplit:
    """
    Four shares of settled profit.

    Attributes
    ----------
    reinvest, chest, operating, withdrawal : float
        Shares that add up to 1.
    basis : {"per_win", "per_period", "high_water_mark"}
        What counts as profit.
    settlement : {"trade", "day", "week"}
        When it is settled.
    """

    reinvest: float = 0.60  # 003, "3.3 Profit Distribution"
    chest: float = 0.20
    operating: float = 0.15
    withdrawal: float = 0.05
    basis: Basis = "high_water_mark"  # not printed
    settlement: Settlement = "trade"  # not printed

    def __post_init__(self) -> None:
        sums_to_one(reinvest=self.reinvest, chest=self.chest, operating=self.operating, withdrawal=self.withdrawal)
        check_basis(self.basis, self.settlement)

    def arrays(self) -> SplitArrays:
        """Return the settings as the compiled rule reads them; the chest's share is the chest's rate."""
        return SplitArrays(float(self.operating), float(self.withdrawal))


OFF = SplitArrays(0.0, 0.0)


@rule
def profit_split(settled: float, rate: float, split: SplitArrays) -> tuple[float, float, float]:
    """Money for chest, operating capital and withdrawal; the rest of `settled` stays where it is."""
    return settled * rate, settled * split.operating, settled * split.withdrawal
