"""
Returns as the models take them: finite, in order, one dimension, and truly returns.

Stands on: `hindsight`, `errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.regimes.hindsight import refuse

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["as_series", "bars_per_year", "centre_and_unit", "standardised", "times_of"]

# So many bars in a row without one that falls are no returns.
_NEVER_DOWN = 20

_FARTHEST = 1e4


def as_series(returns: ArrayLike | pd.Series) -> NDArray[np.float64]:
    """
    Returns as a float array, or an error that says what is wrong with them.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        If there is none, one is missing, times are not in order, or they look like prices.
    """
    refuse("returns", returns)
    try:
        r = np.asarray(returns, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError("returns must be numbers, one per bar: prices['close'].pct_change().dropna().") from None
    if r.ndim != 1:
        raise ParameterError(f"returns must be one-dimensional, got shape {r.shape}. Take one column.")
    if not len(r):
        raise ParameterError("returns must hold at least one bar, got none.")
    bad = np.flatnonzero(~np.isfinite(r))
    if bad.size:
        cure = (
            " The first bar has no return: write .dropna()." if bad[0] == 0 else " Leave such bars out, or repair them."
        )
        raise ParameterError(f"returns must be finite, got {r[bad[0]]} at position {bad[0]}.{cure}")
    if len(r) >= _NEVER_DOWN and r.min() > 0.0:
        raise ParameterError(
            f"returns must be changes of price, got {len(r)} numbers above 0, which look like prices. Write "
            "prices.pct_change().dropna()."
        )
    times = times_of(returns)
    if times is not None and not (times.is_monotonic_increasing and times.is_unique):
        raise ParameterError("returns must be in order of time, each time once. Write .sort_index(), drop repeats.")
    return np.ascontiguousarray(r)


def times_of(returns: object) -> pd.DatetimeIndex | None:
    """
    Times of the bars, where they are known.

    Parameters
    ----------
    returns : object
        A pandas.Series has an index; anything else has no times.

    Returns
    -------
    pandas.DatetimeIndex or None
    """
    import pandas as pd

    index = getattr(returns, "index", None)
    return index if isinstance(index, pd.DatetimeIndex) else None


def bars_per_year(returns: pd.Series) -> float:
    """
    Bars in a year, counted from the times.

    Parameters
    ----------
    returns : pandas.Series, shape (n,)
        Indexed by times; at least two bars.

    Returns
    -------
    float
        About 252 for shares, 365 for coins, 8,766 for hours without a close.

    Raises
    ------
    ParameterError
        If there are no times.
    """
    import pandas as pd

    times = times_of(returns)
    if times is None or len(times) < 2:
        raise ParameterError("returns need times to count the bars in a year. Say how many: periods=252.")
    return float((len(times) - 1) / ((times[-1] - times[0]) / pd.Timedelta("365.25D")))


def standardised(r: NDArray[np.float64], centre: float, unit: float) -> NDArray[np.float64]:
    """
    Return ``(r - centre) / unit``, what lies ten thousand units off (no market does) drawn in to there.

    Parameters
    ----------
    r : numpy.ndarray, shape (n,)
    centre, unit : float
        As `centre_and_unit` returns them.

    Returns
    -------
    numpy.ndarray, shape (n,)
        So near 0 that squares keep enough digits.
    """
    return np.clip((r - centre) / unit, -_FARTHEST, _FARTHEST)


def centre_and_unit(r: NDArray[np.float64]) -> tuple[float, float]:
    """
    Median, and median distance from it, which standardise returns and are not moved by a few wild bars.

    Parameters
    ----------
    r : numpy.ndarray, shape (n,)

    Returns
    -------
    tuple of float
        Where more than half of the bars are alike, the mean distance stands for the median one.

    Raises
    ------
    ParameterError
        If all bars are alike.
    """
    centre = float(np.median(r))
    away = np.abs(r - centre)
    unit = float(np.median(away)) or float(away.mean())
    if not unit > 1e-12 * abs(centre):
        raise ParameterError(
            f"returns must move, got {len(r)} bars all equal to {centre:g}. Such a series has no regimes."
        )
    return centre, unit
