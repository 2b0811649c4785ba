"""
How many trades it takes to detect a change of the win rate or to justify a larger stake, planned ahead or watched.

Counts are of independent trades, rates and probabilities are shares of one, stakes are shares of equity in the unit of
the returns. The planned numbers rest on the normal approximation. The monitor bets, with play money, that the larger
stake grows faster; it may be read after every trade without raising the rate of false alarms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.bootstrap import resamples
from nija_research.estimate.kelly.formulas import log_optimal_rows, stake_bound
from nija_research.estimate.kelly.from_record import check_counts
from nija_research.estimate.kelly.returns import net_returns
from nija_research.interval import Interval
from nija_research.rng import generator
from nija_research.units import count, finite, inside, positive, share

__all__ = [
    "WORST",
    "RiseMonitor",
    "kelly_expanding",
    "monitor_rise",
    "p_same_win_rate",
    "prob_win_rate_above",
    "trades_to_detect",
    "trades_to_raise",
    "trades_to_raise_interval",
]


def trades_to_detect(p_old: float, p_new: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """
    Trades needed to detect a change of the win rate.

    Parameters
    ----------
    p_old, p_new : float
        Win rates in (0, 1), different from each other.
    alpha : float, optional
        One-sided probability of seeing a change that is not there.
    power : float, optional
        Probability of seeing the change that is there.

    Returns
    -------
    int

    Raises
    ------
    ParameterError
        If a rate or level is out of range, or the rates are equal.

    Examples
    --------
    >>> trades_to_detect(0.571, 0.65)
    237
    """
    old, new = inside("p_old", p_old), inside("p_new", p_new)
    if old == new:
        raise ParameterError("p_old and p_new must differ: no number of trades shows a difference of equal rates.")
    z, y = _normal(alpha, power)
    root = (z * math.sqrt(old * (1.0 - old)) + y * math.sqrt(new * (1.0 - new))) / abs(new - old)
    return math.ceil(root * root)


def trades_to_raise(
    returns: ArrayLike, low: float, high: float, *, alpha: float = 0.05, power: float = 0.8
) -> int | None:
    """
    Trades needed to justify a rise of the stake, if future trades are like these.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, shares of one unit staked: the distribution that is assumed.
    low, high : float
        The two stakes, ``0 <= low < high``, in the unit of the returns.
    alpha : float, optional
        One-sided probability of calling a rise justified that is not.
    power : float, optional
        Probability of calling it justified if the returns are so.

    Returns
    -------
    int or None
        None where the larger stake does not grow faster on these returns: no number of trades will justify it.

    Raises
    ------
    ParameterError
        If the returns are empty or not finite, a trade among them would end the account, or an argument is out of
        range.

    Notes
    -----
    The difference of log growth has mean m and standard deviation s a trade; ``n = ((z_alpha + z_power) s / m)^2``.

    Examples
    --------
    >>> trades_to_raise([1.0] * 55 + [-1.0] * 45, 0.025, 0.030)
    1165
    """
    r = net_returns(returns, nonempty=True)
    small, large = finite("low", low), finite("high", high)
    if not 0.0 <= small < large:
        raise ParameterError(f"stakes must satisfy 0 <= low < high, got {low!r} and {high!r}.")
    if 1.0 + large * r.min() <= 0.0:
        raise ParameterError(f"high={high:g} would have ended the account in the worst trade ({r.min():g}).")
    z, y = _normal(alpha, power)
    gain = np.log1p(large * r) - np.log1p(small * r)
    mean = float(gain.mean())
    return math.ceil(((z + y) * float(gain.std()) / mean) ** 2) if mean > 0.0 else None


def trades_to_raise_interval(
    returns: ArrayLike,
    low: float,
    high: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    level: float = 0.95,
    draws: int = 400,
    block: int = 1,
    rng: int | np.random.Generator = 0,
) -> Interval:
    """
    Interval of `trades_to_raise`, which rests on the very returns that are in question.

    Parameters
    ----------
    returns, low, high, alpha, power : optional
        As in `trades_to_raise`.
    level : float, optional
        Level, a share.
    draws, block : int, optional
        Bootstrap samples, and their mean block length in trades.
    rng : int or numpy.random.Generator, optional
        Seed.

    Returns
    -------
    Interval
        Fewest and most trades, a percentile interval; infinite where in resampled trades no number would justify it.

    Raises
    ------
    ParameterError
        As in `trades_to_raise`.

    Examples
    --------
    >>> tuple(trades_to_raise_interval([1.0] * 55 + [-1.0] * 45, 0.025, 0.030))
    (90.0, inf)
    """
    value = trades_to_raise(returns, low, high, alpha=alpha, power=power)
    tail = (1.0 - inside("level", level)) / 2.0
    r, (z, y) = net_returns(returns), _normal(alpha, power)
    gain = np.log1p(high * r) - np.log1p(low * r)
    needed = []
    for rows in resamples(gain, draws=draws, block=block, rng=generator(rng)):
        mean, sd = rows.mean(axis=1), rows.std(axis=1)
        needed.append(np.where(mean > 0.0, np.ceil(((z + y) * sd / np.where(mean > 0.0, mean, 1.0)) ** 2), np.inf))
    ordered = np.sort(np.concatenate(needed))
    # Ranks, not interpolation: infinite numbers do not mix with finite ones.
    first = int(tail * (len(ordered) - 1))
    fewest, most = float(ordered[first]), float(ordered[-1 - first])
    return Interval(math.inf if value is None else float(value), fewest, most, level)


def prob_win_rate_above(p: float, n: int, rate: float) -> float:
    """
    Probability that n trades show a win rate above `rate` although the true one is p.

    Parameters
    ----------
    p : float
        True win rate, a share.
    n : int
        Trades, at least 1.
    rate : float
        Win rate to be passed, a share.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If a share or the count is out of range.

    Examples
    --------
    >>> round(prob_win_rate_above(4 / 7, 10, 0.65), 2)
    0.31
    """
    from scipy.stats import binom

    n = count("n", n, low=1, of="trades")
    return float(binom.sf(math.floor(share("rate", rate) * n + 1e-9), n, share("p", p)))


def p_same_win_rate(wins: int, losses: int, other_wins: int, other_losses: int) -> float:
    """
    Probability of two records as different as these, or more, if their win rate is the same.

    Parameters
    ----------
    wins, losses, other_wins, other_losses : int
        Counts of the two records.

    Returns
    -------
    float
        Two-sided p-value of Fisher's exact test; 1.0 where one record is empty.

    Raises
    ------
    ParameterError
        If a count is not a whole number of at least 0.

    Examples
    --------
    >>> round(p_same_win_rate(13, 1, 4, 3), 3)
    0.088
    """
    from scipy.stats import fisher_exact

    check_counts(wins, losses)
    check_counts(other_wins, other_losses)
    return float(fisher_exact(np.array([[wins, losses], [other_wins, other_losses]])).pvalue)


def _normal(alpha: float, power: float) -> tuple[float, float]:
    from scipy.stats import norm

    return float(norm.isf(inside("alpha", alpha))), float(norm.ppf(inside("power", power)))


#: Largest loss per unit staked that the monitor reckons with unless told: twice what was planned, since a stop can be
#: jumped and a short position can lose more than it is worth. Too large only makes it slower, too small ends its claim.
WORST = 2.0

# Shares of the play money that are bet, each by a gambler of its own; their mean is the monitor.
_BETS = np.geomspace(0.004, 0.99, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiseMonitor:
    """
    Play money after each trade, and what it says.

    Attributes
    ----------
    evidence : numpy.ndarray, shape (n,)
        Play money after each trade, from 1 before the first (an e-process).
    needed : float
        Play money at which the rise is earned, ``1 / alpha``.
    earned_at : int or None
        Number of the trade (1 is the first) with which it was reached; None if never.
    broken_at : int or None
        Number of the first trade that lost more than `worst`, after which nothing is claimed; None if none.
    why : str
        One sentence.
    """

    evidence: NDArray[np.float64]
    needed: float
    earned_at: int | None
    broken_at: int | None
    why: str

    @property
    def earned(self) -> bool:
        """Whether the rise was earned at some trade."""
        return self.earned_at is not None


def monitor_rise(
    returns: ArrayLike, low: ArrayLike, high: ArrayLike, *, worst: float = WORST, alpha: float = 0.05
) -> RiseMonitor:
    """
    Watch whether a rise of the stake from `low` to `high` is earned.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, shares of one unit staked, in order.
    low, high : float or array_like, shape (n,)
        The two stakes compared, ``0 <= low <= high``; one a trade where they change, each fixed before its trade.
        Where they are equal the trade says nothing.
    worst : float, optional
        Largest loss that can happen per unit staked: 1 is all of it, 2 allows for gaps. The guarantee rests on it.
    alpha : float, optional
        Largest probability of ever calling a rise earned that is not, a share.

    Returns
    -------
    RiseMonitor

    Raises
    ------
    ParameterError
        If a stake is negative, out of order or could lose the account, or an argument is out of range.

    Notes
    -----
    The null hypothesis: for every trade, given all trades before it, the expected log growth at `high` is at most that
    at `low`, and no trade loses more than `worst`. Under it the play money
    ``mean_k prod_t (1 + bet_k x_t / b_t)``, with x the difference of log growth and b its largest loss, is a
    non-negative supermartingale, and by Ville's inequality reaches 1 / alpha with probability at most alpha, whatever
    the dependence between trades and whenever one stops [1]_.

    References
    ----------
    .. [1] Waudby-Smith, I., Ramdas, A. (2024). Estimating means of bounded random variables by betting. Journal of
       the Royal Statistical Society B 86(1).

    Examples
    --------
    >>> monitor_rise([1.0, 1.0, -1.0] * 400, 0.05, 0.06, worst=1.0).earned_at
    113
    """
    r = net_returns(returns)
    small, large = _stakes("low", low, len(r)), _stakes("high", high, len(r))
    loss = positive("worst", worst)
    inside("alpha", alpha)
    if (small > large).any():
        raise ParameterError("low must not be above high: the monitor asks whether a larger stake is earned.")
    if (large * loss >= 1.0).any():
        raise ParameterError(f"high times worst must stay below 1, or a loss of {loss:g} ends the account.")
    over = np.flatnonzero(r < -loss)
    broken = int(over[0]) if over.size else None
    last = len(r) if broken is None else broken
    gain = np.log1p(large[:last] * r[:last]) - np.log1p(small[:last] * r[:last])
    span = np.log1p(-small[:last] * loss) - np.log1p(-large[:last] * loss)
    step = np.divide(gain, span, out=np.zeros_like(gain), where=span > 0.0)
    paths = np.cumsum(np.log1p(_BETS[:, None] * np.maximum(step, -1.0)), axis=1)
    evidence = np.full(len(r), np.nan)
    if last:
        top = paths.max(axis=0)
        evidence[:last] = np.exp(np.minimum(top, 700.0)) * np.exp(paths - top).mean(axis=0)
    reached = np.flatnonzero(evidence[:last] >= 1.0 / alpha)
    earned = int(reached[0]) + 1 if reached.size else None
    return RiseMonitor(
        evidence=evidence,
        needed=1.0 / alpha,
        earned_at=earned,
        broken_at=None if broken is None else broken + 1,
        why=_sentence(evidence[:last], 1.0 / alpha, earned, broken, loss),
    )


def kelly_expanding(returns: ArrayLike, *, start: int = 10, cap: float = 1.0) -> NDArray[np.float64]:
    """
    Log-optimal stake known before each trade, from the trades before it alone.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, in order.
    start : int, optional
        Trades needed before any stake is given; 0 until then, and while no trade has lost.
    cap : float, optional
        Largest stake.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Entry t uses trades 1 to t - 1 only; shares of it may be watched by `monitor_rise`.

    Raises
    ------
    ParameterError
        If `returns` are not finite or an argument is out of range.
    """
    r, most = net_returns(returns), positive("cap", cap)
    start, stakes = count("start", start, low=1, of="trades"), np.zeros(len(r))
    for t in range(start, len(r)):
        past = r[:t]
        if past.min() < 0.0:
            stakes[t] = log_optimal_rows(past[None, :], stake_bound(past, most))[0]
    return stakes


def _stakes(name: str, value: ArrayLike, n: int) -> NDArray[np.float64]:
    stakes = np.asarray(value, dtype=np.float64)
    if stakes.ndim > 1 or (stakes.ndim == 1 and stakes.shape != (n,)):
        raise ParameterError(f"{name} must be one stake or one a trade ({n}), got shape {stakes.shape}.")
    if not np.isfinite(stakes).all() or (stakes < 0.0).any():
        raise ParameterError(f"{name} must be finite and at least 0.")
    return np.broadcast_to(stakes, (n,)).astype(np.float64)


def _sentence(evidence: NDArray[np.float64], needed: float, earned: int | None, broken: int | None, loss: float) -> str:
    if earned is not None:
        return f"Earned with trade {earned}: the evidence reached {needed:g}."
    if broken is not None:
        return f"Trade {broken + 1} lost more than {loss:g} per unit staked: nothing can be claimed beyond it."
    now = float(evidence[-1]) if len(evidence) else 1.0
    return f"Not earned: the evidence stands at {now:.2f} after {len(evidence)} trades, and {needed:g} is needed."
