"""
Bayesian stakes: what a prior and the trades together leave likely.

Stakes are shares of equity in the unit of the returns. Two posteriors: of the win rate at known odds (Beta), and of
the whole distribution of returns (Dirichlet). Three rules read a stake off them: the mean of the distribution
(best expected growth), the median stake, and the interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.formulas import kelly_binary, log_optimal_rows, stake_bound
from nija_research.estimate.kelly.from_record import check_counts
from nija_research.estimate.kelly.returns import net_returns
from nija_research.interval import Interval
from nija_research.rng import generator
from nija_research.units import count, finite, inside, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["StakePosterior", "beta_posterior", "payoff_posterior"]

# Weights held at once: about 32 MB.
_CHUNK = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StakePosterior:
    """
    What is believed of the stake after the trades.

    Attributes
    ----------
    fraction : float
        Stake with the best expected growth: log-optimal for the posterior mean of the distribution.
    median : float
        Posterior median of the log-optimal stake, the best stake when a miss costs what it is wide [1]_.
    interval : Interval
        Central credible interval of the log-optimal stake, round the median.
    p_no_edge : float
        Posterior probability that the mean return is at most 0.
    n : int
        Trades.

    References
    ----------
    .. [1] Chu, D., Wu, Y., Swartz, T. B. (2018). Modified Kelly criteria. Journal of Quantitative Analysis in
       Sports 14(1).
    """

    fraction: float
    median: float
    interval: Interval
    p_no_edge: float
    n: int


def beta_posterior(
    wins: int, losses: int, payoff: float = 1.0, *, prior: tuple[float, float] = (1.0, 1.0), level: float = 0.95
) -> StakePosterior:
    """
    Stake for a bet of known odds whose win rate is known only from a record.

    Parameters
    ----------
    wins, losses : int
        Counts of trades.
    payoff : float, optional
        Net win per unit lost, above 0. Even money unless given.
    prior : tuple of float, optional
        Beta prior of the win rate, both above 0; (1, 1) is flat, (0.5, 0.5) Jeffreys'.
    level : float, optional
        Level of the interval, a share.

    Returns
    -------
    StakePosterior
        Share of equity at risk. Right only if the odds are known and trades are alike and independent; a record
        that does not hold the payoffs is for `kelly_from_record`.

    Raises
    ------
    ParameterError
        If a count, the payoff, the prior or the level is out of range.

    Notes
    -----
    The win rate has the posterior Beta(prior wins + wins, prior losses + losses), and the stake
    ``p - (1 - p) / payoff`` rises with it, so that its quantiles are the stakes at the quantiles of p.

    Examples
    --------
    >>> belief = beta_posterior(13, 1)
    >>> round(belief.fraction, 3), round(belief.median, 3)
    (0.75, 0.781)
    """
    from scipy.stats import beta

    check_counts(wins, losses)
    b = positive("payoff", payoff)
    level = inside("level", level)
    if not isinstance(prior, tuple) or len(prior) != 2:
        raise ParameterError(f"prior must be two numbers, prior wins and prior losses, got {prior!r}.")
    shape = (positive("prior wins", prior[0]) + wins, positive("prior losses", prior[1]) + losses)
    law = beta(*shape)
    tail = (1.0 - level) / 2.0
    low, middle, high = (kelly_binary(float(law.ppf(q)), b) for q in (tail, 0.5, 1.0 - tail))
    return StakePosterior(
        fraction=kelly_binary(shape[0] / sum(shape), b),
        median=middle,
        interval=Interval(middle, low, high, level),
        p_no_edge=float(law.cdf(1.0 / (1.0 + b))),
        n=wins + losses,
    )


def payoff_posterior(
    returns: ArrayLike,
    *,
    prior_loss: float | None = None,
    prior_trades: float = 1.0,
    cap: float | None = None,
    level: float = 0.95,
    draws: int = 2000,
    rng: int | np.random.Generator = 0,
) -> StakePosterior:
    """
    Stake when neither win rate nor payoffs are known: the Bayesian bootstrap with a loss that was not yet seen.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, shares of one unit staked.
    prior_loss : float, optional
        Size of the unseen loss, above 0; twice the worst trade seen unless given, or 1 where none lost.
    prior_trades : float, optional
        Weight of the unseen loss in trades; 0 leaves the plain Bayesian bootstrap, which never expects anything
        worse than what has happened.
    cap : float, optional
        Largest stake considered.
    level : float, optional
        Level of the interval, a share.
    draws : int, optional
        Samples from the posterior, at least 100.
    rng : int or numpy.random.Generator, optional
        Seed.

    Returns
    -------
    StakePosterior
        In the unit of `returns`. Trades are taken as independent: with dependent ones the interval is too short.

    Raises
    ------
    ParameterError
        If `returns` is empty or not finite, or an argument is out of range.

    Notes
    -----
    A Dirichlet process prior with all its mass on one loss: each posterior draw weighs the trades by Dirichlet
    weights and the unseen loss by a Gamma share of `prior_trades` [1]_.

    References
    ----------
    .. [1] Rubin, D. B. (1981). The Bayesian bootstrap. Annals of Statistics 9; Ferguson, T. S. (1973). A Bayesian
       analysis of some nonparametric problems. Annals of Statistics 1.
    """
    r, draws, level = net_returns(returns, nonempty=True), count("draws", draws, low=100), inside("level", level)
    weight = finite("prior_trades", prior_trades)
    if weight < 0.0:
        raise ParameterError(f"prior_trades must be at least 0, got {prior_trades!r}.")
    worst = float(-r.min())
    loss = positive("prior_loss", prior_loss) if prior_loss is not None else (2.0 * worst if worst > 0.0 else 1.0)
    atoms = np.append(r, -loss) if weight > 0.0 else r
    if atoms.min() >= 0.0 and cap is None:
        raise ParameterError("returns hold no loss and prior_trades is 0: give cap=, or let a loss be possible.")
    bound = stake_bound(atoms, None if cap is None else positive("cap", cap))
    shape = np.append(np.ones(len(r)), weight) if weight > 0.0 else np.ones(len(r))
    stream = generator(rng)
    stakes, means, size = [], [], max(1, _CHUNK // len(atoms))
    for start in range(0, draws, size):
        m = min(size, draws - start)
        w = stream.standard_gamma(np.broadcast_to(shape, (m, len(atoms))))
        stakes.append(log_optimal_rows(np.broadcast_to(atoms, w.shape), bound, w))
        means.append(w @ atoms)
    tail = (1.0 - level) / 2.0
    low, middle, high = (float(q) for q in np.quantile(np.concatenate(stakes), [tail, 0.5, 1.0 - tail]))
    return StakePosterior(
        fraction=float(log_optimal_rows(atoms[None, :], bound, shape[None, :])[0]),
        median=middle,
        interval=Interval(middle, low, high, level),
        p_no_edge=float((np.concatenate(means) <= 0.0).mean()),
        n=len(r),
    )
