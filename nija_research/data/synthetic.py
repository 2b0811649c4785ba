"""
Trade tables without a file: from returns, or from R multiples.

For tests, and for traders who keep a list of results and no log. Returns are shares of the stake, an R multiple
is profit over the planned loss. Nothing here draws random numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from nija_research.data.trades import empty_trades
from nija_research.errors import ParameterError
from nija_research.units import positive

__all__ = ["trades_from_r_multiples", "trades_from_returns"]


def trades_from_returns(
    returns: ArrayLike,
    *,
    start: str = "2000-01-03",
    step: str = "1D",
    stake: float = 10_000.0,
    symbol: str = "SYNTHETIC",
) -> pd.DataFrame:
    """
    Make one trade of each return, one after the other, without costs.

    Parameters
    ----------
    returns : array_like of float, shape (n,)
        Shares of the stake, each -1 or more: 0.02 is 2 %.
    start : str, optional
        Time of the first entry, UTC.
    step : str, optional
        How long each trade lasts, as pandas writes it; the next one opens when it closes.
    stake : float, optional
        Account currency, the same for each trade.
    symbol : str, optional
        Name of what was traded.

    Returns
    -------
    pandas.DataFrame
        The canonical table; side, prices and quantity are not known and stay empty.

    Raises
    ------
    ParameterError
        If a return is not a finite number of -1 or more, or an option is not usable.

    Examples
    --------
    >>> trades_from_returns([0.02, -0.01])["net_pnl"].tolist()
    [200.0, -100.0]
    """
    values = _vector("returns", returns)
    if (values < -1.0).any():
        worst = values.min()
        raise ParameterError(f"returns must be -1 or more, got {worst:g}. 5 percent is written 0.05.")
    return _table(values, positive("stake", stake), start=start, step=step, symbol=symbol)


def trades_from_r_multiples(
    multiples: ArrayLike,
    *,
    risk: float = 100.0,
    stake: float = 10_000.0,
    start: str = "2000-01-03",
    step: str = "1D",
    symbol: str = "SYNTHETIC",
) -> pd.DataFrame:
    """
    Make one trade of each R multiple: the profit is the multiple times the planned loss.

    Parameters
    ----------
    multiples : array_like of float, shape (n,)
        Profit or loss over the planned loss: -1 is a loss taken at the stop.
    risk : float, optional
        Planned loss of each trade, account currency.
    stake : float, optional
        Notional of each trade, account currency.
    start, step, symbol : str, optional
        As in `trades_from_returns`.

    Returns
    -------
    pandas.DataFrame
        The canonical table with `risk`.

    Raises
    ------
    ParameterError
        If a multiple is not finite or would lose more than the stake, or an option is not usable.

    Examples
    --------
    >>> trades = trades_from_r_multiples([2.0, -1.0], risk=50.0)
    >>> trades["net_pnl"].tolist(), trades["risk"].tolist()
    ([100.0, -50.0], [50.0, 50.0])
    """
    stake, risk = positive("stake", stake), positive("risk", risk)
    values = _vector("multiples", multiples) * (risk / stake)
    if (values < -1.0).any():
        raise ParameterError(f"multiples times risk must not lose more than the stake, got {values.min():g} of it.")
    table = _table(values, stake, start=start, step=step, symbol=symbol)
    table["risk"] = risk
    return table


def _vector(name: str, values: ArrayLike) -> NDArray[np.float64]:
    try:
        vector = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(f"{name} must be numbers, got {values!r}.") from None
    if vector.ndim != 1:
        raise ParameterError(f"{name} must be a list of numbers, got {vector.ndim} dimensions.")
    if not np.isfinite(vector).all():
        place = int(np.flatnonzero(~np.isfinite(vector))[0])
        raise ParameterError(f"{name} must be finite, got {vector[place]} at position {place}.")
    return vector


def _table(values: NDArray[np.float64], stake: float, *, start: str, step: str, symbol: str) -> pd.DataFrame:
    try:
        first = pd.Timestamp(start)
        length = pd.Timedelta(step)
    except ValueError as error:
        raise ParameterError(f"start and step must be a time and a length such as '1D', got {error}.") from None
    first = first.tz_localize("UTC") if first.tzinfo is None else first.tz_convert("UTC")
    entry = first + length * np.arange(len(values))
    empty = empty_trades()
    net = values * stake
    known: dict[str, Any] = {
        "trade_id": [str(i + 1) for i in range(len(values))],
        "symbol": symbol,
        "entry_time": entry,
        "exit_time": entry + length,
        "stake": stake,
        "fee": 0.0,
        "funding": 0.0,
        "gross_pnl": net,
        "net_pnl": net,
        "return": values,
    }
    table = pd.DataFrame(known, index=range(len(values))).reindex(columns=empty.columns)
    return table.astype(empty.dtypes.to_dict())
