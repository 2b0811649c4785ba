"""
Floor 2, what the data say: how much to stake, and how little we know about it.

A newcomer reads `kelly`, then `trades` and `interval`. Then, by question: `record` for wins and losses alone;
`portfolio` and `joint` for several bots; `constrained`, `security` and `robust` for how safe; `posterior`, `evidence`
and `monitor` for how sure; `weighting`, `overlap`, `dependence` and `conditional` for which trades; `costs`,
`continuous`. `regimes` is a wing of its own, loaded when first used, as are its neighbours `volatility`,
`correlation`, `indicators` and `risk_free`. Stands on: `data`, `errors`, `units`.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from nija_research.estimate.advice import Advice, StakeChange, advise, stake_change
from nija_research.estimate.conditional import ConditionalKelly, kelly_by_label, labels_at_entry
from nija_research.estimate.constrained import ConstrainedStake, kelly_risk_constrained
from nija_research.estimate.continuous import kelly_continuous, kelly_continuous_error
from nija_research.estimate.costs import CostedStake, kelly_with_costs
from nija_research.estimate.dependence import RuleValue, SerialDependence, rule_value, serial_dependence
from nija_research.estimate.edge import ProportionInterval, clopper_pearson, shrinkage, wilson
from nija_research.estimate.evidence import chance_of_luck, same_win_rate, trades_to_raise, trades_to_tell
from nija_research.estimate.growth import growth_band, growth_curve
from nija_research.estimate.joint import joint_returns
from nija_research.estimate.kelly import KellyEstimate, kelly_binary, kelly_log_optimal, kelly_payoff
from nija_research.estimate.monitor import RiseMonitor, kelly_so_far, monitor_rise
from nija_research.estimate.overlap import effective_trades, episodes, positions, uniqueness
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

if TYPE_CHECKING:
    from nija_research.estimate import correlation, indicators, regimes, risk_free, volatility

__all__ = [
    "Advice",
    "ConditionalKelly",
    "ConstrainedStake",
    "CostedStake",
    "FrontierPoint",
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
    "advise",
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
    "same_win_rate",
    "serial_dependence",
    "share_of_time_below",
    "shrinkage",
    "stake_change",
    "stake_weighting",
    "time_to_drawdown",
    "trades_to_raise",
    "trades_to_tell",
    "uniqueness",
    "unit_of",
    "volatility",
    "wilson",
]

_ROOMS = ("correlation", "indicators", "regimes", "risk_free", "volatility")


def __getattr__(name: str) -> ModuleType:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
