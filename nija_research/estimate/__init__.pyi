from . import (
    correlation as correlation,
)
from . import (
    indicators as indicators,
)
from . import (
    kelly as kelly,
)
from . import (
    regimes as regimes,
)
from . import (
    volatility as volatility,
)
from .correlation import (
    BreakAlarm as BreakAlarm,
)
from .correlation import (
    break_alarm as break_alarm,
)
from .correlation import (
    ewma_correlation as ewma_correlation,
)
from .correlation import (
    rolling_correlation as rolling_correlation,
)
from .indicators import (
    average_directional_index as average_directional_index,
)
from .indicators import (
    average_true_range as average_true_range,
)
from .indicators import (
    quiet_range as quiet_range,
)
from .indicators import (
    true_range as true_range,
)
from .kelly import (
    Advice as Advice,
)
from .kelly import (
    ConditionalKelly as ConditionalKelly,
)
from .kelly import (
    ConstrainedStake as ConstrainedStake,
)
from .kelly import (
    CostedStake as CostedStake,
)
from .kelly import (
    FrontierPoint as FrontierPoint,
)
from .kelly import (
    JointStake as JointStake,
)
from .kelly import (
    KellyEstimate as KellyEstimate,
)
from .kelly import (
    PortfolioStake as PortfolioStake,
)
from .kelly import (
    RiseMonitor as RiseMonitor,
)
from .kelly import (
    RobustStake as RobustStake,
)
from .kelly import (
    RuleValue as RuleValue,
)
from .kelly import (
    SerialDependence as SerialDependence,
)
from .kelly import (
    StakeChange as StakeChange,
)
from .kelly import (
    StakePosterior as StakePosterior,
)
from .kelly import (
    StakeWeighting as StakeWeighting,
)
from .kelly import (
    advice_of as advice_of,
)
from .kelly import (
    advise as advise,
)
from .kelly import (
    beta_posterior as beta_posterior,
)
from .kelly import (
    clopper_pearson as clopper_pearson,
)
from .kelly import (
    drawdown_bound as drawdown_bound,
)
from .kelly import (
    effective_trades as effective_trades,
)
from .kelly import (
    episodes as episodes,
)
from .kelly import (
    frontier as frontier,
)
from .kelly import (
    growth_band as growth_band,
)
from .kelly import (
    growth_curve as growth_curve,
)
from .kelly import (
    joint_interval as joint_interval,
)
from .kelly import (
    joint_returns as joint_returns,
)
from .kelly import (
    kelly_binary as kelly_binary,
)
from .kelly import (
    kelly_by_label as kelly_by_label,
)
from .kelly import (
    kelly_concurrent as kelly_concurrent,
)
from .kelly import (
    kelly_continuous as kelly_continuous,
)
from .kelly import (
    kelly_continuous_error as kelly_continuous_error,
)
from .kelly import (
    kelly_expanding as kelly_expanding,
)
from .kelly import (
    kelly_from_record as kelly_from_record,
)
from .kelly import (
    kelly_from_trades as kelly_from_trades,
)
from .kelly import (
    kelly_log_optimal as kelly_log_optimal,
)
from .kelly import (
    kelly_payoff as kelly_payoff,
)
from .kelly import (
    kelly_portfolio as kelly_portfolio,
)
from .kelly import (
    kelly_risk_constrained as kelly_risk_constrained,
)
from .kelly import (
    kelly_robust as kelly_robust,
)
from .kelly import (
    kelly_with_costs as kelly_with_costs,
)
from .kelly import (
    labels_at_entry as labels_at_entry,
)
from .kelly import (
    mean_time_to_drawdown as mean_time_to_drawdown,
)
from .kelly import (
    monitor_rise as monitor_rise,
)
from .kelly import (
    non_overlapping as non_overlapping,
)
from .kelly import (
    p_same_win_rate as p_same_win_rate,
)
from .kelly import (
    p_text as p_text,
)
from .kelly import (
    payoff_posterior as payoff_posterior,
)
from .kelly import (
    positions as positions,
)
from .kelly import (
    prob_ever_below as prob_ever_below,
)
from .kelly import (
    prob_reach_before as prob_reach_before,
)
from .kelly import (
    prob_win_rate_above as prob_win_rate_above,
)
from .kelly import (
    returns_in_unit as returns_in_unit,
)
from .kelly import (
    ruin_exponent as ruin_exponent,
)
from .kelly import (
    rule_value as rule_value,
)
from .kelly import (
    safe_stake as safe_stake,
)
from .kelly import (
    serial_dependence as serial_dependence,
)
from .kelly import (
    share_of_time_below as share_of_time_below,
)
from .kelly import (
    shrinkage as shrinkage,
)
from .kelly import (
    stake_change as stake_change,
)
from .kelly import (
    stake_weighting as stake_weighting,
)
from .kelly import (
    trades_to_detect as trades_to_detect,
)
from .kelly import (
    trades_to_raise as trades_to_raise,
)
from .kelly import (
    trades_to_raise_interval as trades_to_raise_interval,
)
from .kelly import (
    uniqueness as uniqueness,
)
from .kelly import (
    unit_of as unit_of,
)
from .kelly import (
    wilson as wilson,
)
from .volatility import (
    ewma_volatility as ewma_volatility,
)
from .volatility import (
    har_forecast as har_forecast,
)
from .volatility import (
    realised_volatility as realised_volatility,
)

__all__ = [
    "Advice",
    "BreakAlarm",
    "ConditionalKelly",
    "ConstrainedStake",
    "CostedStake",
    "FrontierPoint",
    "JointStake",
    "KellyEstimate",
    "PortfolioStake",
    "RiseMonitor",
    "RobustStake",
    "RuleValue",
    "SerialDependence",
    "StakeChange",
    "StakePosterior",
    "StakeWeighting",
    "advice_of",
    "advise",
    "average_directional_index",
    "average_true_range",
    "beta_posterior",
    "break_alarm",
    "clopper_pearson",
    "correlation",
    "drawdown_bound",
    "effective_trades",
    "episodes",
    "ewma_correlation",
    "ewma_volatility",
    "frontier",
    "growth_band",
    "growth_curve",
    "har_forecast",
    "indicators",
    "joint_interval",
    "joint_returns",
    "kelly",
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
    "non_overlapping",
    "p_same_win_rate",
    "p_text",
    "payoff_posterior",
    "positions",
    "prob_ever_below",
    "prob_reach_before",
    "prob_win_rate_above",
    "quiet_range",
    "realised_volatility",
    "regimes",
    "returns_in_unit",
    "rolling_correlation",
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
    "true_range",
    "uniqueness",
    "unit_of",
    "volatility",
    "wilson",
]
