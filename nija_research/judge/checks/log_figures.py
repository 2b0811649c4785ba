"""
The figures of a trade log that a claim can state, each with its interval.

Returns are net, a share of each trade's stake. Stands on: `estimate`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from nija_research import estimate
from nija_research.estimate import studentised as intervals
from nija_research.estimate.bootstrap import block_length, resamples
from nija_research.estimate.overlap import effective_trades, has_times

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["UNITS", "Figure", "LogQuantity", "figure_of"]

LogQuantity: TypeAlias = Literal[
    "trades", "total profit", "win rate", "payoff ratio", "profit factor", "mean return", "growth", "Sharpe ratio",
    "max drawdown", "Kelly stake",
]  # fmt: skip

#: Unit of each figure.
UNITS: dict[LogQuantity, str] = {
    "trades": "", "total profit": "account currency", "win rate": "%", "payoff ratio": "", "profit factor": "",
    "mean return": "% per trade", "growth": "% a year", "Sharpe ratio": "per year", "max drawdown": "%",
    "Kelly stake": "of equity",
}  # fmt: skip

_DRAWS = 2000
_FEWEST = 10  # trades below which a resample only repeats a handful of numbers
_YEAR = 365.25  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    One figure of a log.

    `found`, `low` and `high` are None where the log does not fix them, and alike where the figure is exact; `level` is
    None for an interval that does not hold its level; `missing` names what the log lacks for it.
    """

    n: int
    found: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    words: str = ""
    missing: str = ""
    years: float | None = None


def figure_of(trades: pd.DataFrame, quantity: LogQuantity, *, stake: float, level: float, rng: int) -> Figure:
    """
    Return a figure of a log with its interval.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table, at least one row.
    quantity : str
        One of `UNITS`.
    stake : float
        Share of equity on each trade, for growth and drawdown.
    level : float
        Level, a share.
    rng : int
        Seed.

    Returns
    -------
    Figure
        In the unit of `UNITS`.
    """
    n, years = len(trades), _years(trades)
    returns = trades["return"].to_numpy(dtype=float)
    effective = effective_trades(trades) if has_times(trades) else float(n)
    if quantity == "trades":
        return _exact(n, float(n))
    if quantity == "total profit":
        if trades["net_pnl"].isna().any():
            return Figure(n=n, words="A trade has no profit in money.", missing="net_pnl of every trade")
        return _exact(n, float(trades["net_pnl"].sum()))
    if quantity == "win rate":
        return replace(_win_rate(returns, effective, level), years=years)
    if n < _FEWEST:
        return Figure(n=n, words=f"{n} trades are too few for an interval; at least {_FEWEST} are needed.")
    if quantity == "Kelly stake":
        return replace(_kelly(trades, level, rng), years=years)
    if quantity in ("growth", "Sharpe ratio") and years is None:
        return Figure(n=n, words="A figure a year needs the times of the trades.", missing="times over more than a day")
    if quantity in ("growth", "max drawdown") and 1.0 + stake * returns.min() <= 0.0:
        words = "A trade loses the whole account at this stake."
        return replace(_exact(n, -100.0 if quantity == "growth" else 100.0), words=words)
    if quantity == "max drawdown":
        return _drawdown(returns, stake, rng)
    return replace(_resampled(trades, returns, quantity, stake, effective, level, rng, years), years=years)


def _resampled(
    trades: pd.DataFrame, returns: NDArray[np.float64], quantity: LogQuantity, stake: float, effective: float,
    level: float, rng: int, years: float | None,
) -> Figure:  # fmt: skip
    n = len(returns)
    a_year = n / years if years else 1.0
    money = trades["net_pnl"].to_numpy(dtype=float, na_value=np.nan)
    values = returns if np.isnan(money).any() else money
    figures: dict[str, tuple[intervals.Statistic, Callable[[float], float]]] = {
        "mean return": (intervals.mean, lambda x: 100.0 * x),
        "growth": (intervals.mean, lambda x: 100.0 * math.expm1(min(a_year * x, 700.0))),
        "Sharpe ratio": (intervals.ratio_to_spread, lambda x: math.sqrt(a_year) * x),
        "profit factor": (intervals.log_profit_factor, _exp),
        "payoff ratio": (intervals.log_payoff, _exp),
    }
    statistic, scale = figures[quantity]
    if quantity in ("mean return", "Sharpe ratio"):
        values = returns
    elif quantity == "growth":
        values = np.log1p(stake * returns)
    elif not (values > 0.0).any() or not (values < 0.0).any():
        return Figure(n=n, words="Without both wins and losses the ratio is not fixed.")
    if np.ptp(values) == 0.0:
        return Figure(n=n, words="All trades are alike: how they scatter has not been seen.")
    block = min(n, max(block_length(returns), math.ceil(n / effective - 1e-9)))
    stream = np.random.default_rng(rng)
    found = intervals.studentised(
        values, statistic, level=level, draws=_DRAWS, block=block, effective=effective, rng=stream
    )
    middle, low, high = (scale(x) for x in found)
    words = "" if n == math.floor(effective) else f"The trades overlap and count as {effective:.0f}."
    return Figure(n=n, found=middle, low=low, high=high, level=level, words=words)


def _win_rate(returns: NDArray[np.float64], effective: float, level: float) -> Figure:
    n, wins = len(returns), int((returns > 0.0).sum())
    ends = estimate.clopper_pearson(wins, n, level=level)
    if effective < n:
        wide = estimate.wilson(wins, n, level=level, effective=effective)
        ends = type(ends)(min(ends.low, wide.low), max(ends.high, wide.high))
    return Figure(n=n, found=100.0 * wins / n, low=100.0 * ends.low, high=100.0 * ends.high, level=level)


def _kelly(trades: pd.DataFrame, level: float, rng: int) -> Figure:
    unit = estimate.unit_of(trades)
    stake = estimate.kelly_from_trades(trades, unit, level=level, draws=_DRAWS, rng=rng)
    words = f"As {'a share at risk' if unit == 'risk' else 'leverage'}. {stake.why}"
    if not stake.identified:
        return Figure(n=len(trades), words=words)
    low, high = stake.interval
    return Figure(n=len(trades), found=stake.fraction, low=low, high=high, level=level, words=words)


def _drawdown(returns: NDArray[np.float64], stake: float, rng: int) -> Figure:
    grown = np.log1p(stake * returns)
    drawn = [_depths(rows) for rows in resamples(
        grown, draws=_DRAWS, block=block_length(returns), rng=np.random.default_rng(rng)
    )]  # fmt: skip
    low, high = np.quantile(np.concatenate(drawn), (0.025, 0.975))
    found = float(_depths(grown[None, :])[0])
    words = "The range is that of as many trades like these, in blocks of their order; it is known to be too short."
    low, high = 100.0 * min(low, found), 100.0 * max(high, found)
    return Figure(n=len(returns), found=100.0 * found, low=low, high=high, words=words)


def _depths(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    path = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
    deepest: NDArray[np.float64] = 1.0 - np.exp((path - np.maximum.accumulate(path, axis=1)).min(axis=1))
    return deepest


def _exact(n: int, value: float) -> Figure:
    return Figure(n=n, found=value, low=value, high=value)


def _exp(x: float) -> float:
    return math.exp(x) if x < 700.0 else math.inf


def _years(trades: pd.DataFrame) -> float | None:
    first = trades["entry_time"] if has_times(trades) else trades["exit_time"]
    days = (trades["exit_time"].max() - first.min()).total_seconds() / 86400.0
    return days / _YEAR if days > 1.0 else None
