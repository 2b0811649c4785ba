"""
How many steps make a day and a week, so that day and week stops mean something in a simulated world.

``day(t) = floor(t / trades_per_day) + 1`` and ``week(t) = floor((day(t) - 1) / days_per_week) + 1``, numbered from 1 as
`policy` numbers them: whole, never falling. A step is one trade or one bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nija_research.compiled import rule
from nija_research.errors import ParameterError
from nija_research.units import EDGE, positive

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Calendar", "CalendarArrays", "calendar_of", "day_of", "week_of"]

_WEEKS_A_YEAR = 365.25 / 7.0
_DAY = np.timedelta64(1, "D")


class CalendarArrays(NamedTuple):
    """What the compiled functions read."""

    trades_per_day: float
    days_per_week: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """
    Pace of a world.

    Attributes
    ----------
    trades_per_day : float
        Steps a trading day, above 0; below 1 where a trade comes only every few days.
    days_per_week : int
        Trading days a week, 1 to 7: 7 for crypto, 5 for stocks.
    """

    trades_per_day: float = 1.0
    days_per_week: int = 7

    def __post_init__(self) -> None:
        positive("trades_per_day", self.trades_per_day)
        if isinstance(self.days_per_week, bool) or self.days_per_week not in range(1, 8):
            raise ParameterError(f"days_per_week must be a whole number from 1 to 7, got {self.days_per_week!r}.")

    @classmethod
    def of(cls, exits: pd.Series, *, days_per_week: int = 7) -> Calendar:
        """
        Return the mean pace of a log: trades over the days between its first and last exit.

        Parameters
        ----------
        exits : pandas.Series of datetime, shape (n,)
            When each trade was closed.
        days_per_week : int, optional
            Trading days a week.

        Returns
        -------
        Calendar

        Raises
        ------
        ParameterError
            If there are fewer than two exits, one is missing, or all fall on one instant.
        """
        times = exits.to_numpy(dtype="datetime64[ns]")
        if len(times) < 2 or np.isnat(times).any():
            raise ParameterError(f"exits must be two times or more, none missing; got {len(times)}.")
        days = float((times.max() - times.min()) / _DAY) * days_per_week / 7.0
        if days <= 0.0:
            raise ParameterError("exits all fall on one instant: give Calendar(trades_per_day=...) yourself.")
        return cls(trades_per_day=(len(times) - 1) / days, days_per_week=days_per_week)

    @property
    def steps_per_year(self) -> float:
        """Steps in 365.25 days, for annual figures."""
        return self.trades_per_day * self.days_per_week * _WEEKS_A_YEAR

    def arrays(self) -> CalendarArrays:
        """Return the settings as the compiled functions read them."""
        return CalendarArrays(float(self.trades_per_day), float(self.days_per_week))

    def day(self, t: int) -> float:
        """Return the number of the day, from 1, on which step `t` (from 0) falls."""
        return float(day_of(float(t), self.arrays()))

    def week(self, t: int) -> float:
        """Return the number of the week, from 1, in which step `t` (from 0) falls."""
        return float(week_of(float(t), self.arrays()))


def calendar_of(calendar: Calendar | None) -> Calendar:
    """Return the calendar, one step a day unless given; anything else is refused."""
    if calendar is not None and not isinstance(calendar, Calendar):
        raise ParameterError(f"calendar must be a Calendar, got {calendar!r}. Write Calendar(trades_per_day=3).")
    return Calendar() if calendar is None else calendar


@rule
def day_of(t: float, calendar: CalendarArrays) -> float:
    """Number of the day of step `t`; a step at the edge of a day belongs to the new one."""
    return float(np.floor(t / calendar.trades_per_day + EDGE) + 1.0)


@rule
def week_of(t: float, calendar: CalendarArrays) -> float:
    """Number of the week of step `t`."""
    return float(np.floor((day_of(t, calendar) - 1.0) / calendar.days_per_week) + 1.0)
