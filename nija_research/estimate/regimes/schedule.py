"""
When to label first and how often to refit: a calendar fixed by the start of the data, so that labels stay.

A calendar that grew with the history would move every refit when a week is added, and labels already shown would
change. So nothing here depends on how many bars there are, but for refusing too few. Stands on: `names`, `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from nija_research.errors import ParameterError
from nija_research.estimate.regimes.names import BARS_PER_STATE

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PACE", "Schedule", "least_bars", "other_calendars", "schedule"]

#: States of a chapter: one tells nothing apart, and more than five share too few bars (`choose_states` tries no more).
FEWEST, MOST = 2, 5

#: Bars shorter than a day are fitted again after so many days at the earliest: hourly walks would take minutes.
PACE = pd.Timedelta("63D")

# From here on a bar counts as a day: sessions and clock changes make some a little shorter.
_DAY = pd.Timedelta("20h")


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    The calendar of a walk forward, and how it differs from the one asked for.

    Attributes
    ----------
    train, refit : int
        Bars before the first label, and between fits.
    changed : tuple of str
        A sentence where `refit` is not as asked; empty when it is.
    """

    train: int
    refit: int
    changed: tuple[str, ...]


def least_bars(n_states: int) -> int:
    """
    Bars that a first fit needs.

    Parameters
    ----------
    n_states : int

    Returns
    -------
    int
    """
    return max(30, BARS_PER_STATE * n_states)


def schedule(n: int, train: int, refit: int, n_states: int = 3, *, times: pd.DatetimeIndex | None = None) -> Schedule:
    """
    Lay out the calendar of a walk forward.

    Parameters
    ----------
    n : int
        Bars of the history; only refused when too few, never entering the calendar.
    train, refit : int
        Bars asked for: before the first label, and between fits.
    n_states : int, optional
        States, each of which needs twenty bars: 2 at least, as one tells nothing apart, and 5 at most.
    times : pandas.DatetimeIndex, shape (n,), optional
        Of the bars. Where those before the first label are shorter than a day (at the median), `refit` is at least as
        many of them as `PACE` holds.

    Returns
    -------
    Schedule
        The same for every longer history with the same start.

    Raises
    ------
    ParameterError
        If a number asked for is out of range, or the history is too short for labels.

    Examples
    --------
    >>> schedule(5030, 504, 21).changed
    ()
    >>> hours = pd.date_range("2024", periods=5000, freq="1h")
    >>> schedule(5000, 504, 21, times=hours).refit
    1512
    """
    for name, value in (("train", train), ("refit", refit)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ParameterError(f"{name} must be a whole number of bars of at least 1, got {value!r}.")
    if isinstance(n_states, bool) or not isinstance(n_states, int) or not FEWEST <= n_states <= MOST:
        raise ParameterError(f"states must be a whole number from {FEWEST} to {MOST}, got {n_states!r}.")
    least = least_bars(n_states)
    if train < least:
        raise ParameterError(f"train must be at least {least} bars for {n_states} states, got {train}.")
    if n < train + least:
        shorter = n - least
        cure = f"or a shorter train, {shorter} at most (another calendar, other labels)" if shorter >= least else ""
        raise ParameterError(
            f"prices must hold at least {train + least + 1} bars, {train} of them before the first label (train) and "
            f"{least} labelled, got {n + 1}: no label is known yet. Take more bars{', ' + cure if cure else ''}."
        )
    pace, changed = refit, list[str]()
    if times is not None:
        bar = pd.Series(times[: train + 1]).diff().median()
        if bar < _DAY:
            pace = max(refit, int(-(-PACE // bar)))
    if pace > refit:
        changed.append(
            f"refit = {refit} bars were asked for between fits; bars are shorter than a day, so the model is fitted "
            f"every {pace:,} bars, which is {PACE.days} days of them, however long the file."
        )
    return Schedule(train, pace, tuple(changed))


def other_calendars(plan: Schedule, n_states: Sequence[int] = (3,)) -> list[tuple[int, int]]:
    """
    Calendars beside the one taken, as (train, refit): half the bars before the first label, and other refits.

    Parameters
    ----------
    plan : Schedule
    n_states : sequence of int, optional
        States to be fitted, which bound `train` below.

    Returns
    -------
    list of tuple of int
        None of them labels later than `plan`, so that all can be judged on the same bars.
    """
    half = max(plan.train // 2, *(least_bars(k) for k in n_states), 30)
    found = [(half, plan.refit), (plan.train, 2 * plan.refit), (plan.train, max(plan.refit // 3, 1))]
    return [pair for pair in found if pair != (plan.train, plan.refit)]
