"""
Net returns of a log in the unit that a stake is asked for, and of several bots by period.

A return per unit at risk needs each trade's planned loss at the stop; a return per unit of notional does not. A
period's return is the sum over the trades that closed in it. Times are UTC. Nothing here estimates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.overlap import has_times

__all__ = [
    "Period",
    "Unit",
    "as_returns",
    "joint_returns",
    "net_returns",
    "refuse_prices",
    "returns_in_unit",
    "unit_of",
]

Unit = Literal["risk", "leverage"]
Period = Literal["D", "W", "M", "Q"]

# So many trades in a row that more than double what they staked are no returns.
_NEVER_DOWN = 20


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


def joint_returns(logs: Mapping[str, pd.DataFrame], unit: Unit = "leverage", *, period: Period = "W") -> pd.DataFrame:
    """
    Returns of several bots by period, over the time in which all of them were trading.

    Parameters
    ----------
    logs : mapping of str to pandas.DataFrame
        Name of the bot to its canonical table.
    unit : {"risk", "leverage"}, optional
        As in `kelly_from_trades`, the same for all.
    period : {"D", "W", "M", "Q"}, optional
        Day, ISO week, month or quarter (UTC). Longer than most trades last, or returns that belong together fall
        into different periods and look uncorrelated.

    Returns
    -------
    pandas.DataFrame
        A row a period, a column a bot; 0 where a bot closed nothing. `attrs["left_out"]` counts trades that closed
        outside the common time.

    Raises
    ------
    ParameterError
        If there is no log, a time is missing, or the bots never traded at the same time.
    """
    if not logs:
        raise ParameterError("logs must hold at least one bot.")
    if period not in get_args(Period):
        raise ParameterError(f"period must be 'D', 'W', 'M' or 'Q', got {period!r}.")
    spans, series = {}, {}
    for name, log in logs.items():
        if not len(log) or not has_times(log):
            raise ParameterError(f"bot {name!r} needs at least one trade, with entry_time and exit_time in every row.")
        spans[name] = (log["entry_time"].min(), log["exit_time"].max())
        exits = pd.DatetimeIndex(pd.to_datetime(log["exit_time"], utc=True)).tz_localize(None)
        series[name] = pd.Series(returns_in_unit(log, unit), index=exits.to_period(period))
    first, last = max(s[0] for s in spans.values()), min(s[1] for s in spans.values())
    if first >= last:
        times = "; ".join(f"{name} {a:%Y-%m-%d} to {b:%Y-%m-%d}" for name, (a, b) in spans.items())
        raise ParameterError(
            f"the bots never traded at the same time ({times}): how they move together is not known. Estimate each "
            "alone."
        )
    periods = pd.period_range(first.tz_localize(None), last.tz_localize(None), freq=period)
    table = pd.DataFrame({k: s.groupby(level=0).sum() for k, s in series.items()})
    inside = table.reindex(periods).fillna(0.0)
    left_out = sum(int((~s.index.isin(periods)).sum()) for s in series.values())
    inside.attrs["left_out"] = left_out
    return inside.astype(np.float64)
