"""
What the printed allocation functions return, and when the policy made of them stops.

Balances are in the account's currency.
"""

from __future__ import annotations

from nija_research.policy import Account, allocator, presets
from nija_research.policy.allocator import calculate_strategy_capital

__all__ = [
    "allocated", "allocator_constant", "drawdown_after_withdrawal", "drawdown_limit", "killed", "max_exposure",
    "strategy_on", "summary_lines",
]  # fmt: skip


def allocated(balance: float, part: str = "total_allocated") -> float:
    """Return what one key of the printed function's answer holds: money of the two strategies unless named."""
    return float(calculate_strategy_capital(balance)[part])  # type: ignore[literal-required]


def strategy_on(balance: float, strategy: str) -> float:
    """Return 1 when a strategy, ``mm`` or ``arb``, is enabled."""
    return float(calculate_strategy_capital(balance)[f"{strategy}_enabled"])  # type: ignore[literal-required]


def allocator_constant(name: str) -> float:
    """Return a constant of the module by its printed name."""
    return float(getattr(allocator, name))


def drawdown_limit(peak: float) -> float:
    """Return the printed function's drawdown limit, money."""
    return allocator.calculate_drawdown_limit(peak)


def max_exposure(balance: float) -> float:
    """Return the printed function's largest exposure, money."""
    return allocator.calculate_max_exposure(balance)


def summary_lines(balance: float, peak: float, words: str = "") -> float:
    """Return how many lines of the printed summary hold these words."""
    return float(sum(words in line for line in allocator.get_allocation_summary(balance, peak).splitlines()))


def killed(drawdown: float, balance: float = 100.0) -> float:
    """Return 1 when the document's policy stakes nothing after a loss of this share of the peak."""
    account = Account(presets["document_002"], balance)
    account.trade(-drawdown * balance)
    return float(account.size(account.equity) == 0.0)


def drawdown_after_withdrawal(balance: float, amount: float) -> float:
    """Return the drawdown, a share, that our account reports after money was taken out and nothing lost."""
    account = Account(presets["document_002"], balance)
    account.withdraw(amount)
    return account.drawdown
