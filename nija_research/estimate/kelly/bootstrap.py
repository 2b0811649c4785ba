"""
Trades resampled in blocks, how much more a dependent log scatters, and how much of a scattered estimate to keep.

Blocks are counted in trades. The stationary bootstrap is made here, all samples at once, because that of arch makes
one sample at a time; the rule for the block length is arch's. Nothing here knows a stake's unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["block_length", "block_rows", "resamples", "shrinkage", "variance_ratio"]

# Numbers held at once while resampling: about 32 MB.
_CHUNK = 4_000_000


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
    returns : numpy.ndarray, shape (n,) or (n, k)
        Returns in the order of the trades; rows stay together.
    draws : int
        Number of resamples in all.
    block : int
        Mean block length; 1 resamples single trades.
    rng : numpy.random.Generator
        Source of randomness.

    Yields
    ------
    numpy.ndarray, shape (m, n) or (m, n, k)
        At most about 32 MB each; the chunks add up to `draws` samples.

    References
    ----------
    .. [1] Politis, D. N., Romano, J. P. (1994). The stationary bootstrap. Journal of the American
       Statistical Association 89.
    """
    n = len(returns)
    size = max(1, _CHUNK // returns.size)
    for start in range(0, draws, size):
        yield returns[_positions(n, min(size, draws - start), block, rng)]


def variance_ratio(values: NDArray[np.float64], block: int) -> float:
    """
    Variance of a mean of dependent values over that of independent ones: trades per independent trade.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
        In the order of the trades.
    block : int
        Mean block length; 1 gives 1.

    Returns
    -------
    float
        ``1 + 2 sum b(i) rho(i)`` with the weights that make it the stationary bootstrap's own variance [1]_, never
        below 1: trades that seem to make up for each other do not narrow an interval.

    References
    ----------
    .. [1] Politis, D. N., Romano, J. P. (1994). The stationary bootstrap. Journal of the American
       Statistical Association 89, lemma 1.
    """
    n = len(values)
    if block <= 1 or n < 3 or np.ptp(values) == 0.0:
        return 1.0
    centred = values - values.mean()
    power = np.abs(np.fft.rfft(centred, 2 * n)) ** 2
    covariance = np.fft.irfft(power)[1:n]
    lag = np.arange(1, n)
    stay = 1.0 - 1.0 / block
    weight = (1.0 - lag / n) * stay**lag + (lag / n) * stay ** (n - lag)
    return max(1.0, 1.0 + 2.0 * float((weight * covariance).sum() / (centred**2).sum()))


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

    return float(minimize_scalar(regret, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-8}).x)


def _positions(n: int, draws: int, block: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Positions of `draws` samples: blocks of geometric length, wrapped round at the end of the log."""
    starts = rng.integers(0, n, (draws, n))
    if block == 1:
        return starts
    return block_rows(starts, rng.random((draws, n)) < 1.0 / block, n)


def block_rows(starts: NDArray[np.int64], begins: NDArray[np.bool_], n: int) -> NDArray[np.int64]:
    """Return rows on the circle of `n`, both (draws, rows): where a block begins its start, else the next row."""
    step = np.arange(starts.shape[1])
    begun = np.maximum.accumulate(np.where(begins, step, 0), axis=1)  # the first row begins one in any case
    return np.asarray((np.take_along_axis(starts, begun, axis=1) + step - begun) % n)
