"""
Run the policies of many promises in their worlds, once each, and hand back what every world says of every promise.

Where risk is to be equal, the stake of the baseline that meets the engine's is looked for on a few paths first; the
runs proper are at five scales around it. Stands on: `scenes`, `paths`, `sample`, `estimand`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from nija_research.judge.compare.estimand import matched
from nija_research.judge.compare.history import History
from nija_research.judge.compare.paths import Lane, Outcomes, outcomes
from nija_research.judge.compare.promise import Promise
from nija_research.judge.compare.sample import Sample, idle, lanes_of, of_groups, of_law, of_past
from nija_research.judge.compare.scene import Scene
from nija_research.judge.compare.scenes import LAWS, PAST, RESAMPLES, scenes
from nija_research.judge.compare.settings import Settings

__all__ = ["PILOT", "Said", "samples", "scales_of"]

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
