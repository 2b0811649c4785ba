"""
How many trades it takes: to tell two win rates apart, and to justify a change of stake.

Counts of independent trades, rates and levels as shares of one; from the normal approximation, before the trades are
made. For a decision while they come in, see `monitor`. Stands on: `bootstrap`, `edge`, `kelly`,
`errors`, `units`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.bootstrap import resamples
from nija_research.estimate.edge import check_counts
from nija_research.estimate.kelly import net_returns
from nija_research.estimate.seeds import generator
from nija_research.units import finite, share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["chance_of_luck", "same_win_rate", "trades_to_raise", "trades_to_raise_interval", "trades_to_tell"]


def trades_to_tell(p_old: float, p_new: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """
    Trades needed to tell a new win rate from an old one.

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
    >>> trades_to_tell(0.571, 0.65)
    237
    """
    old, new = _inside("p_old", p_old), _inside("p_new", p_new)
    if old == new:
        raise ParameterError("p_old and p_new must differ: no number of trades tells equal rates apart.")
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
    r = net_returns(returns)
    if not len(r):
        raise ParameterError("returns must hold at least one trade, got none.")
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
) -> tuple[float, float]:
    """
    Interval of `trades_to_raise`: the number rests on the very returns whose worth is in question.

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
    tuple of float
        Fewest and most trades, a percentile interval; infinite where in resampled trades no number would justify it.

    Raises
    ------
    ParameterError
        As in `trades_to_raise`.

    Examples
    --------
    >>> trades_to_raise_interval([1.0] * 55 + [-1.0] * 45, 0.025, 0.030)
    (141.0, inf)
    """
    trades_to_raise(returns, low, high, alpha=alpha, power=power)
    tail = (1.0 - _inside("level", level)) / 2.0
    r, (z, y) = net_returns(returns), _normal(alpha, power)
    gain = np.log1p(high * r) - np.log1p(low * r)
    needed = []
    for rows in resamples(gain, draws=draws, block=block, rng=generator(rng)):
        mean, sd = rows.mean(axis=1), rows.std(axis=1)
        needed.append(np.where(mean > 0.0, np.ceil(((z + y) * sd / np.where(mean > 0.0, mean, 1.0)) ** 2), np.inf))
    ordered = np.sort(np.concatenate(needed))
    # Ranks, not interpolation: infinite numbers do not mix with finite ones.
    first = int(tail * (len(ordered) - 1))
    return float(ordered[first]), float(ordered[-1 - first])


def chance_of_luck(p: float, n: int, rate: float) -> float:
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
    >>> round(chance_of_luck(4 / 7, 10, 0.65), 2)
    0.31
    """
    from scipy.stats import binom

    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise ParameterError(f"n must be a whole number of trades of at least 1, got {n!r}.")
    return float(binom.sf(math.floor(share("rate", rate) * n + 1e-9), n, share("p", p)))


def same_win_rate(wins: int, losses: int, other_wins: int, other_losses: int) -> float:
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
    >>> round(same_win_rate(13, 1, 4, 3), 3)
    0.088
    """
    from scipy.stats import fisher_exact

    check_counts(wins, losses)
    check_counts(other_wins, other_losses)
    return float(fisher_exact(np.array([[wins, losses], [other_wins, other_losses]])).pvalue)


def _normal(alpha: float, power: float) -> tuple[float, float]:
    from scipy.stats import norm

    return float(norm.isf(_inside("alpha", alpha))), float(norm.ppf(_inside("power", power)))


def _inside(name: str, value: float) -> float:
    number = share(name, value)
    if not 0.0 < number < 1.0:
        raise ParameterError(f"{name} must lie between 0 and 1, got {value!r}.")
    return number
