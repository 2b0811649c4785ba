"""
Worlds to simulate in: the past as it was, the past in blocks, and laws with known truth.

Every world states where it comes from and its moments, and is drawn from a counter, so that a path is the same
whatever else is drawn. Names are loaded when first used. Stands on: the floors below.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nija_research.simulate.worlds.blocks import bootstrap
    from nija_research.simulate.worlds.calendar import Calendar
    from nija_research.simulate.worlds.costs import Costs
    from nija_research.simulate.worlds.generator import fill
    from nija_research.simulate.worlds.history import given, historic
    from nija_research.simulate.worlds.independent import iid, trades
    from nija_research.simulate.worlds.market import Market
    from nija_research.simulate.worlds.moments import Moments
    from nija_research.simulate.worlds.regimes import regime_switching
    from nija_research.simulate.worlds.volatility import garch, garch_fit
    from nija_research.simulate.worlds.world import Draws, World

__all__ = [
    "Calendar",
    "Costs",
    "Draws",
    "Market",
    "Moments",
    "World",
    "bootstrap",
    "fill",
    "garch",
    "garch_fit",
    "given",
    "historic",
    "iid",
    "regime_switching",
    "trades",
]

_HOME = {
    "Calendar": "calendar",
    "Costs": "costs",
    "Draws": "world",
    "Market": "market",
    "Moments": "moments",
    "World": "world",
    "bootstrap": "blocks",
    "fill": "generator",
    "garch": "volatility",
    "garch_fit": "volatility",
    "given": "history",
    "historic": "history",
    "iid": "independent",
    "regime_switching": "regimes",
    "trades": "independent",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"nija_research.simulate.worlds.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
