"""War chest and profit split: three meanings of "20% of profits", settlements, hot streak and tiers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from nija_research.policy import Account, Policy, ProfitSplit, Stake, WarChest, presets

MONDAY = datetime(2026, 11, 16)


def chest(**settings):
    tiers = {"compound_above": None, "reinvest_above": None} | settings
    return Account(Policy(stake=Stake(share=0.1), war_chest=WarChest(**tiers)), 1_000.0, when=MONDAY)


@pytest.mark.parametrize(
    ("basis", "settlement", "after_each", "at_the_end"),
    [
        # 100 won, 60 lost, 30 won, 50 won: wins 180, net 120, highs 100 then 20 more
        ("per_win", "trade", [20, 20, 26, 36], 36),
        ("high_water_mark", "trade", [20, 20, 20, 24], 24),
        ("per_win", "week", [0, 0, 0, 0], 36),
        ("high_water_mark", "week", [0, 0, 0, 0], 24),
        ("per_period", "week", [0, 0, 0, 0], 24),
        ("per_period", "day", [0, 0, 0, 0], 24),
    ],
)
def test_three_meanings_of_twenty_percent_of_profits(basis, settlement, after_each, at_the_end):
    account = chest(basis=basis, settlement=settlement)
    found = []
    for pnl in (100.0, -60.0, 30.0, 50.0):
        account.trade(pnl, when=MONDAY)
        found.append(account.state.chest)
    assert found == pytest.approx(after_each)
    account.advance(MONDAY + timedelta(days=7))
    assert account.state.chest == pytest.approx(at_the_end)
    assert account.equity == pytest.approx(1_120.0)


def test_a_lost_period_pays_nothing_and_owes_nothing():
    account = chest(basis="per_period", settlement="day")
    for day, pnl in enumerate((-50.0, 30.0, 40.0)):
        account.trade(pnl, when=MONDAY + timedelta(days=day))
    account.advance(MONDAY + timedelta(days=3))
    assert account.state.chest == pytest.approx(0.2 * 70.0)  # a high-water mark would ask 20 % of 20


def test_the_sixth_win_pays_the_hot_rate_and_the_fifth_does_not():
    account = chest(basis="per_win")
    paid = []
    for pnl in (10.0,) * 6 + (0.0, 10.0, -1.0, 10.0):
        before = account.state.chest
        account.trade(pnl)
        paid.append(account.state.chest - before)
    assert paid == pytest.approx([2.0] * 5 + [2.5, 0.0, 2.5, 0.0, 2.0])


@pytest.mark.parametrize(("money", "counted"), [(40.0, 0.0), (50.0, 0.0), (80.0, 30.0)])
def test_the_part_above_fifty_counts_in_sizing_capital(money, counted):
    account = chest(compound_above=50.0)
    account.trade(money / 0.2)
    assert account.state.chest == pytest.approx(money)
    assert account.size(1e9) == pytest.approx(0.1 * (1_000.0 + 0.8 * money / 0.2 + counted))


@pytest.mark.parametrize(
    ("of", "money", "left"),
    [("excess", 100.0, 100.0), ("excess", 140.0, 120.0), ("balance", 100.0, 100.0), ("balance", 140.0, 70.0)],
)
def test_half_of_the_excess_over_a_hundred_returns_at_settlement(of, money, left):
    account = chest(reinvest_above=100.0, reinvest_of=of)
    account.trade(money / 0.2)
    assert account.state.chest == pytest.approx(left)
    assert account.equity == pytest.approx(1_000.0 + money / 0.2)
    rows = account.ledger().query("rule == 'war_chest'")
    assert rows["amount"].tolist() == pytest.approx([money] + ([money - left] if left < money else []))


def test_the_split_as_printed_and_where_the_hot_streak_comes_from():
    split = Policy(war_chest=WarChest(compound_above=None, reinvest_above=None), profit_split=ProfitSplit())
    account = Account(split, 1_000.0)
    account.trade(100.0)
    s = account.state
    assert (s.trading, s.chest, s.operating, s.withdrawn) == pytest.approx((1_060.0, 20.0, 15.0, 5.0))
    for _ in range(4):
        account.trade(100.0)
    before = account.state
    account.trade(100.0)  # the sixth win
    s = account.state
    assert (s.trading - before.trading, s.chest - before.chest) == pytest.approx((55.0, 25.0))
    assert (s.operating - before.operating, s.withdrawn - before.withdrawn) == pytest.approx((15.0, 5.0))


def test_the_split_alone_fills_the_chest_too():
    account = Account(Policy(profit_split=ProfitSplit()), 1_000.0)
    account.trade(100.0)
    assert account.state.chest == pytest.approx(20.0)


def test_operating_money_can_be_spent_and_is_no_loss():
    account = Account(presets["document_003"], 1_000.0)
    account.trade(100.0)
    account.withdraw(15.0, part="operating")
    assert account.state.operating == pytest.approx(0.0)
    assert account.state.flows == pytest.approx(-15.0)
    assert account.drawdown == 0.0


def test_a_step_without_a_trade_settles_nothing():
    account = chest(reinvest_above=100.0)
    account.trade(1_000.0)  # 200 paid in, 50 back
    account.trade(0.0)
    assert account.state.chest == pytest.approx(150.0)
    account.trade(-1.0)  # a settlement without profit still returns half of the excess
    assert account.state.chest == pytest.approx(125.0)
