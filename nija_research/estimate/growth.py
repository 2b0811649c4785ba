"""
What a stake does to growth and drawdown: the growth curve of a sample, and the closed forms of a Kelly bettor.

Growth is in nats per trade; `c` is a share of full Kelly (1 is full, 0.5 half). Nothing here estimates a stake.
Stands on: `edge`, `kelly`, `errors`,
`units`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.bootstrap import resamples, variance_ratio
from nija_research.estimate.kelly import as_returns
from nija_research.units import finite, share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["chance_below", "growth_band", "growth_curve", "share_of_time_below"]


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
    r = as_returns(returns)
    if r.size == 0:
        raise ParameterError("returns must hold at least one trade, got none.")
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
    r, f = as_returns(returns), np.asarray(stakes, dtype=np.float64)
    if not np.isfinite(growth_curve(r, f)).all():
        raise ParameterError("stakes must leave the account above 0 in every trade of the sample.")
    tail = (1.0 - share("level", level)) / 2.0
    gains = np.log1p(f[:, None] * r[None, :])
    centre = gains.mean(axis=1)
    error = np.array([x.std(ddof=1) * np.sqrt(variance_ratio(x, block) / len(r)) for x in gains])
    found = []
    for rows in resamples(r, draws=draws, block=block, rng=np.random.default_rng(rng)):
        chunk = []
        for stake, mean, x in zip(f, centre, gains, strict=True):
            sample = np.log1p(stake * rows)
            spread = sample.std(axis=1, ddof=1) * np.sqrt(variance_ratio(x, block) / len(r))
            with np.errstate(divide="ignore", invalid="ignore"):
                chunk.append(np.where(spread > 0.0, (sample.mean(axis=1) - mean) / spread, 0.0))
        found.append(np.stack(chunk, axis=1))
    ends = np.quantile(np.concatenate(found), [1.0 - tail, tail], axis=0)
    return np.asarray(centre - ends * error)


def chance_below(level: float, kelly_share: float) -> float:
    """
    Probability that a continuous bettor's wealth ever falls to `level` of its start.

    Parameters
    ----------
    level : float
        Share of starting wealth, in [0, 1].
    kelly_share : float
        Stake as a share of full Kelly, above 0.

    Returns
    -------
    float
        ``level ** (2 / c - 1)``; 1.0 from twice Kelly upward.

    Raises
    ------
    ParameterError
        If `level` is not a share or `kelly_share` not above 0.

    References
    ----------
    .. [1] Thorp, E. O. (2006). The Kelly criterion in blackjack, sports betting and the stock market. Handbook
       of Asset and Liability Management 1, section 7.

    Examples
    --------
    >>> chance_below(0.5, 1.0), chance_below(0.5, 0.5)
    (0.5, 0.125)
    """
    c = finite("kelly_share", kelly_share)
    if c <= 0.0:
        raise ParameterError(f"kelly_share must be above 0, got {kelly_share!r}.")
    return float(share("level", level) ** max(0.0, 2.0 / c - 1.0))


def share_of_time_below(level: float, kelly_share: float) -> float:
    """
    Share of time that a continuous bettor's wealth spends below `level` of its peak.

    Parameters
    ----------
    level : float
        Share of the running peak, in [0, 1]; 0.8 asks for drawdowns deeper than 20 %.
    kelly_share : float
        Stake as a share of full Kelly, above 0.

    Returns
    -------
    float
        ``level ** (2 / c - 1)``: wealth over peak has the same law in the long run as the all-time low.

    Raises
    ------
    ParameterError
        If `level` is not a share or `kelly_share` not above 0.

    Examples
    --------
    >>> round(share_of_time_below(0.8, 1.0), 2), round(share_of_time_below(0.8, 0.5), 2)
    (0.8, 0.51)
    """
    return chance_below(level, kelly_share)
