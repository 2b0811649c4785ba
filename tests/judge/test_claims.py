"""The functions that claims are decided by, against sums written out and numbers published elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nija_research.errors import ParameterError
from nija_research.judge import JudgeInputs, load_register
from nija_research.judge.checks import findings
from nija_research.judge.claims import claim, document_000, document_002, document_003, measure
from nija_research.policy import DrawdownGuard, presets


def verdict(name):
    (finding,) = findings("rule", {name: load_register()[name].statement}, JudgeInputs())
    return finding


BULL_EXAMPLE = 10_000 * 0.05 * 0.8 * (0.30 / 0.25) * 1.2 * ((0.15 - 0.05) / 0.25 / 1.5)
ENGINES = [
    ("size()", (10_000 - 2_000) * 0.05),
    ("size(current=12000.0)", (12_000 - 500 - 2_000) * 0.05),
    ("size(-500.0)", (9_500 - 2_000) * 0.05 * 0.75),
    ("size(-500.0, caution_position_multiplier=0.6)", (9_500 - 2_000) * 0.05 * 0.6),
    ("size(-2000.0)", 0.0),
    ("size(base_position_pct=0.10)", 8_000 * 0.10),
    ("protected(-500.0)", 0.75),
    ("state(500.0, -100.0)['total_capital']", 10_400),
    ("state(500.0, -100.0)['drawdown_pct']", 100 * 100 / 10_500),
    ("state(100.0, times=7)['preserved_profit']", 0.25 * 700),
    ("state(6000.0)['locked_profit']", 0.10 * 5_000),
    ("number_of(state(-1600.0)['protection_level'])", 3),
    ("config().drawdown.danger_threshold_pct", 15),
    ("config(halt_threshold_pct=25.0).drawdown.halt_threshold_pct", 25),
    ("refused(engine, reinvest_percentage=0.7, preserve_percentage=0.2)", 1),
    ("refused(engine)", 0),
    ("auto_size('BULL_TRENDING')", BULL_EXAMPLE),
    ("auto_size(expected_return=0.05)", 0.0),
    ("refused(auto_size, volatility=25.0)", 1),
    ("refused(auto_size, volatility=2.5)", 0),
    ("leverage(0.4)", 0.75),
    ("leverage(0.4, sensitivity=0.5)", 0.75**0.5),
    ("leverage(2.0)", 0.5),
    ("leverage(0.05)", 2),
    ("risk_share(0.2, 0.2)", 0.15 / 0.2 / 1.5),
    ("risk_share(2.0, 0.2)", 1.5),
    ("protection_share(0.0499)", 1),
    ("protection_share(0.12)", 0.5),
    ("recovered(0.16, 0.04)", 3),
    ("recovered(0.16, 0.04, 0.001, times=2)", 2),
    ("recovered(0.16, 0.04, 0.001, times=8)", 0),
    ("recovered(0.16, 0.11, 0.0001, times=20)", 2),
    ("recovered(0.25, 0.0, 0.001, times=50)", 4),
    ("largest_rise([1.0, -4.0, 3.0, 5.0, -1.0])", 7.0),
    ("largest_rise([3.0, 2.0])", 0.0),
]
ALLOCATOR = [
    ("allocated(72.92, 'market_making')", 0.78 * 72.92),
    ("allocated(5000)", 700.0),
    ("allocated(5000, 'unallocated')", 5000.0 - 700.0 - 100.0),
    ("switched_on(64.10) + 10 * switched_on(64.11)", 21),  # 50 / .78 = 64.1026
    ("switched_on(49.99) + 10 * switched_on(50)", 10),
    ("limit_of_a_peak(72.92)['limit']", 3.646),
    ("allocation(72.92)['exposure']", 69.274),
    ("old_constants()['first']", 80.0),
    ("sum('DISABLED' in line for line in summary(0, 0))", 2),
    ("kill_switch(0.05)['at'] + kill_switch(0.05)['before']", 1),
    ("withdrawal(100.0, 50.0)['ours']", 0.0),
]
PLAN = [
    # 003, "3.2 Risk Scaling Protocol"
    ("stake()", 0.10),
    ("stake(2)", 0.10),
    ("stake(3)", 0.125),
    ("stake(0, 1)", 0.10),
    ("stake(0, 2)", 0.075),
    ("stake(0, 3)", 0.0),  # stopped
    ("preset_stake('drift_before', 200)", 25.0),
    ("preset_stake('drift_after', 200)", 40.0),
    ("preset_stake('drift_kelly_after', 200, 0.5)", 0.30 * 0.5 * 200),
    # 003, "Risk Management": whole stakes lost, 10 %, then 10 % of 90 %: past 15 % at the second
    ("losing_day(1.0)[0]", 2),
    ("losing_day(1.0)[1]", 1 - 0.9 * 0.9),
    ("losing_day(0.1)[0]", 3),
    ("losing_day(0.1)[1]", 1 - 0.99 * 0.99 * 0.9925),
    ("stopped('day', 0.15, 1) + stopped('day', 0.149, 1)", 1),
    ("stopped('peak', 0.25, 10) + stopped('peak', 0.249, 10)", 1),
    ("stopped('week', 0.3, 5) + stopped('week', 0.299, 5)", 1),
    ("stopped('week', 0.3, 10)", 0),  # over two weeks
    ("trades_again(2) + 2 * trades_again(3) + 4 * trades_again(3, 1)", 5),
    # 003, "1.3 War Chest Acceleration" and "3.3 Profit Distribution"
    ("chest_rates()['fourth']", 0.20),
    ("chest_rates()['fifth']", 0.25),
    ("chest_tiers(30.0)['counts_above']", 10.0),
    ("chest_tiers(75.0)['returns_above']", 25.0),
    ("chest_tiers(75.0)['whole_returns']", 75.0),
    ("chest_tiers(100.0)['returns_at']", 0.0),
    ("chest_of_a_profit(100.0)['every_win']", 20.0),
    ("chest_of_a_profit(100.0)['net']", 10.0),
    ("chest_after(100.0, 50.0, basis='high_water_mark', settlement='trade')", 20.0),
    ("profit_split()['reinvest']", 0.60),
    ("profit_split()['reinvest_hot']", 0.55),
    ("profit_split()['chest_hot']", 0.25),
    ("profit_split()['operating'] + profit_split()['withdrawal']", 0.20),
    # conditions: bars that swing by 2.1 %, by 1.9 %, and that drift
    ("sum(range_condition(0.02)[name] for name in ('wide', 'narrow', 'trend'))", 1.0),
    ("rolling_correlations(24)['together']", 1.0),
    ("rolling_correlations(24)['parted']", -1.0),
]
#: Binomial tail; sample size of two proportions; Fisher's z of .8 on 24 pairs: tanh(1.0986 -+ 1.96 / sqrt(21)).
PUBLISHED = [
    ("ten_trades(rate=4 / 7, old=4 / 7)['chance']", 0.313),
    ("ten_trades()['needed']", 237.0),
    ("rolling_correlations(24)['low']", 0.586),
    ("rolling_correlations(24)['high']", 0.910),
]


@pytest.mark.parametrize(
    ("module", "calls"), [(document_000, ENGINES), (document_002, ALLOCATOR), (document_003, PLAN)]
)  # fmt: skip
def test_functions_run_the_rules(module, calls):
    for call, value in calls:
        assert eval(call, dict(vars(module))) == pytest.approx(value, rel=1e-12, abs=1e-8), call


def test_published_numbers():
    for call, value in PUBLISHED:
        assert eval(call, dict(vars(document_003))) == pytest.approx(value, abs=6e-4), call


def test_settings_that_change_and_regimes_that_are_told_are_noticed(monkeypatch):
    from nija_research.engines import AutonomousScalingEngine, AutoScalingConfig, MarketRegime

    plain = AutonomousScalingEngine.record_loss

    def adaptive(self, loss_amount, *, when=None):
        plain(self, loss_amount, when=when)
        self.update_market_regime(MarketRegime.CRISIS)
        self._sizing = AutoScalingConfig(target_volatility=0.2).over(self.account.policy)

    monkeypatch.setattr(AutonomousScalingEngine, "record_loss", adaptive)
    for name in ("S0-05", "S0-16", "S0-18"):
        assert verdict(name).verdict == "supported", "an engine that adapts is not refuted"


def test_another_rule_of_ours_refutes_what_ours_supports(monkeypatch):
    other = replace(presets["document_000"], drawdown=DrawdownGuard(size=(0.80, 0.50, 0.25, 0.00)))
    monkeypatch.setattr(document_000, "presets", {"document_000": other})
    assert (verdict("S0-26").verdict, verdict("S0-26").found) == ("refuted", pytest.approx(80.0))
    assert verdict("S0-27").verdict == "supported"


def test_a_guard_that_counts_losses_would_support_the_losing_streak(monkeypatch):
    from nija_research.engines import CapitalScalingEngine

    plain = CapitalScalingEngine.get_optimal_position_size

    def streaky(self, available_balance):
        guarded = self.account.policy.drawdown is not None
        cut = 0.5 if guarded and self.get_current_state()["consecutive_losses"] >= 3 else 1.0
        return cut * plain(self, available_balance)

    monkeypatch.setattr(CapitalScalingEngine, "get_optimal_position_size", streaky)
    assert verdict("S0-24").verdict == "supported"


@pytest.mark.parametrize(
    ("name", "given", "fault"),
    [
        ("X-1", {}, "no function of the package is registered for claim 'X-1'"),
        ("S2-28", {}, "'limit_of_a_peak' has no value"),
        ("S2-05", {"cap": 500.0, "share": 0.0, "strategy": "market_making"}, "'where_a_cap_binds' has no value"),
        ("S2-05", {"cap": 500.0, "share": 0.78, "strategy": "mm"}, "'where_a_cap_binds' has no value: 'mm'"),
        ("S0-71", {"regime": "SIDEWAYS"}, "SIDEWAYS"),
    ],
)
def test_what_a_function_cannot_use_is_one_clear_error(name, given, fault):
    with pytest.raises(ParameterError, match=fault):
        measure(name, given)


def test_a_claim_has_one_function():
    with pytest.raises(ParameterError, match="claim S0-01 has a function already"):
        claim("S0-01")(dict)
