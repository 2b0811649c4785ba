"""
Donchian's channel breakout, long only, on daily bars.

Buy when a close is above every close of the previous `entry` bars; sell when a close is below every close of the
previous `exit` bars. Decided on the close, done at the next bar's open. Prices are in the quote currency,
costs are shares of the traded amount per side, the stake is a constant amount of the account's currency.
Shorts, adding to winners and volatility sizing of the Turtle rules are not here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nija_research.data import empty_trades
from nija_research.errors import DataError, ParameterError
from nija_research.units import positive, share

__all__ = ["Breakout", "trades"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakout:
    """
    Settings of the rule; the defaults are the slower of the two printed Turtle systems.

    Attributes
    ----------
    entry : int
        Bars of the channel whose upper edge opens a trade, 1 or more.
    exit : int
        Bars of the channel whose lower edge closes it, 1 or more.
    cost : float
        Share of the traded amount lost per side. Half the quarter-point tick of the E-mini contract at
        the index's mean level of about 1,400 is 0.9 basis points.
    """

    entry: int = 55
    exit: int = 20
    cost: float = 0.0001

    def __post_init__(self) -> None:
        for name in ("entry", "exit"):
            bars = getattr(self, name)
            if isinstance(bars, bool) or not isinstance(bars, int | np.integer) or bars < 1:
                raise ParameterError(f"{name} must be a whole number of bars, 1 or more, got {bars!r}.")
        share("cost", self.cost, high=0.1)


def trades(
    prices: pd.DataFrame, config: Breakout | None = None, *, symbol: str = "", stake: float = 10_000.0
) -> pd.DataFrame:
    """
    Trade the rule over a price history.

    Parameters
    ----------
    prices : pandas.DataFrame
        Index ``time`` (UTC, ascending), columns ``open`` and ``close``, quote currency.
    config : Breakout, optional
        Settings; the defaults unless given.
    symbol : str, optional
        Name for the column `symbol`; left empty unless given.
    stake : float, optional
        Amount bought in each trade, account currency (taken to be the quote currency).

    Returns
    -------
    pandas.DataFrame
        The canonical table with `risk`: the loss, costs included, if the position were closed at the exit
        channel seen at entry. Only closed trades; ``attrs["open_trades"]`` is 1 when the history ends in one.

    Raises
    ------
    DataError
        If `prices` lacks a column, is not in order, or holds a price that is not above 0.
    ParameterError
        If `stake` is not above 0.

    Notes
    -----
    With ``U[t] = max(close[t-entry..t-1])`` and ``L[t] = min(close[t-exit..t-1])``: flat and ``close[t] > U[t]``
    buys at ``open[t+1]``; long and ``close[t] < L[t]`` sells at ``open[t+1]``. The channel is made of closes, as
    the index has no traded intraday extremes; [1]_ and [2]_ use the bar's high and low. An open at or below the
    exit channel is not bought: the trade would begin beyond its own stop.

    References
    ----------
    .. [1] Donchian, R. D. (1960). High finance in copper. Financial Analysts Journal 16(6), 133-142.
    .. [2] Faith, C. (2003). The original Turtle trading rules, "System 2": 55-day breakout, 20-day exit.
    """
    config = config or Breakout()
    stake = positive("stake", stake)
    opens, closes = _columns(prices)
    upper = -_lowest_before(-closes, config.entry)
    lower = _lowest_before(closes, config.exit)
    rows: list[tuple[int, int, float]] = []
    entered, stop = -1, np.nan
    for t in range(len(closes) - 1):
        if entered < 0 and closes[t] > upper[t]:
            # The channel as of the next bar, which is what the buyer at its open sees.
            floor = lower[t + 1]
            if opens[t + 1] > floor:
                entered, stop = t + 1, floor
        elif entered >= 0 and closes[t] < lower[t]:
            rows.append((entered, t + 1, stop))
            entered = -1
    table = _table(pd.DatetimeIndex(prices.index), opens, rows, config, symbol, stake)
    table.attrs = {"open_trades": int(entered >= 0)}
    return table


def _columns(prices: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    missing = [name for name in ("open", "close") if name not in prices]
    if missing:
        raise DataError(f"prices: column {missing[0]!r} is missing (has: {', '.join(map(str, prices.columns))}).")
    if not isinstance(prices.index, pd.DatetimeIndex) or prices.index.tz is None:
        raise DataError(f"prices: wanted an index of UTC times, got {type(prices.index).__name__}.")
    if not (prices.index.is_monotonic_increasing and prices.index.is_unique):
        raise DataError("prices: wanted times in ascending order, each once, got another order.")
    opens, closes = (prices[name].to_numpy(dtype=np.float64) for name in ("open", "close"))
    for name, values in (("open", opens), ("close", closes)):
        bad = np.flatnonzero(~(np.isfinite(values) & (values > 0.0)))
        if bad.size:
            when = prices.index[bad[0]].isoformat()
            raise DataError(f"prices: {name!r} at {when}: wanted a price above 0, got {values[bad[0]]:g}.")
    return opens, closes


def _lowest_before(closes: NDArray[np.float64], bars: int) -> NDArray[np.float64]:
    """Lowest of the `bars` closes before each bar; NaN where there are fewer, and NaN triggers nothing."""
    edge = np.full(len(closes), np.nan)
    if len(closes) > bars:
        edge[bars:] = np.lib.stride_tricks.sliding_window_view(closes, bars)[:-1].min(axis=1)
    return edge


def _table(
    time: pd.DatetimeIndex,
    opens: NDArray[np.float64],
    rows: list[tuple[int, int, float]],
    config: Breakout,
    symbol: str,
    stake: float,
) -> pd.DataFrame:
    entered = np.array([row[0] for row in rows], dtype=np.int64)
    left = np.array([row[1] for row in rows], dtype=np.int64)
    stop = np.array([row[2] for row in rows], dtype=np.float64)
    entry_price, exit_price = opens[entered], opens[left]
    quantity = stake / entry_price
    gross = quantity * (exit_price - entry_price)
    fee = config.cost * quantity * (entry_price + exit_price)
    net = gross - fee
    empty = empty_trades(risk=True)
    known = {
        "trade_id": [str(i + 1) for i in range(len(rows))],
        "symbol": symbol or None,
        "side": 1,
        "quantity": quantity,
        "entry_time": time[entered],
        "exit_time": time[left],
        "entry_price": entry_price,
        "exit_price": exit_price,
        "stake": stake,
        "fee": fee,
        "funding": 0.0,
        "gross_pnl": gross,
        "net_pnl": net,
        "return": net / stake,
        "risk": quantity * (entry_price - stop) + config.cost * quantity * (entry_price + stop),
    }
    table = pd.DataFrame(known, index=range(len(rows)), columns=empty.columns)
    return table.astype(empty.dtypes.to_dict())
