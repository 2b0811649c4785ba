"""
Net returns of a log in the unit that a stake is asked for: per unit at risk, or per unit of notional.

A return per unit at risk needs each trade's planned loss at the stop. Nothing here estimates. Stands on: `kelly`,
`errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.kelly import Unit, as_returns, net_returns

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["returns_in_unit", "unit_of"]


def unit_of(trades: pd.DataFrame) -> Unit:
    """
    Unit in which a log can say what to stake.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.

    Returns
    -------
    {"risk", "leverage"}
        "risk" where every trade has its planned loss, else "leverage".
    """
    return "risk" if "risk" in trades.columns and len(trades) and trades["risk"].notna().all() else "leverage"


def returns_in_unit(trades: pd.DataFrame | ArrayLike, unit: Unit) -> NDArray[np.float64]:
    """
    Net return of every trade per unit staked, in the unit asked for.

    Parameters
    ----------
    trades : pandas.DataFrame or array_like, shape (n,)
        The canonical table, or returns that are already in `unit`.
    unit : {"risk", "leverage"}
        Per unit at risk or per unit of notional.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        If a value is missing or not finite, `risk` is not above 0, or the numbers look like prices.
    """
    columns = getattr(trades, "columns", None)
    if columns is None:
        return net_returns(cast("ArrayLike", trades))
    table = cast("pd.DataFrame", trades)
    if unit == "risk" and "risk" in columns and table["risk"].notna().any():
        risk = table["risk"].to_numpy(dtype=np.float64, na_value=np.nan)
        bad = np.flatnonzero(~(risk > 0.0))
        if bad.size:
            raise ParameterError(
                f"column 'risk' of trade {bad[0] + 1} must be above 0, got {risk[bad[0]]}: every trade needs its "
                "planned loss at the stop, or none. Drop the column, or ask for unit='leverage'."
            )
        # A log of returns may leave the money out; where it has the stake, that is the same.
        money = table["net_pnl"].fillna(table["return"] * table["stake"]) if "stake" in columns else table["net_pnl"]
        pnl = money.to_numpy(dtype=np.float64, na_value=np.nan)
        unknown = np.flatnonzero(np.isnan(pnl))
        if unknown.size:
            raise ParameterError(
                f"column 'net_pnl' of trade {unknown[0] + 1} is missing, and without it the return per unit at risk is "
                "not known. Give net_pnl or stake, or ask for unit='leverage'."
            )
        return as_returns(pnl / risk)
    if "return" not in columns:
        raise ParameterError(f"trades need a column 'return' (has: {', '.join(map(str, columns))}).")
    return as_returns(table["return"].to_numpy(dtype=np.float64, na_value=np.nan))
