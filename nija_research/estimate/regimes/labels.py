r"""
The five printed labels on two axes: state of volatility, and trend over several closed timeframes.

A state of volatility alone has no direction: on index data only the calmest state's mean differs from 0, so bull, bear
and ranging need a second axis. Per timeframe, with :math:`z` the return over its last closed bars in standard
deviations, the direction is up with probability :math:`\Phi(z - 1)` and down with :math:`\Phi(-z - 1)` (the true trend
exceeds one standard error, flat prior); the timeframes' mean is the agreement. Then

==============  ===============================
CRISIS          crisis
BULL_TRENDING   not crisis, up
BEAR_TRENDING   not crisis, down
RANGING         calm, neither up nor down
VOLATILE        turbulent, neither up nor down
==============  ===============================

The label changes only when another's probability exceeds its own by `margin`; it is UNKNOWN until the slowest
timeframe has enough closed bars. Only sums of returns over their volatility enter: another unit changes nothing.
Without times, or with daily ones, a timeframe is a number of bars, counted from the first. With intraday times it
follows the clock (UTC), so that a four-hour bar that lost an hour is still that four-hour bar. A time is the opening of
its bar; a higher bar enters only after it has closed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nija_research.compiled import entry
from nija_research.errors import ParameterError
from nija_research.estimate.regimes.series import CLASSES, LABELS, decayed_sum, refuse_hindsight
from nija_research.units import count, inside, not_negative, positive, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["LabelSettings", "closed_bars", "expected_multiplier", "hold_labels", "label_probability", "trend_agreement"]

#: Timeframes in bars for daily data: a day, a week, a month.
DAILY = (1, 5, 21)

# Intraday timeframes by the clock, of which those at least four times the one below are taken.
_CLOCK = tuple(pd.Timedelta(text) for text in ("15min", "1h", "4h", "1D", "7D", "28D"))

# Stamps from which the length of a bar is read: never more than the first, or later bars would change earlier ones.
_FIRST = 20


@dataclass(frozen=True, slots=True)
class ClosedBars:
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


def closed_bars(n: int, frame: int | str, count: int, time: pd.DatetimeIndex | None = None) -> ClosedBars:
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
    ClosedBars

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


def _last(done: NDArray[np.int64], bounds: NDArray[np.int64], count: int) -> ClosedBars:
    """Rows of the last `count` of `done` groups, group g being rows bounds[g] to bounds[g + 1] - 1."""
    enough = done >= count
    end = np.where(enough, bounds[np.minimum(done, len(bounds) - 1)], -1)
    begin = np.where(enough, bounds[np.maximum(done - count, 0)], -1)
    return ClosedBars(begin.astype(np.int64), end.astype(np.int64))


def _length(time: pd.DatetimeIndex) -> pd.Timedelta:
    """Length of a base bar: the shortest step among the first few."""
    steps: Sequence[pd.Timedelta] = list(time[1 : _FIRST + 1] - time[: len(time) - 1][:_FIRST])
    return min(steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSettings:
    """
    How states and trend become a label.

    Attributes
    ----------
    frames : tuple of int or str, optional
        Timeframes of the trend: numbers of bars, or lengths such as "4h"; chosen by the data unless given.
    count : int
        ClosedBars bars of each timeframe that the trend is measured over.
    margin : float
        By how much another label must be more probable than the one held, a share.
    decay : float
        Daily-style decay of the volatility that scales the trend, in (0, 1).
    turbulent, crisis : float
        A state is at least turbulent, or a crisis, only if its ordinary move is this many times that of all bars.
    strength : float
        Standard deviations that a move must exceed to be a trend, 0 or more; where it does so exactly, a trend is as
        likely as none.
    """

    frames: tuple[int | str, ...] | None = None
    count: int = 12
    margin: float = 0.1
    decay: float = 0.97
    turbulent: float = 1.0
    crisis: float = 2.0
    strength: float = 1.0

    def __post_init__(self) -> None:
        count("count", self.count, low=1)
        if self.frames is not None and not (isinstance(self.frames, tuple) and self.frames):
            raise ParameterError(f"frames must be a tuple such as (1, 5, 21), got {self.frames!r}.")
        share("margin", self.margin)
        inside("decay", self.decay)
        not_negative("strength", self.strength)
        if positive("turbulent", self.turbulent) > positive("crisis", self.crisis):
            raise ParameterError(
                f"turbulent and crisis must satisfy turbulent <= crisis, got {self.turbulent!r}, {self.crisis!r}."
            )


def volatility_classes(distance: NDArray[np.float64], settings: LabelSettings) -> NDArray[np.int64]:
    """
    Class of volatility of each state: 0 calm, 1 turbulent, 2 crisis.

    Parameters
    ----------
    distance : numpy.ndarray, shape (k,)
        How far an ordinary bar of each state lies from the median, as a multiple of that of all bars; in order.
    settings : LabelSettings
        The multiples that a class needs.

    Returns
    -------
    numpy.ndarray, shape (k,)
        By rank: with three or more states the last is the crisis, the calmer half of the others is calm. A state
        not wild enough for its rank is called by the calmer class that it reaches: independent returns, cut in
        three, hold no crisis.
    """
    k = len(distance)
    rank = np.zeros(k, dtype=np.int64)
    others = k - 1 if k > 2 else k
    rank[(others + 1) // 2 : others] = 1
    if k > 2:
        rank[-1] = 2
    reached = (distance >= settings.turbulent).astype(np.int64) + (distance >= settings.crisis)
    return np.asarray(np.minimum(rank, reached))


def trend_agreement(
    returns: NDArray[np.float64], unit: float, settings: LabelSettings, time: pd.DatetimeIndex | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    How far the timeframes agree on a direction.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Per bar, any unit.
    unit : float
        Standard deviation of a bar before the first one, same unit.
    settings : LabelSettings
        Timeframes, bars of each, decay.
    time : pandas.DatetimeIndex, optional
        Opening times of the bars.

    Returns
    -------
    numpy.ndarray, shape (n, 2)
        Probability that the trend is up, and down; NaN until every timeframe has enough closed bars.
    numpy.ndarray, shape (n, frames)
        The return over each timeframe's closed bars, in standard deviations.
    """
    frames = default_frames(time) if settings.frames is None else settings.frames
    total = np.concatenate([[0.0], np.cumsum(returns / unit)])
    squares = (1.0 - settings.decay) * (returns / unit) * (returns / unit)
    deviation = np.sqrt(np.maximum(decayed_sum(squares, settings.decay, 1.0), 1e-12))
    z = np.full((len(returns), len(frames)), np.nan)
    for column, frame in enumerate(frames):
        bars = closed_bars(len(returns), frame, settings.count, time)
        rows = np.flatnonzero(bars.end >= 0)
        begin, end = bars.begin[rows], bars.end[rows]
        z[rows, column] = (total[end] - total[begin]) / (deviation[rows] * np.sqrt(end - begin))
    both = np.empty((len(returns), 2))
    _directions(z, float(settings.strength), both)
    return both, z


@entry
def _directions(z, strength, both):  # type: ignore[no-untyped-def]
    n, m = z.shape
    for t in range(n):
        up, down = 0.0, 0.0
        for j in range(m):
            up += 0.5 * math.erfc((strength - z[t, j]) / math.sqrt(2.0))
            down += 0.5 * math.erfc((strength + z[t, j]) / math.sqrt(2.0))
        both[t, 0], both[t, 1] = up / m, down / m


def label_probability(volatility: NDArray[np.float64], trend: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Probability of each printed label, the two axes taken as independent.

    Parameters
    ----------
    volatility : numpy.ndarray, shape (n, 3)
        Probability of calm, turbulent, crisis.
    trend : numpy.ndarray, shape (n, 2)
        Probability of up, down.

    Returns
    -------
    numpy.ndarray, shape (n, 5)
        In printed order; NaN where the trend is not known.
    """
    calm, turbulent, crisis = volatility.T
    up, down = trend.T
    flat = 1.0 - up - down
    quiet = calm + turbulent
    return np.column_stack([quiet * up, quiet * down, calm * flat, turbulent * flat, crisis + 0.0 * flat])


def hold_labels(probability: NDArray[np.float64], margin: float) -> NDArray[np.int64]:
    """
    Number of the label held at each bar: changed only for one that is more probable by `margin`.

    Parameters
    ----------
    probability : numpy.ndarray, shape (n, 5)
        NaN where nothing is known.
    margin : float
        A share.

    Returns
    -------
    numpy.ndarray, shape (n,)
        0 to 4 in printed order, 5 for UNKNOWN.
    """
    out = np.empty(len(probability), dtype=np.int64)
    _hold(np.ascontiguousarray(probability), float(margin), out)
    return out


@entry
def _hold(probability, margin, out):  # type: ignore[no-untyped-def]
    n, k = probability.shape
    now = k
    for t in range(n):
        best = k
        for j in range(k):
            if not np.isnan(probability[t, j]) and (best == k or probability[t, j] > probability[t, best]):
                best = j
        if best == k or now == k or probability[t, best] > probability[t, now] + margin:
            now = best
        out[t] = now


def label_names(numbers: NDArray[np.int64]) -> NDArray[np.str_]:
    """
    Names of label numbers.

    Parameters
    ----------
    numbers : numpy.ndarray, shape (n,)
        0 to 5.

    Returns
    -------
    numpy.ndarray of str, shape (n,)
    """
    return np.array(LABELS)[numbers]


def expected_multiplier(probability: NDArray[np.float64], multipliers: Sequence[float]) -> NDArray[np.float64]:
    """
    Size multiplier weighted by the labels' probabilities: the alternative to a hard label.

    Parameters
    ----------
    probability : array_like, shape (n, 5)
        Probability of each printed label; NaN rows count as UNKNOWN.
    multipliers : sequence of six float
        Multiplier of each label in printed order, UNKNOWN last: ``policy.RegimeShares().multipliers``.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        If `probability` was made with hindsight, or a shape is not as it must be.
    """
    refuse_hindsight("probability", probability)
    p = np.asarray(probability, dtype=np.float64)
    m = np.asarray(multipliers, dtype=np.float64)
    if p.ndim != 2 or p.shape[1] != len(LABELS) - 1:
        raise ParameterError(f"probability must have one column for each of the five labels, got shape {p.shape}.")
    if m.shape != (len(LABELS),):
        raise ParameterError(f"multipliers must be six numbers ({', '.join(LABELS)}), got {len(m)}.")
    known = np.asarray(np.isfinite(p).all(axis=1))
    return np.where(known, np.where(known[:, None], p, 0.0) @ m[:-1], m[-1])


def by_class(probability: NDArray[np.float64], number: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum state probabilities (n, k) into those of calm, turbulent and crisis (n, 3)."""
    summed = np.zeros((len(probability), len(CLASSES)))
    for state, name in enumerate(number):  # not a matrix product: its rounding may depend on how many rows there are
        summed[:, name] += probability[:, state]
    return summed
