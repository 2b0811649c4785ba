"""
Runs of policies on sets of paths, and what they say of each hypothesis.

Many policies and stakes run at once, one number a path and measure. Where risk is to be equal, the stake of the
baseline that meets the engine's is looked for on a few paths first; the runs proper are at five scales around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nija_research.judge.compare.history import History
from nija_research.judge.compare.hypothesis import Promise, Settings
from nija_research.judge.compare.inference import (
    Interval,
    Means,
    by_resampling,
    by_simulation,
    kind_of,
    matched,
    pair,
    stretched,
)
from nija_research.judge.compare.path_sets import LAWS, PAST, RESAMPLES, Scene, scenes
from nija_research.policy import Policy
from nija_research.simulate.results import SimulationResult
from nija_research.simulate.sweeping import sweep
from nija_research.units import EDGE

__all__ = [
    "LEAST", "PILOT", "Lane", "Outcomes", "Relation", "Said", "Sample", "idle", "lanes_of", "means_of", "of_groups",
    "of_law", "of_past", "outcomes", "samples", "scales_of",
]  # fmt: skip

#: An account that has lost 99 % is over: its growth is counted as if it kept so much of the opening equity.
LEAST = 0.01

#: Columns of the kernel that the measures are made of.
_COLUMNS = ("unit", "max_drawdown", "squared_depth", "under_water", "sum_return", "sum_square", "halts", "short")
_BASE = 10_000.0
#: Stakes may exceed equity: a policy that is scaled to equal risk may need borrowed money.
_POWER = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """
    One run on every path of a scene.

    Attributes
    ----------
    policy : Policy
        What is followed.
    scale : float
        What every stake is multiplied with.
    edge : float
        What is added to every return.
    target : float
        Multiple of the opening equity whose first reaching is timed; 0 where none is.
    """

    policy: Policy
    scale: float = 1.0
    edge: float = 0.0
    target: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """
    Runs on the paths of one scene.

    Attributes
    ----------
    scene : Scene
        The paths.
    runs : dict of Lane to SimulationResult
        What each lane left.
    """

    scene: Scene
    runs: dict[Lane, SimulationResult]

    def of(self, lane: Lane, measure: str, *, depth: float = 0.20) -> NDArray[np.float64]:
        """
        Return a measure path by path, shape (paths,).

        Growth is in nats a year; the rest are shares, of the year for "time_to_target" (years, the length of the path
        where the target is not reached).
        """
        run = self.runs[lane]
        if measure == "growth":
            return np.asarray(np.log(np.maximum(run["unit"], LEAST)) / run.years)
        if measure == "halted":
            return (run["halts"] > 0.0).astype(np.float64)
        if measure == "deep":
            return (run.max_drawdown >= depth - EDGE).astype(np.float64)
        if measure == "time_to_target":
            return np.minimum(run.time_to_target, run.horizon) / run.horizon * run.years
        return np.asarray(getattr(run, measure))


def outcomes(scene: Scene, lanes: Iterable[Lane]) -> Outcomes:
    """
    Run lanes on a scene, as many as possible on the same draw.

    Parameters
    ----------
    scene : Scene
        The paths.
    lanes : iterable of Lane
        Repeated ones are run once.

    Returns
    -------
    Outcomes
    """
    runs: dict[Lane, SimulationResult] = {}
    wanted = dict.fromkeys(lanes)
    for edge, target in dict.fromkeys((lane.edge, lane.target) for lane in wanted):
        some = [lane for lane in wanted if (lane.edge, lane.target) == (edge, target)]
        swept = sweep(
            [lane.policy for lane in some],
            scene.moved(edge).world if edge else scene.world,
            base=_BASE,
            buying_power=_POWER,
            scales=[lane.scale for lane in some],
            target=target * _BASE if target else None,
            columns=_COLUMNS,
            n_paths=scene.paths,
            horizon=scene.bars,
            specialise=False,
        )
        runs |= dict(zip(some, swept.results.values(), strict=True))
    return Outcomes(scene=scene, runs=runs)


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


#: Scales at which a baseline is first tried, on so many paths, and those around the one that meets the engine's risk.
_COARSE, PILOT = tuple((2.0 ** np.arange(-10.0, 3.01, 0.5)).tolist()), 48
_FINE = 1.25 ** np.arange(-2.0, 2.01, 1.0)
_OF_DATA = ("history", "bootstrap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """
    What worlds say of promises.

    Attributes
    ----------
    samples : dict of (promise, world) to Sample or str
        Engine and baseline, or why they cannot be compared there.
    worlds : dict of (promise, world) to str
        What the world's paths are.
    past : dict of str to pair
        Promise to its engine and baseline on the history as it was.
    """

    samples: dict[tuple[str, str], Sample | str] = field(default_factory=dict)
    worlds: dict[tuple[str, str], str] = field(default_factory=dict)
    past: dict[str, Sample] = field(default_factory=dict)


def samples(promises: Mapping[str, Promise], history: History, settings: Settings, seed: int) -> Said:
    """
    Run promises in their worlds.

    Parameters
    ----------
    promises : mapping of str to Promise
        By name.
    history : History
        The market.
    settings : Settings
        How much is simulated.
    seed : int
        Of everything.

    Returns
    -------
    Said
    """
    said = Said()
    # Apart, so that a promise without regimes is judged on the same paths whether or not another one names them.
    for named in (False, True):
        some = {name: promise for name, promise in promises.items() if promise.named is named}
        drawn = scenes(history, {w for p in some.values() for w in p.worlds}, settings, seed, named=named)
        data = {name: promise for name, promise in some.items() if set(_OF_DATA) & set(promise.worlds)}
        if data:
            _in_data(data, drawn, said, history.years, seed)
        for world in LAWS:
            here = {name: promise for name, promise in some.items() if world in promise.worlds}
            if here:
                _in_law(here, drawn[world], world, said, seed)
    return said


def _in_law(promises: Mapping[str, Promise], scene: Scene | str, world: str, said: Said, seed: int) -> None:
    """Promises in a world whose law is known."""
    if isinstance(scene, str):
        said.samples.update({(name, world): scene for name in promises})
        return
    scales, (run,) = _run(promises, scene)
    for name, promise in promises.items():
        said.worlds[name, world] = scene.says
        said.samples[name, world] = _unusable(promise, run, scales[name]) or of_law(promise, run, scales[name], seed)


def _in_data(
    promises: Mapping[str, Promise], drawn: Mapping[str, Scene | str], said: Said, years: float, seed: int
) -> None:
    """Promises by the history and by its blocks taken for the law."""
    law, groups, real = (drawn[name] for name in ("bootstrap", RESAMPLES, PAST))
    if isinstance(law, str) or isinstance(groups, str) or isinstance(real, str):
        why = str(law)
        said.samples.update(
            {(name, world): why for name, p in promises.items() for world in _OF_DATA if world in p.worlds}
        )
        return
    scales, (of_blocks, of_resamples, as_it_was) = _run(promises, law, groups, real)
    for name, promise in promises.items():
        at = scales[name]
        why = _unusable(promise, of_blocks, at)
        if "bootstrap" in promise.worlds:
            said.worlds[name, "bootstrap"] = law.says
            said.samples[name, "bootstrap"] = why or of_law(promise, of_blocks, at, seed)
        if "history" in promise.worlds:
            said.worlds[name, "history"] = groups.says
            said.samples[name, "history"] = why or of_groups(promise, of_resamples, of_blocks, at, years)
            if not why:
                said.past[name] = of_past(promise, as_it_was, at)


def _run(promises: Mapping[str, Promise], *drawn: Scene) -> tuple[dict[str, list[float]], list[Outcomes]]:
    """Scales of each promise's baseline, none where risk cannot be matched, and the runs on some scenes."""
    scales = scales_of(promises, drawn[0].part(0, min(PILOT, drawn[0].paths), "pilot", ""))
    lanes = [lane for name, promise in promises.items() if scales[name] for lane in _all(promise, scales[name])]
    return scales, [outcomes(scene, lanes) for scene in drawn]


def scales_of(promises: Mapping[str, Promise], few: Scene) -> dict[str, list[float]]:
    """Scales around the one at which each baseline roughly meets its engine's risk."""
    equal = {name: promise for name, promise in promises.items() if promise.matching != "none"}
    tried = outcomes(few, [lane for promise in equal.values() for lane in _all(promise, _COARSE)])
    scales = {name: [1.0] for name in promises}
    for name, promise in equal.items():
        engine, *baseline = _all(promise, _COARSE)
        risk = np.array([[tried.of(lane, promise.matching).mean() for lane in baseline]])
        goal = np.array([tried.of(engine, promise.matching).mean()])
        at = matched(np.log(_COARSE)[None], risk, goal)[0]
        met = bool((risk >= goal).any()) and np.isfinite(at)
        scales[name] = (np.exp(at) * _FINE).tolist() if met else []
    return scales


def _all(promise: Promise, scales: tuple[float, ...] | list[float]) -> list[Lane]:
    engine, baseline = lanes_of(promise, scales)
    return [engine, *baseline]


def _unusable(promise: Promise, run: Outcomes, scales: list[float]) -> str:
    """Why there is nothing to compare, empty where there is."""
    if not scales:
        return f"at no stake does the baseline come to the engine's {promise.matching.replace('_', ' ')}"
    if idle(promise, run, scales):
        return "the engine never takes a position: it is no policy to compare"
    return ""
