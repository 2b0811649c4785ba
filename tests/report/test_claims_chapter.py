"""The chapter on claims and the one on what rules contribute: their own tables, and both run on other inputs."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nija_research import report

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def chapter():
    """Functions and constants of the chapter on rules, as it defines them."""
    space = {}
    for cell in json.loads((NOTEBOOKS / "61_rule_value.ipynb").read_text(encoding="utf-8"))["cells"]:
        tree = ast.parse("".join(cell["source"])) if cell["cell_type"] == "code" else ast.parse("")
        parts = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.Import | ast.ImportFrom)
            or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).isupper())
        ]
        exec(compile(ast.Module(parts, []), "61_rule_value", "exec"), space)
    return space


def contributions() -> pd.DataFrame:
    rows = [
        ("document_000", "drawdown", "the others", "growth", -0.01, -0.02, 0.01, 0.2, 81.3, "The S&P."),
        ("document_000", "drawdown", "the others", "max_drawdown", 0.9, 0.8, 1.1, 0.5, 30.0, "The S&P."),
        ("document_000", "leverage", "the others", "growth", *[np.nan] * 5, "no stake is like it"),
        ("document_000", "leverage", "the others", "max_drawdown", *[np.nan] * 5, "no stake is like it"),
    ]
    return pd.DataFrame(rows, columns=["family", "rule", "beside", "measure", "found", "low", "high", "p_adjusted",
                                       "years_needed", "why"])  # fmt: skip


def test_a_rule_has_a_row_with_both_measures(chapter):
    table = chapter["rows_of"](contributions())
    assert table.iloc[0].tolist() == [
        "drawdown", "the others", "-1.00 (-2.00 to +1.00)", "0.20", "81", "0.900 (0.800 to 1.100)", "0.50",
    ]  # fmt: skip
    assert table.iloc[1].tolist() == ["leverage", "the others", "–", "–", "–", "–", "–"]


def test_rules_are_drawn_against_no_difference(chapter):
    growth, depth = chapter["panels"](contributions()).axes
    chapter["plt"].close("all")
    assert [label.get_text() for label in growth.get_yticklabels()] == ["drawdown", "leverage"]
    assert [line.get_xdata()[0] for line in growth.lines if line.get_linestyle() == "--"] == [0.0]
    assert [line.get_xdata()[0] for line in depth.lines if line.get_linestyle() == "--"] == [1.0]
    points = [x for line in growth.lines if line.get_marker() == "o" for x in line.get_xdata()]
    assert points == [-1.0], "points of growth a year"


def claim(name: str, value: float) -> str:
    return (
        f'[[claim]]\nid = "{name}"\ndocument = "mine"\nquote = "It doubles."\nkind = "arithmetic"\n'
        f'says = "1.5 times 2 is {value}."\ncheck = "formula"\nprimary = true\n[claim.form]\ngiven = {{ a = 1.5 }}\n'
        f'[[claim.form.parts]]\nquantity = "a * 2"\nrelation = "="\nvalue = {value}\n'
    )


def tables(path: Path) -> dict[str, list[list[str]]]:
    """Rows of every table that an executed notebook shows, by label."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    shown = [one["application/vnd.nija.table+json"] for one in data if "application/vnd.nija.table+json" in one]
    return {table["label"]: table["rows"] for table in shown}


@pytest.mark.slow
def test_the_chapter_runs_on_registers_of_ones_own_and_says_what_changed(tmp_path):
    title = '[documents]\nmine = "My plan"\n'
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text(title + claim("M-1", 3.0) + claim("M-2", 3.0) + claim("M-3", 4.0), encoding="utf-8")
    second.write_text(title + claim("M-1", 3.0) + claim("M-2", 4.0) + claim("M-4", 3.0), encoding="utf-8")
    done = report.run_notebook(NOTEBOOKS / "60_claims.ipynb", {"register": str(first)}, tmp_path / "a")
    then = report.read_records(done)
    assert then["verdicts"] == {"M-1": "supported", "M-2": "supported", "M-3": "refuted"}
    assert then["changed"] is None
    more = {"register": str(second), "previous": str(done)}
    done = report.run_notebook(NOTEBOOKS / "60_claims.ipynb", more, tmp_path / "b")
    assert report.read_records(done)["changed"] == 3
    shown = tables(done)
    assert [row[:3] for row in shown["changed"]] == [
        ["M-2", "supported", "refuted"], ["M-4", "–", "supported"], ["M-3", "refuted", "–"],
    ]  # fmt: skip
    assert shown["board"] == [["mine: My plan", "3", "2", "1", "0", "0", "0"]]


@pytest.mark.slow
def test_the_chapter_on_rules_runs_on_other_prices(tmp_path):
    done = report.run_notebook(NOTEBOOKS / "61_rule_value.ipynb", {"prices": "nasdaq"}, tmp_path)
    record = report.read_records(done)
    assert record["comparisons"] >= 30
    assert "document_003: stops|nothing" in record["growth"]
