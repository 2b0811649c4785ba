"""Ledgers in whole cents: nothing is lost, nothing is made, and the odd cent has an owner."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nija_research import data
from nija_research.errors import ParameterError
from nija_research.policy import Account, Compounding, Milestones, Policy, ProfitSplit, WarChest
from nija_research.simulate import siphon

PARTS = ["trading", "preserved", "locked", "chest", "operating", "withdrawn"]
START = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday

policies = st.builds(
    lambda rate, basis, settlement, tiers, split, kept, milestones, of: Policy(
        war_chest=WarChest(
            rate=0.2 if split else rate,
            hot_bonus=0.05,
            hot_after=2,
            basis=basis,
            settlement="day" if basis == "per_period" and settlement == "trade" else settlement,
            compound_above=tiers,
            reinvest_above=tiers,
            reinvest_of=of,
        ),
        profit_split=ProfitSplit(
            basis=basis, settlement="day" if basis == "per_period" and settlement == "trade" else settlement
        )
        if split
        else None,
        compounding=Compounding(reinvest=1.0 - kept, preserve=kept) if kept else None,
        milestones=Milestones(ladder=(10.0, 25.0, 70.0), lock_share=0.1) if milestones else None,
    ),
    rate=st.floats(0.0, 0.9),
    basis=st.sampled_from(["per_win", "per_period", "high_water_mark"]),
    settlement=st.sampled_from(["trade", "day", "week"]),
    tiers=st.sampled_from([None, 5.0, 100.0]),
    split=st.booleans(),
    kept=st.sampled_from([0.0, 0.1, 0.4]),
    milestones=st.booleans(),
    of=st.sampled_from(["excess", "balance"]),
)
trades_of = st.lists(st.tuples(st.floats(-60.0, 90.0), st.integers(0, 40)), min_size=1, max_size=25)


def booked(policy, trades, base=100.0):
    account, when = Account(policy, base), START
    for pnl, hours in trades:
        when += timedelta(hours=hours)
        account.advance(when)
        account.trade(pnl, when=when)
    return account


@settings(deadline=None)
@given(policy=policies, trades=trades_of)
def test_every_row_adds_up_to_the_cent(policy, trades):
    account = booked(policy, trades)
    book = siphon.in_cents(account.ledger(), 100.0)
    whole = book[PARTS].sum(axis=1).to_numpy()
    outer = book["rule"] == "trade"
    sign = np.where(book["from"] == "market", 1, -1) * outer
    assert np.array_equal(whole, 10_000 + np.cumsum(sign * book["cents"]))  # transfers move, they neither make nor lose
    assert whole[-1] == round(100 * (100.0 + sum(pnl for pnl, _ in trades)))
    assert (book["cents"] >= 0).all()
    assert (book[PARTS[1:]] >= 0).all().all()
    moves = book[~outer]
    assert ((moves["from"] == "trading") | (moves["to"] == "trading")).all()


@settings(deadline=None)
@given(policy=policies, trades=trades_of)
def test_every_part_is_within_a_cent_of_the_unrounded_one_and_the_odd_cents_are_the_accounts(policy, trades):
    account = booked(policy, trades)
    last = siphon.in_cents(account.ledger(), 100.0).iloc[-1]
    exact = {part: 100.0 * getattr(account.state, part) for part in PARTS}
    for part in PARTS[1:]:
        assert -1.0 < last[part] - exact[part] < 1e-4  # rounded down, never up
    assert -0.501 < last["trading"] - exact["trading"] < len(PARTS)
    if account.state.trading >= 0.0:
        assert last["trading"] >= 0


def test_cents_that_are_not_whole_wait_in_the_account():
    # A fifth of 0.02 is 0.004: three of them make a cent, two do not.
    account = booked(Policy(war_chest=WarChest(rate=0.2, hot_bonus=0.0)), [(0.02, 1)] * 5)
    book = siphon.in_cents(account.ledger(), 100.0)
    assert book["chest"].tolist() == [0, 0, 0, 1, 1, 1, 2]
    assert book["trading"].tolist() == [10_002, 10_004, 10_006, 10_005, 10_007, 10_009, 10_008]
    assert book["rule"].tolist() == ["trade", "trade", "trade", "war_chest", "trade", "trade", "war_chest"]


def test_a_tenth_is_a_whole_cent_although_floats_hold_none():
    account = booked(Policy(war_chest=WarChest(rate=0.1, hot_bonus=0.0)), [(0.1, 1), (0.7, 1), (0.1, 1)])
    assert siphon.in_cents(account.ledger(), 100.0)["chest"].iloc[-1] == 9


def log_of(rows):
    when = pd.to_datetime([f"2026-01-{day:02d}T12:00:00Z" for day, *_ in rows], utc=True)
    money = [pnl for _, pnl, _ in rows]
    stakes = [stake for *_, stake in rows]
    return pd.DataFrame({"exit_time": when, "net_pnl": money, "stake": stakes, "return": np.divide(money, stakes)})


SMALL = log_of([(5, 100.00, 500.0), (6, -40.01, 500.0), (12, 90.05, 990.0), (13, 200.0, 2_000.0)])


def test_books_of_four_trades_by_hand():
    # New highs: 100.00, then 150.04 (+50.04), then 350.04 (+200.00); a fifth of each, rounded down to balances.
    books = siphon.replay_siphon(SMALL, siphon.basic_siphon(0.1, 0.2), base=1_000.0)
    moved = books.ledger[books.ledger["rule"] == "war_chest"]
    assert moved["cents"].tolist() == [2_000, 1_000, 4_000]
    assert books.balances() == dict.fromkeys(PARTS, 0) | {"trading": 128_004, "chest": 7_000}
    assert books.unfunded == 1  # the last stake is above the 1,110 that the account held
    week = books.statement(date(2026, 1, 12), date(2026, 1, 19)).set_index("part")
    assert week.loc["chest"].tolist() == [2_000, 0, 5_000, 0, 7_000, 0]
    assert week.loc["trading"].tolist() == [103_999, 29_005, 0, 5_000, 128_004, 0]
    assert week.loc["all"].tolist() == [105_999, 29_005, 5_000, 5_000, 135_004, 0]
    before = books.statement(until=date(2026, 1, 12)).set_index("part")
    assert before.loc["all", ["opening", "earned", "closing", "check"]].tolist() == [100_000, 5_999, 105_999, 0]
    assert books.balances(date(2026, 1, 5)) == {"trading": 100_000} | dict.fromkeys(PARTS[1:], 0)


def test_a_statement_that_does_not_add_up_says_so():
    books = siphon.replay_siphon(SMALL, siphon.basic_siphon(0.1, 0.2), base=1_000.0)
    books.ledger.loc[books.ledger.index[-1], "chest"] += 1
    assert books.statement()["check"].abs().sum() != 0


def test_other_rates_on_the_same_trades():
    rules = {
        "none": siphon.basic_siphon(0.1, 0.0),
        "fifth": siphon.basic_siphon(0.1, 0.2),
        "half": siphon.basic_siphon(0.1, 0.5),
    }
    table = siphon.compare_replays(SMALL, rules, since=date(2026, 1, 12), until=date(2026, 1, 19), base=1_000.0)
    assert table["set aside"].tolist() == [0.0, 70.0, 175.02]
    assert table["set aside this week"].tolist() == [0.0, 50.0, 125.02]
    assert table["total"].tolist() == [1_350.04] * 3


@pytest.mark.parametrize("name", list(siphon.variants(0.1)))
@pytest.mark.parametrize("as_traded", [True, False])
def test_a_real_log_reconciles_under_every_rule(name, as_traded):
    log = data.load_trades("sp500_trend")
    books = siphon.replay_siphon(log, siphon.variants(0.1)[name], base=10_000.0, as_traded=as_traded, leverage=5.0)
    statement = books.statement()
    assert not statement["check"].any()
    if as_traded:
        assert statement["closing"].iloc[-1] == 1_000_000 + round(100 * log["net_pnl"].sum())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"base": 100.005}, "base must be in whole cents, got 100.005"),
        ({"base": 0.0}, "base must be above 0"),
        ({"trades": SMALL.drop(columns="net_pnl")}, "columns net_pnl and exit_time"),
        ({"trades": SMALL.assign(net_pnl=[1.0, np.nan, 1.0, 1.0])}, "net_pnl of trade 2 is missing"),
        ({"policy": "siphon"}, "policy must be a Policy"),
    ],
)
def test_wrong_input(wrong, says):
    given_ = {"trades": SMALL, "policy": siphon.basic_siphon(0.1, 0.2), "base": 1_000.0} | wrong
    with pytest.raises(ParameterError, match=says):
        siphon.replay_siphon(given_["trades"], given_["policy"], base=given_["base"])


def test_a_ledger_is_a_ledger():
    with pytest.raises(ParameterError, match="ledger must be a table with columns time, rule"):
        siphon.in_cents(SMALL, 1_000.0)
