from .evaluation import (
    Detection as Detection,
)
from .evaluation import (
    detection_lag as detection_lag,
)
from .evaluation import (
    net_returns as net_returns,
)
from .evaluation import (
    placebo as placebo,
)
from .evaluation import (
    rate_per_bar as rate_per_bar,
)
from .evaluation import (
    value_table as value_table,
)
from .fitting import (
    MarkovSwitching as MarkovSwitching,
)
from .fitting import (
    choose_states as choose_states,
)
from .fitting import (
    fit as fit,
)
from .fitting import (
    markov_switching as markov_switching,
)
from .labels import (
    LabelSettings as LabelSettings,
)
from .labels import (
    expected_multiplier as expected_multiplier,
)
from .model import (
    CLUSTERING_THRESHOLD as CLUSTERING_THRESHOLD,
)
from .model import (
    RegimeModel as RegimeModel,
)
from .model import (
    volatility_clustering as volatility_clustering,
)
from .positions import (
    calm_volatility as calm_volatility,
)
from .positions import (
    label_multiplier as label_multiplier,
)
from .positions import (
    look_ahead_bias as look_ahead_bias,
)
from .positions import (
    near_peak as near_peak,
)
from .positions import (
    rising as rising,
)
from .positions import (
    sensitivity as sensitivity,
)
from .positions import (
    strategy_positions as strategy_positions,
)
from .positions import (
    volatility_target as volatility_target,
)
from .prediction import (
    Prediction as Prediction,
)
from .prediction import (
    ewma_log_score as ewma_log_score,
)
from .prediction import (
    garch_log_score as garch_log_score,
)
from .prediction import (
    predict_stress as predict_stress,
)
from .series import (
    CLASSES as CLASSES,
)
from .series import (
    LABELS as LABELS,
)
from .series import (
    UNKNOWN as UNKNOWN,
)
from .series import (
    Hindsight as Hindsight,
)
from .series import (
    MarketRegime as MarketRegime,
)
from .series import (
    bars_per_year as bars_per_year,
)
from .series import (
    refuse_hindsight as refuse_hindsight,
)
from .series import (
    times_of as times_of,
)
from .walk import (
    Schedule as Schedule,
)
from .walk import (
    WalkForward as WalkForward,
)
from .walk import (
    other_calendars as other_calendars,
)
from .walk import (
    schedule as schedule,
)
from .walk import (
    walk_forward as walk_forward,
)

__all__ = [
    "CLASSES",
    "CLUSTERING_THRESHOLD",
    "LABELS",
    "UNKNOWN",
    "Detection",
    "Hindsight",
    "LabelSettings",
    "MarketRegime",
    "MarkovSwitching",
    "Prediction",
    "RegimeModel",
    "Schedule",
    "WalkForward",
    "bars_per_year",
    "calm_volatility",
    "choose_states",
    "detection_lag",
    "ewma_log_score",
    "expected_multiplier",
    "fit",
    "garch_log_score",
    "label_multiplier",
    "look_ahead_bias",
    "markov_switching",
    "near_peak",
    "net_returns",
    "other_calendars",
    "placebo",
    "predict_stress",
    "rate_per_bar",
    "refuse_hindsight",
    "rising",
    "schedule",
    "sensitivity",
    "strategy_positions",
    "times_of",
    "value_table",
    "volatility_clustering",
    "volatility_target",
    "walk_forward",
]
