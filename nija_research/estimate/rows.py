"""
Joint returns as rows: a period or scenario each, a column a bet; what they must look like, and what they can fix.

Shares of one unit staked. Nothing here estimates. Stands on: `kelly`, `trades`, `errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.kelly import refuse_prices
from nija_research.estimate.trades import MIN_TRADES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["as_joint", "as_probabilities", "usual_size", "what_rows_fix"]


def as_joint(returns: ArrayLike) -> NDArray[np.float64]:
    """
    Joint returns as a finite table; a list of n returns is one bet.

    Asked once, of what a user gives: a resample of good returns may look like anything.

    Parameters
    ----------
    returns : array_like, shape (n, k) or (n,)
        Net returns.

    Returns
    -------
    numpy.ndarray, shape (n, k)

    Raises
    ------
    ParameterError
        If they are no table of finite numbers, or a column looks like prices.
    """
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


def usual_size(returns: NDArray[np.float64]) -> float:
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


def what_rows_fix(returns: NDArray[np.float64], stated: bool, stakes: NDArray[np.float64]) -> tuple[bool, str]:
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
        return (
            False,
            f"bet {safe[0]} did not lose in any of {n} rows: the size of a loss, which sets the stake, is unseen.",
        )
    return True, f"{n} rows taken as the truth; ask joint_interval how far they fix the stakes."
