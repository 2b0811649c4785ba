"""
How often comparative verdicts are wrong, as `make calibrate` measured it: shares with their intervals against 5 %.

Reads `data/calibration.csv`; nothing here simulates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nija_research.estimate import wilson
from nija_research.places import suite
from nija_research.report.plots import BLUE, GREEN, GREY, ORANGE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["CAPTION", "counts", "errors"]

CAPTION = (
    "Share of histories of 5 years whose verdict is false where the truth lies exactly at an edge of what is stated "
    "(the worse edge), with 95 % Wilson intervals; the dashed line is the 5 % allowed. The interval was tuned in the "
    "first world alone. All counts: docs/calibration.md."
)

_LOOK = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"))
_ALLOWED = 5.0  # percent
_YEARS = 5
_EDGES = ("at the lower edge", "at the upper edge")


def counts() -> pd.DataFrame:
    """
    Read the counts of the calibration.

    Returns
    -------
    pandas.DataFrame
        Columns pair, place, world, years, histories, supported, refuted.
    """
    import pandas as pd

    return pd.read_csv(suite() / "data" / "calibration.csv")


def errors() -> Figure:
    """
    Draw how often a verdict at an edge is false: "supported" on the left, "refuted" on the right.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    table = counts()
    edges = table[table["place"].isin(_EDGES) & (table["years"] == _YEARS)]
    pairs, worlds = list(dict.fromkeys(edges["pair"])), list(dict.fromkeys(edges["world"]))
    figure, panels = plt.subplots(1, 2, sharey=True, layout="constrained")
    for ax, verdict in zip(panels, ("supported", "refuted"), strict=True):
        for k, (world, (colour, marker)) in enumerate(zip(worlds, _LOOK, strict=False)):
            for y, pair in enumerate(pairs):
                here = edges[(edges["pair"] == pair) & (edges["world"] == world)]
                worst = here.loc[(here[verdict] / here["histories"]).idxmax()]
                share = wilson(int(worst[verdict]), int(worst["histories"]))
                at = y + 0.22 * (k - 1)
                ax.plot([100 * share.low, 100 * share.high], [at, at], color=colour, ls="-", lw=1.4)
                shown = 100 * worst[verdict] / worst["histories"]
                ax.plot([shown], [at], marker=marker, color=colour, ms=4, ls="none", label=world if y == 0 else None)
        ax.axvline(_ALLOWED, color=GREY, ls="--", lw=1.0)
        ax.set_title(f'falsely "{verdict}"', fontsize="medium")
        ax.set_xlabel("of histories (%)")
        ax.set_xlim(left=0.0)
        ax.grid(axis="y", visible=False)
    panels[0].set_yticks(range(len(pairs)), pairs, fontsize="small")
    panels[0].invert_yaxis()
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False)
    return figure
