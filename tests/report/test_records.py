"""Records, figures and tables as private outputs of a cell."""

from __future__ import annotations

import json
import math

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from nija_research import report
from nija_research.errors import NotebookError, ParameterError


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


def executed(path, *bundles, error=False):
    outputs = [{"output_type": "display_data", "data": b, "metadata": {}} for b in bundles]
    outputs += [{"output_type": "error", "ename": "E", "evalue": "", "traceback": []}] if error else []
    cell = {"cell_type": "code", "source": "", "metadata": {}, "execution_count": 1, "outputs": outputs}
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}))
    return path


def test_round_trip(tmp_path, shown):
    report.record(
        a=np.float64(0.5),
        b=np.int64(3),
        c=[1, (2, None)],
        d={"x": np.bool_(True)},
        e=np.array([1.0]),
        f="s",
        g=pd.Timestamp("2020-01-02"),
    )
    path = executed(tmp_path / "a.ipynb", *shown)
    values = {"a": 0.5, "b": 3, "c": [1, [2, None]], "d": {"x": True}, "e": [1.0], "f": "s", "g": "2020-01-02T00:00:00"}
    assert report.read_records(path) == values
    executed(tmp_path / "b.ipynb", *shown, error=True)
    assert report.read_records(tmp_path) == {"a": values}


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, np.float64("nan"), [1.0, math.nan], {"x": math.inf}, np.array([np.nan]), object(), pd.NaT],
)
def test_what_is_not_a_value_is_refused_by_name(value, shown):
    with pytest.raises(ParameterError, match=r"^record: bad.*also"):
        report.record(bad=value, also=math.nan)
    assert shown == []


def test_a_key_recorded_twice(tmp_path, shown):
    report.record(a=1)
    report.record(a=2)
    with pytest.raises(NotebookError, match="twice: a"):
        report.read_records(executed(tmp_path / "a.ipynb", *shown))


def test_a_figure_is_the_same_vector_twice_and_closed(shown):
    import matplotlib.pyplot as plt

    before, others = dict(mpl.rcParams), plt.get_fignums()
    for _ in range(2):
        with report.style():
            _fig, ax = plt.subplots()
            ax.plot([0, 1], [-1, 1])
            ax.set(xlabel=r"$\sigma$ and words")
        report.figure(ax, caption="A line.")
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == others
    first, second = (b["image/svg+xml"] for b in shown)
    assert first == second
    assert "and words" in first
    assert "dc:date" not in first
    assert shown[0]["application/vnd.nija.figure+json"] == {"caption": "A line.", "alt": "A line.", "label": None}


@pytest.mark.parametrize("bad", [{"caption": " "}, {"caption": "x", "formats": {"nope": ".1f"}}])
def test_a_table_needs_a_caption_and_known_columns(bad, shown):
    with pytest.raises(ParameterError):
        report.table(pd.DataFrame({"a": [1]}), **bad)


def test_cells_of_a_table(shown):
    frame = pd.DataFrame(
        {
            "share": [-0.125, np.nan],
            "big": [12345.678, -2.0],
            "n": [-3, 4],
            "ok": [True, False],
            "day": pd.to_datetime(["2020-01-02", None]),
            "text": ["-a", "<b>"],
        },
        index=pd.Index(["x", "y"], name="case"),
    )
    report.table(frame, caption="C", formats={"share": ".1%"}, notes="N")
    data = shown[0]["application/vnd.nija.table+json"]
    assert data["header"] == ["case", "share", "big", "n", "ok", "day", "text"]
    assert data["rows"] == [
        ["x", "−12.5%", "12346", "−3", "yes", "2020-01-02", "-a"],
        ["y", "–", "−2", "4", "no", "–", "<b>"],
    ]
    assert data["align"] == ["left", "right", "right", "right", "left", "left", "left"]
    assert "&lt;b&gt;" in shown[0]["text/html"]
