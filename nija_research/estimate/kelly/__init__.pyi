from .advice import (
    ENOUGH as ENOUGH,
)
from .advice import (
    NO_EDGE as NO_EDGE,
)
from .advice import (
    Advice as Advice,
)
from .advice import (
    StakeChange as StakeChange,
)
from .advice import (
    advice_of as advice_of,
)
from .advice import (
    advise as advise,
)
from .advice import (
    safe_stake as safe_stake,
)
from .advice import (
    stake_change as stake_change,
)
from .bootstrap import (
    block_length as block_length,
)
from .bootstrap import (
    block_rows as block_rows,
)
from .bootstrap import (
    resamples as resamples,
)
from .bootstrap import (
    shrinkage as shrinkage,
)
from .bootstrap import (
    variance_ratio as variance_ratio,
)
from .conditional import (
    UNKNOWN as UNKNOWN,
)
from .conditional import (
    ConditionalKelly as ConditionalKelly,
)
from .conditional import (
    kelly_by_label as kelly_by_label,
)
from .conditional import (
    labels_at_entry as labels_at_entry,
)
from .constrained import (
    ConstrainedStake as ConstrainedStake,
)
from .constrained import (
    CostedStake as CostedStake,
)
from .constrained import (
    kelly_risk_constrained as kelly_risk_constrained,
)
from .constrained import (
    kelly_with_costs as kelly_with_costs,
)
from .formulas import (
    KellyEstimate as KellyEstimate,
)
from .formulas import (
    Method as Method,
)
from .formulas import (
    kelly_binary as kelly_binary,
)
from .formulas import (
    kelly_continuous as kelly_continuous,
)
from .formulas import (
    kelly_continuous_error as kelly_continuous_error,
)
from .formulas import (
    kelly_log_optimal as kelly_log_optimal,
)
from .formulas import (
    kelly_payoff as kelly_payoff,
)
from .formulas import (
    log_optimal_rows as log_optimal_rows,
)
from .formulas import (
    p_text as p_text,
)
from .formulas import (
    stake_bound as stake_bound,
)
from .from_record import (
    Totals as Totals,
)
from .from_record import (
    check_counts as check_counts,
)
from .from_record import (
    clopper_pearson as clopper_pearson,
)
from .from_record import (
    kelly_from_record as kelly_from_record,
)
from .from_record import (
    tightest_mean as tightest_mean,
)
from .from_record import (
    wilson as wilson,
)
from .from_trades import (
    MIN_TRADES as MIN_TRADES,
)
from .from_trades import (
    kelly_concurrent as kelly_concurrent,
)
from .from_trades import (
    kelly_from_trades as kelly_from_trades,
)
from .growth import (
    FrontierPoint as FrontierPoint,
)
from .growth import (
    drawdown_bound as drawdown_bound,
)
from .growth import (
    frontier as frontier,
)
from .growth import (
    growth_band as growth_band,
)
from .growth import (
    growth_curve as growth_curve,
)
from .growth import (
    lundberg_root as lundberg_root,
)
from .growth import (
    mean_time_to_drawdown as mean_time_to_drawdown,
)
from .growth import (
    prob_ever_below as prob_ever_below,
)
from .growth import (
    prob_reach_before as prob_reach_before,
)
from .growth import (
    ruin_exponent as ruin_exponent,
)
from .growth import (
    share_of_time_below as share_of_time_below,
)
from .interval import (
    LARGE as LARGE,
)
from .interval import (
    stake_interval as stake_interval,
)
from .interval import (
    studentised as studentised,
)
from .joint import (
    JointStake as JointStake,
)
from .joint import (
    joint_interval as joint_interval,
)
from .joint import (
    joint_returns as joint_returns,
)
from .permutation import (
    RuleValue as RuleValue,
)
from .permutation import (
    SerialDependence as SerialDependence,
)
from .permutation import (
    StakeWeighting as StakeWeighting,
)
from .permutation import (
    rule_value as rule_value,
)
from .permutation import (
    serial_dependence as serial_dependence,
)
from .permutation import (
    stake_weighting as stake_weighting,
)
from .portfolio import (
    PortfolioStake as PortfolioStake,
)
from .portfolio import (
    Rows as Rows,
)
from .portfolio import (
    as_joint as as_joint,
)
from .portfolio import (
    as_probabilities as as_probabilities,
)
from .portfolio import (
    kelly_portfolio as kelly_portfolio,
)
from .portfolio import (
    log_wealth as log_wealth,
)
from .portfolio import (
    maximise as maximise,
)
from .portfolio import (
    return_scale as return_scale,
)
from .portfolio import (
    rows_identify as rows_identify,
)
from .returns import (
    Unit as Unit,
)
from .returns import (
    as_returns as as_returns,
)
from .returns import (
    effective_trades as effective_trades,
)
from .returns import (
    episodes as episodes,
)
from .returns import (
    has_times as has_times,
)
from .returns import (
    net_returns as net_returns,
)
from .returns import (
    non_overlapping as non_overlapping,
)
from .returns import (
    positions as positions,
)
from .returns import (
    refuse_prices as refuse_prices,
)
from .returns import (
    returns_in_unit as returns_in_unit,
)
from .returns import (
    uniqueness as uniqueness,
)
from .returns import (
    unit_of as unit_of,
)
from .sample_size import (
    WORST as WORST,
)
from .sample_size import (
    RiseMonitor as RiseMonitor,
)
from .sample_size import (
    kelly_expanding as kelly_expanding,
)
from .sample_size import (
    monitor_rise as monitor_rise,
)
from .sample_size import (
    p_same_win_rate as p_same_win_rate,
)
from .sample_size import (
    prob_win_rate_above as prob_win_rate_above,
)
from .sample_size import (
    trades_to_detect as trades_to_detect,
)
from .sample_size import (
    trades_to_raise as trades_to_raise,
)
from .sample_size import (
    trades_to_raise_interval as trades_to_raise_interval,
)
from .uncertainty import (
    RobustStake as RobustStake,
)
from .uncertainty import (
    StakePosterior as StakePosterior,
)
from .uncertainty import (
    beta_posterior as beta_posterior,
)
from .uncertainty import (
    kelly_robust as kelly_robust,
)
from .uncertainty import (
    payoff_posterior as payoff_posterior,
)
from .uncertainty import (
    worst_case_mean as worst_case_mean,
)

__all__ = [
    "ENOUGH",
    "LARGE",
    "MIN_TRADES",
    "NO_EDGE",
    "UNKNOWN",
    "WORST",
    "Advice",
    "ConditionalKelly",
    "ConstrainedStake",
    "CostedStake",
    "FrontierPoint",
    "JointStake",
    "KellyEstimate",
    "Method",
    "PortfolioStake",
    "RiseMonitor",
    "RobustStake",
    "Rows",
    "RuleValue",
    "SerialDependence",
    "StakeChange",
    "StakePosterior",
    "StakeWeighting",
    "Totals",
    "Unit",
    "advice_of",
    "advise",
    "as_joint",
    "as_probabilities",
    "as_returns",
    "beta_posterior",
    "block_length",
    "block_rows",
    "check_counts",
    "clopper_pearson",
    "drawdown_bound",
    "effective_trades",
    "episodes",
    "frontier",
    "growth_band",
    "growth_curve",
    "has_times",
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
    "log_optimal_rows",
    "log_wealth",
    "lundberg_root",
    "maximise",
    "mean_time_to_drawdown",
    "monitor_rise",
    "net_returns",
    "non_overlapping",
    "p_same_win_rate",
    "p_text",
    "payoff_posterior",
    "positions",
    "prob_ever_below",
    "prob_reach_before",
    "prob_win_rate_above",
    "refuse_prices",
    "resamples",
    "return_scale",
    "returns_in_unit",
    "rows_identify",
    "ruin_exponent",
    "rule_value",
    "safe_stake",
    "serial_dependence",
    "share_of_time_below",
    "shrinkage",
    "stake_bound",
    "stake_change",
    "stake_interval",
    "stake_weighting",
    "studentised",
    "tightest_mean",
    "trades_to_detect",
    "trades_to_raise",
    "trades_to_raise_interval",
    "uniqueness",
    "unit_of",
    "variance_ratio",
    "wilson",
    "worst_case_mean",
]
