"""What a reader is shown of judged claims, and what a chapter counts."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.errors import ParameterError
from nija_research.judge import Claim, Finding, JudgedClaim, Verdicts, calibration_counts


def judged(name="A-1", verdict="supported", *, same_as=None, primary=False, document="a", **found) -> JudgedClaim:
    claim = Claim(
        id=name, document=document, quote="Words.", kind="arithmetic", says=f"What {name} says.", check="formula",
        same_as=same_as, primary=primary,
    )  # fmt: skip
    usual = {"stated": "> 1", "found": 2.0, "reason": "Because.", "change": "Another number."}
    return JudgedClaim(claim=claim, finding=Finding(verdict=verdict, **(usual | found)))


SOME = Verdicts(
    (
        judged("A-1", primary=True),
        judged("A-2", "refuted", found=0.5, low=0.41234, high=0.6, unit="USD"),
        judged("B-1", document="b", same_as="A-1"),
        judged("B-2", "inconclusive", document="b", years_needed=81.4, primary=True),
        judged("B-3", "not testable", document="b", found=None, change=""),
        judged("B-4", "inconclusive", document="b", found=0.5, low=0.4),
    )
)


def test_every_verdict_is_counted():
    assert SOME.summary() == {"supported": 2, "refuted": 1, "inconclusive": 2, "not testable": 1}
    assert sum(SOME.summary().values()) == len(SOME)
    assert Verdicts(()).summary() == {"supported": 0, "refuted": 0, "inconclusive": 0, "not testable": 0}


def test_a_claim_is_found_by_its_id():
    assert SOME["B-2"].finding.years_needed == 81.4
    with pytest.raises(ParameterError, match="'C-1' was not judged"):
        SOME["C-1"]


def test_each_claim_has_a_row_with_what_was_found_and_its_interval():
    table = SOME.to_frame()
    assert table["id"].tolist() == ["A-1", "A-2", "B-1", "B-2", "B-3", "B-4"]
    shown = ["2", "0.5 USD (0.412 to 0.6)", "2", "2 (no bounds)", "", "0.5 (0.4 to no end)"]
    assert table["shown"].tolist() == shown
    assert table.loc[table["primary"], "id"].tolist() == ["A-1", "B-2"]
    assert table.loc[table["same_as"].notna(), "id"].tolist() == ["B-1"]
    assert table["years_needed"].dropna().tolist() == [81.4]


def test_a_finding_is_shown_world_by_world():
    worlds = (
        {"world": "history", "found": 0.8, "low": None, "high": None, "verdict": "inconclusive"},
        {"world": "gaps", "found": None, "low": None, "high": None, "verdict": "not testable"},
        {"world": "iid", "found": 1.4, "low": 1.3, "high": 1.5, "verdict": "refuted"},
    )
    rows = judged("C-1", "inconclusive", details=worlds, found=0.8).finding.to_frame()
    assert rows["name"].tolist() == ["history", "iid"], "a world without a number is none to draw"
    np.testing.assert_array_equal(rows[["found", "low", "high"]], [[0.8, np.nan, np.nan], [1.4, 1.3, 1.5]])
    assert judged().finding.to_frame().iloc[0].tolist()[:2] == ["found", 2.0]
    assert judged("C-2", "not testable", found=None).finding.to_frame().empty


def test_no_edge_is_called_wrongly_more_often_than_stated():
    """5 % of 1,000 histories; a true rate of 5 % has more than 65 in 1 of 80 cells, and there are 72."""
    table = calibration_counts()
    assert set(table.columns) == {"pair", "place", "world", "years", "histories", "supported", "refuted"}
    edges = table[table["place"].isin(["at the lower edge", "at the upper edge"]) & (table["years"] == 5)]
    assert len(edges) == 36
    assert edges["histories"].min() >= 1000
    assert (edges[["supported", "refuted"]] <= 65).all(axis=None)
