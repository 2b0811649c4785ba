"""
`citation`: bibliographic statements against the record of the work itself.

Only what a statement says about a work is judged. That a work exists makes nothing else in the sentence true. Stands
on: `forms`, `verdict`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from nija_research.errors import ParameterError
from nija_research.judge.checks.parts import STRICT
from nija_research.judge.inputs import Evidence
from nija_research.judge.verdict import REFUTED, SUPPORTED, Finding

__all__ = ["Citation", "citation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """
    What a statement says of a work, and what the work says of itself.

    Attributes
    ----------
    stated : dict of str to str
        Facts by name, such as author, year, title.
    reference : dict of str to str
        The same facts as published; every stated one must be here.
    where : str
        The whole reference as a reader would look it up, DOI or ISBN included.
    note : str
        Added to the reason, such as what the work does not say.
    """

    __pydantic_config__ = STRICT

    stated: dict[str, str]
    reference: dict[str, str]
    where: str
    note: str = field(default="")

    def __post_init__(self) -> None:
        if not self.stated:
            raise ParameterError("stated must hold at least one fact")
        if lacking := sorted(set(self.stated) - set(self.reference)):
            raise ParameterError(f"reference must hold every stated fact; it has no {lacking[0]!r}")


def citation(form: Citation, evidence: Evidence) -> Finding:
    """
    Judge a citation: supported if every stated fact is the reference's, letter case and punctuation aside.

    Parameters
    ----------
    form : Citation
        What is stated, and the reference.
    evidence : Evidence
        Not read.

    Returns
    -------
    Finding
        Its number is that of the facts that agree.
    """
    del evidence
    wrong = [name for name, words in form.stated.items() if _plain(words) != _plain(form.reference[name])]
    n, right = len(form.stated), len(form.stated) - len(wrong)
    if wrong:
        name = wrong[0]
        sentence = f"The {name} is {form.reference[name]}, not {form.stated[name]}: {form.where}."
    else:
        sentence = f"{_list(list(form.stated))} {'is' if n == 1 else 'are'} right: {form.where}."
    return Finding(
        verdict=REFUTED if wrong else SUPPORTED,
        stated=f"= {n} facts" if n > 1 else "= 1 fact",
        found=float(right),
        unit="facts" if n > 1 else "fact",
        reason=" ".join(filter(None, (sentence, form.note))),
        change="Another work, or other facts about this one.",
        details=tuple(
            {"fact": name, "stated": words, "published": form.reference[name], "holds": name not in wrong}
            for name, words in form.stated.items()
        ),
    )


def _plain(words: str) -> str:
    folded = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.findall(r"[a-z0-9]+", folded))


def _list(names: list[str]) -> str:
    words = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"{words[0].upper()}{words[1:]}"
