"""
A judgement in words: why it fell as it did, and what is known of its interval.

Stands on: `judgement`, `promise`, `history`.
"""

from __future__ import annotations

from math import inf, isfinite, isnan

from nija_research.judge.compare.decide import CERTAIN
from nija_research.judge.compare.history import History
from nija_research.judge.compare.judgement import WorldJudgement
from nija_research.judge.compare.promise import Promise
from nija_research.judge.verdict import INCONCLUSIVE, NOT_TESTABLE, REFUTED, SUPPORTED

__all__ = ["coverage_of", "measure_of", "reason_of", "stated_of"]

_NAMES = {
    "halted": "share of paths halted",
    "time_to_target": "years to the target",
}


def measure_of(promise: Promise) -> str:
    """Return what is measured, in words."""
    if promise.measure == "deep":
        return f"share of paths that fall {100.0 * promise.depth:g} % or more"
    return _NAMES.get(promise.measure, promise.measure.replace("_", " "))


def stated_of(promise: Promise) -> str:
    """Return what is promised, in words."""
    name = measure_of(promise)
    what = {"ratio": f"{name}, engine / baseline", "difference": f"{name}, engine - baseline", "value": name}
    low, high = promise.low, promise.high
    less, more = ("below", "above") if promise.strict else ("at most", "at least")
    where = f"{low:g} to {high:g}" if promise.edges == 2 else f"{more} {low:g}" if high == inf else f"{less} {high:g}"
    equal = "" if promise.matching == "none" else f", at equal {promise.matching.replace('_', ' ')}"
    return f"{what[promise.relation]}{equal}: {where}"


def reason_of(
    promise: Promise, verdict: str, worlds: tuple[WorldJudgement, ...], years: float | None, history: History
) -> str:
    """Return the sentence that says why a verdict fell."""
    first = worlds[0]
    if verdict == NOT_TESTABLE:
        return f"{first.name}: {first.why}."
    equal = "" if promise.matching == "none" else f" at equal {promise.matching.replace('_', ' ')}"
    relation = {"ratio": ", engine / baseline", "difference": ", engine - baseline", "value": ""}[promise.relation]
    what = f"{measure_of(promise)}{relation}{equal}:"
    interval = f"{_number(first.found)} ({_number(first.low)} to {_number(first.high)})"
    where = f"{history.years:.0f} years of {history.name}" if first.name == "history" else f"the world {first.name}"
    parts = [f"{what[0].upper()}{what[1:]} {interval} in {where}, stated {_region(promise)}"]
    if first.why == CERTAIN and first.verdict == verdict:
        parts.append(f"{CERTAIN[0].upper()}{CERTAIN[1:]}")
    known = [world for world in worlds if world.name != "history"]
    if known:
        said = "; ".join(_listed(known))
        parts.append(f"{said[0].upper()}{said[1:]}")
    if verdict == INCONCLUSIVE and first.name == "history" and first.verdict != INCONCLUSIVE:
        parts.append("The data agree, but not every world does")
    elif verdict == INCONCLUSIVE and years is not None:
        parts.append(f"About {years:,.0f} years of daily data would decide")
    elif verdict == INCONCLUSIVE and first.name == "history":
        parts.append("The estimate lies so near an edge that no length of data decides")
    return ". ".join(parts) + "."


def coverage_of(promise: Promise, world: str) -> tuple[float | None, str]:
    """Return the level that the first world's interval may be called by, and what is known of it."""
    if world != "history":
        return None, "Monte Carlo error of a known law, 99 %: the law itself may be wrong"
    matched = promise.matching == "volatility" and promise.measure in ("growth", "max_drawdown", "ulcer_index")
    plain = (promise.measure, promise.relation, promise.matching) == ("max_drawdown", "ratio", "none")
    if matched or plain:
        return 0.95, "95 %: set by simulation in one world, within 3 points in another (docs/calibration.md)"
    return None, "at least 95 % in the worlds of docs/calibration.md, nearly always in calm ones"


def _listed(worlds: list[WorldJudgement]) -> list[str]:
    said = {SUPPORTED: "holds in", REFUTED: "fails in", INCONCLUSIVE: "open in", NOT_TESTABLE: "not defined in"}
    by = {verdict: [w for w in worlds if w.verdict == verdict] for verdict in said}
    return [
        f"{said[verdict]} {', '.join(f'{w.name} ({_number(w.found)})' for w in some)}"
        for verdict, some in by.items()
        if some
    ]


def _region(promise: Promise) -> str:
    return stated_of(promise).rsplit(": ", 1)[1]


def _number(value: float) -> str:
    if isnan(value):
        return "undefined"
    return f"{value:.4g}" if isfinite(value) else ("unbounded" if value > 0 else "-unbounded")
