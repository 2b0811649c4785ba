"""
What many simulated paths look like: a fan over time, and how often a depth is reached or a share of wealth lost.

Bands of the fan are percentiles over paths, not errors; the curves carry the Monte Carlo error of each point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.report.plots import BLUE, GREEN, GREY, ORANGE, axes_or_new
from nija_research.simulate import metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nija_research.simulate import SimulationResult

__all__ = ["drawdowns", "fan", "ruin", "tails"]

_LINES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (GREY, ":"), ("#000000", (0, (5, 1, 1, 1, 1, 1))))
_BANDS = (5, 25, 50, 75, 95)


def fan(results: Mapping[str, SimulationResult]) -> Figure:
    """
    Unit value over time: the middle half and the middle nine tenths of the traced paths, one panel a policy.

    Parameters
    ----------
    results : mapping of str to SimulationResult
        Runs with traces, by name.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, len(results), sharey=True, squeeze=False, layout="constrained")
    for ax, (name, result) in zip(panels[0], results.items(), strict=True):
        paths = np.array([trace.states["unit"] for trace in result.traces]) * (result.base / result.current)
        low, quarter, middle, three, high = np.percentile(paths, _BANDS, axis=0)
        steps = np.arange(paths.shape[1])
        ax.fill_between(steps, low, high, color=BLUE, alpha=0.18, lw=0, label="90 % of paths")
        ax.fill_between(steps, quarter, three, color=BLUE, alpha=0.35, lw=0, label="50 %")
        ax.plot(steps, middle, color=BLUE, lw=1.6, label="median")
        ax.plot(steps, paths[0], color=ORANGE, lw=0.8, label="one path")
        ax.axhline(1.0, color=GREY, lw=0.8)
        ax.set_title(name, fontsize="medium")
        ax.set_xlabel("trades")
    panels[0][0].set_ylabel("unit value (1 at the start)")
    figure.legend(*panels[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=4, frameon=False)
    return figure


def tails(results: Mapping[str, SimulationResult]) -> Figure:
    """
    Both curves of what can go wrong, side by side: `drawdowns` and `ruin`.

    Parameters
    ----------
    results : mapping of str to SimulationResult
        Runs by name, five at most.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, sharey=True, layout="constrained")
    for ax in (drawdowns(results, ax=left), ruin(results, ax=right)):
        if legend := ax.get_legend():
            legend.remove()
    left.set_ylabel("chance")
    right.set_ylabel("")
    left.set_title("of a drawdown so deep", fontsize="medium")
    right.set_title("of ever falling so low", fontsize="medium")
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False)
    return figure


def drawdowns(results: Mapping[str, SimulationResult], *, ax: Axes | None = None) -> Axes:
    """
    Chance that the deepest drawdown of a path is at least so deep, with its interval.

    Parameters
    ----------
    results : mapping of str to SimulationResult
        Runs by name, five at most.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    deepest = max(float(np.quantile(r.max_drawdown, 0.995)) for r in results.values())
    ax = _curves(results, metrics.drawdown_curve, np.linspace(0.0, max(deepest, 0.01), 61), "depth", ax)
    ax.set_xlabel("depth below the peak (share)")
    ax.set_ylabel("chance of reaching it")
    return ax


def ruin(results: Mapping[str, SimulationResult], *, ax: Axes | None = None) -> Axes:
    """
    Chance of ever falling to a share of the opening value, with its interval.

    Parameters
    ----------
    results : mapping of str to SimulationResult
        Runs by name, five at most.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    lowest = min(float(np.quantile(r.lowest, 0.005)) for r in results.values())
    ax = _curves(results, metrics.ruin_curve, np.linspace(min(max(lowest, 0.0), 0.98), 1.0, 61), "level", ax)
    ax.invert_xaxis()
    ax.set_xlabel("share of the opening value")
    ax.set_ylabel("chance of ever falling to it")
    return ax


def _curves(
    results: Mapping[str, SimulationResult],
    curve: Callable[[SimulationResult, Sequence[float]], pd.DataFrame],
    at: np.ndarray,
    column: str,
    ax: Axes | None,
) -> Axes:
    ax = axes_or_new(ax)
    for (name, result), (colour, dashes) in zip(results.items(), _LINES, strict=False):
        points = curve(result, at.tolist())
        ax.fill_between(points[column], points["low"], points["high"], color=colour, alpha=0.2, lw=0)
        ax.plot(points[column], points["value"], color=colour, ls=dashes, lw=1.6, label=name)
    ax.set_ylim(-0.02, 1.02)
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=3)
    return ax
