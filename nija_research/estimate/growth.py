"""
What a stake does to growth: the growth curve of a sample, and its band.

Growth is in nats per trade. Nothing here estimates a stake; what it does to drawdown is in `security`.
Stands on: `bootstrap`, `kelly`, `errors`, `units`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.bootstrap import resamples, variance_ratio
from nija_research.estimate.kelly import net_returns
from nija_research.estimate.seeds import generator
from nija_research.units import share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["growth_band", "growth_curve"]


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
    r = net_returns(returns)
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
    r, f = net_returns(returns), np.asarray(stakes, dtype=np.float64)
    if not np.isfinite(growth_curve(r, f)).all():
        raise ParameterError("stakes must leave the account above 0 in every trade of the sample.")
    tail = (1.0 - share("level", level)) / 2.0
    gains = np.log1p(f[:, None] * r[None, :])
    centre = gains.mean(axis=1)
    error = np.array([x.std(ddof=1) * np.sqrt(variance_ratio(x, block) / len(r)) for x in gains])
    found = []
    for rows in resamples(r, draws=draws, block=block, rng=generator(rng)):
        chunk = []
        for stake, mean, x in zip(f, centre, gains, strict=True):
            sample = np.log1p(stake * rows)
            spread = sample.std(axis=1, ddof=1) * np.sqrt(variance_ratio(x, block) / len(r))
            with np.errstate(divide="ignore", invalid="ignore"):
                chunk.append(np.where(spread > 0.0, (sample.mean(axis=1) - mean) / spread, 0.0))
        found.append(np.stack(chunk, axis=1))
    ends = np.quantile(np.concatenate(found), [1.0 - tail, tail], axis=0)
    return np.asarray(centre - ends * error)
