"""
From a number to a verdict: `Finding`, and `Region`, the values that a claim allows.

A claim is supported when the whole interval lies in its region, refuted when none of it does, and inconclusive
otherwise: with an interval of level 95 % either error has at most 5 % where the truth is at the region's edge.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from nija_research.errors import ParameterError
from nija_research.units import EDGE

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "INCONCLUSIVE", "NOT_TESTABLE", "REFUTED", "RELATIONS", "SUPPORTED", "VERDICTS", "Finding", "Region", "Relation",
    "number", "region",
]  # fmt: skip

SUPPORTED, REFUTED, INCONCLUSIVE, NOT_TESTABLE = "supported", "refuted", "inconclusive", "not testable"

#: Every verdict there is.
VERDICTS = (SUPPORTED, REFUTED, INCONCLUSIVE, NOT_TESTABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    What one check found.

    Attributes
    ----------
    verdict : str
        One of `VERDICTS`.
    stated : str
        What the claim states, as a relation with its unit: ``= 11,390 USD``.
    found : float or None
        The number that decided, in the unit of `stated`; None where there is none to find.
    low, high : float or None
        Its interval; None where the number is exact or there is none.
    level : float or None
        Confidence level of the interval.
    stated_low, stated_high : float or None
        Ends of what the claim allows, in `unit`; None where it is open.
    unit : str
        Unit of the numbers.
    reason : str
        One sentence: why this verdict.
    change : str
        One sentence: what would change it.
    years_needed : float or None
        For ``inconclusive``: years of data at which it would be decided if what was found is the truth; None where
        more data would not decide it.
    p : float or None
        One-sided p-value of the verdict, where a history decided it.
    p_adjusted : float or None
        The same over a family of claims.
    details : tuple of dict
        Rows behind the finding, such as one a world; plain values.

    Raises
    ------
    ParameterError
        If the verdict is none of `VERDICTS`, a number is not finite, or a verdict of ``not testable`` does not say
        what is missing.
    """

    verdict: str
    stated: str
    reason: str
    found: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    stated_low: float | None = None
    stated_high: float | None = None
    unit: str = ""
    change: str = ""
    years_needed: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    details: tuple[dict[str, Any], ...] = field(default=())

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ParameterError(f"verdict must be one of {', '.join(VERDICTS)}; got {self.verdict!r}.")
        if not self.reason.strip():
            raise ParameterError("a finding must say why.")
        for name in ("found", "low", "high", "stated_low", "stated_high", "years_needed", "p", "p_adjusted"):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not math.isfinite(value)):
                raise ParameterError(f"{name} of a finding must be a finite number or None, got {value!r}.")
        if self.verdict in (SUPPORTED, REFUTED) and self.found is None:
            raise ParameterError(f"a claim is {self.verdict} by a number; this finding has none.")

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Finding:
        """Build a finding from what `to_dict` returned."""
        return cls(**{**content, "details": tuple(content["details"])})

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain values."""
        return {**asdict(self), "details": list(self.details)}

    def to_frame(self) -> pd.DataFrame:
        """Return a row a world, or one in all: name, found, low, high, verdict; none where nothing was found."""
        import pandas as pd

        worlds = [{**row, "name": row["world"]} for row in self.details if "world" in row]
        rows = worlds or [{**asdict(self), "name": "found"}]
        table = pd.DataFrame(rows, columns=["name", "found", "low", "high", "verdict"])
        return table.astype(dict.fromkeys(("found", "low", "high"), float)).dropna(subset="found")


Relation: TypeAlias = Literal["=", "about", "<", "<=", ">", ">=", "in"]

#: Relations that a claim may state.
RELATIONS = ("=", "about", "<", "<=", ">", ">=", "in")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """
    Values that a claim allows.

    Attributes
    ----------
    low, high : float
        Ends; infinite where there is none.
    closed : tuple of bool
        Whether each end belongs to it.
    words : str
        The claim's words, with its unit.
    """

    low: float
    high: float
    closed: tuple[bool, bool]
    words: str

    def holds(self, value: float) -> bool:
        """Whether a value lies in the region; ends are met within rounding."""
        slack = EDGE * max(1.0, abs(value))
        above = value >= self.low - slack if self.closed[0] else value > self.low + slack
        below = value <= self.high + slack if self.closed[1] else value < self.high - slack
        return above and below

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """Both ends, None where there is none."""
        return self.low if math.isfinite(self.low) else None, self.high if math.isfinite(self.high) else None

    def verdict(self, low: float, high: float) -> str:
        """
        Return what an interval from `low` to `high` comes to.

        Parameters
        ----------
        low, high : float
            Ends of the interval; equal for an exact number.

        Returns
        -------
        str

        Raises
        ------
        ParameterError
            If the ends are not in order.
        """
        if not low <= high:
            raise ParameterError(f"an interval has its lower end first; got {low!r} and {high!r}.")
        if self.holds(low) and self.holds(high):
            return SUPPORTED
        # Disjoint: all of it lies beyond an end, or touches one that does not belong to the region.
        below = high <= self.low and not self.holds(high)
        above = low >= self.high and not self.holds(low)
        return REFUTED if below or above or (low == high and not self.holds(low)) else INCONCLUSIVE


def region(
    relation: Relation, value: float | Sequence[float], *, unit: str = "", digits: int | None = None,
    within: float | None = None,
) -> Region:  # fmt: skip
    """
    Return the region that a relation and its value state.

    Parameters
    ----------
    relation : str
        One of `RELATIONS`.
    value : float, or two of them for ``in``
        What is stated.
    unit : str, optional
        Of the value.
    digits : int, optional
        Decimals that the document prints: ``=`` then allows whatever rounds to the value.
    within : float, optional
        How far ``about`` reaches on either side.

    Returns
    -------
    Region

    Raises
    ------
    ParameterError
        If value, digits or within do not fit the relation.

    Examples
    --------
    >>> region("=", 237.0, unit="%", digits=0).verdict(237.5, 237.5)
    'supported'
    >>> region("<=", 0.95).verdict(0.98, 0.98)
    'refuted'
    >>> region("in", (0.6, 0.7)).verdict(0.65, 0.8)
    'inconclusive'
    """
    if relation not in RELATIONS:
        raise ParameterError(f"relation must be one of {', '.join(RELATIONS)}; got {relation!r}.")
    ends = [float(v) for v in value] if isinstance(value, Sequence) else [float(value)]
    if len(ends) != (2 if relation == "in" else 1) or not all(math.isfinite(v) for v in ends) or ends != sorted(ends):
        wanted = "two finite numbers, the lower first" if relation == "in" else "one finite number"
        raise ParameterError(f"value for the relation {relation!r} must be {wanted}; got {value!r}.")
    if (relation == "about") != (within is not None):
        raise ParameterError("within goes with the relation 'about', and only with it: how far the claim reaches.")
    if digits is not None and relation != "=":
        raise ParameterError(f"digits goes with the relation '=' only; got {relation!r}.")
    first, last = ends[0], ends[-1]
    words = f"{relation} {number(first, digits)}" + (f" to {number(last, digits)}" if relation == "in" else "")
    words += f" ± {number(within)}" if within is not None else ""
    slack = within if within is not None else 0.5 * 10.0**-digits if digits is not None else 0.0
    low = -math.inf if relation in ("<", "<=") else first - slack
    high = math.inf if relation in (">", ">=") else last + slack
    return Region(low=low, high=high, closed=(relation != ">", relation != "<"), words=f"{words} {unit}".rstrip())


def number(value: float, digits: int | None = None) -> str:
    """Return a number as a reader writes it: thousands marked, six digits at most unless told."""
    if digits is not None:
        return f"{value:,.{digits}f}"
    return f"{value:,.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:,.6g}"
