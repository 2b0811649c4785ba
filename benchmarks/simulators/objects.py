"""One account at a time from Python: our `Account`, and the same rules uncompiled."""

from __future__ import annotations

from benchmarks.scene import Scene
from nija_research.policy import Account, stack
from nija_research.policy.fields import NEVER
from nija_research.policy.regime import UNKNOWN, MarketRegime

__all__ = ["by_account", "by_plain_rules", "told_rows"]

_NAMES = (*MarketRegime, UNKNOWN)


def told_rows(place: Scene) -> list[tuple[float, float, str]]:
    """Return what the policy is told before each source row."""
    market = place.world.market
    assert market is not None, "this scene tells nothing"
    columns = (market.expected_return, market.volatility, market.regime)
    return [(float(e), float(v), _NAMES[int(r)]) for e, v, r in zip(*columns, strict=True)]  # type: ignore[arg-type]


def by_account(place: Scene, rows: list[int], told: list[tuple[float, float, str]], base: float = 10_000.0) -> float:
    """Size and trade along one path with the object engine, ledger off; return the unit value at the end."""
    account, source = Account(place.policy, base, keep_ledger=False), place.source.tolist()
    for row in rows:
        expected, volatility, regime = told[row]
        stake = account.size(1e12, expected_return=expected, volatility=volatility, regime=regime)
        account.trade(stake * source[row])
    return account.state.unit


def by_plain_rules(place: Scene, rows: list[int], base: float = 10_000.0) -> float:
    """Size and trade along one path with the rules as plain Python; return the unit value at the end."""
    arrays, source, multipliers = place.policy.arrays(), place.source.tolist(), place.multipliers.tolist()
    state, _ = stack.start.py_func(arrays, base, base)
    for row in rows:
        stake = stack.size.py_func(arrays, state, multipliers[row], 0.0, NEVER, 0.0, 0.0)
        state, _ = stack.step.py_func(arrays, state, stake * source[row])
    return float(state.unit)
