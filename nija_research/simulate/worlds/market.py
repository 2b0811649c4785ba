"""
What a policy is told before each bar: one row a state of the market, in the units of the market rules.

A row holds only what was known *before* the bar it belongs to; a world that tells more says so in its `source`.
Columns that are not given stay None, and a policy that needs one is refused by the simulator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy.leverage import annual_volatility
from nija_research.policy.regime import UNKNOWN, regime_index
from nija_research.policy.risk import annual_return
from nija_research.units import finite

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from nija_research.simulate.worlds.world import Calendar

__all__ = ["UNKNOWN_REGIME", "Market", "MarketLike", "market_of", "true_market"]

#: Number of the regime that is not known.
UNKNOWN_REGIME = regime_index(UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Market:
    """
    Rows of what is known before a bar; arrays of equal length (rows,), or None where nothing is told.

    Attributes
    ----------
    expected_return : numpy.ndarray of float, shape (rows,), or None
        Expected annual return, share.
    volatility : numpy.ndarray of float, shape (rows,), or None
        Annual volatility, share.
    regime : numpy.ndarray of int64, shape (rows,), or None
        Number of the regime as `policy.regime.regime_index` counts: 0 to 4, 5 for UNKNOWN.
    kelly : numpy.ndarray of float, shape (rows,), or None
        Full-Kelly fraction, in units staked per unit of equity.
    truth : bool, optional
        Whether a law makes these numbers. What a caller states is held to the bounds that an `Account` has, beyond
        which a figure can only be percent; the truth of a law is what it is.

    Raises
    ------
    ParameterError
        If a number is not finite, out of its range or in the wrong unit, or columns differ in length.
    """

    expected_return: NDArray[np.float64] | None = None
    volatility: NDArray[np.float64] | None = None
    regime: NDArray[np.int64] | None = None
    kelly: NDArray[np.float64] | None = None
    truth: InitVar[bool] = False

    def __post_init__(self, truth: bool) -> None:
        for name, column in self.columns().items():
            if np.ndim(column) != 1:
                raise ParameterError(f"market.{name} must be an array (rows,), got {column!r}. Write [{column!r}].")
            if truth and not np.isfinite(column).all():
                raise ParameterError(f"market.{name} must be finite.")
            if not truth:
                _CHECKED[name](np.asarray(column))
        lengths = {name: len(column) for name, column in self.columns().items()}
        if not lengths:
            raise ParameterError(
                "market tells nothing: give at least one of expected_return, volatility, regime, kelly."
            )
        if len(set(lengths.values())) > 1:
            raise ParameterError(f"market columns must be of equal length, got {lengths}.")

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns that are told, by name."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: column for name, column in named.items() if column is not None}

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns().values())))


#: What a caller may give as `market`: a scalar a column is one row that holds at all times.
MarketLike: TypeAlias = "Market | pd.DataFrame | Mapping[str, Any]"


def market_of(market: MarketLike | None, rows: int | None) -> Market | None:
    """
    Return a checked market of one row or of `rows` rows; of any length where `rows` is None.

    Parameters
    ----------
    market : Market, pandas.DataFrame, Mapping or None
        Columns by name; scalars make one row. `regime` may hold names or numbers.
    rows : int or None
        Length of a table that goes with the returns row by row.

    Returns
    -------
    Market or None

    Raises
    ------
    ParameterError
        If a column is unknown, holds a number out of range or in the wrong unit, or has another length.
    """
    if market is not None and not isinstance(market, Market):
        if not hasattr(market, "items"):
            raise ParameterError(
                f"market must be a Market, a table or a mapping, got {market!r}. Write {{'kelly': 0.1}}."
            )
        wanted = [field.name for field in fields(Market)]
        columns = {str(name): np.atleast_1d(np.asarray(column)) for name, column in market.items()}
        if unknown := sorted(set(columns) - set(wanted)):
            raise ParameterError(f"market has no column {', '.join(unknown)}; it has {', '.join(wanted)}.")
        market = Market(**{name: _CHECKED[name](column) for name, column in columns.items()}, truth=True)
    if market is not None and rows is not None and market.rows not in (1, rows):
        raise ParameterError(f"market must have 1 row or one a return ({rows}), got {market.rows}.")
    return market


def true_market(means: ArrayLike, sds: ArrayLike, calendar: Calendar, regimes: Sequence[int] | None = None) -> Market:
    """
    Return the market as a law with these moments per step (rows,) makes it, in annual figures.

    The Kelly fraction is ``mean / variance``, 0 without an edge: what maximises growth for small steps.
    """
    mean, sd = np.asarray(means, dtype=np.float64), np.asarray(sds, dtype=np.float64)
    year = calendar.steps_per_year
    variance = np.maximum(sd**2, np.finfo(np.float64).tiny)
    return Market(
        expected_return=mean * year,
        volatility=sd * np.sqrt(year),
        regime=np.array([UNKNOWN_REGIME] * len(mean) if regimes is None else regimes, dtype=np.int64),
        kelly=np.maximum(mean / variance, 0.0),
        truth=True,
    )


def _numbers(name: str, column: NDArray[Any], check: Any) -> NDArray[np.float64]:
    """Each entry through its rule's own check; the message names the row."""
    return np.array([check(f"market.{name}[{i}]", value) for i, value in enumerate(column.tolist())], dtype=np.float64)


def _regimes(column: NDArray[Any]) -> NDArray[np.int64]:
    numbers = []
    for i, value in enumerate(column.tolist()):
        if isinstance(value, str):
            numbers.append(regime_index(value))
        elif value in range(UNKNOWN_REGIME + 1):
            numbers.append(int(value))
        else:
            raise ParameterError(f"market.regime[{i}] must be a regime's name or a number from 0 to 5, got {value!r}.")
    return np.array(numbers, dtype=np.int64)


_CHECKED: dict[str, Any] = {
    "expected_return": lambda column: _numbers("expected_return", column, annual_return),
    "volatility": lambda column: _numbers("volatility", column, annual_volatility),
    "regime": _regimes,
    "kelly": lambda column: _numbers("kelly", column, finite),
}
