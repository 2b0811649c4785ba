"""
`comparison`: statements that set two policies against each other, decided by `judge.compare`.

All of a register's comparisons are judged at once, because they share their draws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nija_research.judge.checks.exact import STRICT
from nija_research.judge.compare import ComparisonResult, Hypothesis, history_of_prices, judge_many, stated_of
from nija_research.judge.judging import JudgeInputs
from nija_research.judge.verdict import INCONCLUSIVE, Finding

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
    A hypothesis that compares two policies.

    Attributes
    ----------
    promise : dict
        As `compare.Hypothesis.of` takes it: engine, baseline, measure, relation, low, high, matching, worlds, ...
    note : str
        Added to the reason, such as how the words were read.
    hypothesis : Hypothesis
        Made of `promise`.
    """

    __pydantic_config__ = STRICT

    promise: dict[str, Any]
    note: str = ""
    hypothesis: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hypothesis", Hypothesis.of(self.promise))  # read once, here


def comparison(forms: Sequence[Comparison], inputs: JudgeInputs) -> list[Finding]:
    """
    Judge comparisons of policies in several worlds, on the same draws.

    Parameters
    ----------
    forms : sequence of Comparison
        The hypotheses.
    inputs : JudgeInputs
        Its prices are the market; the bundled S&P 500 unless given.

    Returns
    -------
    list of Finding
        One a form, in order.
    """
    hypotheses = {str(k): form.hypothesis for k, form in enumerate(forms)}
    results = judge_many(hypotheses, market=history_of_prices(inputs.prices), rng=inputs.rng)
    return [_finding(form, result) for form, result in zip(forms, results.values(), strict=True)]


def _finding(form: Comparison, result: ComparisonResult) -> Finding:
    hypothesis, deciding = result.hypothesis, result.deciding
    low, high = deciding.interval
    return Finding(
        verdict=result.verdict,
        stated=stated_of(hypothesis),
        found=_finite(deciding.interval.value),
        low=_finite(low),
        high=_finite(high),
        level=result.coverage[0] if deciding.name == "history" else deciding.level,
        stated_low=_finite(hypothesis.low),
        stated_high=_finite(hypothesis.high),
        unit=_UNITS["ratio"] if hypothesis.relation == "ratio" else _UNITS.get(hypothesis.measure, ""),
        reason=" ".join(filter(None, (result.reason, form.note))),
        change=_change(result),
        years_needed=_finite(result.years_needed),
        p=_finite(result.p),
        details=tuple({"world": row.pop("name"), **row} for row in (world.to_dict() for world in result.worlds)),
    )


def _change(result: ComparisonResult) -> str:
    if result.verdict == INCONCLUSIVE and result.years_needed is not None:
        return f"About {result.years_needed:,.0f} years of daily data, if what was found is the truth."
    if result.verdict == INCONCLUSIVE:
        return "A world in which it does not hold being ruled out, or one in which it holds being shown to be ours."
    return f"Another market, or another world. The interval: {result.coverage[1]}."


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
