"""
What a promise is about, as one number: expectations over paths, at equal risk where it says so, put in relation.

The estimand is a relation of expectations, not an expectation of relations: ``E[max drawdown of the engine] /
E[max drawdown of the baseline]`` over histories of the stated length. A ratio of positive measures is taken in
logarithms. A ratio of growths may have a denominator near or below 0, so it is never divided: its edges are tested as
contrasts ``g_engine - edge x g_baseline`` (Fieller 1954). Risk is matched by scaling the *baseline's* stakes to the
engine's risk: a plain stake reaches any risk, a policy that halts may not. It is done in every resample anew, by
interpolating between runs at several scales. Stands on: `promise`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.judge.compare.promise import Promise

__all__ = ["Means", "contrast", "kind_of", "logarithmic", "matched", "pair"]


class Means(NamedTuple):
    """
    Expectations, one row a replicate (resample of the history, or of the paths of a law).

    Attributes
    ----------
    engine, engine_risk : ndarray, shape (replicates,)
        Of the measure, and of what is made equal.
    baseline, baseline_risk : ndarray, shape (replicates, scales)
        The same of the baseline, at each scale of its stakes; one scale where nothing is made equal, zeros where there
        is no baseline.
    """

    engine: NDArray[np.float64]
    engine_risk: NDArray[np.float64]
    baseline: NDArray[np.float64]
    baseline_risk: NDArray[np.float64]


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


def logarithmic(promise: Promise) -> bool:
    """Return whether the relation is taken in logarithms: a ratio of measures that are never negative."""
    return promise.relation == "ratio" and promise.measure != "growth"


def kind_of(promise: Promise) -> str:
    """Return the kind of relation that an interval was calibrated for: "matched", "growth", or "level" of anything."""
    if promise.matching != "none":
        return "matched"
    return "growth" if promise.measure == "growth" else "level"


def pair(promise: Promise, means: Means) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the measure of engine and baseline in each replicate, the baseline at equal risk where that is asked."""
    if promise.matching == "none":
        return means.engine, means.baseline[:, 0]
    return means.engine, matched(means.baseline, means.baseline_risk, means.engine_risk)


def contrast(promise: Promise, engine: NDArray[np.float64], baseline: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return the relation of two measures in each replicate: logarithm of a ratio, difference, or the engine's value.

    A ratio of growths is not here; see `decide`.
    """
    if promise.relation == "value":
        return engine
    if logarithmic(promise):
        both_none = (engine == 0.0) & (baseline == 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(both_none, 0.0, np.log(np.maximum(engine, 0.0) / baseline))
    return engine - baseline
