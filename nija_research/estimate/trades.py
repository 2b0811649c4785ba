"""
Kelly from a trade log, with the interval that the log supports.

Trades are resampled in blocks and the whole estimate repeated on every sample, so that the interval contains
all that the estimator does. Fractions are shares of equity at risk or leverage, as asked for; never
annualised. Overlapping trades are taken one after the other. Stands on: `edge`, `kelly`, `errors`, `units`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast, get_args

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.edge import block_length, resamples, shrinkage
from nija_research.estimate.growth import growth_curve
from nija_research.estimate.kelly import (
    KellyEstimate,
    Method,
    Unit,
    as_returns,
    log_optimal_rows,
    stake_bound,
)
from nija_research.units import share

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["MIN_TRADES", "kelly_from_trades", "returns_in_unit", "unit_of"]

#: Below this many trades a resample only repeats a handful of numbers, and its interval is not one.
MIN_TRADES = 10

_BEYOND = (
    "As a share of equity at risk the stake is not fixed: counting the whole position as at risk, growth still rises "
    "where all of the account is staked. Give the planned loss of each trade (column risk), or ask for unit='leverage'."
)

# Points of the growth curve that the shrinkage rule interpolates.
_GRID = 513


@dataclass(frozen=True, slots=True)
class _Sample:
    """The returns, and the stake beyond which none is considered."""

    returns: NDArray[np.float64]
    bound: float
    unit: Unit
    method: Method
    level: float


def kelly_from_trades(
    trades: pd.DataFrame | ArrayLike,
    unit: Unit = "risk",
    method: Method = "log",
    *,
    level: float = 0.95,
    draws: int = 2000,
    block: int | None = None,
    rng: int | np.random.Generator = 0,
) -> KellyEstimate:
    """
    Kelly stake of a trade log, with its interval and the probability that there is no edge.

    Parameters
    ----------
    trades : pandas.DataFrame or array_like, shape (n,)
        The canonical trade table, or net returns per trade in order.
    unit : {"risk", "leverage"}, optional
        "risk": share of equity at risk, at most 1. A trade's return is taken per unit of `risk` (planned loss
        at the stop) where the table has that column, else per unit of stake, as if the whole stake could be lost.
        "leverage": notional as a multiple of equity, from the return per unit of notional.
    method : {"log", "payoff", "binary"}, optional
        "log" maximises mean log growth over the trades. "payoff" is ``p / l - q / w`` from average loss and win,
        right only when all wins and all losses are alike; "binary" is ``p - q``, right only for even money.
    level : float, optional
        Level of the interval, a share.
    draws : int, optional
        Bootstrap samples, at least 100.
    block : int, optional
        Mean block length in trades; chosen from the returns and their squares unless given.
    rng : int or numpy.random.Generator, optional
        Seed; the same seed gives the same numbers.

    Returns
    -------
    KellyEstimate
        Never negative, never above the stake at which the worst trade seen would end the account.
        Not identified with fewer than ten trades, without a losing trade, or with `unit` "risk" where growth still
        rises at a stake of the whole account.

    Raises
    ------
    ParameterError
        If an argument is out of range, or a return is missing or not finite.

    Notes
    -----
    `p_no_edge` is the share of resampled mean returns at most 0, or the one-sided Student tail with the bootstrap's
    standard error where that is larger. The interval is the percentile interval of the stationary bootstrap. It cannot
    contain a loss larger than the worst one seen, so with rare large losses its upper end is too high.

    Examples
    --------
    >>> round(kelly_from_trades([1.0] * 55 + [-1.0] * 45, block=1).fraction, 4)
    0.1
    """
    if unit not in get_args(Unit):
        raise ParameterError(f"unit must be 'risk' or 'leverage', got {unit!r}.")
    if method not in ("log", "payoff", "binary"):
        raise ParameterError(f"method must be 'log', 'payoff' or 'binary', got {method!r}.")
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 100:
        raise ParameterError(f"draws must be a whole number of at least 100, got {draws!r}.")
    if block is not None and (isinstance(block, bool) or not isinstance(block, int) or block < 1):
        raise ParameterError(f"block must be a whole number of trades of at least 1, got {block!r}.")
    if not 0.0 < share("level", level) < 1.0:
        raise ParameterError(f"level must lie between 0 and 1, got {level!r}.")
    r = returns_in_unit(trades, unit)
    sample = _Sample(r, stake_bound(r, 1.0 if unit == "risk" else None), unit, method, level)
    settled = _without_resampling(sample)
    if settled is not None:
        return settled

    length = min(len(r), block or block_length(r))
    generator = np.random.default_rng(rng)
    found, means = [], []
    for rows in resamples(r, draws=draws, block=length, rng=generator):
        found.append(_stakes(rows, sample))
        means.append(rows.mean(axis=1))
    stakes, mean = np.concatenate(found), np.concatenate(means)
    fraction = float(_stakes(r[None, :], sample)[0])
    tail = (1.0 - level) / 2.0
    low, high = (float(q) for q in np.quantile(stakes, [tail, 1.0 - tail]))
    p_no_edge = _no_edge(r, mean)
    if unit == "risk" and fraction >= sample.bound and -r.min() * sample.bound < 1.0:
        # The optimum lies beyond the whole account: 1 is the unit's edge, not an estimate.
        return replace(_open(sample, _BEYOND), p_no_edge=p_no_edge, block=length)
    grid = np.linspace(0.0, sample.bound * (1.0 - 1e-9), _GRID)
    curve = np.maximum(growth_curve(r, grid), -1e3)
    keep = shrinkage(lambda f: np.interp(f, grid, curve), stakes) if fraction > 0.0 else 0.0
    return _estimate(
        sample,
        fraction=fraction,
        interval=(low, high),
        p_no_edge=p_no_edge,
        shrunk=keep * fraction,
        why=_sentence(sample, p_no_edge),
        block=length,
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
        If a value is missing or not finite, or `risk` is not above 0.
    """
    columns = getattr(trades, "columns", None)
    if columns is None:
        return as_returns(cast("ArrayLike", trades))
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


def _stakes(rows: NDArray[np.float64], sample: _Sample) -> NDArray[np.float64]:
    if sample.method == "log":
        return log_optimal_rows(rows, sample.bound)
    win, loss = rows > 0.0, rows < 0.0
    p, q = win.mean(axis=1), loss.mean(axis=1)
    if sample.method == "binary":
        return np.asarray(np.clip(p - q, 0.0, sample.bound))
    # A resample without a loss asks for the bound, one without a win for 0, as the log-optimal stake does.
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_win = np.where(win, rows, 0.0).sum(axis=1) / win.sum(axis=1)
        mean_loss = -np.where(loss, rows, 0.0).sum(axis=1) / loss.sum(axis=1)
        stake = p / mean_loss - q / mean_win
    stake = np.where(p == 0.0, 0.0, np.where(q == 0.0, sample.bound, stake))
    return np.asarray(np.clip(stake, 0.0, sample.bound))


def _no_edge(r: NDArray[np.float64], means: NDArray[np.float64]) -> float:
    """Share of resampled means at most 0, or Student's tail with the bootstrap's error where that is larger."""
    from scipy.stats import t

    n = len(r)
    share_below = (1 + int((means <= 0.0).sum())) / (len(means) + 1)
    error = float(means.std()) * np.sqrt(n / (n - 1))
    # In few trades the bootstrap's own spread is too small, and its share of lost means with it.
    student = float(t.cdf(-r.mean() / error, n - 1)) if error > 0.0 else 0.0
    return max(share_below, student)


def _without_resampling(sample: _Sample) -> KellyEstimate | None:
    r, n, bound = sample.returns, len(sample.returns), sample.bound
    wins, losses = int((r > 0.0).sum()), int((r < 0.0).sum())
    if n == 0:
        return _open(sample, "There are no closed trades: nothing is known about the stake.")
    if wins == 0:
        why = f"None of {n} trades won: stake nothing. The size of a win was never seen, so the range is open."
        return _estimate(sample, fraction=0.0, interval=(0.0, bound), p_no_edge=None, shrunk=0.0, why=why)
    if n < MIN_TRADES:
        return _open(
            sample,
            f"{n} {'trade does' if n == 1 else 'trades do'} not fix a stake; at least {MIN_TRADES} are needed.",
        )
    if losses == 0:
        return _open(
            sample,
            f"{n} trades without a loss: the size of a loss, which sets the stake, has never been seen.",
        )
    return None


def _sentence(sample: _Sample, p_no_edge: float) -> str:
    r = sample.returns
    losses = int((r < 0.0).sum())
    text = f"{len(r)} trades, {int((r > 0.0).sum())} won; mean return {r.mean():+.4f} per unit staked"
    if losses <= 3:
        which = "losing trade fixes" if losses == 1 else "losing trades fix"
        text += f"; {losses} {which} the worst case: the interval is too narrow"
    if p_no_edge > 0.05:
        text += f"; no edge at all has probability {p_no_edge:.2f}, so a stake of 0 cannot be ruled out"
    return text + "."


def _open(sample: _Sample, why: str) -> KellyEstimate:
    interval = (0.0, sample.bound)
    return _estimate(sample, fraction=None, interval=interval, p_no_edge=None, shrunk=None, why=why)


def _estimate(
    sample: _Sample,
    *,
    fraction: float | None,
    interval: tuple[float, float],
    p_no_edge: float | None,
    shrunk: float | None,
    why: str,
    block: int = 0,
) -> KellyEstimate:
    return KellyEstimate(
        fraction=fraction,
        interval=interval,
        p_no_edge=p_no_edge,
        shrunk=shrunk,
        n=len(sample.returns),
        unit=sample.unit,
        method=sample.method,
        identified=fraction is not None,
        why=why,
        level=sample.level,
        block=block,
    )
