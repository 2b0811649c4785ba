"""
What a market can be called: the five printed regimes, UNKNOWN, and the three states of volatility; how many states.

The one place of these names; the multipliers that the documents print beside them are in `policy.regime`.
000, "Market Regime Classification". Stands on: nothing.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["BARS_PER_STATE", "CLASSES", "LABELS", "MOST_STATES", "UNKNOWN", "MarketRegime"]

#: Below this many bars a state is a handful of days, and its parameters are theirs.
BARS_PER_STATE = 20

#: No model is asked for more states.
MOST_STATES = 12

#: What a label says when no regime is known; not a regime, so no member of `MarketRegime`.
UNKNOWN = "UNKNOWN"

#: States of volatility, calmest first.
CLASSES = ("calm", "turbulent", "crisis")


class MarketRegime(StrEnum):
    """The five regimes as printed (000, "Market Regime Classification")."""

    BULL_TRENDING = "BULL_TRENDING"
    BEAR_TRENDING = "BEAR_TRENDING"
    RANGING = "RANGING"
    VOLATILE = "VOLATILE"
    CRISIS = "CRISIS"


#: Every label by its number: the regimes in printed order, then UNKNOWN.
LABELS = (*(str(regime) for regime in MarketRegime), UNKNOWN)
