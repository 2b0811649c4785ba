"""
The siphons that are compare, and the worlds they are tried in.

A basic siphon has one rate and no tiers, so that what it costs is its own; the documents' rules come with all they
print. The worlds are a log as it is, the log with an edge, and two whose truth is known: a log of few trades a week
never has two in one settlement period; the two known worlds have four a day, where periods differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy import Compounding, Cushion, Milestones, Policy, ProfitSplit, Stake, WarChest, presets
from nija_research.policy.compounding import STRATEGIES
from nija_research.policy.war_chest import BASES, SETTLEMENTS, Basis, Settlement
from nija_research.simulate import worlds
from nija_research.units import finite, share

if TYPE_CHECKING:
    import pandas as pd

    from nija_research.simulate.worlds import Costs, World

__all__ = ["NO_SIPHON", "basic_siphon", "scenarios", "siphon_grid", "variants", "with_edge"]

#: The name of the policy that moves no profit.
NO_SIPHON = "no siphon"


def basic_siphon(
    stake: float, rate: float, basis: Basis = "high_water_mark", settlement: Settlement = "trade"
) -> Policy:
    """
    Return a fixed share of the trading account with a siphon of one rate and no tiers; rate 0 is no siphon.

    Parameters
    ----------
    stake : float
        Share of sizing capital, in [0, 1].
    rate : float
        Share of settled profit, in [0, 1].
    basis, settlement : str, optional
        As in `policy.WarChest`.

    Returns
    -------
    Policy
    """
    chest = WarChest(
        rate=share("rate", rate),
        hot_bonus=0.0,
        basis=basis,
        settlement=settlement,
        compound_above=None,
        reinvest_above=None,
    )
    return Policy(stake=_staked(stake), war_chest=chest if rate > 0.0 else None)


def siphon_grid(stake: float, rates: Sequence[float]) -> dict[tuple[Basis, Settlement, float], Policy]:
    """
    Return every basis, settlement and rate that goes together, by these three.

    Parameters
    ----------
    stake : float
        Share of sizing capital, in [0, 1].
    rates : sequence of float
        Rates of the chest, shares of profit.

    Returns
    -------
    dict of (str, str, float) to Policy
    """
    return {
        (basis, settlement, rate): basic_siphon(stake, rate, basis, settlement)
        for basis in BASES
        for settlement in SETTLEMENTS
        if (basis, settlement) != ("per_period", "trade")
        for rate in rates
    }


def variants(
    stake: float, *, rate: float = 0.20, basis: Basis = "high_water_mark", settlement: Settlement = "trade"
) -> Mapping[str, Policy]:
    """
    Return the documents' ways of moving profit, and what else would do, at one stake.

    Parameters
    ----------
    stake : float
        Share of sizing capital, in [0, 1].
    rate : float, optional
        Of the chest.
    basis, settlement : str, optional
        Of chest and split.

    Returns
    -------
    mapping of str to Policy
        The first one, `NO_SIPHON`, moves nothing.
    """
    bare = Policy(stake=_staked(stake))
    flat = basic_siphon(stake, rate, basis, settlement)
    printed = presets["document_003"]
    assert printed.war_chest is not None
    hot = min(printed.war_chest.hot_bonus, 1.0 - rate)
    chest = replace(printed.war_chest, rate=rate, hot_bonus=hot, basis=basis, settlement=settlement)
    split = ProfitSplit(basis=basis, settlement=settlement)
    rules = {
        NO_SIPHON: bare,
        f"chest {rate:.0%}": flat,
        f"chest {rate:.0%}, hot +{hot:.0%}": replace(
            bare, war_chest=replace(chest, compound_above=None, reinvest_above=None)
        ),
        "and $50, $100 tiers": replace(bare, war_chest=chest),
        "$100 rule of the balance": replace(bare, war_chest=replace(chest, reinvest_of="balance")),
        "split 60/20/15/5": replace(bare, profit_split=split),
    }
    for kept in sorted(STRATEGIES.values()):
        if kept < 1.0:
            name = f"compounding {100 * kept:.0f}/{100 * (1.0 - kept):.0f}"
            rules[name] = replace(bare, compounding=Compounding(reinvest=kept, preserve=round(1.0 - kept, 12)))
    return rules | {
        "milestones 10%": replace(bare, milestones=Milestones()),
        "half the stake": Policy(stake=_staked(stake / 2.0)),
        "Grossman-Zhou 75%": replace(bare, cushion=Cushion()),
    }


def _staked(stake: float) -> Stake:
    return Stake(share=share("stake", stake))


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


def scenarios(trades: pd.DataFrame, *, edge: float, costs: Costs | None = None) -> dict[str, World]:
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
