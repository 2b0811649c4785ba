"""
Compounding: each new high-water-mark profit is split into a reinvested and a preserved part.

``preserved += p max(0, profit - mark)``, then ``mark = max(mark, profit)``, with `profit` all P&L since base in
the account's currency and `p` a share. Losses come out of the trading account; deposits and withdrawals are
not profit. A transfer never takes more than the trading account holds. As a siphon this equals Grossman-Zhou
control with floor `p` (see `cushion`).

000, "Compounding Strategies": "Moderate (75% reinvest, 25% preserve)".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, NamedTuple

from nija_research.compiled import rule
from nija_research.errors import ParameterError
from nija_research.policy.fields import Part
from nija_research.units import EDGE, choice, share, sums_to_one

__all__ = ["STRATEGIES", "Compounding", "CompoundingArrays", "compounding_split"]

#: Reinvested share by printed name (000, "Compounding Strategies"); the rest is preserved.
STRATEGIES: Mapping[str, float] = MappingProxyType(
    {"conservative": 0.60, "moderate": 0.75, "aggressive": 0.90, "full_compound": 1.00}
)


class CompoundingArrays(NamedTuple):
    """What the compiled rule reads."""

    preserve: Annotated[float, Part("compounding", "> 0.0")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compounding:
    """
    Shares of new profit that are reinvested and preserved; they add up to 1.

    Attributes
    ----------
    reinvest, preserve : float
        Shares of new high-water-mark profit.
    """

    reinvest: float = 0.75  # 000, "Compounding Strategies", Moderate
    preserve: float = 0.25

    def __post_init__(self) -> None:
        sums_to_one(reinvest=self.reinvest, preserve=self.preserve)

    @classmethod
    def named(
        cls, strategy: str | None = None, reinvest: float | None = None, preserve: float | None = None
    ) -> Compounding:
        """
        Return the split by printed name, by percentages, or by both when they agree.

        Parameters
        ----------
        strategy : str, optional
            One of `STRATEGIES`; "moderate" when nothing at all is given.
        reinvest, preserve : float, optional
            Shares of one; one of them suffices.

        Returns
        -------
        Compounding

        Raises
        ------
        ParameterError
            If the name is unknown, the shares do not add up to 1, or name and shares disagree.

        Examples
        --------
        >>> Compounding.named("conservative")
        Compounding(reinvest=0.6, preserve=0.4)
        """
        if reinvest is None and preserve is None:
            reinvest = STRATEGIES[choice("compounding_strategy", strategy or "moderate", STRATEGIES)]
            return cls(reinvest=reinvest, preserve=round(1.0 - reinvest, 12))
        if reinvest is not None:
            share("reinvest", reinvest)
        if preserve is not None:
            share("preserve", preserve)
        kept = reinvest if reinvest is not None else round(1.0 - (preserve or 0.0), 12)
        split = cls(reinvest=kept, preserve=preserve if preserve is not None else round(1.0 - kept, 12))
        if strategy not in (None, "custom"):
            printed = STRATEGIES[choice("compounding_strategy", strategy, STRATEGIES)]
            if abs(printed - kept) > EDGE:
                raise ParameterError(
                    f"compounding_strategy {strategy!r} reinvests {printed:g}, but reinvest is {kept:g}. "
                    "Give one of them."
                )
        return split

    @property
    def name(self) -> str:
        """The printed name of this split, "custom" for any other."""
        return next((name for name, kept in STRATEGIES.items() if abs(kept - self.reinvest) <= EDGE), "custom")

    def arrays(self) -> CompoundingArrays:
        """Return the settings as the compiled rule reads them."""
        return CompoundingArrays(float(self.preserve))


OFF = CompoundingArrays(0.0)


@rule
def compounding_split(profit: float, mark: float, trading: float, split: CompoundingArrays) -> tuple[float, float]:
    """Money to preserve, and the new high-water mark of profit."""
    amount = min(split.preserve * max(profit - mark, 0.0), max(trading, 0.0))
    return (amount, max(mark, profit)) if split.preserve > 0.0 else (0.0, mark)
