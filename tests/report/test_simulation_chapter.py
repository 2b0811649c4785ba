"""The simulation chapter: its sentences say what the run came to, and wrong parameters are wrong input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nija_research import report, simulate
from nija_research.errors import ParameterError
from nija_research.policy import Policy, Stake, presets
from nija_research.report import simulation_tables
from nija_research.simulate import worlds
from nija_research.simulate.results import COLUMNS

CHAPTER = Path(__file__).parents[2] / "notebooks" / "50_simulation.ipynb"
COIN = worlds.trades(0.55)
SETTINGS = {"n_paths": 400, "horizon": 100}
FLAT = Policy(stake=Stake(share=0.1))


def test_the_answer_says_what_the_run_came_to():
    runs = simulate.sweep({"flat": FLAT, "half": presets["half_kelly"]}, COIN, columns=COLUMNS, **SETTINGS)
    plain, _ = simulate.match_each(presets["full_kelly"], runs.results, to="growth", **SETTINGS)
    text = simulation_tables.answer("flat", runs.results, runs.results, plain)
    rate = np.expm1(runs["flat"].growth.mean())
    assert f"flat has a mean growth of {rate:+.2%} a year" in text
    assert f"falls {runs['flat'].max_drawdown.mean():.1%} below its peak on average" in text
    assert f"half on {(runs['flat'].lowest <= 0.5).mean():.1%} of the paths" in text
    assert "Of 2 policies flat, half grow." in text
    assert "no difference from a plain share" in text  # the same shape: a share of 10 % is full Kelly here
    less = simulation_tables.answer("flat", runs.results, runs.results, {})
    assert "cannot be said" in less


def test_what_cannot_be_met_is_named_with_why():
    runs = simulate.sweep({"flat": FLAT, "half": presets["half_kelly"]}, worlds.trades(0.45), **SETTINGS).results
    plain, refused = simulate.match_each(presets["full_kelly"], runs, to="growth", **SETTINGS)
    assert not plain
    text = simulation_tables.left_out(runs, refused)
    assert "no table at equal growth" in text
    assert "the growth-optimal stake is 0" in text
    assert "none of them is worth running" in text
    assert simulation_tables.left_out(runs, {}) == ""
    assert simulation_tables.left_out(runs, {"half": "it jumps."}) == "Not in the table: half (it jumps)."


def test_what_rounds_to_nothing_has_no_sign():
    runs = simulate.sweep({"flat": FLAT, "still": presets["hold_cash"]}, COIN, columns=COLUMNS, **SETTINGS)
    table = simulation_tables.each(runs.results).set_index("policy")
    assert not np.signbit(table.loc["still", ["growth", "low", "high"]].astype(float)).any()
    assert list(table.index) == ["flat", "still"]


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
