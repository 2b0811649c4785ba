"""
Intervals of a log's statistics (mean, growth, Sharpe ratio, payoff ratio, profit factor) by studentised resampling.

A statistic is given with its influence values, whose scatter is its error; every resample is measured in its own
error, which is what makes the interval hold where a percentile interval comes out too short. Returns as shares or
money, in the order of the trades. Stands on: `bootstrap`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nija_research.estimate.bootstrap import resamples, variance_ratio

__all__ = [
    "Statistic",
    "StudentisedInterval",
    "log_payoff",
    "log_profit_factor",
    "mean",
    "ratio_to_spread",
    "studentised",
]

Rows: TypeAlias = NDArray[np.float64]

#: What takes rows of shape (m, n) to estimates (m,) and influence values (m, n).
Statistic: TypeAlias = Callable[[Rows], tuple[Rows, Rows]]


class StudentisedInterval(NamedTuple):
    """A statistic and its interval, in its own unit."""

    found: float
    low: float
    high: float


def studentised(
    values: Rows, statistic: Statistic, *, level: float, draws: int, block: int, effective: float,
    rng: np.random.Generator,
) -> StudentisedInterval:  # fmt: skip
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
    StudentisedInterval
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
    found = float(estimate[0])
    resampled = float(np.sqrt(variance_ratio(influence[0], block) / n))
    # Blocks lose the dependence that reaches beyond them: the error itself looks for it over more trades.
    reach = max(2 * block if block > 1 else 1, int(np.ceil(n ** (1.0 / 3.0))))
    wide = float(np.sqrt(variance_ratio(influence[0], reach) / max(0.5, 1.0 - 2.0 * (reach - 1) / n) / n))
    error = float(influence[0].std(ddof=1)) * max(resampled, wide, float(np.sqrt(1.0 / effective)))
    null = []
    for rows in resamples(values, draws=draws, block=block, rng=rng):
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn, scatter = statistic(rows)
            off = (drawn - found) / (scatter.std(axis=1, ddof=1) * resampled)
        # A resample without what the statistic needs is as far out as can be, on the side it lies.
        null.append(np.where(np.isfinite(off), off, np.where(drawn >= found, np.inf, -np.inf)))
    ordered = np.sort(np.concatenate(null))
    first = max(0, int(np.floor((1.0 - level) / 2.0 * (len(ordered) + 1) + 1e-9)) - 1)
    below, above = float(ordered[first]), float(ordered[-1 - first])
    return StudentisedInterval(found, found - above * error, found - below * error)


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
