"""
Cells to values: numbers, text and times. What does not fit becomes a fault with its line, never a silent NaN.

A point is the decimal mark. ``1,234.50`` is read, ``1,234`` is refused: it may be a thousand or a decimal.
Times are ISO text, day-first or month-first text, epoch s, ms, us or ns, or typed stamps; all results are UTC at
microsecond resolution. Stamps without a zone are UTC unless `timezone` names another, and a note says so. A date that
could be day-first or month-first is asked for, never guessed. Nothing here knows what a column means, and there is no
wall clock: a time in the future is not a fault.
"""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nija_research.data.files import Fault
from nija_research.errors import ParameterError

__all__ = ["EMPTY", "CellReader", "as_text", "is_empty", "proven_day_first"]

#: Texts that stand for "nothing here" in a column of numbers or times, in lower case.
EMPTY = frozenset({"", "nan", "nat", "none", "null", "na", "n/a", "<na>", "-"})

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_THOUSANDS = r"[+-]?\d{1,3}(?:,\d{3})+\.\d+"

_ZONE = r"(?P<zone>\s*(?:Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}))?"
_CLOCK = r"(?:(?:T|,?\s+|\s+-\s+)(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)" + _ZONE + ")?"
_ISO = r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _CLOCK
_COMPACT = r"(?P<year>(?:19|20|21)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
_EITHER = r"(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<year>\d{4})" + _CLOCK
# Lower edges of the epoch units. Seconds from 1973 on, and each unit a thousand times the one before, so
# that no plausible trading time fits two of them.
_EPOCH = (("s", 1e8, 1e11), ("ms", 1e11, 1e14), ("us", 1e14, 1e17), ("ns", 1e17, 1e20))


def is_empty(cells: pd.Series) -> NDArray[np.bool_]:
    """
    Tell which cells hold nothing.

    Parameters
    ----------
    cells : pandas.Series
        Text or typed cells.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    empty = cells.isna().to_numpy(dtype=bool)
    if pd.api.types.is_object_dtype(cells) or pd.api.types.is_string_dtype(cells):
        empty = empty | cells.astype("string").str.lower().isin(EMPTY).to_numpy(dtype=bool, na_value=True)
    return empty


def _is_number(cells: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells)


@dataclass(frozen=True, slots=True)
class CellReader:
    """
    Reads the columns of one file; what it cannot read becomes a fault, what it assumes a note.

    A column is a pandas.Series whose name is the file's column name.

    Attributes
    ----------
    lines : ndarray of int64, shape (n,)
        Line number of each row.
    faults : list of Fault
        Faults are appended here.
    notes : list of str
        Sentences about what was assumed are appended here.
    timezone : str or None
        Zone of stamps that carry none, such as ``"America/New_York"``; UTC unless given.
    day_first : bool or None
        True when 02/03/2024 is 2 March. Needed only when the column itself does not tell; a column that needs it and
        does not get it is a fault.

    Raises
    ------
    ParameterError
        If `timezone` is not a known zone.
    """

    lines: NDArray[np.int64]
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    timezone: str | None = None
    day_first: bool | None = None

    def __post_init__(self) -> None:
        try:
            zoneinfo.ZoneInfo("UTC" if self.timezone is None else self.timezone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            raise ParameterError(
                f"timezone must be a zone name such as 'UTC' or 'America/New_York', got {self.timezone!r}."
            ) from None

    def refuse(self, wrong: NDArray[np.bool_], cells: pd.Series, wanted: str, *, column: str = "") -> None:
        """
        Add a fault for every cell marked wrong.

        Parameters
        ----------
        wrong : ndarray of bool, shape (n,)
            The cells to report.
        cells : pandas.Series
            The cells as they stand in the file, for the message.
        wanted : str
            What should stand there.
        column : str, optional
            The file's column name; that of `cells` unless given.
        """
        for i in np.flatnonzero(wrong):
            value = cells.iloc[i]
            empty = value is pd.NA or value is pd.NaT or value == "" or value != value
            got = "nothing" if empty else repr(value) if isinstance(value, str) else f"{value}"
            self.faults.append(Fault(int(self.lines[i]), column or str(cells.name), wanted, got))

    def numbers(self, cells: pd.Series) -> pd.Series:
        """
        Read a column of numbers.

        Parameters
        ----------
        cells : pandas.Series
            Text or numbers. A trailing ``%`` and a leading currency sign are cut off, not converted.

        Returns
        -------
        pandas.Series of float64
            NaN where the cell is empty or faulty.
        """
        if _is_number(cells):
            typed = cells.astype("float64")
            infinite = np.isinf(typed.to_numpy())
            self.refuse(infinite, cells, "a finite number")
            return typed.mask(infinite)
        text = cells.astype("string").fillna("")
        empty = is_empty(cells)
        fits = text.str.fullmatch(_NUMBER).to_numpy(dtype=bool)
        dressed = ~fits & ~empty  # few, as a rule: only these are undressed
        if dressed.any():
            text = text.mask(dressed, _undressed(text[dressed]))
            fits = text.str.fullmatch(_NUMBER).to_numpy(dtype=bool)
        wrong = ~fits & ~empty
        comma = wrong & text.str.contains(",", regex=False).to_numpy(dtype=bool)
        self.refuse(wrong & ~comma, cells, "a number")
        self.refuse(comma, cells, "a number with a decimal point and no comma")
        values = np.full(len(cells), np.nan)
        values[fits] = text.to_numpy(dtype=object)[fits].astype("float64")
        too_large = np.isinf(values)
        self.refuse(too_large, cells, "a finite number")
        values[too_large] = np.nan
        return pd.Series(values, name=str(cells.name))

    def stamps(self, cells: pd.Series) -> pd.Series:
        """
        Read a column of times.

        Parameters
        ----------
        cells : pandas.Series
            Text, epoch numbers or typed stamps.

        Returns
        -------
        pandas.Series of datetime64[us, UTC]
            NaT where the cell is empty or faulty.
        """
        empty = is_empty(cells)
        if empty.all():
            return _no_stamps(cells)
        if isinstance(cells.dtype, pd.DatetimeTZDtype):
            return pd.Series(cells.dt.tz_convert("UTC").dt.as_unit("us"))
        if pd.api.types.is_datetime64_dtype(cells):
            return self._in_zone(cells.dt.as_unit("us"), cells)
        if _is_number(cells):
            return self._from_epoch(cells.astype("float64"), cells)
        text = cells.astype("string").mask(empty)
        if text.dropna().str.fullmatch(r"\d{9,20}(?:\.\d+)?").all():
            return self._from_epoch(text.astype("Float64").astype("float64"), cells)
        stamps = _from_uniform(text)
        if stamps is None:
            return self._from_text(text, cells)
        return stamps if isinstance(stamps.dtype, pd.DatetimeTZDtype) else self._in_zone(stamps, cells)

    def _from_epoch(self, values: pd.Series, cells: pd.Series) -> pd.Series:
        """Epoch numbers by magnitude; one unit a column, because one writer writes one unit."""
        number = values.to_numpy()
        known = np.isfinite(number)
        sizes = [known & (np.abs(number) >= low) & (np.abs(number) < high) for _, low, high in _EPOCH]
        unit, _, _ = _EPOCH[int(np.argmax([size.sum() for size in sizes]))]
        fits = sizes[[name for name, _, _ in _EPOCH].index(unit)]
        wanted = f"a time as epoch {unit}" if fits.any() else "a time as text or as epoch s, ms or us"
        self.refuse(known & ~fits, cells, wanted)
        micros = np.round(np.where(fits, number, np.nan) * {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}[unit])
        stamps = pd.to_datetime(pd.Series(micros, index=cells.index).astype("Int64"), unit="us", utc=True)
        return stamps.dt.as_unit("us").rename(str(cells.name))

    def _from_text(self, text: pd.Series, cells: pd.Series) -> pd.Series:
        """Cut text into year, month, day, clock and zone, and put it together as ISO."""
        column = str(cells.name)
        parts = pd.DataFrame(index=text.index, columns=["year", "month", "day", "clock", "zone"], dtype="string")
        either = text.str.fullmatch(_EITHER).fillna(False).to_numpy(dtype=bool)
        for pattern in (_ISO, _COMPACT):
            cut = text.str.extract(f"^{pattern}$")
            parts = parts.fillna(cut.reindex(columns=parts.columns).astype("string"))
        if either.any():
            cut = text.where(either).str.extract(f"^{_EITHER}$")
            first, second = cut["first"].astype("Int64"), cut["second"].astype("Int64")
            if self.day_first is None and not ((first > 12).any() or (second > 12).any()):
                example = text[either].iloc[0]
                wanted = f"day_first=True or day_first=False, since a date such as {example} can be read both ways"
                self.faults.append(Fault(None, column, wanted, "neither"))
                return _no_stamps(cells)
            days_lead = self._days_lead(first, second, column)
            day, month = ("first", "second") if days_lead else ("second", "first")
            cut = cut.assign(day=cut[day], month=cut[month])
            parts = parts.fillna(cut.reindex(columns=parts.columns).astype("string"))
        clock = parts["clock"].fillna("00:00").str.replace(",", ".").str.replace(r"^(\d):", r"0\1:", regex=True)
        iso = parts["year"] + "-" + parts["month"].str.zfill(2) + "-" + parts["day"].str.zfill(2) + "T" + clock
        zone = parts["zone"].str.strip().str.upper().replace({"UTC": "Z", "GMT": "Z"})
        zoned = zone.notna().to_numpy(dtype=bool)
        known = iso.notna().to_numpy(dtype=bool)
        naive = pd.to_datetime(iso.where(~zoned), format="ISO8601", errors="coerce").dt.as_unit("us")
        aware = pd.to_datetime((iso + zone).where(zoned), format="ISO8601", utc=True, errors="coerce")
        bad = text.notna().to_numpy(dtype=bool) & naive.isna().to_numpy() & aware.isna().to_numpy()
        if zoned.any():
            bare = known & ~zoned & ~bad
            self.refuse(bare, cells, "a time with a zone like the other rows")
        if either.any():
            order = "day, month, year" if days_lead else "month, day, year"
            self.refuse(bad & either, cells, f"a date as {order} like the other rows")
            bad &= ~either
        self.refuse(bad, cells, "a date and time such as 2024-03-01T12:00:00Z")
        if zoned.any():
            return aware.dt.as_unit("us").rename(column)
        return self._in_zone(naive, cells)

    def _days_lead(self, first: pd.Series, second: pd.Series, column: str) -> bool:
        """Whether the day leads: as the caller says, else as numbers above 12 prove."""
        if self.day_first is not None:
            return self.day_first
        days_lead = bool((first > 12).sum() >= (second > 12).sum())
        order = "day-first" if days_lead else "month-first"
        self.notes.append(f"Dates in {column!r} are read {order}, which a number above 12 proves.")
        return days_lead

    def _in_zone(self, naive: pd.Series, cells: pd.Series) -> pd.Series:
        """Put stamps without a zone into one, and say so."""
        zone = self.timezone or "UTC"
        reason = "as the caller said" if self.timezone else "they carry no zone"
        self.notes.append(f"Times in {str(cells.name)!r} are taken as {zone}: {reason}.")
        stamps = naive.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        lost = naive.notna().to_numpy() & stamps.isna().to_numpy()
        wanted = f"a time that occurs exactly once in {zone} (clock change)"
        self.refuse(lost, cells, wanted)
        return pd.Series(stamps.dt.tz_convert("UTC").dt.as_unit("us"), name=str(cells.name))


def _undressed(text: pd.Series) -> pd.Series:
    """Cut off currency and percent signs, and commas where only thousands can be meant."""
    bare = text.str.replace(r"^([+-]?)[$€£]\s*", r"\1", regex=True).str.replace(r"\s*%$", "", regex=True)
    return bare.mask(bare.str.fullmatch(_THOUSANDS).to_numpy(dtype=bool), bare.str.replace(",", ""))


def as_text(cells: pd.Series) -> pd.Series:
    """
    Read a column of names.

    Parameters
    ----------
    cells : pandas.Series
        Text, or whole numbers that serve as names.

    Returns
    -------
    pandas.Series of string
        Missing where the cell is empty.
    """
    if pd.api.types.is_float_dtype(cells) and (cells.dropna() % 1 == 0).all():
        cells = cells.astype("Int64")  # 17.0 is an id that met a gap on its way through a float column
    text = cells.astype("string").str.strip()
    return text.mask(text.eq("").fillna(True))


def _no_stamps(cells: pd.Series) -> pd.Series:
    return pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us, UTC]", name=str(cells.name))


def proven_day_first(columns: list[pd.Series]) -> bool | None:
    """
    Whether numbers above 12 prove that the day leads, or that the month does.

    Parameters
    ----------
    columns : list of pandas.Series
        The columns of times of one file.

    Returns
    -------
    bool or None
        None when nothing proves either, or the columns contradict one another.
    """
    leads = follows = False
    for cells in columns:
        if pd.api.types.is_string_dtype(cells) and len(cells):
            cut = cells.astype("string").str.extract(f"^{_EITHER}$")
            leads |= bool((cut["first"].astype("Int64") > 12).any())
            follows |= bool((cut["second"].astype("Int64") > 12).any())
    return leads if leads != follows else None


def _from_uniform(text: pd.Series) -> pd.Series | None:
    """Read a column of nothing but good ISO stamps, all with or all without a zone, in one go; else None."""
    full = r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?"
    for pattern, zoned in ((full, False), (full + r"(?:Z|[+-]\d{2}:\d{2})", True)):
        if text.dropna().str.fullmatch(pattern).all():
            stamps = pd.to_datetime(text, format="ISO8601", utc=zoned, errors="coerce")
            if stamps.notna().equals(text.notna()):
                return pd.Series(stamps.dt.as_unit("us"))
    return None
