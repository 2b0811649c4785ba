"""
What siphons cost and buy, drawn: heat maps over rate, settlement and basis, the curves at all stakes, a log's parts.

Colours of the maps are one scale of lightness, readable without colour vision; each map says its own ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.report.plots import BLUE, GREEN, GREY, ORANGE, axes_or_new

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nija_research.simulate.siphon import Recommendation, SiphonLedger

__all__ = ["frontier", "heat_maps", "parts"]

_SHORT = {"per_win": "every win", "per_period": "period", "high_water_mark": "new high"}
_STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (GREY, ":"), ("#000000", (0, (5, 1, 1, 1))))
_INCH = 1.45


def heat_maps(found: Mapping[str, pd.DataFrame]) -> Figure:
    """
    Growth given up, and chance that the account is ever ruined: two maps a world, rate across, basis and period down.

    Parameters
    ----------
    found : mapping of str to pandas.DataFrame
        Of `simulate.siphon.heat`, by world, all over the same settings.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(
        len(found), 2, sharex=True, sharey=True, squeeze=False, layout="constrained", figsize=(6.5, _INCH * len(found))
    )
    for row, (world, table) in zip(panels, found.items(), strict=True):
        for ax, measure, title in zip(
            row, ("given_up", "ruined"), ("growth given up (nats a year)", "account ever ruined (chance)"), strict=True
        ):
            labels, rates, values = _laid_out(table, measure)
            mesh = ax.pcolormesh(_edges(rates), np.arange(len(labels) + 1), values, cmap="cividis", rasterized=False)
            ax.set_yticks(np.arange(len(labels)) + 0.5, labels, fontsize="x-small")
            ax.tick_params(axis="x", labelsize="x-small")
            bar = figure.colorbar(mesh, ax=ax, shrink=0.9)
            bar.ax.tick_params(labelsize="x-small")
            ax.set_title(f"{world}: {title}", fontsize="x-small")
    for ax in panels[-1]:
        ax.set_xlabel("rate (share of settled profit)")
    panels[0][0].invert_yaxis()  # of all of them: they share it
    return figure


def frontier(found: Recommendation, *, ax: Axes | None = None) -> Axes:
    """
    Growth against the worst case, each family over all its stakes; the cross is the stake in use without a siphon.

    Parameters
    ----------
    found : Recommendation
        Of `simulate.siphon.judged`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes_or_new(ax)
    names = list(dict.fromkeys(found.curves["family"]))
    siphons = [name for name in names[1:] if not name.startswith("Grossman")]
    shown = [names[0], siphons[len(siphons) // 2], siphons[-1], *[n for n in names if n.startswith("Grossman")]]
    for name, (colour, dashes) in zip(dict.fromkeys(shown), _STYLES, strict=False):
        points = found.curves[found.curves["family"] == name]
        ax.plot(points["depth"], points["growth"], color=colour, ls=dashes, lw=1.5, marker=".", ms=4, label=name)
    ax.plot([found.depth], [found.growth], marker="x", ms=9, mew=2, color=BLUE, ls="none", label="in use, no siphon")
    ax.axhline(0.0, color=GREY, lw=0.6)
    ax.axvline(found.depth, color=GREY, lw=0.6, ls=":")
    ax.set_xlabel("worst case: depth of the whole on the worst twentieth of paths (share of the peak)")
    ax.set_ylabel("growth of the total (nats a year)")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=3)
    return ax


def parts(books: SiphonLedger, *, ax: Axes | None = None) -> Axes:
    """
    Where the money of a log would have lain, trade by trade, under a siphon.

    Parameters
    ----------
    books : SiphonLedger
        Of `simulate.siphon.replay_siphon`, with at least one trade.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes_or_new(ax)
    last = books.ledger.groupby("time", sort=True).last()
    kept = (last["chest"] + last["preserved"] + last["locked"]) / 100.0
    paid = (last["operating"] + last["withdrawn"]) / 100.0
    whole = (last["trading"] / 100.0) + kept + paid
    ax.step(last.index, whole, where="post", color=GREY, lw=1.2, ls="--", label="all of it (no siphon)")
    ax.step(last.index, last["trading"] / 100.0, where="post", color=BLUE, lw=1.5, label="trading account")
    ax.axhline(books.base / 100.0, color=GREY, lw=0.6)
    ax.set_xlabel("exit")
    ax.set_ylabel("account (account currency)")
    other = ax.twinx()
    other.fill_between(last.index, kept, step="post", color=ORANGE, alpha=0.35, lw=0, label="set aside (right scale)")
    if paid.any():
        other.step(last.index, paid, where="post", color=GREEN, lw=1.2, ls="-.", label="paid out (right scale)")
    other.set_ylim(0.0, max(3.0 * float(max(kept.max(), paid.max())), 1.0))
    other.set_ylabel("set aside (account currency)")
    ax.set_zorder(other.get_zorder() + 1)
    ax.patch.set_visible(False)
    handles = [*ax.get_legend_handles_labels()[0], *other.get_legend_handles_labels()[0]]
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=2)
    return ax


def _laid_out(table: pd.DataFrame, measure: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    keys = list(dict.fromkeys(zip(table["basis"], table["settlement"], strict=True)))
    rates = np.array(sorted(set(table["rate"])))
    values = table.pivot_table(index=["basis", "settlement"], columns="rate", values=measure, sort=False)
    return [f"{_SHORT[basis]}, {period}" for basis, period in keys], rates, values.loc[keys].to_numpy()


def _edges(rates: np.ndarray) -> np.ndarray:
    """Edges of cells around rates."""
    if len(rates) == 1:
        return np.array([rates[0] - 0.05, rates[0] + 0.05])
    middle = (rates[1:] + rates[:-1]) / 2.0
    return np.concatenate([[2 * rates[0] - middle[0]], middle, [2 * rates[-1] - middle[-1]]])
