"""
`log`: statements about one's own trade log, with the interval that the log supports.

``nija claims --register mine.toml --trades my.csv``. Returns are net, a share of each trade's stake. Without a log the
verdict says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from nija_research import estimate
from nija_research.errors import ParameterError
from nija_research.estimate.kelly import interval as intervals
from nija_research.estimate.kelly.bootstrap import block_length, resamples
from nija_research.estimate.kelly.returns import effective_trades, has_times
from nija_research.interval import Interval
from nija_research.judge.checks.exact import STRICT
from nija_research.judge.judging import JudgeInputs
from nija_research.judge.verdict import INCONCLUSIVE, NOT_TESTABLE, Finding, Region, Relation, number, region
from nija_research.units import share

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["UNITS", "Figure", "Log", "LogQuantity", "figure_of", "log"]

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

    Attributes
    ----------
    n : int
        Trades.
    interval : Interval or None
        The figure with its ends, alike where it is exact; None where the log does not fix it. Its level is NaN where
        the interval does not hold one.
    words : str
        Added to the reason.
    missing : str
        What the log lacks for it.
    years : float or None
        Of the log, where more of them would narrow the interval.
    """

    n: int
    interval: Interval | None = None
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
        return Figure(n=n, interval=Interval(float(n), float(n), float(n)))
    if quantity == "total profit":
        if trades["net_pnl"].isna().any():
            return Figure(n=n, words="A trade has no profit in money.", missing="net_pnl of every trade")
        total = float(trades["net_pnl"].sum())
        return Figure(n=n, interval=Interval(total, total, total))
    if quantity == "win rate":
        return Figure(n=n, interval=_win_rate(returns, effective, level), years=years)
    if n < _FEWEST:
        return Figure(n=n, words=f"{n} trades are too few for an interval; at least {_FEWEST} are needed.")
    if quantity == "Kelly stake":
        return _kelly(trades, level, rng, years)
    if quantity in ("growth", "Sharpe ratio") and years is None:
        return Figure(n=n, words="A figure a year needs the times of the trades.", missing="times over more than a day")
    if quantity in ("growth", "max drawdown") and 1.0 + stake * returns.min() <= 0.0:
        lost = -100.0 if quantity == "growth" else 100.0
        return Figure(n=n, interval=Interval(lost, lost, lost), words="A trade loses the whole account at this stake.")
    if quantity == "max drawdown":
        words = "The range is that of as many trades like these, in blocks of their order; it is known to be too short."
        return Figure(n=n, interval=_drawdown(returns, stake, rng), words=words)
    block = min(n, max(block_length(returns), math.ceil(n / effective - 1e-9)))
    values, statistic, scale = _statistic(trades, quantity, stake, n / years if years else 1.0)
    if statistic is None:
        return Figure(n=n, words="Without both wins and losses the ratio is not fixed.")
    if np.ptp(values) == 0.0:
        return Figure(n=n, words="All trades are alike: how they scatter has not been seen.")
    stream = np.random.default_rng(rng)
    interval = intervals.studentised(
        values, statistic, level=level, draws=_DRAWS, block=block, effective=effective, rng=stream
    )
    words = "" if n == math.floor(effective) else f"The trades overlap and count as {effective:.0f}."
    low, high = interval
    scaled = Interval(scale(interval.value), scale(low), scale(high), level)
    return Figure(n=n, interval=scaled, words=words, years=years)


def _statistic(
    trades: pd.DataFrame, quantity: LogQuantity, stake: float, a_year: float
) -> tuple[NDArray[np.float64], intervals.Statistic | None, Callable[[float], float]]:
    """Values, what is taken of them, and what makes a figure of it; no statistic where they do not fix one."""
    returns = trades["return"].to_numpy(dtype=float)
    if quantity == "mean return":
        return returns, intervals.mean, lambda x: 100.0 * x
    if quantity == "Sharpe ratio":
        return returns, intervals.ratio_to_spread, lambda x: math.sqrt(a_year) * x
    if quantity == "growth":
        return np.log1p(stake * returns), intervals.mean, lambda x: 100.0 * math.expm1(min(a_year * x, 700.0))
    money = trades["net_pnl"].to_numpy(dtype=float, na_value=np.nan)
    values = returns if np.isnan(money).any() else money
    ratio = intervals.log_profit_factor if quantity == "profit factor" else intervals.log_payoff
    fixed = (values > 0.0).any() and (values < 0.0).any()
    return values, ratio if fixed else None, lambda x: math.exp(x) if x < 700.0 else math.inf


def _win_rate(returns: NDArray[np.float64], effective: float, level: float) -> Interval:
    n, wins = len(returns), int((returns > 0.0).sum())
    low, high = estimate.clopper_pearson(wins, n, level=level)
    if effective < n:
        wide = estimate.wilson(wins, n, level=level, effective=effective)
        low, high = min(low, wide.low), max(high, wide.high)
    return Interval(100.0 * wins / n, 100.0 * low, 100.0 * high, level)


def _kelly(trades: pd.DataFrame, level: float, rng: int, years: float | None) -> Figure:
    unit = estimate.unit_of(trades)
    stake = estimate.kelly_from_trades(trades, unit, level=level, draws=_DRAWS, rng=rng)
    words = f"As {'a share at risk' if unit == 'risk' else 'leverage'}. {stake.why}"
    if stake.fraction is None:
        return Figure(n=len(trades), words=words)
    low, high = stake.interval
    return Figure(n=len(trades), interval=Interval(stake.fraction, low, high, level), words=words, years=years)


def _drawdown(returns: NDArray[np.float64], stake: float, rng: int) -> Interval:
    grown = np.log1p(stake * returns)
    drawn = [_depths(rows) for rows in resamples(
        grown, draws=_DRAWS, block=block_length(returns), rng=np.random.default_rng(rng)
    )]  # fmt: skip
    low, high = np.quantile(np.concatenate(drawn), (0.025, 0.975))
    depth = float(_depths(grown[None, :])[0])
    return Interval(100.0 * depth, 100.0 * min(low, depth), 100.0 * max(high, depth))


def _depths(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    path = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
    deepest: NDArray[np.float64] = 1.0 - np.exp((path - np.maximum.accumulate(path, axis=1)).min(axis=1))
    return deepest


def _years(trades: pd.DataFrame) -> float | None:
    first = trades["entry_time"] if has_times(trades) else trades["exit_time"]
    days = (trades["exit_time"].max() - first.min()).total_seconds() / 86400.0
    return days / _YEAR if days > 1.0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """
    What is stated of the trades.

    Attributes
    ----------
    quantity : str
        One of `UNITS`, which has the unit of each.
    relation, value, digits, within
        As in a part.
    symbol : str or None
        Only trades of this symbol.
    stake : float
        Share of equity put on each trade, for growth and drawdown; 1 is all of it.
    """

    __pydantic_config__ = STRICT

    quantity: LogQuantity
    relation: Relation
    value: float | list[float]
    digits: int | None = None
    within: float | None = None
    symbol: str | None = None
    stake: float = 1.0

    def __post_init__(self) -> None:
        self.region()
        if share("stake", self.stake) == 0.0:
            raise ParameterError("stake must be above 0: write 10 % of equity as 0.10")

    def region(self) -> Region:
        """Return the values that the claim allows."""
        unit = UNITS[self.quantity]
        return region(self.relation, self.value, unit=unit, digits=self.digits, within=self.within)


def log(form: Log, inputs: JudgeInputs) -> Finding:
    """
    Judge a statement about a trade log.

    Parameters
    ----------
    form : Log
        The statement.
    inputs : JudgeInputs
        The log, the level of intervals and the seed of resamples.

    Returns
    -------
    Finding
        Supported or refuted where the whole interval says so; `years_needed` where it does not, if the log has times.
    """
    stated = form.region()
    if inputs.trades is None:
        return _none(stated, "No trade log was given. Missing: --trades FILE.", "A trade log: --trades FILE.")
    trades = inputs.trades
    if form.symbol is not None:
        trades = trades[trades["symbol"] == form.symbol]
    if not len(trades):
        which = f" of {form.symbol}" if form.symbol else ""
        return _none(stated, f"The log has no trade{which}. Missing: trades{which}.", f"Trades{which}.")
    figure = figure_of(trades, form.quantity, stake=form.stake, level=inputs.level, rng=inputs.rng)
    if figure.missing:
        return _none(stated, f"{figure.words} Missing: {figure.missing}.", f"The log with {figure.missing}.")
    if figure.interval is None:
        reason, unit = figure.words, UNITS[form.quantity]
        return Finding(verdict=INCONCLUSIVE, stated=stated.words, unit=unit, reason=reason, change="More trades.")
    interval = figure.interval
    verdict = stated.verdict(*interval)
    years = _years_needed(figure, interval, stated) if verdict == INCONCLUSIVE else None
    exact = interval.low == interval.high
    low, high = (None if exact or not math.isfinite(x) else x for x in interval)
    return Finding(
        verdict=verdict,
        stated=stated.words,
        found=interval.value,
        low=low,
        high=high,
        level=None if math.isnan(interval.level) else interval.level,
        unit=UNITS[form.quantity],
        stated_low=stated.ends[0],
        stated_high=stated.ends[1],
        reason=_sentence(figure, interval, form),
        change="More trades." if years is None else f"About {number(float(f'{years:.2g}'))} years of such trades.",
        years_needed=years,
    )


def _none(stated: Region, reason: str, change: str) -> Finding:
    return Finding(verdict=NOT_TESTABLE, stated=stated.words, reason=reason, change=change)


def _sentence(figure: Figure, interval: Interval, form: Log) -> str:
    unit = f" {UNITS[form.quantity]}".rstrip()
    value, low, high = (
        number(float(f"{x:.4g}")) if math.isfinite(x) else "no end" for x in (interval.value, *interval)
    )
    of = "" if form.quantity == "trades" else f" of {figure.n} trades"
    words = f"{form.quantity[0].upper()}{form.quantity[1:]}{of}: {value}{unit}"
    if interval.low != interval.high:
        level = "resampled in blocks" if math.isnan(interval.level) else f"{100 * interval.level:g} % interval"
        words += f", {level} {low} to {high}"
    return f"{words}. {figure.words}".rstrip()


def _years_needed(figure: Figure, interval: Interval, stated: Region) -> float | None:
    """Years at which an interval that narrows with the root of time no longer reaches the claim's nearest edge."""
    value, (low, high) = interval.value, interval
    edges = [edge for edge in (stated.low, stated.high) if math.isfinite(edge)]
    edge = min(edges, key=lambda e: abs(e - value))
    half = value - low if edge < value else high - value
    if figure.years is None or math.isnan(interval.level) or edge == value or not math.isfinite(half):
        return None
    return figure.years * (half / (edge - value)) ** 2
