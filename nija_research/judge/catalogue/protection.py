"""
What drawdown protection does: level and size share at a depth, on the way down and on the way back.

Depths are shares of the peak.
"""

from __future__ import annotations

from nija_research.policy import Account, DrawdownGuard, Policy, ProtectedFloor, ProtectionLevel, Stake, presets

__all__ = ["floor_stake", "protection_level", "protection_share", "recovery_level"]


def _guard() -> DrawdownGuard:
    guard = presets["document_000"].drawdown
    assert guard is not None
    return guard


def _fallen(drawdown: float) -> Account:
    """An account of 1 that stakes all it has and fell this far at once."""
    account = Account(Policy(stake=Stake(share=1.0), drawdown=_guard()), 1.0, keep_ledger=False)
    account.trade(-drawdown)
    return account


def protection_level(level: str) -> float:
    """Return the number of a printed level's name: 0 for NORMAL to 4 for HALT."""
    return float(tuple(ProtectionLevel).index(ProtectionLevel(level)))


def protection_share(drawdown: float) -> float:
    """Return the share of the full size at a drawdown, reached from above."""
    account = _fallen(drawdown)
    return account.size(account.equity) / account.equity


def recovery_level(fall: float, back: float, *after: float, times: float = 1) -> float:
    """
    Return the number of the level after a way back.

    Parameters
    ----------
    fall, back : float
        Drawdown reached, and the one to which a single winning trade brings the account back.
    *after : float
        Trades that follow, shares of the capital at the start, all of them `times` times.

    Returns
    -------
    float
    """
    account = _fallen(fall)
    account.trade(fall - back)
    for _ in range(int(times)):
        for pnl in after:
            account.trade(pnl)
    return float(tuple(ProtectionLevel).index(account.level))


def floor_stake(left: float, share: float = 1.0) -> float:
    """
    Return what is staked of an account that has `left` of its base, with the printed floor as its only protection.

    Parameters
    ----------
    left : float
        Equity, share of the base.
    share : float, optional
        Stake as a share of the sizing capital; all of it unless given.

    Returns
    -------
    float
        Share of the base.
    """
    floor = presets["document_000"].floor
    assert isinstance(floor, ProtectedFloor)
    return Account(Policy(stake=Stake(share=share), floor=floor), 1.0, left, keep_ledger=False).size(left)
