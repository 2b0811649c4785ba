"""The simulation chapter: what it says without an edge, and wrong parameters are wrong input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nija_research import report
from nija_research.errors import ParameterError

CHAPTER = Path(__file__).parents[2] / "notebooks" / "50_simulation.ipynb"


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"chosen": "nope"}, r"chosen must be one of document_000, .*; got 'nope'"),
        ({"paths": 1}, "paths must be a whole number of at least 100, got 1"),
        ({"leverage": 0.0}, "leverage must be above 0"),
    ],
)
def test_a_wrong_parameter_is_wrong_input(tmp_path, parameters, says):
    with pytest.raises(report.NotebookFailedError, match=says) as caught:
        report.run_notebook(CHAPTER, parameters, tmp_path)
    assert caught.value.exit_code == 2


def test_without_an_edge_the_chapter_says_why_nothing_is_compared(tmp_path):
    done = report.run_notebook(CHAPTER, {"edge": -0.2, "paths": 100}, tmp_path)
    outputs = [o for c in json.loads(done.read_text())["cells"] for o in c.get("outputs", [])]
    said = ["".join(o["data"]["text/markdown"]) for o in outputs if "text/markdown" in o.get("data", {})]
    assert said[0].startswith("**Answer.** On trades like the log's, document_003 has a mean growth of")
    assert said[1].startswith("There is no table at equal growth")


def test_a_cell_that_fails_otherwise_is_work_that_failed():
    assert report.NotebookFailedError("a", 1, "KeyError", "m").exit_code == 1
    assert report.NotebookFailedError("a", 1, "DataError", "m").exit_code == 2


def test_only_text_is_said():
    with pytest.raises(ParameterError, match="say wants text"):
        report.say(0.5)
