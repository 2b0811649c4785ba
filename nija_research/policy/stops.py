"""
Hard stops: day, week, streak, peak and asset. All are evaluated, the most restrictive acts, each is reported.

Losses are shares of unit value, so that no deposit or withdrawal triggers or hides a stop: the day's against the
unit at the day's start, the week's against the start of its ISO week (UTC), the peak's against the running peak. A
stop acts at its edge. Day and streak stops end with the next day, the week stop with the next ISO week, the peak
stop only by `resume` or after `halt_cooldown` steps. The streak count starts again after its stop. The asset stop
is a cap on the size: at most `asset` of equity in one asset.

003, "Risk Management (Non-Negotiable)": "dailyLossLimit: 15,              // Max -15% per day".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple

from nija_research.compiled import rule
from nija_research.policy.fields import NEVER, Part, never
from nija_research.units import EDGE, count, share

__all__ = ["StopArrays", "Stops", "asset_room", "stop_reached"]


class StopArrays(NamedTuple):
    """What the compiled rule reads."""

    day: Annotated[float, Part("day")]
    week: Annotated[float, Part("week")]
    streak: Annotated[float, Part("in_a_row")]
    peak: Annotated[float, Part("peak")]
    asset: float
    cooldown: Annotated[float, Part("cooldown")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """
    Limits of loss, streak and concentration; None switches one off.

    Attributes
    ----------
    day, week, peak : float or None
        Losses as shares of the day's start, the week's start and the peak.
    streak : int or None
        Losses in a row.
    asset : float or None
        Most of equity in one asset.
    halt_cooldown : int or None
        Steps after which the peak stop ends by itself, in simulations; never when None.
    """

    day: float | None = 0.15  # 003, "Risk Management (Non-Negotiable)"
    week: float | None = 0.30
    streak: int | None = 3
    peak: float | None = 0.25
    asset: float | None = 0.80
    halt_cooldown: int | None = None

    def __post_init__(self) -> None:
        for name in ("day", "week", "peak", "asset"):
            value = getattr(self, name)
            if value is not None:
                share(name, value, low=1e-6)
        for name in ("streak", "halt_cooldown"):
            value = getattr(self, name)
            if value is not None:
                count(name, value, low=1)

    def arrays(self) -> StopArrays:
        """Return the settings as the compiled rule reads them."""
        limits = (self.day, self.week, self.streak, self.peak, self.asset, self.halt_cooldown)
        return StopArrays(*(never(x) for x in limits))


OFF = StopArrays(*(NEVER,) * 6)


@rule
def stop_reached(before: float, unit: float, low: float, excused: float) -> float:
    """Return 1.0 when the loss from `before` to `unit` has reached `low` and is deeper than what was `excused`."""
    # Products, not a loss in per cent: a division costs a kernel as much as ten of these.
    reached = unit < before * (1.0 - (low - EDGE))
    deeper = excused == 0.0 or unit < before * (1.0 - (excused + EDGE))
    return 1.0 if reached and deeper else 0.0


@rule
def stop_held(held: float, before: float, unit: float, low: float, excused: float) -> float:
    """Return 1.0 while a stop that was `held` or has been reached lasts; a stop that is off stays as it was."""
    return max(held, stop_reached(before, unit, low, excused)) if low < NEVER else held


@rule
def any_stop(day: float, week: float, streak: float, peak: float, stops: StopArrays) -> bool:
    """Whether one of the stops holds."""
    on = stops.day < NEVER or stops.week < NEVER or stops.streak < NEVER or stops.peak < NEVER
    return day + week + streak + peak > 0.0 if on else False


@rule
def asset_room(equity: float, held: float, stops: StopArrays) -> float:
    """Money that may still go into an asset of which `held` is held."""
    return max(stops.asset * equity - held, 0.0) if stops.asset < NEVER else NEVER
