"""
Claims of several parts: `Part`, a quantity with what is stated of it, and the verdict on all of them.

Each part has one exact number; all must hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ConfigDict

from nija_research.errors import ParameterError
from nija_research.judge.verdict import REFUTED, SUPPORTED, Finding, Region, Relation, number, region

__all__ = ["STRICT", "Part", "contrast", "some_parts", "verdict_of_parts"]

#: Forms hold what is written for them and nothing else.
STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    A quantity and what is stated of it.

    Attributes
    ----------
    quantity : str
        What is found; the check says in which language.
    relation : str
        One of `region.RELATIONS`.
    value : float or list of float
        What is stated, in `unit`.
    unit : str
        Such as ``USD`` or ``%``.
    digits : int or None
        Decimals that the document prints.
    within : float or None
        Reach of ``about``.
    name : str
        What the quantity is called in the reason.
    """

    __pydantic_config__ = STRICT

    quantity: str
    relation: Relation
    value: float | list[float]
    unit: str = ""
    digits: int | None = None
    within: float | None = None
    name: str = ""

    def __post_init__(self) -> None:
        self.region()

    def region(self) -> Region:
        """Return the values that the part allows."""
        return region(self.relation, self.value, unit=self.unit, digits=self.digits, within=self.within)


_CONTRAST = {"<=": "more than", ">=": "less than", "<": "not below", ">": "not above", "in": "outside", "=": "not"}


def some_parts(parts: Sequence[Part]) -> None:
    """Refuse a claim without parts."""
    if not parts:
        raise ParameterError("parts must hold at least one statement")


def contrast(stated: Region) -> str:
    """Return how a value that does not hold stands to what is stated: ``more than 95 %``."""
    relation, _, words = stated.words.partition(" ")
    return f"{_CONTRAST[relation]} {words}" if relation in _CONTRAST else f"not {stated.words}"


def verdict_of_parts(
    parts: Sequence[Part],
    found: Sequence[float],
    note: str,
    change: str,
    otherwise: str = "The document stating {found}.",
) -> Finding:
    """
    Return the finding on exact numbers: supported if every part holds, refuted by the first that does not.

    Parameters
    ----------
    parts : sequence of Part
        What is stated.
    found : sequence of float
        What was found, part by part.
    note : str
        Added to the reason.
    change : str
        What would change the verdict of a claim that holds.
    otherwise : str, optional
        What would change the verdict of one that does not; ``{name}``, ``{found}`` and ``{stated}`` are filled in.

    Returns
    -------
    Finding
        Its number is that of the first part that fails, or of the first part.
    """
    holds = [part.region().holds(value) for part, value in zip(parts, found, strict=True)]
    k = holds.index(False) if False in holds else 0
    part, value = parts[k], found[k]
    shown = f"{_shown(part, value, holds[k])} {part.unit}".rstrip()
    name, words = part.name or part.quantity, part.region().words.removeprefix("= ")
    sentence = f"{name} is {shown}"
    rest = len(parts) - 1
    if not holds[k]:
        sentence += f", {contrast(part.region())}"
    elif rest:
        sentence += f", and the other {'part holds' if rest == 1 else f'{rest} parts hold'} too"
    return Finding(
        verdict=SUPPORTED if all(holds) else REFUTED,
        stated=part.region().words,
        found=value,
        stated_low=part.region().ends[0],
        stated_high=part.region().ends[1],
        unit=part.unit,
        reason=" ".join(filter(None, (f"{sentence[0].upper()}{sentence[1:]}.", note))),
        change=change if all(holds) else otherwise.format(name=name, found=shown, stated=words),
        details=tuple(
            {"part": p.name or p.quantity, "stated": p.region().words, "found": x, "unit": p.unit, "holds": h}
            for p, x, h in zip(parts, found, holds, strict=True)
        ),
    )


def _shown(part: Part, value: float, holds: bool) -> str:
    if part.digits is not None:
        return number(value, part.digits + (0 if holds else 2))
    short = float(f"{value:.4g}")
    return number(short if abs(value) < 1e4 and part.region().holds(short) == holds else value)
