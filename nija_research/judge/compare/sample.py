"""
What a scene says of a promise: the relation's replicates, and the interval of any relation of the two policies.

Stands on: `estimand`, `interval`, `paths`, `promise`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nija_research.judge.compare.estimand import Means, kind_of, pair
from nija_research.judge.compare.interval import Interval, by_resampling, by_simulation, stretched
from nija_research.judge.compare.paths import Lane, Outcomes
from nija_research.judge.compare.promise import Promise

__all__ = ["Relation", "Sample", "idle", "lanes_of", "means_of", "of_groups", "of_law", "of_past"]

#: Takes the measure of engine and baseline, both (replicates,), to one number a replicate.
Relation = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]

#: Resamples of a law's paths, for its Monte Carlo error.
_REPLICATES = 200

_Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """
    Engine and baseline in replicates of one world.

    Attributes
    ----------
    centre : pair of ndarray, shape (1,)
        The two expectations.
    spread : tuple of pairs of ndarray, shape (replicates,)
        None of the history as it was; one pair, resamples of a law's paths; or three, resamples of the history: by all
        paths, by either half.
    kind : str
        See `interval.STRETCH`; not used of a law.
    years : float
        Of data; not used of a law.
    sign : int
        1 or -1 where a share of paths is compared and the engine's side of it never differs from the baseline's the
        other way, on any path: more certain than any resampling of the history. Else 0.
    """

    centre: _Pair
    spread: tuple[_Pair, ...]
    kind: str = ""
    years: float = 0.0
    sign: int = 0

    def value(self, relation: Relation) -> float:
        """Return the estimate of a relation."""
        return float(relation(*self.centre)[0])

    def interval(self, relation: Relation) -> Interval:
        """Return the estimate of a relation and where it may lie."""
        found = self.value(relation)
        parts = [relation(*part) for part in self.spread]
        if len(parts) == 1:
            return by_simulation(found, parts[0])
        return stretched(by_resampling(found, *parts), self.kind, self.years)


def lanes_of(promise: Promise, scales: Sequence[float]) -> tuple[Lane, list[Lane]]:
    """Return the run of the engine, and those of the baseline at some scales; none where there is no baseline."""
    sized = promise.sized()
    target = promise.target if promise.measure == "time_to_target" else 0.0
    engine = Lane(policy=sized[0], edge=promise.edge, target=target)
    return engine, [Lane(policy=policy, scale=float(s), target=target) for policy in sized[1:] for s in scales]


def means_of(promise: Promise, run: Outcomes, scales: Sequence[float], over: Callable[[Any], Any]) -> Means:
    """Expectations as `over` takes them from values, shape (paths, k), to (replicates, k)."""
    engine, baseline = lanes_of(promise, scales)
    risk = promise.measure if promise.matching == "none" else promise.matching
    values: list[NDArray[np.float64]] = []
    for measure in (promise.measure, risk):
        columns = [run.of(lane, measure, depth=promise.depth) for lane in (engine, *baseline)]
        values.append(over(np.stack(columns if baseline else [*columns, np.zeros_like(columns[0])], axis=1)))
    return Means(values[0][:, 0], values[1][:, 0], values[0][:, 1:], values[1][:, 1:])


def _sign(promise: Promise, runs: Sequence[Outcomes], scales: Sequence[float]) -> int:
    """See `Sample.sign`."""
    if promise.measure not in ("halted", "deep") or promise.relation != "difference" or promise.matching != "none":
        return 0
    engine, baseline = lanes_of(promise, scales)
    more = [
        r.of(engine, promise.measure, depth=promise.depth) - r.of(baseline[0], promise.measure, depth=promise.depth)
        for r in runs
    ]
    low, high = min(x.min() for x in more), max(x.max() for x in more)
    return int(high > 0.0 and low == 0.0) - int(low < 0.0 and high == 0.0)


def _whole(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values.mean(axis=0, keepdims=True))


@lru_cache(maxsize=4)
def _counts(n: int, seed: int) -> NDArray[np.float64]:
    """How often each of `n` paths is in each resample of them, as a share; the same ones for every promise."""
    return np.random.default_rng([seed, 3]).multinomial(n, np.full(n, 1.0 / n), size=_REPLICATES) / n


def of_law(promise: Promise, run: Outcomes, scales: Sequence[float], seed: int) -> Sample:
    """Return what paths of a known law say; `seed` is of the resamples of the paths."""
    counts = _counts(run.scene.paths, seed)
    again = pair(promise, means_of(promise, run, scales, lambda values: counts @ values))
    return Sample(
        centre=pair(promise, means_of(promise, run, scales, _whole)),
        spread=(again,),
        sign=_sign(promise, [run], scales),
    )


def of_groups(promise: Promise, run: Outcomes, law: Outcomes, scales: Sequence[float], years: float) -> Sample:
    """Return what paths from resamples of the history say, around those of the resampled history's own law."""
    groups = run.scene.groups

    def half(which: slice) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
        return lambda values: np.asarray(values.reshape(groups, -1, values.shape[1])[:, which].mean(axis=1))

    each = run.scene.paths // groups
    cuts = (slice(0, each), slice(0, each // 2), slice(each // 2, 2 * (each // 2)))
    spread = tuple(pair(promise, means_of(promise, run, scales, half(cut))) for cut in cuts)
    return Sample(
        centre=pair(promise, means_of(promise, law, scales, _whole)),
        spread=spread,
        kind=kind_of(promise),
        years=years,
        sign=_sign(promise, [run, law], scales),
    )


def of_past(promise: Promise, run: Outcomes, scales: Sequence[float]) -> Sample:
    """Return engine and baseline on the history as it was: a centre without a spread."""
    return Sample(centre=pair(promise, means_of(promise, run, scales, _whole)), spread=())


def idle(promise: Promise, run: Outcomes, scales: Sequence[float]) -> bool:
    """Return whether the engine never holds a position on any path."""
    lane = lanes_of(promise, scales)[0]
    return not run.of(lane, "volatility").any()
