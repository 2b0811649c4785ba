"""
Rows of an account's ledger, and the days and ISO weeks (UTC) that they fall on.

Days count from 1 January of year 1, a Monday, so that ISO weeks are whole groups of seven. There is no wall clock
here: time is an argument, and a time without a zone is taken as UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from nija_research.errors import ParameterError
from nija_research.policy.drawdown import ProtectionLevel
from nija_research.policy.policy import Policy
from nija_research.policy.state import Moves, State, depth_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Row", "as_utc", "day_and_week", "moved", "switched", "table"]


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


COLUMNS = ("time", "rule", "from", "to", "amount", "reason")


class Row(NamedTuple):
    """One line of the ledger; `time` is an ISO 8601 instant in UTC, empty where the caller gave none."""

    time: str
    rule: str
    source: str
    target: str
    amount: float
    reason: str


#: Rule, from, to of each of `Moves`' fields.
_ROUTES = (
    ("compounding", "trading", "preserved"),
    ("milestones", "trading", "locked"),
    ("war_chest", "trading", "chest"),
    ("profit_split", "trading", "operating"),
    ("profit_split", "trading", "withdrawn"),
    ("war_chest", "chest", "trading"),
)


def moved(time: str, moves: Moves, state: State, policy: Policy) -> Iterator[Row]:
    """Yield a row for each amount of money that moved."""
    settles = policy.war_chest or policy.profit_split
    basis = f"{settles.basis}, by {settles.settlement}" if settles else ""
    reasons = (
        f"new high of profit {state.profit:,.2f}",
        f"milestone {state.milestone:,.2f} reached",
        *(basis,) * 3,
        f"tier, {basis}",
    )
    for (rule, source, target), amount, reason in zip(_ROUTES, moves, reasons, strict=True):
        if amount != 0.0:
            yield Row(time, rule, source, target, amount, reason)


def switched(time: str, before: State | None, after: State) -> Iterator[Row]:
    """Yield a row for a change of protection level and for each stop that began or ended."""
    depth = f"drawdown {depth_of.py_func(after):.2%} of peak"
    was = ProtectionLevel.at(before.level) if before else ProtectionLevel.NORMAL
    now = ProtectionLevel.at(after.level)
    if was != now:
        yield Row(time, "drawdown", str(was), str(now), 0.0, depth)
    why = {
        "day_stop": f"unit value {after.unit:.4f} from {after.day_unit:.4f} at day start",
        "week_stop": f"unit value {after.unit:.4f} from {after.week_unit:.4f} at week start",
        "streak_stop": f"{after.stop_losses:.0f} losses in a row",
        "peak_stop": depth,
    }
    for name, reason in why.items():
        then, held = before is not None and getattr(before, name) > 0.0, getattr(after, name) > 0.0
        if held and not then:
            yield Row(time, "stops", "trading", name, 0.0, reason)
        elif then and not held:
            yield Row(time, "stops", name, "trading", 0.0, "ended")


def table(rows: list[Row]) -> pd.DataFrame:
    """
    Return ledger rows as a table.

    Parameters
    ----------
    rows : list of Row
        In the order they happened.

    Returns
    -------
    DataFrame
        Columns time (UTC, NaT where none was given), rule, from, to, amount, reason.
    """
    import pandas as pd  # here, because sizing alone must not wait for it

    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["time"] = pd.to_datetime(frame["time"].replace("", None), utc=True, format="ISO8601")
    return frame.astype({"rule": "str", "from": "str", "to": "str", "amount": "float64", "reason": "str"})
