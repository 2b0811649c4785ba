"""
Policy explorer: a preset, rules switched off, thresholds moved, against a baseline on the same trades.

Both policies meet the same simulated paths (common random numbers). A threshold left None is the preset's. The world
and the baseline's paths are cached while only the policy changes. Growth in nats a year, depths as shares of the peak.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nija_research import policy, simulate
from nija_research.errors import ParameterError
from nija_research.explore.explorer import Answer, Explorer, Number, Setting
from nija_research.explore.logs import trades_of
from nija_research.simulate import metrics, worlds
from nija_research.units import choice, count

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ALTERED", "EXPLORER", "RULES", "altered", "answer", "shown", "thresholds_of"]

#: Thresholds that can be moved: rule, field, and place in it where the field is a tuple.
ALTERED: dict[str, tuple[str, str, int | None]] = {
    "stake": ("stake", "share", None),
    "caution": ("drawdown", "depth", 0),
    "warning": ("drawdown", "depth", 1),
    "danger": ("drawdown", "depth", 2),
    "halt": ("drawdown", "depth", 3),
    "day_stop": ("stops", "day", None),
    "week_stop": ("stops", "week", None),
    "peak_stop": ("stops", "peak", None),
    "hot": ("streak", "hot", None),
    "cold": ("streak", "cold", None),
    "siphon": ("war_chest", "rate", None),
}

#: Rules that can be switched off.
RULES = tuple(name for name in policy.Policy.__dataclass_fields__ if name != "stake")


def altered(preset: str, off: list[str], thresholds: Mapping[str, float | None]) -> policy.Policy:
    """
    Return a preset with some rules switched off and some thresholds moved.

    Parameters
    ----------
    preset : str
        Name in `policy.presets`.
    off : list of str
        Rules switched off.
    thresholds : mapping of str to float or None
        By names of `ALTERED`; None leaves the preset's. One of a rule that is off, or that the preset has not, is
        refused.

    Returns
    -------
    Policy

    Raises
    ------
    ParameterError
        If there is no such preset or rule, or a threshold is out of range or belongs to no rule that is on.
    """
    on = policy.presets[choice("preset", preset, policy.presets)].without(*off).to_dict()
    for name, value in thresholds.items():
        if value is None:
            continue
        if name not in thresholds_of(on):
            raise ParameterError(f"{name} belongs to a rule that is off: {preset} has no {ALTERED[name][0]} to set.")
        rule, field, place = ALTERED[name]
        field = "kelly" if name == "stake" and on["stake"]["kelly"] > 0.0 else field
        if place is None:
            on[rule][field] = value
        else:
            on[rule][field] = tuple(value if k == place else x for k, x in enumerate(on[rule][field]))
        if name == "siphon" and "profit_split" in on:  # one share, printed twice; the rest is reinvested
            split = on["profit_split"]
            split["reinvest"] = round(split["reinvest"] + split["chest"] - value, 12)
            split["chest"] = value
    return policy.Policy.from_dict(on)


def thresholds_of(on: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return the thresholds that a policy has, by names of `ALTERED`."""
    found = {}
    for name, (rule, field, place) in ALTERED.items():
        if rule not in on:
            continue
        value = on[rule][field] if place is None else on[rule][field][place]
        if name == "stake" and not value:
            value = on[rule]["kelly"] or None  # an allocator stakes by balance, which is nothing to move here
        if value is not None:
            found[name] = float(value)
    return found


#: Points of the fan beside the start.
_STEPS = 10


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the controls of thresholds left alone show: the preset's own, where the rule is on."""
    preset = policy.presets.get(values["preset"])
    rules = set(values["off"]) & set(RULES)
    own = {} if preset is None else preset.to_dict()
    log = trades_of(values["trades"])
    ratio = float(log["return"].mean() / log["return"].std()) if len(log) > 1 else None
    on = thresholds_of({name: rule for name, rule in own.items() if name not in rules})
    return {**on, "off": [name for name in own if name != "stake"], **({} if ratio is None else {"edge": ratio})}


def answer(values: Mapping[str, Any]) -> Answer:
    """
    Simulate a policy and a baseline on the same paths.

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
    chosen = altered(v["preset"], v["off"], {name: v[name] for name in ALTERED})
    choice("baseline", v["baseline"], policy.presets)
    count("paths", v["paths"], low=100)  # below, one path in twenty is no figure
    count("horizon", v["horizon"], low=2)
    log = trades_of(v["trades"])
    world = _world(v["trades"], log.attrs["stamp"], v["leverage"], v["edge"])
    settings = {"n_paths": v["paths"], "horizon": v["horizon"], "rng": v["seed"], "base": v["base"]}
    ours = simulate.run(chosen, world, specialise=False, **settings)
    theirs = _baseline(v["baseline"], world, *settings.values())
    gain, depth = metrics.difference(ours, theirs, "growth"), metrics.difference(ours, theirs, "max_drawdown")
    grown, deep = metrics.mean(ours.growth), metrics.mean(ours.max_drawdown)
    worst = metrics.quantile(ours.max_drawdown, 0.95)
    fifth, half = metrics.probability_of_drawdown(ours, 0.2), metrics.probability_of_ruin(ours)
    rows = (
        ("taken", f"trades taken, mean (of {v['horizon']})", metrics.mean(ours["trades"]), ".1f"),
        ("end", "account at the end, median (times the start)", metrics.quantile(ours["unit"], 0.5), ".3f"),
        ("growth", "growth, mean (nats a year)", grown, "+.5f"),
        ("gain", f"growth, less that of {v['baseline']} (nats a year)", gain, "+.5f"),
        ("max_drawdown", "deepest drawdown, mean (of the peak)", deep, ".2%"),
        ("deeper", f"the same, less that of {v['baseline']} (points)", depth, "+.2%"),
        ("worst", "drawdown that one path in twenty exceeds", worst, ".2%"),
        ("fifth_down", "chance of a drawdown of 20 %", fifth, ".1%"),
        ("half_lost", "chance of losing half", half, ".1%"),
    )
    steps, paths = _over_time(chosen, world, settings)
    middle = _baseline_median(v["baseline"], world, *settings.values())
    runs = {"this policy": ours, v["baseline"]: theirs}

    def draw(figure: Figure) -> None:
        from nija_research.explore import charts as explore_charts

        left, right = figure.subplots(1, 2)
        explore_charts.fan_over(steps, paths, {v["baseline"]: middle}, ax=left)
        explore_charts.drawdown_chances(runs, ax=right)

    none = "" if ours["trades"].any() else " No trade was taken: a rule in force refuses each of them."
    return Answer(
        numbers=tuple(Number(name=n, label=t, value=e.value, low=e.low, high=e.high, form=f) for n, t, e, f in rows),
        draw=draw,
        caption=f"{v['paths']:,} accounts over {v['horizon']} trades: unit value over time, and the chance of each "
        f"drawdown, against {v['baseline']} on the same paths. Intervals: 95 %, of finitely many paths.{none}",
    )


@lru_cache(maxsize=8)
def _world(trades: str, stamp: int, leverage: float, edge: float | None) -> simulate.worlds.World:
    log = trades_of(trades)
    if edge is not None:
        returns = log["return"]
        log = log.assign(**{"return": returns - returns.mean() + edge * returns.std()})
    return worlds.bootstrap(log, costs=worlds.Costs(leverage=leverage))  # the log's returns are net of fees already


@lru_cache(maxsize=8)
def _baseline(
    name: str, world: simulate.worlds.World, paths: int, horizon: int, seed: int, base: float
) -> simulate.SimulationResult:
    settings: dict[str, Any] = {"n_paths": paths, "horizon": horizon, "rng": seed, "base": base}
    return simulate.run(policy.presets[name], world, specialise=False, **settings)


@lru_cache(maxsize=8)
def _baseline_median(
    name: str, world: simulate.worlds.World, paths: int, horizon: int, seed: int, base: float
) -> NDArray[np.float64]:
    settings = {"n_paths": paths, "horizon": horizon, "rng": seed, "base": base}
    middle: NDArray[np.float64] = np.median(_over_time(policy.presets[name], world, settings)[1], axis=1)
    return middle


def _over_time(
    rules: policy.Policy, world: simulate.worlds.World, settings: Mapping[str, Any]
) -> tuple[list[int], NDArray[np.float64]]:
    """Unit value of every path (steps, paths) at a few steps: a shorter run has the same paths, only shorter."""
    steps = sorted({round(settings["horizon"] * k / _STEPS) for k in range(1, _STEPS + 1)} - {0})
    runs = [
        simulate.run(rules, world, columns=("unit",), specialise=False, **{**settings, "horizon": n})["unit"]
        for n in steps
    ]
    return [0, *steps], np.vstack([np.ones(settings["n_paths"]), *runs])


def _share(name: str, label: str) -> Setting:
    return Setting(name=name, type="float | None", label=label, high=0.5)


EXPLORER = Explorer(
    notebook="71_explore_policies",
    settings=(
        Setting(name="preset", type="str", label="preset", kind="hidden"),
        Setting(name="off", type="list[str]", label="Rules in force", kind="rules", options=RULES),
        _share("stake", "Stake (share of capital, or of Kelly)"),
        _share("caution", "CAUTION from (depth below peak)"),
        _share("warning", "WARNING from (depth below peak)"),
        _share("danger", "DANGER from (depth below peak)"),
        _share("halt", "HALT from (depth below peak)"),
        _share("day_stop", "Day stop (share of equity)"),
        _share("week_stop", "Week stop (share of equity)"),
        _share("peak_stop", "Stop below the peak (share)"),
        Setting(name="hot", type="float | None", label="Stake after wins in a row (times)", low=1.0, high=2.0),
        Setting(name="cold", type="float | None", label="Stake after losses in a row (times)", low=0.0, high=1.0),
        _share("siphon", "War chest (share of settled profit)"),
        Setting(name="baseline", type="str", label="Baseline", kind="choice", options=tuple(policy.presets)),
        Setting(name="trades", type="str", label="Trade log (name or file)", kind="file"),
        Setting(name="leverage", type="float", label="Leverage (times the position)", low=1.0, high=20.0, step=0.5),
        Setting(name="edge", type="float | None", label="Edge (mean / sd of a trade)", low=-0.2, high=0.5, step=0.01),
        Setting(name="base", type="float", label="Opening capital (money)", low=100.0, high=50_000.0, step=100.0),
        Setting(name="paths", type="int", label="Accounts (count)", low=200, high=5_000, step=100),
        Setting(name="horizon", type="int", label="Trades of each (count)", low=10, high=1_000, step=10),
        Setting(name="seed", type="int", label="Seed (count)", low=0, high=100, step=1),
    ),
    presets={name: {"preset": name, "off": [], **dict.fromkeys(ALTERED)} for name in policy.presets},
    answer=answer,
    shown=shown,
)
