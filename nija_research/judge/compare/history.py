"""
The market that policies are compared in: its past returns, and what a trader knew before each bar.

That is the volatility so far, the regime named last, the mean so far, and never the bar itself. Of a history every bar
has its own row, which travels with its return when the history is resampled: a label then speaks of the past that the
bar really had, not of the one it was given. Labels made anew on a resampled path would see its joints. Paths of a
known law have rows of bins, volatility by regime.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.policy.regime import regime_index
from nija_research.simulate.worlds import Calendar
from nija_research.simulate.worlds.market import UNKNOWN_REGIME, Market

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from nija_research.estimate.regimes.model import RegimeModel

__all__ = [
    "FEWEST", "History", "history_of", "history_of_prices", "signals_of_history", "signals_of_law",
    "volatility_before",
]  # fmt: skip

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


#: Weight that yesterday's variance keeps (RiskMetrics, 1996).
DECAY = 0.94
#: Bins of the volatility that a policy is told in a law's paths, evenly spaced in its logarithm, 8 % apart.
BINS, LOWEST, HIGHEST = 64, 0.01, 2.0
#: Bars between refits of a walk-forward model, and refits between fresh starts: a quarter, two years.
REFIT, RESTART = 63, 8
#: What a mean over few bars may say at most: an annual return, a share of equity.
MOST_RETURN, MOST_KELLY = 1.0, 10.0


def volatility_before(returns: NDArray[np.float64], first: float) -> NDArray[np.float64]:
    """
    Return the exponentially weighted volatility of the bars before each bar, per bar.

    Parameters
    ----------
    returns : ndarray, shape (paths, bars)
        Shares of one.
    first : float
        What is held before the first bar.

    Returns
    -------
    ndarray, shape (paths, bars)
    """
    out, now = np.empty_like(returns), np.full(len(returns), first**2)
    for t in range(returns.shape[1]):
        out[:, t] = now
        now = DECAY * now + (1.0 - DECAY) * returns[:, t] ** 2
    return np.sqrt(out)


def signals_of_history(history: History, train: int, *, named: bool) -> Market:
    """
    Return one market row a bar: what was known before it, on the day.

    Parameters
    ----------
    history : History
        The market.
    train : int
        Bars before the first regime is named.
    named : bool
        Whether regimes are to be named (walk-forward, one bar later); all UNKNOWN if not.

    Returns
    -------
    Market
    """
    r, year = history.returns, history.calendar.steps_per_year
    n = len(r)
    regime = np.full(n, UNKNOWN_REGIME)
    if named:
        from nija_research.estimate import regimes

        walk = regimes.walk_forward(r, "t_hmm", train=train, refit=REFIT, restart=RESTART)
        regime[1:] = _numbers(walk.label[:-1])
    before = np.arange(1, n)
    mean, square = np.zeros(n), np.full(n, float(r.std()) ** 2)
    mean[1:] = np.cumsum(r)[:-1] / before
    square[1:] = np.maximum(np.cumsum(r**2)[:-1] / before, np.finfo(np.float64).tiny)
    volatility = volatility_before(r[None], float(r[:63].std()))[0] * year**0.5
    return Market(
        expected_return=np.clip(mean * year, -MOST_RETURN, MOST_RETURN),
        volatility=np.maximum(volatility, LOWEST),
        regime=regime,
        kelly=np.clip(mean / square, 0.0, MOST_KELLY),
        truth=True,
    )


def signals_of_law(
    returns: NDArray[np.float64], mean: float, sd: float, year: float, model: RegimeModel | None = None
) -> tuple[NDArray[np.int64], Market]:
    """
    Return the market rows of a law's paths, and what each row tells.

    Parameters
    ----------
    returns : ndarray, shape (paths, bars)
        Before costs.
    mean, sd : float
        The law's own, per bar; the policy is told the mean, which nobody knows of a real market.
    year : float
        Bars a year.
    model : RegimeModel or None
        Fitted to an earlier history of the same law; its labels are filtered and act one bar later. None names nothing.

    Returns
    -------
    rows : ndarray of int64, shape (paths, bars)
    market : Market
    """
    regime = np.full(returns.shape, UNKNOWN_REGIME)
    if model is not None and model.has_regimes:
        # One long series: at the start of a path the filter needs a few bars to forget the path before.
        regime[:, 1:] = model.label_number(returns.ravel()).reshape(returns.shape)[:, :-1]
    width = np.log(HIGHEST / LOWEST) / BINS
    annual = volatility_before(returns, sd) * year**0.5
    place = np.clip(np.floor(np.log(np.maximum(annual, LOWEST) / LOWEST) / width), 0, BINS - 1).astype(np.int64)
    middle = LOWEST * np.exp(width * (np.arange(BINS) + 0.5))
    kinds = UNKNOWN_REGIME + 1
    market = Market(
        expected_return=np.full(BINS * kinds, mean * year),
        volatility=np.repeat(middle, kinds),
        regime=np.tile(np.arange(kinds), BINS),
        kelly=np.full(BINS * kinds, np.clip(mean / sd**2, 0.0, MOST_KELLY)),
        truth=True,
    )
    return place * kinds + regime, market


def _numbers(labels: NDArray[np.str_]) -> NDArray[np.int64]:
    """Numbers of printed labels."""
    names, index = np.unique(labels, return_inverse=True)
    return np.array([regime_index(str(name)) for name in names], dtype=np.int64)[index]
