"""The claims chapter and the one on the rules' worth: tables, sentences and pictures say what was judged."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from nija_research import report
from nija_research.estimate import wilson
from nija_research.judge import Claim, Finding, Judged
from nija_research.report import calibration_charts, claim_charts, claim_tables, worth_charts, worth_tables


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def judged(name="A-1", verdict="supported", *, same_as=None, primary=False, document="a", **found) -> Judged:
    claim = Claim(
        id=name, document=document, quote="Words.", kind="arithmetic", says=f"What {name} says.", check="formula",
        same_as=same_as, primary=primary,
    )  # fmt: skip
    usual = {"stated": "> 1", "found": 2.0, "reason": "Because.", "change": "Another number."}
    return Judged(claim=claim, finding=Finding(verdict=verdict, **(usual | found)))


SOME = (
    judged("A-1", primary=True),
    judged("A-2", "refuted", found=0.5, low=0.41234, high=0.6, unit="USD"),
    judged("B-1", document="b", same_as="A-1"),
    judged("B-2", "inconclusive", document="b", years_needed=81.4, primary=True),
    judged("B-3", "not testable", document="b", found=None, change=""),
)


def test_the_board_counts_every_claim_once_and_sums_up():
    table = claim_tables.board(SOME, {"a": "First", "b": "Second", "c": "Without claims"})
    assert table["document"].tolist() == ["a: First", "b: Second", "all"]
    rows = table.set_index("document")
    assert rows.loc["all", "claims"] == 5
    assert rows.loc["b: Second", ["supported", "inconclusive", "not testable", "repeats"]].tolist() == [1, 1, 1, 1]
    numbers = rows.drop(columns="repeats").to_numpy()
    assert (numbers[:-1].sum(axis=0) == numbers[-1]).all()
    assert (numbers[:, 0] == numbers[:, 1:].sum(axis=1)).all()


def test_each_claim_has_a_row_and_a_repeat_names_the_other():
    table = claim_tables.each(SOME)
    assert table["id"].tolist() == ["A-1", "A-2", "B-1", "B-2", "B-3"]
    assert table.loc[1, "found"] == "0.5 USD (0.412 to 0.6)"
    assert table.loc[2, "why"] == "As A-1."
    assert table.loc[3, "found"] == "2 (no bounds)"
    assert table.loc[4, "found"] == ""


def test_what_matters_and_what_is_open():
    assert [one.claim.id for one in claim_tables.primary(SOME)] == ["A-1", "B-2"]
    table = claim_tables.undecided(SOME)
    assert table["id"].tolist() == ["B-2"]
    assert table["years of data"].tolist() == ["81"]


def test_what_changed_since_the_last_report(tmp_path):
    before = {"A-1": "supported", "A-2": "supported", "B-1": "supported", "B-2": "inconclusive", "X-9": "refuted"}
    table = claim_tables.changes(SOME, before).set_index("id")
    assert table.index.tolist() == ["A-2", "B-3", "X-9"]
    assert table.loc["A-2", ["before", "now"]].tolist() == ["supported", "refuted"]
    assert table.loc["B-3", "before"] == "–"
    assert table.loc["X-9", "now"] == "–"
    assert "3 verdicts have changed" in claim_tables.answer(SOME, before)[-1]
    same = {one.claim.id: one.finding.verdict for one in SOME}
    assert "no verdict has changed" in claim_tables.answer(SOME, same)[-1]
    assert claim_tables.earlier_verdicts("") == {}


def test_the_answer_counts_and_names_what_holds():
    first, second = claim_tables.answer(SOME, {})
    assert first == "**5 claims: 2 supported, 1 refuted, 1 inconclusive, 1 not testable.**"
    assert second == "Of the 2 that matter most 1 hold: A-1."


def test_a_claim_is_drawn_with_its_band_and_its_worlds():
    worlds = (
        {"world": "history", "found": 0.8, "low": None, "high": None, "verdict": "inconclusive"},
        {"world": "iid", "found": 1.4, "low": 1.3, "high": 1.5, "verdict": "refuted"},
    )
    one = judged("C-1", "inconclusive", stated_low=1.15, stated_high=1.25, details=worlds, found=0.8)
    ax = claim_charts.claim(one)
    points = [line.get_xdata()[0] for line in ax.lines if line.get_marker() in ("D", "X")]
    assert points == [0.8, 1.4]
    assert [line.get_linestyle() for line in ax.lines if list(line.get_ydata()) == [0, 0]][:1] == [":"], "no bounds"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["history", "iid"]
    left, right = ax.get_xlim()
    assert left < 0.8
    assert right > 1.5


def test_a_claim_without_a_number_says_why_instead():
    ax = claim_charts.claim(judged("C-2", "not testable", found=None, reason="Options have no prices here."))
    assert "Options have no prices here" in ax.texts[0].get_text().replace("\n", " ")
    figure = claim_charts.claims([judged(f"D-{k}") for k in range(3)])
    assert len(figure.axes) == 4, "two columns, the last one empty"
    assert not figure.axes[3].axison


def test_the_calibration_figure_shows_the_worse_edge():
    table = calibration_charts.counts()
    assert set(table.columns) == {"pair", "place", "world", "years", "histories", "supported", "refuted"}
    assert table.loc[table["years"] == 5, "histories"].min() >= 1000
    figure = calibration_charts.errors()
    here = table[(table["pair"] == "growth, difference") & (table["world"] == "garch") & (table["years"] == 5)]
    edges = here[here["place"].isin(["at the lower edge", "at the upper edge"])]
    worst = int(edges["refuted"].max())
    shown = {round(float(line.get_xdata()[0]), 6) for line in figure.axes[1].lines if line.get_marker() == "s"}
    assert round(100.0 * worst / 1000, 6) in shown
    interval = wilson(worst, 1000)
    ends = {tuple(np.round(line.get_xdata(), 6)) for line in figure.axes[1].lines if len(line.get_xdata()) == 2}
    assert (round(100.0 * interval.low, 6), round(100.0 * interval.high, 6)) in ends


def test_no_edge_is_called_wrongly_more_often_than_stated():
    """5 % of 1,000 histories; a true rate of 5 % has more than 65 in 1 of 80 cells, and there are 72."""
    table = calibration_charts.counts()
    edges = table[table["place"].isin(["at the lower edge", "at the upper edge"]) & (table["years"] == 5)]
    assert len(edges) == 36
    assert (edges[["supported", "refuted"]] <= 65).all(axis=None)


# --- what rules are worth ---------------------------------------------------------------------------------------------


def worth(p=(0.2, 0.5)) -> pd.DataFrame:
    rows = [
        ("document_000", "drawdown", "the others", "growth", -0.01, -0.02, 0.01, p[0], 81.3, "The S&P."),
        ("document_000", "drawdown", "the others", "max_drawdown", 0.9, 0.8, 1.1, p[1], 30.0, "The S&P."),
        ("document_000", "leverage", "the others", "growth", *[np.nan] * 5, "no stake is like it"),
        ("document_000", "leverage", "the others", "max_drawdown", *[np.nan] * 5, "no stake is like it"),
    ]
    return pd.DataFrame(rows, columns=["family", "rule", "beside", "measure", "found", "low", "high", "p_adjusted",
                                       "years_needed", "why"])  # fmt: skip


def test_a_rule_has_a_row_with_both_measures():
    table = worth_tables.worth(worth(), "document_000")
    assert table.iloc[0].tolist() == [
        "drawdown", "the others", "-1.00 (-2.00 to +1.00)", "0.20", "81", "0.900 (0.800 to 1.100)", "0.50",
    ]  # fmt: skip
    assert table.iloc[1].tolist() == ["leverage", "the others", "–", "–", "–", "–", "–"]
    assert worth_tables.notes(worth(), "document_000").endswith("En dash: no stake is like it.")
    assert "En dash" not in worth_tables.notes(worth().iloc[:2], "document_000")


def test_the_answer_says_what_can_be_told_from_nothing():
    first, second = worth_tables.answer(worth())
    assert first == "**No rule can be told from nothing at equal volatility: none of 2 comparisons of 1 rules.**"
    assert second == (
        "Nearest to it comes drawdown of document 000 beside the others: growth difference -0.01, p 0.20 after correction."
    )
    (found,) = worth_tables.answer(worth((0.04, 0.06)))
    assert found == (
        "**1 of 2 comparisons of 1 rules can be told from nothing: "
        "drawdown of document 000 beside the others: growth difference -0.01.**"
    )


def test_rules_are_drawn_against_no_difference():
    figure = worth_charts.worth(worth(), "document_000")
    growth, depth = figure.axes
    assert [label.get_text() for label in growth.get_yticklabels()] == ["drawdown", "leverage"]
    assert [line.get_xdata()[0] for line in growth.lines if line.get_linestyle() == "--"] == [0.0]
    assert [line.get_xdata()[0] for line in depth.lines if line.get_linestyle() == "--"] == [1.0]
    points = [x for line in growth.lines if line.get_marker() == "o" for x in line.get_xdata()]
    assert points == [-1.0], "points of growth a year"


@pytest.mark.slow
def test_both_chapters_run_on_a_register_of_ones_own_and_on_other_prices(tmp_path):
    register = tmp_path / "mine.toml"
    register.write_text(
        '[documents]\nmine = "My plan"\n\n[[claim]]\nid = "M-1"\ndocument = "mine"\nquote = "It doubles."\n'
        'kind = "arithmetic"\nsays = "1.5 times 2 is 3."\ncheck = "formula"\nprimary = true\n[claim.form]\n'
        'given = { a = 1.5 }\n[[claim.form.parts]]\nquantity = "a * 2"\nrelation = "="\nvalue = 3.0\n',
        encoding="utf-8",
    )
    notebooks = Path(__file__).parents[2] / "notebooks"
    done = report.run_notebook(notebooks / "60_claims.ipynb", {"register": str(register)}, tmp_path)
    assert report.read_records(done)["verdicts"] == {"M-1": "supported"}
    done = report.run_notebook(notebooks / "61_rule_value.ipynb", {"prices": "nasdaq"}, tmp_path)
    found = report.read_records(done)
    assert found["comparisons"] >= 30
    assert "document_003: stops|nothing" in found["growth"]
