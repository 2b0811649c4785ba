"""
A policy taken apart: what each rule adds to the rest, and what it does alone.

Stands on: `running`, `decide`, `stepdown`, `simulate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.judge.compare.decide import decide, years_to_decide
from nija_research.judge.compare.estimand import contrast
from nija_research.judge.compare.history import History, history_of
from nija_research.judge.compare.interval import stretch_of
from nija_research.judge.compare.promise import WORLDS, Promise
from nija_research.judge.compare.running import Said, samples
from nija_research.judge.compare.sample import Sample
from nija_research.judge.compare.settings import Settings
from nija_research.judge.compare.stepdown import step_down
from nija_research.policy import Policy
from nija_research.policy.checks import choice
from nija_research.simulate.sweep import ablation

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["ablate", "families", "taken_apart"]

_NUMBERS = ("found", "low", "high", "p_adjusted", "years_needed")


def ablate(
    policy: Policy,
    *,
    measure: str = "growth",
    matching: str = "volatility",
    world: str = "history",
    exposure: float | None = 1.0,
    market: History | pd.Series | ArrayLike | None = None,
    settings: Settings | None = None,
    rng: int = 0,
) -> pd.DataFrame:
    """
    Compare a policy with itself without each rule, and each rule alone with none.

    Parameters
    ----------
    policy : Policy
        The policy.
    measure, matching, exposure : optional
        As in `Promise`; the difference of growth at equal volatility unless given.
    world : str, optional
        One of `promise.WORLDS`.
    market, settings, rng
        As in `judge`.

    Returns
    -------
    pandas.DataFrame
        Indexed by comparison ("drawdown beside the others", "drawdown beside nothing"); columns found, low, high,
        p_adjusted, years_needed (of daily data that would tell it from nothing) and why. In "history" p_adjusted is
        Romano and Wolf's over the whole grid, from joint resamples stretched like the intervals; with few resamples it
        cannot be small. Where rules cannot be compared all is NaN and `why` says it.

    Raises
    ------
    ParameterError
        If a name is none of those, or the policy has no rule.
    """
    choice("world", world, WORLDS)
    promises = {
        f"{rule} beside {beside}": Promise(
            engine=engine, baseline=baseline, measure=measure, matching=matching, exposure=exposure, low=0.0,
            worlds=(world,),
        )
        for (rule, beside), (engine, baseline) in taken_apart(policy).items()
    }  # fmt: skip
    return families({"": promises}, world=world, market=market, settings=settings, rng=rng)[""]


def families(
    grids: Mapping[str, Mapping[str, Promise]],
    *,
    world: str = "history",
    market: History | pd.Series | ArrayLike | None = None,
    settings: Settings | None = None,
    rng: int = 0,
) -> dict[str, pd.DataFrame]:
    """
    Judge families of promises in one world, on the same draws; p-values are adjusted within each family.

    Parameters
    ----------
    grids : mapping of str to mapping of str to Promise
        Families by name; every promise names `world` among its own.
    world, market, settings, rng
        As in `ablate`.

    Returns
    -------
    dict of str to pandas.DataFrame
        As `ablate` returns, one a family.
    """
    flat = {f"{family}\n{name}": promise for family, grid in grids.items() for name, promise in grid.items()}
    said = samples(flat, history_of(market), settings or Settings(), rng)
    return {
        family: _adjusted({name: (promise, f"{family}\n{name}") for name, promise in grid.items()}, world, said)
        for family, grid in grids.items()
    }


def _adjusted(grid: Mapping[str, tuple[Promise, str]], world: str, said: Said) -> pd.DataFrame:
    """One family, with Romano and Wolf's p-values."""
    import pandas as pd

    rows: dict[str, dict[str, Any]] = {}
    moves: dict[str, NDArray[np.float64]] = {}
    values: dict[str, float] = {}
    for name, (promise, key) in grid.items():
        sample = said.samples[key, world]
        if isinstance(sample, str):
            rows[name] = {**dict.fromkeys(_NUMBERS, np.nan), "why": sample}
            continue
        made = decide(promise, sample)
        why = made.why or said.worlds[key, world]
        years = years_to_decide(made.margins, sample.years) if world == "history" else None
        shown = {**dict.fromkeys(_NUMBERS, np.nan), **made.shown._asdict()}
        rows[name] = shown | {"years_needed": np.nan if years is None else years, "why": why}
        if np.isfinite(rows[name]["found"]):
            moves[name] = _deviations(promise, sample)
            values[name] = float(contrast(promise, *sample.centre)[0])  # as they move: a ratio's logarithm
    if moves:
        found = [values[name] for name in moves]
        for name, p in zip(moves, step_down(found, np.column_stack(list(moves.values()))), strict=True):
            rows[name]["p_adjusted"] = float(p)
    return pd.DataFrame.from_dict(rows, orient="index")


def taken_apart(policy: Policy) -> dict[tuple[str, str], tuple[Policy, Policy]]:
    """
    Return what shows the worth of each rule of a policy.

    Parameters
    ----------
    policy : Policy
        The policy.

    Returns
    -------
    dict of pair of str to pair of Policy
        By rule and what stands beside it, "the others" or "nothing": the policy with the rule and without it. Where
        there is one rule, nothing stands beside it.
    """
    grid = ablation(policy)
    rules = [name.removesuffix(" alone") for name in grid if name.endswith(" alone")]
    others = {(rule, "the others"): (grid["full"], grid[f"without {rule}"]) for rule in rules if len(rules) > 1}
    return others | {(rule, "nothing"): (grid[f"{rule} alone"], grid["bare"]) for rule in rules}


def _deviations(promise: Promise, sample: Sample) -> NDArray[np.float64]:
    """What the estimate would be in each resample if the rule did nothing; missing ones count as nothing."""
    values = contrast(promise, *sample.spread[0])
    middle = float(np.nanmedian(values))
    by = stretch_of(sample.kind, sample.years) if sample.kind else 1.0
    return np.where(np.isfinite(values), by * (values - middle), 0.0)
