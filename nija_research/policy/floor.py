"""
Protected floor: the part of base capital that is never sized on.

Base capital is money paid in (opening base plus net deposits). "Never risk last 20%" has two
readings. `keep_last`: the last share `s` of base never counts as sizing capital, ``floor = s base``. `keep_most`:
trading stops when ``1 - s`` of base is left, measured on unit value (1.0 at base), so that no deposit or
withdrawal moves it.

000, "Recovery Protocol": "Protected capital floor (never risk last 20%)".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from nija_research.compiled import rule
from nija_research.policy.fields import NEVER, Part
from nija_research.units import EDGE, choice, share

__all__ = ["FloorArrays", "ProtectedFloor", "protected_floor"]


class FloorArrays(NamedTuple):
    """What the compiled rule reads."""

    last: Annotated[float, Part("keep_last", "> 0.0")]
    stop: Annotated[float, Part("keep_most", ">= 0.0")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedFloor:
    """
    How much of base capital stays out of reach, in one of two readings.

    Attributes
    ----------
    share : float
        Share of base capital, in [0, 1].
    reading : {"keep_last", "keep_most"}
        Never size on the last `share`, or stop once all but `share` is left.
    """

    share: float = 0.20  # 000, "Recovery Protocol"
    reading: Literal["keep_last", "keep_most"] = "keep_last"

    def __post_init__(self) -> None:
        share("share", self.share)
        choice("reading", self.reading, ("keep_last", "keep_most"))

    def arrays(self) -> FloorArrays:
        """Return the settings as the compiled rule reads them."""
        if self.reading == "keep_last":
            return FloorArrays(float(self.share), -1.0)
        return FloorArrays(0.0, 1.0 - self.share)


OFF = FloorArrays(0.0, -1.0)


@rule
def protected_floor(paid_in: float, unit: float, floor: FloorArrays) -> float:
    """Money that may not be sized on; more than anyone has once `keep_most` has stopped trading."""
    money = floor.last * max(paid_in, 0.0) if floor.last > 0.0 else 0.0
    return NEVER if floor.stop >= 0.0 and unit <= floor.stop + EDGE else money
