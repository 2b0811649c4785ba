"""
What the forms of the checks have in common: `Part`, a quantity with what is stated of it.

Stands on: `region`, `formula`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ConfigDict

from nija_research.judge.region import Region, Relation, region

__all__ = ["STRICT", "Part"]

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
