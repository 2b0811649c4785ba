"""Every notebook keeps the form: one question, declared parameters, short cells, public imports, no stored outputs."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from nija_research import report

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SECTIONS = ("## How sure", "## What this does not show", "## References", "## Data", "## Method")
FIELD = {"numpy", "pandas", "matplotlib", "seaborn", "nija_research"}
CELL_LINES, FUNCTION_LINES = 25, 12


def cells(path, kind):
    """Source, tags and cell of every cell of a kind."""
    every = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [("".join(c["source"]), c["metadata"].get("tags", []), c) for c in every if c["cell_type"] == kind]


def nodes(path):
    """Every node of a notebook's code."""
    return [node for source, _, _ in cells(path, "code") for node in ast.walk(ast.parse(source))]


def every_notebook(faults_of):
    """Ask each notebook for its faults, and list them all."""
    faults = [f"{path.stem}: {fault}" for path in NOTEBOOKS for fault in faults_of(path)]
    assert not faults, "\n".join(faults)


def test_there_are_notebooks_and_their_names_say_floor_and_noun():
    assert {p.stem for p in NOTEBOOKS} >= {"00_start_here", "10_data_check", "20_kelly_fraction", "_template"}
    assert [p.stem for p in NOTEBOOKS if not re.fullmatch(r"\d\d_[a-z_]+|_template", p.stem)] == []


def test_outputs_are_not_stored():
    every_notebook(lambda p: [s for s, _, c in cells(p, "code") if c["outputs"] or c["execution_count"] is not None])


def test_the_first_cell_has_title_question_and_use():
    def faults(path):
        first = cells(path, "markdown")[0][0]
        for wanted in ("# ", "**Question.**", "**What the answer decides.**"):
            if not (first.startswith(wanted) if wanted == "# " else wanted in first):
                yield f"the first cell has no {wanted!r}"

    every_notebook(faults)


def test_the_usual_sections_are_there():
    def faults(path):
        if path.stem == "90_weekly_report":
            return  # one page, which names the chapters that hold method and references
        text = "\n".join(source for source, _, _ in cells(path, "markdown"))
        yield from (f"no section {section!r}" for section in SECTIONS if section not in text)

    every_notebook(faults)


def test_the_first_code_cell_declares_the_parameters_and_each_is_used():
    def faults(path):
        first, *rest = cells(path, "code")
        if first[1] != ["parameters"]:
            yield "the first code cell is not tagged 'parameters'"
        used = {n.id for source, _, _ in rest for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name)}
        for parameter in report.notebook_parameters(path):
            if parameter.name not in used:
                yield f"{parameter.name} is not used"
            if not re.match(r".+[:,] .+", parameter.meaning):
                yield f"{parameter.name} wants 'unit: meaning', got {parameter.meaning!r}"

    every_notebook(faults)


def test_cells_and_functions_are_short():
    def faults(path):
        for source, tags, _ in cells(path, "code"):
            # The declaration has a line for each parameter, however many a page of sliders has.
            if len(source.splitlines()) > CELL_LINES and tags != ["parameters"]:
                yield f"a cell of {len(source.splitlines())} lines: {source.splitlines()[0]}"
        for node in nodes(path):
            if isinstance(node, ast.ClassDef):
                yield f"class {node.name}: it belongs into the library"
            elif isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= FUNCTION_LINES:
                yield f"{node.name} has more than {FUNCTION_LINES} lines: it belongs into the library"

    every_notebook(faults)


def test_imports_are_the_packages_of_the_field_and_ours():
    def faults(path):
        for node in nodes(path):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "."]
            else:
                continue
            yield from (f"imports {name}" for name in names if name.split(".")[0] not in FIELD)

    every_notebook(faults)


def test_results_are_recorded_and_shown():
    def faults(path):
        code = "\n".join(source for source, _, _ in cells(path, "code"))
        yield from (
            f"never calls {c}...)" for c in ("report.record(", "report.figure(", "report.table(") if c not in code
        )

    every_notebook(faults)
