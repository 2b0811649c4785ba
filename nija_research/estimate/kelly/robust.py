"""
Stakes that still grow in the worst distribution the trades allow.

Around the observed distribution stands a ball of all those that are no further than `radius` in relative entropy
(nats). The robust stake maximises growth in the worst of them; the radius is set by the number of trades, so that
its growth is a lower confidence bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.bootstrap import variance_ratio
from nija_research.estimate.kelly.formulas import stake_bound
from nija_research.estimate.kelly.portfolio import (
    as_joint,
    as_probabilities,
    log_wealth,
    maximise,
    return_scale,
    rows_identify,
)
from nija_research.units import finite, inside, positive

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

__all__ = ["RobustStake", "kelly_robust", "worst_case_mean"]


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
    returns: ArrayLike,
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
    return robust_rows(
        as_joint(returns),
        level=level,
        radius=radius,
        block=block,
        probabilities=probabilities,
        max_exposure=max_exposure,
    )


def robust_rows(
    r: NDArray[np.float64],
    *,
    level: float = 0.95,
    radius: float | None = None,
    block: int = 1,
    probabilities: ArrayLike | None = None,
    max_exposure: float = 1.0,
) -> RobustStake:
    """`kelly_robust` on rows that `as_joint` has passed, or on a resample of such rows."""
    from scipy.stats import chi2

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
        stakes = np.array([_one(lambda f: float(worst(np.array([f]))[1][0]), stake_bound(r[:, 0], most))])
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


def _one(slope: Callable[[float], float], bound: float) -> float:
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
