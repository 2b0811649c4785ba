"""The war chest chapter: its sentences say what the run came to, and wrong parameters are wrong input."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nija_research import report
from nija_research.policy import Policy, WarChest
from nija_research.report import chest_charts, chest_words, summary
from nija_research.simulate import siphon, worlds
from nija_research.simulate.siphon import BreakEvenRate, Stability
from nija_research.simulate.siphon.equal_risk import Recommendation

CHAPTER = Path(__file__).parents[2] / "notebooks" / "42_war_chest.ipynb"
FAST = worlds.trades(0.55, calendar=worlds.Calendar(trades_per_day=4))
MONDAY = date(2026, 1, 5)


def judgement(rate, family, reason):
    table = pd.DataFrame({"gain": [0.01], "low": [0.005], "high": [0.015]}, index=[family])
    return Recommendation(
        rate=rate, family=family, reason=reason, growth=0.1, depth=0.2, table=table, curves=pd.DataFrame()
    )


def firm(agreed=1.0, shares=None, reasons=None):
    return Stability(shares=shares or {0.0: 1.0}, reasons=reasons or {"no edge": 1.0}, agreed=agreed, draws=40)


def test_the_answer_names_rate_reason_and_stability():
    none = judgement(0.0, siphon.NO_SIPHON, "no edge")
    some = judgement(0.4, "high-water mark 40%", "siphon")
    shaky = firm(0.5, {0.4: 0.5, 0.0: 0.5}, {"siphon": 0.5, "grossman-zhou": 0.5})
    text = chest_words.answer(none, firm(), some, shaky, 0.15)
    assert "On trades like the log's: **do not siphon**, because no growth is shown" in text
    assert "The recommendation is stable under resampling: none in 100% of 40 resamples" in text
    assert "mean of 0.15 standard deviations, which the log does not show: **siphon 40%**" in text
    assert "(by +1.005% a year, +0.501% a year to +1.511% a year)" in text
    assert "**The recommendation is unstable** under resampling: 40% in 50%, none in 50%" in text


@pytest.mark.parametrize("reason", ["no edge", "stake less", "grossman-zhou", "not shown"])
def test_every_reason_has_its_sentence(reason):
    found = judgement(0.0, "Grossman-Zhou 50%", reason)
    assert chest_words.recommended(found) == "do not siphon"
    assert "because" in chest_words.answer(found, firm(), found, firm(), 0.1)


def bears(**values):
    usual = {"profit_factor": 1.5, "rate": 1 / 3, "low": 0.1, "high": 0.5, "compounding": 0.3, "none": 0.01}
    return BreakEvenRate(**(usual | {"level": 0.95, "n": 60, "block": 3} | values))


def test_what_a_log_can_bear():
    text = chest_words.bearable(bears())
    assert "breaks even at a rate of 33.3%" in text
    assert "interval of the break-even rate 10% to 50%; 1% of the resamples bear none" in text
    assert "does so at 30.0% already" in text
    assert "below 0 to 50%" in chest_words.bearable(bears(low=-1.3, compounding=-np.inf))
    assert "bears none at all" in chest_words.bearable(bears(compounding=-np.inf))
    assert "It lost" in chest_words.bearable(bears(profit_factor=0.5, rate=-1.0, compounding=-np.inf))
    assert "holds no loss" in chest_words.bearable(bears(profit_factor=np.inf, rate=1.0))


def test_the_documents_rules_are_judged_by_the_table():
    runs = siphon.sweep_siphons(siphon.variants(0.1), FAST, n_paths=400, horizon=200, rng=1, base=1_000.0)
    table = siphon.compare(runs, siphon.NO_SIPHON)
    text = chest_words.documents(table, 0.2, "high_water_mark")
    flat, tiers = table.loc["chest 20%", "set aside"], table.loc["and $50, $100 tiers", "set aside"]
    assert f"instead of {flat:,.2f}, {1 - tiers / flat:.0%} less" in text
    assert flat > 3 * tiers  # the $100 rule empties the chest
    hot = table.loc["chest 20%, hot +5%"]
    assert hot["set aside"] > flat
    assert "\\$100" in text


def books_of(policy, *pnl):
    when = pd.date_range("2026-01-05T12:00Z", periods=len(pnl), freq="D")
    log = pd.DataFrame({"exit_time": when, "net_pnl": pnl, "stake": 1.0})
    return siphon.replay_siphon(log, policy, base=1_000.0)


@pytest.mark.parametrize(
    ("rules", "pnl", "says"),
    [
        ({}, (100.0, -30.5), "Next settlement: at a new high, 30.50 away, at 20%: nothing until profit has made 30.50"),
        ({}, (100.0,) * 5, "at 25% (hot): 0.00 above|nothing until"),
        ({"settlement": "week"}, (100.0,), "on 2026-01-12, when the week is over, at 20%: 100.00 above"),
        ({"basis": "per_win", "settlement": "week"}, (100.0, -40.0), "100.00 of wins is due already"),
        ({"basis": "per_period", "settlement": "week"}, (100.0, -140.0), "the period's profit so far is −40.00"),
    ],
)
def test_the_next_settlement(rules, pnl, says):
    siphon = WarChest(**rules)
    text = chest_words.next_settlement(books_of(Policy(war_chest=siphon), *pnl), siphon, MONDAY)
    assert any(part in text for part in says.split("|")), text


def test_books_that_reconcile_and_books_that_do_not():
    books = books_of(siphon.basic_siphon(0.1, 0.2), 100.0, -30.5)
    assert chest_words.reconciled(books.statement()) == "Reconciled to the cent: 1,000.00 + 69.50 = 1,069.50."
    books.ledger.loc[books.ledger.index[-1], "trading"] -= 3
    assert "do not reconcile: 0.0" in chest_words.reconciled(books.statement())


def test_the_charts_have_a_panel_a_world_and_a_line_a_family():
    settings = {"n_paths": 100, "horizon": 20, "rng": 1}
    heat = siphon.rate_grid(FAST, 0.1, [0.1, 0.2, 0.4], **settings)
    figure = chest_charts.heat_maps({"one": heat, "two": heat})
    assert len([ax for ax in figure.axes if ax.get_title()]) == 4
    shown = figure.axes[0].collections[0].get_array().reshape(8, 3)
    cell = heat[(heat.basis == "per_win") & (heat.settlement == "day") & (heat.rate == 0.4)].iloc[0]
    assert shown[1, 2] == cell["given_up"]
    ax = chest_charts.frontier(siphon.recommend(FAST, 0.05, **settings))
    assert "no siphon" in [line.get_label() for line in ax.lines]
    ax = chest_charts.parts(books_of(siphon.basic_siphon(0.1, 0.2), 100.0, -30.5))
    assert ax.lines[1].get_ydata()[-1] == 1_049.5


def test_the_first_page_has_the_chest():
    record = {
        "recommended": "do not siphon", "reason": "no edge", "agreed": 0.6, "stable": False, "resamples": 40,
        "chest": 12.3, "chest_week": 1.0, "at_30": 18.0, "off": 0, "next": "at a new high, 5.00 away",
    }  # fmt: skip
    rows = summary.answers({"42_war_chest": record})
    rows = rows[rows["chapter"] == "42_war_chest"]
    assert rows["answer"].tolist() == ["do not siphon", "+1.00", "at a new high, 5.00 away"]
    assert "60% of 40 resamples agree: unstable" in rows["rests on"].iloc[0]
    assert "books reconcile to the cent" in rows["rests on"].iloc[1]
    broken = summary.answers({"42_war_chest": record | {"off": 3}})
    assert broken["rests on"].str.contains("DO NOT RECONCILE").any()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"paths": 1}, "paths must be a whole number of at least 100, got 1"),
        ({"rate": 20.0}, "rate .*0.2"),
        ({"basis": "per_month"}, "basis must be one of per_win"),
        ({"basis": "per_period"}, "needs a period, got settlement 'trade'"),
        ({"base": 100.001}, "base must be in whole cents"),
        ({"stake": 0.0}, "stake must be above 0"),
        ({"target": -1.0}, "targets? must be above 0"),
        ({"week": "47"}, "week must be an ISO week"),
    ],
)
def test_a_wrong_parameter_is_wrong_input(tmp_path, parameters, says):
    with pytest.raises(report.NotebookFailedError, match=says) as caught:
        report.run_notebook(CHAPTER, {"paths": 100} | parameters, tmp_path)
    assert caught.value.exit_code == 2
