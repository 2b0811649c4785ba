"""
Worlds without chance: the past as it was, window by window, or paths given from outside.

Stands on: `world`, `returns`, `moments`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy.checks import count
from nija_research.simulate.worlds.arrays import OWN, WINDOWS, WorldArrays
from nija_research.simulate.worlds.calendar import Calendar, calendar_of
from nija_research.simulate.worlds.market import Told, market_of
from nija_research.simulate.worlds.moments import sample_moments
from nija_research.simulate.worlds.returns import book_of
from nija_research.simulate.worlds.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from nija_research.simulate.worlds.costs import Costs
    from nija_research.simulate.worlds.returns import Returns

__all__ = ["given", "historic"]


def historic(
    returns: Returns,
    *,
    window: int | None = None,
    step: int | None = None,
    weights: Sequence[float] | None = None,
    costs: Costs | None = None,
    calendar: Calendar | None = None,
    market: Told | None = None,
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
    told = market_of(market, n)
    paths = (n - length) // stride + 1
    windows = f"{paths} windows of {length}, every {stride}" if paths > 1 else f"one window of {length}"
    return World(
        name="historic",
        arrays=WorldArrays.of(WINDOWS, [stride], book.net, OWN if told is not None and told.rows == n else None),
        market=told,
        calendar=book.calendar,
        moments=sample_moments(book.net),
        source=f"history as it was: {book.words}, {windows}",
        paths=paths,
        horizon=length,
    )


def given(
    returns: ArrayLike,
    rows: ArrayLike | None = None,
    market: Told | None = None,
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
    try:
        table = np.asarray(returns, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError("returns must be a table of numbers, one row a path, all of one length.") from None
    if table.ndim != 2 or table.size == 0 or not np.isfinite(table).all():
        raise ParameterError(f"returns must be a table of finite numbers (n_paths, horizon), got shape {table.shape}.")
    told = market_of(market, 1 if rows is None else None)
    index = None if rows is None else np.asarray(rows)
    if index is not None:
        most = 1 if told is None else told.rows
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
        market=told,
        calendar=calendar_of(calendar),
        moments=sample_moments(table.ravel()),
        source=f"{n_paths} path{'s' * (n_paths > 1)} of {horizon} step{'s' * (horizon > 1)} drawn elsewhere",
        paths=n_paths,
        horizon=horizon,
    )
