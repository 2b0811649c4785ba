"""
The primary comparisons of a register as one family: the chance that any of their verdicts is false is kept down.

Stands on: `verdict`, `claim`, `compare.stepdown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isnan, nan

from nija_research.judge.claim import Claim
from nija_research.judge.verdict import INCONCLUSIVE, REFUTED, SUPPORTED, Finding

__all__ = ["ERROR", "after_holm", "family_of"]

#: Chance of any false verdict in the family, at most.
ERROR = 0.05


def family_of(claims: Iterable[Claim]) -> list[Claim]:
    """Return the primary claims that compare policies, repeats left out."""
    return [claim for claim in claims if claim.primary and claim.check == "comparison" and claim.same_as is None]


def after_holm(findings: Mapping[str, Finding]) -> dict[str, Finding]:
    """
    Correct the findings of a family by Holm's method.

    Parameters
    ----------
    findings : mapping of str to Finding
        The family, by any name. Those without a p-value, which no history decided, are no part of it.

    Returns
    -------
    dict of str to Finding
        With `p_adjusted`; inconclusive where a verdict does not hold at `ERROR` over the whole family.
    """
    from nija_research.judge.compare import holm

    adjusted = holm({name: nan if one.p is None else one.p for name, one in findings.items()})
    n = sum(not isnan(p) for p in adjusted.values())
    return {
        name: one if isnan(adjusted[name]) else _corrected(one, adjusted[name], n) for name, one in findings.items()
    }


def _corrected(finding: Finding, p: float, n: int) -> Finding:
    said = f"p {p:.2g} after Holm over the {n} primary comparisons that a history decides."
    if finding.verdict in (SUPPORTED, REFUTED) and p > ERROR:
        alone = f"Alone it would be {finding.verdict}."
        return replace(finding, verdict=INCONCLUSIVE, p_adjusted=p, reason=f"{finding.reason} {alone} {said}")
    return replace(finding, p_adjusted=p, reason=f"{finding.reason} {said}")
