"""
Cells to values: numbers and text. What does not fit becomes a fault with its line, never a silent NaN.

A point is the decimal mark. ``1,234.50`` is read, ``1,234`` is refused: it may be a thousand or a decimal.
Nothing here knows what a column means. Stands on: `faults`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nija_research.data.faults import Fault

__all__ = ["EMPTY", "as_numbers", "as_text", "is_empty", "row_faults"]

#: Texts that stand for "nothing here" in a column of numbers or times, in lower case.
EMPTY = frozenset({"", "nan", "nat", "none", "null", "na", "n/a", "<na>", "-"})

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_THOUSANDS = r"[+-]?\d{1,3}(?:,\d{3})+\.\d+"


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


def row_faults(
    wrong: NDArray[np.bool_], cells: pd.Series, lines: NDArray[np.int64], column: str, wanted: str
) -> list[Fault]:
    """
    One fault for every cell marked wrong.

    Parameters
    ----------
    wrong : ndarray of bool, shape (n,)
        The cells to report.
    cells : pandas.Series
        The cells as they stand in the file, for the message.
    lines : ndarray of int64, shape (n,)
        Line numbers.
    column : str
        The file's column name.
    wanted : str
        What should stand there.

    Returns
    -------
    list of Fault
    """
    found = []
    for i in np.flatnonzero(wrong):
        value = cells.iloc[i]
        empty = value is pd.NA or value is pd.NaT or value == "" or value != value
        got = "nothing" if empty else repr(value) if isinstance(value, str) else f"{value}"
        found.append(Fault(int(lines[i]), column, wanted, got))
    return found


def as_numbers(cells: pd.Series, lines: NDArray[np.int64], faults: list[Fault]) -> pd.Series:
    """
    Read a column of numbers.

    Parameters
    ----------
    cells : pandas.Series
        Text or numbers; its name is the file's column name. A trailing ``%`` and a leading currency sign
        are cut off, not converted.
    lines : ndarray of int64, shape (n,)
        Line numbers, for the faults.
    faults : list of Fault
        Faults are appended here.

    Returns
    -------
    pandas.Series of float64
        NaN where the cell is empty or faulty.
    """
    column = str(cells.name)
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        typed = cells.astype("float64")
        infinite = np.isinf(typed.to_numpy())
        faults += row_faults(infinite, cells, lines, column, "a finite number")
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
    faults += row_faults(wrong & ~comma, cells, lines, column, "a number")
    faults += row_faults(comma, cells, lines, column, "a number with a decimal point and no comma")
    values = np.full(len(cells), np.nan)
    values[fits] = text.to_numpy(dtype=object)[fits].astype("float64")
    too_large = np.isinf(values)
    faults += row_faults(too_large, cells, lines, column, "a finite number")
    values[too_large] = np.nan
    return pd.Series(values, name=column)


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
