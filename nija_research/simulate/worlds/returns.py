"""
Returns as a caller has them, read into one series that an account trades.

An array, a Series, the canonical trade table (its `return` column), or several assets side by side, whose book
is their weighted sum. Returns are shares of notional: what can only be percent is refused. Stands on: `errors`,
`units`, `estimate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.kelly import as_returns
from nija_research.simulate.worlds.calendar import Calendar, calendar_of
from nija_research.simulate.worlds.costs import Costs, costs_of
from nija_research.units import EDGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Book", "Returns", "book_of"]

#: What a caller may give as `returns`.
Returns: TypeAlias = "ArrayLike | pd.Series | pd.DataFrame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """
    One series of returns per unit staked, with where it comes from.

    Attributes
    ----------
    net : numpy.ndarray, shape (n,)
        After costs and leverage.
    calendar : Calendar
        Given, or the mean pace of a log.
    words : str
        "250 trades" or "5030 rows of 2 assets", with the costs.
    """

    net: NDArray[np.float64]
    calendar: Calendar
    words: str


def book_of(
    returns: Returns,
    *,
    weights: Sequence[float] | None = None,
    costs: Costs | None = None,
    calendar: Calendar | None = None,
) -> Book:
    """
    Read returns and take costs off.

    Parameters
    ----------
    returns : array_like, Series or DataFrame, shape (n,) or (n, assets)
        Shares of notional, in order; a table with a `return` column is a trade log.
    weights : sequence of float, shape (assets,), optional
        Share of the stake in each asset, adding up to 1; equal unless given.
    costs : Costs, optional
        None are taken off unless given, so the net returns of a log stay as they are.
    calendar : Calendar, optional
        A log's own mean pace where it has exit times, else one step a day.

    Returns
    -------
    Book

    Raises
    ------
    ParameterError
        If there are fewer than 2 rows, an entry is not a finite number, a return is below -1, or `weights` do not fit.
    """
    import pandas as pd

    costs = costs_of(costs)
    what = "trades" if isinstance(returns, pd.DataFrame) and "return" in returns.columns else "returns"
    if isinstance(returns, pd.DataFrame) and what == "trades":
        exits = returns.get("exit_time")
        if calendar is None and exits is not None and exits.min() < exits.max():
            calendar = Calendar.of(exits)
        returns = returns["return"]
    try:
        table = np.asarray(returns, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError("returns must be numbers: shares of notional, one row a step.") from None
    if table.ndim == 2:
        gross = _joint(table, weights)
        what = f"rows of {table.shape[1]} assets drawn jointly"
    else:
        if weights is not None:
            raise ParameterError("weights go with returns of several assets, one column each; got one series.")
        gross = as_returns(table)
    if len(gross) < 2:
        raise ParameterError(f"returns must hold at least 2 rows, got {len(gross)}.")
    _no_percent(table)
    return Book(
        net=np.ascontiguousarray(costs.net(gross)),
        calendar=calendar_of(calendar),
        words=f"{len(gross)} {what}{costs.words()}",
    )


def _joint(table: NDArray[np.float64], weights: Sequence[float] | None) -> NDArray[np.float64]:
    """The book's return of each row of several assets."""
    assets = table.shape[1]
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise ParameterError(f"returns[{row}, {column}] must be finite, got {table[row, column]}. Drop the row.")
    given = np.full(assets, 1.0 / max(1, assets)) if weights is None else as_weights(weights)
    if len(given) != assets or assets == 0:
        raise ParameterError(f"weights must have one entry an asset ({assets}), got {len(given)}.")
    return np.asarray(table @ given)


def as_weights(weights: Sequence[float]) -> NDArray[np.float64]:
    """Return weights that add up to 1, or refuse."""
    given = np.asarray(weights, dtype=np.float64)
    if given.ndim != 1 or not np.isfinite(given).all() or (given < 0.0).any() or abs(given.sum() - 1.0) > EDGE:
        raise ParameterError(f"weights must be shares of 0 or more that add up to 1, got {list(weights)!r}.")
    return given


def _no_percent(table: NDArray[np.float64]) -> None:
    """Refuse what a position without leverage cannot lose."""
    if table.min() < -1.0:
        raise ParameterError(
            f"returns are shares of notional, -1 or more, got {table.min():g}. Write 5 percent as 0.05, and "
            "leverage as Costs(leverage=...) on returns of the notional."
        )
