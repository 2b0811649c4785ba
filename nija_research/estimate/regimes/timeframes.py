"""
Higher timeframes that enter only after their bar has closed.

For each bar, where the last few *closed* bars of a higher timeframe begin and end. Without times, or with daily ones,
a timeframe is a number of bars, counted from the first. With intraday times it follows the clock (UTC), so that a
four-hour bar that lost an hour is still that four-hour bar. A stamp is the opening of its bar.
Stands on: `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nija_research.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Closed", "closed_bars", "default_frames"]

#: Timeframes in bars for daily data: a day, a week, a month.
DAILY = (1, 5, 21)

# Intraday timeframes by the clock, of which those at least four times the one below are taken.
_CLOCK = tuple(pd.Timedelta(text) for text in ("15min", "1h", "4h", "1D", "7D", "28D"))

# Stamps from which the length of a bar is read: never more than the first, or later bars would change earlier ones.
_FIRST = 20


@dataclass(frozen=True, slots=True)
class Closed:
    """
    The last closed higher bars, as rows of the base series.

    Attributes
    ----------
    begin, end : numpy.ndarray, shape (n,)
        At each bar, the last `count` closed higher bars are base rows ``begin[t]`` to ``end[t] - 1``; -1 where there
        are not that many yet.
    """

    begin: NDArray[np.int64]
    end: NDArray[np.int64]


def default_frames(time: pd.DatetimeIndex | None) -> tuple[int | str, ...]:
    """
    Three timeframes that suit the data.

    Parameters
    ----------
    time : pandas.DatetimeIndex or None
        Opening times of the bars.

    Returns
    -------
    tuple
        Numbers of bars for data without time or with bars of a day or more, else lengths as pandas writes them.
    """
    if time is None or len(time) < 2 or _length(time) >= pd.Timedelta("20h"):
        return DAILY
    frames: list[int | str] = [1]
    last = _length(time)
    for step in _CLOCK:
        if len(frames) < 3 and step >= 4 * last:
            frames.append(f"{int(step.total_seconds())}s")
            last = step
    return tuple(frames)


def closed_bars(n: int, frame: int | str, count: int, time: pd.DatetimeIndex | None = None) -> Closed:
    """
    Find the last closed bars of a higher timeframe at every bar.

    Parameters
    ----------
    n : int
        Bars of the base series.
    frame : int or str
        The timeframe: a number of bars, or a length such as ``"4h"``, which needs `time`.
    count : int
        Higher bars wanted.
    time : pandas.DatetimeIndex, optional
        Opening times of the base bars, ascending.

    Returns
    -------
    Closed

    Raises
    ------
    ParameterError
        If `frame` is neither, or is shorter than a bar.
    """
    if isinstance(frame, (int, np.integer)) and not isinstance(frame, bool):
        if frame < 1:
            raise ParameterError(f"frame must be 1 bar or more, got {frame!r}.")
        done = (np.arange(n) + 1) // int(frame)
        return _last(done, np.arange(n // int(frame) + 1, dtype=np.int64) * int(frame), count)
    if time is None:
        raise ParameterError(f"frame {frame!r} needs the time of every bar; write a number of bars, such as 21.")
    try:
        step = pd.Timedelta(frame)
    except ValueError:
        raise ParameterError(f"frame must be a number of bars or a length such as '4h', got {frame!r}.") from None
    length = _length(time)
    if step < length:
        raise ParameterError(f"frame must be at least one bar ({length}), got {frame!r}.")
    opened = time.as_unit("ns").asi8
    # 1970-01-01 was a Thursday; weeks begin on a Monday.
    monday = pd.Timedelta("4D").value
    group = (opened - monday) // step.value
    first = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
    bounds = np.append(first, n)
    closes = (group[first] + 1) * step.value + monday
    # A higher bar is closed at a base bar whose own close reaches its end; the base bar after a gap closes it too.
    done = np.searchsorted(closes, opened + length.value, side="right")
    inside = np.searchsorted(first, np.arange(n), side="right")
    return _last(np.minimum(done, inside), bounds, count)


def _last(done: NDArray[np.int64], bounds: NDArray[np.int64], count: int) -> Closed:
    """Rows of the last `count` of `done` groups, group g being rows bounds[g] to bounds[g + 1] - 1."""
    enough = done >= count
    end = np.where(enough, bounds[np.minimum(done, len(bounds) - 1)], -1)
    begin = np.where(enough, bounds[np.maximum(done - count, 0)], -1)
    return Closed(begin.astype(np.int64), end.astype(np.int64))


def _length(time: pd.DatetimeIndex) -> pd.Timedelta:
    """Length of a base bar: the shortest step among the first few."""
    steps: Sequence[pd.Timedelta] = list(time[1 : _FIRST + 1] - time[: len(time) - 1][:_FIRST])
    return min(steps)
