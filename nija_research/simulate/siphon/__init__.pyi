from .equal_risk import (
    BreakEvenRate as BreakEvenRate,
)
from .equal_risk import (
    Recommendation as Recommendation,
)
from .equal_risk import (
    Stability as Stability,
)
from .equal_risk import (
    break_even_rate as break_even_rate,
)
from .equal_risk import (
    recommend as recommend,
)
from .equal_risk import (
    stability as stability,
)
from .ledger import (
    SiphonLedger as SiphonLedger,
)
from .ledger import (
    compare_replays as compare_replays,
)
from .ledger import (
    in_cents as in_cents,
)
from .ledger import (
    replay_siphon as replay_siphon,
)
from .runs import (
    SiphonRun as SiphonRun,
)
from .runs import (
    compare as compare,
)
from .runs import (
    growth_cost as growth_cost,
)
from .runs import (
    rate_grid as rate_grid,
)
from .runs import (
    sweep_siphons as sweep_siphons,
)
from .runs import (
    time_to_target as time_to_target,
)
from .setups import (
    NO_SIPHON as NO_SIPHON,
)
from .setups import (
    basic_siphon as basic_siphon,
)
from .setups import (
    scenarios as scenarios,
)
from .setups import (
    siphon_grid as siphon_grid,
)
from .setups import (
    variants as variants,
)
from .setups import (
    with_edge as with_edge,
)

__all__ = [
    "NO_SIPHON",
    "BreakEvenRate",
    "Recommendation",
    "SiphonLedger",
    "SiphonRun",
    "Stability",
    "basic_siphon",
    "break_even_rate",
    "compare",
    "compare_replays",
    "growth_cost",
    "in_cents",
    "rate_grid",
    "recommend",
    "replay_siphon",
    "scenarios",
    "siphon_grid",
    "stability",
    "sweep_siphons",
    "time_to_target",
    "variants",
    "with_edge",
]
