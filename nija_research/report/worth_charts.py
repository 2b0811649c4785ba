"""Pictures of what rules are worth: a point and an interval a rule, beside the others and alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nija_research.report.plots import BLUE, GREY, ORANGE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["worth"]

_LOOK = {"the others": (BLUE, "o", -0.14), "nothing": (ORANGE, "s", 0.14)}
_PANELS = {"growth": ("growth, points a year", 100.0, 0.0), "max_drawdown": ("max drawdown, ratio", 1.0, 1.0)}


def worth(table: pd.DataFrame, family: str) -> Figure:
    """
    Draw growth and drawdown of every rule of a family at equal volatility.

    Parameters
    ----------
    table : pandas.DataFrame
        As `judge.rule_contributions` returns.
    family : str
        One of its families.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    mine = table[table["family"] == family]
    rules = list(dict.fromkeys(mine["rule"]))
    size = (6.3, 0.9 + 0.32 * len(rules))
    figure, panels = plt.subplots(1, len(_PANELS), sharey=True, figsize=size, layout="constrained")
    for ax, (measure, (name, times, none)) in zip(panels, _PANELS.items(), strict=True):
        for beside, (colour, marker, shift) in _LOOK.items():
            rows = mine[(mine["measure"] == measure) & (mine["beside"] == beside) & mine["found"].notna()]
            at = [rules.index(rule) + shift for rule in rows["rule"]]
            ax.hlines(at, times * rows["low"], times * rows["high"], color=colour, lw=1.6)
            ax.plot(times * rows["found"], at, marker=marker, color=colour, ms=4.5, ls="none", label=f"beside {beside}")
        ax.axvline(none, color=GREY, ls="--", lw=1.0)
        ax.set_xlabel(name)
        ax.grid(axis="y", visible=False)
    panels[0].set_yticks(range(len(rules)), [rule.replace("_", " ") for rule in rules])
    panels[0].set_ylim(len(rules) - 0.5, -0.5)
    if len(set(mine["beside"])) > 1:
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=2, frameon=False)
    return figure
