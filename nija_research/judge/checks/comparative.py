"""
`comparison`: statements that set two policies against each other, decided by `judge.compare`.

All of a register's comparisons are judged at once, because they share their draws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nija_research.judge.cache import JudgeInputs
from nija_research.judge.checks.exact import STRICT
from nija_research.judge.compare import Judgement, Promise, WorldJudgement, history_of_prices, judge_many, stated_of
from nija_research.judge.verdict import INCONCLUSIVE, REFUTED, Finding

__all__ = ["Comparison", "comparison"]

_UNITS = {
    "ratio": "of the baseline's",
    "growth": "nats a year",
    "halted": "of paths",
    "deep": "of paths",
    "max_drawdown": "of the peak",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """
    A promise that compares two policies.

    Attributes
    ----------
    promise : dict
        As `compare.Promise.of` takes it: engine, baseline, measure, relation, low, high, matching, worlds, ...
    note : str
        Added to the reason, such as how the words were read.
    """

    __pydantic_config__ = STRICT

    promise: dict[str, Any]
    note: str = ""

    def __post_init__(self) -> None:
        Promise.of(self.promise)


def comparison(forms: Sequence[Comparison], inputs: JudgeInputs) -> list[Finding]:
    """
    Judge comparisons of policies in several worlds, on the same draws.

    Parameters
    ----------
    forms : sequence of Comparison
        The promises.
    inputs : JudgeInputs
        Its prices are the market; the bundled S&P 500 unless given.

    Returns
    -------
    list of Finding
        One a form, in order.
    """
    promises = {str(k): Promise.of(form.promise) for k, form in enumerate(forms)}
    judged = judge_many(promises, market=history_of_prices(inputs.prices), rng=inputs.rng)
    return [_finding(form, promises[name], judged[name]) for form, name in zip(forms, promises, strict=True)]


def _finding(form: Comparison, promise: Promise, found: Judgement) -> Finding:
    unit = _UNITS["ratio"] if promise.relation == "ratio" else _UNITS.get(promise.measure, "")
    spoke = _speaker(found)
    value, low, high = (_finite(x) for x in (spoke.found, spoke.low, spoke.high))
    return Finding(
        verdict=found.verdict,
        stated=stated_of(promise),
        found=value,
        low=low,
        high=high,
        level=found.nominal if spoke.name == "history" else spoke.level,
        stated_low=_finite(promise.low),
        stated_high=_finite(promise.high),
        unit=unit,
        reason=" ".join(filter(None, (found.reason, form.note))),
        change=_change(found),
        years_needed=_finite(found.years_needed),
        p=_finite(found.p),
        details=tuple(_world(world) for world in found.to_dict()["worlds"]),
    )


def _speaker(found: Judgement) -> WorldJudgement:
    """Return the world whose number decided: the first that refutes what is refuted, else the first of all."""
    refuting = [world for world in found.worlds if world.verdict == found.verdict == REFUTED]
    return (refuting or list(found.worlds))[0]


def _world(world: dict[str, Any]) -> dict[str, Any]:
    return {"world": world["name"], **{name: value for name, value in world.items() if name != "name"}}


def _change(found: Judgement) -> str:
    if found.verdict == INCONCLUSIVE and found.years_needed is not None:
        return f"About {found.years_needed:,.0f} years of daily data, if what was found is the truth."
    if found.verdict == INCONCLUSIVE:
        return "A world in which it does not hold being ruled out, or one in which it holds being shown to be ours."
    return f"Another market, or another world. The interval: {found.coverage}."


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
