"""
One real log through one policy: what the account would have been, trade by trade.

A size is asked for when a trade enters, from what the account knew then; the result is booked when it leaves. Money in
the account's currency, returns as shares of the stake. One log is one history: this says what a policy *did*, not
what it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy import Account, Policy
from nija_research.simulate.checks import one_policy
from nija_research.units import positive

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

__all__ = ["Replay", "replay"]

_ENTER, _LEAVE = 1, 0


@dataclass(frozen=True, slots=True)
class Replay:
    """
    What became of the account.

    Attributes
    ----------
    steps : pandas.DataFrame
        One row a trade in the order of exits: time, size (0 when the policy refused it), pnl, equity, peak (of
        flow-adjusted equity, in money of today), drawdown (share), level (protection level), blocks (reasons, text).
    account : Account
        The account at the end, with its ledger.
    """

    steps: pd.DataFrame
    account: Account


def replay(trades: pd.DataFrame, policy: Policy, *, base: float = 10_000.0, leverage: float = 1.0) -> Replay:
    """
    Size and book every trade of a log under a policy.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table; entry times may be missing, then a trade enters just before it leaves.
    policy : Policy
        Rules without need of a market state (switch off leverage, regime and risk with `Policy.without`).
    base : float, optional
        Opening capital, account currency.
    leverage : float, optional
        Notional per unit of position size: a trade earns ``size x leverage x return``.

    Returns
    -------
    Replay

    Raises
    ------
    ParameterError
        If a number is out of range, a return or exit is missing, or the policy needs a market state.

    Notes
    -----
    A trade that the policy sizes at 0 is not made: it neither counts as a win towards recovery nor as a loss.
    """
    import pandas as pd

    leverage = positive("leverage", leverage)
    one_policy(policy)
    if not isinstance(trades, pd.DataFrame) or not {"return", "exit_time"} <= set(trades.columns):
        raise ParameterError(
            f"trades must be a table with columns return and exit_time, got a {type(trades).__name__}. "
            "data.load_trades reads one."
        )
    returns = trades["return"].to_numpy(dtype=float)
    if not np.isfinite(returns).all():
        raise ParameterError(f"return of trade {int(np.flatnonzero(~np.isfinite(returns))[0]) + 1} must be finite.")
    account = Account(policy, base)
    open_sizes: dict[int, float] = {}
    blocks: dict[int, str] = {}
    rows: list[dict[str, Any]] = []
    for when, what, i in _events(trades):
        if what == _ENTER:
            held = sum(open_sizes.values())
            free = max(0.0, account.equity - held)
            open_sizes[i] = account.size(free, exposure=held, when=when.to_pydatetime())
            blocks[i] = "; ".join(account.blocks)
            continue
        size = open_sizes.pop(i)
        pnl = size * leverage * float(returns[i])
        if size > 0.0:
            account.trade(pnl, when=when.to_pydatetime())
        equity, depth = account.equity, account.drawdown
        peak = equity / (1.0 - depth) if depth < 1.0 else np.nan
        rows.append(
            {
                "time": when,
                "size": size,
                "pnl": pnl,
                "equity": equity,
                "peak": peak,
                "drawdown": depth,
                "level": str(account.level.name),
                "blocks": blocks.pop(i),
            }
        )
    columns = ["time", "size", "pnl", "equity", "peak", "drawdown", "level", "blocks"]
    return Replay(pd.DataFrame(rows, columns=columns), account)


def _events(trades: pd.DataFrame) -> Iterator[tuple[pd.Timestamp, int, int]]:
    """Entries and exits in the order of time; what leaves at an instant frees its money for what enters then."""
    leave = trades["exit_time"]
    if leave.isna().any():
        raise ParameterError(f"exit_time of trade {int(np.flatnonzero(leave.isna())[0]) + 1} is missing.")
    enter = trades["entry_time"].fillna(leave) if "entry_time" in trades else leave
    events = []
    for i, (start, end) in enumerate(zip(enter, leave, strict=True)):
        # A trade that enters and leaves at one instant must still enter first: third place in the order.
        events += [(start, 1, i, _ENTER), (end, 0 if end > start else 2, i, _LEAVE)]
    for when, _, i, what in sorted(events):
        yield when, what, i
