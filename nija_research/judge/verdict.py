"""
`Finding`: what a check found, and the verdict it comes to.

Stands on: `errors`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from nija_research.errors import ParameterError

__all__ = ["INCONCLUSIVE", "NOT_TESTABLE", "REFUTED", "SUPPORTED", "VERDICTS", "Finding"]

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
