"""
Intervals by studentised resampling: of a log-optimal stake, and of a log's statistics (mean, Sharpe ratio, payoff).

A stake lies in its interval when the mean of ``r / (1 + f r)``, over its own standard error, is no further from 0 than
resamples of it are. Stake 0 is judged by the same resamples, so that the interval and the probability of no edge cannot
contradict each other. A statistic is given with its influence values, whose scatter is its error; every resample is
measured in its own error. Percentile intervals come out too short: docs/coverage.md measures both. Stakes are in the
unit of the returns; statistics are of shares or of money, in the order of the trades.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nija_research.estimate.kelly.bootstrap import resamples, variance_ratio
from nija_research.interval import Interval

__all__ = [
    "LARGE",
    "Statistic",
    "log_payoff",
    "log_profit_factor",
    "mean",
    "ratio_to_spread",
    "stake_interval",
    "studentised",
]

Rows: TypeAlias = NDArray[np.float64]

#: What takes rows of shape (m, n) to estimates (m,) and influence values (m, n).
Statistic: TypeAlias = Callable[[Rows], tuple[Rows, Rows]]

#: Above this many trades quantiles and scatter come from their expansions in the sample size, not from resamples.
LARGE = 2_000

# Stakes looked at on either side of the estimate before the crossing is halved down to.
_SCAN = 48
_HALVINGS = 40


def stake_interval(
    returns: NDArray[np.float64],
    fraction: float,
    bound: float,
    *,
    level: float,
    draws: int,
    block: int,
    reach: int,
    effective: float,
    rng: np.random.Generator,
) -> tuple[Interval, float]:
    """
    Stakes that the returns do not rule out, next to the log-optimal one.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Net returns per trade, in order, with at least one win and one loss.
    fraction, bound : float
        The log-optimal stake of `returns`, and the largest stake considered.
    level : float
        Level, a share.
    draws, block : int
        Resamples, and their mean block length in trades.
    reach : int
        Mean block length for the error of the mean score, in trades, at least `block`.
    effective : float
        Number of trades that do not share their time, at most n: the error is never smaller than theirs.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Interval
        Of the stake, in [0, bound]. The upper end is the bound itself where no stake below it is ruled out.
    float
        One-sided p-value of a mean return of 0, how often trades without an edge would look at least this good. The
        lower end is above 0 exactly where it is at most ``(1 - level) / 2``.

    References
    ----------
    .. [1] Hall, P. (1992). The Bootstrap and Edgeworth Expansion. Springer: the percentile-t method.
    .. [2] Boos, D. D. (1992). On generalized score tests. The American Statistician 46.
    """
    top = bound * (1.0 - 1e-9)
    # At the bound itself the worst trade's score is infinite; just below it the scores are still the sample's.
    scores = returns / (1.0 + min(fraction, 0.98 * bound) * returns)
    resampled, inflation = _errors(scores, block, reach, effective)
    null = _null(scores - scores.mean(), draws, block, resampled, rng)
    below, above = null.quantiles((1.0 - level) / 2.0)

    def studentised_mean(stake: float) -> float:
        s = returns / (1.0 + stake * returns)
        error = float(s.std(ddof=1)) * inflation
        return float(s.mean()) / error if error > 0.0 else float(np.sign(s.mean())) * np.inf

    def too_low(f: float) -> bool:
        return studentised_mean(f) > above

    def too_high(f: float) -> bool:
        return studentised_mean(f) < below

    centre = min(fraction, top)
    # The scores' slope need not be steady: where 0 is not ruled out, no stake above it is the lower end.
    low = _crossing(too_low, centre, 0.0) if too_low(0.0) else 0.0
    high = min(bound, _crossing(too_high, centre, top, bound))
    return Interval(fraction, low, high, level), null.tail(studentised_mean(0.0))


class _Resampled(NamedTuple):
    """Law of a studentised mean whose true value is 0, from resamples in ascending order."""

    ordered: NDArray[np.float64]

    def quantiles(self, tail: float) -> tuple[float, float]:
        # As many resamples beyond each end as make its p-value, below, at most the tail; infinite ones keep their rank.
        first = int(np.floor(tail * (len(self.ordered) + 1) + 1e-9)) - 1
        return (-np.inf, np.inf) if first < 0 else (float(self.ordered[first]), float(self.ordered[-1 - first]))

    def tail(self, value: float) -> float:
        beyond = len(self.ordered) - int(np.searchsorted(self.ordered, value, side="left"))
        return (1 + beyond) / (len(self.ordered) + 1)


class _Expansion(NamedTuple):
    """The same law by the first Edgeworth term of a studentised mean [1]_, for many trades."""

    slant: float  # skewness by the root of the number of independent trades, over 6

    def at(self, z: float) -> float:
        shift = self.slant * (2.0 * z * z + 1.0)
        return z - float(np.clip(shift, -0.5 * abs(z), 0.5 * abs(z)))  # beyond that one term is no expansion

    def quantiles(self, tail: float) -> tuple[float, float]:
        from scipy.stats import norm

        z = float(norm.ppf(1.0 - tail))
        return self.at(-z), self.at(z)

    def tail(self, value: float) -> float:
        from scipy.optimize import brentq
        from scipy.stats import norm

        # `at` rises everywhere, and lies between half and one and a half times its argument.
        reach = 2.0 * min(abs(value), 18.0) + 1.0
        end = float(np.clip(value, -18.0, 18.0))
        return float(norm.sf(brentq(lambda z: self.at(z) - end, -reach, reach, xtol=1e-12)))


def _null(
    centred: NDArray[np.float64], draws: int, block: int, inflation: float, rng: np.random.Generator
) -> _Resampled | _Expansion:
    if len(centred) > LARGE:
        from scipy.stats import skew

        return _Expansion(float(skew(centred)) / 6.0 * inflation)
    null = []
    for rows in resamples(centred, draws=draws, block=block, rng=rng):
        mean, error = rows.mean(axis=1), rows.std(axis=1, ddof=1) * inflation
        # A resample of equal trades has no error: it is as far out as can be.
        with np.errstate(divide="ignore", invalid="ignore"):
            null.append(np.where(error > 0.0, mean / error, np.sign(mean) * np.inf))
    return _Resampled(np.sort(np.concatenate(null)))


def _crossing(ruled_out: Callable[[float], bool], start: float, end: float, reach: float | None = None) -> float:
    """First stake from `start` towards `end` that is ruled out; `end` (or `reach`) when none is."""
    inside = start
    for outside in np.linspace(start, end, _SCAN + 1)[1:]:
        if ruled_out(float(outside)):
            break
        inside = float(outside)
    else:
        return end if reach is None else reach
    for _ in range(_HALVINGS):
        middle = 0.5 * (inside + float(outside))
        if ruled_out(middle):
            outside = middle
        else:
            inside = middle
    return inside


def studentised(
    values: Rows, statistic: Statistic, *, level: float, draws: int, block: int, effective: float,
    rng: np.random.Generator,
) -> Interval:  # fmt: skip
    """
    Return a statistic of a log with its interval.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
        One number a trade, in order.
    statistic : callable
        One of this module's.
    level : float
        Level, a share.
    draws, block : int
        Resamples, and their mean block length in trades.
    effective : float
        Number of trades that do not share their time, at most n: the error is never smaller than theirs.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Interval
        An end is infinite where resamples lack what the statistic needs, such as a loss.

    Notes
    -----
    In simulations with 20 to 200 trades intervals of 95 % held the truth in 94 to 97 % of logs of independent trades
    (normal or skewed), and in 90 to 96 % where trades had an autocorrelation of 0.2 or tails of a t with 3 degrees.

    References
    ----------
    .. [1] Hall, P. (1992). The Bootstrap and Edgeworth Expansion. Springer: the percentile-t method.
    """
    n = len(values)
    estimate, influence = statistic(values[None, :])
    value = float(estimate[0])
    # Blocks lose the dependence that reaches beyond them: the error itself looks for it over more trades.
    reach = max(2 * block if block > 1 else 1, int(np.ceil(n ** (1.0 / 3.0))))
    resampled, inflation = _errors(influence[0], block, reach, effective)
    error = float(influence[0].std(ddof=1)) * inflation
    null = []
    for rows in resamples(values, draws=draws, block=block, rng=rng):
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn, scatter = statistic(rows)
            off = (drawn - value) / (scatter.std(axis=1, ddof=1) * resampled)
        # A resample without what the statistic needs is as far out as can be, on the side it lies.
        null.append(np.where(np.isfinite(off), off, np.where(drawn >= value, np.inf, -np.inf)))
    ordered = np.sort(np.concatenate(null))
    first = max(0, int(np.floor((1.0 - level) / 2.0 * (len(ordered) + 1) + 1e-9)) - 1)
    below, above = float(ordered[first]), float(ordered[-1 - first])
    return Interval(value, value - above * error, value - below * error, level)


def _errors(values: Rows, block: int, reach: int, effective: float) -> tuple[float, float]:
    """Error of a mean over that of one value: in such resamples, and as large as dependence may make it."""
    n = len(values)
    resampled = float(np.sqrt(variance_ratio(values, block) / n))
    # Autocorrelations about the sample's own mean are 1 / n too small each, which would hide mild dependence in few
    # trades.
    unbiased = max(0.5, 1.0 - 2.0 * (reach - 1) / n)
    wide = float(np.sqrt(variance_ratio(values, reach) / unbiased / n))
    return resampled, max(resampled, wide, float(np.sqrt(1.0 / effective)))


def mean(rows: Rows) -> tuple[Rows, Rows]:
    """Return the mean of each row, and its influence values."""
    m = rows.mean(axis=1)
    return m, rows - m[:, None]


def ratio_to_spread(rows: Rows) -> tuple[Rows, Rows]:
    """Return mean over standard deviation (ddof 1) of each row, and its influence values."""
    m, s = rows.mean(axis=1), rows.std(axis=1, ddof=1)
    z = (rows - m[:, None]) / s[:, None]
    return m / s, z - 0.5 * (m / s)[:, None] * (z * z - 1.0)


def log_profit_factor(rows: Rows) -> tuple[Rows, Rows]:
    """Return the logarithm of all wins over all losses of each row, and its influence values."""
    win, loss = np.maximum(rows, 0.0), np.maximum(-rows, 0.0)
    w, v = win.mean(axis=1), loss.mean(axis=1)
    return np.log(w) - np.log(v), win / w[:, None] - loss / v[:, None]


def log_payoff(rows: Rows) -> tuple[Rows, Rows]:
    """Return the logarithm of the mean win over the mean loss of each row, and its influence values."""
    won, lost = rows > 0.0, rows < 0.0
    factor, influence = log_profit_factor(rows)
    p, q = won.mean(axis=1), lost.mean(axis=1)
    return factor - np.log(p) + np.log(q), influence - won / p[:, None] + lost / q[:, None]
