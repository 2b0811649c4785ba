"""
Claims of documents 000 and 001: what the printed capital engine and the printed autonomous engine do.

Trades are money, losses negative; settings have their printed names and units. Every engine starts with the base
capital of the printed integration example unless another is named.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from nija_research.engines import (
    AutonomousScalingEngine,
    AutoScalingConfig,
    CapitalEngineConfig,
    CapitalScalingEngine,
    DrawdownConfig,
    ProtectionLevel,
)
from nija_research.errors import ParameterError
from nija_research.judge.claims import Numbers, claim
from nija_research.policy import UNKNOWN, Account, MarketRegime, Policy, Stake, presets
from nija_research.policy import leverage as leverages
from nija_research.policy import regime as regimes
from nija_research.policy import risk as risks
from nija_research.units import EDGE

#: Base capital of the printed integration example; return and volatility of the printed market, annual shares.
BASE, RETURN, VOLATILITY = 10_000.0, 0.15, 0.25
_VOLATILITIES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8)
_GUARD = {f.name for f in fields(DrawdownConfig)}
_Engine = TypeVar("_Engine", bound=CapitalScalingEngine)


# --- one engine, some trades ------------------------------------------------------------------------------------------


def booked(engine: _Engine, trades: Sequence[float], times: int = 1) -> _Engine:
    """Book the trades in order, all of them `times` times, and return the engine."""
    for pnl in (*trades,) * times:
        if pnl > 0.0:
            engine.record_profit(pnl)
        else:
            engine.record_loss(pnl)
    return engine


def config(**settings: Any) -> CapitalEngineConfig:
    """Return settings of the capital engine, those of its drawdown protection among them."""
    guard = {name: settings.pop(name) for name in _GUARD & settings.keys()}
    return CapitalEngineConfig(**settings, drawdown=DrawdownConfig(**guard) if guard else None)


def engine(*trades: float, times: int = 1, current: float | None = None, **settings: Any) -> CapitalScalingEngine:
    """Return a new capital engine after some trades."""
    return booked(CapitalScalingEngine(BASE, current, config(**settings)), trades, times)


def stake(opened: CapitalScalingEngine) -> float:
    """Return the money staked with all of the account's money available."""
    return opened.get_optimal_position_size(available_balance=max(opened.account.equity, 0.0))


def size(*trades: float, **how: Any) -> float:
    """Return the money that a new capital engine stakes after some trades."""
    return stake(engine(*trades, **how))


def state(*trades: float, **how: Any) -> dict[str, Any]:
    """Return the printed state of a new capital engine after some trades."""
    return dict(engine(*trades, **how).get_current_state())


def protected(loss: float, times: int = 1) -> float:
    """Return the size after a loss, booked `times` times, over that of an engine without protection."""
    return size(loss, times=times) / size(loss, times=times, enable_drawdown_protection=False)


def auto_size(
    regime: str = UNKNOWN, expected_return: float = RETURN, volatility: float = VOLATILITY, **settings: Any
) -> float:
    """Return the money that a new autonomous engine stakes in a market."""
    opened = AutonomousScalingEngine(BASE, None, AutoScalingConfig(**settings))
    opened.update_market_regime(regime)
    return opened.get_optimal_position_size(max(opened.account.equity, 0.0), expected_return, volatility)


def refused(function: Callable[..., object], **how: Any) -> bool:
    """Return whether a call is refused with an error of ours."""
    try:
        function(**how)
    except ParameterError:
        return True
    return False


def largest_rise(values: Sequence[float]) -> float:
    """Return the largest rise between neighbours, 0 where there is none."""
    return max(0.0, *(b - a for a, b in itertools.pairwise(values)))


# --- what the sizes follow --------------------------------------------------------------------------------------------


@claim("S0-01")
def sizes_follow_the_account_and_the_market() -> Numbers:
    """Sizes by equity, in a drawdown of 10 %, and by volatility."""
    return {
        "by_equity": size(current=12_000.0) / size(current=10_000.0),
        "in_drawdown": protected(-1000.0),
        "by_volatility": auto_size(volatility=0.5) / auto_size(volatility=0.25),
    }


@claim("S0-03")
def sizes_as_losses_mount() -> Numbers:
    """Stakes after one loss of up to 3,000."""
    losses = (0.0, 100.0, 300.0, 499.0, 500.0, 700.0, 999.0, 1000.0, 1300.0, 1500.0, 1900.0, 2000.0, 3000.0)
    return {"largest_rise": largest_rise([size(-loss) for loss in losses]), "after": size(-500.0) / size()}


@claim("S0-10")
def sizes_as_equity_rises() -> Numbers:
    """Stakes at 10,000 to 20,000 of equity."""
    sizes = [size(current=equity) for equity in (10_000.0, 11_000.0, 12_500.0, 15_000.0, 17_500.0, 20_000.0)]
    fall = largest_rise([-x for x in sizes])
    return {"least": min(sizes), "largest_fall": fall, "ratio": sizes[-1] / sizes[0]}


@claim("S0-89", "S0-90", "S0-91", "S0-96")
def what_changes_a_size() -> Numbers:
    """What the troubleshooting list says of sizes: protection, recorded profits, the base stake."""
    return {
        "protected": protected(-500.0),
        "after_profit": size(2000.0) / size(),
        "capital": state(2000.0)["total_capital"],
        "by_share": size(base_position_pct=0.10) / size(base_position_pct=0.05),
        "after_9": size(9.0) - size(),
        "after_10": size(10.0) - size(9.0),
    }


@claim("S0-04")
def sizes_by_volatility() -> Numbers:
    """Sizes at 30 % and 60 % volatility, and whether 2,500 % is refused."""
    ratio = auto_size(expected_return=0.3, volatility=0.3) / auto_size(expected_return=0.3, volatility=0.6)
    return {"ratio": ratio, "refused": refused(auto_size, volatility=25.0)}


@claim("S0-05", "S0-13", "S0-16", "S0-18")
def adaptation_to_the_market() -> Numbers:
    """What the autonomous engine changes by itself over 40 trades, and what when it is told of a market."""
    opened, changes = AutonomousScalingEngine(BASE), 0
    for pnl in (400.0, -700.0) * 20:
        before = opened.regime
        changes += booked(opened, (pnl,)).regime != before
    opened = AutonomousScalingEngine(BASE)
    pairs = zip(_multiples(opened), _multiples(booked(opened, (400.0, -300.0), 20)), strict=True)
    return {
        "regimes": changes,
        "markets": sum(abs(after - before) > EDGE * before for before, after in pairs),
        "bull_over_crisis": auto_size("BULL_TRENDING") / auto_size("CRISIS"),
        "by_return": auto_size(expected_return=0.3) / auto_size(expected_return=0.15),
    }


def _multiples(opened: AutonomousScalingEngine) -> list[float]:
    """Size in each of 60 markets over that in the printed one with no regime known, which leaves the capital out."""
    sizes = []
    for regime, rate, vol in itertools.product(
        (UNKNOWN, *MarketRegime), (RETURN, 0.30), (VOLATILITY, 0.10, 0.40, 0.60, 0.80)
    ):
        opened.update_market_regime(regime)
        sizes.append(opened.get_optimal_position_size(opened.account.equity, rate, vol))
    opened.update_market_regime(UNKNOWN)
    if sizes[0] == 0.0:
        raise ParameterError("the trades halt the account, so that nothing is staked to compare with.")
    return [x / sizes[0] for x in sizes]


# --- profit: reinvested, preserved, locked ----------------------------------------------------------------------------


@claim("S0-02")
def profit_of_1000() -> Numbers:
    """The rise of the stake, and what the parts of the account lack of its total."""
    after = state(1000.0)
    parts = after["trading_capital"] + after["preserved_profit"] + after["locked_profit"]
    return {"rise": size(1000.0) - size(), "missing": parts - after["total_capital"]}


@claim("S0-06")
def growth_of_the_stake() -> Numbers:
    """The stake after wins of half a stake each, over the first."""

    def growth(wins: int, **settings: Any) -> float:
        opened = engine(**settings)
        first = stake(opened)
        for _ in range(wins):
            opened.record_profit(stake(opened) * 0.5)
        return stake(opened) / first

    later, first = (growth(wins, enable_milestones=False) for wins in (40, 20))
    return {"after_20": growth(20), "factor": later / first**2}


@claim("S0-08", "S0-11")
def milestones() -> Numbers:
    """What milestones lock of a profit of 5,000, and of 6,000 at once and in six steps."""
    after, at_once = state(5000.0), state(6000.0)["locked_profit"]
    return {
        "highest": after["highest_milestone"],
        "locked": after["locked_profit"],
        "stake": size(5000.0) / size(5000.0, enable_milestones=False),
        "at_once": at_once,
        "difference": at_once - state(1000.0, times=6)["locked_profit"],
    }


@claim("S0-09", "S0-52", "S0-53", "S0-54", "S0-55")
def split_of_a_profit(strategy: str = "moderate") -> Numbers:
    """Percent of a profit of 1,000 that is reinvested, and that is preserved."""
    after = state(1000.0, compounding_strategy=strategy, enable_milestones=False)
    return {"reinvested": (after["trading_capital"] - BASE) / 10.0, "preserved": after["preserved_profit"] / 10.0}


@claim("S0-95")
def size_by_reinvestment() -> Numbers:
    """The rise of the size after a profit of 1,000, with nothing and with three quarters reinvested."""
    rises = [size(1000.0, reinvest_percentage=x, enable_milestones=False) - size() for x in (0.0, 0.75)]
    return {"none": rises[0], "most": rises[1]}


@claim("S0-33", "S0-34", "S0-35")
def compounding_strategies() -> Numbers:
    """Which names of strategies are taken, and the shares of the moderate one."""
    moderate = config(compounding_strategy="moderate")
    names = ("conservative", "moderate", "aggressive", "full_compound")
    return {
        "taken": sum(not refused(engine, compounding_strategy=name) for name in names),
        "other_refused": refused(engine, compounding_strategy="balanced"),
        "reinvested": moderate.reinvest_percentage,
        "preserved": moderate.preserve_percentage,
        "sum_refused": refused(engine, reinvest_percentage=0.75, preserve_percentage=0.35),
        "preserved_profit": state(1000.0, preserve_percentage=0.25)["preserved_profit"] / 1000.0,
    }


@claim("S0-12")
def lines_of_the_report() -> Numbers:
    """How many figures the printed report shows, one a line."""
    report = engine(500.0, -100.0).generate_report()
    return {"lines": sum(len(line.split()) > 1 for line in report.splitlines()[2:])}


# --- drawdown protection ----------------------------------------------------------------------------------------------


def fallen(drawdown: float) -> Account:
    """Return an account of 1 under the printed protection that stakes all it has and fell this far at once."""
    policy = Policy(stake=Stake(share=1.0), drawdown=presets["document_000"].drawdown)
    account = Account(policy, 1.0, keep_ledger=False)
    account.trade(-drawdown)
    return account


def protection_share(drawdown: float) -> float:
    """Return the share of the full size at a drawdown, reached from above."""
    account = fallen(drawdown)
    return account.size(account.equity) / account.equity


def number_of(level: ProtectionLevel) -> int:
    """Return the number of a level: 0 for NORMAL to 4 for HALT."""
    return tuple(ProtectionLevel).index(level)


def recovered(fall: float, back: float, *after: float, times: int = 1) -> int:
    """Return the number of the level after a fall, one win back to a smaller drawdown, and trades that follow."""
    account = fallen(fall)
    account.trade(fall - back)
    for pnl in after * times:
        account.trade(pnl)
    return number_of(account.level)


@claim("S0-24")
def losing_streak() -> Numbers:
    """The size after 12 small losses in a row, and after one of 5 %."""
    return {"streak": protected(-40.0, times=12), "one_loss": protection_share(0.05)}


@claim("S0-26", "S0-27", "S0-28")
def protection_between(low: float, high: float) -> Numbers:
    """Percent of the full size from a drawdown of `low` to just before `high` percent, and just before `low`."""
    depths = [low / 100.0 + (high - low) / 100.0 * x for x in (0.0, 0.2, 0.5, 0.8, 0.999998)]
    sizes = [100.0 * protection_share(depth) for depth in depths]
    return {"most": max(sizes), "least": min(sizes), "before": 100.0 * protection_share(low / 100.0 - 0.0001)}


@claim("S0-29", "S0-36")
def halt() -> Numbers:
    """What is staked beyond a drawdown of 20 %, and losses at which the engine halts."""
    return {
        "most": max(protection_share(depth) for depth in (0.200001, 0.25, 0.5, 0.9)),
        "threshold": DrawdownConfig().halt_threshold_pct,
        **{f"halted_{loss}": state(-float(loss))["halted"] for loss in (1999, 2000, 2001)},
    }


@claim("S0-30", "S0-31")
def way_back() -> Numbers:
    """Levels after a fall of 16 % and one win back to 4 %, by the wins that follow."""
    levels = [recovered(0.16, 0.04, 0.001, times=wins) for wins in range(13)]
    return {
        "largest_fall": largest_rise([-level for level in levels]),
        "at_first": recovered(0.16, 0.04),
        "after_12": levels[12],
        "in_turn": recovered(0.16, 0.04, -0.001, 0.001, times=10),
        "after_3": levels[2],
    }


@claim("S0-32")
def protected_floor(keep: float) -> Numbers:
    """What is staked of an account with only the printed floor, beyond what is above the last `keep` percent."""
    policy = Policy(stake=Stake(share=1.0), floor=presets["document_000"].floor)

    def staked(left: float) -> float:
        return Account(policy, 1.0, left, keep_ledger=False).size(left)

    beyond = [staked(left) - max(left - keep / 100.0, 0.0) for left in (0.05, 0.2, 0.25, 0.3, 0.5, 0.8, 1.0)]
    return {"beyond": max(beyond), "at_floor": staked(keep / 100.0)}


@claim("S0-62", "S0-63", "S0-64", "S0-65", "S0-66", "S0-67")
def protection_level(level: str) -> Numbers:
    """A level's default threshold and multiplier, and what the engine does there."""
    guard = DrawdownConfig()
    threshold = getattr(guard, f"{level}_threshold_pct")
    loss = BASE * threshold / 100.0
    return {
        "threshold": threshold,
        "number": number_of(state(-loss)["protection_level"]),
        "number_before": number_of(state(1.0 - loss)["protection_level"]),
        "multiplier": getattr(guard, f"{level}_position_multiplier"),
        "size": protected(-loss),
    }


# --- leverage, regimes, risk ------------------------------------------------------------------------------------------


def leverage(volatility: float, **settings: float) -> float:
    """Return the multiplier of the base size at a volatility; settings as `VolatilityLeverage` names them."""
    rule = presets["document_000"].leverage
    assert rule is not None
    return float(leverages.volatility_leverage.py_func(volatility, replace(rule, **settings).arrays()))


def risk_share(expected_return: float, volatility: float) -> float:
    """Return the multiplier of the base size for an expected return at a volatility."""
    rule = presets["document_000"].risk
    assert rule is not None
    return float(risks.risk_adjustment.py_func(expected_return, volatility, rule.arrays()))


@claim("S0-14")
def risk_by_volatility() -> Numbers:
    """The risk adjustment from 10 % to 80 % volatility, and without an expected return over the risk-free one."""
    shares = [risk_share(0.2, volatility) for volatility in _VOLATILITIES]
    rise, spread = largest_rise(shares), max(shares) - min(shares)
    return {"largest_rise": rise, "spread": spread, "at_risk_free": risk_share(0.05, 0.25)}


@claim("S0-15")
def leverage_by_volatility() -> Numbers:
    """Leverage from 10 % to 80 % volatility."""
    values = [leverage(volatility) for volatility in _VOLATILITIES]
    return {"spread": max(values) - min(values), "largest_rise": largest_rise(values)}


@claim("S0-68", "S0-69")
def ends_of_leverage() -> Numbers:
    """The default ends, and percent of the base size from 5 % to 200 % volatility."""
    sizes = [100.0 * leverage(volatility) for volatility in (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.9, 2.0)]
    printed = AutoScalingConfig()
    return {
        "minimum": printed.min_leverage, "maximum": printed.max_leverage, "least": min(sizes), "most": max(sizes),
    }  # fmt: skip


@claim("S0-70")
def leverage_sensitivity(s: float) -> Numbers:
    """The elasticity of leverage in volatility, and the setting that the engine takes."""
    fall = math.log(leverage(0.3, sensitivity=s) / leverage(0.36, sensitivity=s))
    taken = AutoScalingConfig(volatility_leverage_sensitivity=s).volatility_leverage_sensitivity
    return {"elasticity": fall / math.log(0.36 / 0.3), "taken": taken}


@claim("S0-71", "S0-72", "S0-73", "S0-74", "S0-75")
def regime_allocation(regime: str) -> Numbers:
    """Percent of the base size in a regime, by the rule and by the engine."""
    rule = presets["document_000"].regime
    assert rule is not None
    share = float(regimes.regime_share.py_func(float(regimes.regime_index(regime)), rule.arrays()))
    return {"rule": 100.0 * share, "engine": 100.0 * auto_size(regime) / auto_size()}


@claim("S0-39")
def target_sharpe() -> Numbers:
    """The default target, and the adjustment of a market that has it over a risk-free 5 %."""
    return {"target": AutoScalingConfig().target_sharpe_ratio, "adjustment": risk_share(0.05 + 1.5 * 0.2, 0.2)}


@claim("S0-42", "S0-43")
def shares_of_the_example(expected_return: float = RETURN, volatility: float = VOLATILITY) -> Numbers:
    """Whether the printed market in percent is refused, and its risk adjustment."""
    return {
        "return_refused": refused(auto_size, expected_return=100.0 * expected_return),
        "volatility_refused": refused(auto_size, volatility=100.0 * volatility),
        "adjustment": risk_share(expected_return, 0.25),
    }
