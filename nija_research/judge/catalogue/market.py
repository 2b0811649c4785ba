"""
What the rules make of a market: volatility leverage, regime share, risk adjustment.

Returns and volatilities are annual shares.
"""

from __future__ import annotations

from dataclasses import replace

from nija_research.policy import leverage as leverages
from nija_research.policy import presets
from nija_research.policy import regime as regimes
from nija_research.policy import risk as risks

__all__ = ["leverage", "regime_share", "risk_share"]


def leverage(volatility: float, **settings: float) -> float:
    """Return the multiplier of the base size at a volatility; settings as `VolatilityLeverage` names them."""
    rule = presets["document_000"].leverage
    assert rule is not None
    vol = leverages.annual_volatility("volatility", volatility)
    return float(leverages.volatility_leverage.py_func(vol, replace(rule, **settings).arrays()))


def regime_share(regime: str) -> float:
    """Return the multiplier of the base size in a regime of this printed name."""
    rule = presets["document_000"].regime
    assert rule is not None
    return float(regimes.regime_share.py_func(float(regimes.regime_index(regime)), rule.arrays()))


def risk_share(expected_return: float, volatility: float, **settings: float) -> float:
    """Return the multiplier of the base size for an expected return at a volatility."""
    rule = presets["document_000"].risk
    assert rule is not None
    rate = risks.annual_return("expected_return", expected_return)
    vol = leverages.annual_volatility("volatility", volatility)
    return float(risks.risk_adjustment.py_func(rate, vol, replace(rule, **settings).arrays()))
