"""Every notebook keeps the form: one question, declared parameters, no functions, no stored outputs."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from nija_research import report

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SECTIONS = ("## How sure", "## What this does not show", "## References", "## Data", "## Method")


def cells(path, kind):
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [("".join(c["source"]), c) for c in found if c["cell_type"] == kind]


def test_there_are_notebooks():
    assert {p.stem for p in NOTEBOOKS} >= {"00_start_here", "10_data_check", "20_kelly_fraction", "_template"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda p: p.stem)
def notebook(request):
    return request.param


def test_name(notebook):
    assert re.fullmatch(r"\d\d_[a-z_]+|_template", notebook.stem)


def test_outputs_are_not_stored(notebook):
    for source, cell in cells(notebook, "code"):
        assert not cell["outputs"], source
        assert cell["execution_count"] is None, source


def test_begins_with_title_question_and_use(notebook):
    first = cells(notebook, "markdown")[0][0]
    assert first.startswith("# ")
    assert "**Question.**" in first
    assert "**What the answer decides.**" in first


def test_sections(notebook):
    if notebook.stem == "90_weekly_report":
        return  # one page, which names the chapters that hold method and references
    text = "\n".join(source for source, _ in cells(notebook, "markdown"))
    for section in SECTIONS:
        assert section in text, section


def test_first_code_cell_declares_the_parameters_and_each_is_used(notebook):
    code = cells(notebook, "code")
    assert code[0][1]["metadata"].get("tags") == ["parameters"]
    declared = report.notebook_parameters(notebook)
    rest = "\n".join(source for source, _ in code[1:])
    used = {node.id for node in ast.walk(ast.parse(rest)) if isinstance(node, ast.Name)}
    for parameter in declared:
        assert parameter.name in used, f"{parameter.name} is not used"
        assert re.match(r".+[:,] .+", parameter.meaning), f"{parameter.name} wants 'unit: meaning'"


def test_cells_are_short_and_hold_no_functions(notebook):
    for source, cell in cells(notebook, "code"):
        # The declaration has a line for each parameter, however many a page of sliders has.
        assert len(source.splitlines()) <= 12 or cell["metadata"].get("tags") == ["parameters"], source
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)), source


def test_imports_are_ours_and_pandas(notebook):
    for source, _ in cells(notebook, "code"):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                assert [a.name for a in node.names] == ["pandas"]
            elif isinstance(node, ast.ImportFrom):
                assert node.module.split(".")[0] == "nija_research"


def test_results_are_recorded_and_shown(notebook):
    code = "\n".join(source for source, _ in cells(notebook, "code"))
    for call in ("report.record(", "report.figure(", "report.table("):
        assert call in code, call
