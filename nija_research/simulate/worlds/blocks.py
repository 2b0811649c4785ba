"""
Block bootstrap of real trades or of market returns: the past in pieces, put together anew.

Blocks keep what follows what: a run of losses, a quiet month, a storm. The stationary bootstrap draws blocks of random
length from the circle of all rows, circular and moving ones have one length. Several assets are drawn jointly, and so
is what was known of the market before each bar. Stands on: `world`, `returns`, `moments`, `estimate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy.checks import choice
from nija_research.simulate.worlds.arrays import BLOCKS, OWN, STATIONARY, WorldArrays
from nija_research.simulate.worlds.market import Told, market_of
from nija_research.simulate.worlds.moments import block_moments
from nija_research.simulate.worlds.returns import book_of
from nija_research.simulate.worlds.world import World
from nija_research.units import finite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nija_research.simulate.worlds.calendar import Calendar
    from nija_research.simulate.worlds.costs import Costs
    from nija_research.simulate.worlds.returns import Returns

__all__ = ["Method", "bootstrap"]

Method = Literal["stationary", "circular", "moving"]
_METHODS = ("stationary", "circular", "moving")
_HALF = 2.0**32


def bootstrap(
    returns: Returns,
    *,
    block: float | Literal["auto"] = "auto",
    method: Method = "stationary",
    weights: Sequence[float] | None = None,
    costs: Costs | None = None,
    calendar: Calendar | None = None,
    market: Told | None = None,
) -> World:
    """
    Make a world of blocks of past returns.

    Parameters
    ----------
    returns : array_like, Series or DataFrame, shape (n,) or (n, assets)
        Shares of notional in order; a trade log; or several assets, drawn jointly, whole rows at a time.
    block : float or "auto", optional
        Mean length of a block in rows (stationary), or its length (circular, moving, whole), in [1, n]. "auto" is
        Politis and White's length for the returns or for their squares, whichever is longer: squares remember
        longer, and drawdowns live on that. 1 draws single rows.
    method : {"stationary", "circular", "moving"}, optional
        Blocks of random length [1]_, or of one length on the circle of rows [2]_, or off it [3]_.
    weights : sequence of float, shape (assets,), optional
        Share of the stake in each asset; equal unless given.
    costs : Costs, optional
        Taken off every return; the returns are net already unless given.
    calendar : Calendar, optional
        A log's own mean pace where it has exit times, else one step a day.
    market : Market, DataFrame or mapping, optional
        What was known *before* each row's bar (`expected_return`, `volatility`, `regime`, `kelly`), drawn jointly with
        the returns; scalars hold at all times.

    Returns
    -------
    World

    Raises
    ------
    ParameterError
        If the returns, weights, block or market are not usable; the message says why.

    References
    ----------
    .. [1] Politis, D. N., Romano, J. P. (1994). The stationary bootstrap. Journal of the American Statistical
       Association 89.
    .. [2] Politis, D. N., Romano, J. P. (1992). A circular block-resampling procedure for stationary data. In:
       Exploring the limits of bootstrap, Wiley.
    .. [3] Künsch, H. R. (1989). The jackknife and the bootstrap for general stationary observations. Annals of
       Statistics 17.

    Examples
    --------
    >>> bootstrap([0.02, -0.01, 0.03], block=2).source
    'stationary bootstrap of 3 returns, mean block 2'
    """
    choice("method", method, _METHODS)
    book = book_of(returns, weights=weights, costs=costs, calendar=calendar)
    n = len(book.net)
    length, why = _length(book.net, block, method)
    told = market_of(market, n)
    called = "mean block" if method == "stationary" else "block"
    starts = n - length + 1 if method == "moving" else n
    numbers = [np.round(_HALF / length)] if method == "stationary" else [length, starts]
    return World(
        name=f"{method} bootstrap",
        arrays=WorldArrays.of(
            STATIONARY if method == "stationary" else BLOCKS,
            numbers,
            book.net,
            OWN if told is not None and told.rows == n else None,
        ),
        market=told,
        calendar=book.calendar,
        moments=block_moments(book.net, length, method),
        source=f"{method} bootstrap of {book.words}, {called} {length:g}{why}",
    )


def _length(net: NDArray[np.float64], block: float | str, method: str) -> tuple[float, str]:
    """Length of a block and, where it was estimated, how."""
    from nija_research.estimate.bootstrap import block_length

    n = len(net)
    if isinstance(block, str):
        choice("block", block, ("auto",))
        return float(block_length(net, method="stationary" if method == "stationary" else "circular")), (
            " (Politis-White on returns and squares, the longer)"
        )
    length = finite("block", block)
    if not 1.0 <= length <= n:
        raise ParameterError(f"block must lie in [1, {n}], the number of rows; got {block!r}.")
    if method != "stationary" and length != int(length):
        raise ParameterError(f"block must be a whole number of rows for the {method} bootstrap, got {block!r}.")
    return length, ""
