"""Holm over the primary comparisons of a register."""

from __future__ import annotations

import pytest

from nija_research.judge import Finding, load_register
from nija_research.judge.judging import after_holm, family_of


def finding(verdict: str, p: float | None) -> Finding:
    return Finding(verdict=verdict, stated="below 1", found=0.8, reason="A reason.", p=p)


def test_the_family_is_the_primary_comparisons_without_repeats():
    family = family_of(load_register())
    assert {claim.id for claim in family} == {"S0-80", "S0-81", "S0-82", "S0-84", "S0-86", "S2-53"}
    assert all(claim.check == "comparison" and claim.same_as is None for claim in family)


def test_a_verdict_that_holds_alone_but_not_in_company_is_withdrawn():
    """0.02 x 3 and 0.03 x 2 are above 5 %: alone both hold, in company neither; 0.001 x 4 does."""
    family = {
        "sure": finding("supported", 0.001),
        "weak": finding("refuted", 0.02),
        "weaker": finding("supported", 0.03),
        "none": finding("inconclusive", 0.5),
        "known": finding("refuted", None),
    }
    found = after_holm(family)
    assert {name: one.verdict for name, one in found.items()} == {
        "sure": "supported", "weak": "inconclusive", "weaker": "inconclusive", "none": "inconclusive",
        "known": "refuted",
    }  # fmt: skip
    assert found["sure"].p_adjusted == pytest.approx(0.004)
    assert found["weak"].p_adjusted == pytest.approx(0.06)
    assert "Alone it would be refuted." in found["weak"].reason
    assert "over the 4 primary comparisons" in found["sure"].reason
    assert found["known"] == family["known"]


def test_adjusted_p_values_are_those_of_holm():
    """The k-th smallest of n times n - k + 1, never falling, at most 1."""
    p = {"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.9}
    adjusted = after_holm({name: finding("inconclusive", x) for name, x in p.items()})
    assert {name: one.p_adjusted for name, one in adjusted.items()} == {"a": 0.04, "b": 0.09, "c": 0.09, "d": 0.9}
    assert after_holm({"none": finding("refuted", None)})["none"].p_adjusted is None


def test_one_alone_is_not_corrected():
    assert after_holm({"one": finding("supported", 0.04)})["one"].verdict == "supported"
