r"""
The five printed labels on two axes: state of volatility, and trend over several timeframes.

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
Stands on: `names`, `timeframes`, `hindsight`, `compiled`, `errors`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nija_research.compiled import entry
from nija_research.errors import ParameterError
from nija_research.estimate.regimes.hindsight import refuse
from nija_research.estimate.regimes.names import CLASSES, LABELS
from nija_research.estimate.regimes.timeframes import closed_bars, default_frames
from nija_research.units import finite, positive, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Axes", "agreement", "by_class", "classes", "expected_multiplier", "held", "label_probability", "named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """
    How states and trend become a label.

    Attributes
    ----------
    frames : tuple of int or str, optional
        Timeframes of the trend: numbers of bars, or lengths such as "4h"; chosen by the data unless given.
    count : int
        Closed bars of each timeframe that the trend is measured over.
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
        if isinstance(self.count, bool) or not isinstance(self.count, int) or self.count < 1:
            raise ParameterError(f"count must be a whole number of bars of at least 1, got {self.count!r}.")
        if self.frames is not None and not (isinstance(self.frames, tuple) and self.frames):
            raise ParameterError(f"frames must be a tuple such as (1, 5, 21), got {self.frames!r}.")
        share("margin", self.margin)
        if not 0.0 < share("decay", self.decay) < 1.0:
            raise ParameterError(f"decay must lie between 0 and 1, got {self.decay!r}.")
        if finite("strength", self.strength) < 0.0:
            raise ParameterError(f"strength must not be negative, got {self.strength!r}.")
        if positive("turbulent", self.turbulent) > positive("crisis", self.crisis):
            raise ParameterError(
                f"turbulent and crisis must satisfy turbulent <= crisis, got {self.turbulent!r}, {self.crisis!r}."
            )


def classes(distance: NDArray[np.float64], axes: Axes) -> NDArray[np.int64]:
    """
    Class of volatility of each state: 0 calm, 1 turbulent, 2 crisis.

    Parameters
    ----------
    distance : numpy.ndarray, shape (k,)
        How far an ordinary bar of each state lies from the median, as a multiple of that of all bars; in order.
    axes : Axes
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
    reached = (distance >= axes.turbulent).astype(np.int64) + (distance >= axes.crisis)
    return np.asarray(np.minimum(rank, reached))


def agreement(
    returns: NDArray[np.float64], unit: float, axes: Axes, time: pd.DatetimeIndex | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    How far the timeframes agree on a direction.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Per bar, any unit.
    unit : float
        Standard deviation of a bar before the first one, same unit.
    axes : Axes
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
    frames = default_frames(time) if axes.frames is None else axes.frames
    total = np.concatenate([[0.0], np.cumsum(returns / unit)])
    deviation = np.empty(len(returns))
    _recent(returns / unit, axes.decay, deviation)
    z = np.full((len(returns), len(frames)), np.nan)
    for column, frame in enumerate(frames):
        bars = closed_bars(len(returns), frame, axes.count, time)
        rows = np.flatnonzero(bars.end >= 0)
        begin, end = bars.begin[rows], bars.end[rows]
        z[rows, column] = (total[end] - total[begin]) / (deviation[rows] * np.sqrt(end - begin))
    both = np.empty((len(returns), 2))
    _directions(z, float(axes.strength), both)
    return both, z


@entry
def _recent(x, decay, deviation):  # type: ignore[no-untyped-def]
    variance = 1.0
    for t in range(len(x)):
        variance = decay * variance + (1.0 - decay) * x[t] * x[t]
        deviation[t] = np.sqrt(max(variance, 1e-12))


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


def held(probability: NDArray[np.float64], margin: float) -> NDArray[np.int64]:
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


def named(numbers: NDArray[np.int64]) -> NDArray[np.str_]:
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


def expected_multiplier(probability: NDArray[np.float64], shares: Sequence[float]) -> NDArray[np.float64]:
    """
    Size multiplier weighted by the labels' probabilities: the alternative to a hard label.

    Parameters
    ----------
    probability : array_like, shape (n, 5)
        Probability of each printed label; NaN rows count as UNKNOWN.
    shares : sequence of six float
        Multiplier of each label in printed order, UNKNOWN last: ``policy.RegimeShares().arrays().share``.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        If `probability` was made with hindsight, or a shape is not as it must be.
    """
    refuse("probability", probability)
    p = np.asarray(probability, dtype=np.float64)
    m = np.asarray(shares, dtype=np.float64)
    if p.ndim != 2 or p.shape[1] != len(LABELS) - 1:
        raise ParameterError(f"probability must have one column for each of the five labels, got shape {p.shape}.")
    if m.shape != (len(LABELS),):
        raise ParameterError(f"shares must be six multipliers ({', '.join(LABELS)}), got {len(m)}.")
    known = np.asarray(np.isfinite(p).all(axis=1))
    return np.where(known, np.where(known[:, None], p, 0.0) @ m[:-1], m[-1])


def by_class(probability: NDArray[np.float64], number: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum state probabilities (n, k) into those of calm, turbulent and crisis (n, 3)."""
    summed = np.zeros((len(probability), len(CLASSES)))
    for state, name in enumerate(number):  # not a matrix product: its rounding may depend on how many rows there are
        summed[:, name] += probability[:, state]
    return summed
