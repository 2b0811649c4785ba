"""
Kelly for several bets or bots at once: one concave program over their joint returns.

Joint returns are rows: a period or scenario each, a column a bet, equally likely unless probabilities are given. Stakes
are shares of equity per bet, growth is in nats per period. What is not staked stays in cash, which earns nothing.
Nothing here asks how well the rows are known: see `joint` and `uncertainty`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError, WorkError
from nija_research.estimate.kelly.formulas import log_optimal_rows, stake_bound
from nija_research.estimate.kelly.from_trades import MIN_TRADES
from nija_research.estimate.kelly.returns import refuse_prices
from nija_research.units import positive

__all__ = [
    "PortfolioStake",
    "Rows",
    "as_joint",
    "as_probabilities",
    "kelly_portfolio",
    "log_wealth",
    "maximise",
    "return_scale",
    "rows_identify",
]


class Rows(NamedTuple):
    """Joint returns that `as_joint` has passed, or a resample of such, which may look like anything; shape (n, k)."""

    values: NDArray[np.float64]


def as_joint(returns: ArrayLike | Rows) -> NDArray[np.float64]:
    """
    Joint returns as a finite table; a list of n returns is one bet.

    What a user gives is checked once: `Rows` are handed back as they are.

    Parameters
    ----------
    returns : array_like, shape (n, k) or (n,), or Rows
        Net returns.

    Returns
    -------
    numpy.ndarray, shape (n, k)

    Raises
    ------
    ParameterError
        If they are no table of finite numbers, or a column looks like prices.
    """
    if isinstance(returns, Rows):
        return returns.values
    try:
        r = np.asarray(returns, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError("returns must be numbers: a row a period, a column a bet, as shares.") from None
    if r.ndim == 1:
        r = r[:, None]
    if r.ndim != 2 or 0 in r.shape:
        raise ParameterError(f"returns must have shape (periods, bets) with at least one of each, got {r.shape}.")
    bad = np.argwhere(~np.isfinite(r))
    if bad.size:
        row, column = bad[0]
        raise ParameterError(f"returns[{row}, {column}] must be finite, got {r[row, column]}.")
    for column in r.T:
        refuse_prices(column)
    return r


def as_probabilities(probabilities: ArrayLike | None, n: int) -> NDArray[np.float64]:
    """
    Probabilities of n rows that sum to 1; equal ones where none are given.

    Parameters
    ----------
    probabilities : array_like, shape (n,), or None
        At least 0.
    n : int
        Rows.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        If they are not n finite numbers of at least 0 that sum to 1.
    """
    if probabilities is None:
        return np.full(n, 1.0 / n)
    p = np.asarray(probabilities, dtype=np.float64)
    if p.shape != (n,) or not np.isfinite(p).all() or (p < 0.0).any():
        raise ParameterError(f"probabilities must be {n} finite numbers of at least 0, one a row; got shape {p.shape}.")
    if abs(float(p.sum()) - 1.0) > 1e-6:
        raise ParameterError(f"probabilities must sum to 1, got {float(p.sum()):g}.")
    return np.asarray(p / p.sum())


def return_scale(returns: NDArray[np.float64]) -> float:
    """
    Root mean square of the bet whose returns are largest: what solvers scale by.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n, k)
        The rows; they need not differ from each other.

    Returns
    -------
    float
    """
    return float(np.sqrt(np.square(returns).mean(axis=0)).max())


def rows_identify(returns: NDArray[np.float64], stated: bool, stakes: NDArray[np.float64]) -> tuple[bool, str]:
    """
    Tell whether rows fix the stakes that they lead to.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n, k)
        The rows.
    stated : bool
        Whether their probabilities were given: then they are the distribution itself, not a sample of it.
    stakes : numpy.ndarray, shape (k,)
        Found on them; below 0 is short.

    Returns
    -------
    bool
    str
        Why, in a sentence.
    """
    n = len(returns)
    if stated:
        return True, f"{n} outcomes with stated probabilities: the stakes are as good as these."
    if n < MIN_TRADES:
        return False, f"{n} {'row does' if n == 1 else 'rows do'} not fix a stake; at least {MIN_TRADES} are needed."
    safe = [j + 1 for j in np.flatnonzero(stakes) if (returns[:, j] * stakes[j]).min() >= 0.0]
    if safe:
        why = f"bet {safe[0]} did not lose in any of {n} rows: the size of a loss, which sets the stake, is unseen."
        return False, why
    return True, f"{n} rows taken as the truth; ask joint_interval how far they fix the stakes."


# Below this wealth the logarithm goes on as its tangent, so that a solver's trial step may pass 0.
_FLOOR = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioStake:
    """
    Stakes of several bets, and what they do together.

    Attributes
    ----------
    stakes : numpy.ndarray, shape (k,)
        Share of equity per bet; below 0 is short.
    growth : float
        Mean log growth of the rows at these stakes, nats per period.
    cash : float
        Share of equity not staked, ``1 - sum(stakes)``; below 0 is borrowed.
    exposure : float
        Sum of the absolute stakes.
    alone : numpy.ndarray, shape (k,)
        What each bet would be given if it were the only one: what a portfolio must not add up.
    n : int
        Rows the stakes rest on.
    identified : bool
        Whether the rows fix stakes. Where they do not, the stakes are the limits' rather than the data's.
    why : str
        One sentence; `joint_interval` gives each stake its interval.
    """

    stakes: NDArray[np.float64]
    growth: float
    cash: float
    exposure: float
    alone: NDArray[np.float64]
    n: int
    identified: bool
    why: str


def kelly_portfolio(
    returns: ArrayLike | Rows,
    *,
    probabilities: ArrayLike | None = None,
    max_exposure: float = 1.0,
    max_stake: float | None = None,
    short: bool = False,
) -> PortfolioStake:
    """
    Stakes that maximise the expected log growth of simultaneous, possibly correlated bets.

    Parameters
    ----------
    returns : array_like, shape (n, k)
        Joint net returns: a row a period or scenario, a column a bet, shares of one unit staked.
    probabilities : array_like, shape (n,), optional
        Of the rows; equal unless given.
    max_exposure : float, optional
        Largest sum of absolute stakes; 1 is all of the account, without borrowing.
    max_stake : float, optional
        Largest absolute stake on one bet.
    short : bool, optional
        Whether a stake may be negative.

    Returns
    -------
    PortfolioStake

    Raises
    ------
    ParameterError
        If the returns are not a finite table of at least one row and column or look like prices, or a limit is not
        above 0.
    WorkError
        If the solver does not converge.

    Notes
    -----
    Maximises ``sum_i p_i log(1 + b . r_i)``, concave in b, by sequential quadratic programming with exact
    gradients. Means nothing where the rows hold no loss or are few: the program then leans on the limits alone, and
    `identified` is False.

    Examples
    --------
    >>> two = [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    >>> together = kelly_portfolio(two, probabilities=[0.36, 0.24, 0.24, 0.16])  # two independent bets, p = .6
    >>> [round(float(b), 4) for b in together.stakes]
    [0.1923, 0.1923]
    """
    r = as_joint(returns)
    p = as_probabilities(probabilities, len(r))
    most = positive("max_exposure", max_exposure)
    cap = most if max_stake is None else min(most, positive("max_stake", max_stake))

    def growth(b: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = log_wealth(r @ b)
        return float(p @ value), (p * slope) @ r

    stakes = maximise(growth, r.shape[1], most, cap, unit=return_scale(r), short=short)
    alone = np.array([_alone(r[:, j], p, cap, short) for j in range(r.shape[1])])
    identified, why = rows_identify(r, probabilities is not None, stakes)
    return PortfolioStake(
        stakes=stakes,
        growth=growth(stakes)[0],
        cash=1.0 - float(stakes.sum()),
        exposure=float(np.abs(stakes).sum()),
        alone=alone,
        n=len(r),
        identified=identified,
        why=why,
    )


def log_wealth(gain: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ``log(1 + gain)`` and its derivative, continued below a wealth of 1e-6 by the tangent there."""
    wealth = 1.0 + gain
    safe = np.maximum(wealth, _FLOOR)
    return np.log(safe) + (wealth - safe) / _FLOOR, 1.0 / safe


def maximise(
    objective: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]],
    k: int,
    max_exposure: float,
    cap: float,
    *,
    unit: float,
    short: bool = False,
    risk: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]] | None = None,
) -> NDArray[np.float64]:
    """
    Maximise a concave function of the stakes of k bets under limits.

    Parameters
    ----------
    objective : callable
        Stakes of shape (k,) to the value and its gradient.
    k : int
        Number of bets.
    max_exposure, cap : float
        Largest sum of absolute stakes, and largest absolute stake.
    unit : float
        Size of a return, such as their largest standard deviation: by it the objective is scaled.
    short : bool, optional
        Whether stakes may be negative.
    risk : callable, optional
        A convex function, value and gradient, that must stay at or below 0.

    Returns
    -------
    numpy.ndarray, shape (k,)

    Raises
    ------
    WorkError
        If the solver does not converge.
    """
    from scipy.optimize import minimize

    # Long and short parts apart: the exposure is then linear.
    side = np.concatenate([np.eye(k), -np.eye(k)], axis=1) if short else np.eye(k)
    m = side.shape[1]
    limits: list[dict[str, Any]] = [
        {"type": "ineq", "fun": lambda x: max_exposure - x.sum(), "jac": lambda x: -np.ones(m)}
    ]
    if risk is not None:
        limits.append(
            {"type": "ineq", "fun": lambda x: -risk(side @ x)[0], "jac": lambda x: -(risk(side @ x)[1] @ side)}
        )

    def cost(x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = objective(side @ x)
        return -scale * value, -scale * (slope @ side)

    # Concave, and no direction gains at 0: there is no edge, and 0 is best.
    if (objective(np.zeros(k))[1] @ side <= 0.0).all():
        return np.zeros(k)
    # Growth per trade may be a millionth of a nat: scaled by what a trade moves, one tolerance fits all.
    scale = 1.0 / max(unit, 1e-9)
    for start in (1e-3, 0.1, 0.5):
        solution = minimize(  # type: ignore[call-overload]  # the stubs want arrays of unknown dtype
            cost,
            np.full(m, start * min(cap, max_exposure) / m),
            jac=True,
            bounds=[(0.0, cap)] * m,
            constraints=limits,
            method="SLSQP",
            options={"maxiter": 500, "ftol": 1e-12},
        )
        # Status 8 is a line search that finds nothing better: at the optimum, to rounding.
        if solution.status in (0, 8):
            break
    else:
        raise WorkError(f"the stakes were not found: {solution.message} after {solution.nit} steps.")
    stakes = side @ solution.x
    return np.where(np.abs(stakes) < 1e-9, 0.0, stakes)


def _alone(r: NDArray[np.float64], p: NDArray[np.float64], cap: float, short: bool) -> float:
    sign = -1.0 if short and float(p @ r) < 0.0 else 1.0
    return sign * float(log_optimal_rows(sign * r[None, :], stake_bound(sign * r, cap), p[None, :])[0])
