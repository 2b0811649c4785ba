"""
vectorbt's `from_order_func`, on what it can express without booking an account of its own: a fixed share of equity
under the protection ladder, rebalanced at every close. No war chest, split, milestones or calendar: ours is timed on
the same.
"""

from __future__ import annotations

from collections.abc import Callable

import numba
import numpy as np
from numpy.typing import NDArray

from nija_research.policy import Policy
from nija_research.policy.drawdown import drawdown_level, drawdown_size

__all__ = ["compiled"]


def compiled(
    policy: Policy, returns: NDArray[np.float64], *, base: float = 10_000.0
) -> Callable[[], NDArray[np.float64]]:
    """Return a function that runs paths `returns` (n_paths, horizon) and returns each one's equity at the end."""
    import vectorbt as vbt
    from vectorbt.portfolio import nb
    from vectorbt.portfolio.enums import Direction, SizeType

    n, steps = returns.shape
    closes = np.empty((steps + 1, n))
    closes[0] = 100.0
    np.cumprod(1.0 + returns.T, axis=0, out=closes[1:])
    closes[1:] *= 100.0
    stake, guard = policy.stake.arrays(), policy.arrays().drawdown
    long_only, amount = Direction.LongOnly, SizeType.Amount
    level_of, size_of, order, nothing = drawdown_level, drawdown_size, nb.order_nb, nb.order_nothing_nb

    @numba.njit(error_model="numpy")
    def decide(c, state, share, guard):
        """At each close: book the last step, move the level, then hold the new stake until the next close."""
        i, col = c.i, c.col
        price = c.close[i, col]
        equity = c.cash_now + c.position_now * price
        if i == 0:
            state[0, col], state[1, col], state[2, col] = equity, 0.0, 0.0
        else:
            pnl = c.position_now * (price - c.close[i - 1, col])
            state[0, col] = max(state[0, col], equity)
            depth = 1.0 - equity / state[0, col]
            state[1, col], state[2, col] = level_of(state[1, col], state[2, col], depth, 0.0, pnl, guard)
        wanted = share * equity * size_of(state[1, col], guard) / price
        change = wanted - c.position_now
        return order(change, price, size_type=amount, direction=long_only) if change != 0.0 else nothing()

    def run() -> NDArray[np.float64]:
        state = np.zeros((3, n))
        book = vbt.Portfolio.from_order_func(closes, decide, state, stake.share, guard, init_cash=base, freq="1D")
        return np.asarray(book.final_value())

    return run
