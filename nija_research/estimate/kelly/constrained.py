"""
Kelly after costs, and risk-constrained Kelly: the fastest growth whose chance of a deep loss is bounded.

Costs (fees, slippage, funding, interest on what is borrowed) come out of every trade, wins and losses alike, so that
they cut the stake by far more than they cut the wins; they are shares of notional per round trip. Under the constraint
the chance that wealth ever falls below `alpha` of its start stays at most `beta`, for as long as the bets go on and are
drawn from the given returns. Stakes are shares of equity, growth is in nats per bet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.formulas import log_optimal_rows, stake_bound
from nija_research.estimate.kelly.growth import lundberg_root
from nija_research.estimate.kelly.portfolio import (
    Rows,
    as_joint,
    as_probabilities,
    log_wealth,
    maximise,
    return_scale,
    rows_identify,
)
from nija_research.estimate.kelly.returns import net_returns
from nija_research.units import finite, inside, positive

__all__ = ["ConstrainedStake", "CostedStake", "kelly_risk_constrained", "kelly_with_costs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstrainedStake:
    """
    Stakes under the risk constraint, beside those without it.

    Attributes
    ----------
    stakes, kelly_stakes : numpy.ndarray, shape (k,)
        Share of equity per bet, with and without the constraint.
    fraction, kelly_fraction : float
        Their sums; the stakes themselves for one bet.
    growth, kelly_growth : float
        Expected log growth, nats per bet.
    bound : float
        ``alpha ** exponent``, at most `beta`: the chance of ever falling below `alpha` is no larger. 1 where the stakes
        never lost in the returns, which then bound nothing.
    exponent : float
        Largest x with ``E[(1 + b . r)^-x] <= 1`` at these stakes, at least log(beta) / log(alpha).
    alpha, beta : float
        The constraint: P(lowest wealth below alpha) at most beta.
    n : int
        Rows the stakes rest on.
    identified : bool
        Whether the rows fix stakes. Where they do not, the stakes are the limits' rather than the data's.
    why : str
        One sentence; `joint_interval` gives each stake its interval.
    """

    stakes: NDArray[np.float64]
    kelly_stakes: NDArray[np.float64]
    fraction: float
    kelly_fraction: float
    growth: float
    kelly_growth: float
    bound: float
    exponent: float
    alpha: float
    beta: float
    n: int
    identified: bool
    why: str

    def __float__(self) -> float:
        """Return the stake (the sum of the stakes)."""
        return self.fraction


def kelly_risk_constrained(
    returns: ArrayLike | Rows,
    alpha: float = 0.7,
    beta: float = 0.1,
    *,
    probabilities: ArrayLike | None = None,
    max_exposure: float = 1.0,
    method: Literal["log", "quadratic"] = "log",
) -> ConstrainedStake:
    """
    Stakes with the best growth among those that rarely lose deeply.

    Parameters
    ----------
    returns : array_like, shape (n,) or (n, k)
        Net returns: a row an outcome, a column a bet, shares of one unit staked.
    alpha : float, optional
        Share of starting wealth that should not be undercut, in (0, 1).
    beta : float, optional
        Largest probability of ever undercutting it, in (0, 1).
    probabilities : array_like, shape (n,), optional
        Of the outcomes; equal unless given.
    max_exposure : float, optional
        Largest sum of stakes; above 1 is borrowed.
    method : {"log", "quadratic"}, optional
        The problem itself, or its second-order approximation, which is more cautious and needs only two moments.

    Returns
    -------
    ConstrainedStake

    Raises
    ------
    ParameterError
        If the returns or an argument are out of range.
    WorkError
        If the solver does not converge.

    Notes
    -----
    Maximises ``E log(1 + b . r)`` subject to ``log E (1 + b . r)^-x <= 0`` with ``x = log(beta) / log(alpha)``, which
    is convex and implies the bound [1]_; for one bet the constraint is solved by bracketing. The bound is Lundberg's
    and usually generous: the actual chance is smaller. It holds for independent bets from exactly these returns; what
    has never been seen is not in it.

    References
    ----------
    .. [1] Busseti, E., Ryu, E. K., Boyd, S. (2016). Risk-constrained Kelly gambling. Journal of Investing 25(3);
       arXiv 1603.06183.

    Examples
    --------
    >>> safe = kelly_risk_constrained([1.0] * 6 + [-1.0] * 4, alpha=0.5, beta=0.1)
    >>> round(safe.kelly_fraction, 4), round(safe.fraction, 4), round(safe.bound, 4)
    (0.2, 0.0934, 0.1)
    """
    r = as_joint(returns)
    p = as_probabilities(probabilities, len(r))
    low, most_often = inside("alpha", alpha), inside("beta", beta)
    if method not in ("log", "quadratic"):
        raise ParameterError(f"method must be 'log' or 'quadratic', got {method!r}.")
    most, x = positive("max_exposure", max_exposure), math.log(most_often) / math.log(low)
    solve = _quadratic if method == "quadratic" else _one if r.shape[1] == 1 else _many
    kelly, stakes = (solve(r, p, most, risk) for risk in (0.0, x))
    exponent = _exponent(r @ stakes, p)
    identified, why = rows_identify(r, probabilities is not None, stakes)
    bound = float(low**exponent)
    if probabilities is None and stakes.any() and math.isinf(exponent):
        bound = 1.0  # a sample without a loss says nothing of the chance of one
    return ConstrainedStake(
        stakes=stakes,
        kelly_stakes=kelly,
        fraction=float(stakes.sum()),
        kelly_fraction=float(kelly.sum()),
        growth=_growth(r @ stakes, p),
        kelly_growth=_growth(r @ kelly, p),
        bound=bound,
        exponent=exponent,
        alpha=low,
        beta=most_often,
        n=len(r),
        identified=identified,
        why=why,
    )


def _one(rows: NDArray[np.float64], p: NDArray[np.float64], most: float, x: float) -> NDArray[np.float64]:
    from scipy.optimize import brentq

    r = rows[:, 0]
    bound = stake_bound(r, most)
    kelly = float(log_optimal_rows(r[None, :], bound, p[None, :])[0])
    low = inner = min(kelly, bound * (1.0 - 1e-9))

    def moment(f: float) -> float:
        return _log_moment(r * f, p, x)

    if x <= 1.0 or kelly == 0.0 or moment(inner) <= 0.0:  # exact Kelly has exponent 1
        return np.array([kelly])
    while moment(low) > 0.0 and low > 1e-15:
        low *= 0.5
    # An edge may be so small that rounding hides it.
    return np.array([brentq(moment, low, inner, xtol=1e-14, rtol=1e-12) if low > 1e-15 else 0.0])


def _many(r: NDArray[np.float64], p: NDArray[np.float64], most: float, x: float) -> NDArray[np.float64]:
    def growth(b: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = log_wealth(r @ b)
        return float(p @ value), (p * slope) @ r

    def risk(b: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = log_wealth(r @ b)
        top = float((-x * value).max())
        tilt = p * np.exp(-x * value - top)
        total = float(tilt.sum())
        # Divided by x, the constraint is of the size of a return, as the objective is.
        return (top + math.log(total)) / x, -(tilt / total * slope) @ r

    unit = return_scale(r)
    return maximise(growth, r.shape[1], most, most, unit=unit, risk=risk if x > 1.0 else None)


def _quadratic(r: NDArray[np.float64], p: NDArray[np.float64], most: float, x: float) -> NDArray[np.float64]:
    mean, second = p @ r, (r * p[:, None]).T @ r

    def growth(b: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        spread = second @ b
        return float(mean @ b - 0.5 * b @ spread), mean - spread

    def risk(b: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        spread = second @ b
        return float(0.5 * (x + 1.0) * b @ spread - mean @ b), (x + 1.0) * spread - mean

    unit = return_scale(r)
    return maximise(growth, r.shape[1], most, most, unit=unit, risk=risk if x > 0.0 else None)


def _exponent(gain: NDArray[np.float64], p: NDArray[np.float64]) -> float:
    """Positive root of the moment at weighted outcomes, as `ruin_exponent` has it for equal ones."""
    if not gain.any() or gain.min() >= 0.0:
        return math.inf
    if gain.min() <= -1.0 or _growth(gain, p) <= 0.0:
        return 0.0
    return lundberg_root(lambda x: _log_moment(gain, p, x))


def _log_moment(gain: NDArray[np.float64], p: NDArray[np.float64], x: float) -> float:
    from scipy.special import logsumexp

    return float(logsumexp(-x * np.log1p(gain), b=p))


def _growth(gain: NDArray[np.float64], p: NDArray[np.float64]) -> float:
    return float(p @ np.log1p(gain)) if gain.min() > -1.0 else -math.inf


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
    before, after = _costed_best(gross, most, 0.0), _costed_best(net, most, costs["borrow"])
    return CostedStake(
        fraction=after,
        gross_fraction=before,
        growth=_costed_growth(net, after, costs["borrow"]),
        gross_growth=_costed_growth(gross, before, 0.0),
        cost=float(each.mean()),
        break_even=max(0.0, float(gross.mean())),
    )


def _costed_best(r: np.ndarray, cap: float | None, borrow: float) -> float:
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


def _costed_growth(r: np.ndarray, stake: float, borrow: float) -> float:
    wealth = 1.0 + stake * (1.0 - 1e-12) * r - borrow * max(stake - 1.0, 0.0)
    return float(np.log(wealth).mean()) if wealth.min() > 0.0 else -np.inf
