"""
Siphon explorer: basis, rate and settlement of a siphon, what it sets aside and what it costs.

Siphons are compared with none at the same stake, path by path, over all rates. Growth of the total in nats a year,
money in the account's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

import pandas as pd

from nija_research import policy
from nija_research.errors import ParameterError
from nija_research.explore import charts
from nija_research.explore.explorer import Answer, Explorer, Number, Setting
from nija_research.explore.logs import WORLD_SETTINGS, edge_of, world_of
from nija_research.policy.war_chest import BASES, SETTLEMENTS
from nija_research.simulate import siphon
from nija_research.simulate.metrics import mean, probability
from nija_research.simulate.worlds import World
from nija_research.units import choice, count

__all__ = ["EXPLORER", "answer"]

_RATES = tuple(round(0.05 * k, 2) for k in range(19))


def answer(values: Mapping[str, Any]) -> Answer:
    """
    Simulate a siphon and none on the same paths.

    Parameters
    ----------
    values : mapping of str to object
        Every setting of `EXPLORER` by name.

    Returns
    -------
    Answer

    Raises
    ------
    ParameterError, DataError
        If a setting or the log is not as it must be.
    """
    v = values
    basis, settlement = choice("basis", v["basis"], BASES), choice("settlement", v["settlement"], SETTLEMENTS)
    rules = _rules(v["stake"], v["rate"], basis, settlement, v["tiers"])
    count("paths", v["paths"], low=100)
    count("horizon", v["horizon"], low=2)
    world = world_of(v["trades"], v["leverage"], v["edge"])
    settings = (v["paths"], v["horizon"], v["seed"], v["base"])
    runs = _runs({"ours": rules, siphon.NO_SIPHON: siphon.basic_siphon(v["stake"], 0.0)}, world, *settings)
    ours, bare = runs["ours"], runs[siphon.NO_SIPHON]
    curve = _curve(world, v["stake"], basis, settlement, v["tiers"], settings)
    rows = (
        ("set_aside", "set aside at the end, mean (money)", mean(ours.set_aside), ",.2f"),
        ("account", "trading account at the end, mean (money)", mean(ours["trading"]), ",.2f"),
        ("growth", "growth of the total, mean (nats a year)", mean(ours.growth), "+.5f"),
        ("given_up", "growth given up, against no siphon (nats a year)", siphon.growth_cost(ours, bare), "+.6f"),
        ("ruined", "chance that the account ever halves", probability(ours.account_ruined), ".1%"),
        ("ruined_bare", "the same without a siphon", probability(bare.account_ruined), ".1%"),
    )
    cost, ruin = "growth given up (0.0001 nats a year)", "chance the account ever halves"
    return Answer(
        numbers=tuple(Number.of(*row) for row in rows),
        panels=(
            lambda ax: charts.against_rate(ax, curve, "given_up", at=v["rate"], label=cost, times=1e4),
            lambda ax: charts.against_rate(ax, curve, "ruined", at=v["rate"], label=ruin, least=0.1),
        ),
        caption=f"What a siphon settled {basis} by {settlement} costs and saves at each rate; the line marks "
        f"{v['rate']:.0%}. {v['paths']:,} accounts over {v['horizon']} trades; 95 % intervals, of finitely many paths.",
    )


def _rules(stake: float, rate: float, basis: str, settlement: str, tiers: bool) -> policy.Policy:
    """Return one stake with a siphon: plain, or with the hot-streak bonus and the tiers that document 003 prints."""
    if (basis, settlement) == ("per_period", "trade"):
        raise ParameterError("basis per_period needs a period: settlement must be day or week, got 'trade'.")
    plain = siphon.basic_siphon(stake, rate, cast("Any", basis), cast("Any", settlement))
    printed = policy.presets["document_003"].war_chest
    if not tiers or plain.war_chest is None or printed is None:
        return plain
    hot = min(printed.hot_bonus, 1.0 - rate)
    same: dict[str, Any] = {"rate": rate, "hot_bonus": hot, "basis": basis, "settlement": settlement}
    return replace(plain, war_chest=replace(printed, **same))


def _runs(
    rules: Mapping[str, policy.Policy], world: World, paths: int, horizon: int, seed: int, base: float
) -> dict[str, siphon.SiphonRun]:
    return siphon.sweep_siphons(rules, world, n_paths=paths, horizon=horizon, rng=seed, base=base)


@lru_cache(maxsize=8)
def _curve(
    world: World, stake: float, basis: str, settlement: str, tiers: bool, settings: tuple[int, int, int, float]
) -> pd.DataFrame:
    """Cost and ruin at every rate, with their intervals; cached while only the rate changes."""
    rules = {rate: _rules(stake, rate, basis, settlement, tiers) for rate in _RATES}
    runs = _runs({f"{rate:g}": rule for rate, rule in rules.items()}, world, *settings)
    rows = []
    for rate in _RATES:
        run = runs[f"{rate:g}"]
        cost, ruin = siphon.growth_cost(run, runs["0"]), probability(run.account_ruined)
        rows.append((rate, cost.value, cost.low, cost.high, ruin.value, ruin.low, ruin.high))
    names = [f"{name}{end}" for name in ("given_up", "ruined") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["rate", *names])


_PRINTED = {"stake": 0.10, "rate": 0.20, "tiers": True, "settlement": "trade"}

EXPLORER = Explorer(
    notebook="72_explore_chest",
    settings=(
        Setting("basis", "str", "Basis: what counts as profit", "choice", options=BASES),
        Setting("rate", "float", "Rate (share of settled profit)", high=0.9),
        Setting("settlement", "str", "Settled at the end of a", "choice", options=SETTLEMENTS),
        Setting("tiers", "bool", "The documents' bonus and $50, $100 tiers", "flag"),
        Setting("stake", "float", "Stake (share of the trading account)", low=0.01, high=0.5),
        *WORLD_SETTINGS,
    ),
    presets={
        "document_003, new highs": {**_PRINTED, "basis": "high_water_mark"},
        "document_003, every win": {**_PRINTED, "basis": "per_win"},
        "document_003, each week": {**_PRINTED, "basis": "per_period", "settlement": "week"},
    },
    answer=answer,
    defaults=lambda values: edge_of(values["trades"]),  # a control left None shows the log's own
)
