"""
Indicators of bars: true range, average true range, and the average directional index.

Prices are in the quote currency; Wilder's smoothing keeps ``1 - 1/window`` from bar to bar and begins with the first
bar, which a few windows later no longer shows. Row t uses bars up to t.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from nija_research.errors import DataError
from nija_research.units import count

__all__ = ["average_directional_index", "average_true_range", "quiet_range", "true_range"]


def true_range(prices: pd.DataFrame) -> pd.Series:
    """
    Range of each bar, the gap from the last close included.

    Parameters
    ----------
    prices : pandas.DataFrame
        Columns high, low and close.

    Returns
    -------
    pandas.Series
        Quote currency; the first bar has no gap.

    Raises
    ------
    DataError
        If a column is missing.
    """
    _need(prices, "high", "low", "close")
    before = prices["close"].shift(1)
    high, low = np.fmax(prices["high"], before), np.fmin(prices["low"], before)
    return pd.Series(high - low, index=prices.index, name="true_range")


def average_true_range(prices: pd.DataFrame, window: int = 14) -> pd.Series:
    """
    Wilder's average of the true range.

    Parameters
    ----------
    prices : pandas.DataFrame
        Columns high, low and close.
    window : int, optional
        Bars.

    Returns
    -------
    pandas.Series
        Quote currency; NaN for the first ``window - 1`` bars.
    """
    return _wilder(true_range(prices), window).rename("atr")


def average_directional_index(prices: pd.DataFrame, window: int = 14) -> pd.Series:
    """
    Strength of a trend, without its direction.

    Parameters
    ----------
    prices : pandas.DataFrame
        Columns high, low and close.
    window : int, optional
        Bars.

    Returns
    -------
    pandas.Series
        0 to 100; NaN for the first ``2 * window - 2`` bars.

    Raises
    ------
    DataError
        If a column is missing.
    """
    _need(prices, "high", "low", "close")
    up, down = prices["high"].diff(), -prices["low"].diff()
    plus = up.where((up > down) & (up > 0.0), 0.0)
    minus = down.where((down > up) & (down > 0.0), 0.0)
    span = _wilder(true_range(prices), window)
    with_trend = _wilder(plus, window) / span.where(span > 0.0)
    against = _wilder(minus, window) / span.where(span > 0.0)
    both = with_trend + against
    index = 100.0 * (with_trend - against).abs() / both.where(both > 0.0)
    # A price that does not move has no direction.
    return _wilder(index.where(both > 0.0, 0.0).where(span.notna()), window).rename("adx")


def quiet_range(prices: pd.DataFrame, *, strength: float = 25.0, width: float = 0.02, window: int = 14) -> pd.Series:
    """
    The printed condition of the range trader: no trend, and a range worth trading.

    Parameters
    ----------
    prices : pandas.DataFrame
        Columns high, low and close.
    strength : float, optional
        The index must lie below it.
    width : float, optional
        Range over the last `window` bars must exceed this share of the close. It is not free of scale: what is rare on
        hourly currencies is the rule on daily shares.
    window : int, optional
        Bars of both.

    Returns
    -------
    pandas.Series of bool

    Notes
    -----
    003: "range > 2% AND ADX < 25".
    """
    index = average_directional_index(prices, window)
    span = prices["high"].rolling(window).max() - prices["low"].rolling(window).min()
    return ((index < strength) & (span > width * prices["close"])).rename("quiet_range")


def _wilder(values: pd.Series, window: int) -> pd.Series:
    count("window", window, low=1)
    return values.ewm(alpha=1.0 / window, adjust=False, min_periods=int(window)).mean()


def _need(prices: pd.DataFrame, *names: str) -> None:
    missing = [name for name in names if name not in prices]
    if missing:
        raise DataError(f"prices: column {missing[0]!r} is missing (has: {', '.join(map(str, prices.columns))}).")
