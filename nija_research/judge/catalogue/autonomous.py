"""
What the printed autonomous engine does: sizes in a market, settings, and what changes by itself.

Each function opens a new engine of its own. Returns and volatilities are annual shares; settings have their printed
names and units; a switch is 1 or 0.
"""

from __future__ import annotations

import itertools
from typing import Any

from nija_research.engines import AutonomousScalingEngine, AutoScalingConfig, CapitalScalingEngine
from nija_research.errors import ParameterError
from nija_research.judge.catalogue.capital import BASE, booked, setting, switched
from nija_research.policy import UNKNOWN, MarketRegime
from nija_research.units import EDGE

__all__ = ["auto_changes", "auto_refuses", "auto_setting", "auto_size", "regime_changes"]

#: Expected return and volatility of the printed example, annual shares.
RETURN, VOLATILITY = 0.15, 0.25

#: A grid of markets; the first is the printed one.
_RETURNS, _VOLATILITIES = (RETURN, 0.30), (VOLATILITY, 0.10, 0.40, 0.60, 0.80)


def _engine(base: float, current: float | None, settings: dict[str, Any]) -> AutonomousScalingEngine:
    return AutonomousScalingEngine(base, current, AutoScalingConfig(**switched(settings)))


def auto_size(
    *trades: float,
    times: float = 1,
    regime: str = UNKNOWN,
    expected_return: float = RETURN,
    volatility: float = VOLATILITY,
    base: float = BASE,
    current: float | None = None,
    **settings: Any,
) -> float:
    """Return the money staked after trades in a market, with all of the account's money available."""
    engine = booked(_engine(base, current, settings), trades, times)
    assert isinstance(engine, AutonomousScalingEngine)
    engine.update_market_regime(regime)
    return engine.get_optimal_position_size(max(engine.account.equity, 0.0), expected_return, volatility)


def auto_setting(name: str, **settings: Any) -> float:
    """Return a setting of the autonomous engine; the default unless given."""
    return setting(AutoScalingConfig(**switched(settings)), name)


def auto_refuses(**market: Any) -> float:
    """Return 1 where the engine refuses to size in this market or with these settings, 0 where it does."""
    try:
        auto_size(**market)
    except ParameterError:
        return 1.0
    return 0.0


def regime_changes(*trades: float, times: float = 1) -> float:
    """Return how often the engine's market regime changes over trades while nobody tells it one."""
    engine, changes = _engine(BASE, None, {}), 0
    for _ in range(int(times)):
        for pnl in trades:
            before = engine.regime
            booked(engine, (pnl,), 1)
            changes += engine.regime != before
    return float(changes)


def auto_changes(*trades: float, times: float = 1) -> float:
    """
    Return in how many of 60 markets the engine sizes by other settings after trades than before.

    What leverage, regime share and risk adjustment make of the base stake is read as the size over that in a reference
    market, which does not depend on the capital.
    """
    engine = _engine(BASE, None, {})
    before = _multiples(engine)
    after = _multiples(booked(engine, trades, times))
    return float(sum(abs(a - b) > EDGE * b for a, b in zip(after, before, strict=True)))


def _multiples(engine: CapitalScalingEngine) -> list[float]:
    """Size in every market of the grid over the size in the printed one with no regime known."""
    assert isinstance(engine, AutonomousScalingEngine)
    sizes = []
    for regime, rate, vol in itertools.product((UNKNOWN, *MarketRegime), _RETURNS, _VOLATILITIES):
        engine.update_market_regime(regime)
        sizes.append(engine.get_optimal_position_size(engine.account.equity, rate, vol))
    engine.update_market_regime(UNKNOWN)
    if sizes[0] == 0.0:
        raise ParameterError("the trades halt the account, so that nothing is staked to compare with.")
    return [size / sizes[0] for size in sizes]
