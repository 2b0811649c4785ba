"""
A monitor that may be read after every trade: is a larger stake earned yet?

Stakes are shares of equity in the unit of the returns. The monitor bets, with play money, that the larger stake grows
faster; the play money can only become large if that is so. It may be looked at any time, and stopped at any time,
without raising the rate of false alarms. Stands on: `kelly`, `errors`, `units`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.kelly import log_optimal_rows, net_returns, stake_bound
from nija_research.units import positive, share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["WORST", "RiseMonitor", "kelly_so_far", "monitor_rise"]

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
        Level at which the rise is earned, ``1 / alpha``.
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
    if not 0.0 < share("alpha", alpha) < 1.0:
        raise ParameterError(f"alpha must lie between 0 and 1, got {alpha!r}.")
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


def kelly_so_far(returns: ArrayLike, *, start: int = 10, cap: float = 1.0) -> NDArray[np.float64]:
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
    if isinstance(start, bool) or not isinstance(start, int) or start < 1:
        raise ParameterError(f"start must be a whole number of trades of at least 1, got {start!r}.")
    stakes = np.zeros(len(r))
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
