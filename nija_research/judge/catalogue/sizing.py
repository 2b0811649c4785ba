"""
What the sizing protocol and the fixed stakes of the plan put on a trade.

Shares of equity unless said otherwise.
"""

from __future__ import annotations

from nija_research.policy import Account, presets

__all__ = ["preset_stake", "stake_share"]

_TINY = 1e-9  # of equity: a trade that counts in a streak and moves nothing


def stake_share(wins: float = 0.0, losses: float = 0.0, equity: float = 200.0, held: float = 0.0) -> float:
    """Return the stake after wins, then losses in a row, with this share of equity already in the asset."""
    policy = presets["document_003"].without("war_chest", "profit_split")
    account = Account(policy, equity)
    for _ in range(int(wins)):
        account.trade(_TINY * equity)
    for _ in range(int(losses)):
        account.trade(-_TINY * equity)
    return account.size(equity, held=held * equity) / account.equity


def preset_stake(preset: str, equity: float, kelly: float = 0.0) -> float:
    """Return the money that a preset stakes first, given the market's full-Kelly fraction where it asks for one."""
    return Account(presets[preset], equity).size(10.0 * equity, kelly=kelly or None)
