"""
Regimes: what state the market is in, from the past alone, and whether knowing it is worth anything.

A newcomer reads `names`, then `fitting` (`fit`), `model` (`RegimeModel`) and `walk` (`walk_forward`). Names are loaded
when first used: importing this package compiles nothing. Stands on: `errors`, `units`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nija_research.estimate.regimes.choice import choose_states
    from nija_research.estimate.regimes.fitting import fit
    from nija_research.estimate.regimes.hindsight import Hindsight
    from nija_research.estimate.regimes.labels import Axes, expected_multiplier
    from nija_research.estimate.regimes.model import RegimeModel
    from nija_research.estimate.regimes.names import UNKNOWN, MarketRegime
    from nija_research.estimate.regimes.walk import WalkForward, walk_forward

_HOME = {
    "Axes": "labels",
    "Hindsight": "hindsight",
    "MarketRegime": "names",
    "RegimeModel": "model",
    "UNKNOWN": "names",
    "WalkForward": "walk",
    "choose_states": "choice",
    "expected_multiplier": "labels",
    "fit": "fitting",
    "walk_forward": "walk",
}

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


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
