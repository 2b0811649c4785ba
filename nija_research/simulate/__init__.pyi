from . import (
    metrics as metrics,
)
from . import (
    worlds as worlds,
)
from .comparison import (
    Comparison as Comparison,
)
from .comparison import (
    compare_returns as compare_returns,
)
from .matching import (
    match as match,
)
from .matching import (
    match_each as match_each,
)
from .matching import (
    match_result as match_result,
)
from .replaying import (
    Replay as Replay,
)
from .replaying import (
    replay as replay,
)
from .results import (
    SimulationResult as SimulationResult,
)
from .results import (
    Trace as Trace,
)
from .runner import (
    run as run,
)
from .streaming import (
    fold as fold,
)
from .sweeping import (
    SweepResult as SweepResult,
)
from .sweeping import (
    ablation as ablation,
)
from .sweeping import (
    sweep as sweep,
)

__all__ = [
    "Comparison",
    "Replay",
    "SimulationResult",
    "SweepResult",
    "Trace",
    "ablation",
    "compare_returns",
    "fold",
    "match",
    "match_each",
    "match_result",
    "metrics",
    "replay",
    "run",
    "sweep",
    "worlds",
]
