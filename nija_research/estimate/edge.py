"""
How sure we are that there is an edge: intervals for win rates, resampled trades, shrinkage.

Rates and levels are shares of one; blocks are counted in trades. Nothing here knows a stake's unit.
Stands on: `errors`, `units`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from nija_research.errors import ParameterError
from nija_research.units import share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

__all__ = ["ProportionInterval", "block_length", "clopper_pearson", "resamples", "shrinkage", "wilson"]

# Numbers held at once while resampling: about 32 MB.
_CHUNK = 4_000_000


class ProportionInterval(NamedTuple):
    """Lower and upper end of an interval for a probability (shares)."""

    low: float
    high: float


def wilson(wins: int, n: int, *, level: float = 0.95) -> ProportionInterval:
    """
    Score interval for a win rate; close to nominal on average.

    Parameters
    ----------
    wins, n : int
        Wins among `n` trades, ``0 <= wins <= n`` and ``n >= 1``.
    level : float, optional
        Nominal level, a share.

    Returns
    -------
    ProportionInterval

    Raises
    ------
    ParameterError
        If the counts or the level are out of range.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
       Journal of the American Statistical Association 22.
    """
    return _proportion(wins, n, level, "wilson")


def clopper_pearson(wins: int, n: int, *, level: float = 0.95) -> ProportionInterval:
    """
    Exact interval for a win rate; never below its level, hence wide.

    Parameters
    ----------
    wins, n : int
        Wins among `n` trades, ``0 <= wins <= n`` and ``n >= 1``.
    level : float, optional
        Nominal level, a share.

    Returns
    -------
    ProportionInterval

    Raises
    ------
    ParameterError
        If the counts or the level are out of range.

    References
    ----------
    .. [1] Clopper, C. J., Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the
       case of the binomial. Biometrika 26.
    """
    return _proportion(wins, n, level, "exact")


def _proportion(wins: int, n: int, level: float, method: Literal["wilson", "exact"]) -> ProportionInterval:
    from scipy.stats import binomtest

    check_counts(wins, n - wins)
    if n < 1:
        raise ParameterError("n must be at least 1, got 0: a win rate needs a trade.")
    ci = binomtest(int(wins), int(n)).proportion_ci(share("level", level), method)
    return ProportionInterval(float(ci.low), float(ci.high))


def check_counts(wins: int, losses: int) -> None:
    """
    Refuse anything but whole, non-negative counts.

    Parameters
    ----------
    wins, losses : int
        Counts of trades.

    Raises
    ------
    ParameterError
        If a count is not a whole number of at least 0.
    """
    for name, count in (("wins", wins), ("losses", losses)):
        if isinstance(count, bool) or not isinstance(count, (int, np.integer)):
            raise ParameterError(f"{name} must be a whole number of trades, got {count!r}.")
        if count < 0:
            raise ParameterError(f"{name} must be at least 0, got {count!r}.")


def block_length(returns: NDArray[np.float64], *, method: Literal["stationary", "circular"] = "stationary") -> int:
    """
    Block of a bootstrap, from the returns and from their squares, whichever is longer.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Returns in the order of the trades.
    method : {"stationary", "circular"}, optional
        Mean length for the stationary bootstrap, or the length of the circular one, which moving blocks share.

    Returns
    -------
    int
        In trades, at least 1 and at most a quarter of n.

    References
    ----------
    .. [1] Politis, D. N., White, H. (2004). Automatic block-length selection for the dependent bootstrap.
       Econometric Reviews 23; corrected by Patton, Politis, White (2009), Econometric Reviews 28.
    """
    n = len(returns)
    # The rule looks at autocorrelations up to about sqrt(n) lags; below 20 trades these are noise.
    if n < 20 or np.ptp(returns) == 0.0:
        return 1
    from arch.bootstrap import optimal_block_length

    series = [returns] if np.ptp(returns**2) == 0.0 else [returns, returns**2]
    lengths = [float(optimal_block_length(x)[method].iloc[0]) for x in series]
    longest = max([x for x in lengths if np.isfinite(x)], default=1.0)
    return int(np.clip(np.ceil(longest), 1, max(1, n // 4)))


def resamples(
    returns: NDArray[np.float64], *, draws: int, block: int, rng: np.random.Generator
) -> Iterator[NDArray[np.float64]]:
    """
    Stationary-bootstrap samples of the returns, a chunk at a time.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Returns in the order of the trades.
    draws : int
        Number of resamples in all.
    block : int
        Mean block length; 1 resamples single trades.
    rng : numpy.random.Generator
        Source of randomness.

    Yields
    ------
    numpy.ndarray, shape (m, n)
        At most about 32 MB each; the chunks add up to `draws` rows.

    References
    ----------
    .. [1] Politis, D. N., Romano, J. P. (1994). The stationary bootstrap. Journal of the American
       Statistical Association 89.
    """
    n = len(returns)
    size = max(1, _CHUNK // n)
    for start in range(0, draws, size):
        m = min(size, draws - start)
        if block == 1:
            yield returns[rng.integers(0, n, (m, n))]
        else:
            from arch.bootstrap import StationaryBootstrap

            samples = StationaryBootstrap(block, returns, seed=rng).bootstrap(m)
            yield np.stack([np.asarray(data[0]) for data, _ in samples])


def shrinkage(
    growth: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    estimates: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
) -> float:
    """
    Share of an estimated Kelly stake to keep, given how the estimate scatters.

    Parameters
    ----------
    growth : callable
        Growth rate (nats per trade) at stakes of shape (m,), in the world taken as true.
    estimates : numpy.ndarray, shape (m,)
        Stakes that samples from that world would have led to.
    weights : numpy.ndarray, shape (m,), optional
        Their probabilities; equal unless given.

    Returns
    -------
    float
        ``argmax_k E[growth(k f)]`` over k in [0, 1].

    Notes
    -----
    Estimation error costs growth twice over: too large a stake loses more than too small a one [1]_.

    References
    ----------
    .. [1] Baker, R. D., McHale, I. G. (2013). Optimal betting under parameter uncertainty: improving the
       Kelly criterion. Decision Analysis 10(3).
    """
    from scipy.optimize import minimize_scalar

    if not (estimates > 0.0).any():
        return 0.0

    def regret(keep: float) -> float:
        return -float(np.average(growth(keep * estimates), weights=weights))

    found = minimize_scalar(regret, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-8})
    return float(found.x)
