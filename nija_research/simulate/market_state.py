"""
What a policy is told in a world, as the kernel reads it: a multiplier and a Kelly fraction by market row.

Where a world tells nothing of something, the policy is told the truth of the long run: the world's own mean,
volatility and growth-optimal fraction, the same at every step, and no regime. That flatters a policy that uses them;
nobody knows these numbers of a real market.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import entry
from nija_research.policy import Policy, lanes, stack
from nija_research.simulate.worlds.generator import TABLES
from nija_research.simulate.worlds.market import UNKNOWN_REGIME
from nija_research.simulate.worlds.world import World

__all__ = ["MarketState", "market_state_of", "needs", "stake_multipliers"]

_unpack, _market = lanes.unpack, stack.market


class MarketState(NamedTuple):
    """What is known before a bar, by market row: annual shares, the regime's number, full-Kelly fraction."""

    expected_return: NDArray[np.float64]
    volatility: NDArray[np.float64]
    regime: NDArray[np.float64]
    kelly: NDArray[np.float64]


def needs(policy: Policy) -> tuple[bool, bool]:
    """Return whether a policy's stake depends on the state of the market, and on its Kelly fraction."""
    rules = (policy.leverage, policy.regime, policy.risk)
    return any(rule is not None for rule in rules), policy.stake.kelly > 0.0


def market_state_of(world: World, policies: Iterable[Policy]) -> MarketState:
    """
    Return what a world tells, with the truth of the long run in place of what it does not tell.

    Parameters
    ----------
    world : World
        Any world.
    policies : iterable of Policy
        Whom it tells. Where the world does not tell the Kelly fraction and none of them stakes by it, it is 0: a sample
        without a loss has none, and can be traded all the same.

    Returns
    -------
    MarketState
        Of the world's market rows; one row where it tells nothing.
    """
    market = world.market
    rows = 1 if market is None else market.rows
    year = world.calendar.steps_per_year
    mean, sd = world.moments.mean, world.moments.sd
    told = {} if market is None else market.columns()
    by_kelly = any(needs(policy)[1] for policy in policies)
    truth = {
        "expected_return": mean * year,
        "volatility": max(sd * year**0.5, float(np.finfo(np.float64).tiny)),
        "regime": UNKNOWN_REGIME,
        "kelly": _growth_optimal(world) if by_kelly and "kelly" not in told else 0.0,
    }
    return MarketState(**{k: np.asarray(told.get(k, np.full(rows, v)), dtype=np.float64) for k, v in truth.items()})


def stake_multipliers(policy: Policy, market: MarketState, scale: float = 1.0) -> NDArray[np.float64]:
    """
    Return the multiplier of the base stake by market row.

    Parameters
    ----------
    policy : Policy
        Its leverage, regime and risk rules act here.
    market : MarketState
        Of some rows.
    scale : float, optional
        Multiplies every stake, before caps.

    Returns
    -------
    ndarray, shape (rows,)
    """
    out = np.empty(len(market.kelly))
    _multiply(lanes.pack(policy), market.expected_return, market.volatility, market.regime, out)
    return out * scale


@entry
def _multiply(
    settings: NDArray[np.float64],
    expected_return: NDArray[np.float64],
    volatility: NDArray[np.float64],
    regime: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    policy = _unpack(settings, np.int64(0), np.int64(1))
    for row in range(len(out)):
        out[row] = _market(policy, expected_return[row], volatility[row], regime[row])


def _growth_optimal(world: World) -> float:
    """Exact for a table of returns drawn one by one, mean over variance otherwise."""
    from nija_research.estimate import kelly_log_optimal

    if world.arrays.kind in TABLES:
        return kelly_log_optimal(world.arrays.returns)
    return max(world.moments.mean, 0.0) / max(world.moments.sd**2, float(np.finfo(np.float64).tiny))
