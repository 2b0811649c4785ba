"""
Floor 2, what the data say: how much to stake, and how little we know about it.

A newcomer reads `kelly`, then `trades`; `regimes` is a wing of its own, loaded when first used, as are its
neighbours `volatility`, `correlation`, `indicators` and `risk_free`. Stands on: `data`, `errors`, `units`.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from nija_research.estimate.edge import ProportionInterval, clopper_pearson, shrinkage, wilson
from nija_research.estimate.growth import chance_below, growth_band, growth_curve, share_of_time_below
from nija_research.estimate.kelly import KellyEstimate, kelly_binary, kelly_log_optimal, kelly_payoff
from nija_research.estimate.record import kelly_from_record
from nija_research.estimate.trades import kelly_from_trades, returns_in_unit, unit_of

if TYPE_CHECKING:
    from nija_research.estimate import correlation, indicators, regimes, risk_free, volatility

__all__ = [
    "KellyEstimate",
    "ProportionInterval",
    "chance_below",
    "clopper_pearson",
    "correlation",
    "growth_band",
    "growth_curve",
    "indicators",
    "kelly_binary",
    "kelly_from_record",
    "kelly_from_trades",
    "kelly_log_optimal",
    "kelly_payoff",
    "regimes",
    "returns_in_unit",
    "risk_free",
    "share_of_time_below",
    "shrinkage",
    "unit_of",
    "volatility",
    "wilson",
]

_ROOMS = ("correlation", "indicators", "regimes", "risk_free", "volatility")


def __getattr__(name: str) -> ModuleType:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
