"""Tables and sentences of the chapter that takes the printed engines apart."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ERROR", "answer", "notes", "told_apart", "worth"]

_NOTES = (
    "With the rule against without it, the latter at the stake that gives both the same volatility; after costs. "
    "Points: of log growth a year. p: adjusted by Romano and Wolf over the whole table, both measures. Years: of daily "
    "data at which the growth would be told from nothing, were what was found the truth."
)
#: Adjusted p at which a difference is told from nothing.
ERROR = 0.05
_WORDS = {"growth": "growth difference", "max_drawdown": "max drawdown ratio"}


def told_apart(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `judge.rule_contributions` whose adjusted p-value is at most 5 %."""
    return table[table["p_adjusted"] <= ERROR]


def worth(table: pd.DataFrame, family: str) -> pd.DataFrame:
    """
    One row a rule and what stands beside it.

    Parameters
    ----------
    table : pandas.DataFrame
        As `judge.rule_contributions` returns.
    family : str
        One of its families.

    Returns
    -------
    pandas.DataFrame
        Texts: columns rule, beside, growth (points), p, years, max drawdown (ratio), p of it; an en dash where there is
        no such relation.
    """
    import pandas as pd

    mine = table[table["family"] == family]
    rows = []
    for (rule, beside), both in mine.groupby(["rule", "beside"], sort=False):
        growth, depth = (both[both["measure"] == name].iloc[0] for name in ("growth", "max_drawdown"))
        rows.append(
            (
                str(rule).replace("_", " "), beside,
                _interval(growth, 100.0, "+.2f"), _number(growth["p_adjusted"], ".2f"),
                _number(growth["years_needed"], ",.0f"),
                _interval(depth, 1.0, ".3f"), _number(depth["p_adjusted"], ".2f"),
            )
        )  # fmt: skip
    columns = ["rule", "beside", "growth (points)", "p", "years", "max drawdown (ratio)", "p of it"]
    return pd.DataFrame(rows, columns=columns)


def notes(table: pd.DataFrame, family: str) -> str:
    """Return what stands under a table, with the reason why some rows have no number."""
    mine = table[(table["family"] == family) & table["found"].isna()]
    why = "; ".join(dict.fromkeys(mine["why"]))
    return f"{_NOTES} En dash: {why}." if why else _NOTES


def answer(table: pd.DataFrame) -> list[str]:
    """
    What a reader takes away, in sentences.

    Parameters
    ----------
    table : pandas.DataFrame
        As `judge.rule_contributions` returns.

    Returns
    -------
    list of str
    """
    known, sure = table[table["found"].notna()], told_apart(table)
    n, rules = len(known), known[["family", "rule"]].drop_duplicates().shape[0]
    if len(sure):
        names = "; ".join(
            f"{_who(row)}: {_WORDS[str(row['measure'])]} {row['found']:.3g}" for _, row in sure.iterrows()
        )
        return [f"**{len(sure)} of {n} comparisons of {rules} rules can be told from nothing: {names}.**"]
    sentences = [f"**No rule can be told from nothing at equal volatility: none of {n} comparisons of {rules} rules.**"]
    if len(known):
        nearest = known.sort_values("p_adjusted", kind="stable").iloc[0]
        found = f"{_WORDS[str(nearest['measure'])]} {nearest['found']:.3g}"
        sentences.append(
            f"Nearest to it comes {_who(nearest)}: {found}, p {nearest['p_adjusted']:.2f} after correction."
        )
    return sentences


def _who(row: pd.Series) -> str:
    return f"{row['rule']} of {row['family']} beside {row['beside']}".replace("_", " ")


def _interval(row: pd.Series, times: float, form: str) -> str:
    if isnan(row["found"]):
        return "–"
    found, low, high = (format(times * row[name], form) for name in ("found", "low", "high"))
    return f"{found} ({low} to {high})"


def _number(value: float, form: str) -> str:
    return "–" if isnan(value) else format(value, form)
