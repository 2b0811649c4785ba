"""
Kelly after costs: fees, slippage, funding, and interest on what is borrowed.

Returns and costs are shares of notional per round trip, a stake is notional over equity, growth is in nats per trade.
Costs come out of every trade, wins and losses alike, so that they cut the stake by far more than they cut the wins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.formulas import log_optimal_rows, stake_bound
from nija_research.estimate.kelly.returns import net_returns
from nija_research.units import finite, positive

__all__ = ["CostedStake", "kelly_with_costs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostedStake:
    """
    A stake with and without costs.

    Attributes
    ----------
    fraction, gross_fraction : float
        Log-optimal stake after and before costs, notional over equity.
    growth, gross_growth : float
        Growth at `fraction` after costs and at `gross_fraction` before them, nats per trade.
    cost : float
        Mean cost of a trade, share of notional (without interest).
    break_even : float
        Mean cost from which on no stake grows: the mean gross return, at least 0.
    """

    fraction: float
    gross_fraction: float
    growth: float
    gross_growth: float
    cost: float
    break_even: float


def kelly_with_costs(
    returns: ArrayLike,
    *,
    fee: float = 0.0,
    slippage: float = 0.0,
    funding: ArrayLike = 0.0,
    borrow: float = 0.0,
    cap: float | None = None,
) -> CostedStake:
    """
    Log-optimal stake of gross returns when trading costs money.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Gross returns per trade, shares of notional. Net ones would have their costs counted twice.
    fee, slippage : float, optional
        Per side, shares of notional, at least 0; both are paid twice.
    funding : float or array_like, shape (n,), optional
        Paid over the life of a trade, share of notional; below 0 it is received.
    borrow : float, optional
        Interest per trade on the part of the stake above 1, a share.
    cap : float, optional
        Largest stake considered. Needed when no net return is negative.

    Returns
    -------
    CostedStake

    Raises
    ------
    ParameterError
        If `returns` is empty or not finite, a cost is out of range, or no return is negative and `cap` is not given.

    Notes
    -----
    Maximises the mean of ``log(1 + f (r - c) - borrow max(f - 1, 0))``, concave with a kink at 1: interest moves an
    optimum above 1 down, at most to 1. For wins of b and losses of 1 it is ``p / (1 + c) - q / (b - c)``.

    Examples
    --------
    >>> net = kelly_with_costs([1.0] * 55 + [-1.0] * 45, fee=0.01)
    >>> round(net.gross_fraction, 4), round(net.fraction, 4), round(net.break_even, 2)
    (0.1, 0.08, 0.1)
    """
    gross = net_returns(returns, nonempty=True)
    costs = {"fee": finite("fee", fee), "slippage": finite("slippage", slippage), "borrow": finite("borrow", borrow)}
    for name, value in costs.items():
        if not 0.0 <= value < 1.0:
            raise ParameterError(f"{name} must be a share of at least 0 and below 1, got {value!r}.")
    carried = np.asarray(funding, dtype=np.float64)
    if carried.shape not in ((), gross.shape) or not np.isfinite(carried).all():
        raise ParameterError(f"funding must be one finite share or one a trade ({len(gross)}).")
    each = 2.0 * (costs["fee"] + costs["slippage"]) + np.broadcast_to(carried, gross.shape)
    net = gross - each
    most = None if cap is None else positive("cap", cap)
    if most is None and min(net.min(), gross.min()) >= 0.0:
        raise ParameterError(
            "returns hold no loss, so growth has no maximum. Give cap=, the largest stake to consider."
        )
    before, after = _best(gross, most, 0.0), _best(net, most, costs["borrow"])
    return CostedStake(
        fraction=after,
        gross_fraction=before,
        growth=_growth(net, after, costs["borrow"]),
        gross_growth=_growth(gross, before, 0.0),
        cost=float(each.mean()),
        break_even=max(0.0, float(gross.mean())),
    )


def _best(r: np.ndarray, cap: float | None, borrow: float) -> float:
    bound = stake_bound(r, cap) if r.min() < 0.0 or cap is not None else 1.0
    free = float(log_optimal_rows(r[None, :], bound)[0])
    if free <= 1.0 or borrow == 0.0:
        return free
    # Above 1 the account holds 1 + borrow and each unit more returns r - borrow.
    margin = r - borrow
    if float((margin / (1.0 + r)).mean()) <= 0.0:
        return 1.0
    scaled = margin / (1.0 + borrow)
    return float(log_optimal_rows(scaled[None, :], stake_bound(scaled, cap))[0])


def _growth(r: np.ndarray, stake: float, borrow: float) -> float:
    wealth = 1.0 + stake * (1.0 - 1e-12) * r - borrow * max(stake - 1.0, 0.0)
    return float(np.log(wealth).mean()) if wealth.min() > 0.0 else -np.inf
