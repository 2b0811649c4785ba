"""Chapters 30 and 31 on other data: no regimes, gaps, files that are too short, parameters out of range."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from nija_research import report
from nija_research.errors import ParameterError
from nija_research.places import suite


def write(path, r, drop=()):
    close = 100.0 * np.cumprod(1.0 + np.concatenate([[0.0], r]))
    frame = pd.DataFrame({"time": pd.date_range("2020-01-01", periods=len(close)), "open": close, "high": close})
    frame = frame.assign(low=close, close=close).drop(list(drop))
    frame.to_csv(path, index=False)
    return path


def told(executed):
    outputs = [o for c in json.loads(executed.read_text(encoding="utf-8"))["cells"] for o in c.get("outputs", [])]
    return [o["data"] for o in outputs if "data" in o]


@pytest.mark.slow
@pytest.mark.parametrize("notebook", ["30_regimes", "31_regime_value"])
def test_a_short_file_of_one_volatility_with_gaps(tmp_path, notebook):
    """No regimes and the file's gaps are said, no 'nan' and no table of states is shown."""
    path = write(tmp_path / "one.csv", np.random.default_rng(1).normal(0.0003, 0.01, 320), drop=(100, 101, 200))
    given = {"prices": str(path), "train": 150} | ({"draws": 200} if notebook.startswith("31") else {})
    executed = report.run_notebook(suite() / "notebooks" / f"{notebook}.ipynb", given, tmp_path / "out")
    shown = told(executed)
    spoken = [d["text/markdown"] for d in shown if "text/markdown" in d]
    assert "".join(spoken[0]).startswith("**No regimes found in these data")
    assert "2 gaps (3 bars missing)" in " ".join("".join(part) for part in spoken)
    tables = json.dumps([d["application/vnd.nija.table+json"] for d in shown if "application/vnd.nija.table+json" in d])
    assert "nan" not in tables.replace("nasdaq", "")
    if notebook == "30_regimes":
        assert "2 gaps (3 bars missing)" in tables  # beside the result
        assert "The states as all bars" not in tables
        assert "bars in a row" not in tables


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [("n_states", 1, "from 2 to 5"), ("n_states", 9, "from 2 to 5"), ("seed", -1, "0 or more")],
)
@pytest.mark.parametrize("notebook", ["30_regimes", "31_regime_value"])
def test_what_no_chapter_can_do_is_one_error(tmp_path, notebook, name, value, wanted):
    with pytest.raises(report.NotebookFailedError, match=f"ParameterError: {name} .*{wanted}") as caught:
        report.run_notebook(suite() / "notebooks" / f"{notebook}.ipynb", {name: value}, tmp_path)
    assert caught.value.exit_code == 2


@pytest.mark.slow
def test_a_file_that_is_too_short_is_wrong_input(tmp_path):
    path = write(tmp_path / "tiny.csv", np.random.default_rng(1).normal(0.0003, 0.01, 60))
    with pytest.raises(report.NotebookFailedError, match="504 of them before the first label") as caught:
        report.run_notebook(suite() / "notebooks" / "30_regimes.ipynb", {"prices": str(path)}, tmp_path)
    assert caught.value.exit_code == 2
    assert report.NotebookFailedError("a", 1, "ZeroDivisionError", "").exit_code == 1


@pytest.mark.slow
def test_progress_names_the_cells(tmp_path):
    said: list[str] = []
    report.run_notebook(suite() / "notebooks" / "_template.ipynb", {}, tmp_path, progress=said.append)
    assert len(said) > 3
    assert said[0].startswith("cell ")


def test_say_shows_one_paragraph(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda made, raw: shown.append(made))
    report.say(["One.", "", " ", "Two."])
    report.say("")
    assert [made["text/markdown"] for made in shown] == ["One. Two."]
    with pytest.raises(ParameterError, match="say wants text"):
        report.say([1.0])
