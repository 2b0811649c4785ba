"""
The worlds that a siphon is tried in: a log as it is, the log with an edge, and two whose truth is known.

A log of few trades a week never has two in one settlement period; the two known worlds have four a day, where periods
differ. Stands on: `worlds`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.simulate import worlds
from nija_research.units import finite

if TYPE_CHECKING:
    import pandas as pd

    from nija_research.simulate.worlds import Costs, World

__all__ = ["places", "with_edge"]

_PACE = worlds.Calendar(trades_per_day=4.0)


def with_edge(trades: pd.DataFrame, edge: float | None) -> pd.DataFrame:
    """
    Return a log whose returns are moved, all by the same amount, to a mean of `edge` standard deviations.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.
    edge : float or None
        Mean over standard deviation (n - 1); None leaves the log as it is.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ParameterError
        If the log has no column `return`.
    """
    if "return" not in trades:
        raise ParameterError("trades must be a table with a column return. data.load_trades reads one.")
    r = trades["return"].to_numpy(dtype=float)
    if edge is None or len(r) < 2 or np.ptp(r) == 0.0:
        return trades
    return trades.assign(**{"return": r - r.mean() + finite("edge", edge) * r.std(ddof=1)})


def places(trades: pd.DataFrame, *, edge: float, costs: Costs | None = None) -> dict[str, World]:
    """
    Return the worlds to try siphons in, by name.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.
    edge : float
        Mean over standard deviation of a trade where it is assumed.
    costs : Costs, optional
        Leverage of the log's returns, as in `worlds.bootstrap`.

    Returns
    -------
    dict of str to World
        The log, the log with the edge, even-money bets won at 55 %, and Student-t returns (4 degrees of freedom) with
        the edge and the log's standard deviation.
    """
    own = worlds.bootstrap(trades, costs=costs)
    moved = worlds.bootstrap(with_edge(trades, edge), costs=costs)
    wild = worlds.iid(mean=finite("edge", edge) * own.moments.sd, sd=own.moments.sd, df=4.0, calendar=_PACE)
    return {
        "the log": own,
        "the log with an edge": moved,
        "bets won at 55 %": worlds.trades(0.55, calendar=_PACE),
        "fat tails with an edge": wild,
    }
