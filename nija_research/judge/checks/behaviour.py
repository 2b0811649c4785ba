"""
`rule`: statements about what the rules do, decided by running them.

The statement is a formula whose functions are those of the `catalogue`: each runs the suite's own rule, preset or
printed engine and returns one number.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from nija_research.errors import ParameterError
from nija_research.judge.catalogue import catalogue
from nija_research.judge.checks.parts import STRICT, Part, some_parts, verdict_of_parts
from nija_research.judge.formula import evaluate, filled
from nija_research.judge.inputs import Evidence
from nija_research.judge.verdict import Finding

__all__ = ["Rule", "Swept", "rule"]

#: What a swept quantity is reduced to; rises and falls are between neighbours, the largest one, 0 where there is none.
Over = Literal["least", "most", "spread", "largest rise", "largest fall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept(Part):
    """A part whose quantity may be reduced over the sweep: `over` says how; without it the sweep is not read."""

    __pydantic_config__ = STRICT

    over: Over | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    A situation, and what a document says the rules do in it.

    Attributes
    ----------
    parts : list of Swept
        Expressions with functions of the catalogue, each with what is stated; all must hold.
    given : dict of str to float or str
        The situation's numbers and names.
    sweep : dict of str to list of float
        One name and the values it runs over, in order.
    note : str
        Added to the reason; ``{expression:digits}`` is computed.
    """

    __pydantic_config__ = STRICT

    parts: list[Swept]
    given: dict[str, float | str] = field(default_factory=dict)
    sweep: dict[str, list[float]] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        some_parts(self.parts)
        if len(self.sweep) > 1 or any(len(values) < 2 for values in self.sweep.values()):
            raise ParameterError("sweep must be one name with at least two values")
        if any(part.over for part in self.parts) and not self.sweep:
            raise ParameterError("over needs a sweep")


def rule(form: Rule, evidence: Evidence) -> Finding:
    """
    Judge statements about what the rules do: supported if every part holds, refuted by the first that does not.

    Parameters
    ----------
    form : Rule
        The situation and the statements.
    evidence : Evidence
        Not read: rules need no data.

    Returns
    -------
    Finding
    """
    del evidence
    found = [_found(part, form) for part in form.parts]
    note = filled(form.note, lambda expression: evaluate(expression, form.given, catalogue()))
    return verdict_of_parts(
        form.parts, found, note, "A rule that does otherwise.", "A rule by which {name} is {stated}."
    )


def _found(part: Swept, form: Rule) -> float:
    if part.over is None:
        return evaluate(part.quantity, form.given, catalogue())
    ((name, values),) = form.sweep.items()
    return _reduced([evaluate(part.quantity, {**form.given, name: x}, catalogue()) for x in values], part.over)


def _reduced(values: Sequence[float], over: Over) -> float:
    steps = [b - a for a, b in itertools.pairwise(values)]
    match over:
        case "least":
            return min(values)
        case "most":
            return max(values)
        case "spread":
            return max(values) - min(values)
        case "largest rise":
            return max(0.0, *steps)
        case "largest fall":
            return max(0.0, *(-step for step in steps))
