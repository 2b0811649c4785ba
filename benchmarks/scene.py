"""
What all simulators are timed on: the bundled S&P 500 in blocks, told its volatility and trend, under full policies.

Every step is a day of its own unless said, which is the most work a calendar can make.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.policy import Policy, presets
from nija_research.simulate.market_state import market_state_of, stake_multipliers
from nija_research.simulate.worlds import Calendar, Costs, World, bootstrap

__all__ = ["BLOCK", "POLICIES", "Scene", "disagreement", "scene"]

#: Mean length of a block, rows.
BLOCK = 20
#: Notional per unit staked: without it a tenth of an account in an index never meets a stop.
LEVERAGE = 10.0
#: The full stacks that are timed.
POLICIES = ("document_003", "document_000")


class Scene(NamedTuple):
    """A policy, its world, and what a peer needs of it: returns and stake multipliers by source row."""

    policy: Policy
    world: World
    source: NDArray[np.float64]
    multipliers: NDArray[np.float64]


def scene(name: str, method: str = "stationary", *, trades_per_day: float = 1.0) -> Scene:
    """Return the scene of one preset."""
    from nija_research import data

    returns = data.load_prices("sp500")["close"].pct_change()
    volatility = returns.rolling(20).std().shift(1) * 252**0.5
    trend = returns.rolling(100).mean().shift(1)
    kept = trend.notna() & returns.notna()
    told = {
        "expected_return": (returns.rolling(250, min_periods=100).mean().shift(1) * 252)[kept].to_numpy(),
        "volatility": volatility[kept].to_numpy(),
        "regime": np.where(trend[kept] > 0.0, "BULL_TRENDING", "BEAR_TRENDING"),
    }
    policy = presets[name]
    world = bootstrap(
        returns[kept].to_numpy(),
        block=BLOCK,
        method=method,
        costs=Costs(leverage=LEVERAGE),
        calendar=Calendar(trades_per_day=trades_per_day, days_per_week=5),
        market=told if policy.leverage else None,  # what no rule reads is not looked up
    )
    return Scene(policy, world, world.arrays.returns, stake_multipliers(policy, market_state_of(world, [policy])))


def disagreement(ours: dict[str, NDArray[np.float64]], theirs: dict[str, NDArray[np.float64]]) -> float:
    """Return the largest relative difference (absolute below 1) over all columns that both have."""
    shared = sorted(set(ours) & set(theirs))
    assert shared, "nothing to compare"
    gaps = [np.abs(ours[c] - np.asarray(theirs[c])) / np.maximum(1.0, np.abs(ours[c])) for c in shared]
    return float(max(gap.max() for gap in gaps))
