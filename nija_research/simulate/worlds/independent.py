"""Worlds where no step remembers another: the null against which dependence is judged, and trades from a win rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.returns import as_returns
from nija_research.simulate.worlds.generator import NORMAL, OUTCOMES, STUDENT, WorldArrays
from nija_research.simulate.worlds.market import Market, MarketLike, market_of, true_market
from nija_research.simulate.worlds.noise import noise_law
from nija_research.simulate.worlds.returns import Costs, book_of, costs_of
from nija_research.simulate.worlds.world import Calendar, World, calendar_of, mixture_moments, weighted_moments
from nija_research.units import finite, not_negative, positive, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nija_research.simulate.worlds.returns import Returns

__all__ = ["iid", "trades"]

_HALF = 2.0**32
_TRUTH = "; the policy is told the true mean and volatility"
_FRACTION = "; the policy is told the true Kelly fraction"


def iid(
    returns: Returns | None = None,
    *,
    mean: float | None = None,
    sd: float | None = None,
    df: float | None = None,
    weights: Sequence[float] | None = None,
    costs: Costs | None = None,
    calendar: Calendar | None = None,
    market: MarketLike | None = None,
) -> World:
    """
    Make a world of independent normal or Student-t returns.

    Parameters
    ----------
    returns : array_like, Series or DataFrame, optional
        Take mean and sd (ddof 1) of these: the null in which only they are kept. To keep the whole distribution and
        lose only the order, use ``bootstrap(returns, block=1)``.
    mean, sd : float, optional
        Mean and standard deviation per step, shares of notional; needed where `returns` is not given.
    df : float, optional
        Degrees of freedom of Student-t returns, above 2, scaled to the sd; normal unless given.
    weights : sequence of float, shape (assets,), optional
        With `returns` of several assets: share of the stake in each.
    costs : Costs, optional
        None unless given.
    calendar : Calendar, optional
        A log's own mean pace where it has exit times, else one step a day.
    market : Market, DataFrame or mapping, optional
        One row that holds at all times; the true mean, volatility and mean / variance unless given.

    Returns
    -------
    World

    Raises
    ------
    ParameterError
        If neither or both of `returns` and `mean`, `sd` are given, or a number is out of range.

    Examples
    --------
    >>> iid(mean=0.001, sd=0.02).moments.sd
    0.02
    """
    costs = costs_of(costs)
    if returns is not None:
        if mean is not None or sd is not None:
            raise ParameterError("give returns, or mean and sd, not both.")
        book = book_of(returns, weights=weights, costs=costs, calendar=calendar)
        calendar = book.calendar
        center, spread = float(book.net.mean()), float(book.net.std(ddof=1))
        origin = f"with the mean and sd of {book.words}"
    else:
        if mean is None or sd is None:
            raise ParameterError("mean and sd are both needed where no returns are given.")
        if weights is not None:
            raise ParameterError("weights go with returns of several assets.")
        center = float(costs.net(np.array([finite("mean", mean)]))[0])
        spread = costs.leverage * not_negative("sd", sd)
        origin = f"with mean {mean:g} and sd {sd:g} a step{costs.words()}"
    calendar = calendar_of(calendar)
    scale, fourth, law = noise_law(df)
    numbers = [center, spread * scale] + ([] if df is None else [df])
    return World(
        name="iid",
        arrays=WorldArrays.of(NORMAL if df is None else STUDENT, numbers),
        market=true_market([center], [spread], calendar) if market is None else market_of(market, 1),
        calendar=calendar,
        moments=mixture_moments(np.ones(1), np.ones((1, 1)), np.array([center]), np.array([spread]), fourth),
        source=f"independent {law} returns {origin}{_TRUTH if market is None else ''}",
    )


def trades(
    p_win: float,
    payoff: float | None = None,
    *,
    wins: ArrayLike | None = None,
    losses: ArrayLike | None = None,
    costs: Costs | None = None,
    calendar: Calendar | None = None,
    market: MarketLike | None = None,
) -> World:
    """
    Make a world of independent trades: a win rate, and what a win and a loss bring.

    Parameters
    ----------
    p_win : float
        Chance of a win, in [0, 1].
    payoff : float, optional
        Win per unit staked, above 0, where a loss takes the stake; 1 unless given.
    wins : array_like, shape (n,), optional
        Wins per unit staked, each above 0, all equally likely; instead of `payoff`.
    losses : array_like, shape (m,), optional
        Losses per unit staked as numbers below 0, all equally likely; the whole stake unless given.
    costs : Costs, optional
        None unless given. A small win may then be a loss; the chance of its row stays.
    calendar : Calendar, optional
        One trade a day unless given.
    market : Market, DataFrame or mapping, optional
        One row that holds at all times; unless given, only the true full-Kelly fraction is told.

    Returns
    -------
    World

    Raises
    ------
    ParameterError
        If a number is out of range, or `payoff` and `wins` are both given.

    Examples
    --------
    >>> world = trades(0.55)
    >>> round(world.moments.mean, 6), round(float(world.market.kelly[0]), 6)
    (0.1, 0.1)
    """
    p = share("p_win", p_win)
    if payoff is not None and wins is not None:
        raise ParameterError("give payoff or wins, not both.")
    up = np.array([positive("payoff", 1.0 if payoff is None else payoff)]) if wins is None else as_returns(wins)
    down = np.array([-1.0]) if losses is None else as_returns(losses)
    if up.size == 0 or (up <= 0.0).any():
        raise ParameterError("wins must be numbers above 0, at least one.")
    if down.size == 0 or (down >= 0.0).any() or (down < -1.0).any():
        raise ParameterError("losses must be numbers below 0, -1 (the whole stake) at most: a loss of 2 % is -0.02.")
    costs = costs_of(costs)
    net = costs.net(np.concatenate([up, down]))
    weights = np.concatenate([np.full(len(up), p / len(up)), np.full(len(down), (1.0 - p) / len(down))])
    what = f"{up[0]:g}" if len(up) == 1 else f"{len(up)} sizes of win"
    against = f"{down[0]:g}" if len(down) == 1 else f"{len(down)} sizes of loss"
    return World(
        name="trades",
        arrays=WorldArrays.of(OUTCOMES, [float(np.round(_HALF * p)), len(up)], net),
        market=Market(kelly=np.array([_kelly(net, weights)]), truth=True) if market is None else market_of(market, 1),
        calendar=calendar_of(calendar),
        moments=weighted_moments(net, weights),
        source=f"independent trades won with chance {p:g}: {what} against {against}{costs.words()}"
        f"{_FRACTION if market is None else ''}",
    )


def _kelly(net: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Stake that maximises the mean of ``log(1 + f r)``: 0 without an edge, 1 where nothing can be lost."""
    from scipy.optimize import brentq

    possible, chance = net[weights > 0.0], weights[weights > 0.0]
    if chance @ possible <= 0.0:
        return 0.0
    if possible.min() >= 0.0:
        return 1.0
    ruin = -1.0 / float(possible.min())

    def slope(stake: float) -> float:
        return float(chance @ (possible / (1.0 + stake * possible)))

    return float(brentq(slope, 0.0, ruin * (1.0 - 1e-12), xtol=1e-14))
