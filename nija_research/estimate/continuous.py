"""
Kelly in continuous time: the mean over the variance, and what to correct when the data are not continuous.

Mean, standard deviation and rate are of the same period and shares of one; a stake is notional over equity. Stands
on: `errors`, `units`.
"""

from __future__ import annotations

import math
from typing import Literal, get_args

from nija_research.errors import ParameterError
from nija_research.units import finite, positive

__all__ = ["kelly_continuous", "kelly_continuous_error"]

MeanOf = Literal["drift", "log", "simple"]


def kelly_continuous(mean: float, sd: float, *, rate: float = 0.0, mean_of: MeanOf = "drift") -> float:
    """
    Leverage with the best growth for a price that diffuses.

    Parameters
    ----------
    mean, sd : float
        Mean and standard deviation of the returns over one period; `sd` above 0. Annual mean with annual deviation,
        or daily with daily, gives the same stake.
    rate : float, optional
        Riskless rate over the same period; the mean is in excess of it.
    mean_of : {"drift", "log", "simple"}, optional
        What `mean` is the mean of. "drift": the drift of the price, the textbook's mu. "log": log returns, to which
        half the variance is added to get the drift. "simple": simple returns of periods too long for a diffusion, where
        the second moment replaces the variance.

    Returns
    -------
    float
        Notional over equity, at least 0; 0.0 without an excess mean.

    Raises
    ------
    ParameterError
        If an argument is not finite, `sd` is not above 0, or `mean_of` is not one of the three.

    Notes
    -----
    ``(mean - rate) / sd^2`` (Thorp 2006, section 7; Merton 1969), exact for a lognormal price traded without pause and
    without jumps. "simple" maximises the growth to second order, ``m / (sd^2 + m^2)``. With jumps, and with skewed
    trades, use `kelly_log_optimal`: a loss of 1 / stake ends the account, whatever the variance.

    Examples
    --------
    >>> round(kelly_continuous(0.08, 0.20), 4), round(kelly_continuous(0.06, 0.20, mean_of="log"), 4)
    (2.0, 2.0)
    """
    if mean_of not in get_args(MeanOf):
        raise ParameterError(f"mean_of must be 'drift', 'log' or 'simple', got {mean_of!r}.")
    excess, variance = finite("mean", mean) - finite("rate", rate), positive("sd", sd) ** 2
    if mean_of == "log":
        excess += 0.5 * variance
    elif mean_of == "simple":
        variance += excess**2
    return max(0.0, excess / variance)


def kelly_continuous_error(mean: float, sd: float, n: int, *, rate: float = 0.0) -> float:
    """
    Standard error of `kelly_continuous` when mean and deviation come from n independent periods.

    Parameters
    ----------
    mean, sd : float
        Sample mean and standard deviation over one period.
    n : int
        Periods, at least 2.
    rate : float, optional
        Riskless rate over the same period.

    Returns
    -------
    float
        ``sqrt((1 / sd^2 + 2 f^2) / n)``, notional over equity: for normal returns, by the delta method.

    Raises
    ------
    ParameterError
        If an argument is out of range.

    Examples
    --------
    >>> round(kelly_continuous_error(0.08, 0.20, 20), 2)  # twenty years of the best-known index: 2.0 give or take
    1.28
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 2:
        raise ParameterError(f"n must be a whole number of periods of at least 2, got {n!r}.")
    deviation = positive("sd", sd)
    stake = (finite("mean", mean) - finite("rate", rate)) / deviation**2
    return math.sqrt((1.0 / deviation**2 + 2.0 * stake**2) / n)
