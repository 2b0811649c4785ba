"""
Tables and sentences of the claims chapter: the scoreboard, one row a claim, what changed, what it would take.

Nothing here judges: it arranges what `judge` found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nija_research.judge import VERDICTS, row_of, scoreboard
from nija_research.report.records import read_records

if TYPE_CHECKING:
    import pandas as pd

    from nija_research.judge import Judged

__all__ = ["answer", "board", "changes", "each", "earlier_verdicts", "matter", "primary", "undecided"]


def board(judged: Sequence[Judged], documents: Mapping[str, str]) -> pd.DataFrame:
    """
    How many claims of each document have each verdict.

    Parameters
    ----------
    judged : sequence of Judged
        The claims.
    documents : mapping of str to str
        Title by key.

    Returns
    -------
    pandas.DataFrame
        Columns document, claims, one a verdict, and repeats: claims that say what another one says.
    """
    import pandas as pd

    rows = []
    for key, title in documents.items():
        mine = [one for one in judged if one.claim.document == key]
        if mine:
            repeats = sum(one.claim.same_as is not None for one in mine)
            rows.append({"document": f"{key}: {title}", "claims": len(mine), **scoreboard(mine), "repeats": repeats})
    if len(rows) > 1:
        repeats = sum(one.claim.same_as is not None for one in judged)
        rows.append({"document": "all", "claims": len(judged), **scoreboard(judged), "repeats": repeats})
    return pd.DataFrame(rows, columns=["document", "claims", *VERDICTS, "repeats"])


def each(judged: Sequence[Judged]) -> pd.DataFrame:
    """
    One row a claim.

    Parameters
    ----------
    judged : sequence of Judged
        The claims.

    Returns
    -------
    pandas.DataFrame
        Texts: columns id, stated, found (with its interval), verdict, why; a repeat names the claim that it repeats.
    """
    import pandas as pd

    rows = []
    for one in judged:
        name, verdict, stated, found, interval, why = row_of(one)
        shown = _with_interval(found, interval)
        rows.append((name, stated, shown, verdict, f"As {one.claim.same_as}." if one.claim.same_as else why))
    return pd.DataFrame(rows, columns=["id", "stated", "found", "verdict", "why"])


def primary(judged: Sequence[Judged]) -> list[Judged]:
    """Return the claims that matter most, repeats left out."""
    return [one for one in judged if one.claim.primary and one.claim.same_as is None]


def matter(judged: Sequence[Judged]) -> pd.DataFrame:
    """Return the claims that matter most: columns id, claim, stated, found, verdict, what would change it."""
    import pandas as pd

    rows = []
    for one in primary(judged):
        name, verdict, stated, found, interval, _ = row_of(one)
        shown = _with_interval(found, interval)
        rows.append((name, one.claim.says, stated, shown, verdict, one.finding.change))
    return pd.DataFrame(rows, columns=["id", "claim", "stated", "found", "verdict", "what would change it"])


def undecided(judged: Sequence[Judged]) -> pd.DataFrame:
    """
    Claims that these data cannot decide, and what it would take.

    Parameters
    ----------
    judged : sequence of Judged
        The claims.

    Returns
    -------
    pandas.DataFrame
        Columns id, claim, years of data (whole years, "no amount" where more data would not decide), what would.
    """
    import pandas as pd

    rows = []
    for one in judged:
        finding = one.finding
        if finding.verdict == "inconclusive" and one.claim.same_as is None:
            years = "–" if finding.years_needed is None else f"{max(1.0, finding.years_needed):,.0f}"
            rows.append((one.claim.id, one.claim.says, years, finding.change))
    return pd.DataFrame(rows, columns=["id", "claim", "years of data", "what would decide it"])


def earlier_verdicts(previous: str | Path) -> dict[str, str]:
    """
    Verdicts that an earlier report recorded, by id.

    Parameters
    ----------
    previous : str or Path
        An executed claims notebook; "" for none.

    Returns
    -------
    dict of str to str
    """
    if not str(previous):
        return {}
    found: Any = read_records(previous).get("verdicts", {})
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def changes(judged: Sequence[Judged], before: Mapping[str, str]) -> pd.DataFrame:
    """
    Claims whose verdict is not the earlier report's.

    Parameters
    ----------
    judged : sequence of Judged
        The claims now.
    before : mapping of str to str
        Verdicts then, by id.

    Returns
    -------
    pandas.DataFrame
        Columns id, before, now, why; a claim that is new or gone has an en dash.
    """
    import pandas as pd

    now = {one.claim.id: one for one in judged}
    rows = [
        (name, before.get(name, "–"), one.finding.verdict, one.finding.reason)
        for name, one in now.items()
        if before.get(name) != one.finding.verdict
    ]
    rows += [
        (name, verdict, "–", "The register no longer holds it.") for name, verdict in before.items() if name not in now
    ]
    return pd.DataFrame(rows, columns=["id", "before", "now", "why"])


def answer(judged: Sequence[Judged], before: Mapping[str, str]) -> list[str]:
    """
    What a reader takes away, in sentences.

    Parameters
    ----------
    judged : sequence of Judged
        The claims.
    before : mapping of str to str
        Verdicts of the last report, by id; empty for none.

    Returns
    -------
    list of str
    """
    counts, most = scoreboard(judged), primary(judged)
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    sentences = [f"**{len(judged)} claims: {said}.**"]
    if most:
        held = [one.claim.id for one in most if one.finding.verdict == "supported"]
        named = f": {', '.join(held)}" if held else ""
        sentences.append(f"Of the {len(most)} that matter most {len(held) or 'none'} hold{named}.")
    if before:
        moved = len(changes(judged, before))
        sentences.append(f"Since the last report {moved or 'no'} verdict{'s have' if moved > 1 else ' has'} changed.")
    return sentences


def _with_interval(found: str, interval: str) -> str:
    """What was found, its interval in brackets; either may be missing."""
    return f"{found} ({interval})" if found and interval else found or interval
