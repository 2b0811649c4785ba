from .fitting import (
    choose_states as choose_states,
)
from .fitting import (
    fit as fit,
)
from .labels import (
    Axes as Axes,
)
from .labels import (
    expected_multiplier as expected_multiplier,
)
from .model import (
    RegimeModel as RegimeModel,
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
from .walk import (
    WalkForward as WalkForward,
)
from .walk import (
    walk_forward as walk_forward,
)

__all__ = [
    "UNKNOWN",
    "Axes",
    "Hindsight",
    "MarketRegime",
    "RegimeModel",
    "WalkForward",
    "choose_states",
    "expected_multiplier",
    "fit",
    "walk_forward",
]
