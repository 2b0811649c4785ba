"""
What is compared, where it may lie, and p-values of many comparisons.

**Estimand.** A relation of expectations, not an expectation of relations: ``E[max drawdown of the engine] / E[max
drawdown of the baseline]`` over histories of the stated length. A ratio of positive measures is taken in logarithms. A
ratio of growths may have a denominator near or below 0, so it is never divided: its edges are tested as contrasts
``g_engine - edge x g_baseline`` (Fieller 1954). Risk is matched by scaling the *baseline's* stakes to the engine's
risk: a plain stake reaches any risk, a policy that halts may not. It is done in every resample anew, by interpolating
between runs at several scales.

**Known law.** The paths are resampled, risk matched anew each time; the error is that of simulating finitely many.

**History.** The estimate is the relation under the law of the resampled history, a mean over many paths. Every
resample of the history has such a law too (a bootstrap of the bootstrap), and the spread of their relations says how
far a history leads astray. The part of the spread that is only due to few paths a resample, seen in the difference of
two halves of them, is taken out. Ordinary percentile intervals made of it are too short, because a few years of days
lack the crises that later ones bring; therefore the distances from the median to the 5 % and 95 % points are calibrated
by a factor that was set by simulation (`STRETCH`), so that at a stated edge a false verdict is made in 5 % of the
histories of the tuning world. docs/calibration.md says what else was tried, and how often the interval holds in
worlds that it was not tuned in.

**Many at once.** `step_down` uses how estimates move together, which common random numbers give for free.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError
from nija_research.interval import Interval
from nija_research.judge.compare.hypothesis import Hypothesis

__all__ = [
    "LEAST", "STRETCH", "by_resampling", "by_simulation", "calibrated", "contrast", "kind_of", "logarithmic",
    "matched", "step_down", "stretch_of",
]  # fmt: skip


def matched(values: NDArray[np.float64], risk: NDArray[np.float64], goal: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return values at the smallest stake whose risk meets the goal.

    Parameters
    ----------
    values, risk : ndarray, shape (replicates, scales)
        At rising scales of the stakes.
    goal : ndarray, shape (replicates,)
        Risk to be met.

    Returns
    -------
    ndarray, shape (replicates,)
        By linear interpolation between the two scales around the goal; up to one step beyond the grid by the same
        line. NaN where the risk comes nowhere near it.
    """
    beyond = risk >= goal[:, None]
    last = risk.shape[1] - 1
    k = np.where(beyond.any(axis=1), beyond.argmax(axis=1), last)
    k = np.clip(k, 1, last)[:, None]
    low, high = (np.take_along_axis(risk, i, axis=1)[:, 0] for i in (k - 1, k))
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = (goal - low) / (high - low)
    a, b = (np.take_along_axis(values, i, axis=1)[:, 0] for i in (k - 1, k))
    near = (weight >= -1.0) & (weight <= 2.0)
    return np.where(near, a + np.where(near, weight, 0.0) * (b - a), np.nan)


def logarithmic(hypothesis: Hypothesis) -> bool:
    """Return whether the relation is taken in logarithms: a ratio of measures that are never negative."""
    return hypothesis.relation == "ratio" and hypothesis.measure != "growth"


def kind_of(hypothesis: Hypothesis) -> str:
    """Return the kind of relation that an interval was calibrated for: "matched", "growth", or "level" of anything."""
    if hypothesis.matching != "none":
        return "matched"
    return "growth" if hypothesis.measure == "growth" else "level"


def contrast(hypothesis: Hypothesis, engine: NDArray[np.float64], baseline: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return the relation of two measures in each replicate: logarithm of a ratio, difference, or the engine's value.

    A ratio of growths is not here; see `decide`.
    """
    if hypothesis.relation == "value":
        return engine
    if logarithmic(hypothesis):
        both_none = (engine == 0.0) & (baseline == 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(both_none, 0.0, np.log(np.maximum(engine, 0.0) / baseline))
    return engine - baseline


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
_LEAST_LEFT = 0.25  # of the spread is left, however much of it looks like noise
_MISSING = 0.10  # of the replicates may lack the relation


_NONE = Interval(np.nan, np.nan, np.nan)


def stretch_of(kind: str, years: float) -> float:
    """Return the stretch of a kind of relation for so many years of data."""
    tuned = STRETCH[kind]
    at = sorted(tuned)
    return float(np.interp(np.log(years), np.log(at), [tuned[k] for k in at]))


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
    Return the interval of a relation known from one history, before it is `calibrated`.

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
    left = max(_LEAST_LEFT, 1.0 - noise / total) ** 0.5
    low, middle, high = np.percentile(whole[exists], [_TAIL, 50.0, 100.0 - _TAIL])
    return Interval(centre, centre - left * float(middle - low), centre + left * float(high - middle))


def calibrated(interval: Interval, kind: str, years: float) -> Interval:
    """Return the calibrated interval: each distance calibrated, and no less than its share of the estimate."""
    if interval.low == interval.high:
        return interval
    by, least = stretch_of(kind, years), LEAST[kind] * abs(interval.value)
    down, up = (max(by * x, least) for x in (interval.value - interval.low, interval.high - interval.value))
    return Interval(interval.value, interval.value - down, interval.value + up)


def step_down(estimates: ArrayLike, resampled: ArrayLike) -> NDArray[np.float64]:
    """
    Return two-sided p-values adjusted by Romano and Wolf's step-down method [1]_.

    Parameters
    ----------
    estimates : array_like, shape (m,)
        Estimates, 0 where nothing is there.
    resampled : array_like, shape (draws, m)
        Deviations of joint resamples from their own centre: what the estimates would be if nothing were there.

    Returns
    -------
    ndarray, shape (m,)
        An estimate that never moves, and is 0, has 1.

    Notes
    -----
    With t the estimates over the standard deviations of their column, the largest is compared with the largest of all
    resampled ones, the next with the largest of those not yet compared, and so on; p never falls on the way. A p-value
    is ``(1 + count) / (1 + draws)`` [2]_.

    References
    ----------
    .. [1] Romano, J. P., Wolf, M. (2005). Exact and approximate stepdown methods for multiple hypothesis testing.
       Journal of the American Statistical Association 100.
    .. [2] Romano, J. P., Wolf, M. (2016). Efficient computation of adjusted p-values for resampling-based stepdown
       multiple testing. Statistics and Probability Letters 113.
    """
    estimate, draws = np.asarray(estimates, dtype=np.float64), np.asarray(resampled, dtype=np.float64)
    if draws.ndim != 2 or estimate.shape != draws.shape[1:]:
        raise ParameterError(f"resampled must be (draws, {estimate.size}), got shape {draws.shape}.")
    spread = draws.std(axis=0, ddof=1)
    moves = spread > 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(moves, np.abs(estimate) / spread, np.where(estimate == 0.0, 0.0, np.inf))
        null = np.where(moves, np.abs(draws) / spread, 0.0)
    order = np.argsort(-t, kind="stable")
    # Largest of this one and all smaller ones, a column a step.
    highest = np.maximum.accumulate(null[:, order[::-1]], axis=1)[:, ::-1]
    p = (1.0 + (highest >= t[order]).sum(axis=0)) / (1.0 + len(draws))
    adjusted = np.empty(len(t))
    adjusted[order] = np.maximum.accumulate(p)
    return adjusted
