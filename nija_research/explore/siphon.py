"""
Siphon explorer: basis, rate and settlement of a siphon, what it sets aside and what it costs.

Siphons are compared with none at the same stake, path by path, over all rates. Growth of the total in nats a year,
money in the account's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from nija_research import policy
from nija_research.errors import ParameterError
from nija_research.explore.explorer import Answer, Explorer, Number, Setting
from nija_research.explore.logs import trades_of
from nija_research.policy.war_chest import BASES, SETTLEMENTS
from nija_research.simulate import siphon, worlds
from nija_research.simulate.metrics import mean, probability
from nija_research.units import choice, count

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EXPLORER", "answer", "shown"]

_RATES = tuple(round(0.05 * k, 2) for k in range(19))


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the controls left alone show: the log's own edge."""
    log = trades_of(values["trades"])
    return {"edge": float(log["return"].mean() / log["return"].std())} if len(log) > 1 else {}


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
    v = dict(values)
    basis, settlement = choice("basis", v["basis"], BASES), choice("settlement", v["settlement"], SETTLEMENTS)
    used = _rules(v["stake"], v["rate"], basis, settlement, v["tiers"])
    count("paths", v["paths"], low=100)
    count("horizon", v["horizon"], low=2)
    world = _world(v["trades"], int(trades_of(v["trades"]).attrs["stamp"]), v["leverage"], v["edge"])
    settings = (v["paths"], v["horizon"], v["seed"], v["base"])
    found = _siphoned({"used": used, siphon.NO_SIPHON: siphon.basic_siphon(v["stake"], 0.0)}, world, *settings)
    ours, bare = found["used"], found[siphon.NO_SIPHON]
    cost = siphon.growth_cost(ours, bare)
    rows = (
        ("set_aside", "set aside at the end, mean (money)", mean(ours.set_aside), ",.2f"),
        ("account", "trading account at the end, mean (money)", mean(ours["trading"]), ",.2f"),
        ("growth", "growth of the total, mean (nats a year)", mean(ours.growth), "+.5f"),
        ("given_up", "growth given up, against no siphon (nats a year)", cost, "+.6f"),
        ("ruined", "chance that the account ever halves", probability(ours.account_ruined), ".1%"),
        ("ruined_bare", "the same without a siphon", probability(bare.account_ruined), ".1%"),
    )
    curve = _curve(world, v["stake"], basis, settlement, v["tiers"], settings)

    def draw(figure: Figure) -> None:
        from nija_research.explore import charts as explore_charts

        left, right = figure.subplots(1, 2)
        text = "growth given up (0.0001 nats a year)"
        explore_charts.against_rate(curve, "given_up", at=v["rate"], label=text, times=1e4, ax=left)
        text = "chance the account ever halves"
        explore_charts.against_rate(curve, "ruined", at=v["rate"], label=text, least=0.1, ax=right)

    return Answer(
        numbers=tuple(Number(name=n, label=t, value=e.value, low=e.low, high=e.high, form=f) for n, t, e, f in rows),
        draw=draw,
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


@lru_cache(maxsize=8)
def _world(trades: str, stamp: int, leverage: float, edge: float | None) -> worlds.World:
    log, costs = trades_of(trades), worlds.Costs(leverage=leverage)
    if edge is None:
        return worlds.bootstrap(log, costs=costs)
    return siphon.scenarios(log, edge=edge, costs=costs)["the log with an edge"]


def _siphoned(
    rules: Mapping[str, policy.Policy], world: worlds.World, paths: int, horizon: int, seed: int, base: float
) -> dict[str, siphon.SiphonRun]:
    return siphon.sweep_siphons(rules, world, n_paths=paths, horizon=horizon, rng=seed, base=base)


@lru_cache(maxsize=8)
def _curve(
    world: worlds.World, stake: float, basis: str, settlement: str, tiers: bool, settings: tuple[int, int, int, float]
) -> pd.DataFrame:
    """Cost and ruin at every rate, with their intervals; kept while only the rate moves."""
    rules = {f"{rate:g}": _rules(stake, rate, basis, settlement, tiers) for rate in _RATES}
    runs = _siphoned(rules, world, *settings)
    bare, rows = runs["0"], []
    for rate in _RATES:
        cost, fell = siphon.growth_cost(runs[f"{rate:g}"], bare), probability(runs[f"{rate:g}"].account_ruined)
        rows.append((rate, cost.value, cost.low, cost.high, fell.value, fell.low, fell.high))
    names = [f"{name}{end}" for name in ("given_up", "ruined") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["rate", *names])


_PRINTED = {"stake": 0.10, "rate": 0.20, "tiers": True, "settlement": "trade"}

EXPLORER = Explorer(
    notebook="72_explore_chest",
    settings=(
        Setting(name="basis", type="str", label="Basis: what counts as profit", kind="choice", options=BASES),
        Setting(name="rate", type="float", label="Rate (share of settled profit)", high=0.9),
        Setting(name="settlement", type="str", label="Settled at the end of a", kind="choice", options=SETTLEMENTS),
        Setting(name="tiers", type="bool", label="The documents' bonus and $50, $100 tiers", kind="flag"),
        Setting(name="stake", type="float", label="Stake (share of the trading account)", low=0.01, high=0.5),
        Setting(name="trades", type="str", label="Trade log (name or file)", kind="file"),
        Setting(name="leverage", type="float", label="Leverage (times the position)", low=1.0, high=20.0, step=0.5),
        Setting(name="edge", type="float | None", label="Edge (mean / sd of a trade)", low=-0.2, high=0.5),
        Setting(name="base", type="float", label="Opening capital (money)", low=100.0, high=50_000.0, step=100.0),
        Setting(name="paths", type="int", label="Accounts (count)", low=200, high=5_000, step=100),
        Setting(name="horizon", type="int", label="Trades of each (count)", low=10, high=1_000, step=10),
        Setting(name="seed", type="int", label="Seed (count)", low=0, high=100, step=1),
    ),
    presets={
        "document_003, new highs": {**_PRINTED, "basis": "high_water_mark"},
        "document_003, every win": {**_PRINTED, "basis": "per_win"},
        "document_003, each week": {**_PRINTED, "basis": "per_period", "settlement": "week"},
    },
    answer=answer,
    shown=shown,
)
