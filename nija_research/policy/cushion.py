"""
Grossman-Zhou drawdown control: stake on what lies above a share of the running peak.

``capital = equity - s peak``, with `s` the floor as a share and the peak flow-adjusted, so that the drawdown never
reaches ``1 - s`` while single losses stay smaller than the stake. Staking ``f`` of this cushion gives, for any
returns and exactly in discrete time, the wealth of a high-water-mark siphon at rate `s` run backwards: ``account +
chest = (Z - s) / (1 - s)``, all starting at 1.

A baseline of ours, not a rule of the documents (Grossman and Zhou 1993, Mathematical Finance 3(3)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nija_research.compiled import rule
from nija_research.errors import ParameterError
from nija_research.units import share

__all__ = ["Cushion", "CushionArrays", "cushion_capital"]


class CushionArrays(NamedTuple):
    """What the compiled rule reads."""

    floor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cushion:
    """
    The share of the running peak that is never put at risk.

    Attributes
    ----------
    floor : float
        Share of the flow-adjusted peak, in [0, 1).
    """

    floor: float = 0.75  # answers 003, "Risk Management (Non-Negotiable)": "Halt at -25% from peak"

    def __post_init__(self) -> None:
        if share("floor", self.floor) == 1.0:
            raise ParameterError(
                "floor must be below 1, got 1: nothing would ever be staked. Use Policy() to hold cash."
            )

    def arrays(self) -> CushionArrays:
        """Return the settings as the compiled rule reads them."""
        return CushionArrays(float(self.floor))


OFF = CushionArrays(0.0)


@rule
def cushion_capital(equity: float, unit: float, peak: float, cushion: CushionArrays) -> float:
    """Money above the floor; all of `equity` when the floor is 0."""
    kept = cushion.floor * (equity * (peak / unit)) if cushion.floor > 0.0 else 0.0
    above = equity - kept
    return max(above, 0.0) if unit > 0.0 else 0.0
