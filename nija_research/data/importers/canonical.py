"""
The canonical table read back: every column by its own name, nothing recognised, nothing derived.

This is what `nija data import` writes and what the bundled log is.
"""

from __future__ import annotations

from nija_research.data.columns import CANONICAL, describe_missing
from nija_research.data.files import RawTable, Reading
from nija_research.data.importers.ledger import finish, open_ledger
from nija_research.errors import DataError

__all__ = ["read"]


def read(raw: RawTable, *, timezone: str | None = None, day_first: bool | None = None) -> Reading:
    """
    Read a table that already has the canonical columns.

    Parameters
    ----------
    raw : RawTable
        The file's cells.
    timezone, day_first
        As in `load_trades`.

    Returns
    -------
    Reading

    Raises
    ------
    DataError
        If a canonical column is missing.
    """
    header = list(raw.frame.columns)
    missing = [name for name in CANONICAL if name not in header]
    if missing:
        raise DataError(f"{raw.name}: " + " ".join(describe_missing(name, header) for name in missing))
    names = {name: name for name in (*CANONICAL, "risk") if name in header}
    return finish(open_ledger(raw, names, timezone=timezone, day_first=day_first))
