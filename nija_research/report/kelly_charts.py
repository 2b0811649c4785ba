"""
Charts of the Kelly chapters: evidence for a rise, growth against security, stakes of several bots.

Each draws on the axes it is given, labels them with units and returns them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research import estimate
from nija_research.report.plots import BLUE, GREEN, GREY, ORANGE, axes_or_new

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

__all__ = ["evidence", "frontier", "stakes_by_bot"]


def evidence(monitor: estimate.RiseMonitor, *, ax: Axes | None = None) -> Axes:
    """
    Evidence for a rise of the stake after each trade, and the level at which it is earned.

    Parameters
    ----------
    monitor : RiseMonitor
        From `estimate.monitor_rise`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes_or_new(ax)
    values = np.concatenate([[1.0], monitor.evidence])
    ax.plot(np.arange(len(values)), values, color=BLUE, lw=1.6, label="evidence for the larger stake")
    ax.axhline(monitor.needed, color=ORANGE, lw=1.4, ls="--", label=f"earned at {monitor.needed:g}")
    ax.axhline(1.0, color=GREY, lw=0.8, ls=":")
    if monitor.earned_at is not None:
        ax.plot([monitor.earned_at], [values[monitor.earned_at]], marker="o", color=ORANGE, ls="none")
    ax.set_yscale("log")
    shown = values[np.isfinite(values)]
    ax.set_ylim(min(0.4, float(shown.min()) / 1.3), max(1.6 * monitor.needed, 1.3 * float(shown.max())))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set_xlim(0, max(1, len(values) - 1))
    ax.set_xlabel("closed trades")
    ax.set_ylabel("play money, from 1")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=2)
    return ax


def frontier(returns: ArrayLike, *, level: float = 0.5, ax: Axes | None = None) -> Axes:
    """
    Growth kept against the chance of a deep loss, for every share of full Kelly: these trades and the closed form.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade with an edge and a loss.
    level : float, optional
        Share of starting wealth that must not be reached.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes_or_new(ax)
    shares = np.linspace(0.04, 2.0, 50)
    points = [p for p in estimate.frontier(returns, floor=level, shares=shares.tolist()) if np.isfinite(p.growth)]
    closed = [estimate.prob_ever_below(level, c) for c in shares]
    ax.plot(100 * np.array(closed), 100 * (2 * shares - shares**2), color=GREY, lw=1.2, ls="--", label="closed form")
    ax.plot(
        [100 * p.bound for p in points],
        [100 * p.growth_share for p in points],
        color=BLUE,
        lw=1.8,
        label="these trades",
    )
    for mark in (0.25, 0.5, 1.0):
        near = min(points, key=lambda p: abs(p.share - mark))
        ax.plot([100 * near.bound], [100 * near.growth_share], marker="o", ms=5, color=ORANGE, ls="none")
        ax.annotate(
            f"{mark:g} Kelly", (100 * near.bound, 100 * near.growth_share), xytext=(6, -11), textcoords="offset points"
        )
    ax.set_xlim(0, 100)
    ax.set_ylim(-5, 106)
    ax.set_xlabel(f"chance of ever falling to {level:.0%} of the start, at most (%)")
    ax.set_ylabel("growth kept (% of full Kelly's)")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=2)
    return ax


def stakes_by_bot(stakes: pd.DataFrame, *, measure: str = "share of equity", ax: Axes | None = None) -> Axes:
    """
    Stakes of each bot under each way to find them, with their intervals.

    Parameters
    ----------
    stakes : pandas.DataFrame
        Columns bot, way, stake, low, high, as `kelly_tables.joint_stakes` makes them.
    measure : str, optional
        Unit of the stakes in words.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes_or_new(ax)
    bots, ways = (list(dict.fromkeys(stakes[c])) for c in ("bot", "way"))
    looks = [(BLUE, "o"), (ORANGE, "s"), (GREEN, "D"), (GREY, "^")]
    for k, way in enumerate(ways):
        part = stakes[stakes["way"] == way]
        colour, marker = looks[k % len(looks)]
        place = np.array([bots.index(name) for name in part["bot"]]) + 0.2 * (k - 0.5 * (len(ways) - 1))
        ax.vlines(place, part["low"], part["high"], color=colour, lw=2.4, alpha=0.6)
        ax.plot(place, part["stake"], marker=marker, ms=7, color=colour, ls="none", label=way)
    ax.set_xticks(range(len(bots)), bots)
    ax.set_xlim(-0.6, len(bots) - 0.4)
    ax.set_ylim(bottom=min(0.0, float(stakes["low"].min())))
    ax.set_ylabel(f"stake per trade ({measure}), with interval")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=4)
    return ax
