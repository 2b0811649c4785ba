"""
Floor 2, what the data say: how much to stake, and how little we know about it.

A newcomer reads `kelly`, then `trades` and `interval`. Then, by question: `record` for wins and losses alone;
`portfolio`, `joint` and `joint_stakes` for several bots; `constrained`, `security` and `robust` for how safe;
`posterior`, `evidence` and `monitor` for how sure; `weighting`, `overlap`, `dependence` and `conditional` for which
trades; `costs`, `continuous`. `regimes` is a wing of its own; its neighbours are `volatility`, `correlation`,
`indicators` and `risk_free`. Names are loaded when first used. Stands on: `data`, `errors`, `units`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nija_research.estimate import correlation, indicators, regimes, risk_free, volatility
    from nija_research.estimate.advice import Advice, StakeChange, advice_of, advise, safe_stake, stake_change
    from nija_research.estimate.conditional import ConditionalKelly, kelly_by_label, labels_at_entry
    from nija_research.estimate.constrained import ConstrainedStake, kelly_risk_constrained
    from nija_research.estimate.continuous import kelly_continuous, kelly_continuous_error
    from nija_research.estimate.costs import CostedStake, kelly_with_costs
    from nija_research.estimate.dependence import RuleValue, SerialDependence, rule_value, serial_dependence
    from nija_research.estimate.edge import ProportionInterval, clopper_pearson, shrinkage, wilson
    from nija_research.estimate.evidence import (
        chance_of_luck,
        same_win_rate,
        trades_to_raise,
        trades_to_raise_interval,
        trades_to_tell,
    )
    from nija_research.estimate.growth import growth_band, growth_curve
    from nija_research.estimate.joint import joint_returns
    from nija_research.estimate.joint_stakes import JointInterval, joint_interval
    from nija_research.estimate.kelly import KellyEstimate, kelly_binary, kelly_log_optimal, kelly_payoff
    from nija_research.estimate.monitor import RiseMonitor, kelly_so_far, monitor_rise
    from nija_research.estimate.overlap import apart, effective_trades, episodes, positions, uniqueness
    from nija_research.estimate.portfolio import PortfolioStake, kelly_portfolio
    from nija_research.estimate.posterior import StakePosterior, beta_posterior, payoff_posterior
    from nija_research.estimate.record import kelly_from_record
    from nija_research.estimate.returns import returns_in_unit, unit_of
    from nija_research.estimate.robust import RobustStake, kelly_robust
    from nija_research.estimate.security import (
        FrontierPoint,
        chance_below,
        drawdown_bound,
        frontier,
        reach_before,
        ruin_exponent,
        share_of_time_below,
        time_to_drawdown,
    )
    from nija_research.estimate.trades import kelly_concurrent, kelly_from_trades
    from nija_research.estimate.weighting import StakeWeighting, stake_weighting


__all__ = [
    "Advice",
    "ConditionalKelly",
    "ConstrainedStake",
    "CostedStake",
    "FrontierPoint",
    "JointInterval",
    "KellyEstimate",
    "PortfolioStake",
    "ProportionInterval",
    "RiseMonitor",
    "RobustStake",
    "RuleValue",
    "SerialDependence",
    "StakeChange",
    "StakePosterior",
    "StakeWeighting",
    "advice_of",
    "advise",
    "apart",
    "beta_posterior",
    "chance_below",
    "chance_of_luck",
    "clopper_pearson",
    "correlation",
    "drawdown_bound",
    "effective_trades",
    "episodes",
    "frontier",
    "growth_band",
    "growth_curve",
    "indicators",
    "joint_interval",
    "joint_returns",
    "kelly_binary",
    "kelly_by_label",
    "kelly_concurrent",
    "kelly_continuous",
    "kelly_continuous_error",
    "kelly_from_record",
    "kelly_from_trades",
    "kelly_log_optimal",
    "kelly_payoff",
    "kelly_portfolio",
    "kelly_risk_constrained",
    "kelly_robust",
    "kelly_so_far",
    "kelly_with_costs",
    "labels_at_entry",
    "monitor_rise",
    "payoff_posterior",
    "positions",
    "reach_before",
    "regimes",
    "returns_in_unit",
    "risk_free",
    "ruin_exponent",
    "rule_value",
    "safe_stake",
    "same_win_rate",
    "serial_dependence",
    "share_of_time_below",
    "shrinkage",
    "stake_change",
    "stake_weighting",
    "time_to_drawdown",
    "trades_to_raise",
    "trades_to_raise_interval",
    "trades_to_tell",
    "uniqueness",
    "unit_of",
    "volatility",
    "wilson",
]

_ROOMS = ("correlation", "indicators", "regimes", "risk_free", "volatility")

_HOME = {
    "Advice": "advice",
    "ConditionalKelly": "conditional",
    "ConstrainedStake": "constrained",
    "CostedStake": "costs",
    "FrontierPoint": "security",
    "JointInterval": "joint_stakes",
    "KellyEstimate": "kelly",
    "PortfolioStake": "portfolio",
    "ProportionInterval": "edge",
    "RiseMonitor": "monitor",
    "RobustStake": "robust",
    "RuleValue": "dependence",
    "SerialDependence": "dependence",
    "StakeChange": "advice",
    "StakePosterior": "posterior",
    "StakeWeighting": "weighting",
    "advice_of": "advice",
    "advise": "advice",
    "apart": "overlap",
    "beta_posterior": "posterior",
    "chance_below": "security",
    "chance_of_luck": "evidence",
    "clopper_pearson": "edge",
    "drawdown_bound": "security",
    "effective_trades": "overlap",
    "episodes": "overlap",
    "frontier": "security",
    "growth_band": "growth",
    "growth_curve": "growth",
    "joint_interval": "joint_stakes",
    "joint_returns": "joint",
    "kelly_binary": "kelly",
    "kelly_by_label": "conditional",
    "kelly_concurrent": "trades",
    "kelly_continuous": "continuous",
    "kelly_continuous_error": "continuous",
    "kelly_from_record": "record",
    "kelly_from_trades": "trades",
    "kelly_log_optimal": "kelly",
    "kelly_payoff": "kelly",
    "kelly_portfolio": "portfolio",
    "kelly_risk_constrained": "constrained",
    "kelly_robust": "robust",
    "kelly_so_far": "monitor",
    "kelly_with_costs": "costs",
    "labels_at_entry": "conditional",
    "monitor_rise": "monitor",
    "payoff_posterior": "posterior",
    "positions": "overlap",
    "reach_before": "security",
    "returns_in_unit": "returns",
    "ruin_exponent": "security",
    "rule_value": "dependence",
    "safe_stake": "advice",
    "same_win_rate": "evidence",
    "serial_dependence": "dependence",
    "share_of_time_below": "security",
    "shrinkage": "edge",
    "stake_change": "advice",
    "stake_weighting": "weighting",
    "time_to_drawdown": "security",
    "trades_to_raise": "evidence",
    "trades_to_raise_interval": "evidence",
    "trades_to_tell": "evidence",
    "uniqueness": "overlap",
    "unit_of": "returns",
    "wilson": "edge",
}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
