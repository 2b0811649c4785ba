"""
What is wrong with a file, and what is merely odd.

Faults make a file unusable and are the same that the loaders raise. Warnings are for the reader: gaps, prices
that stand still, assets of very different length. A file can pass all of this and still be wrong; compare with
a second source where there is one. There is no wall clock here: an unfinished last bar or a date in the future is
not seen.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from nija_research.data.columns import plain_name
from nija_research.data.datasets import locate
from nija_research.data.files import Fault, raise_if, read_table
from nija_research.data.prices import PRICES, SYNONYMS, price_reading
from nija_research.data.trades import trade_reading
from nija_research.errors import ParameterError

__all__ = ["Fault", "FileReport", "check_file", "compare_lengths", "price_warnings", "raise_if", "trade_warnings"]

#: Bars in a row with the same close from which a series counts as standing still.
STALE_BARS = 6
#: How many times longer than another a series may be before it is remarked on.
LENGTH_RATIO = 2.0
#: A step this many times the usual one leaves out at least one bar.
GAP = 1.5


@dataclass(frozen=True, slots=True)
class FileReport:
    """
    What was found in a file.

    Attributes
    ----------
    name : str
        File name without folders.
    kind : {"prices", "trades"}
    rows : int
        Rows read, open trades included.
    first, last : pandas.Timestamp or None
        First and last bar, or first and last closing time (UTC); None when there is none.
    sha256 : str
        Hash of the file's bytes.
    faults : tuple of Fault
        What makes the file unusable.
    warnings : tuple of str
        Sentences about what is odd or was assumed.
    """

    name: str
    kind: str
    rows: int
    first: pd.Timestamp | None
    last: pd.Timestamp | None
    sha256: str
    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """
        Lay the report out as rows of item and value, faults and warnings one a row.

        Returns
        -------
        pandas.DataFrame
            Text columns ``item`` and ``value``.
        """
        rows = [
            ("file", self.name),
            ("kind", self.kind),
            ("rows", f"{self.rows}"),
            ("first", "none" if self.first is None else self.first.isoformat()),
            ("last", "none" if self.last is None else self.last.isoformat()),
            ("sha256", self.sha256),
            ("faults", f"{len(self.faults)}"),
            *(("fault", str(fault)) for fault in self.faults),
            *(("warning", warning) for warning in self.warnings),
        ]
        return pd.DataFrame(rows, columns=["item", "value"])


def check_file(path: str | os.PathLike[str], kind: Literal["auto", "prices", "trades"] = "auto") -> FileReport:
    """
    Read a file as far as it goes and report every fault instead of raising.

    Parameters
    ----------
    path : str or path-like
        A file or a bundled name.
    kind : {"auto", "prices", "trades"}, optional
        ``"auto"`` takes a file with a high or a low and one more price for prices.

    Returns
    -------
    FileReport

    Raises
    ------
    DataError
        If nothing can be said about rows: no such file, not a table, or a column missing.
    ParameterError
        If `kind` is not one of the three.
    """
    if kind not in ("auto", "prices", "trades"):
        raise ParameterError(f"kind must be 'auto', 'prices' or 'trades', got {kind!r}.")
    raw = read_table(locate(path))
    plain = {plain_name(str(column)) for column in raw.frame.columns}
    # A high or a low beside one more price shows what was meant; the reader of prices then says what is missing.
    # Open and close alone do not: trade logs have these too.
    named = {name for name in PRICES if plain & {name, *SYNONYMS[name]}}
    looks_like_prices = len(named) >= 2 and bool(named & {"high", "low"})
    if kind == "prices" or (kind == "auto" and looks_like_prices):
        reading = price_reading(raw)
        kind, times = "prices", reading.frame.index.to_series().dropna()
        odd = [] if reading.faults else price_warnings(reading.frame)
    else:
        reading = trade_reading(raw)
        kind, times = "trades", reading.frame["exit_time"].dropna()
        odd = [] if reading.faults else trade_warnings(reading.frame)
    warnings = (*odd, *reading.frame.attrs["notes"])
    first, last = (times.min(), times.max()) if len(times) else (None, None)
    return FileReport(raw.name, kind, len(raw.frame), first, last, raw.sha256, reading.faults, warnings)


def trade_warnings(trades: pd.DataFrame) -> list[str]:
    """
    What is odd about trades without being wrong: none at all, the same twice, several open at once.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.

    Returns
    -------
    list of str
    """
    if trades.empty:
        return ["There is no closed trade in the file."]
    odd = []
    again = int(trades.drop(columns="trade_id").duplicated().sum())
    if again:
        odd.append(
            f"{again} trades repeat another one in everything but their number: partial fills, or exported twice?"
        )
    timed = trades.dropna(subset=["entry_time"])
    steps = pd.concat([pd.Series(1, index=timed["entry_time"]), pd.Series(-1, index=timed["exit_time"])])
    # At one instant exits come first: what is closed then is not held together with what opens.
    order = np.lexsort((steps.to_numpy(), steps.index.to_numpy()))
    most = int(steps.to_numpy()[order].cumsum().max()) if len(steps) else 0
    if most > 1:
        odd.append(
            f"Up to {most} trades are open at once; a stake per trade is for trades one after the other, "
            "so it holds for all open trades together."
        )
    return odd


def price_warnings(prices: pd.DataFrame) -> list[str]:
    """
    Say what is odd about sound prices: gaps, and runs of the same close.

    Parameters
    ----------
    prices : pandas.DataFrame
        As `load_prices` returns them.

    Returns
    -------
    list of str
        Sentences; empty when nothing is odd. Weekends are no gaps in a series that never has a weekend bar, nor
        are single missing weekdays (holidays).
    """
    odd = []
    time = pd.DatetimeIndex(prices.index)
    if len(time) == 0:
        return ["There is no bar in the file."]
    if len(time) > 2:
        odd += _gaps(time)
    same = np.flatnonzero(np.diff(prices["close"].to_numpy()) != 0.0)
    edges = np.concatenate(([-1], same, [len(prices) - 1]))
    runs = np.diff(edges)
    longest = int(runs.argmax())
    if runs[longest] >= STALE_BARS:
        start = time[edges[longest] + 1]
        count = int((runs >= STALE_BARS).sum())
        odd.append(
            f"The close stands still for {STALE_BARS} bars or more {count} times; "
            f"longest {runs[longest]} bars from {start.isoformat()}."
        )
    return odd


def _gaps(time: pd.DatetimeIndex) -> list[str]:
    """Steps that leave bars out; weekdays only are counted where the series keeps to weekdays."""
    steps = np.diff(time.as_unit("s").asi8).astype("float64")
    usual = float(np.median(steps))
    day = 86_400.0
    weekdays = usual == day and (time.day_of_week < 5).all()
    if weekdays:
        dates = time.tz_localize(None).to_numpy().astype("datetime64[D]")
        missing = np.busday_count(dates[:-1], dates[1:]) - 1
        gap = missing > 1
        unit = "weekdays"
    else:
        missing = np.round(steps / usual).astype("int64") - 1
        gap = steps > GAP * usual
        unit = "bars"
    if not gap.any():
        return []
    worst = int(np.argmax(np.where(gap, missing, 0)))
    count, lost, most = int(gap.sum()), int(missing[gap].sum()), int(missing[worst])
    since = time[worst].isoformat()
    return [f"{count} gaps ({lost} {unit} missing); largest {most} {unit} after {since}."]


def compare_lengths(prices: Mapping[str, pd.DataFrame]) -> list[str]:
    """
    Say which assets have much less history than the longest.

    Parameters
    ----------
    prices : mapping of str to pandas.DataFrame
        Name to prices, as `load_prices` returns them.

    Returns
    -------
    list of str
        One sentence for each asset whose span is under half of the longest; empty when they are alike.
    """
    spans = {
        name: (frame.index[-1] - frame.index[0]).total_seconds() if len(frame) else 0.0
        for name, frame in prices.items()
    }
    if not spans:
        return []
    longest = max(spans, key=lambda name: spans[name])
    year = 365.25 * 86_400.0
    return [
        f"{name} covers {span / year:.1f} years, {longest} {spans[longest] / year:.1f}: "
        "what is compared over both covers the shorter."
        for name, span in spans.items()
        if span * LENGTH_RATIO < spans[longest]
    ]
