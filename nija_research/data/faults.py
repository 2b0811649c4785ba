"""
Faults of a file: where it is, what was wanted, what was got, and one error that lists them all.

Rows are line numbers of the text file, the header included, so that an editor's "go to line" finds them.
Tables without lines (Parquet, Feather) are numbered as if they had been written as text under a header.
Nothing here reads files. Stands on: `errors`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nija_research.errors import DataError

__all__ = ["LISTED", "Fault", "raise_if"]

#: Faults spelled out in one message; the rest is counted.
LISTED = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing that is wrong with a file.

    Attributes
    ----------
    row : int or None
        Line number in the text file, header included; None for a fault of the whole column, which is named.
    column : str
        The file's own column name, or empty for a fault of the whole row.
    wanted, got : str
        What should stand there and what does.
    """

    row: int | None
    column: str
    wanted: str
    got: str

    def __str__(self) -> str:
        row = "" if self.row is None else f"row {self.row}"
        column = f"{self.column!r}" if self.column else ""
        place = f"{row or 'column'} {column}".rstrip()
        return f"{place}: wanted {self.wanted}, got {self.got}"


def raise_if(faults: Iterable[Fault], source: str) -> None:
    """
    Raise one error that lists every fault, or return when there is none.

    Parameters
    ----------
    faults : iterable of Fault
        In any order; the message lists them by row, whole columns first.
    source : str
        Name of the file, for the message.

    Raises
    ------
    DataError
        If there is any fault. At most `LISTED` are spelled out.

    Examples
    --------
    >>> raise_if([Fault(17, "pnl", "a number", "'abc'")], "trades.csv")
    Traceback (most recent call last):
        ...
    nija_research.errors.DataError: trades.csv: 1 fault. row 17 'pnl': wanted a number, got 'abc'
    """
    ordered = sorted(faults, key=lambda fault: fault.row or 0)
    if not ordered:
        return
    listing = "; ".join(str(fault) for fault in ordered[:LISTED])
    more = f"; and {len(ordered) - LISTED} more" if len(ordered) > LISTED else ""
    count = "1 fault" if len(ordered) == 1 else f"{len(ordered)} faults"
    raise DataError(f"{source}: {count}. {listing}{more}")
