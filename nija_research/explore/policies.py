"""
Policy explorer: a preset, rules switched off, thresholds moved, against a baseline on the same trades.

Both policies meet the same simulated paths (common random numbers). A threshold left None is the preset's. The world
and the baseline's paths are cached while only the policy changes. Growth in nats a year, depths as shares of the peak.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nija_research import policy, simulate
from nija_research.errors import ParameterError
from nija_research.explore import charts
from nija_research.explore.explorer import Answer, Explorer, Number, Setting
from nija_research.explore.logs import WORLD_SETTINGS, edge_of, world_of
from nija_research.simulate import metrics
from nija_research.simulate.worlds import World
from nija_research.units import choice, count

__all__ = ["EXPLORER", "RULES", "THRESHOLDS", "answer", "defaults", "edit_policy", "thresholds_of"]

#: Thresholds that can be moved: rule, field, and place in it where the field is a tuple.
THRESHOLDS: dict[str, tuple[str, str, int | None]] = {
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


def edit_policy(preset: str, off: list[str], thresholds: Mapping[str, float | None]) -> policy.Policy:
    """
    Return a preset with some rules switched off and some thresholds moved.

    Parameters
    ----------
    preset : str
        Name in `policy.presets`.
    off : list of str
        Rules switched off.
    thresholds : mapping of str to float or None
        By names of `THRESHOLDS`; None leaves the preset's. One of a rule that is off, or that the preset has not, is
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
            raise ParameterError(f"{name} belongs to a rule that is off: {preset} has no {THRESHOLDS[name][0]} to set.")
        rule, field, place = THRESHOLDS[name]
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
    """Return the thresholds that a policy has, by names of `THRESHOLDS`."""
    thresholds = {}
    for name, (rule, field, place) in THRESHOLDS.items():
        if rule not in on:
            continue
        value = on[rule][field] if place is None else on[rule][field][place]
        if name == "stake" and not value:
            value = on[rule]["kelly"] or None  # an allocator stakes by balance, which is nothing to move here
        if value is not None:
            thresholds[name] = float(value)
    return thresholds


#: Points of the fan beside the start.
_STEPS = 10


def defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the controls of thresholds left None show: the preset's own, where the rule is on."""
    preset = policy.presets.get(values["preset"])
    rules = {} if preset is None else preset.to_dict()
    on = {name: rule for name, rule in rules.items() if name not in RULES or name not in values["off"]}
    return {**thresholds_of(on), "off": [name for name in rules if name != "stake"], **edge_of(values["trades"])}


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
    v = values
    edited = edit_policy(v["preset"], v["off"], {name: v[name] for name in THRESHOLDS})
    other = choice("baseline", v["baseline"], policy.presets)
    count("paths", v["paths"], low=100)  # below, one path in twenty is no figure
    count("horizon", v["horizon"], low=2)
    world = world_of(v["trades"], v["leverage"], v["edge"])
    settings = (v["paths"], v["horizon"], v["seed"], v["base"])
    ours, theirs = _run(edited, world, *settings), _baseline(other, world, *settings)
    worst = metrics.quantile(ours.max_drawdown, 0.95)
    steps, paths = _over_time(edited, world, *settings)
    medians, runs = {other: _baseline_median(other, world, *settings)}, {"this policy": ours, other: theirs}
    gain, depth = metrics.difference(ours, theirs, "growth"), metrics.difference(ours, theirs, "max_drawdown")
    rows = (
        ("taken", f"trades taken, mean (of {v['horizon']})", metrics.mean(ours["trades"]), ".1f"),
        ("end", "account at the end, median (times the start)", metrics.quantile(ours["unit"], 0.5), ".3f"),
        ("growth", "growth, mean (nats a year)", metrics.mean(ours.growth), "+.5f"),
        ("gain", f"growth, less that of {other} (nats a year)", gain, "+.5f"),
        ("max_drawdown", "deepest drawdown, mean (of the peak)", metrics.mean(ours.max_drawdown), ".2%"),
        ("deeper", f"the same, less that of {other} (points)", depth, "+.2%"),
        ("worst", "drawdown that one path in twenty exceeds", worst, ".2%"),
        ("fifth_down", "chance of a drawdown of 20 %", metrics.probability_of_drawdown(ours, 0.2), ".1%"),
        ("half_lost", "chance of losing half", metrics.probability_of_ruin(ours), ".1%"),
    )
    none = "" if ours["trades"].any() else " No trade was taken: a rule in force refuses each of them."
    return Answer(
        numbers=tuple(Number.of(*row) for row in rows),
        panels=(
            lambda ax: charts.fan_over_time(ax, steps, paths, medians),
            lambda ax: charts.drawdown_chances(ax, runs),
        ),
        caption=f"{v['paths']:,} accounts over {v['horizon']} trades: unit value over time, and the chance of each "
        f"drawdown, against {other} on the same paths. Intervals: 95 %, of finitely many paths.{none}",
    )


def _run(
    rules: policy.Policy, world: World, paths: int, horizon: int, seed: int, base: float, **options: Any
) -> simulate.SimulationResult:
    settings: dict[str, Any] = {"n_paths": paths, "horizon": horizon, "rng": seed, "base": base, **options}
    return simulate.run(rules, world, specialise=False, **settings)


@lru_cache(maxsize=8)
def _baseline(name: str, world: World, *settings: Any) -> simulate.SimulationResult:
    return _run(policy.presets[name], world, *settings)


@lru_cache(maxsize=8)
def _baseline_median(name: str, world: World, *settings: Any) -> NDArray[np.float64]:
    median: NDArray[np.float64] = np.median(_over_time(policy.presets[name], world, *settings)[1], axis=1)
    return median


def _over_time(
    rules: policy.Policy, world: World, paths: int, horizon: int, seed: int, base: float
) -> tuple[list[int], NDArray[np.float64]]:
    """Unit value of every path (steps, paths) at a few steps: a shorter run has the same paths, only shorter."""
    steps = sorted({round(horizon * k / _STEPS) for k in range(1, _STEPS + 1)} - {0})
    runs = [_run(rules, world, paths, n, seed, base, columns=("unit",))["unit"] for n in steps]
    return [0, *steps], np.vstack([np.ones(paths), *runs])


def _share(name: str, label: str) -> Setting:
    return Setting(name, "float | None", label, high=0.5)


EXPLORER = Explorer(
    notebook="71_explore_policies",
    settings=(
        Setting("preset", "str", "preset", "hidden"),
        Setting("off", "list[str]", "Rules in force", "rules", options=RULES),
        _share("stake", "Stake (share of capital, or of Kelly)"),
        _share("caution", "CAUTION from (depth below peak)"),
        _share("warning", "WARNING from (depth below peak)"),
        _share("danger", "DANGER from (depth below peak)"),
        _share("halt", "HALT from (depth below peak)"),
        _share("day_stop", "Day stop (share of equity)"),
        _share("week_stop", "Week stop (share of equity)"),
        _share("peak_stop", "Stop below the peak (share)"),
        Setting("hot", "float | None", "Stake after wins in a row (times)", low=1.0, high=2.0),
        Setting("cold", "float | None", "Stake after losses in a row (times)", low=0.0, high=1.0),
        _share("siphon", "War chest (share of settled profit)"),
        Setting("baseline", "str", "Baseline", "choice", options=tuple(policy.presets)),
        *WORLD_SETTINGS,
    ),
    presets={name: {"preset": name, "off": [], **dict.fromkeys(THRESHOLDS)} for name in policy.presets},
    answer=answer,
    defaults=defaults,
)
