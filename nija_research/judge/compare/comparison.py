"""
Judge statements that compare policies, and take a policy apart.

Each world is drawn once, every policy runs on the same paths, and the verdict falls world by world and over all.
`ablate` says what each rule adds to the rest and what it does alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.errors import ParameterError
from nija_research.judge.compare.decision import (
    Decision,
    Judgement,
    WorldJudgement,
    coverage_of,
    decide,
    reason_of,
    relation_of,
    years_to_decide,
)
from nija_research.judge.compare.history import History, history_of
from nija_research.judge.compare.hypothesis import WORLDS, Promise, Settings
from nija_research.judge.compare.inference import Interval, contrast, step_down, stretch_of
from nija_research.judge.compare.runs import Said, Sample, samples
from nija_research.judge.verdict import INCONCLUSIVE, NOT_TESTABLE, REFUTED, SUPPORTED
from nija_research.policy import Policy
from nija_research.simulate.sweeping import ablation
from nija_research.units import choice

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["LEVEL", "SIMULATED", "ablate", "families", "judge", "judge_many", "overall", "taken_apart"]

#: Of intervals from a history, and of Monte Carlo intervals.
LEVEL, SIMULATED = 0.95, 0.99


def judge(
    promise: Promise,
    *,
    market: History | pd.Series | ArrayLike | None = None,
    worlds: Sequence[str] | None = None,
    settings: Settings | None = None,
    rng: int = 0,
) -> Judgement:
    """
    Judge one promise.

    Parameters
    ----------
    promise : Promise
        What is promised.
    market : History, Series, array_like or None
        Past returns a bar, shares of one; the bundled S&P 500 where None.
    worlds : sequence of str, optional
        Primary worlds, instead of the promise's own.
    settings : Settings, optional
        How much is simulated, and what trading costs: net of `settings.COSTS` unless given.
    rng : int, optional
        Seed.

    Returns
    -------
    Judgement

    Raises
    ------
    ParameterError
        If the promise, the market or a setting is not usable.

    Examples
    --------
    >>> form = {"engine": "hold_cash", "baseline": "fixed_fraction", "measure": "max_drawdown", "high": 0.0}
    >>> judge(Promise.of(form | {"exposure": None, "worlds": ["iid"]})).verdict
    'not testable'
    """
    one = promise if worlds is None else replace(promise, worlds=tuple(worlds))
    return judge_many({"promise": one}, market=market, settings=settings, rng=rng)["promise"]


def judge_many(
    promises: Mapping[str, Promise],
    *,
    market: History | pd.Series | ArrayLike | None = None,
    settings: Settings | None = None,
    rng: int = 0,
) -> dict[str, Judgement]:
    """
    Judge promises on the same draws.

    Parameters
    ----------
    promises : mapping of str to Promise
        By name.
    market, settings, rng
        As in `judge`.

    Returns
    -------
    dict of str to Judgement
        Each as `judge` alone would find it.
    """
    for name, promise in promises.items():
        if not isinstance(promise, Promise):
            raise ParameterError(f"{name} must be a Promise, got {promise!r}. Promise.of takes a table.")
    history, settings = history_of(market), settings or Settings()
    said = samples(promises, history, settings, rng)
    return {name: _judged(promise, name, said, history) for name, promise in promises.items()}


def overall(verdicts: Mapping[str, str]) -> str:
    """
    Return one verdict over primary worlds.

    Parameters
    ----------
    verdicts : mapping of str to str
        Verdict by world.

    Returns
    -------
    str
        "supported" where every world supports. "refuted" where the history refutes; where the history is not one of
        the worlds, where any of them does. "not testable" where the history, or every world, has no such relation.
        Else "inconclusive". Laws fitted to the history cannot refute beside it: they all inherit its luck, and an error
        rate holds for the history's interval alone.
    """
    seen = set(verdicts.values())
    if seen == {SUPPORTED}:
        return SUPPORTED
    speaks = verdicts.get("history")
    if speaks == REFUTED or (speaks is None and REFUTED in seen):
        return REFUTED
    if speaks == NOT_TESTABLE or seen == {NOT_TESTABLE}:
        return NOT_TESTABLE
    return INCONCLUSIVE


def _judged(promise: Promise, name: str, said: Said, history: History) -> Judgement:
    decisions = {w: _decided(promise, said.samples[name, w]) for w in WORLDS if w in promise.worlds}
    worlds = tuple(
        WorldJudgement(
            name=world,
            **made.shown._asdict(),
            level=LEVEL if world == "history" else SIMULATED,
            verdict=made.verdict,
            p=made.p if world == "history" else np.nan,
            why=made.why or said.worlds[name, world],
        )
        for world, made in decisions.items()
    )
    verdict = overall({world.name: world.verdict for world in worlds})
    first = worlds[0]
    years = None
    if first.name == "history" and first.verdict == INCONCLUSIVE:
        years = years_to_decide(decisions["history"].margins, history.years)
    nominal, coverage = coverage_of(promise, first.name)
    return Judgement(
        verdict=verdict,
        found=first.found,
        low=first.low,
        high=first.high,
        level=first.level,
        nominal=nominal,
        coverage=coverage,
        reason=reason_of(promise, verdict, worlds, years, history),
        years_needed=years,
        p=next((world.p for world in worlds if world.name == "history"), np.nan),
        n=len(history.returns),
        past=relation_of(promise, said.past[name]) if name in said.past else np.nan,
        worlds=worlds,
    )


def _decided(promise: Promise, sample: Sample | str) -> Decision:
    if isinstance(sample, str):
        return Decision(Interval(np.nan, np.nan, np.nan), (), NOT_TESTABLE, sample)
    return decide(promise, sample)


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
