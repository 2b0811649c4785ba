"""
What a regime model must beat: rules of one line, each from the past alone.

Positions are multiples of equity decided at the close of a bar, between 0 and 1; NaN while there are too few bars.
Stands on: `rungs`, `series`, `indicators`, `errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.compiled import entry
from nija_research.estimate.regimes.rungs import WINDOW, rolling_scale
from nija_research.estimate.regimes.series import as_series

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["calm_volatility", "expanding_quantile", "near_peak", "rising", "volatility_target"]


def calm_volatility(returns: ArrayLike | pd.Series, *, window: int = WINDOW, share: float = 0.8) -> NDArray[np.float64]:
    """
    In while rolling volatility is below a quantile of its own past.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar.
    window : int, optional
        Bars of the volatility.
    share : float, optional
        The quantile, of all windows up to and with this one.

    Returns
    -------
    numpy.ndarray, shape (n,)
        0 or 1; NaN until a year of windows is there.
    """
    scale = rolling_scale(as_series(returns), window)
    edge = expanding_quantile(scale, share, first=window - 1)
    position = (scale <= edge).astype(np.float64)
    position[: window - 1 + 252] = np.nan
    return position


def expanding_quantile(values: NDArray[np.float64], share: float, first: int = 0) -> NDArray[np.float64]:
    """
    Quantile of everything seen so far, from row `first` on, this row among it.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
    share : float
        The quantile.
    first : int, optional
        Rows before it do not count.

    Returns
    -------
    numpy.ndarray, shape (n,)
        NaN before `first`; linear between order statistics, as numpy's default.
    """
    out = np.full(len(values), np.nan)
    _expanding(np.ascontiguousarray(values), float(share), int(first), np.empty(len(values)), out)
    return out


@entry
def _expanding(values, share, first, ranked, out):  # type: ignore[no-untyped-def]
    for seen in range(len(values) - first):
        t = first + seen
        low, high = 0, seen
        while low < high:
            middle = (low + high) // 2
            if ranked[middle] <= values[t]:
                low = middle + 1
            else:
                high = middle
        for i in range(seen, low, -1):
            ranked[i] = ranked[i - 1]
        ranked[low] = values[t]
        at = share * seen
        below = int(at)
        above = min(below + 1, seen)
        out[t] = ranked[below] + (at - below) * (ranked[above] - ranked[below])


def near_peak(returns: ArrayLike | pd.Series, *, depth: float = 0.1) -> NDArray[np.float64]:
    """
    In while the price is less than `depth` below its highest close.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Simple returns per bar, shares.
    depth : float, optional
        A share.

    Returns
    -------
    numpy.ndarray, shape (n,)
        0 or 1.
    """
    price = np.concatenate([[1.0], np.cumprod(1.0 + as_series(returns))])
    return np.asarray((price > (1.0 - depth) * np.maximum.accumulate(price)).astype(np.float64)[1:])


def rising(returns: ArrayLike | pd.Series, *, window: int = 200) -> NDArray[np.float64]:
    """
    In while the price is above its mean over the last bars.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Simple returns per bar, shares.
    window : int, optional
        Bars of the mean.

    Returns
    -------
    numpy.ndarray, shape (n,)
        0 or 1; NaN until the window is full.
    """
    price = np.cumprod(1.0 + as_series(returns))
    total = np.zeros(max(len(price) - window + 1, 0))
    for lag in range(window if len(total) else 0):
        total += price[lag : lag + len(total)]
    position = np.full(len(price), np.nan)
    position[window - 1 :] = price[window - 1 :] > total / window
    return position


def volatility_target(
    returns: ArrayLike | pd.Series, *, window: int = WINDOW, target: float | None = None
) -> NDArray[np.float64]:
    """
    As much as keeps volatility at a target, never more than 1.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar.
    window : int, optional
        Bars of the volatility.
    target : float, optional
        Standard deviation of a bar; the median of all windows so far unless given.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Between 0 and 1; NaN until a year of windows is there.
    """
    scale = rolling_scale(as_series(returns), window)
    goal = expanding_quantile(scale, 0.5, first=window - 1) if target is None else np.full(len(scale), float(target))
    position = np.minimum(goal / np.maximum(scale, 1e-12), 1.0)
    position[: window - 1 + 252] = np.nan
    return np.asarray(position)
