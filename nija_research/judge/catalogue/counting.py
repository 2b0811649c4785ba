"""
What counts of trades can show: `estimate`'s own functions, for numbers as a register holds them.

Rates and chances are shares.
"""

from __future__ import annotations

from nija_research import estimate
from nija_research.errors import ParameterError

__all__ = ["chance_above", "same_rate", "trades_needed", "win_rate_high", "win_rate_low"]


def chance_above(rate: float, trades: float, passed: float) -> float:
    """Return the chance that so many trades of a true win rate show one above `passed`."""
    return estimate.prob_win_rate_above(rate, _count(trades), passed)


def trades_needed(old: float, new: float, power: float = 0.8) -> float:
    """Return the trades that tell one win rate from another, 5 % one-sided."""
    return float(estimate.trades_to_detect(old, new, power=power))


def same_rate(wins: float, losses: float, other_wins: float, other_losses: float) -> float:
    """Return the chance of two records at least as different as these if their win rate is the same."""
    return estimate.p_same_win_rate(_count(wins), _count(losses), _count(other_wins), _count(other_losses))


def win_rate_low(wins: float, trades: float) -> float:
    """Return the lower end of the exact 95 % interval of a win rate."""
    return estimate.clopper_pearson(_count(wins), _count(trades)).low


def win_rate_high(wins: float, trades: float) -> float:
    """Return its upper end."""
    return estimate.clopper_pearson(_count(wins), _count(trades)).high


def _count(value: float) -> int:
    if value != int(value):
        raise ParameterError(f"wanted a whole number of trades, got {value!r}.")
    return int(value)
