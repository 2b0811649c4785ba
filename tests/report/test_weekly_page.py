"""The first page, which stands in the cells of 90_weekly_report: answers from records, and the week's trades."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pandas as pd
import pytest

from nija_research.errors import ParameterError

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "90_weekly_report.ipynb"


def functions():
    """The functions that the notebook defines, as it defines them."""
    space = {}
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        tree = ast.parse("".join(cell["source"])) if cell["cell_type"] == "code" else ast.parse("")
        parts = (ast.FunctionDef, ast.Import, ast.ImportFrom)
        kept = [n for n in tree.body if isinstance(n, parts) or ast.unparse(n).startswith("CHAPTERS")]
        exec(compile(ast.Module(kept, []), NOTEBOOK.name, "exec"), space)
    return space


PAGE = functions()
answers = PAGE["page_one"]

KELLY = {
    "identified": True,
    "fraction": 0.2,
    "low": 0.1,
    "high": 0.3,
    "shrunk": 0.15,
    "p_no_edge": 0.01,
    "n": 80,
    "unit": "risk",
    "stake": None,
    "why": "because",
}


def kelly(**changes):
    table = answers({"20_kelly_fraction": {**KELLY, **changes}})
    return table[table["chapter"] == "20_kelly_fraction"].set_index("question")


def test_a_sound_edge_gets_the_shrunken_stake():
    assert kelly().loc["What should be staked?", "answer"] == "at most 0.150 of equity at risk"


@pytest.mark.parametrize("changes", [{"p_no_edge": 0.2}, {"fraction": 0.0, "shrunk": 0.0}])
def test_without_a_sure_edge_nothing_is_staked(changes):
    assert kelly(**changes).loc["What should be staked?", "answer"] == "nothing yet"


def test_not_identified_is_an_answer():
    row = kelly(identified=False, fraction=None, shrunk=None, p_no_edge=None).loc["What should be staked?"]
    assert row["answer"] == "not known from these trades"
    assert row["rests on"] == "because"


@pytest.mark.parametrize(
    ("stake", "changes", "word"),
    [
        (0.35, {}, "reduce"),
        (0.16, {}, "reduce"),
        (0.05, {}, "within"),
        (0.05, {"p_no_edge": 0.2}, "no edge is shown"),
        (0.0, {"p_no_edge": 0.2}, "within"),
        (0.2, {"n": 14}, "cannot be said"),
        (0.4, {"n": 14}, "above all"),
    ],
)
def test_todays_stake_is_judged_by_the_answer_above_it(stake, changes, word):
    assert word in kelly(stake=stake, **changes).loc["Is today's stake right?", "answer"]


def test_few_trades_get_no_stake():
    row = kelly(n=14).loc["What should be staked?"]
    assert row["answer"] == "not known yet"
    assert "14 trades" in row["rests on"]


PORTFOLIO = {
    "bots": ["one", "two"],
    "last_week": ["nothing yet", "not known yet"],
    "this_week": ["at most 0.100", "nothing yet"],
    "interval": ["0.100 to 0.300", "0.000 to 0.200"],
    "why": ["3 new trades.", "No trade closed: nothing new is known."],
    "periods": 90,
    "identified": True,
    "joint_why": "3 rows do not fix a stake",
    "shrunk": 0.2,
    "low": 0.1,
    "high": 0.5,
}


def portfolio(**changes):
    table = answers({"21_kelly_portfolio": {**PORTFOLIO, **changes}})
    return table[table["chapter"] == "21_kelly_portfolio"].set_index("question")


def test_each_bot_has_last_week_this_week_and_why():
    row = portfolio().loc["What stake for one this week?"]
    assert (row["answer"], row["interval"], row["rests on"]) == (
        "at most 0.100",
        "0.100 to 0.300; last week: nothing yet",
        "3 new trades",
    )
    row = portfolio().loc["What may all bots stake?"]
    assert (row["answer"], row["interval"], row["rests on"]) == ("at most 0.200 in all", "0.100 to 0.500", "90 periods")


@pytest.mark.parametrize(
    ("changes", "answer", "words"),
    [
        ({"low": 0.0}, "nothing yet", "holds 0"),
        ({"this_week": ["nothing yet"] * 2}, "nothing yet", "of its own"),
        ({"identified": False}, "not known from these periods", "3 rows"),
    ],
)
def test_bots_together_get_no_stake_that_the_periods_do_not_show(changes, answer, words):
    row = portfolio(**changes).loc["What may all bots stake?"]
    assert row["answer"] == answer
    assert words in row["rests on"]


def test_an_account_that_loses_while_its_average_trade_wins_is_told_so_first():
    table = kelly(against="The average trade wins and the account loses (-760.00).")
    assert table.index[0] == "What should be staked?"
    assert table["answer"].iloc[0] == "nothing yet"
    assert table["rests on"].iloc[0] == "The average trade wins and the account loses (-760.00)"


def test_many_bots_fit_the_page_and_apart_they_have_no_joint_stake():
    many = {key: PORTFOLIO[key] * 4 for key in ("last_week", "this_week", "interval", "why")}
    rows = portfolio(bots=[f"bot {k}" for k in range(8)], shrunk=None, **many)
    assert len(rows) == 5
    assert "And 4 more bots?" in rows.index


def test_unknown_money_is_not_zero():
    trades = log("2026-11-16")
    trades["net_pnl"] = float("nan")
    assert PAGE["facts"](trades)["net profit (account currency)"] == "–"


def test_a_chapter_that_failed_is_not_passed_over():
    table = answers({"20_kelly_fraction": KELLY})
    assert "not in this report" in table.set_index("chapter").loc["10_data_check", "answer"]
    assert len(answers({})) == 0


def log(*exits):
    return pd.DataFrame(
        {
            "exit_time": pd.to_datetime(list(exits), utc=True, format="ISO8601"),
            "return": [0.1] * len(exits),
            "net_pnl": [10.0] * len(exits),
        }
    )


def test_the_week_runs_from_monday_to_sunday():
    # 2026-W47 is Monday 16 to Sunday 22 November.
    trades = log("2026-11-15T23:59:59", "2026-11-16T00:00", "2026-11-22T23:59:59", "2026-11-23T00:00")
    assert PAGE["closed_in_week"](trades, "2026-W47").index.tolist() == [1, 2]
    assert PAGE["closed_in_week"](trades, "").index.tolist() == [3]  # the week of the last exit
    assert PAGE["facts"](trades)["closed trades"] == "4"
    assert PAGE["facts"](trades.iloc[:0])["last exit"] == "–"


def test_the_first_page_copes_with_what_is_not_known():
    found = {"label": "UNKNOWN", "probability": None, "since": "2020-01-01", "close": "2020-02-01", "multiplier": 1.0}
    found |= {"expected_multiplier": 1.0, "states_bic": 1, "median_lag": None}
    value = {"low": 0.0, "high": 0.0, "bars": 700}
    short = answers({"30_regimes": found, "31_regime_value": value})["answer"].tolist()
    assert "not known: too few bars" in short
    none = answers({"30_regimes": found | {"regimes_found": False}, "31_regime_value": value | {"labelled": 0.0}})
    assert "no regimes found in these data" in none["answer"].tolist()
    assert "no regimes found: leave it off" in none["answer"].tolist()


@pytest.mark.parametrize("week", ["2026-W60", "2026-47", "26-W47", "2026-W7", "next"])
def test_weeks_that_are_none(week):
    with pytest.raises(ParameterError, match="2026-W47"):
        PAGE["closed_in_week"](log("2026-11-16"), week)


@pytest.mark.parametrize(
    ("primary", "changed", "words"),
    [
        ({"A": "refuted", "B": "inconclusive"}, None, "of the 2 that matter most none holds; no earlier report"),
        (
            {"A": "supported", "B": "refuted"},
            0,
            "of the 2 that matter most 1 holds; none changed since the last report",
        ),
        ({}, 3, "3 changed since the last report"),
    ],
)
def test_the_scoreboard_of_claims_is_on_the_first_page(primary, changed, words):
    record = {"claims": 9, "supported": 4, "refuted": 3, "inconclusive": 2, "not_testable": 0, "verdicts": {}}
    table = answers({"60_claims": record | {"primary": primary, "changed": changed}})
    row = table[table["chapter"] == "60_claims"].iloc[0]
    assert row["answer"] == "4 of 9 hold, 3 are wrong"
    assert row["interval"] == "2 inconclusive, 0 not testable"
    assert row["rests on"] == words
