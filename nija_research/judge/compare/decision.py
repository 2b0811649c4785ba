"""
From intervals to a verdict, its record and its reason: inside what is stated, outside of it, or across an edge.

A hypothesis is a set of margins that must all be above 0: one an edge. It is supported where every margin's interval
lies above 0, refuted where one lies below, and neither else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import exp, inf, isfinite, isnan, log
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.judge.compare.history import History
from nija_research.judge.compare.hypothesis import Promise
from nija_research.judge.compare.inference import Interval, contrast, logarithmic
from nija_research.judge.compare.runs import Relation, Sample
from nija_research.judge.verdict import INCONCLUSIVE, NOT_TESTABLE, REFUTED, SUPPORTED

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CERTAIN", "Decision", "Judgement", "WorldJudgement", "coverage_of", "decide", "measure_of", "reason_of",
    "relation_of", "stated_of", "years_to_decide",
]  # fmt: skip

#: Why a sign is certain though the interval ends at 0.
CERTAIN = "no path goes the other way"

#: Ratios of growth that are told apart.
_RATIOS = np.concatenate([-np.geomspace(50.0, 0.01, 300), np.linspace(-0.01, 0.01, 5), np.geomspace(0.01, 50.0, 300)])
#: 95 % point of the normal law.
_TAIL = NormalDist().inv_cdf(0.95)
#: Longer than this no market stays what it was.
_FOREVER = 10_000.0


class Decision(NamedTuple):
    """
    A verdict in one world.

    Attributes
    ----------
    shown : Interval
        The relation as it is stated (a ratio, not its logarithm).
    margins : tuple of Interval
        Distances from the stated edges, above 0 where the promise holds.
    verdict : str
        One of the four.
    why : str
        Where the relation does not exist, why; or `CERTAIN`.

    Notes
    -----
    The p-value is one-sided, of the verdict or of the nearer one. An interval's ends were set so that 5 % of the truths
    lie beyond either; between them and the estimate the normal law is taken. Supported needs every margin, so that its
    p is the largest of them; refuted needs one.
    """

    shown: Interval
    margins: tuple[Interval, ...]
    verdict: str
    why: str

    @property
    def p(self) -> float:
        """Return the p-value; NaN where there is no relation."""
        if not self.margins:
            return float("nan")
        tails = [_tails(margin) for margin in self.margins]
        by = {SUPPORTED: max(above for above, _ in tails), REFUTED: min(below for _, below in tails)}
        return by.get(self.verdict, min(by.values()))


def decide(promise: Promise, sample: Sample) -> Decision:
    """
    Judge a promise by what one world says.

    Parameters
    ----------
    promise : Promise
        What is stated.
    sample : Sample
        Engine and baseline in this world.

    Returns
    -------
    Decision
    """
    if promise.relation == "ratio" and promise.measure == "growth":
        return _growths(promise, sample)
    found = sample.interval(lambda a, b: contrast(promise, a, b))
    if isnan(found.found):
        return Decision(found, (), NOT_TESTABLE, _nowhere(promise))
    why = CERTAIN if sample.sign else ""
    if sample.sign:  # no resample has the other sign, and no stretch may say that one could
        least = float(np.nextafter(0.0, float(sample.sign)))
        ends = (max(found.low, least), found.high) if sample.sign > 0 else (found.low, min(found.high, least))
        found = Interval(found.found, *ends)
    edge = _log if logarithmic(promise) else float
    shown = Interval(*(exp(x) for x in found)) if logarithmic(promise) else _bounded(promise, found)
    margins = _margins(found, edge(promise.low), edge(promise.high))
    return Decision(shown, margins, _verdict(margins, promise.strict), why)


def years_to_decide(margins: tuple[Interval, ...], years: float) -> float | None:
    """
    Return years of data that would decide, if intervals narrow with the root of the years and estimates stay.

    Parameters
    ----------
    margins : tuple of Interval
        As `Decision` has them.
    years : float
        Of the data that they rest on.

    Returns
    -------
    float or None
        None where there is no relation, an estimate lies on an edge, or it would take ten thousand years.
    """
    broken = [m for m in margins if m.found < 0.0]
    if broken:
        needed = min((m.high / m.found - 1.0) ** 2 for m in broken)
    elif margins and all(m.found > 0.0 for m in margins):
        needed = max((1.0 - m.low / m.found) ** 2 for m in margins)
    else:
        return None
    return years * needed if isfinite(needed) and years * needed < _FOREVER else None


def relation_of(promise: Promise, sample: Sample) -> float:
    """Return the relation in a sample as it is stated, without an interval; NaN where it does not exist."""
    if promise.relation == "ratio" and promise.measure == "growth":
        a, b = (float(x[0]) for x in sample.centre)
        return a / b if b > 0.0 else np.nan
    value = sample.value(lambda a, b: contrast(promise, a, b))
    return exp(value) if logarithmic(promise) else value


def _margins(found: Interval, low: float, high: float) -> tuple[Interval, ...]:
    """Distances from both stated edges."""
    margins = []
    if low > -inf:
        margins.append(Interval(found.found - low, found.low - low, found.high - low))
    if high < inf:
        margins.append(Interval(high - found.found, high - found.high, high - found.low))
    return tuple(margins)


def _tails(margin: Interval) -> tuple[float, float]:
    """One-sided p-values of a margin being above 0, and below."""
    down, up = margin.found - margin.low, margin.high - margin.found
    above = margin.found / down if down > 0.0 else float(np.sign(margin.found)) * inf
    below = -margin.found / up if up > 0.0 else -float(np.sign(margin.found)) * inf
    p_above, p_below = (NormalDist().cdf(-_TAIL * (0.0 if isnan(x) else x)) for x in (above, below))
    return p_above, p_below


def _bounded(promise: Promise, found: Interval) -> Interval:
    """What can be shown: a share of paths or of time lies in [0, 1], and a stretched end may lie beyond."""
    if promise.measure not in ("halted", "deep", "time_under_water"):
        return found
    least = 0.0 if promise.relation == "value" else -1.0
    return Interval(*(round(min(max(x, least), 1.0), 12) + 0.0 for x in found))


def _verdict(margins: tuple[Interval, ...], strict: bool) -> str:
    if any(m.high < 0.0 or (strict and m.high == 0.0) for m in margins):
        return REFUTED
    if all(m.low > 0.0 or (not strict and m.low == 0.0) for m in margins):
        return SUPPORTED
    return INCONCLUSIVE


def _growths(promise: Promise, sample: Sample) -> Decision:
    """A ratio of growths, by contrasts that need no division."""
    below = sample.interval(lambda _a, b: b)
    if isnan(below.found) or isnan(sample.interval(lambda a, _b: a).found):
        return Decision(below, (), NOT_TESTABLE, _nowhere(promise))
    nothing = Interval(np.nan, np.nan, np.nan)
    if below.high <= 0.0:
        return Decision(nothing, (), NOT_TESTABLE, "the baseline does not grow: no multiple of its growth is defined")
    margins = []
    if promise.low > -inf:
        margins.append(sample.interval(lambda a, b: a - promise.low * b))
    if promise.high < inf:
        margins.append(sample.interval(lambda a, b: promise.high * b - a))
    verdict = _verdict(tuple(margins), promise.strict)
    if verdict == SUPPORTED and below.low <= 0.0:
        verdict = INCONCLUSIVE
    if below.found <= 0.0:
        return Decision(Interval(np.nan, -inf, inf), tuple(margins), verdict, "the baseline may not grow at all")
    ratio = float((sample.centre[0] / sample.centre[1])[0])
    if below.low <= 0.0:
        return Decision(Interval(ratio, -inf, inf), tuple(margins), verdict, "the baseline may not grow at all")
    held = [r for r in _RATIOS if (m := sample.interval(_less(float(r)))).low <= 0.0 <= m.high]
    ends = (min(held), max(held)) if held else (ratio, ratio)
    return Decision(Interval(ratio, min(ratio, *ends), max(ratio, *ends)), tuple(margins), verdict, "")


def _less(ratio: float) -> Relation:
    def relation(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        return a - ratio * b

    return relation


def _log(edge: float) -> float:
    return -inf if edge <= 0.0 else log(edge) if edge < inf else inf


def _nowhere(promise: Promise) -> str:
    if promise.matching != "none":
        return f"at no stake does the baseline come to the engine's {promise.matching.replace('_', ' ')}"
    return f"{promise.measure.replace('_', ' ')} of the baseline is 0: there is no ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldJudgement:
    """
    A promise in one world.

    Attributes
    ----------
    name : str
        The world.
    found, low, high : float
        The relation and where it may lie; NaN where it does not exist, infinite where nothing bounds it.
    level : float
        Of the interval: of the data's sampling error in "history", of Monte Carlo error elsewhere.
    verdict : str
        "supported" where the interval lies inside what is stated, "refuted" where outside, else "inconclusive"; "not
        testable" where the relation does not exist.
    p : float
        In "history": one-sided p-value of the verdict, read off the interval; see `Decision`. NaN elsewhere.
    why : str
        What the world is, why there is no relation, or why a sign is certain.
    """

    name: str
    found: float
    low: float
    high: float
    level: float
    verdict: str
    p: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """
    A promise over all its worlds.

    Attributes
    ----------
    verdict : str
        See `judging.overall`.
    found, low, high, level : float
        Of the world that speaks first: the history, where it is one of them.
    nominal : float or None
        Level at which the interval may be called a confidence interval; None where its coverage was not within 3
        points of it in worlds that it was not tuned in.
    coverage : str
        What is known of how often such an interval holds.
    reason : str
        One sentence.
    years_needed : float or None
        Years of daily data that would decide, if the width of the interval falls with their root and the estimate
        stays; None where the verdict is known, or no data would decide.
    p : float
        Of the history; NaN where it is not one of the worlds.
    n : int
        Bars of data.
    past : float
        The relation on the history itself, stretches of it as they were: one path or a few, no expectation.
    worlds : tuple of WorldJudgement
        The primary worlds in the order of `promise.WORLDS`.
    """

    verdict: str
    found: float
    low: float
    high: float
    level: float
    nominal: float | None
    coverage: str
    reason: str
    years_needed: float | None
    p: float
    n: int
    past: float
    worlds: tuple[WorldJudgement, ...]

    def frame(self) -> pd.DataFrame:
        """Return the worlds, one a row."""
        import pandas as pd

        return pd.DataFrame([asdict(world) for world in self.worlds]).set_index("name")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: None for what is not finite."""
        return {key: _plain(value) for key, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value


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
