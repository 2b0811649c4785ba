"""
Judge statements that compare policies, and take a policy apart.

Each world is drawn once, every policy runs on the same paths, and the verdict falls world by world and over all.
`ablate` says what each rule adds to the rest and what it does alone; `rule_contributions` asks that of the printed
engines, and of each multiplier of a regime, at equal volatility.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.errors import ParameterError
from nija_research.judge.compare.decision import (
    ComparisonResult,
    WorldResult,
    decide,
    overall,
    reason_of,
    relation_of,
    years_to_decide,
)
from nija_research.judge.compare.history import History, history_of, history_of_prices
from nija_research.judge.compare.hypothesis import WORLDS, Hypothesis, Settings
from nija_research.judge.compare.inference import contrast, step_down, stretch_of
from nija_research.judge.compare.runs import Sample, WorldSamples, samples
from nija_research.judge.judging import JudgeInputs, get, key_of, put
from nija_research.judge.verdict import INCONCLUSIVE
from nija_research.policy import Policy, presets
from nija_research.simulate.sweeping import ablation
from nija_research.units import choice

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["ablate", "families", "judge", "judge_many", "rule_contributions", "with_and_without"]

_NUMBERS = ("found", "low", "high", "p_adjusted", "years_needed")
#: Columns of `rule_contributions`.
COLUMNS = ("family", "rule", "beside", "measure", "found", "low", "high", "p_adjusted", "years_needed", "why")
#: Measure to its relation; 0 and 1 are "nothing".
MEASURES = {"growth": "difference", "max_drawdown": "ratio"}
#: The engine of 000 without its risk adjustment, which as printed stakes nothing on a market whose past Sharpe ratio
#: over a risk-free 5 % is below 0: there would be nothing to take apart.
_ENGINES = {"document_000": ("risk",), "document_003": ()}
_REGIMES = ("bull_trending", "bear_trending", "ranging", "volatile", "crisis")
_MULTIPLIERS = "multipliers of 000"


def judge(
    hypothesis: Hypothesis,
    *,
    market: History | pd.Series | ArrayLike | None = None,
    worlds: Sequence[str] | None = None,
    settings: Settings | None = None,
    rng: int = 0,
) -> ComparisonResult:
    """
    Judge one hypothesis.

    Parameters
    ----------
    hypothesis : Hypothesis
        What is stated.
    market : History, Series, array_like or None
        Past returns a bar, shares of one; the bundled S&P 500 where None.
    worlds : sequence of str, optional
        Primary worlds, instead of the hypothesis's own.
    settings : Settings, optional
        How much is simulated, and what trading costs: net of `settings.COSTS` unless given.
    rng : int, optional
        Seed.

    Returns
    -------
    ComparisonResult

    Raises
    ------
    ParameterError
        If the hypothesis, the market or a setting is not usable.

    Examples
    --------
    >>> form = {"engine": "hold_cash", "baseline": "fixed_fraction", "measure": "max_drawdown", "high": 0.0}
    >>> judge(Hypothesis.of(form | {"exposure": None, "worlds": ["iid"]})).verdict
    'not testable'
    """
    one = hypothesis if worlds is None else replace(hypothesis, worlds=tuple(worlds))
    return judge_many({"hypothesis": one}, market=market, settings=settings, rng=rng)["hypothesis"]


def judge_many(
    hypotheses: Mapping[str, Hypothesis],
    *,
    market: History | pd.Series | ArrayLike | None = None,
    settings: Settings | None = None,
    rng: int = 0,
) -> dict[str, ComparisonResult]:
    """
    Judge hypotheses on the same draws.

    Parameters
    ----------
    hypotheses : mapping of str to Hypothesis
        By name.
    market, settings, rng
        As in `judge`.

    Returns
    -------
    dict of str to ComparisonResult
        Each as `judge` alone would find it.
    """
    for name, hypothesis in hypotheses.items():
        if not isinstance(hypothesis, Hypothesis):
            raise ParameterError(f"{name} must be a Hypothesis, got {hypothesis!r}. Hypothesis.of takes a table.")
    history, settings = history_of(market), settings or Settings()
    by_world = samples(hypotheses, history, settings, rng)
    return {name: _result(name, hypothesis, by_world, history) for name, hypothesis in hypotheses.items()}


def _result(name: str, hypothesis: Hypothesis, by_world: WorldSamples, history: History) -> ComparisonResult:
    def result(world: str) -> WorldResult:
        return decide(hypothesis, by_world.samples[name, world], world, by_world.descriptions.get((name, world), ""))

    worlds = tuple(result(world) for world in WORLDS if world in hypothesis.worlds)
    verdict = overall({world.name: world.verdict for world in worlds})
    first, years = worlds[0], None
    if first.name == "history" and first.verdict == INCONCLUSIVE:
        years = years_to_decide(first.margins, history.years)
    return ComparisonResult(
        hypothesis=hypothesis,
        worlds=worlds,
        verdict=verdict,
        reason=reason_of(hypothesis, verdict, worlds, years, history),
        years_needed=years,
        n=len(history.returns),
        past=relation_of(hypothesis, by_world.past[name]) if name in by_world.past else np.nan,
    )


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
        As in `Hypothesis`; the difference of growth at equal volatility unless given.
    world : str, optional
        One of `hypothesis.WORLDS`.
    market, settings, rng
        As in `judge`.

    Returns
    -------
    pandas.DataFrame
        Indexed by comparison ("drawdown beside the others", "drawdown beside nothing"); columns found, low, high,
        p_adjusted, years_needed (of daily data that would tell it from nothing) and why. In "history" p_adjusted is
        Romano and Wolf's over the whole grid, from joint resamples calibrated like the intervals; with few resamples it
        cannot be small. Where rules cannot be compared all is NaN and `why` says it.

    Raises
    ------
    ParameterError
        If a name is none of those, or the policy has no rule.
    """
    choice("world", world, WORLDS)
    hypotheses = {
        f"{rule} beside {beside}": Hypothesis(
            engine=engine, baseline=baseline, measure=measure, matching=matching, exposure=exposure, low=0.0,
            worlds=(world,),
        )
        for (rule, beside), (engine, baseline) in with_and_without(policy).items()
    }  # fmt: skip
    return families({"": hypotheses}, world=world, market=market, settings=settings, rng=rng)[""]


def families(
    grids: Mapping[str, Mapping[str, Hypothesis]],
    *,
    world: str = "history",
    market: History | pd.Series | ArrayLike | None = None,
    settings: Settings | None = None,
    rng: int = 0,
) -> dict[str, pd.DataFrame]:
    """
    Judge families of hypotheses in one world, on the same draws; p-values are adjusted within each family.

    Parameters
    ----------
    grids : mapping of str to mapping of str to Hypothesis
        Families by name; every hypothesis names `world` among its own.
    world, market, settings, rng
        As in `ablate`.

    Returns
    -------
    dict of str to pandas.DataFrame
        As `ablate` returns, one a family.
    """
    flat = {f"{family}\n{name}": hypothesis for family, grid in grids.items() for name, hypothesis in grid.items()}
    by_world = samples(flat, history_of(market), settings or Settings(), rng)
    return {
        family: _adjusted(
            {name: (hypothesis, f"{family}\n{name}") for name, hypothesis in grid.items()}, world, by_world
        )
        for family, grid in grids.items()
    }


def _adjusted(grid: Mapping[str, tuple[Hypothesis, str]], world: str, by_world: WorldSamples) -> pd.DataFrame:
    """One family, with Romano and Wolf's p-values."""
    import pandas as pd

    rows: dict[str, dict[str, Any]] = {}
    moves: dict[str, NDArray[np.float64]] = {}
    values: dict[str, float] = {}
    for name, (hypothesis, key) in grid.items():
        sample = by_world.samples[key, world]
        result = decide(hypothesis, sample, world, by_world.descriptions.get((key, world), ""))
        low, high = result.interval
        rows[name] = {**dict.fromkeys(_NUMBERS, np.nan), "found": result.interval.value, "low": low, "high": high}
        rows[name]["why"] = result.why
        if isinstance(sample, str):
            continue
        years = years_to_decide(result.margins, sample.years) if world == "history" else None
        rows[name]["years_needed"] = np.nan if years is None else years
        if np.isfinite(result.interval.value):
            moves[name] = _deviations(hypothesis, sample)
            values[name] = float(contrast(hypothesis, *sample.centre)[0])  # as they move: a ratio's logarithm
    if moves:
        adjusted = step_down(list(values.values()), np.column_stack(list(moves.values())))
        for name, p in zip(moves, adjusted, strict=True):
            rows[name]["p_adjusted"] = float(p)
    return pd.DataFrame.from_dict(rows, orient="index")


def with_and_without(policy: Policy) -> dict[tuple[str, str], tuple[Policy, Policy]]:
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


def _deviations(hypothesis: Hypothesis, sample: Sample) -> NDArray[np.float64]:
    """What the estimate would be in each resample if the rule did nothing; missing ones count as nothing."""
    values = contrast(hypothesis, *sample.spread[0])
    middle = float(np.nanmedian(values))
    by = stretch_of(sample.kind, sample.years) if sample.kind else 1.0
    return np.where(np.isfinite(values), by * (values - middle), 0.0)


def rule_contributions(inputs: JudgeInputs | None = None) -> pd.DataFrame:
    """
    Take the printed engines apart on the history.

    Parameters
    ----------
    inputs : JudgeInputs, optional
        Prices and seed.

    Returns
    -------
    pandas.DataFrame
        A row a rule, what stands beside it ("the others" or "nothing") and measure: ``growth`` is the difference in
        nats a year, ``max_drawdown`` the ratio, with the rule against without it, the latter at the stake that gives
        both the same volatility. `p_adjusted` is Romano and Wolf's over all rows of a family, `years_needed` the years
        of daily data at which the interval would leave out "nothing" if what was found is the truth. NaN where the
        relation does not exist, and `why` says why.
    """
    import pandas as pd

    inputs = JudgeInputs() if inputs is None else inputs
    key = key_of("rule_contributions", {}, inputs.digest)
    rows = get(key, lambda content: content["rows"])
    if rows is None:
        rows = _rows(inputs)
        put(key, {"rows": rows})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype(dict.fromkeys(_NUMBERS, float))


def _rows(inputs: JudgeInputs) -> list[list[Any]]:
    market = history_of_prices(inputs.prices)
    rows: list[list[Any]] = []
    for family, table in families(_grids(), market=market, rng=inputs.rng).items():
        for name, row in table.iterrows():
            rule, beside, measure = str(name).split("|")
            numbers = [float(row[column]) for column in _NUMBERS]
            rows.append([family, rule, beside, measure, *(None if np.isnan(x) else x for x in numbers), row["why"]])
    return rows


def _grids() -> dict[str, dict[str, Hypothesis]]:
    """Families of hypotheses that a rule adds something, by rule, what stands beside it, and measure."""
    grids = {}
    for name, left_out in _ENGINES.items():
        pairs = with_and_without(presets[name].without(*left_out))
        grids[name] = {f"{rule}|{beside}": pair for (rule, beside), pair in pairs.items()}
    plain, printed = presets["fixed_fraction"], presets["document_000"].regime
    assert printed is not None
    ones = replace(printed, **dict.fromkeys(_REGIMES, 1.0))
    grids[_MULTIPLIERS] = {
        f"{name}|nothing": (replace(plain, regime=replace(ones, **{name: getattr(printed, name)})), plain)
        for name in _REGIMES
    }
    return {
        family: {f"{name}|{measure}": _hypothesis(pair, measure) for name, pair in grid.items() for measure in MEASURES}
        for family, grid in grids.items()
    }


def _hypothesis(pair: tuple[Policy, Policy], measure: str) -> Hypothesis:
    relation = MEASURES[measure]
    return Hypothesis(
        engine=pair[0], baseline=pair[1], measure=measure, relation=relation, matching="volatility", exposure=1.0,
        low=0.0 if relation == "difference" else 1.0, worlds=("history",),
    )  # fmt: skip
