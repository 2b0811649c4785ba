"""
The siphons that are asked about: policies by name, each one stake with one way of moving profit.

A plain siphon has one rate and no tiers, so that what it costs is its own; the documents' rules come with all they
print. Stands on: `policy`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nija_research.policy import Compounding, Cushion, Milestones, Policy, ProfitSplit, Stake, WarChest, presets
from nija_research.policy.compounding import STRATEGIES
from nija_research.policy.war_chest import BASES, SETTLEMENTS, Basis, Settlement
from nija_research.units import share

__all__ = ["NONE", "grid", "lenses", "plain"]

#: The name of the policy that moves no profit.
NONE = "no siphon"


def plain(stake: float, rate: float, basis: Basis = "high_water_mark", settlement: Settlement = "trade") -> Policy:
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


def grid(stake: float, rates: Sequence[float]) -> dict[tuple[Basis, Settlement, float], Policy]:
    """Return every basis, settlement and rate that goes together, by these three."""
    return {
        (basis, settlement, rate): plain(stake, rate, basis, settlement)
        for basis in BASES
        for settlement in SETTLEMENTS
        if (basis, settlement) != ("per_period", "trade")
        for rate in rates
    }


def lenses(
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
        The first one, `NONE`, moves nothing.
    """
    bare = Policy(stake=_staked(stake))
    flat = plain(stake, rate, basis, settlement)
    printed = presets["document_003"]
    assert printed.war_chest is not None
    hot = min(printed.war_chest.hot_bonus, 1.0 - rate)
    chest = replace(printed.war_chest, rate=rate, hot_bonus=hot, basis=basis, settlement=settlement)
    split = ProfitSplit(basis=basis, settlement=settlement)
    found = {
        NONE: bare,
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
            found[name] = replace(bare, compounding=Compounding(reinvest=kept, preserve=round(1.0 - kept, 12)))
    return found | {
        "milestones 10%": replace(bare, milestones=Milestones()),
        "half the stake": Policy(stake=_staked(stake / 2.0)),
        "Grossman-Zhou 75%": replace(bare, cushion=Cushion()),
    }


def _staked(stake: float) -> Stake:
    return Stake(share=share("stake", stake))
