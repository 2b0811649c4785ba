"""
Streak sizing: a little more after wins in a row, a little less after losses in a row.

``multiplier = hot`` after at least `hot_after` wins, ``cold`` after at least `cold_after` losses, else 1. A
break-even trade leaves both counts as they are. On independent trades this only loses growth; it is here to be
judged.

003, "3.2 Risk Scaling Protocol": "hotStreak: base * 1.25,            // 12.5% when winning".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nija_research.compiled import rule
from nija_research.policy.fields import NEVER
from nija_research.units import count, not_negative

__all__ = ["StreakArrays", "StreakSizing", "streak_counts", "streak_multiplier"]


class StreakArrays(NamedTuple):
    """What the compiled rule reads."""

    hot: float
    hot_after: float
    cold: float
    cold_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StreakSizing:
    """
    Multipliers on a hot and on a cold streak.

    Attributes
    ----------
    hot, cold : float
        Multipliers of the base size.
    hot_after, cold_after : int
        Wins, losses in a row from which they hold.
    """

    hot: float = 1.25  # 003, "3.2 Risk Scaling Protocol"
    hot_after: int = 3  # not printed
    cold: float = 0.75  # 003, "3.2 Risk Scaling Protocol"
    cold_after: int = 2  # not printed

    def __post_init__(self) -> None:
        not_negative("hot", self.hot)
        not_negative("cold", self.cold)
        count("hot_after", self.hot_after, low=1)
        count("cold_after", self.cold_after, low=1)

    def arrays(self) -> StreakArrays:
        """Return the settings as the compiled rule reads them."""
        return StreakArrays(float(self.hot), float(self.hot_after), float(self.cold), float(self.cold_after))


OFF = StreakArrays(1.0, NEVER, 1.0, NEVER)


@rule
def streak_counts(wins: float, losses: float, pnl: float) -> tuple[float, float]:
    """Wins and losses in a row after a trade; a break-even trade changes neither."""
    won = wins + 1.0 if pnl > 0.0 else wins
    lost = losses + 1.0 if pnl < 0.0 else losses
    return (0.0 if pnl < 0.0 else won), (0.0 if pnl > 0.0 else lost)


@rule
def streak_multiplier(wins: float, losses: float, streak: StreakArrays) -> float:
    """Multiplier of the base size after so many wins or losses in a row."""
    m = streak.hot if wins >= streak.hot_after else 1.0
    return streak.cold if losses >= streak.cold_after else m
