"""What a notebook declares, and what is refused before a kernel starts."""

from __future__ import annotations

import json

import pytest

from nija_research import report
from nija_research.errors import NijaError, NotebookError, ParameterError

from .conftest import notebook

CELL = """
# how much
n_paths: int = 100  # count, paths = more is slower
level: float = 1  # share
name: str = "a # b"  # text
fast: bool = False
start: str | None = None  # ISO date
levels: list[float] = [0.25, 1]  # shares of Kelly"""


@pytest.fixture
def path(tmp_path):
    return notebook(tmp_path / "20_kelly.ipynb", "# Kelly", CELL, "print(n_paths)")


def test_declared_as_written(path):
    rows = [(p.name, p.type, p.default, p.meaning) for p in report.notebook_parameters(path)]
    assert rows == [
        ("n_paths", "int", 100, "count, paths = more is slower"),
        ("level", "float", 1.0, "share"),
        ("name", "str", "a # b", "text"),
        ("fast", "bool", False, ""),
        ("start", "str | None", None, "ISO date"),
        ("levels", "list[float]", [0.25, 1.0], "shares of Kelly"),
    ]


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"n_path": 3}, NotebookError, ["unknown parameter 'n_path'", "mean n_paths", "start: str | None"]),
        ({"n_paths": True}, ParameterError, ["n_paths must be int, got True (bool)"]),
        ({"n_paths": 2.0}, ParameterError, ["n_paths must be int"]),
        ({"n_paths": "3"}, ParameterError, ["n_paths must be int"]),
        ({"level": True}, ParameterError, ["level must be float"]),
        ({"level": float("nan")}, ParameterError, ["level must be finite"]),
        ({"level": float("inf")}, ParameterError, ["level must be finite"]),
        ({"fast": 1}, ParameterError, ["fast must be bool"]),
        ({"start": 3}, ParameterError, ["start must be str | None"]),
        ({"levels": (1.0,)}, ParameterError, ["levels must be list[float]"]),
        ({"levels": [1.0, "x"]}, ParameterError, ["levels must be list[float]"]),
        ({"levels": [float("nan")]}, ParameterError, ["levels must be list[float]"]),
        ({"nope": 1, "level": "x", "fast": None}, NotebookError, ["'nope'", "level must be", "fast must be"]),
    ],
)
def test_refused_before_a_kernel_starts(path, given, error, words, monkeypatch, tmp_path):
    monkeypatch.setattr("nija_research.report.runner.Kernels", None)  # calling it would fail
    with pytest.raises(error) as caught:
        report.run_notebook(path, given, tmp_path / "out")
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert caught.value.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_an_int_serves_as_float_and_becomes_one(path):
    bound = report.bind(report.notebook_parameters(path), {"level": 2, "levels": [1, 2]})
    assert (bound["level"], type(bound["level"]), bound["levels"]) == (2.0, float, [1.0, 2.0])


def test_a_parameter_without_default_must_be_given(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "trades: str  # file")
    with pytest.raises(NotebookError, match=r"'trades' .* no default"):
        report.bind(report.notebook_parameters(path), {})


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("n = 1", "line 1: `n = 1` declares no parameter"),
        ("n: int = f()", "not a literal"),
        ("n: int = 1.5", "n must be int, got 1.5"),
        ("n: Path = 1", "type of n is not one of"),
        ("n: int = 1\nn: int = 2", "n is declared twice"),
        ("n: int = ", "line 1"),
        ("a = 1\nb: int = True", "line 1: .*; line 2: b must be int"),
    ],
)
def test_a_parameters_cell_of_another_form(tmp_path, cell, words):
    with pytest.raises(NotebookError, match=words):
        report.notebook_parameters(notebook(tmp_path / "a.ipynb", cell))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "not a notebook: line 1"),
        ("[]", "no list of cells"),
        (json.dumps({"cells": [], "nbformat": 3}), "format 4"),
        (json.dumps({"cells": [], "nbformat": 4}), "tagged 'parameters', got 0"),
    ],
)
def test_not_a_notebook(tmp_path, content, words):
    path = tmp_path / "a.ipynb"
    path.write_text(content)
    with pytest.raises(NotebookError, match=words):
        report.notebook_parameters(path)


def test_a_missing_notebook_names_its_neighbours(path):
    with pytest.raises(NotebookError, match=r"no such notebook\. Did you mean 20_kelly"):
        report.notebook_parameters(path.with_name("20_kely.ipynb"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n_paths=7", {"n_paths": 7}),
        ("level=0.5", {"level": 0.5}),
        ("name=a=b", {"name": "a=b"}),
        ("name=12", {"name": "12"}),
        ("fast=yes", {"fast": True}),
        ("start=none", {"start": None}),
        ("start=2020-01-01", {"start": "2020-01-01"}),
        ("levels=0.5,1", {"levels": [0.5, 1.0]}),
        ("levels=[2]", {"levels": [2.0]}),
        (["fast=0", "n_paths=1"], {"fast": False, "n_paths": 1}),
    ],
)
def test_assignments(path, text, value):
    assert report.parse_assignment(text, report.notebook_parameters(path)) == value


def test_every_faulty_assignment_in_one_message(path):
    with pytest.raises(NijaError) as caught:
        report.parse_assignment(
            ["n_paths=x", "leel=1", "fast", "level=nan", "name=a", "name=b"], report.notebook_parameters(path)
        )
    for words in (
        "n_paths must be int",
        "mean level",
        "NAME=VALUE, got 'fast'",
        "level must be finite",
        "name is given twice",
    ):
        assert words in str(caught.value)
