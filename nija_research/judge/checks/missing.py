"""`missing`: statements that nothing at hand can decide, with what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from nija_research.errors import ParameterError
from nija_research.judge.checks.parts import STRICT
from nija_research.judge.inputs import Evidence
from nija_research.judge.verdict import NOT_TESTABLE, Finding

__all__ = ["Missing", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """
    What a test of a claim would need.

    Attributes
    ----------
    stated : str
        What the claim states.
    needs : str
        What is missing, such as "the 14 trades with their times and profits".
    why : str
        Why it cannot be decided without.
    """

    __pydantic_config__ = STRICT

    stated: str
    needs: str
    why: str

    def __post_init__(self) -> None:
        if not self.needs.strip() or not self.why.strip():
            raise ParameterError("needs and why must both say something")


def missing(form: Missing, evidence: Evidence) -> Finding:
    """
    Say what is missing to judge a claim.

    Parameters
    ----------
    form : Missing
        The words.
    evidence : Evidence
        Not read.

    Returns
    -------
    Finding
    """
    del evidence
    return Finding(
        verdict=NOT_TESTABLE,
        stated=form.stated,
        reason=f"{form.why} Missing: {form.needs}.",
        change=f"{form.needs[0].upper()}{form.needs[1:]}.",
    )
