"""
`Claim`: one statement of a document in a form that a machine can decide.

Stands on: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["KINDS", "Claim"]

#: What decides a claim: a calculation, two statements side by side, the rules as they run, what n trades can show, a
#: comparison with a baseline, or nothing that the document gives.
KINDS = ("arithmetic", "consistency", "behaviour", "evidence", "comparative", "unsourced")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """
    One statement.

    Attributes
    ----------
    id : str
        Unique in its register, such as ``S3-62``.
    document : str
        Key of the document that it stands in.
    quote : str
        The document's words, exactly.
    kind : str
        One of `KINDS`.
    says : str
        What the words are taken to say, in one sentence.
    check : str
        Name of the check that decides it; see `checks.CHECKS`.
    form : mapping
        What the check reads: quantity, relation, value, unit, baseline, ...; plain values.
    same_as : str or None
        The claim that this one repeats; kind, says, check and form are that one's.
    primary : bool
        Whether it belongs to the few that a plan stands or falls with; a claim that repeats one does not.
    """

    id: str
    document: str
    quote: str
    kind: str
    says: str
    check: str
    form: Mapping[str, Any] = field(default_factory=dict)
    same_as: str | None = None
    primary: bool = False
