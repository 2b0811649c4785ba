"""
From intervals to a verdict, its record and its reason: inside what is stated, outside of it, or across an edge.

A hypothesis is a set of margins that must all be above 0: one an edge. It is supported where every margin's interval
lies above 0, refuted where one lies below, and neither else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, isfinite, isnan, log, nan
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.interval import Interval
from nija_research.judge.compare.history import History
from nija_research.judge.compare.hypothesis import Hypothesis
from nija_research.judge.compare.inference import contrast, logarithmic
from nija_research.judge.compare.runs import Sample
from nija_research.judge.verdict import INCONCLUSIVE, NOT_TESTABLE, REFUTED, SUPPORTED

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CERTAIN", "LEVEL", "SIMULATED", "ComparisonResult", "WorldResult", "decide", "overall", "reason_of", "relation_of",
    "stated_of", "years_to_decide",
]  # fmt: skip

#: Of intervals from a history, and of Monte Carlo intervals.
LEVEL, SIMULATED = 0.95, 0.99
#: Why a sign is certain though the interval ends at 0.
CERTAIN = "no path goes the other way"

#: Ratios of growth that are told apart.
_RATIOS = np.concatenate([-np.geomspace(50.0, 0.01, 300), np.linspace(-0.01, 0.01, 5), np.geomspace(0.01, 50.0, 300)])
#: 95 % point of the normal law.
_TAIL = NormalDist().inv_cdf(0.95)
#: Longer than this no market stays what it was.
_FOREVER = 10_000.0
_NOWHERE = Interval(nan, nan, nan)
_NAMES = {"halted": "share of paths halted", "time_to_target": "years to the target"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldResult:
    """
    A hypothesis in one world.

    Attributes
    ----------
    name : str
        The world.
    interval : Interval
        The relation as it is stated (a ratio, not its logarithm) and where it may lie; NaN where it does not exist,
        infinite where nothing bounds it.
    margins : tuple of Interval
        Distances from the stated edges, above 0 where the hypothesis holds.
    verdict : str
        "supported" where the interval lies inside what is stated, "refuted" where outside, else "inconclusive"; "not
        testable" where the relation does not exist.
    why : str
        What the world is, why there is no relation, or `CERTAIN`.
    """

    name: str
    interval: Interval
    margins: tuple[Interval, ...]
    verdict: str
    why: str

    @property
    def level(self) -> float:
        """Level of the interval: of the data's sampling error in "history", of Monte Carlo error elsewhere."""
        return LEVEL if self.name == "history" else SIMULATED

    @property
    def p(self) -> float:
        """
        In "history": one-sided p-value of the verdict or of the nearer one; NaN elsewhere, and without a relation.

        An interval's ends were set so that 5 % of the truths lie beyond either; between them and the estimate the
        normal law is taken. Supported needs every margin, so that its p is the largest of them; refuted needs one.
        """
        if not self.margins or self.name != "history":
            return nan
        tails = [_tails(margin) for margin in self.margins]
        by = {SUPPORTED: max(above for above, _ in tails), REFUTED: min(below for _, below in tails)}
        return by.get(self.verdict, min(by.values()))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: None for what is not finite."""
        numbers = {"found": self.interval.value, "low": self.interval.low, "high": self.interval.high}
        row = {"name": self.name, **numbers, "level": self.level, "verdict": self.verdict, "p": self.p, "why": self.why}
        return {key: None if isinstance(x, float) and not isfinite(x) else x for key, x in row.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonResult:
    """
    A hypothesis over all its worlds.

    Attributes
    ----------
    hypothesis : Hypothesis
        What was judged.
    worlds : tuple of WorldResult
        The primary worlds in the order of `hypothesis.WORLDS`; the first one speaks first.
    verdict : str
        See `overall`.
    reason : str
        One sentence.
    years_needed : float or None
        Years of daily data that would decide, if the width of the interval falls with their root and the estimate
        stays; None where the verdict is known, or no data would decide.
    n : int
        Bars of data.
    past : float
        The relation on the history itself, stretches of it as they were: one path or a few, no expectation.
    """

    hypothesis: Hypothesis
    worlds: tuple[WorldResult, ...]
    verdict: str
    reason: str
    years_needed: float | None
    n: int
    past: float

    @property
    def deciding(self) -> WorldResult:
        """The world whose number decided: the first that refutes what is refuted, else the first of all."""
        refuting = [world for world in self.worlds if world.verdict == self.verdict == REFUTED]
        return (refuting or list(self.worlds))[0]

    @property
    def p(self) -> float:
        """P-value of the history; NaN where it is not one of the worlds."""
        return next((world.p for world in self.worlds if world.name == "history"), nan)

    @property
    def coverage(self) -> tuple[float | None, str]:
        """
        Level at which the first world's interval may be called a confidence interval, and what is known of it.

        The level is None where the interval's coverage was not within 3 points of it in worlds that it was not tuned
        in.
        """
        stated = self.hypothesis
        if self.worlds[0].name != "history":
            return None, "Monte Carlo error of a known law, 99 %: the law itself may be wrong"
        matched = stated.matching == "volatility" and stated.measure in ("growth", "max_drawdown", "ulcer_index")
        plain = (stated.measure, stated.relation, stated.matching) == ("max_drawdown", "ratio", "none")
        if matched or plain:
            return LEVEL, "95 %: set by simulation in one world, within 3 points in another (docs/calibration.md)"
        return None, "at least 95 % in the worlds of docs/calibration.md, nearly always in calm ones"

    def to_frame(self) -> pd.DataFrame:
        """Return the worlds, one a row by name: found, low, high, level, verdict, p, why."""
        import pandas as pd

        return pd.DataFrame([world.to_dict() for world in self.worlds]).set_index("name")


def decide(hypothesis: Hypothesis, sample: Sample | str, world: str = "history", description: str = "") -> WorldResult:
    """
    Judge a hypothesis by what one world says.

    Parameters
    ----------
    hypothesis : Hypothesis
        What is stated.
    sample : Sample or str
        Engine and baseline in this world; or why they cannot be compared there.
    world, description : str
        The world's name, and what its paths are.

    Returns
    -------
    WorldResult
    """
    if isinstance(sample, str):
        return WorldResult(name=world, interval=_NOWHERE, margins=(), verdict=NOT_TESTABLE, why=sample)
    growths = hypothesis.relation == "ratio" and hypothesis.measure == "growth"
    interval, margins, verdict, why = (_growths if growths else _relation)(hypothesis, sample)
    return WorldResult(name=world, interval=interval, margins=margins, verdict=verdict, why=why or description)


_Decision = tuple[Interval, tuple[Interval, ...], str, str]


def _relation(hypothesis: Hypothesis, sample: Sample) -> _Decision:
    """A ratio of measures that are never negative, a difference, or the engine's value."""
    interval = sample.interval(lambda a, b: contrast(hypothesis, a, b))
    if isnan(interval.value):
        return interval, (), NOT_TESTABLE, _nowhere(hypothesis)
    if sample.sign:  # no resample has the other sign, and no stretch may say that one could
        least = float(np.nextafter(0.0, float(sample.sign)))
        low, high = interval
        low, high = (max(low, least), high) if sample.sign > 0 else (low, min(high, least))
        interval = Interval(interval.value, low, high)
    edge: Callable[[float], float] = _log if logarithmic(hypothesis) else float
    margins = _margins(interval, edge(hypothesis.low), edge(hypothesis.high))
    stated = _each(exp, interval) if logarithmic(hypothesis) else _bounded(hypothesis, interval)
    return stated, margins, _verdict(margins, hypothesis.strict), CERTAIN if sample.sign else ""


def _growths(hypothesis: Hypothesis, sample: Sample) -> _Decision:
    """A ratio of growths, by contrasts that need no division."""
    below = sample.interval(lambda _a, b: b)
    if isnan(below.value) or isnan(sample.interval(lambda a, _b: a).value):
        return below, (), NOT_TESTABLE, _nowhere(hypothesis)
    if below.high <= 0.0:
        return _NOWHERE, (), NOT_TESTABLE, "the baseline does not grow: no multiple of its growth is defined"
    margins = []
    if hypothesis.low > -inf:
        margins.append(sample.interval(lambda a, b: a - hypothesis.low * b))
    if hypothesis.high < inf:
        margins.append(sample.interval(lambda a, b: hypothesis.high * b - a))
    verdict = _verdict(tuple(margins), hypothesis.strict)
    if below.low > 0.0:
        return _fieller(sample), tuple(margins), verdict, ""
    value = nan if below.value <= 0.0 else float((sample.centre[0] / sample.centre[1])[0])
    verdict = INCONCLUSIVE if verdict == SUPPORTED else verdict
    return Interval(value, -inf, inf), tuple(margins), verdict, "the baseline may not grow at all"


def _fieller(sample: Sample) -> Interval:
    """The ratios that the data do not exclude."""

    def excluded(ratio: float) -> bool:
        low, high = sample.interval(lambda a, b: a - ratio * b)
        return not low <= 0.0 <= high

    ratio = float((sample.centre[0] / sample.centre[1])[0])
    ends = [ratio, *(float(r) for r in _RATIOS if not excluded(float(r)))]
    return Interval(ratio, min(ends), max(ends))


def overall(verdicts: dict[str, str]) -> str:
    """
    Return one verdict over primary worlds.

    Parameters
    ----------
    verdicts : dict of str to str
        Verdict by world.

    Returns
    -------
    str
        "supported" where every world supports. "refuted" where the history refutes; where the history is not one of
        the worlds, where any of them does. "not testable" where the history, or every world, has no such relation.
        Else "inconclusive". Laws fitted to the history cannot refute beside it: they all inherit its luck, and an error
        rate holds for the history's interval alone.
    """
    given = set(verdicts.values())
    if given == {SUPPORTED}:
        return SUPPORTED
    history = verdicts.get("history")
    if history == REFUTED or (history is None and REFUTED in given):
        return REFUTED
    if history == NOT_TESTABLE or given == {NOT_TESTABLE}:
        return NOT_TESTABLE
    return INCONCLUSIVE


def years_to_decide(margins: tuple[Interval, ...], years: float) -> float | None:
    """
    Return years of data that would decide, if intervals narrow with the root of the years and estimates stay.

    Parameters
    ----------
    margins : tuple of Interval
        As `WorldResult` has them.
    years : float
        Of the data that they rest on.

    Returns
    -------
    float or None
        None where there is no relation, an estimate lies on an edge, or it would take ten thousand years.
    """
    broken = [m for m in margins if m.value < 0.0]
    if broken:
        needed = min((m.high / m.value - 1.0) ** 2 for m in broken)
    elif margins and all(m.value > 0.0 for m in margins):
        needed = max((1.0 - m.low / m.value) ** 2 for m in margins)
    else:
        return None
    return years * needed if isfinite(needed) and years * needed < _FOREVER else None


def relation_of(hypothesis: Hypothesis, sample: Sample) -> float:
    """Return the relation in a sample as it is stated, without an interval; NaN where it does not exist."""
    if hypothesis.relation == "ratio" and hypothesis.measure == "growth":
        a, b = (float(x[0]) for x in sample.centre)
        return a / b if b > 0.0 else nan
    value = sample.value(lambda a, b: contrast(hypothesis, a, b))
    return exp(value) if logarithmic(hypothesis) else value


def stated_of(hypothesis: Hypothesis) -> str:
    """Return what is stated, in words."""
    name = _measure(hypothesis)
    what = {"ratio": f"{name}, engine / baseline", "difference": f"{name}, engine - baseline", "value": name}
    equal = "" if hypothesis.matching == "none" else f", at equal {_plain(hypothesis.matching)}"
    return f"{what[hypothesis.relation]}{equal}: {_region(hypothesis)}"


def reason_of(
    hypothesis: Hypothesis, verdict: str, worlds: tuple[WorldResult, ...], years: float | None, history: History
) -> str:
    """Return the sentence that says why a verdict fell."""
    first = worlds[0]
    if verdict == NOT_TESTABLE:
        return f"{first.name}: {first.why}."
    equal = "" if hypothesis.matching == "none" else f" at equal {_plain(hypothesis.matching)}"
    relation = {"ratio": ", engine / baseline", "difference": ", engine - baseline", "value": ""}[hypothesis.relation]
    what = f"{_measure(hypothesis)}{relation}{equal}:"
    low, high = first.interval
    interval = f"{_number(first.interval.value)} ({_number(low)} to {_number(high)})"
    where = f"{history.years:.0f} years of {history.name}" if first.name == "history" else f"the world {first.name}"
    parts = [f"{what[0].upper()}{what[1:]} {interval} in {where}, stated {_region(hypothesis)}"]
    if first.why == CERTAIN and first.verdict == verdict:
        parts.append(f"{CERTAIN[0].upper()}{CERTAIN[1:]}")
    if words := "; ".join(_listed([world for world in worlds if world.name != "history"])):
        parts.append(f"{words[0].upper()}{words[1:]}")
    if verdict == INCONCLUSIVE and first.name == "history":
        if first.verdict != INCONCLUSIVE:
            parts.append("The data agree, but not every world does")
        elif years is None:
            parts.append("The estimate lies so near an edge that no length of data decides")
        else:
            parts.append(f"About {years:,.0f} years of daily data would decide")
    return ". ".join(parts) + "."


def _each(function: Callable[[float], float], interval: Interval) -> Interval:
    return Interval(function(interval.value), function(interval.low), function(interval.high))


def _margins(interval: Interval, low: float, high: float) -> tuple[Interval, ...]:
    """Distances from both stated edges."""
    margins = []
    if low > -inf:
        margins.append(_each(lambda x: x - low, interval))
    if high < inf:
        margins.append(Interval(high - interval.value, high - interval.high, high - interval.low))
    return tuple(margins)


def _tails(margin: Interval) -> tuple[float, float]:
    """One-sided p-values of a margin being above 0, and below."""
    down, up = margin.value - margin.low, margin.high - margin.value
    above = margin.value / down if down > 0.0 else float(np.sign(margin.value)) * inf
    below = -margin.value / up if up > 0.0 else -float(np.sign(margin.value)) * inf
    p_above, p_below = (NormalDist().cdf(-_TAIL * (0.0 if isnan(x) else x)) for x in (above, below))
    return p_above, p_below


def _bounded(hypothesis: Hypothesis, interval: Interval) -> Interval:
    """What can be shown: a share of paths or of time lies in [0, 1], and a stretched end may lie beyond."""
    if hypothesis.measure not in ("halted", "deep", "time_under_water"):
        return interval
    least = 0.0 if hypothesis.relation == "value" else -1.0
    return _each(lambda x: round(min(max(x, least), 1.0), 12) + 0.0, interval)


def _verdict(margins: tuple[Interval, ...], strict: bool) -> str:
    if any(m.high < 0.0 or (strict and m.high == 0.0) for m in margins):
        return REFUTED
    if all(m.low > 0.0 or (not strict and m.low == 0.0) for m in margins):
        return SUPPORTED
    return INCONCLUSIVE


def _log(edge: float) -> float:
    return -inf if edge <= 0.0 else log(edge) if edge < inf else inf


def _nowhere(hypothesis: Hypothesis) -> str:
    if hypothesis.matching != "none":
        return f"at no stake does the baseline come to the engine's {_plain(hypothesis.matching)}"
    return f"{_plain(hypothesis.measure)} of the baseline is 0: there is no ratio"


def _measure(hypothesis: Hypothesis) -> str:
    """What is measured, in words."""
    if hypothesis.measure == "deep":
        return f"share of paths that fall {100.0 * hypothesis.depth:g} % or more"
    return _NAMES.get(hypothesis.measure, _plain(hypothesis.measure))


def _region(hypothesis: Hypothesis) -> str:
    low, high = hypothesis.low, hypothesis.high
    if hypothesis.edges == 2:
        return f"{low:g} to {high:g}"
    less, more = ("below", "above") if hypothesis.strict else ("at most", "at least")
    return f"{more} {low:g}" if high == inf else f"{less} {high:g}"


def _listed(worlds: list[WorldResult]) -> list[str]:
    words = {SUPPORTED: "holds in", REFUTED: "fails in", INCONCLUSIVE: "open in", NOT_TESTABLE: "not defined in"}
    by = {verdict: [w for w in worlds if w.verdict == verdict] for verdict in words}
    return [
        f"{words[verdict]} {', '.join(f'{w.name} ({_number(w.interval.value)})' for w in some)}"
        for verdict, some in by.items()
        if some
    ]


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _number(value: float) -> str:
    if isnan(value):
        return "undefined"
    return f"{value:.4g}" if isfinite(value) else ("unbounded" if value > 0 else "-unbounded")
