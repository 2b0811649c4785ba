"""
Does acting on regimes pay, and how late are they detected?

A position is a multiple of equity in the asset, decided at the close of a bar and held over the bar `delay` bars later;
what is not in the asset earns the risk-free rate, every change costs. Sharpe ratios are of the excess over that rate,
drawdowns of compounded equity including its start. Intervals resample the bars in blocks, the same blocks for every
column; at a few years of daily data such intervals are too short. Risk-free rates are annual shares (0.05 is 5 %) as
quoted; a quotation enters once it has been published, and stays until the next. Detection compares the classes named
online with the ones seen afterwards (which may be `Hindsight`: nothing is traded there).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.bootstrap import block_length, resamples
from nija_research.estimate.regimes.series import as_series, refuse_hindsight, runs
from nija_research.rng import generator
from nija_research.units import count, positive, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Detection", "detection_lag", "net_returns", "placebo", "rate_per_bar", "value_table"]

#: A return of this size at the median bar is in percent, not a share.
_PERCENT = 0.2


def net_returns(
    returns: ArrayLike,
    position: ArrayLike,
    *,
    delay: int = 1,
    cost: float = 0.0005,
    rate: ArrayLike = 0.0,
) -> NDArray[np.float64]:
    """
    Net return of every bar for positions decided earlier.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Simple returns of the asset per bar, shares.
    position : array_like, shape (n,)
        Multiple of equity in the asset, decided at the close of each bar; NaN is no position.
    delay : int, optional
        Bars between the decision and the bar it is held over, 1 or more.
    cost : float, optional
        Share of the amount traded that each change costs.
    rate : float or array_like, shape (n,), optional
        Risk-free return per bar.

    Returns
    -------
    numpy.ndarray, shape (n,)
        The first `delay` bars earn the rate.

    Raises
    ------
    ParameterError
        If `position` was made with hindsight, shapes differ, `delay` is below 1 (that would trade on the bar that
        decides), or `returns` are in percent.
    """
    refuse_hindsight("position", position)
    r, holding = simple_returns(returns), _delayed(position, delay)
    if holding.shape != r.shape:
        raise ParameterError(f"position must have one value for each of {len(r)} bars, got shape {holding.shape}.")
    free = np.broadcast_to(np.asarray(rate, dtype=np.float64), r.shape)
    traded = np.abs(np.diff(holding, prepend=0.0))
    return np.asarray(holding * r + (1.0 - holding) * free - share("cost", cost, high=0.1) * traded)


def _delayed(position: ArrayLike, delay: int) -> NDArray[np.float64]:
    """Position held over each bar: the one decided `delay` bars before."""
    count("delay", delay, low=1)  # no one trades a bar they have seen
    decided = np.asarray(position, dtype=np.float64)
    decided = np.where(np.isnan(decided), 0.0, decided)
    if decided.ndim != 1 or not np.isfinite(decided).all():
        raise ParameterError("position must be finite numbers, one for each bar.")
    return np.concatenate([np.zeros(delay), decided])[: len(decided)]


def simple_returns(returns: ArrayLike) -> NDArray[np.float64]:
    """Simple returns that can be compounded, or an error that names the unit."""
    r = as_series(returns)
    if r.min() <= -1.0 or np.median(np.abs(r)) > _PERCENT:
        raise ParameterError(
            f"returns must be shares that can be compounded, got {r.min():g} at the least and {np.median(np.abs(r)):g} "
            "at the median: 1.3 percent is written 0.013."
        )
    return r


def value_table(
    returns: ArrayLike,
    positions: Mapping[str, ArrayLike],
    *,
    start: int = 0,
    delay: int = 1,
    cost: float = 0.0005,
    rate: ArrayLike = 0.0,
    periods: float = 252.0,
    level: float = 0.95,
    draws: int = 1000,
    rng: int | np.random.Generator = 0,
) -> pd.DataFrame:
    """
    Compare positions by what they would have earned.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Simple returns of the asset per bar, shares.
    positions : mapping of str to array_like, shape (n,)
        Name to positions, as in `net_returns`; differences are taken to the first.
    start : int, optional
        First bar that counts, so that all are judged on the same bars.
    delay, cost, rate
        As in `net_returns`.
    periods : float, optional
        Bars in a year: 252 for shares, 365 for crypto.
    level : float, optional
        Level of the intervals, a share.
    draws : int, optional
        Bootstrap samples.
    rng : int or numpy.random.Generator, optional
        Seed.

    Returns
    -------
    pandas.DataFrame
        One row a name: name, sharpe, sharpe_low, sharpe_high (a year), difference, difference_low, difference_high (of
        Sharpe ratios to the first), growth, growth_low, growth_high (compounded, a year), volatility (a year),
        drawdown (worst, share), exposure (mean position), turnover (a year). A position that never moves has no Sharpe
        ratio (NaN). The drawdown has no interval: it is one extreme of one path, and blocks put together anew break the
        long falls it is made of.

    Raises
    ------
    ParameterError
        As in `net_returns`.
    """
    r = simple_returns(returns)[start:]
    free = np.broadcast_to(np.asarray(rate, dtype=np.float64), (len(r) + start,))[start:]
    terms: dict[str, Any] = {"delay": delay, "cost": cost, "rate": rate}
    net = np.column_stack([net_returns(returns, p, **terms)[start:] for p in positions.values()])
    holding = np.column_stack([_delayed(p, delay)[start:] for p in positions.values()])
    excess, root = net - free[:, None], np.sqrt(positive("periods", periods))
    sharpe = _ratio(excess) * root
    tails = [(1.0 - share("level", level)) / 2.0, (1.0 + level) / 2.0]
    block = block_length(r)
    sampled = _resampled(excess, draws, block, rng) * root
    low, high = np.quantile(sampled, tails, axis=0)
    difference_low, difference_high = np.quantile(sampled - sampled[:, [0]], tails, axis=0)
    # What is lost altogether stays lost: its logarithm stands for minus infinity.
    logs = np.log(np.maximum(1.0 + net, 1e-300))
    growth_low, growth_high = np.expm1(periods * np.quantile(_means(logs, draws, block, rng), tails, axis=0))
    equity = np.vstack([np.ones(net.shape[1]), np.cumprod(1.0 + net, axis=0)])
    # Once an account is gone it stays gone.
    equity = np.where(np.minimum.accumulate(equity, axis=0) > 0.0, equity, 0.0)
    return pd.DataFrame(
        {
            "name": list(positions),
            "sharpe": sharpe,
            "sharpe_low": low,
            "sharpe_high": high,
            "difference": sharpe - sharpe[0],
            "difference_low": difference_low,
            "difference_high": difference_high,
            "growth": equity[-1] ** (periods / len(r)) - 1.0,
            "growth_low": growth_low,
            "growth_high": growth_high,
            "volatility": excess.std(axis=0, ddof=1) * root,
            "drawdown": (1.0 - equity / np.maximum.accumulate(equity, axis=0)).max(axis=0),
            "exposure": holding.mean(axis=0),
            "turnover": np.abs(np.diff(holding, axis=0)).sum(axis=0) * periods / len(r),
        }
    )


def _ratio(excess: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over standard deviation of each column; NaN where nothing moves, but for rounding."""
    deviation = excess.std(axis=0, ddof=1)
    moves = deviation > 1e-12 * (1e-9 + np.abs(excess).max(axis=0))
    return np.asarray(np.where(moves, excess.mean(axis=0) / np.where(moves, deviation, 1.0), np.nan))


def _resampled(
    excess: NDArray[np.float64], draws: int, block: int, rng: int | np.random.Generator
) -> NDArray[np.float64]:
    """Ratio of each column (draws, m), the same bars drawn for all columns."""
    n = len(excess)
    mean, square = np.split(_means(np.column_stack([excess, excess * excess]), draws, block, rng), 2, axis=1)
    deviation = np.sqrt(np.maximum(square - mean * mean, 0.0) * n / (n - 1))
    moves = deviation > 1e-12
    return np.asarray(np.where(moves, mean / np.where(moves, deviation, 1.0), np.nan))


def _means(columns: NDArray[np.float64], draws: int, block: int, rng: int | np.random.Generator) -> NDArray[np.float64]:
    """Mean of each column (draws, m): sums per draw as products with how often each bar was drawn."""
    n = len(columns)
    counts = (_recent_counts if isinstance(rng, int) else _counts)(n, draws, block, rng)
    return np.concatenate([part.astype(np.float64) @ columns / n for part in np.split(counts, range(250, draws, 250))])


def _counts(n: int, draws: int, block: int, rng: int | np.random.Generator) -> NDArray[np.uint16]:
    """How often each of `n` bars is drawn in each of `draws` samples (draws, n)."""
    drawn = resamples(np.arange(n, dtype=np.float64), draws=draws, block=block, rng=generator(rng))
    rows = (np.bincount(row, minlength=n) for part in drawn for row in part.astype(np.int64))
    return np.array([row.astype(np.uint16) for row in rows])


#: The last draws, since one history is usually judged many times with one seed.
_recent_counts = lru_cache(maxsize=1)(_counts)


def placebo(
    returns: ArrayLike,
    position: ArrayLike,
    *,
    start: int = 0,
    shift: int = 63,
    delay: int = 1,
    cost: float = 0.0005,
    rate: ArrayLike = 0.0,
    periods: float = 252.0,
) -> tuple[NDArray[np.float64], float]:
    """
    Sharpe ratios of the same positions at other times: what labels without information would have earned.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Simple returns of the asset per bar, shares.
    position : array_like, shape (n,)
        As in `net_returns`.
    start : int, optional
        First bar that counts; positions are rotated from there on.
    shift : int, optional
        Bars between one placebo and the next, and at least this far from the true place.
    delay, cost, rate, periods
        As in `value_table`.

    Returns
    -------
    numpy.ndarray, shape (m,)
        Sharpe ratio of each placebo, a year.
    float
        Share of them, the true one counted among them, that did at least as well: small when the timing matters.
    """
    refuse_hindsight("position", position)
    r = simple_returns(returns)[start:]
    here = np.asarray(position, dtype=np.float64)[start:]
    free = np.broadcast_to(np.asarray(rate, dtype=np.float64), (len(r) + start,))[start:]
    shifted = [here, *(np.roll(here, k) for k in range(shift, len(here) - shift + 1, shift))]
    net = np.column_stack([net_returns(r, p, delay=delay, cost=cost, rate=free) for p in shifted])
    sharpe = _ratio(net - free[:, None]) * np.sqrt(periods)
    return sharpe[1:], float((sharpe >= sharpe[0]).mean())


@dataclass(frozen=True, slots=True)
class Detection:
    """
    Spells of stress, and how late they were detected.

    Attributes
    ----------
    spells : pandas.DataFrame
        One row a spell seen afterwards: begin (bar), length (bars), lag (bars from its begin until it was called
        online; 0 if it was called already, NaN if it never was while it lasted).
    missed : int
        Spells never called while they lasted.
    false_alarms : int
        Spells called online without a single bar of stress seen afterwards.
    median_lag : float
        Bars, over the spells that were called; NaN if none was.
    """

    spells: pd.DataFrame
    missed: int
    false_alarms: int
    median_lag: float

    def summary(self) -> pd.Series:
        """
        Count the spells.

        Returns
        -------
        pandas.Series
            spells (seen afterwards), missed, false_alarms, median_lag (bars).
        """
        facts = {"spells": len(self.spells), "missed": self.missed, "false_alarms": self.false_alarms}
        return pd.Series(facts | {"median_lag": self.median_lag}, dtype=object)

    def to_frame(self) -> pd.DataFrame:
        """
        One row a spell.

        Returns
        -------
        pandas.DataFrame
            `spells`, a copy.
        """
        return self.spells.copy()


def detection_lag(online: ArrayLike, afterwards: ArrayLike, *, least: int = 5) -> Detection:
    """
    Compare what was called with what is seen afterwards.

    Parameters
    ----------
    online, afterwards : array_like of int, shape (n,)
        Class of each bar: 0 calm, 1 or more stress, below 0 not known.
    least : int, optional
        Spells shorter than this many bars do not count.

    Returns
    -------
    Detection

    Raises
    ------
    ParameterError
        If shapes differ.
    """
    called, stress = np.asarray(online) > 0, np.asarray(afterwards) > 0
    if called.shape != stress.shape or called.ndim != 1:
        raise ParameterError(f"online and afterwards must have one shape (n,), got {called.shape} and {stress.shape}.")
    rows = []
    for begin, end in runs(stress, least):
        hits = np.flatnonzero(called[begin:end])
        rows.append((begin, end - begin, float(hits[0]) if hits.size else np.nan))
    table = pd.DataFrame(rows, columns=["begin", "length", "lag"]).astype({"lag": float})
    false = sum(not stress[begin:end].any() for begin, end in runs(called, least))
    lags = table["lag"].dropna()
    return Detection(table, int(table["lag"].isna().sum()), false, float(lags.median()) if len(lags) else np.nan)


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
    values = np.atleast_1d(np.asarray(rate, dtype=np.float64))
    if not np.isfinite(values).all():
        raise ParameterError("rate must be finite. Leave out days without a quotation: the last one stays.")
    if np.abs(values).max(initial=0.0) >= _HIGHEST:
        worst = values[np.abs(values).argmax()]
        raise ParameterError(f"rate must be a share a year, got {worst:g}: 4.5 percent is written 0.045.")
    per_bar = values / positive("periods", periods)
    if not isinstance(rate, pd.Series):
        return np.full(len(time), per_bar[0])
    index = rate.index
    if not isinstance(index, pd.DatetimeIndex) or not (index.is_monotonic_increasing and index.is_unique):
        raise ParameterError("rate must be indexed by times in ascending order, each once.")
    if (index.tz is None) != (time.tz is None):
        raise ParameterError("rate and bars must both have a time zone, or neither. Write .tz_localize('UTC').")
    known = np.searchsorted((index + pd.Timedelta(lag)).as_unit("ns").asi8, time.as_unit("ns").asi8, side="right")
    return np.asarray(np.concatenate([[0.0], per_bar])[known])
