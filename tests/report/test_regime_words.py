"""What the regime chapters say must follow from the data of the run: other data, other sentences."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from nija_research import report
from nija_research.errors import ParameterError
from nija_research.estimate import regimes
from nija_research.estimate.regimes.evaluation import detection
from nija_research.estimate.regimes.prediction import FORECASTS, Prediction
from nija_research.places import suite
from nija_research.report import regime_words as words

WINS = ("beats_persistence", "beats_climatology", "beats_chain")
DAYS = pd.date_range("2020-01-01", periods=1200, tz="UTC")


def series(scale):
    return pd.Series(np.random.default_rng(5).normal(0.0002, scale, len(DAYS)), index=DAYS)


@pytest.fixture(scope="module")
def one():
    r = series(0.01)
    return r, regimes.walk_forward(r, refit=200), regimes.fit(r)


@pytest.fixture(scope="module")
def two():
    r = series(np.repeat([0.004, 0.02, 0.004, 0.02], 300))
    return r, regimes.walk_forward(r, refit=200), regimes.fit(r)


def test_the_first_sentence_says_whether_there_are_regimes(one, two):
    r, made, later = one
    assert words.answer(made, later, r.index).startswith("**No regimes found in these data.**")
    r, made, later = two
    said = words.answer(made, later, r.index)
    assert said.startswith(
        f"**{str(made.label[-1]).replace('_', ' ').capitalize()}** since {r.index[made.since]:%Y-%m-%d}"
    )
    assert f"{later.evidence:.1f}" in said


@pytest.mark.parametrize(
    ("wins", "gains", "words_"),
    [
        ((True, True, False), (0.0, -0.1, 0.078, 0.062), ["beats persistence and climatology, not the chain's own forecast.", "the chain's own forecast is better without it"]),
        ((True, True, True), (0.0, -0.1, 0.05, 0.09), ["beats persistence, climatology and the chain's own forecast.", "supervised +0.090."]),
        ((False, False, False), (0.0, -0.1, -0.02, -0.03), ["none of the three", "persistence is better without it"]),
    ],
)  # fmt: skip
def test_a_prediction_is_held_against_all_three(wins, gains, words_):
    told = Prediction(
        None, {}, pd.DataFrame({"forecast": FORECASTS, "gain": gains}), 1000, **dict(zip(WINS, wins, strict=True))
    )
    said = words.predicted(told)
    for expected in words_:
        assert expected in said
    assert "Too few" in words.predicted(None)


def test_other_calendars_are_told(one):
    table = pd.DataFrame({"difference": [0.05, -0.02, 0.10]})
    said = words.calendars(table)
    assert "+0.05 on the calendar used, by -0.02 to +0.10 on the others, not all of one sign" in said
    assert ", of one sign" in words.calendars(table.abs())


def states(volatility, mean, error):
    return pd.DataFrame({"volatility": volatility, "mean": mean, "error": error})


def test_states_are_told_apart_as_far_as_they_are(one, two):
    table = states([0.1, 0.4], [0.3, -0.1], [0.05, 0.2])
    assert "parts of one" in words.told_apart(table, *one[1:])
    said = words.told_apart(table, *two[1:])
    assert "4.0 times as volatile" in said
    assert "1 of 2 states" in said
    assert "less which way" in said
    assert "less which way" not in words.told_apart(states([0.1, 0.4], [0.3, -0.9], [0.05, 0.2]), *two[1:])


def criteria(bic, icl, path):
    return pd.DataFrame({"model": "t_hmm", "states": range(1, 6), "bic": bic, "icl": icl, "icl_path": path})


def test_criteria_disagree_only_where_they_do():
    first, second = [0.0, 1, 2, 3, 4], [4.0, 3, 0, 1, 2]
    assert "All agree on 1." in words.chosen(criteria(first, first, first))
    assert "disagree" in words.chosen(criteria(first, second, first))
    assert "None takes 5." in words.chosen(criteria(first, second, first))
    assert "None takes" not in words.chosen(criteria(first[::-1], second, first))


def test_what_hindsight_fakes_is_counted():
    names = ["hold", "smoothed states (hindsight)", "most likely path (hindsight)", "walk forward"]
    assert "0.90 of it" in words.faked(pd.DataFrame({"name": names, "sharpe": [0.3, 1.4, 1.2, 0.5]}))
    assert "adds nothing" in words.faked(pd.DataFrame({"name": names, "sharpe": [0.3, 0.4, 0.2, 0.5]}))
    assert "never moved" in words.faked(pd.DataFrame({"name": names, "sharpe": [0.3, 0.4, 0.2, np.nan]}))


def test_what_is_not_known_is_said_so(one):
    _, made, _ = one
    met = detection(np.zeros(50), np.zeros(50))
    table = words.lateness(met, made, pd.Series({5: 0.2, 252: np.nan}), np.nan).set_index("quantity")["value"]
    assert table["bars until one was called (median)"] == "not known"
    assert table["volatility over 5, 252 bars"] == "20.0%, not known"
    assert table["HAR forecast for the next 21 bars"] == "not known"
    assert table["bars called alike by two fits in a row"].startswith("not known")
    assert "nan" not in " ".join(table)


def books(rows):
    names = ["name", "sharpe", "difference_low", "difference_high"]
    return pd.DataFrame(rows, columns=names)


def test_the_chapter_on_value_counts_its_books(one, two):
    table = books([("hold", 0.5, 0, 0), ("t: multiplier", 0.9, 0.1, 0.5), ("t: calm only", 0.2, -0.5, -0.1), ("rising", 0.7, -0.1, 0.4)])  # fmt: skip
    said = words.value_found(table, {"t": two[1]}, start=600, years=4.0)
    assert said.startswith(
        "**1 of 2 regime books is above holding** with the whole interval (t: multiplier), 1 is below (t: calm only)"
    )
    assert "rising, has a Sharpe ratio of 0.70; 1 of the regime books does better" in said
    assert "about 0.50" in said
    assert words.value_found(table, {"t": one[1]}, start=600, years=4.0).startswith(
        "**No regimes found in these data**"
    )


def test_rows_that_are_the_same_are_named():
    rows = [(k, d, 0.0005, s, s, -1.0, 1.0) for k, s in ((2, 0.4), (3, 0.4), (4, 0.6)) for d in (1, 5)]
    names = ["states", "delay", "cost", "sharpe", "difference", "difference_low", "difference_high"]
    said = words.same_rows(pd.DataFrame(rows, columns=names))
    assert "Rows of 2 and 3 states are the same" in said
    assert "0 of 6 settings" in said
    rows[2] = (3, 1, 0.0005, 0.5, 0.5, 0.1, 1.0)
    said = words.same_rows(pd.DataFrame(rows, columns=names))
    assert "the same" not in said
    assert "1 of 6 settings" in said


def test_placebos_speak_for_themselves():
    assert "so the timing matters" in words.timing(np.arange(50.0), 0.02)
    assert "not shown to matter" in words.timing(np.arange(50.0), 0.2)
    assert "never changed" in words.timing(np.full(50, 0.7), 1.0)
    assert "Too few bars" in words.timing(np.empty(0), 1.0)


def test_times_within_a_day_have_their_hour():
    assert words.when(DAYS, -1) == "2023-04-14"
    assert words.when(pd.date_range("2024-01-01", periods=30, freq="1h"), -1) == "2024-01-02 05:00"


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
@pytest.mark.parametrize(("name", "value"), [("states", 1), ("states", 9), ("seed", -1)])
@pytest.mark.parametrize("notebook", ["30_regimes", "31_regime_value"])
def test_what_no_chapter_can_do_is_one_error(tmp_path, notebook, name, value):
    with pytest.raises(report.NotebookFailedError, match=f"ParameterError: {name} .*whole number") as caught:
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
