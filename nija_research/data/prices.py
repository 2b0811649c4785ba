"""
Price files to one form: a UTC time index and open, high, low, close as floats.

Prices are in the quote currency of the asset, as traded: nothing is adjusted, filled or resampled. Nothing here
knows of trades.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nija_research.data.cells import CellReader
from nija_research.data.columns import describe_missing, match_columns, unused_columns
from nija_research.data.datasets import locate
from nija_research.data.files import Fault, RawTable, Reading, raise_if, read_table
from nija_research.data.schemas import frame_faults, prices_schema
from nija_research.errors import DataError

__all__ = ["load_prices", "price_reading"]

#: Plain names under which price columns are recognised, besides their own.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "time": ("date", "timestamp", "datetime", "dateutc", "opentime", "gmttime", "localtime", "utctime", "unix"),
    "open": ("o", "openprice", "openingprice"),
    "high": ("h", "highprice", "max"),
    "low": ("l", "lowprice", "min"),
    "close": ("c", "closeprice", "last", "closelast", "closingprice"),
    "volume": ("v", "vol", "volumebtc", "basevolume", "tickvolume", "tickvol"),
}
PRICES = ("open", "high", "low", "close")


def load_prices(
    path_or_name: str | os.PathLike[str],
    *,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    day_first: bool | None = None,
) -> pd.DataFrame:
    """
    Load bars from a file or a bundled data set.

    Parameters
    ----------
    path_or_name : str or path-like
        CSV, Parquet or Feather, or a bundled name such as ``"sp500"`` (a bundled name wins over a file).
    columns : mapping of str to str, optional
        Our column name to the file's, for names that are not recognised: ``{"close": "Settle"}``.
    timezone : str, optional
        Zone of stamps that carry none. UTC unless given; ``attrs["notes"]`` says so.
    day_first : bool, optional
        True when 02/03/2024 is 2 March. Needed only when the dates themselves do not tell.

    Returns
    -------
    pandas.DataFrame
        Index ``time`` (UTC, ascending, unique); float columns open, high, low, close and, when the file has
        it, volume. ``attrs`` holds source (file name), sha256, rows_read and notes (sentences).

    Raises
    ------
    DataError
        If the file cannot be read or any row is at fault; the message lists every fault.
    ParameterError
        If an option is not usable.

    Examples
    --------
    >>> prices = load_prices("sp500")
    >>> len(prices), round(float(prices["close"].iloc[-1]), 2)
    (5031, 2506.85)
    """
    reading = price_reading(read_table(locate(path_or_name)), columns=columns, timezone=timezone, day_first=day_first)
    raise_if(reading.faults, reading.frame.attrs["source"])
    return reading.frame


def price_reading(
    raw: RawTable,
    *,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    day_first: bool | None = None,
) -> Reading:
    """
    Turn cells into bars and collect every fault instead of raising.

    Parameters
    ----------
    raw : RawTable
        The file's cells.
    columns, timezone, day_first
        As in `load_prices`.

    Returns
    -------
    Reading

    Raises
    ------
    DataError
        If a column is missing: without it no row can be judged.
    ParameterError
        If an option is not usable.
    """
    names = match_columns(list(raw.frame.columns), SYNONYMS, columns, raw.name)
    missing = [name for name in ("time", *PRICES) if name not in names]
    if missing:
        raise DataError(f"{raw.name}: " + " ".join(describe_missing(m, raw.frame.columns) for m in missing))
    faults, notes = list(raw.faults), list[str]()
    reader = CellReader(raw.lines, faults, notes, timezone, day_first)
    stamps = reader.stamps(raw.frame[names["time"]])
    wanted = [name for name in (*PRICES, "volume") if name in names]
    table = pd.DataFrame({"time": stamps})
    for name in wanted:
        table[name] = reader.numbers(raw.frame[names[name]])
    lines = raw.lines
    steps = np.sign(np.diff(stamps.astype("int64").to_numpy())) if stamps.notna().all() else np.zeros(0)
    if steps.size and (steps < 0).any() and (steps <= 0).all():
        notes.append("Rows were newest first and are turned round.")
        table, lines = table.iloc[::-1].reset_index(drop=True), lines[::-1]
    elif (steps < 0).any():
        faults += _out_of_order(table["time"], lines, names["time"])
    # A cell that is already reported as unreadable is NaN here and must not be reported twice.
    reported = {(fault.row, fault.column) for fault in faults}
    in_table = frame_faults(table, prices_schema(), lines, names)
    faults += [fault for fault in in_table if (fault.row, fault.column) not in reported]
    frame = table.set_index("time")
    notes += unused_columns(raw.frame.columns, names)
    frame.attrs = {"source": raw.name, "sha256": raw.sha256, "rows_read": len(raw.frame), "notes": notes}
    return Reading(frame, tuple(faults))


def _out_of_order(time: pd.Series, lines: NDArray[np.int64], column: str) -> list[Fault]:
    """Rows that step back in a file that mostly steps forward (or forward in one that goes back)."""
    step = np.sign(np.diff(time.astype("int64").to_numpy()))
    usual = 1 if (step > 0).sum() >= (step < 0).sum() else -1
    order = "later" if usual > 0 else "earlier"
    return [
        Fault(
            int(lines[i + 1]),
            column,
            f"a time {order} than in row {lines[i]} ({time.iloc[i].isoformat()})",
            time.iloc[i + 1].isoformat(),
        )
        for i in np.flatnonzero(step == -usual)
    ]
