"""What each rule of the printed engines contributes, and each multiplier of a regime, at equal volatility."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING, Any

from nija_research.judge.cache import JudgeInputs, get, key_of, put
from nija_research.judge.compare import Hypothesis, families, history_of_prices, with_and_without
from nija_research.policy import Policy, presets

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "MEASURES", "rule_contributions"]

#: Columns of `rule_contributions`.
COLUMNS = ("family", "rule", "beside", "measure", "found", "low", "high", "p_adjusted", "years_needed", "why")
_NUMBERS = ("found", "low", "high", "p_adjusted", "years_needed")
#: Measure to its relation; 0 and 1 are "nothing".
MEASURES = {"growth": "difference", "max_drawdown": "ratio"}
#: The engine of 000 without its risk adjustment, which as printed stakes nothing on a market whose past Sharpe ratio
#: over a risk-free 5 % is below 0: there would be nothing to take apart.
_ENGINES = {"document_000": ("risk",), "document_003": ()}
_REGIMES = ("bull_trending", "bear_trending", "ranging", "volatile", "crisis")
_MULTIPLIERS = "multipliers of 000"


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
            rows.append([family, rule, beside, measure, *(None if isnan(x) else x for x in numbers), row["why"]])
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
        family: {f"{name}|{measure}": _promise(pair, measure) for name, pair in grid.items() for measure in MEASURES}
        for family, grid in grids.items()
    }


def _promise(pair: tuple[Policy, Policy], measure: str) -> Hypothesis:
    relation = MEASURES[measure]
    return Hypothesis(
        engine=pair[0], baseline=pair[1], measure=measure, relation=relation, matching="volatility", exposure=1.0,
        low=0.0 if relation == "difference" else 1.0, worlds=("history",),
    )  # fmt: skip
