"""Checks on counts, on one's own trade log and on citations, and notes that compute their numbers."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nija_research import data
from nija_research.errors import DataError, ParameterError
from nija_research.judge import JudgeInputs, judge_claims, load_register
from nija_research.judge.checks import CHECKS, form_of
from nija_research.judge.checks.log import UNITS, log
from nija_research.judge.checks.records import citation, counts
from nija_research.judge.formula import render_note

SHORT, AUTO = {"wins": 13, "losses": 1}, {"wins": 4, "losses": 3}


def counted(records, quantity, relation, value, inputs=None, **more):
    form = {"records": records, "quantity": quantity, "relation": relation, "value": value, **more}
    return counts(form_of("counts", form), inputs or JudgeInputs())


def logged(trades, quantity, relation=">", value=0.0, level=0.95, **more):
    form = form_of("log", {"quantity": quantity, "relation": relation, "value": value, **more})
    return log(form, JudgeInputs(trades=trades, level=level))


def table(returns, days=1.0):
    """Canonical log of these returns, one after the other, of 1,000 each."""
    entry = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(np.arange(len(returns)) * days, unit="D")
    returns = np.asarray(returns, dtype=float)
    return pd.DataFrame(
        {
            "trade_id": [str(i) for i in range(len(returns))],
            "symbol": ["A" if i % 2 else "B" for i in range(len(returns))],
            "entry_time": entry,
            "exit_time": entry + pd.to_timedelta(days, unit="D"),
            "stake": 1000.0,
            "net_pnl": 1000.0 * returns,
            "return": returns,
        }
    )


# --- counts


@pytest.mark.parametrize(
    ("record", "quantity", "low", "high"),
    [  # Wilson and Clopper-Pearson intervals as published for these counts, per cent
        (SHORT, "printed rate", 68.5, 98.7),
        (SHORT, "win rate", 66.1, 99.8),
        (AUTO, "win rate", 18.4, 90.1),
    ],
)
def test_a_record_leaves_these_rates_open(record, quantity, low, high):
    found = counted([record], quantity, ">=", 50.0)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.06)


def test_the_exact_interval_decides_about_the_true_rate():
    assert counted([SHORT], "win rate", ">=", 60.0).verdict == "supported"
    assert counted([SHORT], "win rate", ">=", 65.0).verdict == "supported"
    assert counted([SHORT], "win rate", ">=", 70.0).verdict == "inconclusive"
    assert counted([AUTO], "win rate", ">", 91.0).verdict == "refuted"
    # The exact interval of 14 trades at 99.9 % begins at 47 %.
    assert counted([SHORT], "win rate", ">=", 65.0, JudgeInputs(level=0.999)).verdict == "inconclusive"


def test_an_open_rate_names_the_trades_that_it_takes():
    # ((1.6449 sqrt(p q) + .8416 sqrt(p' q')) / (p' - p))^2 with p = 4 / 7 and p' = .65 is 239.3.
    assert "about 240 trades" in counted([AUTO], "win rate", ">=", 65.0).reason


def test_totals_alone_decide_nothing():
    records = [{**SHORT, "pnl": 11.79}, {**AUTO, "pnl": -4.14}]
    found = counted(records, "mean profit", ">", 0.0)
    assert (found.verdict, found.found) == ("inconclusive", pytest.approx(7.65 / 21))
    # Even a record that would be clear leaves its worst case open.
    assert counted([{"wins": 50, "losses": 1, "pnl": 50.0}], "mean profit", ">", 0.0).verdict == "inconclusive"


def test_a_stake_that_a_record_does_not_fix_is_not_decided():
    open_ = counted([{**SHORT, "pnl": 11.79}], "Kelly stake", ">", 0.0)
    assert (open_.verdict, open_.found, open_.level) == ("inconclusive", None, None)
    assert (open_.low, open_.high) == pytest.approx((0.0, 0.76), abs=0.005)
    # Money lost: the plug-in stake is 0 whatever the win rate.
    lost = counted([{**AUTO, "pnl": -4.14}], "Kelly stake", ">=", 0.9)
    assert (lost.verdict, lost.found) == ("refuted", 0.0)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"records": [], "quantity": "win rate"}, "at least one record"),
        ({"records": [{"wins": 0, "losses": 0}], "quantity": "win rate"}, "at least one trade"),
        ({"records": [{"wins": 2.5, "losses": 1}], "quantity": "win rate"}, "records.0.wins"),
        ({"records": [SHORT], "quantity": "mean profit"}, "needs the pnl"),
        ({"records": [SHORT], "quantity": "luck"}, "quantity"),
        ({"records": [SHORT], "quantity": "win rate", "note": "{wins3}"}, "wins3"),
    ],
)
def test_counts_that_are_none(form, words):
    with pytest.raises(ParameterError, match=words):
        form_of("counts", {"relation": ">", "value": 0.0, **form})


# --- log


def test_without_a_log_nothing_is_judged():
    found = logged(None, "win rate", ">", 50.0)
    assert found.verdict == "not testable"
    assert "--trades" in found.reason
    assert logged(table([0.1]), "win rate", symbol="C").verdict == "not testable"


def test_figures_of_a_log_worked_out_by_hand():
    trades = table([0.02, -0.01, 0.04, -0.03, 0.02, 0.02, -0.01, 0.01, -0.02, 0.06])
    found = {name: logged(trades, name) for name in UNITS}
    assert found["trades"].found == 10
    assert found["total profit"].found == pytest.approx(100.0)
    assert found["win rate"].found == pytest.approx(60.0)
    assert found["payoff ratio"].found == pytest.approx((0.17 / 6) / (0.07 / 4))
    assert found["profit factor"].found == pytest.approx(17 / 7)
    assert found["mean return"].found == pytest.approx(1.0)
    r = trades["return"].to_numpy()
    a_year = 10 / (10 / 365.25)
    assert found["growth"].found == pytest.approx(100 * (np.prod(1 + r) ** (a_year / 10) - 1))
    assert found["Sharpe ratio"].found == pytest.approx(r.mean() / r.std(ddof=1) * np.sqrt(a_year))
    path = np.cumprod(1 + r)
    assert found["max drawdown"].found == pytest.approx(100 * (1 - path / np.maximum.accumulate(path)).max())
    assert logged(trades, "trades", symbol="A").found == 5
    half = np.prod(1 + 0.5 * r) ** (a_year / 10)
    assert logged(trades, "growth", stake=0.5).found == pytest.approx(100 * (half - 1))


def test_a_loss_on_the_first_day_is_a_drawdown():
    assert logged(table([-0.2] + [0.01] * 11), "max drawdown", ">", 5.0).found == pytest.approx(20.0)


def test_a_planted_edge_is_found_and_none_is_not():
    rng = np.random.default_rng(5)
    edge, none = table(rng.normal(0.02, 0.03, 200)), table(np.resize([0.03, -0.03], 200))
    for name, value in (("mean return", 0.0), ("growth", 0.0), ("Sharpe ratio", 0.0), ("profit factor", 1.0)):
        assert logged(edge, name, ">", value).verdict == "supported", name
        assert logged(edge, name, "<=", value).verdict == "refuted", name
        assert logged(none, name, ">", value).verdict != "supported", name


def test_the_years_it_would_take():
    """A mean at half its half-width from the edge takes four times the years."""
    trades = table(np.random.default_rng(2).normal(0.0, 0.03, 100), days=7.0)
    found = logged(trades, "mean return", ">", 0.0)
    edge = found.found - 0.5 * (found.found - found.low)
    again = logged(trades, "mean return", ">", edge)
    assert again.verdict == "inconclusive"
    assert again.years_needed == pytest.approx(4.0 * 100 * 7 / 365.25, rel=1e-9)


def test_few_or_like_trades_are_left_open():
    assert "too few" in logged(table([0.01] * 9), "mean return").reason
    assert "alike" in logged(table([0.01] * 20), "mean return").reason
    assert "both wins and losses" in logged(table([0.01, 0.02] * 10), "profit factor").reason
    assert logged(table([0.01, 0.02] * 10), "Kelly stake").verdict == "inconclusive"
    ruin = logged(table([-1.0] + [0.1] * 20), "growth", ">", 0.0)
    assert (ruin.verdict, ruin.found) == ("refuted", -100.0)


def test_trades_that_overlap_are_worth_less():
    apart = table(np.random.default_rng(3).normal(0.01, 0.03, 60))
    together = apart.assign(entry_time=apart["entry_time"].iloc[0])
    for name in ("win rate", "mean return"):
        one, other = logged(apart, name), logged(together, name)
        assert other.high - other.low > 1.5 * (one.high - one.low), name


def test_the_sample_log_and_its_seed():
    trades = data.load_trades("sp500_trend")
    once, twice = logged(trades, "mean return"), logged(trades, "mean return")
    assert once == twice
    assert once.verdict == "inconclusive"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"quantity": "luck"}, "quantity"),
        ({"stake": 0.0}, "stake"),
        ({"stake": 10.0}, "stake"),
        ({"value": "x"}, "value"),
    ],
)
def test_statements_about_a_log_that_are_none(form, words):
    with pytest.raises(ParameterError, match=words):
        form_of("log", {"quantity": "win rate", "relation": ">", "value": 50.0, **form})


# --- citation and notes


def cited(**stated):
    reference = {"author": "J. L. Kelly, Jr.", "year": "1956", "title": "A New Interpretation of Information Rate"}
    form = {"stated": stated, "reference": reference, "where": "Bell System Technical Journal 35(4), 917-926"}
    return citation(form_of("citation", form), JudgeInputs())


def test_a_citation_is_judged_fact_by_fact():
    right = cited(author="J.L. Kelly Jr.", year="1956", title="a new interpretation of information rate")
    assert (right.verdict, right.found, right.stated) == ("supported", 3.0, "= 3 facts")
    wrong = cited(author="J.L. Kelly Jr.", year="1965")
    assert (wrong.verdict, wrong.found) == ("refuted", 1.0)
    assert "1956, not 1965" in wrong.reason


def test_a_citation_needs_its_reference():
    with pytest.raises(ParameterError, match="pages"):
        cited(pages="917")
    with pytest.raises(ParameterError, match="at least one fact"):
        cited()


def test_a_note_computes_its_numbers():
    assert render_note("{a:1} and {b}", {"a": 2.25, "b": 1234.0}) == "2.2 and 1,234"
    with pytest.raises(ParameterError, match="brace"):
        render_note("{a", {"a": 1.0})
    with pytest.raises(ParameterError, match="not given"):
        form_of("formula", {"parts": [{"quantity": "1", "relation": "=", "value": 1.0}], "note": "{x}"})


def test_the_readme_names_every_check_and_figure_and_its_example_is_judged(tmp_path):
    text = (Path(__file__).parents[2] / "data" / "README.md").read_text(encoding="utf-8")
    rows = {cells[1].strip(" `"): cells for line in text.splitlines() if len(cells := line.split("|")) > 3}
    assert set(CHECKS) <= set(rows)
    assert set(UNITS) <= set(rows)
    assert all(unit in rows[name][2] for name, unit in UNITS.items() if unit)
    mine = tmp_path / "mine.toml"
    mine.write_text(re.search(r"```toml\n(.*?)```", text, flags=re.S)[1], encoding="utf-8")
    trades = table([0.02] * 40 + [-0.02] * 10)
    (one,) = judge_claims(load_register(mine), inputs=JudgeInputs(trades=trades))
    assert (one.finding.verdict, one.finding.found) == ("supported", 80.0)
    (one,) = judge_claims(load_register(mine))
    assert one.finding.verdict == "not testable"


@pytest.mark.parametrize(
    ("check", "form", "words"),
    [
        ("log", 'quantity = "win rate"\nrelation = ">"\nvalue = "half"', ["M-1", "value", "half"]),
        ("log", 'quantity = "luck"\nrelation = ">"\nvalue = 1.0', ["M-1", "quantity", "luck", "win rate"]),
        ("counts", 'records = [{ wins = -1, losses = 2 }]\nquantity = "win rate"\nrelation = ">"\nvalue = 1.0',
         ["M-1", "records.0", "wins"]),
        ("citation", 'stated = { year = 1956 }\nreference = {}\nwhere = "here"', ["M-1", "stated.year", "1956"]),
        ("formula", 'parts = [{ quantity = "1", relation = "=", value = 1.0 }]\nnote = "{x}"', ["M-1", "x", "not given"]),
    ],
)  # fmt: skip
def test_a_broken_register_names_file_claim_and_key(tmp_path, check, form, words):
    mine = tmp_path / "mine.toml"
    mine.write_text(
        f'[documents]\nd = "D"\n[[claim]]\nid = "M-1"\ndocument = "d"\nquote = "q"\nkind = "evidence"\n'
        f'says = "s"\ncheck = "{check}"\n[claim.form]\n{form}\n',
        encoding="utf-8",
    )
    with pytest.raises(DataError) as error:
        load_register(mine)
    for word in ["mine.toml", *words]:
        assert word in str(error.value), str(error.value)
    assert len(str(error.value).splitlines()) == 1
