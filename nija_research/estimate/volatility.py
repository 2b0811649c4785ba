r"""
How volatile: realised over several horizons, exponentially weighted, and the HAR forecast of days to come.

Returns are per bar, shares; volatility is annual where `periods` (bars in a year) is given. Row t uses bars up to t.
HAR regresses the logarithm of the mean square of the next `ahead` bars on the logarithms over the last 1, 5 and 22
bars (Corsi), here with squared returns in the place of intraday sums; coefficients are estimated on an expanding
window, whose targets end before the bar that forecasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nija_research.units import count, inside, positive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["ewma_volatility", "har_forecast", "realised_volatility"]

#: Bars of the HAR regressors: a day, a week, a month.
HORIZONS = (1, 5, 22)

# Regression rows before the first HAR forecast, and bars between two estimates of its coefficients.
_FIRST, _REFIT = 250, 21


def realised_volatility(
    returns: ArrayLike, horizons: Sequence[int] = (5, 22, 66, 252), *, periods: float = 252.0
) -> pd.DataFrame:
    """
    Volatility over several horizons at every bar.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar, shares.
    horizons : sequence of int, optional
        Bars of each window.
    periods : float, optional
        Bars in a year: 252 for shares, 365 for crypto days, 8,760 for hours without a close.

    Returns
    -------
    pandas.DataFrame
        One column a horizon, named by its bars; root mean square of returns, annual; NaN until a window is full.

    Raises
    ------
    ParameterError
        If a return is not finite or a horizon below 1.

    Examples
    --------
    >>> float(realised_volatility([0.01, -0.01, 0.01], [2], periods=100.0)[2].iloc[-1].round(6))
    0.1
    """
    r, scale = _series(returns), np.sqrt(positive("periods", periods))
    columns = {}
    for bars in horizons:
        count("horizons", bars, low=1)
        columns[int(bars)] = np.sqrt((r * r).rolling(int(bars)).mean().clip(lower=0.0)) * scale
    return pd.DataFrame(columns)


def ewma_volatility(returns: ArrayLike, *, decay: float = 0.94, periods: float = 252.0) -> NDArray[np.float64]:
    """
    Exponentially weighted volatility: what the next bar is expected to be.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar, shares.
    decay : float, optional
        Weight kept from bar to bar, between 0 and 1.
    periods : float, optional
        Bars in a year; 1 for the volatility of a bar.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Row t is made of bars up to t, for bar t + 1; weights sum to 1 from the first bar on.
    """
    inside("decay", decay)
    square = _series(returns) ** 2
    return np.sqrt(square.ewm(alpha=1.0 - decay).mean().to_numpy() * positive("periods", periods))


def har_forecast(returns: ArrayLike, *, ahead: int = 21, periods: float = 252.0) -> pd.DataFrame:
    """
    Forecast the volatility of the next bars from three horizons.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar, shares.
    ahead : int, optional
        Bars that the forecast covers.
    periods : float, optional
        Bars in a year.

    Returns
    -------
    pandas.DataFrame
        forecast (annual; row t for bars t + 1 to t + ahead; NaN until a year of outcomes is there) and outcome (what
        the volatility of those bars became, NaN at the end): the second is for judging, never for trading.

    Raises
    ------
    ParameterError
        If a return is not finite or `ahead` below 1.
    """
    from statsmodels.regression.linear_model import OLS

    count("ahead", ahead, low=1)
    r = _series(returns)
    # A day without a move has no logarithm: it counts as a hundredth of an ordinary one.
    floor = (0.01 * max(float(r.abs().iloc[:_FIRST].median()), 1e-12)) ** 2
    square = np.maximum((r * r).to_numpy(), floor)
    total = np.concatenate([[0.0], np.cumsum(square)])
    n, most = len(r), max(HORIZONS)
    logs = np.full((n, 1 + len(HORIZONS)), np.nan)
    logs[:, 0] = 1.0
    for column, bars in enumerate(HORIZONS, start=1):
        logs[bars - 1 :, column] = np.log(np.maximum((total[bars:] - total[:-bars]) / bars, floor))
    target = np.full(n, np.nan)
    target[: max(n - ahead, 0)] = np.log(np.maximum((total[ahead + 1 :] - total[1 : n - ahead + 1]) / ahead, floor))
    forecast = np.full(n, np.nan)
    for begin in range(most - 1 + _FIRST + ahead, n, _REFIT):
        rows = slice(most - 1, begin - ahead + 1)  # outcomes that are complete at this bar
        fitted, now = OLS(target[rows], logs[rows]).fit(), slice(begin, begin + _REFIT)
        middle = sum(logs[now, column] * weight for column, weight in enumerate(fitted.params))
        # The mean of a lognormal, not the exponential of its middle.
        forecast[now] = np.sqrt(np.exp(middle + 0.5 * np.var(fitted.resid)) * periods)
    return pd.DataFrame({"forecast": forecast, "outcome": np.sqrt(np.exp(target) * periods)}, index=r.index)


def _series(returns: ArrayLike) -> pd.Series:
    from nija_research.estimate.regimes.series import as_series

    return pd.Series(as_series(returns), index=returns.index if isinstance(returns, pd.Series) else None)
