"""
How late a spell of stress was noticed, and how often one was called that hindsight does not see.

Takes the classes named online and the ones seen afterwards (which may be `Hindsight`: nothing is traded here).
Stands on: `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nija_research.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Detection", "detection", "spells"]


@dataclass(frozen=True, slots=True)
class Detection:
    """
    Spells of stress, and how they were met.

    Attributes
    ----------
    spells : pandas.DataFrame
        One row a spell seen afterwards: begin (bar), length (bars), lag (bars from its begin until it was called
        online; 0 if it was called already, NaN if it never was while it lasted).
    missed : int
        Spells never called while they lasted.
    false_alarms : int
        Spells called online without a single bar of stress seen afterwards.
    median_lag : float
        Bars, over the spells that were called; NaN if none was.
    """

    spells: pd.DataFrame
    missed: int
    false_alarms: int
    median_lag: float


def detection(online: ArrayLike, afterwards: ArrayLike, *, least: int = 5) -> Detection:
    """
    Compare what was called with what is seen afterwards.

    Parameters
    ----------
    online, afterwards : array_like of int, shape (n,)
        Class of each bar: 0 calm, 1 or more stress, below 0 not known.
    least : int, optional
        Spells shorter than this many bars do not count.

    Returns
    -------
    Detection

    Raises
    ------
    ParameterError
        If shapes differ.
    """
    called, seen = np.asarray(online) > 0, np.asarray(afterwards) > 0
    if called.shape != seen.shape or called.ndim != 1:
        raise ParameterError(f"online and afterwards must have one shape (n,), got {called.shape} and {seen.shape}.")
    rows = []
    for begin, end in spells(seen, least):
        hits = np.flatnonzero(called[begin:end])
        rows.append((begin, end - begin, float(hits[0]) if hits.size else np.nan))
    table = pd.DataFrame(rows, columns=["begin", "length", "lag"]).astype({"lag": float})
    false = sum(not seen[begin:end].any() for begin, end in spells(called, least))
    lags = table["lag"].dropna()
    return Detection(table, int(table["lag"].isna().sum()), false, float(lags.median()) if len(lags) else np.nan)


def spells(flags: NDArray[np.bool_], least: int = 1) -> list[tuple[int, int]]:
    """
    Runs of True.

    Parameters
    ----------
    flags : numpy.ndarray of bool, shape (n,)
    least : int, optional
        Shortest run that counts.

    Returns
    -------
    list of tuple of int
        First bar, and the bar after the last one.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2) if b - a >= least]
