"""
Times as arguments: the number of a day and of an ISO week, in UTC.

Days count from 1 January of year 1, a Monday, so that ISO weeks are whole groups of seven. There is no wall clock
here: a time without a zone is taken as UTC. Stands on: `errors`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from nija_research.errors import ParameterError

__all__ = ["as_utc", "day_and_week"]


def as_utc(when: datetime | date) -> datetime:
    """
    Return a time in UTC; a date is its midnight, a time without a zone is UTC already.

    Parameters
    ----------
    when : datetime or date
        Any time.

    Returns
    -------
    datetime

    Raises
    ------
    ParameterError
        If `when` is neither.
    """
    if isinstance(when, datetime):
        if when != when:  # pandas' NaT is a datetime
            raise ParameterError("when is NaT, not a time. Drop the row or write its time.")
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    if isinstance(when, date):
        return datetime(when.year, when.month, when.day, tzinfo=UTC)
    raise ParameterError(f"when must be a datetime or a date, got {when!r}. Write datetime(2026, 11, 16, 9, 30).")


def day_and_week(when: datetime | date) -> tuple[float, float]:
    """
    Return the number of the day and of the ISO week.

    Parameters
    ----------
    when : datetime or date
        Any time.

    Returns
    -------
    tuple of float
        Day and week; a new ISO week starts on Monday, 00:00 UTC.

    Examples
    --------
    >>> sunday, monday = day_and_week(date(2026, 11, 15)), day_and_week(date(2026, 11, 16))
    >>> monday[0] - sunday[0], monday[1] - sunday[1]
    (1.0, 1.0)
    """
    day = as_utc(when).toordinal()
    return float(day), float((day - 1) // 7)
