"""Wrong input, as a table: each is refused, the message names the cure, and nothing has changed."""

from __future__ import annotations

import math
from datetime import datetime

import pytest

from nija_research.engines import (
    AutonomousScalingEngine,
    AutoScalingConfig,
    CapitalEngineConfig,
    CapitalScalingEngine,
    DrawdownConfig,
    MarketRegime,
)
from nija_research.errors import ParameterError
from nija_research.policy import (
    Account,
    Allocator,
    Compounding,
    Cushion,
    DrawdownGuard,
    Milestones,
    Policy,
    ProfitSplit,
    ProtectedFloor,
    RegimeShares,
    RiskAdjustment,
    Stake,
    Stops,
    StreakSizing,
    VolatilityLeverage,
    WarChest,
    presets,
)

SETTINGS = [
    (lambda: Stake(share=5.0), "written 0.05"),
    (lambda: Stake(share=0.05, kelly=0.5), "Keep one"),
    (lambda: Stake(max_share=15.0), "15 % as 0.15"),
    (lambda: Stake(share=math.nan), "finite"),
    (lambda: ProtectedFloor(share=20.0), "written 0.2"),
    (lambda: ProtectedFloor(reading="keep_some"), "keep_last, keep_most"),
    (lambda: Cushion(floor=1.0), "below 1"),
    (lambda: Cushion(floor=75.0), "written 0.75"),
    (lambda: DrawdownGuard(depth=(0.10, 0.05, 0.15, 0.20)), "out of order: 0.05 follows 0.1"),
    (lambda: DrawdownGuard(depth=(5.0, 10.0, 15.0, 20.0)), "written 0.05"),
    (lambda: DrawdownGuard(depth=(0.05, 0.10, 0.20)), "4 entries"),
    (lambda: DrawdownGuard(depth=(0.05, 0.05, 0.15, 0.20)), "out of order"),
    (lambda: DrawdownGuard(size=(0.5, 0.75, 0.25, 0.0)), "deeper level never allows more"),
    (lambda: DrawdownGuard(recovery_wins=0), "at least 1"),
    (lambda: DrawdownGuard(halt_cooldown=2.5), "whole number"),
    (lambda: DrawdownGuard(depth=[0.05, 0.10, 0.15, 0.20]), "tuple"),
    (lambda: Compounding(reinvest=0.75, preserve=0.30), "add up to 1"),
    (lambda: Compounding(reinvest=75.0, preserve=25.0), "written 0.75"),
    (lambda: Compounding.named("reckless"), "conservative, moderate, aggressive, full_compound"),
    (lambda: Compounding.named("moderate", 0.60, 0.40), "Give one of them"),
    (lambda: Milestones(ladder=(100.0, 50.0)), "lowest milestone first"),
    (lambda: Milestones(ladder=()), "1 to 10"),
    (lambda: Milestones(ladder=(-100.0, 50.0)), "above 0"),
    (lambda: Milestones(lock_share=10.0), "written 0.1"),
    (lambda: VolatilityLeverage(target_vol=30.0), "30 % as 0.3"),
    (lambda: VolatilityLeverage(min_leverage=2.0, max_leverage=0.5), "Swap them"),
    (lambda: RegimeShares(bull_trending=120.0), "120 % as 1.2"),
    (lambda: RegimeShares(unknown=1.2), r"\[0, 1\]"),
    (lambda: RegimeShares.of({"BULLISH": 1.2}), "BULL_TRENDING, BEAR_TRENDING"),
    (lambda: RiskAdjustment(target_sharpe=0.0), "above 0"),
    (lambda: RiskAdjustment(risk_free=5.0), "written 0.05"),
    (lambda: StreakSizing(hot_after=0), "at least 1"),
    (lambda: Stops(day=15), "written 0.15"),
    (lambda: Stops(day=0.0), "must lie in"),
    (lambda: Stops(streak=True), "whole number|must be a number"),
    (lambda: WarChest(rate=20.0), "written 0.2"),
    (lambda: WarChest(basis="per_trade"), "per_win, per_period, high_water_mark"),
    (lambda: WarChest(basis="per_period"), "settlement='day' or 'week'"),
    (lambda: WarChest(reinvest_above=-1.0), "negative"),
    (lambda: WarChest(rate=0.9, hot_bonus=0.2), "hot_bonus"),
    (lambda: ProfitSplit(reinvest=0.60, chest=0.25), "add up to 1"),
    (lambda: ProfitSplit(reinvest=60.0, chest=20.0, operating=15.0, withdrawal=5.0), "written 0.6"),
    (lambda: Policy(war_chest=WarChest(rate=0.3), profit_split=ProfitSplit()), "write the same"),
    (lambda: Policy(war_chest=WarChest(basis="per_win"), profit_split=ProfitSplit()), "Write the same"),
    (lambda: Policy(drawdown=0.2), "DrawdownGuard or None"),
    (lambda: Policy().without("luck"), "rules are floor"),
    (lambda: Policy.from_dict({"luck": {}}), "no rule 'luck'"),
    (lambda: Policy.from_dict({"floor": {"height": 1}}), "it has reading, share"),
    (lambda: Allocator(mm_share=78.0), "written 0.78"),
    (lambda: Allocator(arb_share=0.25), "must not exceed 1"),
    (lambda: Allocator(mm_cap=40.0), "Raise the cap"),
    (lambda: Account(Policy(), 0.0), "base must be above 0"),
    (lambda: Account(Policy(), -1.0), "above 0"),
    (lambda: Account(Policy(), 100.0, -1.0), "negative"),
    (lambda: Account(Policy(), 100.0, math.inf), "finite"),
    (lambda: CapitalScalingEngine(0.0), "base must be above 0"),
    (lambda: CapitalScalingEngine(), "Pass base_capital"),
    (lambda: CapitalScalingEngine(1e4, config=AutoScalingConfig()), "must be a CapitalEngineConfig"),
    (lambda: AutonomousScalingEngine(1e4, config=CapitalEngineConfig()), "must be an AutoScalingConfig"),
    (lambda: CapitalEngineConfig(halt_threshold_pct=0.20), "write 20 for 0.2"),
    (lambda: CapitalEngineConfig(halt_threshold_pct=12.0), "DrawdownConfig"),
    (lambda: CapitalEngineConfig(halt_threshold_pct=25.0, drawdown=DrawdownConfig()), "Give one of them"),
    (lambda: CapitalEngineConfig(compounding_strategy="moderate", reinvest_percentage=0.9), "Give one of them"),
    (lambda: CapitalEngineConfig(reinvest_percentage=0.75, preserve_percentage=0.20), "add up to 1"),
    (lambda: CapitalEngineConfig(reinvest_percentage=75.0), "written 0.75"),
    (lambda: CapitalEngineConfig(base_position_pct=5.0), "5 % as 0.05"),
    (lambda: DrawdownConfig(caution_threshold_pct=0.05), "write 5 for 0.05"),
    (lambda: DrawdownConfig(warning_threshold_pct=16.0), "Order them"),
    (lambda: DrawdownConfig(caution_position_multiplier=75.0), "written 0.75"),
    (lambda: AutoScalingConfig(regime_allocations={"SIDEWAYS": 0.5}), "RANGING"),
    (lambda: AutoScalingConfig(target_sharpe_ratio=-1.0), "above 0"),
    (lambda: AutoScalingConfig(min_leverage=3.0), "Swap them"),
]


@pytest.mark.parametrize(("make", "cure"), SETTINGS, ids=[str(i) for i in range(len(SETTINGS))])
def test_wrong_settings_are_refused_with_their_cure(make, cure):
    with pytest.raises(ParameterError, match=cure):
        make()


NOW = datetime(2026, 11, 16, 12)
PAST = datetime(2026, 11, 16, 11, 59)
CALLS = [
    (lambda e: e.record_loss(100.0), r"0 or a negative number, got 100.0. Write -100.0"),
    (lambda e: e.record_profit(-100.0), "Use record_loss"),
    (lambda e: e.record_profit(math.nan), "finite"),
    (lambda e: e.record_loss(-math.inf), "finite"),
    (lambda e: e.record_profit("much"), "number"),
    (lambda e: e.record_profit(10.0, when=PAST), "backwards"),
    (lambda e: e.record_profit(10.0, when="2026-11-17"), r"Write datetime\("),
    (lambda e: e.deposit(0.0), "above 0"),
    (lambda e: e.deposit(math.nan), "finite"),
    (lambda e: e.withdraw(-5.0), "above 0"),
    (lambda e: e.withdraw(1e6), "Withdraw at most that"),
    (lambda e: e.withdraw(1e6, when=datetime(2026, 12, 1)), "Withdraw at most that"),
    (lambda e: e.resume(when=PAST), "backwards"),
    (lambda e: e.account.advance(PAST), "backwards"),
    (lambda e: e.account.withdraw(1.0, part="locked"), "trading or operating"),
    (lambda e: e.get_optimal_position_size(-1.0, 0.15, 0.25), "negative"),
    (lambda e: e.get_optimal_position_size(math.nan, 0.15, 0.25), "finite"),
    (lambda e: e.get_optimal_position_size(1e4, 0.15, 25.0), "write 25 % as 0.25"),
    (lambda e: e.get_optimal_position_size(1e4, 15.0, 0.25), "write 15 % as 0.15"),
    (lambda e: e.get_optimal_position_size(1e4, 0.15, 0.0), "above 0"),
    (lambda e: e.get_optimal_position_size(1e4, 0.15), "volatility is missing"),
    (lambda e: e.get_optimal_position_size(1e4, volatility=0.25), "expected_return is missing"),
    (lambda e: e.get_optimal_position_size(1e4, 0.15, 0.25, asset_exposure=10.0, exposure=5.0), "all open positions"),
    (lambda e: e.get_optimal_position_size(1e4, 0.15, 0.25, when=PAST), "backwards"),
    (lambda e: e.update_market_regime("SIDEWAYS"), "RANGING"),
    (lambda e: e.update_market_regime(3), "RANGING"),
]


@pytest.mark.parametrize(("call", "cure"), CALLS, ids=[str(i) for i in range(len(CALLS))])
def test_a_wrong_call_is_refused_before_anything_changes(call, cure):
    engine = AutonomousScalingEngine(10_000.0, 10_000.0)
    engine.update_market_regime(MarketRegime.RANGING)
    engine.record_profit(500.0, when=NOW)
    before = engine.account.to_dict(), engine.get_current_state()
    with pytest.raises(ParameterError, match=cure):
        call(engine)
    assert (engine.account.to_dict(), engine.get_current_state()) == before


def test_a_kelly_stake_needs_its_fraction():
    with pytest.raises(ParameterError, match="kelly is missing"):
        Account(presets["half_kelly"], 100.0).size(100.0)


@pytest.mark.parametrize("damage", ["state", "policy", "ledger", "when"])
def test_an_incomplete_save_is_refused(damage):
    saved = Account(presets["document_003"], 100.0).to_dict()
    del saved[damage]
    with pytest.raises(ParameterError, match="Restore an older save"):
        Account.from_dict(saved)
