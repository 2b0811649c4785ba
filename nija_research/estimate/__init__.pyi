from . import (
    correlation as correlation,
)
from . import (
    indicators as indicators,
)
from . import (
    regimes as regimes,
)
from . import (
    volatility as volatility,
)
from .kelly.advice import (
    Advice as Advice,
)
from .kelly.advice import (
    StakeChange as StakeChange,
)
from .kelly.advice import (
    advice_of as advice_of,
)
from .kelly.advice import (
    advise as advise,
)
from .kelly.advice import (
    safe_stake as safe_stake,
)
from .kelly.advice import (
    stake_change as stake_change,
)
from .kelly.conditional import (
    ConditionalKelly as ConditionalKelly,
)
from .kelly.conditional import (
    kelly_by_label as kelly_by_label,
)
from .kelly.conditional import (
    labels_at_entry as labels_at_entry,
)
from .kelly.constrained import (
    ConstrainedStake as ConstrainedStake,
)
from .kelly.constrained import (
    kelly_risk_constrained as kelly_risk_constrained,
)
from .kelly.costs import (
    CostedStake as CostedStake,
)
from .kelly.costs import (
    kelly_continuous as kelly_continuous,
)
from .kelly.costs import (
    kelly_continuous_error as kelly_continuous_error,
)
from .kelly.costs import (
    kelly_with_costs as kelly_with_costs,
)
from .kelly.formulas import (
    KellyEstimate as KellyEstimate,
)
from .kelly.formulas import (
    kelly_binary as kelly_binary,
)
from .kelly.formulas import (
    kelly_log_optimal as kelly_log_optimal,
)
from .kelly.formulas import (
    kelly_payoff as kelly_payoff,
)
from .kelly.from_record import (
    ProportionInterval as ProportionInterval,
)
from .kelly.from_record import (
    clopper_pearson as clopper_pearson,
)
from .kelly.from_record import (
    kelly_from_record as kelly_from_record,
)
from .kelly.from_record import (
    shrinkage as shrinkage,
)
from .kelly.from_record import (
    wilson as wilson,
)
from .kelly.from_trades import (
    kelly_concurrent as kelly_concurrent,
)
from .kelly.from_trades import (
    kelly_from_trades as kelly_from_trades,
)
from .kelly.growth import (
    FrontierPoint as FrontierPoint,
)
from .kelly.growth import (
    drawdown_bound as drawdown_bound,
)
from .kelly.growth import (
    frontier as frontier,
)
from .kelly.growth import (
    growth_band as growth_band,
)
from .kelly.growth import (
    growth_curve as growth_curve,
)
from .kelly.growth import (
    mean_time_to_drawdown as mean_time_to_drawdown,
)
from .kelly.growth import (
    prob_ever_below as prob_ever_below,
)
from .kelly.growth import (
    prob_reach_before as prob_reach_before,
)
from .kelly.growth import (
    ruin_exponent as ruin_exponent,
)
from .kelly.growth import (
    share_of_time_below as share_of_time_below,
)
from .kelly.joint import (
    JointInterval as JointInterval,
)
from .kelly.joint import (
    joint_interval as joint_interval,
)
from .kelly.overlap import (
    apart as apart,
)
from .kelly.overlap import (
    effective_trades as effective_trades,
)
from .kelly.overlap import (
    episodes as episodes,
)
from .kelly.overlap import (
    positions as positions,
)
from .kelly.overlap import (
    uniqueness as uniqueness,
)
from .kelly.permutation import (
    RuleValue as RuleValue,
)
from .kelly.permutation import (
    SerialDependence as SerialDependence,
)
from .kelly.permutation import (
    StakeWeighting as StakeWeighting,
)
from .kelly.permutation import (
    rule_value as rule_value,
)
from .kelly.permutation import (
    serial_dependence as serial_dependence,
)
from .kelly.permutation import (
    stake_weighting as stake_weighting,
)
from .kelly.portfolio import (
    PortfolioStake as PortfolioStake,
)
from .kelly.portfolio import (
    kelly_portfolio as kelly_portfolio,
)
from .kelly.posterior import (
    StakePosterior as StakePosterior,
)
from .kelly.posterior import (
    beta_posterior as beta_posterior,
)
from .kelly.posterior import (
    payoff_posterior as payoff_posterior,
)
from .kelly.returns import (
    joint_returns as joint_returns,
)
from .kelly.returns import (
    returns_in_unit as returns_in_unit,
)
from .kelly.returns import (
    unit_of as unit_of,
)
from .kelly.robust import (
    RobustStake as RobustStake,
)
from .kelly.robust import (
    kelly_robust as kelly_robust,
)
from .kelly.sample_size import (
    RiseMonitor as RiseMonitor,
)
from .kelly.sample_size import (
    kelly_expanding as kelly_expanding,
)
from .kelly.sample_size import (
    monitor_rise as monitor_rise,
)
from .kelly.sample_size import (
    p_same_win_rate as p_same_win_rate,
)
from .kelly.sample_size import (
    prob_win_rate_above as prob_win_rate_above,
)
from .kelly.sample_size import (
    trades_to_detect as trades_to_detect,
)
from .kelly.sample_size import (
    trades_to_raise as trades_to_raise,
)
from .kelly.sample_size import (
    trades_to_raise_interval as trades_to_raise_interval,
)

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
    "kelly_expanding",
    "kelly_from_record",
    "kelly_from_trades",
    "kelly_log_optimal",
    "kelly_payoff",
    "kelly_portfolio",
    "kelly_risk_constrained",
    "kelly_robust",
    "kelly_with_costs",
    "labels_at_entry",
    "mean_time_to_drawdown",
    "monitor_rise",
    "p_same_win_rate",
    "payoff_posterior",
    "positions",
    "prob_ever_below",
    "prob_reach_before",
    "prob_win_rate_above",
    "regimes",
    "returns_in_unit",
    "ruin_exponent",
    "rule_value",
    "safe_stake",
    "serial_dependence",
    "share_of_time_below",
    "shrinkage",
    "stake_change",
    "stake_weighting",
    "trades_to_detect",
    "trades_to_raise",
    "trades_to_raise_interval",
    "uniqueness",
    "unit_of",
    "volatility",
    "wilson",
]
