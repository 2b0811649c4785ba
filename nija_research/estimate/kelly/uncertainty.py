"""
Stakes for one who doubts the trades: Bayesian stakes, and stakes that grow in the worst distribution they allow.

Stakes are shares of equity in the unit of the returns. Two posteriors: of the win rate at known odds (Beta), and of
the whole distribution of returns (Dirichlet). The robust stake maximises growth in the worst of all distributions that
are no further than `radius` from the observed one in relative entropy (nats); the radius is set by the number of
trades, so that its growth is a lower confidence bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.bootstrap import variance_ratio
from nija_research.estimate.kelly.formulas import kelly_binary, log_optimal_rows, stake_bound
from nija_research.estimate.kelly.from_record import check_counts
from nija_research.estimate.kelly.portfolio import (
    Rows,
    as_joint,
    as_probabilities,
    log_wealth,
    maximise,
    return_scale,
    rows_identify,
)
from nija_research.estimate.kelly.returns import net_returns
from nija_research.interval import Interval
from nija_research.rng import generator
from nija_research.units import count, finite, inside, positive

__all__ = ["RobustStake", "StakePosterior", "beta_posterior", "kelly_robust", "payoff_posterior", "worst_case_mean"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustStake:
    """
    The stake for the worst distribution in the ball.

    Attributes
    ----------
    stakes : numpy.ndarray, shape (k,)
        Share of equity per bet, at least 0.
    fraction : float
        Their sum; the stake itself for one bet.
    worst_growth : float
        Growth in the worst distribution of the ball, nats per period: with the default radius a lower confidence
        bound of the growth at these stakes.
    growth : float
        Growth in the observed distribution.
    radius : float
        Of the ball, nats of relative entropy.
    n : int
        Rows the stakes rest on.
    identified : bool
        Whether the rows fix stakes. Where they do not, the stakes are the limits' rather than the data's.
    why : str
        One sentence; `joint_interval` gives each stake its interval.
    """

    stakes: NDArray[np.float64]
    fraction: float
    worst_growth: float
    growth: float
    radius: float
    n: int
    identified: bool
    why: str


def kelly_robust(
    returns: ArrayLike | Rows,
    *,
    level: float = 0.95,
    radius: float | None = None,
    block: int = 1,
    probabilities: ArrayLike | None = None,
    max_exposure: float = 1.0,
) -> RobustStake:
    """
    Stakes with the best growth in the worst distribution near the observed one.

    Parameters
    ----------
    returns : array_like, shape (n,) or (n, k)
        Net returns: a row a trade or period, a column a bet, shares of one unit staked.
    level : float, optional
        One-sided level of the growth bound, which sets the radius, in [0.5, 1).
    radius : float, optional
        Radius in nats of relative entropy instead; 0 is ordinary Kelly.
    block : int, optional
        Mean block length in trades; above 1 the radius counts dependent trades for less.
    probabilities : array_like, shape (n,), optional
        Of the rows; equal unless given.
    max_exposure : float, optional
        Largest sum of stakes.

    Returns
    -------
    RobustStake
        0 where some distribution in the ball has no edge. A loss that was never seen is in no distribution of the
        ball.

    Raises
    ------
    ParameterError
        If the returns or an argument are out of range.

    Notes
    -----
    The radius is ``chi2(2 level - 1; 1) / (2 n)``, for which the worst mean is a lower confidence bound [1]_; the
    program is that of distributionally robust Kelly [2]_ with a relative-entropy ball.

    References
    ----------
    .. [1] Duchi, J. C., Glynn, P. W., Namkoong, H. (2021). Statistics of robust optimization: a generalized empirical
       likelihood approach. Mathematics of Operations Research 46(3).
    .. [2] Sun, Q., Boyd, S. (2018). Distributional robust Kelly gambling. arXiv 1812.10371.

    Examples
    --------
    >>> safe = kelly_robust([1.0] * 60 + [-1.0] * 40)
    >>> round(safe.fraction, 3), kelly_robust([1.0] * 52 + [-1.0] * 48).fraction
    (0.037, 0.0)
    """
    from scipy.stats import chi2

    r = as_joint(returns)
    p = as_probabilities(probabilities, len(r))
    if inside("level", level) < 0.5:
        raise ParameterError(f"level must lie in [0.5, 1), got {level!r}.")
    if radius is None:
        # Serial dependence of the bets taken together: by the average row.
        size = float(chi2.ppf(2.0 * level - 1.0, 1)) * variance_ratio(r.mean(axis=1), block) / (2.0 * len(r))
    else:
        size = finite("radius", radius)
        if size < 0.0:
            raise ParameterError(f"radius must be at least 0, got {radius!r}.")
    most = positive("max_exposure", max_exposure)

    def worst(b: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = log_wealth(r @ b)
        mean, q = worst_case_mean(value, p, size)
        return mean, (q * slope) @ r

    if r.shape[1] == 1:
        stakes = np.array([_robust_one(lambda f: float(worst(np.array([f]))[1][0]), stake_bound(r[:, 0], most))])
    else:
        stakes = maximise(worst, r.shape[1], most, most, unit=return_scale(r))
    if worst(stakes)[0] <= 0.0:
        stakes = np.zeros(r.shape[1])
    identified, why = rows_identify(r, probabilities is not None, stakes)
    return RobustStake(
        stakes=stakes,
        fraction=float(stakes.sum()),
        worst_growth=worst(stakes)[0] if stakes.any() else 0.0,
        growth=float(p @ log_wealth(r @ stakes)[0]),
        radius=size,
        n=len(r),
        identified=identified,
        why=why,
    )


def _robust_one(slope: Callable[[float], float], bound: float) -> float:
    """Stake of one bet: where the slope of the worst growth, which falls, crosses 0."""
    from scipy.optimize import brentq

    low, high = 1e-9 * bound, bound * (1.0 - 1e-9)
    if slope(low) <= 0.0:
        return 0.0
    return bound if slope(high) >= 0.0 else float(brentq(slope, low, high, xtol=1e-12 * bound, rtol=1e-10))


def worst_case_mean(
    values: NDArray[np.float64], p: NDArray[np.float64], radius: float
) -> tuple[float, NDArray[np.float64]]:
    """
    Smallest mean of `values` over the distributions within `radius` of `p`.

    Parameters
    ----------
    values, p : numpy.ndarray, shape (n,)
        Values and their probabilities.
    radius : float
        Relative entropy in nats, at least 0.

    Returns
    -------
    float
        The smallest mean.
    numpy.ndarray, shape (n,)
        The distribution that has it: ``p exp(-t values)``, normalised, with the t that uses up the radius.
    """
    from scipy.optimize import brentq

    span = float(np.ptp(values))
    if radius <= 0.0 or span == 0.0:
        return float(p @ values), p
    depth = (values - values.min()) / span

    def tilted(t: float) -> tuple[NDArray[np.float64], float]:
        w = p * np.exp(-t * depth)
        total = float(w.sum())
        q = w / total
        return q, float(-t * (q @ depth)) - float(np.log(total))

    # Beyond the entropy of the worst value alone the ball holds the point mass on it.
    at_worst = float(p[depth == 0.0].sum())
    if -np.log(at_worst) <= radius:
        q = np.where(depth == 0.0, p, 0.0) / at_worst
        return float(values.min()), q
    high = 1.0
    while tilted(high)[1] < radius and high < 1e12:
        high *= 2.0
    if tilted(high)[1] <= radius:  # the worst values differ by less than rounding
        q = tilted(high)[0]
        return float(q @ values), q
    q = tilted(float(brentq(lambda t: tilted(t)[1] - radius, 0.0, high, xtol=1e-12, rtol=1e-12)))[0]
    return float(q @ values), q
