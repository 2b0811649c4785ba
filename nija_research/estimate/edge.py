"""
How sure we are that there is an edge: intervals for win rates, and the shrinkage of an estimated stake.

Rates and levels are shares of one. Nothing here knows a stake's unit, or resamples: see `bootstrap`.
Stands on: `errors`, `units`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from nija_research.errors import ParameterError
from nija_research.units import positive, share

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["ProportionInterval", "clopper_pearson", "shrinkage", "wilson"]


class ProportionInterval(NamedTuple):
    """Lower and upper end of an interval for a probability (shares)."""

    low: float
    high: float


def wilson(wins: int, n: int, *, level: float = 0.95, effective: float | None = None) -> ProportionInterval:
    """
    Score interval for a win rate; close to nominal on average.

    Parameters
    ----------
    wins, n : int
        Wins among `n` trades, ``0 <= wins <= n`` and ``n >= 1``.
    level : float, optional
        Nominal level, a share.
    effective : float, optional
        Number of independent trades that the `n` are worth, where they overlap or depend on each other; `n` unless
        given.

    Returns
    -------
    ProportionInterval

    Raises
    ------
    ParameterError
        If the counts or the level are out of range.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
       Journal of the American Statistical Association 22.
    """
    if effective is None:
        return _proportion(wins, n, level, "wilson")
    from scipy.stats import norm

    check_counts(wins, n - wins)
    m = positive("effective", effective)
    if m > n:
        raise ParameterError(f"effective must not exceed the {n} trades, got {effective!r}.")
    p, z = wins / n, float(norm.ppf((1.0 + share("level", level)) / 2.0))
    middle = (p + z * z / (2.0 * m)) / (1.0 + z * z / m)
    half = z / (1.0 + z * z / m) * math.sqrt(p * (1.0 - p) / m + z * z / (4.0 * m * m))
    return ProportionInterval(max(0.0, middle - half), min(1.0, middle + half))


def clopper_pearson(wins: int, n: int, *, level: float = 0.95) -> ProportionInterval:
    """
    Exact interval for a win rate; never below its level, hence wide.

    Parameters
    ----------
    wins, n : int
        Wins among `n` trades, ``0 <= wins <= n`` and ``n >= 1``.
    level : float, optional
        Nominal level, a share.

    Returns
    -------
    ProportionInterval

    Raises
    ------
    ParameterError
        If the counts or the level are out of range.

    References
    ----------
    .. [1] Clopper, C. J., Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the
       case of the binomial. Biometrika 26.
    """
    return _proportion(wins, n, level, "exact")


def _proportion(wins: int, n: int, level: float, method: Literal["wilson", "exact"]) -> ProportionInterval:
    from scipy.stats import binomtest

    check_counts(wins, n - wins)
    if n < 1:
        raise ParameterError("n must be at least 1, got 0: a win rate needs a trade.")
    ci = binomtest(int(wins), int(n)).proportion_ci(share("level", level), method)
    return ProportionInterval(float(ci.low), float(ci.high))


def check_counts(wins: int, losses: int) -> None:
    """
    Refuse anything but whole, non-negative counts.

    Parameters
    ----------
    wins, losses : int
        Counts of trades.

    Raises
    ------
    ParameterError
        If a count is not a whole number of at least 0.
    """
    for name, count in (("wins", wins), ("losses", losses)):
        if isinstance(count, bool) or not isinstance(count, (int, np.integer)):
            raise ParameterError(f"{name} must be a whole number of trades, got {count!r}.")
        if count < 0:
            raise ParameterError(f"{name} must be at least 0, got {count!r}.")


def shrinkage(
    growth: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    estimates: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
) -> float:
    """
    Share of an estimated Kelly stake to keep, given how the estimate scatters.

    Parameters
    ----------
    growth : callable
        Growth rate (nats per trade) at stakes of shape (m,), in the world taken as true.
    estimates : numpy.ndarray, shape (m,)
        Stakes that samples from that world would have led to.
    weights : numpy.ndarray, shape (m,), optional
        Their probabilities; equal unless given.

    Returns
    -------
    float
        ``argmax_k E[growth(k f)]`` over k in [0, 1].

    Notes
    -----
    Estimation error costs growth twice over: too large a stake loses more than too small a one [1]_.

    References
    ----------
    .. [1] Baker, R. D., McHale, I. G. (2013). Optimal betting under parameter uncertainty: improving the
       Kelly criterion. Decision Analysis 10(3).
    """
    from scipy.optimize import minimize_scalar

    if not (estimates > 0.0).any():
        return 0.0

    def regret(keep: float) -> float:
        return -float(np.average(growth(keep * estimates), weights=weights))

    found = minimize_scalar(regret, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-8})
    return float(found.x)
