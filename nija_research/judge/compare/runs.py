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

from nija_research.interval import Interval
from nija_research.judge.compare.history import History
from nija_research.judge.compare.hypothesis import Hypothesis, Settings
from nija_research.judge.compare.inference import (
    by_resampling,
    by_simulation,
    calibrated,
    kind_of,
    matched,
)
from nija_research.judge.compare.path_sets import LAWS, PAST, RESAMPLES, PathSet, draw_path_sets
from nija_research.policy import Policy
from nija_research.simulate.results import SimulationResult
from nija_research.simulate.sweeping import sweep
from nija_research.units import EDGE

__all__ = [
    "LEAST", "PILOT", "Outcomes", "Relation", "RunSpec", "Sample", "WorldSamples", "of_groups", "of_law",
    "of_past", "outcomes", "pair_of", "samples", "scales_of", "specs_of",
]  # fmt: skip

#: An account that has lost 99 % is over: its growth is counted as if it kept so much of the opening equity.
LEAST = 0.01

#: Columns of the kernel that the measures are made of.
_COLUMNS = ("unit", "max_drawdown", "squared_depth", "under_water", "sum_return", "sum_square", "halts", "short")
_BASE = 10_000.0
#: Stakes may exceed equity: a policy that is scaled to equal risk may need borrowed money.
_POWER = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """
    One run on every path of a set.

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
    Runs on the paths of one set.

    Attributes
    ----------
    path_set : PathSet
        The paths.
    runs : dict of RunSpec to SimulationResult
        What each spec left.
    """

    path_set: PathSet
    runs: dict[RunSpec, SimulationResult]

    def of(self, spec: RunSpec, measure: str, *, depth: float = 0.20) -> NDArray[np.float64]:
        """
        Return a measure path by path, shape (paths,).

        Growth is in nats a year; the rest are shares, of the year for "time_to_target" (years, the length of the path
        where the target is not reached).
        """
        run = self.runs[spec]
        if measure == "growth":
            return np.asarray(np.log(np.maximum(run["unit"], LEAST)) / run.years)
        if measure == "halted":
            return (run["halts"] > 0.0).astype(np.float64)
        if measure == "deep":
            return (run.max_drawdown >= depth - EDGE).astype(np.float64)
        if measure == "time_to_target":
            return np.minimum(run.time_to_target, run.horizon) / run.horizon * run.years
        return np.asarray(getattr(run, measure))


def outcomes(path_set: PathSet, specs: Iterable[RunSpec]) -> Outcomes:
    """
    Run specifications on a set of paths, as many as possible on the same draw.

    Parameters
    ----------
    path_set : PathSet
        The paths.
    specs : iterable of RunSpec
        Repeated ones are run once.

    Returns
    -------
    Outcomes
    """
    runs: dict[RunSpec, SimulationResult] = {}
    distinct = dict.fromkeys(specs)
    for edge, target in dict.fromkeys((spec.edge, spec.target) for spec in distinct):
        some = [spec for spec in distinct if (spec.edge, spec.target) == (edge, target)]
        swept = sweep(
            [spec.policy for spec in some],
            path_set.shifted(edge).world if edge else path_set.world,
            base=_BASE,
            buying_power=_POWER,
            scales=[spec.scale for spec in some],
            target=target * _BASE if target else None,
            columns=_COLUMNS,
            n_paths=path_set.n_paths,
            horizon=path_set.bars,
            specialise=False,
        )
        runs |= dict(zip(some, swept.results.values(), strict=True))
    return Outcomes(path_set=path_set, runs=runs)


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
        value = self.value(relation)
        parts = [relation(*part) for part in self.spread]
        if len(parts) == 1:
            return by_simulation(value, parts[0])
        return calibrated(by_resampling(value, *parts), self.kind, self.years)


def specs_of(hypothesis: Hypothesis, scales: Sequence[float]) -> list[RunSpec]:
    """Return the run of the engine, then those of the baseline at some scales; none where there is no baseline."""
    sized = hypothesis.sized()
    target = hypothesis.target if hypothesis.measure == "time_to_target" else 0.0
    engine = RunSpec(policy=sized[0], edge=hypothesis.edge, target=target)
    return [engine, *(RunSpec(policy=policy, scale=float(s), target=target) for policy in sized[1:] for s in scales)]


def pair_of(hypothesis: Hypothesis, run: Outcomes, scales: Sequence[float], over: Callable[[Any], Any]) -> _Pair:
    """
    Return the measure of engine and baseline in each replicate, the baseline at equal risk where that is asked.

    `over` takes values of all runs, shape (paths, runs), to expectations, shape (replicates, runs). Zeros where there
    is no baseline.
    """
    specs = specs_of(hypothesis, scales)

    def means(measure: str) -> NDArray[np.float64]:
        columns = [run.of(spec, measure, depth=hypothesis.depth) for spec in specs]
        columns += [np.zeros_like(columns[0])] * (len(specs) == 1)
        expectations: NDArray[np.float64] = over(np.stack(columns, axis=1))
        return expectations

    values = means(hypothesis.measure)
    if hypothesis.matching == "none":
        return values[:, 0], values[:, 1]
    risk = means(hypothesis.matching)
    return values[:, 0], matched(values[:, 1:], risk[:, 1:], risk[:, 0])


def _sign(hypothesis: Hypothesis, runs: Sequence[Outcomes], scales: Sequence[float]) -> int:
    """See `Sample.sign`."""
    if (
        hypothesis.measure not in ("halted", "deep")
        or hypothesis.relation != "difference"
        or hypothesis.matching != "none"
    ):
        return 0
    two = specs_of(hypothesis, scales)[:2]
    more = [np.subtract(*(run.of(spec, hypothesis.measure, depth=hypothesis.depth) for spec in two)) for run in runs]
    low, high = min(x.min() for x in more), max(x.max() for x in more)
    return int(high > 0.0 and low == 0.0) - int(low < 0.0 and high == 0.0)


def _whole(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values.mean(axis=0, keepdims=True))


@lru_cache(maxsize=4)
def _counts(n: int, rng: int) -> NDArray[np.float64]:
    """How often each of `n` paths is in each resample of them, as a share; the same ones for every hypothesis."""
    return np.random.default_rng([rng, 3]).multinomial(n, np.full(n, 1.0 / n), size=_REPLICATES) / n


def of_law(hypothesis: Hypothesis, run: Outcomes, scales: Sequence[float], rng: int) -> Sample:
    """Return what paths of a known law say; `rng` is the seed of the paths' resamples."""
    counts = _counts(run.path_set.n_paths, rng)
    again = pair_of(hypothesis, run, scales, lambda values: counts @ values)
    return Sample(
        centre=pair_of(hypothesis, run, scales, _whole),
        spread=(again,),
        sign=_sign(hypothesis, [run], scales),
    )


def of_groups(hypothesis: Hypothesis, run: Outcomes, law: Outcomes, scales: Sequence[float], years: float) -> Sample:
    """Return what paths from resamples of the history say, around those of the resampled history's own law."""
    groups = run.path_set.groups

    def half(which: slice) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
        return lambda values: np.asarray(values.reshape(groups, -1, values.shape[1])[:, which].mean(axis=1))

    each = run.path_set.n_paths // groups
    cuts = (slice(0, each), slice(0, each // 2), slice(each // 2, 2 * (each // 2)))
    spread = tuple(pair_of(hypothesis, run, scales, half(cut)) for cut in cuts)
    return Sample(
        centre=pair_of(hypothesis, law, scales, _whole),
        spread=spread,
        kind=kind_of(hypothesis),
        years=years,
        sign=_sign(hypothesis, [run, law], scales),
    )


def of_past(hypothesis: Hypothesis, run: Outcomes, scales: Sequence[float]) -> Sample:
    """Return engine and baseline on the history as it was: a centre without a spread."""
    return Sample(centre=pair_of(hypothesis, run, scales, _whole), spread=())


#: Scales at which a baseline is first tried, on so many paths, and those around the one that meets the engine's risk.
_COARSE, PILOT = tuple((2.0 ** np.arange(-10.0, 3.01, 0.5)).tolist()), 48
_FINE = 1.25 ** np.arange(-2.0, 2.01, 1.0)
_OF_DATA = ("history", "bootstrap")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSamples:
    """
    What worlds say of hypotheses.

    Attributes
    ----------
    samples : dict of (hypothesis, world) to Sample or str
        Engine and baseline, or why they cannot be compared there.
    descriptions : dict of (hypothesis, world) to str
        What the world's paths are.
    past : dict of str to pair
        Hypothesis to its engine and baseline on the history as it was.
    """

    samples: dict[tuple[str, str], Sample | str] = field(default_factory=dict)
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)
    past: dict[str, Sample] = field(default_factory=dict)


def samples(hypotheses: Mapping[str, Hypothesis], history: History, settings: Settings, rng: int) -> WorldSamples:
    """
    Run hypotheses in their worlds.

    Parameters
    ----------
    hypotheses : mapping of str to Hypothesis
        By name.
    history : History
        The market.
    settings : Settings
        How much is simulated.
    rng : int
        Seed of everything.

    Returns
    -------
    WorldSamples
    """
    by_world = WorldSamples()
    # Apart, so that a hypothesis without regimes is judged on the same paths whether or not another one names them.
    for named in (False, True):
        some = {name: one for name, one in hypotheses.items() if one.named is named}
        sets = draw_path_sets(history, {w for one in some.values() for w in one.worlds}, settings, rng, named=named)
        for worlds in (_OF_DATA, *((law,) for law in LAWS)):
            here = {name: one for name, one in some.items() if set(worlds) & set(one.worlds)}
            if here:
                keys = ("bootstrap", RESAMPLES, PAST) if worlds == _OF_DATA else worlds
                _sample(here, worlds, [sets[key] for key in keys], by_world, history.years, rng)
    return by_world


def _sample(
    hypotheses: Mapping[str, Hypothesis], worlds: Sequence[str], sets: Sequence[PathSet | str], by_world: WorldSamples,
    years: float, rng: int,
) -> None:  # fmt: skip
    """Hypotheses on the paths of a law; of the history's blocks, then also on its resamples and as it was."""
    paths = [one for one in sets if isinstance(one, PathSet)]
    if len(paths) < len(sets):
        why = {
            (name, world): str(sets[0]) for name, one in hypotheses.items() for world in worlds if world in one.worlds
        }
        by_world.samples.update(why)
        return
    law, resamples = paths[0], paths[1] if len(paths) > 1 else None
    scales, (on_law, *on_past) = _run(hypotheses, *paths)
    for name, one in hypotheses.items():
        at = scales[name]
        unusable = _unusable(one, on_law, at)
        if law.name in one.worlds:
            by_world.descriptions[name, law.name] = law.description
            by_world.samples[name, law.name] = unusable or of_law(one, on_law, at, rng)
        if resamples is not None and "history" in one.worlds:
            by_world.descriptions[name, "history"] = resamples.description
            by_world.samples[name, "history"] = unusable or of_groups(one, on_past[0], on_law, at, years)
            if not unusable:
                by_world.past[name] = of_past(one, on_past[1], at)


def _run(hypotheses: Mapping[str, Hypothesis], *sets: PathSet) -> tuple[dict[str, list[float]], list[Outcomes]]:
    """Scales of each hypothesis's baseline, none where risk cannot be matched, and the runs on some sets of paths."""
    scales = scales_of(hypotheses, sets[0].part(0, min(PILOT, sets[0].n_paths), "pilot", ""))
    specs = [spec for name, one in hypotheses.items() if scales[name] for spec in specs_of(one, scales[name])]
    return scales, [outcomes(path_set, specs) for path_set in sets]


def scales_of(hypotheses: Mapping[str, Hypothesis], few: PathSet) -> dict[str, list[float]]:
    """Scales around the one at which each baseline roughly meets its engine's risk."""
    equal = {name: hypothesis for name, hypothesis in hypotheses.items() if hypothesis.matching != "none"}
    pilot = outcomes(few, [spec for hypothesis in equal.values() for spec in specs_of(hypothesis, _COARSE)])
    scales = {name: [1.0] for name in hypotheses}
    for name, hypothesis in equal.items():
        engine, *baseline = specs_of(hypothesis, _COARSE)
        risk = np.array([[pilot.of(spec, hypothesis.matching).mean() for spec in baseline]])
        goal = np.array([pilot.of(engine, hypothesis.matching).mean()])
        at = matched(np.log(_COARSE)[None], risk, goal)[0]
        met = bool((risk >= goal).any()) and np.isfinite(at)
        scales[name] = (np.exp(at) * _FINE).tolist() if met else []
    return scales


def _unusable(hypothesis: Hypothesis, run: Outcomes, scales: list[float]) -> str:
    """Why there is nothing to compare, empty where there is."""
    if not scales:
        return f"at no stake does the baseline come to the engine's {hypothesis.matching.replace('_', ' ')}"
    if not run.of(specs_of(hypothesis, scales)[0], "volatility").any():
        return "the engine never takes a position: it is no policy to compare"
    return ""
