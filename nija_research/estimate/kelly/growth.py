"""
What a stake does to growth and to drawdown: the growth curve of a log with its band, and growth against security.

Growth is in nats per trade, a `floor` is a level of wealth as a share of one, `kelly_share` is a share of full Kelly
(1 is full, 0.5 half). The closed forms are those of a continuous bettor who knows the distribution;
for the discrete bets of a log there is a bound. Nothing here estimates a stake.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.bootstrap import resamples, variance_ratio
from nija_research.estimate.kelly.formulas import kelly_log_optimal
from nija_research.estimate.kelly.returns import net_returns
from nija_research.rng import generator
from nija_research.units import finite, inside, positive, share

__all__ = [
    "FrontierPoint",
    "drawdown_bound",
    "frontier",
    "growth_band",
    "growth_curve",
    "lundberg_root",
    "mean_time_to_drawdown",
    "prob_ever_below",
    "prob_reach_before",
    "ruin_exponent",
    "share_of_time_below",
]


def growth_curve(returns: ArrayLike, stakes: ArrayLike) -> NDArray[np.float64]:
    """
    Mean log growth of the sample at each stake.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, shares of one unit staked.
    stakes : array_like, shape (m,)
        Stakes in the same unit.

    Returns
    -------
    numpy.ndarray, shape (m,)
        Nats per trade; minus infinity where a trade of the sample would have ended the account.

    Raises
    ------
    ParameterError
        If `returns` is empty or not finite.
    """
    r = net_returns(returns, nonempty=True)
    curve = []
    for stake in np.asarray(stakes, dtype=np.float64):
        wealth = 1.0 + stake * r
        curve.append(float(np.log(wealth).mean()) if wealth.min() > 0.0 else -np.inf)
    return np.array(curve)


def growth_band(
    returns: ArrayLike,
    stakes: ArrayLike,
    *,
    level: float = 0.95,
    draws: int = 1000,
    block: int = 1,
    rng: int | np.random.Generator = 0,
) -> NDArray[np.float64]:
    """
    Pointwise interval of the growth curve, from studentised resamples.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, shares of one unit staked, in order.
    stakes : array_like, shape (m,)
        Stakes in the same unit, each survived by the worst trade of the sample.
    level : float, optional
        Level of the interval at each stake, a share.
    draws, block : int, optional
        Bootstrap samples and their mean block length in trades.
    rng : int or numpy.random.Generator, optional
        Seed.

    Returns
    -------
    numpy.ndarray, shape (2, m)
        Lower and upper end, nats per trade.

    Raises
    ------
    ParameterError
        If `returns` is empty or not finite, or a stake would not survive the sample.
    """
    r, f = net_returns(returns), np.asarray(stakes, dtype=np.float64)
    if not np.isfinite(growth_curve(r, f)).all():
        raise ParameterError("stakes must leave the account above 0 in every trade of the sample.")
    tail = (1.0 - inside("level", level)) / 2.0
    gains = np.log1p(f[:, None] * r[None, :])
    centre = gains.mean(axis=1)
    error = np.array([x.std(ddof=1) * np.sqrt(variance_ratio(x, block) / len(r)) for x in gains])
    null = []
    for rows in resamples(r, draws=draws, block=block, rng=generator(rng)):
        chunk = []
        for stake, mean, x in zip(f, centre, gains, strict=True):
            sample = np.log1p(stake * rows)
            spread = sample.std(axis=1, ddof=1) * np.sqrt(variance_ratio(x, block) / len(r))
            with np.errstate(divide="ignore", invalid="ignore"):
                chunk.append(np.where(spread > 0.0, (sample.mean(axis=1) - mean) / spread, 0.0))
        null.append(np.stack(chunk, axis=1))
    ends = np.quantile(np.concatenate(null), [1.0 - tail, tail], axis=0)
    return np.asarray(centre - ends * error)


class FrontierPoint(NamedTuple):
    """
    A stake on the growth-security frontier.

    `share` of full Kelly, `stake` in the unit of the returns, `growth` in nats per trade and as a share of full
    Kelly's (`growth_share`), and a `bound` on the probability that wealth ever falls to the floor.
    """

    share: float
    stake: float
    growth: float
    growth_share: float
    bound: float


def prob_ever_below(floor: float, kelly_share: float) -> float:
    """
    Probability that a continuous bettor's wealth ever falls to the share `floor` of its start.

    Parameters
    ----------
    floor : float
        Share of starting wealth, in [0, 1].
    kelly_share : float
        Stake as a share of full Kelly, above 0.

    Returns
    -------
    float
        ``floor ** (2 / c - 1)``; 1.0 from twice Kelly upward.

    Raises
    ------
    ParameterError
        If `floor` is not a share or `kelly_share` not above 0.

    References
    ----------
    .. [1] Thorp, E. O. (2006). The Kelly criterion in blackjack, sports betting and the stock market. Handbook
       of Asset and Liability Management 1, section 7.

    Examples
    --------
    >>> prob_ever_below(0.5, 1.0), prob_ever_below(0.5, 0.5)
    (0.5, 0.125)
    """
    c = positive("kelly_share", kelly_share)
    return float(share("floor", floor) ** max(0.0, 2.0 / c - 1.0))


def share_of_time_below(floor: float, kelly_share: float) -> float:
    """
    Share of time that a continuous bettor's wealth spends below the share `floor` of its peak.

    Parameters
    ----------
    floor : float
        Share of the running peak, in [0, 1]; 0.8 asks for drawdowns deeper than 20 %.
    kelly_share : float
        Stake as a share of full Kelly, above 0.

    Returns
    -------
    float
        ``floor ** (2 / c - 1)``: wealth over peak has the same law in the long run as the all-time low.

    Raises
    ------
    ParameterError
        If `floor` is not a share or `kelly_share` not above 0.

    Examples
    --------
    >>> round(share_of_time_below(0.8, 1.0), 2), round(share_of_time_below(0.8, 0.5), 2)
    (0.8, 0.51)
    """
    return prob_ever_below(floor, kelly_share)


def prob_reach_before(up: float, down: float, kelly_share: float) -> float:
    """
    Probability that a continuous bettor reaches `up` times the start before falling to `down` times it.

    Parameters
    ----------
    up, down : float
        Multiples of starting wealth, ``0 < down < 1 < up``: 2 and 0.5 ask for double before half.
    kelly_share : float
        Stake as a share of full Kelly, above 0.

    Returns
    -------
    float
        ``(1 - down^t) / (1 - (down / up)^t)`` with ``t = 2 / c - 1``.

    Raises
    ------
    ParameterError
        If a multiple lies on the wrong side of 1 or `kelly_share` is not above 0.

    Examples
    --------
    >>> round(prob_reach_before(2.0, 0.5, 1.0), 4), round(prob_reach_before(2.0, 0.5, 0.5), 4)
    (0.6667, 0.8889)
    """
    high, low, theta = finite("up", up), finite("down", down), 2.0 / positive("kelly_share", kelly_share) - 1.0
    if not 0.0 < low < 1.0 < high:
        raise ParameterError(f"multiples must satisfy 0 < down < 1 < up, got down={down!r} and up={up!r}.")
    if abs(theta) < 1e-9:  # twice Kelly: no drift, and the nearer one is the likelier
        return -math.log(low) / math.log(high / low)
    return float((1.0 - low**theta) / (1.0 - (low / high) ** theta))


def mean_time_to_drawdown(depth: float, sharpe: float, kelly_share: float) -> float:
    """
    Mean time until a continuous bettor is first `depth` below the peak.

    Parameters
    ----------
    depth : float
        Drawdown, a share in (0, 1).
    sharpe : float
        Sharpe ratio of the bets per unit of time, above 0; annual gives years.
    kelly_share : float
        Stake as a share of full Kelly, above 0 and below 2.

    Returns
    -------
    float
        In the unit of time of `sharpe`. A hard stop at this depth ends the game by then on average, and surely.

    Raises
    ------
    ParameterError
        If an argument is out of range.

    Notes
    -----
    ``s^2 / (2 m^2) (exp(t D) - t D - 1)`` with ``D = -log(1 - depth)``, growth ``m = S^2 (c - c^2 / 2)``, deviation
    ``s = c S`` and ``t = 2 / c - 1``: the first passage of a Brownian motion below its running maximum (Taylor 1975).

    Examples
    --------
    >>> round(mean_time_to_drawdown(0.25, 1.0, 0.5), 2)
    0.45
    """
    c, s = positive("kelly_share", kelly_share), positive("sharpe", sharpe)
    deep = inside("depth", depth)
    if c >= 2.0:
        raise ParameterError(f"kelly_share must be below 2, where growth is gone, got {kelly_share!r}.")
    log_depth, theta, drift = -math.log1p(-deep), 2.0 / c - 1.0, s * s * (c - 0.5 * c * c)
    return (c * s) ** 2 / (2.0 * drift**2) * (math.expm1(theta * log_depth) - theta * log_depth)


def ruin_exponent(returns: ArrayLike, stake: float) -> float:
    """
    Exponent of the bound on deep losses: the positive root of ``E[(1 + f r)^-x] = 1``.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, shares of one unit staked, equally likely and independent.
    stake : float
        Stake in the same unit, above 0.

    Returns
    -------
    float
        1 at exact Kelly, below it above Kelly, 0 where the stake does not grow, infinite without a loss.

    Raises
    ------
    ParameterError
        If `returns` is empty or not finite, or the stake is not above 0.

    References
    ----------
    .. [1] Busseti, E., Ryu, E. K., Boyd, S. (2016). Risk-constrained Kelly gambling. arXiv 1603.06183, section 3.

    Examples
    --------
    >>> round(ruin_exponent([1.0] * 6 + [-1.0] * 4, 0.2), 6)
    1.0
    """
    from scipy.special import logsumexp

    r, f = net_returns(returns), positive("stake", stake)
    growth = float(growth_curve(r, [f])[0])
    if growth <= 0.0:
        return 0.0
    if r.min() >= 0.0:
        return math.inf
    log_wealth = np.log1p(f * r)

    def excess(x: float) -> float:
        return float(logsumexp(-x * log_wealth)) - math.log(len(r))

    return lundberg_root(excess)


def lundberg_root(excess: Callable[[float], float]) -> float:
    """
    Positive root of a convex function that is 0 at 0 and falls there; 0.0 where rounding hides that it falls.

    Parameters
    ----------
    excess : callable
        Logarithm of the moment ``E[(1 + f r)^-x]`` at x above 0.

    Returns
    -------
    float
    """
    from scipy.optimize import brentq

    # Past the minimum there is one root.
    high = 1.0
    while excess(high) <= 0.0:
        high *= 2.0
    low = high
    while excess(low) >= 0.0 and low > 1e-12:
        low *= 0.5
    return float(brentq(excess, low, high, xtol=1e-12, rtol=1e-12)) if low > 1e-12 else 0.0


def drawdown_bound(returns: ArrayLike, stake: float, floor: float) -> float:
    """
    Bound on the probability that wealth ever falls to the share `floor` of its start, for discrete bets.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, equally likely and independent.
    stake : float
        Stake in the same unit, at least 0.
    floor : float
        Share of starting wealth, in [0, 1].

    Returns
    -------
    float
        ``floor ** ruin_exponent``; 1.0 where the stake does not grow, and where no return is a loss: a sample without
        one does not bound the chance of one.

    Raises
    ------
    ParameterError
        If an argument is out of range.

    Examples
    --------
    >>> round(drawdown_bound([1.0] * 6 + [-1.0] * 4, 0.2, 0.5), 4)
    0.5
    """
    floor = share("floor", floor)
    if finite("stake", stake) == 0.0:
        return 0.0 if floor < 1.0 else 1.0
    exponent = ruin_exponent(returns, stake)
    return 1.0 if math.isinf(exponent) else float(floor**exponent)


def frontier(
    returns: ArrayLike, *, floor: float = 0.5, shares: Sequence[float] = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
) -> list[FrontierPoint]:
    """
    What each share of full Kelly keeps of the growth, and what it risks, on these trades.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, with at least one loss.
    floor : float, optional
        Share of starting wealth that must not be reached.
    shares : sequence of float, optional
        Shares of full Kelly, above 0.

    Returns
    -------
    list of FrontierPoint
        Empty where full Kelly is 0. Growth is minus infinity where a trade of the log would have ended the account.

    Raises
    ------
    ParameterError
        If the returns hold no loss, or an argument is out of range.
    """
    r = net_returns(returns)
    full = kelly_log_optimal(r)
    if full == 0.0:
        return []
    points, best = [], float(growth_curve(r, [min(full, full * (1.0 - 1e-9))])[0])
    for c in shares:
        stake = positive("shares", c) * full
        growth = float(growth_curve(r, [stake])[0])
        points.append(FrontierPoint(c, stake, growth, growth / best, drawdown_bound(r, stake, floor)))
    return points
