"""Regimes to look at: stress on the price, online beside hindsight, what acting on it was worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.regimes.evaluation import spells
from nija_research.report.plots import BLUE, GREEN, GREY, ORANGE, axes_or_new

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

__all__ = ["online_and_hindsight", "placebo", "sharpe_differences", "stress_on_price"]


def stress_on_price(close: pd.Series, state: NDArray[np.int64], *, ax: Axes | None = None) -> Axes:
    """
    Closing prices, with the bars that were called turbulent or a crisis on the day.

    Parameters
    ----------
    close : pandas.Series, shape (n,)
        Indexed by times.
    state : numpy.ndarray, shape (n,)
        Class of each bar: 0 calm, 1 turbulent, 2 crisis, below 0 not known.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes_or_new(ax)
    if len(close) != len(state):
        raise ParameterError(f"state must have one entry for each of {len(close)} bars, got {len(state)}.")
    time = close.index
    looks: list[tuple[NDArray[np.bool_], str, float, str | None, str]] = [
        (state < 0, GREY, 0.12, None, "not yet known"),
        (state == 1, BLUE, 0.22, None, "turbulent"),
        (state == 2, ORANGE, 0.35, "////", "crisis"),
    ]
    for flags, colour, alpha, hatch, label in looks:
        for k, (begin, end) in enumerate(spells(flags)):
            span: dict[str, Any] = {"label": label} if k == 0 else {}
            ax.axvspan(time[begin], time[min(end, len(time) - 1)], color=colour, alpha=alpha, lw=0, hatch=hatch, **span)
    ax.plot(time, close.to_numpy(), color="black", lw=0.8, ls="-", label="close")
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.yaxis.set_minor_formatter("{x:,.0f}")
    ax.set_xlim(time[0], time[-1])
    ax.set_xlabel("")
    ax.set_ylabel("close (log scale)")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=4)
    return ax


def online_and_hindsight(
    time: pd.DatetimeIndex, online: ArrayLike, afterwards: ArrayLike, *, ax: Axes | None = None
) -> Axes:
    """
    Probability of stress as it was said on the day, and as all later bars make it look.

    Parameters
    ----------
    time : pandas.DatetimeIndex, shape (n,)
        Times of the bars.
    online, afterwards : array_like, shape (n,)
        Probabilities.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes_or_new(ax)
    said, seen = np.asarray(online, dtype=float), np.asarray(afterwards, dtype=float)
    ax.fill_between(time, 100 * seen, color=GREY, alpha=0.3, lw=0, label="seen afterwards (hindsight)")
    ax.plot(time, 100 * said, color=BLUE, lw=1.2, ls="-", label="said on the day")
    ax.margins(x=0.0)
    ax.set_ylim(0, 100)
    ax.set_xlabel("")
    ax.set_ylabel("probability of stress (%)")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=2)
    return ax


def sharpe_differences(table: pd.DataFrame, *, control: str = "hold", ax: Axes | None = None) -> Axes:
    """
    Sharpe ratio of every book above that of the control, with its interval.

    Parameters
    ----------
    table : pandas.DataFrame
        As `value_table` returns it.
    control : str, optional
        Name of the row that the differences are taken to.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes, as high as the rows need, unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = table[(table["name"] != control) & table["difference"].notna()].iloc[::-1]
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(6.3, 0.6 + 0.2 * len(rows)), layout="constrained")[1]
    places = np.arange(len(rows))
    for place, (_, row) in zip(places, rows.iterrows(), strict=True):
        clear = row["difference_low"] > 0.0 or row["difference_high"] < 0.0
        colour = (GREEN if row["difference"] > 0.0 else ORANGE) if clear else BLUE
        ax.plot([row["difference_low"], row["difference_high"]], [place, place], color=colour, lw=2.0, ls="-")
        ax.plot([row["difference"]], [place], color=colour, marker="o", ms=4.5, ls="none")
    ax.axvline(0.0, color=GREY, lw=1.0, ls="-")
    ax.set_yticks(places, rows["name"].tolist())
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(f"Sharpe ratio above {control} (a year)")
    return ax


def placebo(shifted: NDArray[np.float64], own: float, *, ax: Axes | None = None) -> Axes:
    """
    Sharpe ratios of the same positions at other times, and the true one.

    Parameters
    ----------
    shifted : numpy.ndarray, shape (m,)
        Of the placebos, a year.
    own : float
        Of the labels where they belong.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes_or_new(ax)
    ax.hist(
        shifted, bins=min(30, max(5, len(shifted) // 5)), color=GREY, alpha=0.5, label="labels moved to other times"
    )
    ax.axvline(own, color=ORANGE, lw=2.0, ls="-", label="labels where they belong")
    ax.set_xlabel("Sharpe ratio (a year)")
    ax.set_ylabel("placebos")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=2)
    return ax
