"""Each remaining rule on its own, against numbers worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nija_research.policy import (
    UNKNOWN,
    Account,
    Compounding,
    MarketRegime,
    Milestones,
    Policy,
    ProtectedFloor,
    RegimeShares,
    RiskAdjustment,
    Stake,
    Stops,
    StreakSizing,
    VolatilityLeverage,
    presets,
)

STAKE = Stake(share=0.10, max_share=None, max_exposure=None)
MONDAY = datetime(2026, 11, 16, 9, 0)


@pytest.mark.parametrize(
    ("vol", "sensitivity", "leverage"),
    [
        (0.30, 1.0, 1.0),
        (0.25, 1.0, 1.2),
        (0.15, 1.0, 2.0),
        (0.149, 1.0, 2.0),
        (0.60, 1.0, 0.5),
        (0.90, 1.0, 0.5),
        (0.60, 0.0, 1.0),
        (0.40, 2.0, 0.5625),
    ],
)
def test_volatility_leverage(vol, sensitivity, leverage):
    policy = Policy(stake=STAKE, leverage=VolatilityLeverage(sensitivity=sensitivity))
    assert Account(policy, 1_000.0).size(1e9, volatility=vol) == pytest.approx(100.0 * leverage)


@pytest.mark.parametrize(
    ("regime", "share"),
    [
        ("BULL_TRENDING", 1.2),
        ("BEAR_TRENDING", 0.6),
        ("RANGING", 0.8),
        ("VOLATILE", 0.7),
        ("CRISIS", 0.3),
        (UNKNOWN, 1.0),
    ],
)
def test_regime_shares_as_printed(regime, share):
    account = Account(Policy(stake=STAKE, regime=RegimeShares()), 1_000.0)
    assert account.size(1e9, regime=regime) == pytest.approx(100.0 * share)
    assert regime == UNKNOWN or account.size(1e9, regime=MarketRegime(regime)) == pytest.approx(100.0 * share)


@pytest.mark.parametrize(
    ("mu", "vol", "share"),
    [
        (0.15, 0.25, 0.4 / 1.5),
        (0.05, 0.25, 0.0),
        (0.04, 0.25, 0.0),
        (-0.5, 0.25, 0.0),
        (0.425, 0.25, 1.0),
        (5.0, 0.25, 1.5),
    ],
)
def test_risk_adjustment_and_no_edge_no_stake(mu, vol, share):
    account = Account(Policy(stake=STAKE, risk=RiskAdjustment()), 1_000.0)
    assert account.size(1e9, expected_return=mu, volatility=vol) == pytest.approx(100.0 * share)


@pytest.mark.parametrize(
    ("reading", "current", "size"),
    [
        ("keep_last", 1_000.0, 80.0),
        ("keep_last", 210.0, 1.0),
        ("keep_last", 200.0, 0.0),
        ("keep_most", 1_000.0, 100.0),
        ("keep_most", 800.01, 80.001),
        ("keep_most", 800.0, 0.0),
    ],
)
def test_the_two_readings_of_the_protected_floor(reading, current, size):
    policy = Policy(stake=STAKE, floor=ProtectedFloor(reading=reading))
    assert Account(policy, 1_000.0, current).size(1e9) == pytest.approx(size, abs=1e-9)


def test_no_deposit_opens_what_keep_most_closed():
    account = Account(Policy(stake=STAKE, floor=ProtectedFloor(reading="keep_most")), 1_000.0, 800.0)
    account.deposit(5_000.0)
    assert account.size(1e9) == 0.0


@pytest.mark.parametrize(
    ("strategy", "preserved"),
    [("conservative", 40.0), ("moderate", 25.0), ("aggressive", 10.0), ("full_compound", 0.0)],
)
def test_new_profit_is_split_once_and_losses_come_out_of_trading(strategy, preserved):
    account = Account(Policy(stake=STAKE, compounding=Compounding.named(strategy)), 1_000.0)
    for pnl in (100.0, -60.0, 60.0, 0.0):  # only the first 100 is a new high
        account.trade(pnl)
    assert account.state.preserved == pytest.approx(preserved)
    assert account.state.trading == pytest.approx(1_100.0 - preserved)
    assert account.equity == pytest.approx(1_100.0)


@pytest.mark.parametrize(
    ("profits", "locked"),
    [
        ([99.99], 0.0),
        ([100.0], 10.0),
        ([100.0, 149.99], 10.0),
        ([100.0, 150.0], 25.0),
        ([260.0], 25.0),
        ([120.0, 140.0], 25.0),
        ([1_000.0], 100.0),
        ([100_000.0], 10_000.0),
        ([500_000.0], 10_000.0),
        ([100.0, -50.0, 50.0, -50.0, 60.0], 10.0),
    ],
)
def test_milestones_lock_each_slice_once(profits, locked):
    account = Account(Policy(stake=STAKE, milestones=Milestones()), 10_000.0)
    for pnl in profits:
        account.trade(pnl)
    assert account.state.locked == pytest.approx(locked)
    assert account.size(1e9) == pytest.approx(0.10 * (10_000.0 + sum(profits) - locked))


def test_milestones_already_passed_lock_nothing():
    account = Account(Policy(stake=STAKE, milestones=Milestones()), 10_000.0, 12_000.0)
    assert (account.state.milestone, account.state.locked) == (1_000.0, 0.0)
    account.trade(500.0)  # 2,500: the slice from 1,000
    assert account.state.locked == pytest.approx(150.0)


@pytest.mark.parametrize(
    ("results", "multiplier"),
    [
        ("", 1),
        ("WW", 1),
        ("WWW", 1.25),
        ("WWWW", 1.25),
        ("WWWL", 1),
        ("L", 1),
        ("LL", 0.75),
        ("LLW", 1),
        ("LBL", 0.75),
        ("WBWBW", 1.25),
    ],
)
def test_streak_sizing(results, multiplier):
    account = Account(Policy(stake=STAKE, streak=StreakSizing()), 1_000.0)
    for r in results:
        account.trade({"W": 1.0, "L": -1.0, "B": 0.0}[r])
    assert account.size(1e9) == pytest.approx(0.10 * account.equity * multiplier)


def stopped(**only):
    limits = dict.fromkeys(("day", "week", "streak", "peak", "asset")) | only
    return Account(Policy(stake=STAKE, stops=Stops(**limits)), 1_000.0, when=MONDAY)


@pytest.mark.parametrize(("loss", "stops"), [(-149.99, False), (-150.0, True)])
def test_the_day_stop_holds_until_midnight_utc(loss, stops):
    account = stopped(day=0.15)
    account.trade(loss, when=MONDAY)
    assert (account.size(1e9) == 0.0) is stops
    account.trade(200.0, when=MONDAY.replace(hour=23, minute=59))  # a late win does not reopen the day
    assert (account.size(1e9) == 0.0) is stops
    assert account.size(1e9, when=datetime(2026, 11, 17)) > 0.0


@pytest.mark.parametrize(("loss", "stops"), [(-299.99, False), (-300.0, True)])
def test_the_week_stop_holds_until_monday(loss, stops):
    account = stopped(week=0.30)
    account.trade(loss / 2, when=MONDAY)
    account.trade(loss / 2, when=MONDAY + timedelta(days=3))
    assert (account.size(1e9, when=datetime(2026, 11, 22, 23, 59)) == 0.0) is stops
    assert account.size(1e9, when=datetime(2026, 11, 23)) > 0.0


def test_an_iso_week_runs_over_the_turn_of_the_year():
    account = Account(Policy(stake=STAKE, stops=Stops()), 1_000.0, when=datetime(2026, 12, 28))  # Monday of 2026-W53
    account.trade(-310.0, when=datetime(2026, 12, 31))
    assert any(r.startswith("week") for r in account.blocks)
    account.advance(datetime(2027, 1, 3))  # Sunday, still W53
    assert any(r.startswith("week") for r in account.blocks)
    account.advance(datetime(2027, 1, 4))
    assert not any(r.startswith("week") for r in account.blocks)


def test_three_losses_stop_until_the_next_day_and_count_again():
    account = stopped(streak=3)
    for _ in range(2):
        account.trade(-1.0, when=MONDAY)
    assert account.size(1e9) > 0.0
    account.trade(-1.0)
    assert account.size(1e9) == 0.0
    tuesday = MONDAY + timedelta(days=1)
    assert account.size(1e9, when=tuesday) > 0.0
    for _ in range(2):
        account.trade(-1.0)
    assert account.size(1e9) > 0.0
    account.trade(-1.0)
    assert account.size(1e9) == 0.0


def test_two_losses_and_one_the_next_day_are_three_in_a_row():
    account = stopped(streak=3)
    account.trade(-1.0, when=MONDAY)
    account.trade(-1.0)
    account.trade(-1.0, when=MONDAY + timedelta(days=1))
    assert account.size(1e9) == 0.0


@pytest.mark.parametrize(("loss", "stops"), [(-249.99, False), (-250.0, True)])
def test_the_peak_stop_holds_until_resumed(loss, stops):
    account = stopped(peak=0.25)
    account.trade(loss, when=MONDAY)
    account.advance(MONDAY + timedelta(days=40))
    assert (account.size(1e9) == 0.0) is stops
    account.resume()
    assert account.size(1e9) > 0.0
    account.trade(-1.0)
    assert account.size(1e9) == 0.0


def test_a_cooldown_lifts_the_peak_stop_after_so_many_steps():
    account = stopped(peak=0.25, halt_cooldown=2)
    account.trade(-250.0)
    sizes = []
    for _ in range(3):
        account.trade(0.0)
        sizes.append(account.size(1e9))
    assert sizes == pytest.approx([0.0, 75.0, 75.0])
    account.trade(-1.0)
    assert account.size(1e9) == 0.0


def test_all_stops_are_evaluated_and_each_is_reported():
    account = Account(Policy(stake=STAKE, stops=Stops()), 1_000.0, when=MONDAY)
    for pnl in (-100.0, -100.0, -150.0):
        account.trade(pnl, when=MONDAY)
    assert [reason.split(":")[0] for reason in account.blocks] == ["day", "week", "streak", "peak"]
    rows = account.ledger().query("rule == 'stops'")
    assert set(rows["to"]) == {"day_stop", "week_stop", "streak_stop", "peak_stop"}


@pytest.mark.parametrize(("held", "size"), [(0.0, 500.0), (300.0, 500.0), (500.0, 300.0), (800.0, 0.0), (900.0, 0.0)])
def test_at_most_eighty_percent_in_one_asset(held, size):
    policy = Policy(stake=Stake(share=0.5, max_share=None, max_exposure=None), stops=Stops())
    assert Account(policy, 1_000.0).size(1e9, held=held) == pytest.approx(size)


@given(share=st.floats(0, 1), available=st.floats(0, 2e3), exposure=st.floats(0, 2e3), cap=st.floats(0.01, 1))
def test_no_size_exceeds_the_balance_or_a_cap(share, available, exposure, cap):
    policy = Policy(stake=Stake(share=share, max_share=cap, max_exposure=0.95))
    size = Account(policy, 1_000.0, keep_ledger=False).size(available, exposure=exposure)
    assert 0.0 <= size <= min(available, 1_000.0 * cap)
    assert size + exposure <= max(950.0, exposure) + 1e-9


@pytest.mark.parametrize(
    ("name", "kelly", "size"),
    [
        ("full_kelly", 0.2, 200.0),
        ("half_kelly", 0.2, 100.0),
        ("full_kelly", -0.1, 0.0),
        ("grossman_zhou", 0.2, 50.0),
        ("drift_kelly_after", 0.2, 60.0),
    ],
)
def test_kelly_baselines(name, kelly, size):
    assert Account(presets[name], 1_000.0).size(1e9, kelly=kelly) == pytest.approx(size)


@pytest.mark.parametrize(
    ("name", "balance", "size"),
    [
        ("hold_cash", 1e3, 0.0),
        ("fixed_fraction", 1e3, 50.0),
        ("drift_before", 1e3, 25.0),
        ("drift_after", 1e3, 40.0),
        ("document_002", 100.0, 98.0),
        ("document_002", 5_000.0, 700.0),
        ("document_003", 200.0, 20.0),
    ],
)
def test_other_presets_size_as_printed(name, balance, size):
    assert Account(presets[name], balance).size(1e9) == pytest.approx(size)


def test_document_002_is_killed_at_five_percent():
    account = Account(presets["document_002"], 100.0)
    account.trade(-4.99)
    assert account.size(1e9) > 0.0
    account.trade(-0.01)
    assert account.size(1e9) == 0.0


def test_the_mapping_of_presets_cannot_be_changed_and_rules_can_be_switched_off():
    with pytest.raises(TypeError):
        presets["document_000"] = Policy()
    bare = presets["document_000"].without("floor", "drawdown", "leverage", "regime", "risk")
    assert bare.drawdown is None
    assert Account(bare, 1_000.0, 700.0).size(1e9) == pytest.approx(35.0)
