"""
Interval of a log-optimal stake, by studentised resampling of the equation that defines it.

The stake solves ``mean(r / (1 + f r)) = 0``. A stake lies in the interval when that mean, over its own standard error,
is no further from 0 than resamples of it are. Stakes resampled one by one (the percentile interval) come out too short:
docs/coverage.md measures both. Stakes are in the unit of the returns. Stands on: `bootstrap`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.estimate.bootstrap import resamples, variance_ratio

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["LARGE", "stake_interval"]

#: Above this many trades quantiles and scatter come from their expansions in the sample size, not from resamples.
LARGE = 2_000

# Stakes looked at on either side of the estimate before the crossing is halved down to.
_SCAN = 48
_HALVINGS = 40


def stake_interval(
    returns: NDArray[np.float64],
    fraction: float,
    bound: float,
    *,
    level: float,
    draws: int,
    block: int,
    effective: float,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """
    Stakes that the returns do not rule out, next to the log-optimal one.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Net returns per trade, in order, with at least one win and one loss.
    fraction, bound : float
        The log-optimal stake of `returns`, and the largest stake considered.
    level : float
        Level, a share.
    draws, block : int
        Resamples, and their mean block length in trades.
    effective : float
        Number of trades that do not share their time, at most n: the error is never smaller than theirs.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    tuple of float
        Lower and upper end in [0, bound]; the bound itself where no stake below it is ruled out.

    References
    ----------
    .. [1] Hall, P. (1992). The Bootstrap and Edgeworth Expansion. Springer: the percentile-t method.
    .. [2] Boos, D. D. (1992). On generalized score tests. The American Statistician 46.
    """
    n = len(returns)
    top = bound * (1.0 - 1e-9)
    # At the bound itself the worst trade's score is infinite; just below it the scores are still the sample's.
    scores = returns / (1.0 + min(fraction, 0.98 * bound) * returns)
    resampled = float(np.sqrt(variance_ratio(scores, block) / n))  # error of a mean, over that of one trade
    # Blocks lose the dependence that reaches beyond them: the error itself is taken with blocks twice as long.
    wide = float(np.sqrt(variance_ratio(scores, 2 * block if block > 1 else 1) / n))
    inflation = max(resampled, wide, float(np.sqrt(1.0 / effective)))
    below, above = _quantiles(scores - scores.mean(), level, draws, block, resampled, rng)

    def studentised(stake: float) -> float:
        s = returns / (1.0 + stake * returns)
        error = float(s.std(ddof=1)) * inflation
        return float(s.mean()) / error if error > 0.0 else float(np.sign(s.mean())) * np.inf

    def too_low(f: float) -> bool:
        return studentised(f) > above

    def too_high(f: float) -> bool:
        return studentised(f) < below

    centre = min(fraction, top)
    return _crossing(too_low, centre, 0.0), min(bound, _crossing(too_high, centre, top, bound))


def _quantiles(
    centred: NDArray[np.float64], level: float, draws: int, block: int, inflation: float, rng: np.random.Generator
) -> tuple[float, float]:
    """Quantiles of a studentised mean whose true value is 0."""
    n, tail = len(centred), (1.0 - level) / 2.0
    if n > LARGE:
        from scipy.stats import norm, skew

        z = float(norm.ppf(1.0 - tail))
        # First Edgeworth term of a studentised mean [1]_, by the number of independent trades.
        shift = float(skew(centred)) * (2.0 * z * z + 1.0) / 6.0 * inflation
        shift = float(np.clip(shift, -0.5 * z, 0.5 * z))  # beyond that one term is no expansion
        return -z - shift, z - shift
    found = []
    for rows in resamples(centred, draws=draws, block=block, rng=rng):
        mean, error = rows.mean(axis=1), rows.std(axis=1, ddof=1) * inflation
        # A resample of equal trades has no error: it is as far out as can be.
        with np.errstate(divide="ignore", invalid="ignore"):
            found.append(np.where(error > 0.0, mean / error, np.sign(mean) * np.inf))
    ordered = np.sort(np.concatenate(found))
    # The method of inverted ranks keeps infinite values apart from finite ones, where interpolation would not.
    first = int(np.floor(tail * (len(ordered) - 1)))
    return float(ordered[first]), float(ordered[-1 - first])


def _crossing(ruled_out: Callable[[float], bool], start: float, end: float, reach: float | None = None) -> float:
    """First stake from `start` towards `end` that is ruled out; `end` (or `reach`) when none is."""
    inside = start
    for outside in np.linspace(start, end, _SCAN + 1)[1:]:
        if ruled_out(float(outside)):
            break
        inside = float(outside)
    else:
        return end if reach is None else reach
    for _ in range(_HALVINGS):
        middle = 0.5 * (inside + float(outside))
        if ruled_out(middle):
            outside = middle
        else:
            inside = middle
    return inside
