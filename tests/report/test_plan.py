"""Plans: every fault of a file in one error that names key, wanted and got."""

from __future__ import annotations

import pytest

from nija_research import report
from nija_research.errors import PlanError

from .conftest import notebook

GOOD = 'title = "T"\nsummary = "s"\n[[notebook]]\npath = "a"\n'


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b", "s"):
        notebook(tmp_path / f"{name}.ipynb", "n: int = 1  # count")
    return tmp_path


def test_a_good_plan(folder):
    (folder / "p.toml").write_text(GOOD + "parameters = {n = 2}\n[[notebook]]\npath='20_kelly_fraction'\n")
    plan = report.load_plan(folder / "p.toml")
    assert [e.name for e in plan.entries] == ["a", "20_kelly_fraction", "s"]
    assert plan.notebooks[0].parameters == {"n": 2}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title == 1", ["not TOML", "line 1"]),
        ("title = ", ["not TOML", "end of document"]),
        ("", ["title is missing", "summary is missing", "[[notebook]]"]),
        (GOOD.replace('"T"', "3"), ["title: wanted text, got 3"]),
        (GOOD.replace('"T"', '" "'), ["title must not be empty"]),
        ('titel = "x"\n' + GOOD, ["titel is not a key of a plan, did you mean title?"]),
        (GOOD + 'paht = "x"\n', ["notebook[1].paht", "did you mean path"]),
        (GOOD + "parameters = 3\n", ["notebook[1].parameters: wanted a table, got 3"]),
        (GOOD + '[[notebook]]\npath = "a.ipynb"\n', ["notebook[2].path: a is named twice"]),
        (GOOD + '[[notebook]]\npath = "s"\n', ["s is named twice"]),
        (GOOD + '[[notebook]]\npath = "20_kely"\n', ["no notebook '20_kely'", "mean 20_kelly_fraction"]),
        (
            GOOD.replace('"a"', '"x"').replace('"s"', '"y"'),
            ["2 faults", "summary: no notebook 'y'", "notebook[1].path: no notebook 'x'"],
        ),
        ('title = "T"\nsummary = "s"\nnotebook = []\n', ["notebook must not be empty"]),
    ],
)
def test_faults(folder, text, words):
    (folder / "p.toml").write_text(text)
    with pytest.raises(PlanError) as caught:
        report.load_plan(folder / "p.toml")
    assert str(caught.value).startswith(str(folder / "p.toml"))
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_file_and_not_text(folder):
    with pytest.raises(PlanError, match="no such plan"):
        report.load_plan(folder / "q.toml")
    (folder / "q.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PlanError, match="not UTF-8"):
        report.load_plan(folder / "q.toml")
    with pytest.raises(PlanError, match="cannot be read"):
        report.load_plan(folder)
