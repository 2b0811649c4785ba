"""
What a market can be called: the five printed regimes, UNKNOWN, and the three states of volatility.

The one place of these names; the multipliers that the documents print beside them are in `policy.regime`.
000, "Market Regime Classification". Stands on: nothing.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["CLASSES", "LABELS", "UNKNOWN", "MarketRegime"]

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
