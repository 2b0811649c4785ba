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

__all__ = ["STRETCH", "Interval", "by_resampling", "by_simulation", "stretch_of"]

#: By years of data: what stretches the distances from the median to the 5 % and 95 % points. Tuned by `make calibrate`
#: in the world "switching" alone; between the years by their logarithm.
STRETCH: dict[float, float] = {2.0: 2.5, 5.0: 2.3, 20.0: 1.9}

_TAIL = 5.0  # percent
_Z = 2.5758293035489004  # 99.5 % point of the normal law: a Monte Carlo error is cheap
_LEAST = 0.25  # of the spread is left, however much of it looks like noise
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


def stretch_of(years: float) -> float:
    """Return the stretch for so many years of data."""
    known = sorted(STRETCH)
    return float(np.interp(np.log(years), np.log(known), [STRETCH[k] for k in known]))


def by_simulation(centre: float, replicates: NDArray[np.float64]) -> Interval:
    """Return the 99 % Monte Carlo interval of an expectation: `replicates` resample its paths."""
    if not np.isfinite(centre) or np.mean(~np.isfinite(replicates)) > _MISSING:
        return _NONE
    error = _Z * float(np.std(replicates[np.isfinite(replicates)], ddof=1))
    return Interval(centre, centre - error, centre + error)


def by_resampling(
    centre: float,
    whole: NDArray[np.float64],
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    stretch: float,
) -> Interval:
    """
    Return the calibrated interval of a relation known from one history.

    Parameters
    ----------
    centre : float
        The relation under the resampled history's law.
    whole, first, second : ndarray, shape (resamples,)
        The relation under each resample's law: by all of its paths, and by either half of them.
    stretch : float
        See `STRETCH`.

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
    kept = max(_LEAST, 1.0 - noise / total) ** 0.5
    low, middle, high = np.percentile(whole[exists], [_TAIL, 50.0, 100.0 - _TAIL])
    reach = stretch * kept
    return Interval(centre, centre - reach * float(middle - low), centre + reach * float(high - middle))
