"""
Judge promises: draw each world once, run every policy on the same paths, decide world by world and over all.

Stands on: everything in this package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.judge.compare.decide import Decision, decide, relation_of, years_to_decide
from nija_research.judge.compare.history import History, history_of
from nija_research.judge.compare.interval import Interval
from nija_research.judge.compare.judgement import Judgement, WorldJudgement
from nija_research.judge.compare.promise import WORLDS, Promise
from nija_research.judge.compare.running import Said, samples
from nija_research.judge.compare.sample import Sample
from nija_research.judge.compare.settings import Settings
from nija_research.judge.compare.words import coverage_of, reason_of
from nija_research.judge.verdict import INCONCLUSIVE, NOT_TESTABLE, REFUTED, SUPPORTED

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

__all__ = ["LEVEL", "SIMULATED", "judge", "judge_many", "overall"]

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
