"""
Judge a register: every claim with a verdict and the number that decided it.

Claims that repeat one another are judged once. The primary comparisons are one family: Holm's method keeps the chance
that any of their verdicts is false at 5 %.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import TYPE_CHECKING, Any

from nija_research.errors import ParameterError
from nija_research.judge.cache import JudgeInputs, get, key_of, put
from nija_research.judge.checks import findings
from nija_research.judge.register import KINDS, Claim, Register, load_register
from nija_research.judge.verdict import INCONCLUSIVE, REFUTED, SUPPORTED, VERDICTS, Finding, number

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "ERROR", "Judged", "after_holm", "family_of", "judge_claims", "row_of", "scoreboard", "verdicts"]

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


#: Columns of `verdicts`.
COLUMNS = ("id", "kind", "verdict", "stated", "found", "low", "high", "reason", "years_needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A claim and what was found."""

    claim: Claim
    finding: Finding

    def to_dict(self) -> dict[str, Any]:
        """Return both as plain values, the columns of `verdicts` first."""
        claim, finding = self.claim, self.finding.to_dict()
        whole = {"id": claim.id, "kind": claim.kind, **finding}
        rest = {"document": claim.document, "quote": claim.quote, "says": claim.says, "check": claim.check}
        first = {name: whole.pop(name) for name in COLUMNS}
        return {**first, **whole, **rest, "same_as": claim.same_as, "primary": claim.primary}


def verdicts(
    register: Register | None = None,
    *,
    ids: Iterable[str] | None = None,
    kind: str | None = None,
    inputs: JudgeInputs | None = None,
) -> pd.DataFrame:
    """
    Judge claims.

    Parameters
    ----------
    register : Register, optional
        The suite's own unless given.
    ids : iterable of str, optional
        Only these claims.
    kind : str, optional
        Only claims of this kind.
    inputs : JudgeInputs, optional
        Data, level and seed.

    Returns
    -------
    pandas.DataFrame
        One row a claim: id, kind, verdict, stated (text), found, low, high (floats in the unit of `stated`, NaN for
        none), reason, years_needed (float, NaN for none).

    Raises
    ------
    ParameterError
        If there is no such claim or kind.
    """
    import pandas as pd

    rows = [judged.to_dict() for judged in judge_claims(register, ids=ids, kind=kind, inputs=inputs)]
    table = pd.DataFrame([{name: row[name] for name in COLUMNS} for row in rows], columns=list(COLUMNS))
    return table.astype(dict.fromkeys(("found", "low", "high", "years_needed"), float))


def judge_claims(
    register: Register | None = None,
    *,
    ids: Iterable[str] | None = None,
    kind: str | None = None,
    inputs: JudgeInputs | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> tuple[Judged, ...]:
    """
    Judge claims, with everything that was found.

    Parameters
    ----------
    register, ids, kind, inputs
        As in `verdicts`.
    progress : callable, optional
        Told what is being judged.

    Returns
    -------
    tuple of Judged
        In the order of the register.
    """
    register = load_register() if register is None else register
    inputs = JudgeInputs() if inputs is None else inputs
    asked_for = _chosen(register, None if ids is None else list(ids), kind)
    names = {claim.same_as or claim.id for claim in asked_for}
    family = family_of(register)
    if not any(claim.id in names for claim in family):
        family = []
    # The whole family is judged even where one of it is asked for, so that its verdict does not depend on the question.
    claims = list({claim.id: claim for claim in (*asked_for, *family)}.values())
    keys = {claim.id: key_of(claim.check, claim.form, inputs.digest) for claim in claims}
    found = {key: finding for key in set(keys.values()) if (finding := get(key, Finding.of)) is not None}
    todo: dict[str, dict[str, Claim]] = {}  # one claim of each finding that is not there, by check and key
    for claim in claims:
        if keys[claim.id] not in found:
            todo.setdefault(claim.check, {}).setdefault(keys[claim.id], claim)
    for check, asked in todo.items():
        progress(f"{check}: {len(asked)} claims")
        try:
            new = findings(check, {one.id: one.statement for one in asked.values()}, inputs)
        except ParameterError as fault:
            raise ParameterError(f"{register.file}: {fault}") from None
        for key, finding in zip(asked, new, strict=True):
            put(key, finding.to_dict())
            found[key] = finding
    found |= after_holm({keys[claim.id]: found[keys[claim.id]] for claim in family})
    return tuple(Judged(claim=claim, finding=found[keys[claim.id]]) for claim in asked_for)


def row_of(judged: Judged) -> tuple[str, str, str, str, str, str]:
    """
    Write a claim for a reader.

    Parameters
    ----------
    judged : Judged
        A claim and what was found.

    Returns
    -------
    tuple of str
        Id, verdict, stated, found, interval, why; empty where there is none.
    """
    finding = judged.finding
    unit = f" {finding.unit}" if finding.unit else ""
    open_ended = finding.found is not None and finding.years_needed is not None
    exact = finding.low is None and finding.high is None and not open_ended
    found = "" if finding.found is None else f"{_short(finding.found, exact)}{unit}"
    ends = [None if x is None else _short(x, exact) for x in (finding.low, finding.high)]
    interval = "" if ends == [None, None] else f"{ends[0] or 'no end'} to {ends[1] or 'no end'}"
    if open_ended and not interval:
        interval = "no bounds"
    return judged.claim.id, finding.verdict, finding.stated, found, interval, finding.reason


def _short(value: float, exact: bool) -> str:
    """Write a number; one that has an interval has no more than three digits that mean something."""
    return number(value if exact else float(f"{value:.3g}"))


def scoreboard(judged: Iterable[Judged]) -> dict[str, int]:
    """
    Count verdicts.

    Parameters
    ----------
    judged : iterable of Judged
        Claims.

    Returns
    -------
    dict of str to int
        By verdict, every one named.
    """
    counts = dict.fromkeys(VERDICTS, 0)
    for one in judged:
        counts[one.finding.verdict] += 1
    return counts


def _chosen(register: Register, ids: list[str] | None, kind: str | None) -> list[Claim]:
    if kind is not None and kind not in KINDS:
        raise ParameterError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}.")
    chosen = list(register) if not ids else [register[name] for name in dict.fromkeys(ids)]
    return [claim for claim in chosen if kind is None or claim.kind == kind]
