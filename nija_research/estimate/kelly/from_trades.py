"""
Kelly from a trade log, with the interval that the log supports.

Trades are resampled in blocks; overlapping ones lengthen the blocks and count for less than one. Fractions are shares
of equity at risk or leverage, as asked for; never annualised.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.bootstrap import block_length, resamples, shrinkage, variance_ratio
from nija_research.estimate.kelly.formulas import KellyEstimate, Method, log_optimal_rows, stake_bound
from nija_research.estimate.kelly.growth import growth_curve
from nija_research.estimate.kelly.interval import LARGE, stake_interval
from nija_research.estimate.kelly.permutation import stake_weighting
from nija_research.estimate.kelly.returns import Unit, effective_trades, episodes, has_times, returns_in_unit
from nija_research.interval import Interval
from nija_research.rng import generator
from nija_research.units import count, inside

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MIN_TRADES", "kelly_concurrent", "kelly_from_trades"]

IntervalKind = Literal["studentised", "percentile"]

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
    effective: float
    bound: float
    unit: Unit
    method: Method
    level: float
    notes: tuple[str, ...] = ()


def kelly_from_trades(
    trades: pd.DataFrame | ArrayLike,
    unit: Unit = "risk",
    method: Method = "log",
    *,
    level: float = 0.95,
    draws: int = 2000,
    block: int | None = None,
    interval: IntervalKind = "studentised",
    rng: int | np.random.Generator = 0,
) -> KellyEstimate:
    """
    Kelly stake of a trade log, with its interval and how often no edge would look as good.

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
        Mean block length in trades; chosen from the returns and their squares unless given, and never below the
        number of trades that are open together.
    interval : {"studentised", "percentile"}, optional
        How the interval of method "log" is made. The percentile interval is shorter and covers less than it says.
    rng : int or numpy.random.Generator, optional
        Seed; the same seed gives the same numbers.

    Returns
    -------
    KellyEstimate
        Never negative, never above the stake at which the worst trade seen would end the account.
        Not identified with fewer than ten trades, or trades so overlapping that they are worth fewer than ten,
        without a losing trade, or with `unit` "risk" where growth still rises at a stake of the whole account.

    Raises
    ------
    ParameterError
        If an argument is out of range, a return is missing or not finite, or the numbers look like prices.

    Notes
    -----
    The interval is studentised (see `interval`), and `p_no_edge` is asked of the same resamples: the interval of method
    "log" holds 0 exactly where `p_no_edge` is above half of ``1 - level``. It is a p-value, not a belief: of logs
    without an edge about 5 % or fewer have one of 0.05, somewhat more where few trades depend on each other.
    "payoff" and "binary", which are here for comparison, always have the percentile interval, and the same `p_no_edge`.
    No interval can contain what a loss larger than the worst one seen would do; docs/coverage.md says how often each
    holds the true stake. Above 2,000 trades resamples give way to their expansion. Trades that overlap are taken one
    after the other, with blocks as long as the overlap: for the stake of a bot that keeps several trades open, use
    `kelly_concurrent`.

    Examples
    --------
    >>> round(kelly_from_trades([1.0] * 55 + [-1.0] * 45, block=1).fraction, 4)
    0.1
    """
    if method not in ("log", "payoff", "binary"):
        raise ParameterError(f"method must be 'log', 'payoff' or 'binary', got {method!r}.")
    draws = count("draws", draws, low=100)
    if block is not None:
        block = count("block", block, low=1, of="trades")
    if interval not in get_args(IntervalKind):
        raise ParameterError(f"interval must be 'studentised' or 'percentile', got {interval!r}.")
    level, stream = inside("level", level), generator(rng)
    r = returns_in_unit(trades, unit)
    effective = effective_trades(cast("pd.DataFrame", trades)) if has_times(trades) else float(len(r))
    bound = stake_bound(r, 1.0 if unit == "risk" else None)
    sample = _Sample(r, effective, bound, unit, method, level, _notes(trades))
    settled = _without_resampling(sample)
    if settled is not None:
        return settled

    together = int(np.ceil(len(r) / effective - 1e-9))
    length = min(len(r), max(block or block_length(r), together))
    reach = 2 * length if length > 1 else 1
    if block is None:
        # In few trades the choice misses mild dependence: the error looks for it over at least so many trades.
        reach = max(reach, int(np.ceil(len(r) ** (1.0 / 3.0))))
    fraction = float(_stakes(r[None, :], sample)[0])
    stakes = _scatter(sample, fraction, draws, length, stream)
    best = fraction if method == "log" else float(log_optimal_rows(r[None, :], bound)[0])
    ends, p_no_edge = stake_interval(
        r, best, bound, level=level, draws=draws, block=length, reach=reach, effective=effective, rng=stream
    )
    low, high = ends
    if method != "log" or interval == "percentile":
        tail = (1.0 - level) / 2.0
        low, high = (float(q) for q in np.quantile(stakes, [tail, 1.0 - tail]))
    if unit == "risk" and fraction >= bound and -r.min() * bound < 1.0:
        # The optimum lies beyond the whole account: 1 is the unit's edge, not an estimate.
        return replace(_open(sample, _BEYOND), p_no_edge=p_no_edge, block=length)
    keep = _keep(r, stakes, bound) if fraction > 0.0 else 0.0
    estimate = _estimate(sample, fraction, (low, high), _sentence(sample, low, p_no_edge))
    return replace(estimate, p_no_edge=p_no_edge, shrunk=keep * fraction, block=length)


def kelly_concurrent(
    trades: pd.DataFrame,
    unit: Unit = "risk",
    *,
    level: float = 0.95,
    draws: int = 2000,
    rng: int | np.random.Generator = 0,
) -> KellyEstimate:
    """
    Stake per trade of one bot that keeps several trades open at once.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table, with entry and exit times.
    unit : {"risk", "leverage"}, optional
        As in `kelly_from_trades`.
    level, draws, rng : optional
        As in `kelly_from_trades`.

    Returns
    -------
    KellyEstimate
        `n` counts trades, `effective` the runs of overlapping trades, which are the bets.

    Raises
    ------
    ParameterError
        If a time or a return is missing, or an argument is out of range.

    Notes
    -----
    Each run of trades that overlap is one bet on the sum of their returns (see `episodes`): the stake is the one
    that, put on every trade of a run, would have grown fastest.
    """
    r = returns_in_unit(trades, unit)
    bets = episodes(trades, r)
    estimate = kelly_from_trades(bets, unit, level=level, draws=draws, rng=rng)
    notes = _notes(trades)
    if len(bets) == len(r):
        return replace(estimate, notes=notes, why=" ".join([*notes, estimate.why]))
    runs = f"{len(r)} trades in {len(bets)} runs that overlap; each run is one bet."
    why = " ".join([*notes, runs, estimate.why])
    return replace(estimate, n=len(r), effective=float(len(bets)), why=why, notes=notes)


def _scatter(sample: _Sample, fraction: float, draws: int, block: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Stakes that resampled logs ask for."""
    r, n = sample.returns, len(sample.returns)
    if n <= LARGE or sample.method != "log":
        return np.concatenate([_stakes(rows, sample) for rows in resamples(r, draws=draws, block=block, rng=rng)])
    # One Newton step from the estimate: the stake's error is that of the mean score over the curvature.
    inner = min(fraction, 0.98 * sample.bound)
    score = r / (1.0 + inner * r)
    error = float(score.std() / np.square(score).mean()) * float(np.sqrt(variance_ratio(score, block) / n))
    return np.clip(fraction + error * rng.standard_normal(draws), 0.0, sample.bound)


def _keep(r: NDArray[np.float64], stakes: NDArray[np.float64], bound: float) -> float:
    most = min(bound * (1.0 - 1e-9), float(stakes.max()))
    grid = np.linspace(0.0, most, _GRID if len(r) <= LARGE else _GRID // 8)
    curve = np.maximum(growth_curve(r, grid), -1e3)
    return shrinkage(lambda f: np.interp(f, grid, curve), np.minimum(stakes, most))


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


def _without_resampling(sample: _Sample) -> KellyEstimate | None:
    r, n = sample.returns, len(sample.returns)
    wins, losses = int((r > 0.0).sum()), int((r < 0.0).sum())
    if n == 0:
        return _open(sample, "There are no closed trades: nothing is known about the stake.")
    if wins == 0:
        why = f"None of {n} trades won: stake nothing. The size of a win was never seen, so the range is open."
        return replace(_estimate(sample, 0.0, (0.0, _reach(sample)), why), shrunk=0.0)
    if n < MIN_TRADES:
        does = "trade does" if n == 1 else "trades do"
        return _open(sample, f"{n} {does} not fix a stake; at least {MIN_TRADES} are needed.")
    if sample.effective < MIN_TRADES:
        why = (
            f"{n} trades that overlap are worth {sample.effective:.1f} independent ones; at least {MIN_TRADES} are "
            "needed to fix a stake."
        )
        return _open(sample, why)
    if losses == 0:
        why = f"{n} trades without a loss: the size of a loss, which sets the stake, has never been seen."
        return _open(sample, why)
    return None


def _sentence(sample: _Sample, low: float, p_no_edge: float) -> str:
    r = sample.returns
    losses = int((r < 0.0).sum())
    text = f"{len(r)} trades, {int((r > 0.0).sum())} won; mean return {r.mean():+.4f} per unit staked"
    if sample.effective < 0.95 * len(r):
        text += f"; they overlap and are worth {sample.effective:.0f}"
    if losses <= 3:
        which = "losing trade fixes" if losses == 1 else "losing trades fix"
        text += f"; {losses} {which} the worst case: the interval is too narrow"
    if low <= 0.0:
        text += f"; a stake of 0 is not ruled out: without an edge as good a log has probability {p_no_edge:.2f}"
    return text + "."


def _notes(trades: object) -> tuple[str, ...]:
    """Where the account says something else than the average trade."""
    columns = set(getattr(trades, "columns", ()))
    if not {"stake", "return"} <= columns:
        return ()
    table = cast("pd.DataFrame", trades)
    sized = table[table["stake"].notna() & table["return"].notna()]
    if (
        len(sized) < 2
        or len(sized) < len(table)
        or (sized["stake"] < 0.0).any()
        or float(np.ptp(sized["stake"])) == 0.0
    ):
        return ()
    weighting = stake_weighting(sized)
    return (weighting.why,) if weighting.contradicts else ()


def _reach(sample: _Sample) -> float:
    """Largest stake of the unit; a leverage is bounded by nothing but a loss."""
    bounded = sample.unit == "risk" or bool((sample.returns < 0.0).any())
    return sample.bound if bounded else float("inf")


def _open(sample: _Sample, why: str) -> KellyEstimate:
    return _estimate(sample, None, (0.0, _reach(sample)), why)


def _estimate(sample: _Sample, fraction: float | None, ends: tuple[float, float], why: str) -> KellyEstimate:
    return KellyEstimate(
        fraction=fraction,
        interval=Interval(math.nan if fraction is None else fraction, *ends, sample.level),
        n=len(sample.returns),
        unit=sample.unit,
        method=sample.method,
        why=" ".join([*sample.notes, why]),
        effective=sample.effective,
        bound=_reach(sample),
        notes=sample.notes,
    )
