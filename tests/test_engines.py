"""The printed object API: every printed call with its names, keywords and order; shared accounts; saves; speed."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from datetime import datetime, timedelta

import pytest

from nija_research.engines import (
    AutonomousScalingEngine,
    AutoScalingConfig,
    CapitalEngineConfig,
    CapitalScalingEngine,
    DrawdownConfig,
    MarketRegime,
    close_accounts,
    get_autonomous_engine,
    get_capital_engine,
)
from nija_research.errors import DataError, ParameterError, WorkError
from nija_research.policy import allocator as capital_allocator


@pytest.fixture(autouse=True)
def _fresh_accounts():
    close_accounts()
    yield
    close_accounts()


# --- document 000, block by block -------------------------------------------------------------------------------------


def basic_setup():
    config = CapitalEngineConfig(
        compounding_strategy="moderate",
        reinvest_percentage=0.75,
        preserve_percentage=0.25,
        enable_drawdown_protection=True,
        halt_threshold_pct=20.0,
    )
    return CapitalScalingEngine(base_capital=10000.0, current_capital=12000.0, config=config)


def test_basic_setup_as_printed():
    engine = basic_setup()
    position_size = engine.get_optimal_position_size(available_balance=12000.0)
    assert position_size == pytest.approx(475.00, abs=1e-9)  # (12,000 - 500 preserved - 2,000 floor) x 5 %
    assert engine.get_current_state()["preserved_profit"] == pytest.approx(500.0)


def test_advanced_usage_as_printed():
    auto_config = AutoScalingConfig(
        enable_volatility_leverage=True,
        min_leverage=0.5,
        max_leverage=2.0,
        enable_regime_allocation=True,
        enable_risk_adjustment=True,
        target_sharpe_ratio=1.5,
    )
    auto_engine = AutonomousScalingEngine(base_capital=10000.0, current_capital=12000.0, config=auto_config)
    auto_engine.update_market_regime(MarketRegime.BULL_TRENDING)
    position_size = auto_engine.get_optimal_position_size(
        available_balance=12000.0, expected_return=0.15, volatility=0.25
    )
    assert position_size == pytest.approx(182.40, abs=1e-9)  # 9,500 x 5 % x 1.2 x 1.2 x 0.2667


def test_tracking_capital_growth_as_printed(capsys):
    engine = CapitalScalingEngine(base_capital=10000.0, current_capital=10000.0)
    engine.record_profit(profit_amount=500.0)
    engine.record_loss(loss_amount=-100.0)
    state = engine.get_current_state()
    print(f"Total capital: ${state['total_capital']:,.2f}")  # noqa: T201
    print(f"Locked profit: ${state['locked_profit']:,.2f}")  # noqa: T201
    print(f"Drawdown: {state['drawdown_pct']:.2f}%")  # noqa: T201
    print(f"Protection level: {state['protection_level']}")  # noqa: T201
    assert capsys.readouterr().out.splitlines() == [
        "Total capital: $10,400.00",
        "Locked profit: $50.00",
        "Drawdown: 0.95%",
        "Protection level: NORMAL",
    ]
    assert state["preserved_profit"] == pytest.approx(125.0)
    assert state["protection_level"] == "NORMAL"
    report = engine.generate_report()
    for line in ("Total capital        $       10,400.00", "  preserved          $          125.00", "0.95% of the"):
        assert line in report


def test_drawdown_thresholds_as_printed():
    drawdown_config = DrawdownConfig(
        caution_threshold_pct=5.0,
        warning_threshold_pct=10.0,
        danger_threshold_pct=15.0,
        halt_threshold_pct=20.0,
        caution_position_multiplier=0.75,
        warning_position_multiplier=0.50,
        danger_position_multiplier=0.25,
    )
    guard = drawdown_config.guard()
    assert guard.depth == pytest.approx((0.05, 0.10, 0.15, 0.20))
    assert guard.size == (0.75, 0.50, 0.25, 0.0)
    engine = CapitalScalingEngine(10000.0, 8700.0, CapitalEngineConfig(drawdown=drawdown_config))
    assert engine.get_optimal_position_size(available_balance=8700.0) == pytest.approx(6700.0 * 0.05 * 0.50)


def test_volatility_adaptation_as_printed():
    auto_config = AutoScalingConfig(
        enable_volatility_leverage=True,
        min_leverage=0.5,
        max_leverage=2.0,
        volatility_leverage_sensitivity=0.8,
    )
    off = dataclasses.replace(auto_config, enable_risk_adjustment=False, enable_regime_allocation=False)
    engine = AutonomousScalingEngine(base_capital=10000.0, config=off)
    assert engine.get_optimal_position_size(1e4, volatility=0.60) == pytest.approx(400.0 * 0.5**0.8)


def test_regime_allocation_as_printed():
    regime_allocations = {
        MarketRegime.BULL_TRENDING: 1.2,
        MarketRegime.BEAR_TRENDING: 0.6,
        MarketRegime.RANGING: 0.8,
        MarketRegime.VOLATILE: 0.7,
        MarketRegime.CRISIS: 0.3,
    }
    auto_config = AutoScalingConfig(enable_regime_allocation=True, regime_allocations=regime_allocations)
    assert [member.name for member in MarketRegime] == [member.name for member in regime_allocations]
    engine = AutonomousScalingEngine(base_capital=10000.0, config=auto_config)
    for regime, share in regime_allocations.items():
        engine.update_market_regime(regime)
        size = engine.get_optimal_position_size(10000.0, expected_return=0.50, volatility=0.30)  # Sharpe 1.5
        assert size == pytest.approx(400.0 * share)


def test_integration_example_as_printed(capsys):
    balance_now = {"cash": 10000.0}
    results = iter([500.0, -100.0, 0.0, -2100.0])
    orders = []

    def get_account_balance():
        return balance_now["cash"]

    def place_order(symbol, position_size):
        orders.append((symbol, position_size))
        return {"pnl": next(results)}

    capital_engine = get_capital_engine(base_capital=10000.0, current_capital=10000.0)
    auto_engine = get_autonomous_engine(base_capital=10000.0, current_capital=10000.0)

    def execute_trade(symbol, expected_return, volatility):
        balance = get_account_balance()
        position_size = auto_engine.get_optimal_position_size(
            available_balance=balance, expected_return=expected_return, volatility=volatility
        )
        trade_result = place_order(symbol, position_size)
        if trade_result["pnl"] > 0:
            capital_engine.record_profit(trade_result["pnl"])
        else:
            capital_engine.record_loss(trade_result["pnl"])
        if capital_engine.should_halt_trading():
            print("⚠️ Trading halted due to drawdown")  # noqa: T201
            return False
        return True

    outcomes = [execute_trade("BTC-USD", 0.15, 0.25) for _ in range(4)]
    assert outcomes == [True, True, True, False]
    assert "halted" in capsys.readouterr().out
    unit = 0.05 * 1.2 * (0.4 / 1.5)  # share x leverage x risk adjustment, no regime told
    capitals = [8000.0, 8000.0 + 500.0 - 125.0 - 50.0, 8225.0, 8225.0]
    assert [size for _, size in orders] == pytest.approx([c * unit for c in capitals])
    assert auto_engine.get_optimal_position_size(1e4, 0.15, 0.25) == 0.0  # a loss booked by the one stops the other
    assert auto_engine.get_current_state()["protection_level"] == "HALT"


# --- document 002, block by block -------------------------------------------------------------------------------------


def test_legacy_and_percentage_constants_as_printed():
    assert capital_allocator.MARKET_MAKING_STRATEGY_CAPITAL == 80.0
    assert capital_allocator.ARBITRAGE_STRATEGY_CAPITAL == 20.0
    assert capital_allocator.MM_CAPITAL_ALLOCATION_PCT == 0.78
    assert capital_allocator.ARB_CAPITAL_ALLOCATION_PCT == 0.20
    assert capital_allocator.MM_MAX_CAPITAL_CAP == 500.0
    assert capital_allocator.ARB_MAX_CAPITAL_CAP == 200.0


def test_options_one_to_three_as_printed():
    from nija_research.policy.allocator import (
        calculate_drawdown_limit,
        calculate_max_exposure,
        calculate_strategy_capital,
        get_allocation_summary,
    )

    started = {}
    current_balance = 72.92
    allocations = calculate_strategy_capital(current_balance)
    mm_capital = allocations["market_making"]
    arb_capital = allocations["arbitrage"]
    reserve = allocations["reserve"]
    if allocations["mm_enabled"]:
        started["mm"] = mm_capital
    if allocations["arb_enabled"]:
        started["arb"] = arb_capital
    assert {k: round(v, 2) for k, v in started.items()} == {"mm": 56.88, "arb": 14.58}
    assert round(reserve, 2) == 1.46
    summary = get_allocation_summary(current_balance=72.92, peak_equity=72.92)
    assert all(money in summary for money in ("56.88", "14.58", "1.46", "3.65", "69.27"))
    peak_equity = 72.92
    assert round(calculate_drawdown_limit(peak_equity), 2) == 3.65
    assert round(calculate_max_exposure(current_balance), 2) == 69.27


class Bot:
    """The main bot of 002, "Integration with Main Bot", with a stubbed market."""

    def __init__(self, balances):
        self.balances = list(balances)
        self.log = []
        self.running = True
        self.peak_equity = 0.0
        self.is_running = False

    async def get_usdc_balance(self):
        balance = self.balances.pop(0)
        self.running = bool(self.balances)
        return balance

    async def initialize(self):
        from nija_research.policy.allocator import calculate_strategy_capital, get_allocation_summary

        balance = await self.get_usdc_balance()
        allocations = calculate_strategy_capital(balance)
        self.log.append(get_allocation_summary(balance, peak_equity=balance).splitlines()[0])
        if allocations["mm_enabled"]:
            self.is_running = True

    async def heartbeat_loop(self):
        from nija_research.policy.allocator import calculate_drawdown_limit, calculate_strategy_capital

        while self.running:
            balance = await self.get_usdc_balance()
            allocations = calculate_strategy_capital(balance)
            if not allocations["mm_enabled"] and self.is_running:
                self.is_running = False
                self.log.append("pause")
            if allocations["mm_enabled"] and not self.is_running:
                self.is_running = True
                self.log.append(f"resume {allocations['market_making']:.2f}")
            self.peak_equity = max(self.peak_equity, balance)
            drawdown_limit = calculate_drawdown_limit(self.peak_equity)
            current_drawdown = self.peak_equity - balance
            if current_drawdown > drawdown_limit:
                self.log.append(f"KILL {current_drawdown:.2f} > {drawdown_limit:.2f}")


def test_main_bot_integration_as_printed():
    bot = Bot([72.92, 72.92, 70.00, 64.00, 100.00])
    asyncio.run(bot.initialize())
    asyncio.run(bot.heartbeat_loop())
    assert bot.log == ["Allocation of $72.92", "pause", "KILL 8.92 > 3.65", "resume 78.00"]


# --- worked examples and the object's own behaviour -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("current", "level", "size"), [(9500.0, "CAUTION", 281.25), (8000.0, "HALT", 0.0), (0.0, "HALT", 0.0)]
)
def test_sizes_below_base(current, level, size):
    engine = CapitalScalingEngine(10000.0, current)
    assert engine.get_current_state()["protection_level"] == level
    assert engine.get_optimal_position_size(available_balance=1e4) == pytest.approx(size, abs=1e-9)


def test_a_break_even_trade_is_neither_win_nor_loss():
    engine = CapitalScalingEngine(10000.0)
    for _ in range(2):
        engine.record_profit(1.0)
    engine.record_loss(0)
    state = engine.get_current_state()
    assert (state["consecutive_wins"], state["consecutive_losses"]) == (2, 0)


def test_protection_can_be_switched_off():
    config = CapitalEngineConfig(enable_drawdown_protection=False)
    engine = CapitalScalingEngine(10000.0, 7000.0, config)
    assert engine.get_optimal_position_size(1e4) == pytest.approx(250.0)
    assert not engine.should_halt_trading()


def test_what_a_config_leaves_out_is_filled_in_as_printed():
    config = CapitalEngineConfig()
    assert (config.compounding_strategy, config.reinvest_percentage, config.preserve_percentage) == (
        "moderate",
        0.75,
        0.25,
    )
    assert config.halt_threshold_pct == 20.0
    assert CapitalEngineConfig(reinvest_percentage=0.6).compounding_strategy == "conservative"
    assert CapitalEngineConfig(preserve_percentage=0.5).compounding_strategy == "custom"
    assert (
        dataclasses.replace(CapitalEngineConfig(preserve_percentage=0.5), base_position_pct=0.02).reinvest_percentage
        == 0.5
    )


def test_engines_of_one_name_share_and_others_do_not():
    one = get_capital_engine(10000.0, 10000.0, account="alpha")
    other = get_capital_engine(10000.0, 10000.0, account="beta")
    own = CapitalScalingEngine(10000.0)
    one.record_loss(-600.0)
    assert get_autonomous_engine(account="alpha").get_current_state()["protection_level"] == "CAUTION"
    assert get_capital_engine(10000.0, 10000.0, account="alpha").get_current_state()["total_capital"] == 9400.0
    assert other.get_current_state()["total_capital"] == own.get_current_state()["total_capital"] == 10000.0
    close_accounts("alpha")
    assert get_capital_engine(10000.0, account="alpha").get_current_state()["total_capital"] == 10000.0


@pytest.mark.parametrize(
    "again",
    [
        {"base_capital": 9000.0},
        {"base_capital": 10000.0, "current_capital": 5000.0},
        {"base_capital": 10000.0, "config": CapitalEngineConfig(compounding_strategy="aggressive")},
    ],
)
def test_a_shared_account_is_never_silently_replaced(again):
    get_capital_engine(10000.0, 10000.0).record_profit(100.0)
    with pytest.raises(ParameterError, match="close_accounts"):
        get_capital_engine(**again)
    assert get_capital_engine().get_current_state()["total_capital"] == 10100.0


def test_a_halt_ends_by_resume_and_is_reported():
    engine = CapitalScalingEngine(10000.0)
    engine.record_loss(-2000.0)
    assert engine.should_halt_trading()
    assert "HALTED" in engine.generate_report()
    assert engine.get_current_state()["halt_reasons"] == ["protection: level HALT, until resumed"]
    engine.resume()
    assert not engine.should_halt_trading()
    assert engine.get_optimal_position_size(1e4) == pytest.approx(6000.0 * 0.05 * 0.25)


def test_deposits_and_withdrawals_are_neither_profit_nor_drawdown():
    engine = CapitalScalingEngine(10000.0)
    engine.record_loss(-600.0)
    before = engine.get_current_state()
    engine.deposit(5000.0)
    engine.withdraw(9000.0)
    after = engine.get_current_state()
    for key in ("drawdown_pct", "protection_level", "preserved_profit", "total_profit"):
        assert after[key] == before[key]
    assert after["total_capital"] == pytest.approx(5400.0)


# --- saving -----------------------------------------------------------------------------------------------------------


def traded(tmp_path):
    engine = AutonomousScalingEngine(10000.0, 12000.0, AutoScalingConfig(min_leverage=0.7))
    engine.update_market_regime("VOLATILE")
    for i, pnl in enumerate((500.0, -900.0, 333.33, -0.01, 1 / 3)):
        engine.account.trade(pnl, when=datetime(2026, 11, 16) + timedelta(hours=20 * i))
    return engine, engine.save(tmp_path / "engine.json")


def test_a_restored_engine_continues_identically(tmp_path):
    engine, path = traded(tmp_path)
    copy = AutonomousScalingEngine.restore(path)
    assert copy.get_current_state() == engine.get_current_state()
    for pnl in (100.0, -700.0, 50.0, 50.0, 50.0, 0.0, 4000.0):
        for twin in (engine, copy):
            twin.account.trade(pnl)
        assert copy.account.state == engine.account.state
        assert copy.get_optimal_position_size(1e4, 0.5, 0.2) == engine.get_optimal_position_size(1e4, 0.5, 0.2)
        assert copy.generate_report() == engine.generate_report()
    assert list(tmp_path.iterdir()) == [path]  # nothing left beside it


def test_a_restored_engine_can_be_shared(tmp_path):
    engine, path = traded(tmp_path)
    AutonomousScalingEngine.restore(path, account="alpha").record_profit(10.0)
    joined = get_capital_engine(account="alpha").get_current_state()["total_capital"]
    assert joined == pytest.approx(engine.get_current_state()["total_capital"] + 10.0)
    with pytest.raises(ParameterError, match="close_accounts"):
        AutonomousScalingEngine.restore(path, account="alpha")


def test_autosave_is_never_behind_by_more_than_the_trade_in_flight(tmp_path):
    path = tmp_path / "auto.json"
    engine = CapitalScalingEngine(10000.0, autosave=path)
    for pnl in (100.0, 250.0, 40.0):
        engine.record_profit(pnl)
        assert CapitalScalingEngine.restore(path).get_current_state() == engine.get_current_state()


def damage_number(text):
    return text.replace('"trading": ', '"trading": 1')


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (damage_number, "checksum"),
        (lambda text: text[: len(text) // 2], "not a whole saved engine"),
        (lambda text: "", "not a whole saved engine"),
        (lambda text: "[1, 2]", "not a whole saved engine"),
        (lambda text: text.replace('"schema": 1', '"schema": 2'), "schema 2"),
        (lambda text: text.replace('"VOLATILE"', '"CRISIS"'), "checksum"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, damage, says):
    _, path = traded(tmp_path)
    path.write_text(damage(path.read_text()))
    with pytest.raises(DataError, match=says):
        AutonomousScalingEngine.restore(path, account="alpha")
    with pytest.raises(ParameterError, match="Pass base_capital"):  # nothing was opened on the way
        get_capital_engine(account="alpha")


def test_any_flipped_byte_is_refused_or_changes_nothing(tmp_path):
    engine, path = traded(tmp_path)
    whole = path.read_bytes()
    for at in range(0, len(whole), 37):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            copy = AutonomousScalingEngine.restore(path)
        except DataError:
            continue
        assert copy.get_current_state() == engine.get_current_state()


def test_the_wrong_class_and_a_missing_file_are_refused(tmp_path):
    _, path = traded(tmp_path)
    with pytest.raises(DataError, match="its own class"):
        CapitalScalingEngine.restore(path)
    with pytest.raises(DataError, match="no such file"):
        CapitalScalingEngine.restore(tmp_path / "none.json")


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path, monkeypatch):
    engine, path = traded(tmp_path)
    before = path.read_bytes()
    engine.record_profit(1.0)

    def no_space(_):
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(WorkError, match="no space"):
        engine.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    assert json.loads(before)["schema"] == 1
