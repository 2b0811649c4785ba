"""Every claim of the four documents: all there, decided by its own numbers, which stand in its words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from nija_research.judge import JudgeInputs, judge_claims, load_register
from nija_research.judge.checks import findings, form_of
from nija_research.judge.claims import functions

IDS = (
    *(f"S0-{n:02}" for n in range(1, 98)), *(f"S1-{n:02}" for n in range(1, 59)),
    *(f"S2-{n:02}" for n in range(1, 54)), *(f"S3-{n:02}" for n in range(1, 78)),
)  # fmt: skip

#: What is found, worked out by hand from the documents' numbers, one source each: id, verdict, number, tolerance.
BY_HAND = [
    ("S0-05", "refuted", 0.0, 0),  # nothing measures the market
    ("S0-16", "refuted", 0.0, 0),  # no detector
    ("S0-18", "refuted", 0.0, 0),  # no parameter changes
    ("S0-24", "refuted", 1.0, 0),  # losses in a row alone change nothing
    ("S0-25", "refuted", 5.0, 0),  # points between NORMAL and CAUTION
    ("S2-01", "supported", 80 + 20, 1e-9),
    ("S2-09", "refuted", 100 * 500 / 5000, 1e-9),  # the cap over the balance
    ("S2-10", "refuted", 78, 0),
    ("S2-17", "supported", 0.78 * 72.92, 1e-9),
    ("S2-32", "refuted", 0, 0),  # 2 % of 72.92 is below both minimums
    ("S2-34", "refuted", 0.98 * 72.92, 1e-9),
    ("S2-35", "refuted", 0, 0),  # 100 - 95 > 100 x 0.05 is false
    ("S2-37", "refuted", 700 / 5000 - 490 / 500, 1e-12),
    ("S2-46", "refuted", 2, 0),
    ("S2-49", "refuted", 98, 1e-9),
    ("S2-50", "refuted", 2, 1e-9),
    ("S2-51", "supported", 100 * 700 / 10_000, 1e-9),
    ("S3-01", "supported", 100 * 13 / 14, 1e-9),
    ("S3-05", "refuted", 100 * 17 / 21, 1e-9),
    ("S3-07", "inconclusive", 7.65 / 21, 1e-9),
    ("S3-08", "refuted", 60, 1e-9),
    ("S3-11", "refuted", (40 - 25) * 5, 1e-9),
    ("S3-14", "refuted", 31.2454, 1e-4),  # P(7 or more of 10 at .571)
    ("S3-15", "refuted", 237, 0),  # normal approximation, 5 % one-sided, 80 % power
    ("S3-16", "refuted", 70, 0),
    ("S3-30", "refuted", 7 / (365.25 / 12), 1e-9),
    ("S3-32", "refuted", 100 * 35 / 225, 1e-9),
    ("S3-33", "refuted", 100 * 40 / 260, 1e-9),
    ("S3-41", "refuted", 25, 1e-9),
    ("S3-53", "refuted", 20, 1e-9),
    ("S3-55", "inconclusive", 100 * 4 / 7, 1e-9),
    ("S3-60", "supported", 200 * 1.5**3, 1e-9),
    ("S3-62", "refuted", 25_949.267578125, 1e-9),  # 200 x 1.5^12
    ("S3-66", "refuted", 100 * 5 * 40 / 200, 1e-9),
    # Losing 75 % of each stake: 1 - .925 x .925 x (1 - .75 x .075), the third stake being cold.
    ("S3-72", "refuted", 100 * (1 - 0.925**2 * (1 - 0.75 * 0.075)), 1e-9),
    ("S3-75", "refuted", 30, 1e-9),  # past 25 % by then
]


@pytest.fixture(scope="module")
def register():
    return load_register()


def own(register, *checks):
    """Claims that repeat no other one, by check."""
    return [claim for claim in register if claim.same_as is None and claim.check in checks]


def judged(claim, **changed):
    form = form_of(claim.check, {**claim.form, **changed})
    (finding,) = findings(claim.check, {claim.id: form}, JudgeInputs())
    return finding


def test_every_claim_is_there_and_document_001_repeats_document_000(register):
    assert tuple(claim.id for claim in register) == IDS
    for claim in register:
        if claim.document == "001":
            first = register[claim.same_as]
            assert (first.document, first.quote) == ("000", claim.quote)


def test_every_claim_that_needs_no_simulation_has_a_verdict_and_a_reason(register):
    ids = [claim.id for claim in register if claim.check != "comparison"]
    for one in judge_claims(register, ids=ids):
        finding = one.finding
        assert finding.reason.endswith((".", ").")), one.claim.id
        assert finding.found is not None or finding.verdict in ("not testable", "inconclusive"), one.claim.id


def test_the_numbers_that_decide(register):
    by_id = {one.claim.id: one.finding for one in judge_claims(register, ids=[row[0] for row in BY_HAND])}
    for name, verdict, number, tolerance in BY_HAND:
        assert by_id[name].verdict == verdict, name
        assert by_id[name].found == pytest.approx(number, abs=tolerance), name


def test_what_else_the_printed_engines_say_holds(register):
    refuted = {name for name, verdict, *_ in BY_HAND if verdict == "refuted"}
    ids = [c.id for c in own(register, "formula", "rule", "printed") if c.document == "000" and c.id not in refuted]
    assert len(ids) == 66
    assert {one.finding.verdict for one in judge_claims(register, ids=ids)} == {"supported"}


def test_functions_and_claims_about_behaviour_belong_together(register):
    named = {claim.id for claim in own(register, "rule")}
    assert set(functions()) == named, "a function that no claim reads, or a claim without one"
    assert all(claim.form["function"] == claim.id for claim in own(register, "rule"))


def _moved(part, row):
    """A part whose stated value lies just beyond what is found, or on it where the part fails."""
    found, far = row["found"], max(1e-4 * abs(row["found"]), 2.0 * 10.0 ** -part.get("digits", 4))
    part = {key: value for key, value in part.items() if row["holds"] or key != "digits"}
    if part["relation"] == "in":
        return {**part, "value": [found + far, found + 2.0 * far] if row["holds"] else [found - far, found + far]}
    if row["holds"]:
        return {**part, "value": found - far if part["relation"] in ("<", "<=") else found + far}
    return {**part, "value": found + {"<": far, ">": -far}.get(part["relation"], 0.0)}


@pytest.mark.parametrize("check", ["formula", "rule", "printed"])
def test_another_stated_number_turns_its_part_over(register, check):
    turned = 0
    for claim in own(register, check):
        parts, before = claim.form.get("parts", []), judged(claim)
        for k, part in enumerate(parts):
            after = judged(claim, parts=[_moved(part, before.details[k]) if i == k else p for i, p in enumerate(parts)])
            where = f"{claim.id}, part {k}"
            assert after.details[k]["holds"] is not before.details[k]["holds"], where
            assert after.verdict == ("supported" if all(row["holds"] for row in after.details) else "refuted"), where
            turned += 1
    assert turned >= {"formula": 35, "rule": 180, "printed": 20}[check]


def test_every_given_number_counts(register):
    """Each value of a form changes what is found or what is said; made small as well, for a cap holds one way."""
    slack = set()
    for claim in own(register, "formula", "rule"):
        before = judged(claim)
        for name, value in claim.form.get("given", {}).items():
            changed = []
            for other in _others(value):
                try:
                    after = judged(claim, given={**claim.form["given"], name: other})
                except (ValueError, ArithmeticError):  # no such account
                    continue
                changed.append((after.details, after.reason) != (before.details, before.reason))
            if not any(changed):
                slack.add((claim.id, name))
    # Off at any balance below the minimum; both strategies are on and off together there; any window shows the turn.
    assert slack == {("S2-25", "off"), ("S2-25", "strategy"), ("S2-26", "strategy"), ("S3-27", "hours")}


def _others(value):
    names = ("caution", "danger", "aggressive", "conservative", "CRISIS", "RANGING", "arbitrage", "market_making")
    return (
        [name for name in names if name != value]
        if isinstance(value, str)
        else [0.01 * value, 0.9 * value, 1.5 * value, value + 1.0]
    )


@pytest.mark.parametrize(
    ("name", "given", "verdict"),
    [
        ("S0-25", {"normal_until": 5.0, "caution_from": 5.0}, "supported"),
        ("S0-25", {"normal_until": 0.0, "caution_from": 0.0}, "supported"),
        ("S0-26", {"low": 10.0, "high": 15.0}, "refuted"),
        ("S0-32", {"keep": 30.0}, "refuted"),
        ("S0-42", {"expected_return": 0.16}, "refuted"),
        ("S0-43", {"volatility": 0.0025}, "refuted"),
        ("S0-53", {"strategy": "aggressive"}, "refuted"),
        ("S0-62", {"level": "warning"}, "refuted"),
        ("S0-70", {"s": 0.9}, "refuted"),
        ("S0-75", {"regime": "VOLATILE"}, "refuted"),
    ],
)
def test_another_given_number_decides_otherwise(register, name, given, verdict):
    assert judged(register[name], given=given).verdict == verdict


def test_a_record_decides(register):
    for claim in own(register, "counts"):
        form, before = claim.form, judged(claim)
        value = before.found if before.verdict == "refuted" else form["value"] + 100.0
        after = judged(claim, value=value, **({"relation": "<"} if form["quantity"] == "Kelly stake" else {}))
        if form["quantity"] in ("mean profit", "Kelly stake"):
            # What the record leaves open stays open, whatever is stated; its range moves with the record.
            more = judged(claim, records=[dict(record, pnl=record["pnl"] + 1.0) for record in form["records"]])
            assert before.verdict == after.verdict == "inconclusive"
            assert (more.low, more.high, more.reason) != (before.low, before.high, before.reason)
        else:
            assert after.verdict != before.verdict, claim.id


def test_printed_code_holds_the_quoted_words_and_is_refuted_when_misspelt(register):
    for claim in own(register, "printed"):
        quote, code = (re.sub(r"\s+", "", text) for text in (claim.quote, f"{claim.form['code']}\n"))
        assert quote.replace(",)", ")") in code.replace(",)", ")"), claim.id
        wrong = judged(claim, code=f"{claim.form['code']}\nbalance = misspelt_balance\n", then="", parts=[])
        assert wrong.verdict == "refuted"
        assert "NameError" in wrong.reason


def _numbers(form):
    yield from (x for x in form.get("given", {}).values() if not isinstance(x, str))
    for record in form.get("records", ()):
        yield from record.values()
    for part in form.get("parts", [form] if "value" in form else []):
        value = part["value"]
        yield from value if isinstance(value, list) else [value]
        if "within" in part:
            yield part["within"]


def test_every_number_stands_in_the_words(register):
    """In the quote, in what the words are taken to say, or in the comment above: as it is or in per cent."""
    text = (Path(__file__).parents[2] / "data" / "claims.toml").read_text(encoding="utf-8")
    comments = {m[2]: m[1] for m in re.finditer(r'((?:^#[^\n]*\n)*)^\[\[claim\]\]\nid = "([^"]+)"', text, flags=re.M)}
    for claim in own(register, "formula", "rule", "counts", "printed"):
        words = " ".join([claim.quote, claim.says, comments[claim.id]])
        known = {float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*\.?\d*", words) if n.strip(",.")}
        known |= {-n for n in known} | {0.0, 1.0}
        for value in _numbers(claim.form):
            assert any(abs(value - x * by) < 1e-9 for x in known for by in (1.0, 0.01, 100.0)), (claim.id, value)


def test_no_form_calls_what_is_not_arithmetic(register):
    """Quantities and notes are sums of numbers by name: what runs a rule is a function of the package."""
    plain = {"abs", "ceil", "exp", "floor", "log", "max", "min", "sqrt"}
    for claim in own(register, "formula", "rule", "printed"):
        texts = [part["quantity"] for part in claim.form.get("parts", ())]
        texts += [m[1] for m in re.finditer(r"\{([^{}:]+)(?::\d)?\}", claim.form.get("note", ""))]
        for text in texts:
            calls = {n.func.id for n in ast.walk(ast.parse(text, mode="eval")) if isinstance(n, ast.Call)}
            assert calls <= plain, claim.id
