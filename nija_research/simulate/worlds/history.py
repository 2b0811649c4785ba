"""
Worlds of recorded returns: the past as it was, paths given from outside, and the past in blocks, put together anew.

Blocks keep what follows what: a run of losses, a quiet month, a storm. The stationary bootstrap draws blocks of random
length from the circle of all rows, circular and moving ones have one length. Several assets are drawn jointly, and so
is what was known of the market before each bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from nija_research.errors import ParameterError
from nija_research.simulate.worlds.generator import BLOCKS, OWN, STATIONARY, WINDOWS, WorldArrays
from nija_research.simulate.worlds.market import Market, MarketLike, market_of
from nija_research.simulate.worlds.returns import Book, as_array, book_of
from nija_research.simulate.worlds.world import Calendar, Moments, World, block_moments, calendar_of, sample_moments
from nija_research.units import choice, count, finite

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nija_research.simulate.worlds.returns import Costs, Returns

__all__ = ["bootstrap", "given", "historic"]


def historic(
    returns: Returns,
    *,
    window: int | None = None,
    step: int | None = None,
    weights: Sequence[float] | None = None,
    costs: Costs | None = None,
    calendar: Calendar | None = None,
    market: MarketLike | None = None,
) -> World:
    """
    Make a world of past returns as they came: path p is the window that starts at row ``p * step``.

    Parameters
    ----------
    returns : array_like, Series or DataFrame, shape (n,) or (n, assets)
        Shares of notional in order, a trade log, or several assets.
    window : int, optional
        Rows of a path, in [1, n]; all of them unless given.
    step : int, optional
        Rows from one window's start to the next one's; the window unless given, so that windows do not overlap.
    weights : sequence of float, shape (assets,), optional
        Share of the stake in each asset; equal unless given.
    costs : Costs, optional
        Taken off every return; the returns are net already unless given.
    calendar : Calendar, optional
        A log's own mean pace where it has exit times, else one step a day.
    market : Market, DataFrame or mapping, optional
        What was known *before* each row's bar, one row a return; scalars hold at all times.

    Returns
    -------
    World
        With as many `paths` as there are whole windows, and `horizon` the window. Windows that overlap are not
        independent: their spread is no standard error.

    Raises
    ------
    ParameterError
        If the returns, weights, window, step or market are not usable.

    Examples
    --------
    >>> world = historic([0.02, -0.01, 0.03, 0.01], window=2)
    >>> world.draw(2, 2, rng=0).returns.tolist()
    [[0.02, -0.01], [0.03, 0.01]]
    """
    book = book_of(returns, weights=weights, costs=costs, calendar=calendar)
    n = len(book.net)
    length = n if window is None else count("window", window, low=1)
    if length > n:
        raise ParameterError(f"window may be at most the {n} rows there are, got {window!r}.")
    stride = length if step is None else count("step", step, low=1)
    paths = (n - length) // stride + 1
    windows = f"{paths} windows of {length}, every {stride}" if paths > 1 else f"one window of {length}"
    world = _table_world("historic", WINDOWS, [stride], book, market_of(market, n), sample_moments(book.net))
    return replace(world, source=f"history as it was: {book.words}, {windows}", paths=paths, horizon=length)


def given(
    returns: ArrayLike,
    rows: ArrayLike | None = None,
    market: MarketLike | None = None,
    *,
    calendar: Calendar | None = None,
) -> World:
    """
    Make a world of paths drawn elsewhere: path p is row p.

    Parameters
    ----------
    returns : array_like, shape (n_paths, horizon)
        Per unit staked, net of everything; taken as they are.
    rows : array_like of int, shape (n_paths, horizon), optional
        Market row known before each step.
    market : Market, DataFrame or mapping, optional
        The rows that `rows` counts.
    calendar : Calendar, optional
        One step a day unless given.

    Returns
    -------
    World

    Raises
    ------
    ParameterError
        If `returns` is not a finite table, or `rows` does not fit it or the market.

    Examples
    --------
    >>> given([[0.5, -0.5]]).draw(1, 2, rng=0).returns.tolist()
    [[0.5, -0.5]]
    """
    table = as_array("returns", returns, "a table of numbers, one row a path, all of one length")
    if table.ndim != 2 or table.size == 0 or not np.isfinite(table).all():
        raise ParameterError(f"returns must be a table of finite numbers (n_paths, horizon), got shape {table.shape}.")
    states = market_of(market, 1 if rows is None else None)
    index = None if rows is None else np.asarray(rows)
    if index is not None:
        most = 1 if states is None else states.rows
        if index.shape != table.shape or index.dtype.kind not in "iu" or index.min() < 0 or index.max() >= most:
            raise ParameterError(
                f"rows must be whole numbers from 0 to {most - 1}, of shape {table.shape}; "
                f"got {index.dtype}, {index.shape}."
            )
        index = np.resize(index, max(2, index.size))  # an array of one entry would stand for a market of one row
    n_paths, horizon = table.shape
    return World(
        name="given",
        arrays=WorldArrays.of(WINDOWS, [horizon], table, index),
        market=states,
        calendar=calendar_of(calendar),
        moments=sample_moments(table.ravel()),
        source=f"{n_paths} path{'s' * (n_paths > 1)} of {horizon} step{'s' * (horizon > 1)} drawn elsewhere",
        paths=n_paths,
        horizon=horizon,
    )


Method = Literal["stationary", "circular", "moving"]
_HALF = 2.0**32


def bootstrap(
    returns: Returns,
    *,
    block: float | Literal["auto"] = "auto",
    method: Method = "stationary",
    weights: Sequence[float] | None = None,
    costs: Costs | None = None,
    calendar: Calendar | None = None,
    market: MarketLike | None = None,
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
    choice("method", method, get_args(Method))
    book = book_of(returns, weights=weights, costs=costs, calendar=calendar)
    n = len(book.net)
    length, why = _length(book.net, block, method)
    called = "mean block" if method == "stationary" else "block"
    starts = n - length + 1 if method == "moving" else n
    kind, numbers = (STATIONARY, [np.round(_HALF / length)]) if method == "stationary" else (BLOCKS, [length, starts])
    moments = block_moments(book.net, length, method)
    world = _table_world(f"{method} bootstrap", kind, numbers, book, market_of(market, n), moments)
    return replace(world, source=f"{method} bootstrap of {book.words}, {called} {length:g}{why}")


def _table_world(
    name: str, kind: int, numbers: list[float], book: Book, market: Market | None, moments: Moments
) -> World:
    """Make a world whose steps are rows of a book; each row is its own market row where the market has as many."""
    rows = OWN if market is not None and market.rows == len(book.net) else None
    arrays = WorldArrays.of(kind, numbers, book.net, rows)
    return World(name=name, arrays=arrays, market=market, calendar=book.calendar, moments=moments, source="")


def _length(net: NDArray[np.float64], block: float | str, method: str) -> tuple[float, str]:
    """Length of a block and, where it was estimated, how."""
    from nija_research.estimate.kelly.bootstrap import block_length

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
