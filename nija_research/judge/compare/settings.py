"""
Settings of a judgement: how much is simulated, what trading costs, and at which level an interval is called so.

Stands on: `simulate`, `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nija_research.policy.checks import count
from nija_research.simulate.worlds import Costs
from nija_research.units import positive

__all__ = ["COSTS", "Settings"]

#: 1 basis point of fee and 1 of slippage a side, on a position of which a twentieth is turned over each bar: half a
#: percent a year for a position that is held.
COSTS = Costs(fee=0.0001, slippage=0.0001, sides=0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    How a promise is judged.

    Attributes
    ----------
    years : float
        Length of a path: expectations are over histories of so many years.
    draws : int
        Paths of a world whose law is known.
    outer, inner : int
        Resamples of the history, and paths drawn from each of them.
    costs : Costs
        Taken off every return in every world, as a charge on the position held; none with ``Costs()``.
    train : int
        Bars of a history before the first regime is named.
    """

    years: float = 5.0
    draws: int = 2000
    outer: int = 60
    inner: int = 20
    costs: Costs = field(default=COSTS)
    train: int = 504

    def __post_init__(self) -> None:
        positive("years", self.years)
        count("draws", self.draws, low=100)
        count("outer", self.outer, low=20)
        count("inner", self.inner, low=4)
        count("train", self.train, low=126)
