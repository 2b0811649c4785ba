"""
A policy taken apart: what each rule adds to the rest, and what it does alone.

Stands on: `running`, `decide`, `stepdown`, `simulate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.judge.compare.decide import decide
from nija_research.judge.compare.estimand import contrast
from nija_research.judge.compare.history import History, history_of
from nija_research.judge.compare.interval import stretch_of
from nija_research.judge.compare.promise import WORLDS, Promise
from nija_research.judge.compare.running import samples
from nija_research.judge.compare.sample import Sample
from nija_research.judge.compare.settings import Settings
from nija_research.judge.compare.stepdown import step_down
from nija_research.policy import Policy
from nija_research.policy.checks import choice
from nija_research.simulate.sweep import ablation

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["ablate", "grid_of"]


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
        Indexed by comparison ("drawdown: full less without", "drawdown: alone less bare"); columns found, low, high,
        p_adjusted and why. In "history" p_adjusted is Romano and Wolf's over the whole grid, from joint resamples
        stretched like the intervals; with few resamples it cannot be small. Where rules cannot be compared all is NaN
        and `why` says it.

    Raises
    ------
    ParameterError
        If a name is none of those, or the policy has no rule.
    """
    import pandas as pd

    choice("world", world, WORLDS)
    history, settings = history_of(market), settings or Settings()
    promises = grid_of(policy, measure=measure, matching=matching, exposure=exposure, world=world)
    said = samples(promises, history, settings, rng)
    rows: dict[str, dict[str, Any]] = {}
    moves: dict[str, NDArray[np.float64]] = {}
    for name, promise in promises.items():
        sample = said.samples[name, world]
        if isinstance(sample, str):
            rows[name] = {"found": np.nan, "low": np.nan, "high": np.nan, "p_adjusted": np.nan, "why": sample}
            continue
        rows[name] = {**decide(promise, sample).shown._asdict(), "p_adjusted": np.nan, "why": said.worlds[name, world]}
        if np.isfinite(rows[name]["found"]):
            moves[name] = _deviations(promise, sample)
    if moves:
        found = [rows[name]["found"] for name in moves]
        for name, p in zip(moves, step_down(found, np.column_stack(list(moves.values()))), strict=True):
            rows[name]["p_adjusted"] = float(p)
    return pd.DataFrame.from_dict(rows, orient="index")


def grid_of(policy: Policy, *, measure: str, matching: str, exposure: float | None, world: str) -> dict[str, Promise]:
    """Return the comparisons of an ablation, each as the promise that a rule adds something."""
    grid = ablation(policy)
    rules = [name.removesuffix(" alone") for name in grid if name.endswith(" alone")]
    pairs = {f"{rule}: full less without": (grid["full"], grid[f"without {rule}"]) for rule in rules}
    if len(rules) > 1:
        pairs |= {f"{rule}: alone less bare": (grid[f"{rule} alone"], grid["bare"]) for rule in rules}
    return {
        name: Promise(
            engine=engine, baseline=baseline, measure=measure, matching=matching, exposure=exposure, low=0.0,
            worlds=(world,),
        )
        for name, (engine, baseline) in pairs.items()
    }  # fmt: skip


def _deviations(promise: Promise, sample: Sample) -> NDArray[np.float64]:
    """What the estimate would be in each resample if the rule did nothing; missing ones count as nothing."""
    values = contrast(promise, *sample.spread[0])
    middle = float(np.nanmedian(values))
    by = stretch_of(sample.kind, sample.years) if sample.kind else 1.0
    return np.where(np.isfinite(values), by * (values - middle), 0.0)
