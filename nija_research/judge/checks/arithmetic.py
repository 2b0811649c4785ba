"""
`formula`: statements that a calculation decides.

The numbers stand in the register as the document prints them; what they come to is computed here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nija_research.judge.checks.parts import STRICT, Part, some_parts, verdict_of_parts
from nija_research.judge.formula import evaluate, filled
from nija_research.judge.inputs import Evidence
from nija_research.judge.verdict import Finding

__all__ = ["Formula", "formula"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """
    Numbers of a document, and what it says they come to.

    Attributes
    ----------
    given : dict of str to float
        The document's numbers by name.
    parts : list of Part
        Expressions in them, each with what is stated; all must hold.
    note : str
        Added to the reason, such as where a wrong number comes from; ``{expression:digits}`` is computed.
    """

    __pydantic_config__ = STRICT

    parts: list[Part]
    given: dict[str, float] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        some_parts(self.parts)
        for part in self.parts:
            evaluate(part.quantity, self.given)
        filled(self.note, lambda expression: evaluate(expression, self.given))


def formula(form: Formula, evidence: Evidence) -> Finding:
    """
    Judge statements that a calculation decides: supported if every part holds, refuted by the first that does not.

    Parameters
    ----------
    form : Formula
        The numbers and the statements.
    evidence : Evidence
        Not read: sums need no data.

    Returns
    -------
    Finding
    """
    del evidence
    found = [evaluate(part.quantity, form.given) for part in form.parts]
    note = filled(form.note, lambda expression: evaluate(expression, form.given))
    return verdict_of_parts(form.parts, found, note, "Other numbers in the document.")
