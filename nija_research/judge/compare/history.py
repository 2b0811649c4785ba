"""
The market that promises are judged on: past returns and their pace.

Stands on: `data`, `simulate.worlds`, `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.simulate.worlds import Calendar

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

__all__ = ["FEWEST", "History", "history_of", "history_of_prices"]

#: Fewer bars than a trading year say nothing of a drawdown.
FEWEST = 252


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """
    Past returns of a market.

    Attributes
    ----------
    name : str
        What it is, for sentences.
    returns : ndarray, shape (n,)
        Simple returns a bar, shares of one, before costs.
    calendar : Calendar
        Pace.
    """

    name: str
    returns: NDArray[np.float64] = field(repr=False)
    calendar: Calendar

    @property
    def years(self) -> float:
        """Years of data."""
        return len(self.returns) / self.calendar.steps_per_year

    @property
    def digest(self) -> str:
        """Hash of the content: histories are equal where it is, so that what was drawn from one is kept."""
        return sha256(self.returns.tobytes() + f"{self.name} {self.calendar!r}".encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, History) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def history_of(market: History | pd.Series | ArrayLike | None, *, name: str = "the market given") -> History:
    """
    Return a checked history.

    Parameters
    ----------
    market : History, Series, array_like or None
        Simple returns a bar, at least `FEWEST`; of a Series with dates the pace is theirs, else daily with 5 days a
        week. The bundled S&P 500 where None.
    name : str, optional
        What it is called.

    Returns
    -------
    History

    Raises
    ------
    ParameterError
        If the returns are too few, not finite, at or below -1, in percent, or do not vary.
    """
    import pandas as pd

    if isinstance(market, History):
        return market
    if market is None:
        return history_of_prices(None)
    try:
        returns = np.array(market, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError("market must be returns: numbers, shares of one, in order.") from None
    if returns.ndim != 1 or len(returns) < FEWEST:
        raise ParameterError(f"market must hold at least {FEWEST} returns in a row, got shape {returns.shape}.")
    if not np.isfinite(returns).all() or returns.min() <= -1.0:
        raise ParameterError("market must hold finite returns above -1. Leave missing bars out.")
    if np.median(np.abs(returns)) > 0.2 or np.ptp(returns) == 0.0:
        raise ParameterError("market must hold returns that vary, as shares: 1.3 percent is written 0.013.")
    calendar = Calendar(days_per_week=5)
    if isinstance(market, pd.Series) and isinstance(market.index, pd.DatetimeIndex):
        days = 7 if bool((market.index.day_of_week >= 5).any()) else 5
        stamps = market.index.to_series()
        calendar = Calendar.of(stamps, days_per_week=days)
    return History(name=name, returns=returns, calendar=calendar)


def history_of_prices(prices: pd.DataFrame | None) -> History:
    """
    Return the history of a table of prices, under the name of the file that they came from.

    Parameters
    ----------
    prices : DataFrame or None
        As `data.load_prices` returns; the bundled S&P 500 where None.

    Returns
    -------
    History

    Raises
    ------
    ParameterError
        As `history_of`.
    """
    if prices is None:
        from nija_research.data import load_prices

        prices = load_prices("sp500")
    returns = prices["close"].pct_change().dropna()
    name = str(prices.attrs.get("source", "the prices given")).split(".")[0]
    dates = f", {prices.index[0]:%Y}-{prices.index[-1]:%Y}" if len(prices) else ""
    return history_of(returns, name=f"{name}{dates}")
