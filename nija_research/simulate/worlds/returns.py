"""
Returns as a caller has them and what trading costs, read into one series that an account trades.

``net = leverage x (gross - sides x (fee + slippage) - funding)``: gross is the return on notional, net the return per
unit staked, which is what an account books. Costs are paid on the notional, so leverage multiplies them too. Nothing is
clipped: a leveraged loss beyond the stake is a debt, as in `policy.state`. Returns come as an array, a Series, the
canonical trade table (its `return` column), or several assets side by side, whose book is their weighted sum. They are
shares of notional: what can only be percent is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.returns import as_returns
from nija_research.simulate.worlds.world import Calendar, calendar_of
from nija_research.units import EDGE, finite, positive, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Book", "Costs", "Returns", "as_array", "book_of", "costs_of", "finite_array"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """
    Costs of one step.

    Attributes
    ----------
    fee, slippage : float
        Shares of notional per side, in [0, 1).
    funding : float
        Share of notional per step; below 0 when it is received.
    leverage : float
        Notional per unit staked, above 0.
    sides : float
        Sides traded a step, 0 to 2: 2 for a round trip, less for a position that is held from bar to bar.
    """

    fee: float = 0.0
    slippage: float = 0.0
    funding: float = 0.0
    leverage: float = 1.0
    sides: float = 2.0

    def __post_init__(self) -> None:
        for name in ("fee", "slippage"):
            if share(name, getattr(self, name)) == 1.0:
                raise ParameterError(f"{name} must be a share of notional below 1, got 1.0. 1 percent is written 0.01.")
        if abs(finite("funding", self.funding)) >= 1.0:
            raise ParameterError(
                f"funding is a share of notional, got {self.funding!r}. 0.01 percent is written 0.0001."
            )
        positive("leverage", self.leverage)
        if not 0.0 <= finite("sides", self.sides) <= 2.0:
            raise ParameterError(f"sides must lie in [0, 2], got {self.sides!r}. A round trip has 2.")

    @property
    def per_step(self) -> float:
        """Share of notional that a step costs."""
        return self.sides * (self.fee + self.slippage) + self.funding

    def net(self, gross: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what is left per unit staked of returns on notional."""
        return self.leverage * (gross - self.per_step)

    def words(self) -> str:
        """Return the costs as a clause, empty where there are none."""
        parts = [f"{self.per_step:g} of notional a step"] if self.per_step else []
        parts += [f"leverage {self.leverage:g}"] if self.leverage != 1.0 else []
        return f", less costs of {' and at '.join(parts)}" if self.per_step else ", at " + parts[0] if parts else ""


#: Nothing taken off.
NO_COSTS = Costs()


def costs_of(costs: Costs | None) -> Costs:
    """Return the costs, none unless given; anything else is refused."""
    if costs is not None and not isinstance(costs, Costs):
        raise ParameterError(f"costs must be Costs, got {costs!r}. Write Costs(fee=0.001) for 0.1 % a side.")
    return NO_COSTS if costs is None else costs


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
    table = as_array("returns", returns, "numbers: shares of notional, one row a step")
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


def as_array(name: str, values: ArrayLike, wanted: str) -> NDArray[np.float64]:
    """Return values as an array of floats, or say what was wanted."""
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(f"{name} must be {wanted}.") from None


def finite_array(name: str, values: ArrayLike, dims: int) -> NDArray[np.float64]:
    """Return finite numbers in so many dimensions, or refuse."""
    wanted = f"finite numbers in {dims} dimension{'s' * (dims > 1)}, got {values!r}"
    table = as_array(name, values, wanted)
    if table.ndim != dims or not np.isfinite(table).all():
        raise ParameterError(f"{name} must be {wanted}.")
    return table


def _joint(table: NDArray[np.float64], weights: Sequence[float] | None) -> NDArray[np.float64]:
    """The book's return of each row of several assets."""
    assets = table.shape[1]
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise ParameterError(f"returns[{row}, {column}] must be finite, got {table[row, column]}. Drop the row.")
    shares = np.full(assets, 1.0 / max(1, assets)) if weights is None else as_weights(weights)
    if len(shares) != assets or assets == 0:
        raise ParameterError(f"weights must have one entry an asset ({assets}), got {len(shares)}.")
    return np.asarray(table @ shares)


def as_weights(weights: Sequence[float]) -> NDArray[np.float64]:
    """Return weights that add up to 1, or refuse."""
    shares = np.asarray(weights, dtype=np.float64)
    if shares.ndim != 1 or not np.isfinite(shares).all() or (shares < 0.0).any() or abs(shares.sum() - 1.0) > EDGE:
        raise ParameterError(f"weights must be shares of 0 or more that add up to 1, got {list(weights)!r}.")
    return shares


def _no_percent(table: NDArray[np.float64]) -> None:
    """Refuse what a position without leverage cannot lose."""
    if table.min() < -1.0:
        raise ParameterError(
            f"returns are shares of notional, -1 or more, got {table.min():g}. Write 5 percent as 0.05, and "
            "leverage as Costs(leverage=...) on returns of the notional."
        )
