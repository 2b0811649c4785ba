"""
The risk-free rate as a series that was known at the time, instead of one number for all years.

Rates are annual shares (0.05 is 5 %), as quoted; per bar they are that share of a year. A quotation enters once it has
been published, and stays until the next. Stands on: `errors`, `units`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nija_research.errors import ParameterError
from nija_research.units import positive

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["rate_per_bar"]

# Above this an annual rate can only be a percentage.
_HIGHEST = 1.0


def rate_per_bar(
    rate: float | pd.Series, time: pd.DatetimeIndex, *, lag: str = "1D", periods: float = 252.0
) -> NDArray[np.float64]:
    """
    Risk-free return of every bar, from what was published before it.

    Parameters
    ----------
    rate : float or pandas.Series
        Annual, shares; a series is indexed by the time it refers to.
    time : pandas.DatetimeIndex, shape (n,)
        Times of the bars.
    lag : str, optional
        From the time a rate refers to until it is known, as pandas writes it.
    periods : float, optional
        Bars in a year.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Bars before the first published rate earn nothing.

    Raises
    ------
    ParameterError
        If a rate is missing or in percent, or its times are not in order.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=4, tz="UTC")
    >>> rate_per_bar(pd.Series([0.0252, 0.0504], index=days[[0, 2]]), days).round(6).tolist()
    [0.0, 0.0001, 0.0001, 0.0002]
    """
    quoted = rate if isinstance(rate, pd.Series) else None
    values = np.atleast_1d(np.asarray(rate, dtype=np.float64))
    if not np.isfinite(values).all():
        raise ParameterError("rate must be finite. Leave out days without a quotation: the last one stays.")
    if np.abs(values).max(initial=0.0) >= _HIGHEST:
        worst = values[np.abs(values).argmax()]
        raise ParameterError(f"rate must be a share a year, got {worst:g}: 4.5 percent is written 0.045.")
    per_bar = values / positive("periods", periods)
    if quoted is None:
        return np.full(len(time), per_bar[0])
    index = quoted.index
    if not isinstance(index, pd.DatetimeIndex) or not (index.is_monotonic_increasing and index.is_unique):
        raise ParameterError("rate must be indexed by times in ascending order, each once.")
    if (index.tz is None) != (time.tz is None):
        raise ParameterError("rate and bars must both have a time zone, or neither. Write .tz_localize('UTC').")
    known = np.searchsorted((index + pd.Timedelta(lag)).as_unit("ns").asi8, time.as_unit("ns").asi8, side="right")
    return np.asarray(np.concatenate([[0.0], per_bar])[known])
