"""
The most that a siphon of every win may take, from a log's own profit factor.

A siphon of every win at rate s turns a bet at odds b into one at (1 - s) b. Stakes of one size break even at
``s = 1 - 1 / PF``, PF the sum of wins over the sum of losses; an account that compounds a share f of itself already at
the smaller s with ``E[log(1 + f x (1 - s [x > 0]))] = 0``, because losses weigh more than wins. A log that lost has no
such rate. Returns are per unit staked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.interval import Interval
from nija_research.rng import generator
from nija_research.units import count, inside, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["BreakEvenRate", "break_even_rate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEvenRate:
    """
    Break-even rates of a siphon of every win, shares; below 0 where the account shrinks without any siphon.

    Attributes
    ----------
    profit_factor : float
        Wins over losses; infinite without a loss.
    rate : Interval
        ``1 - 1 / PF`` and its percentile interval.
    compounding : float
        The rate for an account that stakes a share of itself; minus infinity where none breaks even.
    p_none : float
        Share of resamples in which no rate breaks even.
    block : int
        Mean length of a block of the bootstrap, trades.
    """

    profit_factor: float
    rate: Interval
    compounding: float
    p_none: float
    block: int


def break_even_rate(
    returns: ArrayLike,
    *,
    stake: float,
    level: float = 0.95,
    draws: int = 2_000,
    rng: int | np.random.Generator = 0,
) -> BreakEvenRate:
    """
    Return the rate at which a siphon of every win leaves an account where it was.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per unit staked, in the order of the trades; at least two.
    stake : float
        Notional as a multiple of the account, above 0, for `BreakEvenRate.compounding`.
    level : float, optional
        Of the percentile interval, in (0, 1).
    draws : int, optional
        Resamples of the stationary bootstrap.
    rng : int or numpy.random.Generator, optional
        Their seed.

    Returns
    -------
    BreakEvenRate

    Raises
    ------
    ParameterError
        If the returns are fewer than two, not finite, or none is a win or a loss; or a number is out of range.

    Examples
    --------
    >>> bound = break_even_rate([0.1, -0.05] * 20, stake=0.5)
    >>> bound.profit_factor, round(bound.rate.value, 3)
    (2.0, 0.5)
    """
    from nija_research.estimate.kelly.bootstrap import block_length, resamples
    from nija_research.estimate.kelly.returns import as_returns

    r = as_returns(returns)
    stake = positive("stake", stake)
    level = inside("level", level)
    draws = count("draws", draws, low=1)
    if len(r) < 2 or not r.any():
        raise ParameterError("returns must hold at least two trades, one of them not break-even.")
    block = block_length(r)
    samples = resamples(r, draws=draws, block=block, rng=generator(rng))
    rates = np.concatenate([_rates(sample) for sample in samples])
    low, high = np.quantile(rates, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], method="inverted_cdf")
    wins, losses = r[r > 0.0].sum(), -r[r < 0.0].sum()
    return BreakEvenRate(
        profit_factor=float(wins / losses) if losses > 0.0 else np.inf,
        rate=Interval(float(_rates(r[None, :])[0]), float(low), float(high), level, n=len(r)),
        compounding=_compounding(r, stake),
        p_none=float((rates <= 0.0).mean()),
        block=block,
    )


def _rates(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """``1 - losses / wins`` of each row; minus infinity without a win, 1 without a loss."""
    wins, losses = np.maximum(samples, 0.0).sum(axis=1), np.maximum(-samples, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(wins > 0.0, 1.0 - losses / wins, np.where(losses > 0.0, -np.inf, 0.0))


def _compounding(r: NDArray[np.float64], stake: float) -> float:
    from scipy.optimize import brentq

    def growth(rate: float) -> float:
        kept = 1.0 + stake * np.where(r > 0.0, (1.0 - rate) * r, r)
        return float(np.log(kept).mean()) if (kept > 0.0).all() else -np.inf

    if growth(0.0) <= 0.0:
        return -np.inf
    return 1.0 if growth(1.0) >= 0.0 else float(brentq(growth, 0.0, 1.0, xtol=1e-12))
