"""
The trades of a log: their net returns in the unit that a stake is asked for, and which of them share time.

A return per unit at risk needs each trade's planned loss at the stop; a return per unit of notional does not. Two
trades that are open together share their time, and often the price path, so that the second adds little. Times are UTC
stamps of the canonical table. Nothing here knows a stake.
"""

from __future__ import annotations

from typing import Literal, cast, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError

__all__ = [
    "Unit",
    "as_returns",
    "effective_trades",
    "episodes",
    "has_times",
    "net_returns",
    "non_overlapping",
    "positions",
    "refuse_prices",
    "returns_in_unit",
    "uniqueness",
    "unit_of",
]

Unit = Literal["risk", "leverage"]

# So many trades in a row that more than double what they staked are no returns.
_NEVER_DOWN = 20

# Money and quantities add up over the legs of a position.
_SUMS = ("quantity", "stake", "fee", "funding", "gross_pnl", "net_pnl", "risk")


def as_returns(returns: ArrayLike) -> NDArray[np.float64]:
    """
    Returns as a one-dimensional float array, or an error that names the first bad one.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, shares.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        If an entry is not a finite number or the shape is not one-dimensional.
    """
    try:
        r = np.asarray(returns, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError("returns must be numbers: one net return per trade, as a share.") from None
    if r.ndim != 1:
        raise ParameterError(f"returns must be one-dimensional, got shape {r.shape}.")
    bad = np.flatnonzero(~np.isfinite(r))
    if bad.size:
        raise ParameterError(f"returns[{bad[0]}] must be finite, got {r[bad[0]]}. Drop open trades first.")
    return r


def net_returns(returns: ArrayLike, *, nonempty: bool = False) -> NDArray[np.float64]:
    """
    Returns as `as_returns` takes them, or an error where they look like prices.

    For what a user gives, never for resamples: a resample may be all wins.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, shares.
    nonempty : bool, optional
        Whether at least one trade is needed.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        As in `as_returns`, if they look like prices, or if there is none and one is needed.
    """
    r = as_returns(returns)
    if nonempty and not len(r):
        raise ParameterError("returns must hold at least one trade, got none.")
    refuse_prices(r)
    return r


def refuse_prices(returns: NDArray[np.float64]) -> None:
    """
    Refuse numbers that look like prices: many, and every one above 1.

    Wins alone are a log, if one that fixes no stake; but not one trade after the other that more than doubles what it
    staked. Prices below 1 cannot be told from wins.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        If they look like prices.
    """
    if len(returns) >= _NEVER_DOWN and returns.min() > 1.0:
        raise ParameterError(
            f"returns must be changes of price, got {len(returns)} numbers above 1, which look like prices. Write "
            "prices.pct_change().dropna()."
        )


def unit_of(trades: pd.DataFrame) -> Unit:
    """
    Unit in which a log can say what to stake.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.

    Returns
    -------
    {"risk", "leverage"}
        "risk" where every trade has its planned loss, else "leverage".
    """
    return "risk" if "risk" in trades.columns and len(trades) and trades["risk"].notna().all() else "leverage"


def returns_in_unit(trades: pd.DataFrame | ArrayLike, unit: Unit) -> NDArray[np.float64]:
    """
    Net return of every trade per unit staked, in the unit asked for.

    Parameters
    ----------
    trades : pandas.DataFrame or array_like, shape (n,)
        The canonical table, or returns that are already in `unit`.
    unit : {"risk", "leverage"}
        Per unit at risk or per unit of notional.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        If the unit is unknown, a value is missing or not finite, `risk` is not above 0, or the numbers look like
        prices.
    """
    if unit not in get_args(Unit):
        raise ParameterError(f"unit must be 'risk' or 'leverage', got {unit!r}.")
    columns = getattr(trades, "columns", None)
    if columns is None:
        return net_returns(cast("ArrayLike", trades))
    table = cast("pd.DataFrame", trades)
    if unit == "risk" and "risk" in columns and table["risk"].notna().any():
        risk = table["risk"].to_numpy(dtype=np.float64, na_value=np.nan)
        bad = np.flatnonzero(~(risk > 0.0))
        if bad.size:
            raise ParameterError(
                f"column 'risk' of trade {bad[0] + 1} must be above 0, got {risk[bad[0]]}: every trade needs its "
                "planned loss at the stop, or none. Drop the column, or ask for unit='leverage'."
            )
        # A log of returns may leave the money out; where it has the stake, that is the same.
        money = table["net_pnl"].fillna(table["return"] * table["stake"]) if "stake" in columns else table["net_pnl"]
        pnl = money.to_numpy(dtype=np.float64, na_value=np.nan)
        unknown = np.flatnonzero(np.isnan(pnl))
        if unknown.size:
            raise ParameterError(
                f"column 'net_pnl' of trade {unknown[0] + 1} is missing, and without it the return per unit at risk is "
                "not known. Give net_pnl or stake, or ask for unit='leverage'."
            )
        return as_returns(pnl / risk)
    if "return" not in columns:
        raise ParameterError(f"trades need a column 'return' (has: {', '.join(map(str, columns))}).")
    return as_returns(table["return"].to_numpy(dtype=np.float64, na_value=np.nan))


def has_times(trades: object) -> bool:
    """
    Tell whether a log says when its trades were open.

    Parameters
    ----------
    trades : object
        The canonical table, or anything else.

    Returns
    -------
    bool
        True where it is a table with a complete entry and exit time in every row.
    """
    columns = getattr(trades, "columns", ())
    return (
        isinstance(trades, pd.DataFrame)
        and "entry_time" in columns
        and "exit_time" in columns
        and bool(trades[["entry_time", "exit_time"]].notna().all(axis=None))
    )


def uniqueness(trades: pd.DataFrame) -> NDArray[np.float64]:
    """
    Share of each trade's life that it had to itself: the mean of one over the number of open trades.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table; all symbols together, since markets that move together make one bet of many positions.

    Returns
    -------
    numpy.ndarray, shape (n,)
        In (0, 1]; 1 where nothing else was open.

    Raises
    ------
    ParameterError
        If a time is missing, or a trade closes before it opens.

    References
    ----------
    .. [1] Lopez de Prado, M. (2018). Advances in Financial Machine Learning, section 4.4. Wiley.

    Examples
    --------
    >>> import pandas as pd
    >>> day = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"], utc=True)
    >>> log = pd.DataFrame({"entry_time": [day[0], day[0]], "exit_time": [day[2], day[1]]})
    >>> uniqueness(log).tolist()
    [0.75, 0.5]
    """
    if not has_times(trades):
        raise ParameterError("trades need entry_time and exit_time in every row to tell which were open together.")
    starts, ends = (_stamps(trades[c]) for c in ("entry_time", "exit_time"))
    bad = np.flatnonzero(ends < starts)
    if bad.size:
        raise ParameterError(f"trade {bad[0] + 1} closes before it opens: exit_time must not be before entry_time.")
    # Whatever they trade: markets that move together make one bet of many positions, and a log does not say which do.
    return _unique(starts, ends) if len(trades) else np.ones(0)


def effective_trades(trades: pd.DataFrame) -> float:
    """
    Number of independent trades that a log with overlaps and scale-outs is worth.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.

    Returns
    -------
    float
        Sum of the trades' uniqueness: n where no two trades were open together, 1 for the legs of one
        position that all closed at once. Dependence between trades that follow each other is not counted here.

    Raises
    ------
    ParameterError
        If a time is missing, or a trade closes before it opens.
    """
    return float(uniqueness(trades).sum())


def positions(trades: pd.DataFrame) -> pd.DataFrame:
    """
    Legs of one position put together: rows that share symbol, side and entry become one trade.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.

    Returns
    -------
    pandas.DataFrame
        One row a position, in the order of the last exit; money and quantity are sums, the return is P&L on the
        sum of the stakes, or the mean where there is no stake.

    Raises
    ------
    ParameterError
        If a time is missing.
    """
    if not has_times(trades):
        raise ParameterError("trades need entry_time and exit_time in every row to tell the legs of a position.")
    keys = [c for c in ("symbol", "side", "entry_time") if c in trades.columns]
    groups = trades.groupby(keys, sort=False, dropna=False)
    table = groups.first()
    table["exit_time"] = groups["exit_time"].max()
    for column in _SUMS:
        if column in trades.columns:
            table[column] = groups[column].sum(min_count=1)
    if "return" in trades.columns:
        mean = groups["return"].mean()
        if {"net_pnl", "stake"} <= set(trades.columns):
            mean = (table["net_pnl"] / table["stake"]).where(groups.size() > 1, mean).fillna(mean)
        table["return"] = mean
    ordered = table.reset_index()[list(trades.columns)].sort_values("exit_time", kind="stable")
    return ordered.reset_index(drop=True)


def episodes(trades: pd.DataFrame, returns: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Returns of a bot that keeps several trades open, as bets that follow each other.

    A run of trades that overlap is one bet: with a stake of f on each of them the account moves by f times the
    sum of their returns. The log-optimal stake of these sums is the stake per trade that concurrent trades allow;
    taken one after the other the same trades would ask for too much.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table; all symbols together, since one account carries them.
    returns : numpy.ndarray, shape (n,)
        Return per unit staked of each row.

    Returns
    -------
    numpy.ndarray, shape (m,)
        Sums in order of time, ``m <= n``. A chain of overlaps is one bet however long it is, so that a bot which is
        never flat has one, and its stake is not identified.

    Raises
    ------
    ParameterError
        If a time is missing.
    """
    if not has_times(trades):
        raise ParameterError("trades need entry_time and exit_time in every row to tell which were open together.")
    return np.asarray(np.bincount(_runs(trades), weights=returns), dtype=np.float64)


def non_overlapping(trades: pd.DataFrame, returns: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Mean return of each run of trades that overlap: what may be counted, and put in order, as one trade.

    Trades that share their time are not independent, and their order says nothing.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table; all symbols together.
    returns : numpy.ndarray, shape (n,)
        Return per unit staked of each row.

    Returns
    -------
    numpy.ndarray, shape (m,)
        In order of time, ``m <= n``; the returns themselves where no trades overlap. Where the log does not say when
        trades were entered, those that closed at the same moment are one run.
    """
    if has_times(trades):
        runs = _runs(trades)
    elif "exit_time" in trades.columns and trades["exit_time"].notna().all():
        runs = np.unique(_stamps(trades["exit_time"]), return_inverse=True)[1].astype(np.int64)
    else:
        runs = np.arange(len(returns))
    if len(returns) == 0 or len(np.unique(runs)) == len(returns):
        return returns
    return np.asarray(np.bincount(runs, weights=returns) / np.bincount(runs), dtype=np.float64)


def _runs(trades: pd.DataFrame) -> NDArray[np.int64]:
    """Number of the run of overlapping trades that each row belongs to, from 0 in order of time."""
    starts, ends = (_stamps(trades[c]) for c in ("entry_time", "exit_time"))
    order = np.lexsort((ends, starts))
    run = np.zeros(len(order), dtype=np.int64)
    if len(order):
        reached = np.maximum.accumulate(ends[order])
        run[order] = np.cumsum(np.concatenate([[False], starts[order][1:] >= reached[:-1]]))
    return run


def _stamps(stamps: pd.Series) -> NDArray[np.int64]:
    return np.asarray(pd.DatetimeIndex(pd.to_datetime(stamps, utc=True)).as_unit("us").asi8)


def _unique(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    times = np.unique(np.concatenate([starts, ends]))
    opened = np.searchsorted(np.sort(starts), times, side="right")
    closed = np.searchsorted(np.sort(ends), times, side="right")
    count = opened - closed  # open on the stretch that begins at each time
    lengths = np.diff(times, append=times[-1]).astype(np.float64)
    area = np.concatenate([[0.0], np.cumsum(lengths / np.maximum(count, 1))])
    first, last = np.searchsorted(times, starts), np.searchsorted(times, ends)
    life = (ends - starts).astype(np.float64)
    # A trade that opens and closes within one stamp shares it with whatever is open or stamped there.
    instant = count[first] + np.searchsorted(np.sort(ends), starts, side="right")
    instant = instant - np.searchsorted(np.sort(ends), starts, side="left")
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(life > 0.0, (area[last] - area[first]) / life, 1.0 / np.maximum(instant, 1)))
