"""
Where an expectation may lie: by simulation where the law is known, by resampling the history where it is not.

**Known law.** The paths are resampled, risk matched anew each time; the error is that of simulating finitely many.

**History.** The estimate is the relation under the law of the resampled history, a mean over many paths. Every
resample of the history has such a law too (a bootstrap of the bootstrap), and the spread of their relations says how
far a history leads astray. The part of the spread that is only due to few paths a resample, seen in the difference of
two halves of them, is taken out. Ordinary percentile intervals made of it are too short, because a few years of days
lack the crises that later ones bring; therefore the distances from the median to the 5 % and 95 % points are stretched
by a factor that was set by simulation (`STRETCH`), so that at a stated edge a false verdict is made in 5 % of the
histories of the tuning world. docs/calibration.md says what else was tried, and how often the interval holds in
worlds that it was not tuned in. Stands on: nothing of this package.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEAST", "STRETCH", "Interval", "by_resampling", "by_simulation", "stretch_of", "stretched"]

#: By kind of relation and years of data: what stretches the distances from the median to the 5 % and 95 % points.
#: Tuned by `make calibrate` in the world "switching" alone at 2 and 5 years; at 20, where that fell short in the
#: others, by the worst of all three. Between the years by their logarithm.
STRETCH: dict[str, dict[float, float]] = {
    "level": {2.0: 3.85, 5.0: 3.2, 20.0: 2.1},
    "growth": {2.0: 2.3, 5.0: 1.95, 20.0: 1.9},
    "matched": {2.0: 3.0, 5.0: 1.95, 20.0: 1.9},
}
#: By kind: the least distance to an end, as a share of the estimate's own size. Two stakes that differ by a factor fall
#: in nearly the same ratio in every resample of a quiet history, and in another ratio in a wild one.
LEAST: dict[str, float] = {"level": 0.15, "growth": 0.0, "matched": 0.0}

_TAIL = 5.0  # percent
_Z = 2.5758293035489004  # 99.5 % point of the normal law: a Monte Carlo error is cheap
_KEPT = 0.25  # of the spread is left, however much of it looks like noise
_MISSING = 0.10  # of the replicates may lack the relation


class Interval(NamedTuple):
    """
    An estimate and where the truth may lie; all NaN where the relation does not exist.

    Attributes
    ----------
    found, low, high : float
        The estimate and the ends.
    """

    found: float
    low: float
    high: float


_NONE = Interval(np.nan, np.nan, np.nan)


def stretch_of(kind: str, years: float) -> float:
    """Return the stretch of a kind of relation for so many years of data."""
    known = STRETCH[kind]
    at = sorted(known)
    return float(np.interp(np.log(years), np.log(at), [known[k] for k in at]))


def by_simulation(centre: float, replicates: NDArray[np.float64]) -> Interval:
    """Return the 99 % Monte Carlo interval of an expectation: `replicates` resample its paths."""
    if not np.isfinite(centre) or np.mean(~np.isfinite(replicates)) > _MISSING:
        return _NONE
    error = _Z * float(np.std(replicates[np.isfinite(replicates)], ddof=1))
    return Interval(centre, centre - error, centre + error)


def by_resampling(
    centre: float, whole: NDArray[np.float64], first: NDArray[np.float64], second: NDArray[np.float64]
) -> Interval:
    """
    Return the interval of a relation known from one history, before it is `stretched`.

    Parameters
    ----------
    centre : float
        The relation under the resampled history's law.
    whole, first, second : ndarray, shape (resamples,)
        The relation under each resample's law: by all of its paths, and by either half of them.

    Returns
    -------
    Interval
    """
    exists = np.isfinite(whole) & np.isfinite(first) & np.isfinite(second)
    if not np.isfinite(centre) or np.mean(~exists) > _MISSING:
        return _NONE
    total = float(np.var(whole[exists], ddof=1))
    noise = float(np.mean((first[exists] - second[exists]) ** 2)) / 4.0
    if total <= 0.0:
        return Interval(centre, centre, centre)
    kept = max(_KEPT, 1.0 - noise / total) ** 0.5
    low, middle, high = np.percentile(whole[exists], [_TAIL, 50.0, 100.0 - _TAIL])
    return Interval(centre, centre - kept * float(middle - low), centre + kept * float(high - middle))


def stretched(interval: Interval, kind: str, years: float) -> Interval:
    """Return the calibrated interval: each distance stretched, and no less than its share of the estimate."""
    if interval.low == interval.high:
        return interval
    by, least = stretch_of(kind, years), LEAST[kind] * abs(interval.found)
    down, up = (max(by * x, least) for x in (interval.found - interval.low, interval.high - interval.found))
    return Interval(interval.found, interval.found - down, interval.found + up)
