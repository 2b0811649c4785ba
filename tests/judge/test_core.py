"""The machinery that every claim goes through: formulas, regions, registers, findings kept between runs."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nija_research
from nija_research.errors import DataError, ParameterError
from nija_research.judge import (
    Finding,
    JudgeInputs,
    judge_claims,
    load_register,
    verdicts,
)
from nija_research.judge import (
    judging as cache,
)
from nija_research.judge.formula import evaluate
from nija_research.judge.verdict import region

# --- formulas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("start * (1 + rate) ** months", 200 * 1.5**12),
        ("-start + 7 // 2 - 7 % 4 + 7 / 2", -200 + 3 - 3 + 3.5),
        ("1 if rate > 0.4 else 2", 1.0),
        ("1 if rate >= 0.6 else 2", 2.0),
        ("rate < 1", 1.0),
        ("max(min(start, 3), floor(2.9), ceil(2.1)) + abs(-1) + sqrt(4) + log(exp(1))", 3 + 1 + 2 + 1),
        ("0.1 + 0.2", 0.1 + 0.2),
    ],
)
def test_a_formula_is_what_it_says(expression, value):
    assert evaluate(expression, {"start": 200.0, "rate": 0.5, "months": 12.0}) == pytest.approx(value, rel=1e-15)


@given(a=st.floats(-1e6, 1e6), b=st.floats(-1e6, 1e6), c=st.floats(0.1, 1e3))
def test_a_formula_binds_as_python_does(a, b, c):
    assert evaluate("a - b * c + a / c - -b", {"a": a, "b": b, "c": c}) == a - b * c + a / c - -b


def test_a_text_is_no_number():
    assert evaluate("x", {"x": 2.0, "name": "six"}) == 2.0
    with pytest.raises(ParameterError, match="'six' is a text"):
        evaluate("x + name", {"x": 2.0, "name": "six"})


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("1 +", "is not an expression"),
        ("x", "reads 'x', which is not given"),
        ("__import__('os').getcwd()", "may hold"),
        ("open('x')", "may hold"),
        ("a.real", "may hold"),
        ("[1]", "may hold"),
        ("True", "may hold"),
        ("1 < 2 < 3", "may hold"),
        ("max(**{'a': 1})", "may hold"),
        ("a and a", "may hold"),
        ("9 ** 9 ** 9", "power"),
        ("10.0 ** 999", "has no value"),
        ("1e308 * 10", "not finite"),
        ("(-1) ** 0.5", "has no value"),
        ("1 / 0", "has no value"),
        ("log(0)", "has no value"),
        ("max()", "has no value"),
        ("'5' + 1", "may hold"),
        ("'a' * 9999999", "may hold"),
        ("-" * 100_000 + "1", "expression"),
        ("(" * 500 + "1" + ")" * 500, "expression"),
    ],
)
def test_what_is_no_sum_is_refused(expression, fault):
    with pytest.raises(ParameterError, match=fault):
        evaluate(expression, {"a": 1.0})


# --- regions ----------------------------------------------------------------------------------------------------------

INSIDE = [
    ("=", 237.0, {"digits": 0}, [236.5, 237.0, 237.5], [236.49, 237.51]),
    ("=", 0.2, {}, [1 - 80 / 100, 0.2], [0.2001, 0.1999]),
    ("about", 10.0, {"within": 0.5}, [9.5, 10.5], [9.49, 10.51]),
    ("<", 1.0, {}, [0.999, -5.0], [1.0, 1.001]),
    ("<=", 1.0, {}, [1.0, -5.0], [1.001]),
    (">", 1.0, {}, [1.001], [1.0, 0.999]),
    (">=", 1.0, {}, [1.0, 9.0], [0.999]),
    ("in", (0.6, 0.7), {}, [0.6, 0.65, 0.7], [0.599, 0.701]),
]


@pytest.mark.parametrize(("relation", "value", "more", "inside", "outside"), INSIDE, ids=[row[0] for row in INSIDE])
def test_a_region_holds_what_is_stated(relation, value, more, inside, outside):
    allowed = region(relation, value, **more)
    assert [allowed.verdict(x, x) for x in inside] == ["supported"] * len(inside)
    assert [allowed.verdict(x, x) for x in outside] == ["refuted"] * len(outside)


@pytest.mark.parametrize(
    ("relation", "value", "low", "high", "verdict"),
    [
        ("in", (0.6, 0.7), 0.61, 0.69, "supported"),
        ("in", (0.6, 0.7), 0.6, 0.7, "supported"),
        ("in", (0.6, 0.7), 0.5, 0.65, "inconclusive"),
        ("in", (0.6, 0.7), 0.5, 0.8, "inconclusive"),
        ("in", (0.6, 0.7), 0.65, 0.9, "inconclusive"),
        ("in", (0.6, 0.7), 0.71, 0.9, "refuted"),
        ("in", (0.6, 0.7), 0.1, 0.59, "refuted"),
        ("in", (0.6, 0.7), 0.5, 0.6 - 1e-12, "inconclusive"),  # touches the end within rounding
        (">", 0.0, 0.1, 0.2, "supported"),
        (">", 0.0, -0.1, 0.2, "inconclusive"),
        (">", 0.0, -0.1, 0.0, "refuted"),  # 0 is not above 0
        (">=", 0.0, -0.1, 0.0, "inconclusive"),
        ("<", 1.0, 1.0, 1.2, "refuted"),
        ("<=", 1.0, 1.0, 1.2, "inconclusive"),
    ],
)
def test_an_interval_is_in_out_or_astride(relation, value, low, high, verdict):
    assert region(relation, value).verdict(low, high) == verdict


@given(
    ends=st.tuples(st.floats(-9, 9), st.floats(-9, 9)).map(sorted),
    low=st.floats(-9, 9),
    width=st.floats(0, 9),
    inner=st.floats(0, 1),
)
def test_an_interval_inside_a_decided_one_is_decided_alike(ends, low, width, inner):
    allowed = region("in", ends)
    whole = allowed.verdict(low, low + width)
    point = min(max(low + inner * width, low), low + width)
    if whole != "inconclusive":
        assert allowed.verdict(point, point) == whole


@pytest.mark.parametrize(
    ("relation", "value", "more"),
    [
        ("~", 1.0, {}),
        ("=", (1.0, 2.0), {}),
        ("in", 1.0, {}),
        ("in", (2.0, 1.0), {}),
        ("=", math.nan, {}),
        (">", math.inf, {}),
        ("about", 1.0, {}),
        ("=", 1.0, {"within": 0.1}),
        (">", 1.0, {"digits": 2}),
    ],
)
def test_a_region_that_says_nothing_is_refused(relation, value, more):
    with pytest.raises(ParameterError):
        region(relation, value, **more)


@pytest.mark.parametrize("ends", [(2.0, 1.0), (math.nan, 1.0), (0.0, math.nan)])
def test_an_interval_has_its_lower_end_first(ends):
    with pytest.raises(ParameterError, match="lower end first"):
        region(">", 0.0).verdict(*ends)


# --- registers --------------------------------------------------------------------------------------------------------

GOOD = """
[documents]
d = "A document"

[[claim]]
id = "C-1"
document = "d"
quote = "doubles"
kind = "arithmetic"
says = "1 USD is 2 USD after one doubling."
check = "formula"
primary = true
form = { given = { start = 1.0 }, parts = [{ quantity = "start * 2", relation = "=", value = 2.0, unit = "USD" }] }

[[claim]]
id = "C-2"
document = "d"
quote = "doubles again"
same_as = "C-1"

[[claim]]
id = "C-3"
document = "d"
quote = "5 % of the peak"
kind = "behaviour"
says = "The limit of 100 USD is 5 USD."
check = "rule"
form = { function = "S2-28", given = { peak = 100.0 }, parts = [{ quantity = "limit", relation = "=", value = 5.0 }] }
"""


@pytest.fixture
def write(tmp_path):
    def written(text: str) -> Path:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_a_register_of_ones_own_is_read_and_judged(write):
    register = load_register(write(GOOD))
    assert [claim.id for claim in register] == ["C-1", "C-2", "C-3"]
    assert register["C-3"].statement.function == "S2-28"
    assert (register["C-2"].quote, register["C-2"].says) == ("doubles again", register["C-1"].says)
    assert (register["C-1"].primary, register["C-2"].primary) == (True, False), "a repetition is not another promise"
    judged = judge_claims(register)
    assert [one.finding.verdict for one in judged] == ["supported"] * 3
    assert [one.finding.found for one in judged] == [2.0, 2.0, 5.0]
    assert judged.summary() == {"supported": 3, "refuted": 0, "inconclusive": 0, "not testable": 0}
    table = verdicts(register, ids=["C-1"])
    assert table.loc[0, ["id", "verdict", "stated"]].tolist() == ["C-1", "supported", "= 2 USD"]


FAULTS = [
    ('id = "C-1"', "id = 1", "claim 1: id: wanted text, got 1"),
    ('id = "C-3"', 'id = "C-1"', "C-1: id: given twice"),
    ('quote = "doubles"', "", "C-1: quote: missing"),
    ('quote = "doubles"', 'quote = " "', "C-1: quote: wanted text, got ' '"),
    ('quote = "doubles"', 'quote = "doubles"\ncolour = "red"', "C-1: colour: unknown; wanted check, document"),
    ('document = "d"', 'document = "e"', "C-1: document: 'e' is not in [documents] (d)"),
    ('kind = "arithmetic"', 'kind = "sums"', "C-1: kind: wanted one of arithmetic, "),
    ('check = "formula"', 'check = "sum"', "C-1: check: wanted one of "),
    ("primary = true", 'primary = "yes"', "C-1: primary: wanted true or false, got 'yes'"),
    ("form = { given", "form = 3 # ", "C-1: form: wanted a table, got 3"),
    ("value = 2.0", 'value = "2.0"', "C-1: form: parts.0.value"),
    ("value = 2.0", "values = 2.0", "C-1: form: parts.0"),
    ('relation = "="', 'relation = "=="', "C-1: form: parts.0.relation"),
    ("start = 1.0 }", "begin = 1.0 }", "C-1: form: 'start * 2' reads 'start', which is not given (begin)"),
    ('same_as = "C-1"', 'same_as = "C-9"', "C-2: same_as: 'C-9' must be a claim above"),
    (
        'same_as = "C-1"',
        'same_as = "C-1"\nkind = "evidence"',
        "C-2: kind: unknown; wanted document, id, quote, same_as",
    ),
    ('"S2-28"', '"S9-1"', "C-3: form: function: the package has none for 'S9-1'. A register of one's own uses formula"),
    ('function = "S2-28", ', "", "C-3: form: function: the package has none for 'C-3'"),
    ('check = "rule"', 'check = "printed"', "C-3: check: 'printed' runs code, which only the suite's own register may"),
    ("[documents]", "[code]\nx = 'a = 1'\n[documents]", "code: unknown; a register has [documents] and [[claim]]"),
    ('d = "A document"', "d = 1", "documents.d: wanted text, got 1"),
    ("[documents]", "documents = [\n[documents]", "not TOML"),
    (
        "[documents]",
        "[papers]\nx = 1\n[documents]",
        "papers: unknown; a register has [documents] and [[claim]]",
    ),
]


@pytest.mark.parametrize(("line", "broken", "message"), FAULTS, ids=[row[2] for row in FAULTS])
def test_a_broken_register_is_refused_by_file_claim_and_key(write, line, broken, message):
    path = write(GOOD.replace(line, broken, 1))
    with pytest.raises(DataError) as fault:
        load_register(path)
    assert str(fault.value).startswith(f"{path}: ")
    assert message in str(fault.value)
    assert "{" not in str(fault.value), "a form is not echoed whole"


def test_a_claim_that_repeats_a_broken_one_is_not_a_second_fault(write):
    with pytest.raises(DataError) as fault:
        load_register(write(GOOD.replace("value = 2.0", 'value = "2.0"')))
    assert "\n" not in str(fault.value)


def test_whole_numbers_are_numbers(write):
    text = GOOD.replace("start = 1.0", "start = 1").replace("value = 2.0", "value = 2")
    assert next(iter(judge_claims(load_register(write(text)), ids=["C-1"]))).finding.found == 2.0


def test_all_faults_of_a_register_come_at_once(write):
    path = write(GOOD.replace('kind = "arithmetic"', 'kind = "sums"').replace('same_as = "C-1"', 'same_as = "C-9"'))
    with pytest.raises(DataError, match=r"(?s)C-1: kind: .*C-2: same_as: "):
        load_register(path)


@pytest.mark.parametrize("text", ["", "[documents]\nd = 'D'", "claim = 3", "claim = [1]", "[[claim]\n"])
def test_a_file_without_claims_is_no_register(write, text):
    with pytest.raises(DataError, match=r"mine\.toml: "):
        load_register(write(text))


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path):
    with pytest.raises(DataError, match="no such register"):
        load_register(tmp_path / "none.toml")
    with pytest.raises(DataError, match="cannot be read"):
        load_register(tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not UTF-8"):
        load_register(tmp_path / "bytes.toml")


def test_a_fault_found_while_judging_names_file_and_claim(write):
    path = write(GOOD.replace("peak = 100.0", "top = 100.0"))
    with pytest.raises(ParameterError, match=r"mine\.toml: C-3: form: the function 'limit_of_a_peak' has no value"):
        judge_claims(load_register(path))


def test_unknown_claims_and_kinds_are_refused(write):
    register = load_register(write(GOOD))
    with pytest.raises(ParameterError, match="has no claim 'C-9'"):
        judge_claims(register, ids=["C-9"])
    with pytest.raises(ParameterError, match="kind must be one of"):
        judge_claims(register, kind="sums")
    with pytest.raises(ParameterError, match=r"parts\.0"):
        register.changed("C-1", parts=[{"quantity": "1"}])


def test_a_changed_number_changes_the_verdict_of_a_claim_and_of_its_repetition(write):
    register = load_register(write(GOOD))
    for changed in (
        register.changed("C-2", given={"start": 3.0}),
        register.changed("C-1", parts=[{"quantity": "start * 2", "relation": "=", "value": 2.1}]),
    ):
        assert [one.finding.verdict for one in judge_claims(changed)] == ["refuted", "refuted", "supported"]


# --- findings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "true"},
        {"reason": " "},
        {"found": None},
        {"found": math.nan},
        {"low": math.inf},
        {"years_needed": True},
    ],
)
def test_a_finding_without_verdict_number_or_reason_is_refused(wrong):
    with pytest.raises(ParameterError):
        Finding(**{"verdict": "supported", "stated": "= 1", "found": 1.0, "reason": "Because.", **wrong})


# --- findings kept between runs ---------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    where = tmp_path / "findings"
    where.mkdir()
    monkeypatch.setattr(cache, "_folder", lambda: where)
    return where


@pytest.fixture
def counted(monkeypatch):
    """Which claims were judged anew."""
    module = import_module("nija_research.judge.judging")
    names: list[str] = []
    plain = module.findings

    def noted(check, forms, evidence):
        names.extend(forms)
        return plain(check, forms, evidence)

    monkeypatch.setattr(module, "findings", noted)
    return names


def test_an_unchanged_claim_is_judged_once_and_a_changed_one_anew(folder, counted, write):
    register = load_register(write(GOOD))
    first = judge_claims(register)
    assert counted == ["C-1", "C-3"], "a claim that repeats another costs nothing"
    assert judge_claims(register) == first
    assert counted == ["C-1", "C-3"]
    counted.clear()
    judge_claims(register.changed("C-1", given={"start": 3.0}))
    assert counted == ["C-1"]
    counted.clear()
    judge_claims(register, inputs=JudgeInputs(level=0.9))
    judge_claims(register, inputs=JudgeInputs(rng=2))
    assert counted == ["C-1", "C-3"] * 2, "other evidence is another question"


def test_a_changed_word_in_a_form_is_another_question(folder, counted, write):
    judge_claims(load_register(write(GOOD)))
    counted.clear()
    judge_claims(load_register(write(GOOD.replace("peak = 100.0", "peak = 200.0"))))
    judge_claims(load_register(write(GOOD.replace('unit = "USD"', 'unit = "EUR"'))))
    assert counted == ["C-3", "C-1"]


def _cut(text: str) -> str:
    return text[: len(text) // 2]


@pytest.mark.parametrize(
    "damage",
    [
        _cut,
        lambda text: "",
        lambda text: text.replace('"found": 2.0', '"found": 7.0'),
        lambda text: text.split("\n", 1)[1],
        lambda text: "\0" * len(text),
        lambda text: "[]\n[]",
    ],
    ids=["cut", "empty", "altered", "unsigned", "zeros", "foreign"],
)
def test_a_damaged_finding_is_ignored_and_found_again(folder, counted, write, damage):
    register = load_register(write(GOOD))
    first = judge_claims(register)
    files = list(folder.iterdir())
    assert len(files) == 2
    for file in files:
        file.write_text(damage(file.read_text()))
    counted.clear()
    assert judge_claims(register) == first
    assert [name for name in counted if name == "C-1"] == ["C-1"]
    counted.clear()
    assert judge_claims(register) == first
    assert counted == [], "it is whole again"


def test_a_signed_finding_that_says_nothing_is_ignored(folder):
    key = cache.key_of("formula", {}, "evidence")
    cache.put(key, Finding(verdict="supported", stated="", found=1.0, reason="Because.").to_dict())
    assert cache.get(key, Finding.of) is not None
    for content in ({"verdict": "perhaps", "stated": "", "reason": "x", "details": []}, {"details": []}, [1], None):
        text = json.dumps(content)
        (folder / f"{key}.json").write_text(f"{cache._digest(text)}\n{text}")
        assert cache.get(key, Finding.of) is None


def test_findings_come_back_as_they_were_kept(folder):
    finding = Finding(
        verdict="inconclusive", stated="in 0.1 to 0.2", found=0.1 + 0.2, low=1e-300, high=1 / 3, level=0.95, unit="%",
        stated_low=0.1, stated_high=0.2, reason="Ä “quote” ±", change="More.", years_needed=81.5,
        details=({"world": "iid", "found": 1 / 7, "holds": False},),
    )  # fmt: skip
    cache.put("key", finding.to_dict())
    assert cache.get("key", Finding.of) == finding
    assert cache.get("other", Finding.of) is None


def test_without_a_folder_nothing_is_kept(monkeypatch, write):
    monkeypatch.setattr(cache, "_folder", lambda: None)
    register = load_register(write(GOOD))
    assert judge_claims(register) == judge_claims(register)


JUDGE = """
import sys
from nija_research.judge import judge_claims, load_register
from nija_research.judge.judging import findings
module = sys.modules["nija_research.judge.judging"]
asked = []
module.findings = lambda check, forms, evidence: asked.extend(forms) or findings(check, forms, evidence)
(one,) = judge_claims(load_register(sys.argv[1]), ids=["C-1"])
print(len(asked), one.finding.change)
"""


@pytest.mark.slow
def test_a_changed_source_never_answers_with_an_old_finding_and_prose_keeps_it(tmp_path, write):
    copy = tmp_path / "copy"
    shutil.copytree(
        Path(nija_research.__file__).parent, copy / "nija_research", ignore=shutil.ignore_patterns("__pycache__")
    )
    env = {**os.environ, "PYTHONPATH": str(copy), "NIJA_CACHE": str(tmp_path / "cache")}

    def judged() -> str:
        command = [sys.executable, "-c", JUDGE, str(write(GOOD))]
        return subprocess.run(command, capture_output=True, text=True, env=env, cwd=copy, check=True).stdout.strip()

    def edit(file: str, old: str, new: str) -> None:
        source = copy / "nija_research" / file
        text = source.read_text()
        assert text.count(old) == 1
        source.write_text(text.replace(old, new))

    assert judged() == "1 Other numbers in the document."
    edit("judge/checks/exact.py", "Judge statements that a calculation decides:", "Judge what a calculation decides:")
    edit("report/plots.py", "from __future__ import annotations\n", "from __future__ import annotations\n\nNEW = 1\n")
    assert judged() == "0 Other numbers in the document.", "prose and the report are no part of a finding"
    edit("judge/checks/exact.py", "Other numbers in the document.", "Other numbers.")
    assert judged() == "1 Other numbers."
    edit("units.py", "from __future__ import annotations\n", "from __future__ import annotations\n\nNEW = 1\n")
    assert judged() == "1 Other numbers.", "whatever a check runs counts"
