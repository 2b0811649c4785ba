"""
Floor 2, what the data say: how much to stake, and how little we know about it.

A newcomer reads `kelly`, then `trades`. Stands on: `data`, `errors`, `units`.
"""

from nija_research.estimate.edge import ProportionInterval, clopper_pearson, shrinkage, wilson
from nija_research.estimate.growth import chance_below, growth_band, growth_curve, share_of_time_below
from nija_research.estimate.kelly import KellyEstimate, kelly_binary, kelly_log_optimal, kelly_payoff
from nija_research.estimate.record import kelly_from_record
from nija_research.estimate.returns import returns_in_unit, unit_of
from nija_research.estimate.trades import kelly_from_trades

__all__ = [
    "KellyEstimate",
    "ProportionInterval",
    "chance_below",
    "clopper_pearson",
    "growth_band",
    "growth_curve",
    "kelly_binary",
    "kelly_from_record",
    "kelly_from_trades",
    "kelly_log_optimal",
    "kelly_payoff",
    "returns_in_unit",
    "share_of_time_below",
    "shrinkage",
    "unit_of",
    "wilson",
]
