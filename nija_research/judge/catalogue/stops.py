"""
When the hard stops of the plan act, and what is lost by then.

Every function runs an account of ``document_003`` without its chest and split. Losses are shares.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from nija_research.policy import Account, presets

__all__ = ["day_loss", "losses_to_stop", "stop_on", "trades_again"]

_MONDAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
_MOST = 1000  # trades of a day that never stops


def losses_to_stop(loss: float, leverage: float = 1.0) -> float:
    """Return how many trades of one day lose, each this share of its notional, before nothing is staked any more."""
    return float(_losing_day(loss, leverage)[0])


def day_loss(loss: float, leverage: float = 1.0) -> float:
    """Return the share of equity lost on such a day."""
    return _losing_day(loss, leverage)[1]


def stop_on(stop: str, loss: float, days: float = 1.0, per_week: float = 5.0) -> float:
    """Return 1 when a stop (``day``, ``week``, ``streak`` or ``peak``) holds after a loss spread evenly over days."""
    return float(f"{stop}:" in _falling(loss, days, per_week))


def trades_again(losses: float, days: float = 0.0) -> float:
    """Return 1 when something is staked so many days after that many small losses in a row."""
    account = _account()
    for _ in range(int(losses)):
        account.trade(-1e-6, when=_MONDAY)
    return float(account.size(200.0, when=_MONDAY + timedelta(days=days)) > 0.0)


def _account() -> Account:
    return Account(presets["document_003"].without("war_chest", "profit_split"), 200.0, when=_MONDAY, keep_ledger=False)


def _losing_day(loss: float, leverage: float) -> tuple[int, float]:
    account = _account()
    for n in range(_MOST):
        stake = account.size(account.equity, when=_MONDAY)
        if stake <= 0.0:
            return n, account.drawdown
        account.trade(-min(loss * leverage * stake, account.equity), when=_MONDAY)
    return _MOST, account.drawdown


def _falling(loss: float, days: float, per_week: float) -> str:
    account, n = _account(), int(days)
    for i in range(n):
        week, day = divmod(i, int(per_week))
        account.trade(-200.0 * loss / n, when=_MONDAY + timedelta(days=7 * week + day))
    return " ".join(block.split(" ")[0] for block in account.blocks)
