"""
A figure over paths and its error: means, chances and quantiles.

Chances have Wilson intervals and quantiles order-statistic intervals: both say something at 0 of n. Stands on:
`checks`, `estimate.edge`, `units`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.simulate.checks import values_over_paths
from nija_research.units import share

__all__ = ["Estimate", "interval", "mean", "percent", "probability", "quantile"]

_Z = 1.959963984540054  # 97.5 % quantile of the normal law


class Estimate(NamedTuple):
    """
    A figure and its error.

    Attributes
    ----------
    value : float
        The figure.
    se : float
        Its standard error over paths.
    low, high : float
        95 % interval.
    n : int
        Paths it rests on.
    """

    value: float
    se: float
    low: float
    high: float
    n: int


def mean(values: NDArray[np.float64]) -> Estimate:
    """
    Return the mean over paths.

    Parameters
    ----------
    values : ndarray, shape (n_paths,)
        One number a path; a path that lost everything may be minus infinity, and so then is the mean.

    Returns
    -------
    Estimate
        With an unknown (NaN) error when a value is infinite or there is one path alone.
    """
    values = values_over_paths(values)
    value = float(np.mean(values))
    sd = float(np.std(values, ddof=1)) if len(values) > 1 and np.isfinite(value) else np.nan
    return interval(value, sd, len(values))


def interval(value: float, sd: float, n: int) -> Estimate:
    """Return a mean of `n` values with standard deviation `sd` and its normal interval; NaN where `sd` is not known."""
    se = sd / n**0.5 if n > 1 and np.isfinite(value) else np.nan
    return Estimate(value, se, value - _Z * se, value + _Z * se, n)


def probability(happened: NDArray[np.bool_]) -> Estimate:
    """
    Return the share of paths on which something happened, with its Wilson interval.

    Parameters
    ----------
    happened : ndarray of bool, shape (n_paths,)
        One answer a path.

    Returns
    -------
    Estimate
    """
    from nija_research.estimate.edge import wilson

    n, k = len(values_over_paths(happened)), int(np.count_nonzero(happened))
    interval = wilson(k, n)
    value = k / n
    return Estimate(value, (value * (1.0 - value) / n) ** 0.5, interval.low, interval.high, n)


def quantile(values: NDArray[np.float64], q: float) -> Estimate:
    """
    Return a quantile over paths, with the order statistics that cover it with 95 %.

    Parameters
    ----------
    values : ndarray, shape (n_paths,)
        One number a path.
    q : float
        In (0, 1).

    Returns
    -------
    Estimate
        `se` is a quarter of the interval's width; the interval is infinite on a side that so few paths cannot bound.
    """
    from scipy.stats import binom

    if not 0.0 < share("q", q) < 1.0:
        raise ParameterError(f"q must lie inside (0, 1), got {q!r}. The extremes are min and max.")
    ordered = np.sort(values_over_paths(values))
    n = len(ordered)
    low, high = int(binom.ppf(0.025, n, q)) - 1, int(binom.ppf(0.975, n, q))
    a = float(ordered[low]) if low >= 0 else -np.inf
    b = float(ordered[high]) if high < n else np.inf
    return Estimate(float(np.quantile(ordered, q)), (b - a) / (2.0 * _Z), a, b, n)


def percent(share: float) -> str:
    """Return a share as the names of rows have it: 0.2 is "20%", 0.121 is "12.1%"."""
    return f"{100.0 * share:.6g}%"
