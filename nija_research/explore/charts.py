"""
Panels of the explorers: quick to draw, each on the axes given first.

Colours differ without colour vision, and every line also differs in its dashes. Nothing here calculates but the
percentiles of what it draws.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.estimate import wilson
from nija_research.estimate.regimes.series import LABELS, runs
from nija_research.interval import Interval
from nija_research.report.plots import BLUE, GREEN, GREY, ORANGE
from nija_research.units import EDGE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    from nija_research.simulate import SimulationResult

__all__ = [
    "against_rate",
    "drawdown_chances",
    "drawdown_law",
    "fan_over_time",
    "growth_and_stake",
    "labels_on_price",
]

_DEPTHS = 25
# Printed order: bull, bear, ranging, volatile, crisis; UNKNOWN last. Hatches differ where grey print looks alike.
_LOOKS: tuple[tuple[str, float, str | None], ...] = (
    (GREEN, 0.30, None),
    (ORANGE, 0.30, "\\\\\\\\"),
    (BLUE, 0.15, None),
    ("#CC79A7", 0.35, "...."),
    ("#000000", 0.35, "////"),
    (GREY, 0.12, None),
)


def fan_over_time(ax: Axes, steps: Sequence[int], paths: NDArray[np.float64], medians: Mapping[str, ArrayLike]) -> None:
    """
    Draw the middle 50 % and 90 % of unit value over time, beside the medians of other policies.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    steps : sequence of int, shape (m,)
        Trades after which the paths were looked at.
    paths : ndarray, shape (m, n_paths)
        Unit value.
    medians : mapping of str to array_like, shape (m,)
        Median unit value at the same steps, by the policy's name.
    """
    low, quarter, middle, three, high = np.percentile(paths, (5, 25, 50, 75, 95), axis=1)
    ax.fill_between(steps, low, high, color=BLUE, alpha=0.18, lw=0, label="90 % of paths")
    ax.fill_between(steps, quarter, three, color=BLUE, alpha=0.35, lw=0, label="50 %")
    ax.plot(steps, middle, color=BLUE, ls="-", lw=1.6, label="median")
    for name, values in medians.items():
        ax.plot(steps, np.asarray(values), color=ORANGE, ls="--", lw=1.6, label=f"{name}, median")
    ax.axhline(1.0, color=GREY, lw=0.8, ls="-")
    ax.set_xlim(0, steps[-1])
    _finish(ax, "trades", "unit value (1 at the start)")


def drawdown_chances(ax: Axes, results: Mapping[str, SimulationResult]) -> None:
    """Draw the chance that the deepest drawdown of a path is at least so deep, with its interval; two runs at most."""
    deepest = max(float(np.quantile(r.max_drawdown, 0.995)) for r in results.values())
    depths = np.linspace(0.0, max(deepest, 0.01), _DEPTHS)
    for (name, result), (colour, dashes) in zip(results.items(), ((BLUE, "-"), (ORANGE, "--")), strict=False):
        reached = [int(np.count_nonzero(result.max_drawdown >= depth - EDGE)) for depth in depths]
        chance = np.array([(k / result.n_paths, *_interval(k, result.n_paths)) for k in reached]).T
        ax.fill_between(depths, chance[1], chance[2], color=colour, alpha=0.2, lw=0)
        ax.plot(depths, chance[0], color=colour, ls=dashes, lw=1.6, label=name)
    ax.set_ylim(-0.02, 1.02)
    _finish(ax, "depth below the peak (share)", "chance of reaching it")


def growth_and_stake(
    ax: Axes,
    stakes: NDArray[np.float64],
    curves: NDArray[np.float64],
    *,
    stake: float,
    kelly: float | None,
    level: float,
) -> None:
    """
    Draw growth against the stake, with its band, full Kelly and the chosen stake.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    stakes : ndarray, shape (m,)
        Shares at risk.
    curves : ndarray, shape (3, m)
        Lower end, growth and upper end, nats a trade.
    stake : float
        The chosen stake.
    kelly : float or None
        Full Kelly, where it is known.
    level : float
        Of the band, a share.
    """
    low, middle, high = 100.0 * curves
    ax.fill_between(stakes, low, high, color=BLUE, alpha=0.18, lw=0, label=f"{level:.0%} band")
    ax.plot(stakes, middle, color=BLUE, ls="-", lw=1.6, label="growth")
    ax.axhline(0.0, color=GREY, lw=0.8, ls="-")
    if kelly is not None:
        ax.axvline(kelly, color=ORANGE, ls="--", lw=1.4, label="full Kelly")
    ax.axvline(stake, color="#000000", ls=":", lw=1.6, label="your stake")
    top = max(float(high.max()), 1e-3)
    ax.set_ylim(max(float(low.min()), -1.5 * top), 1.08 * top)
    ax.set_xlim(0.0, max(float(stakes[-1]), 1.02 * stake))
    _finish(ax, "stake (per unit of equity)", "growth per trade (0.01 nats)")


def drawdown_law(ax: Axes, shares: Sequence[float], bound: Sequence[float], law: Sequence[float] | None) -> None:
    """Draw the chance of ever falling to a share of the start: bound for these bets, and law of small bets if known."""
    ax.plot(shares, bound, color=BLUE, ls="-", lw=1.6, label="at most, these bets")
    if law is not None:
        ax.plot(shares, law, color=ORANGE, ls="--", lw=1.6, label="law of small bets")
    ax.set_xlim(1.0, 0.0)
    ax.set_ylim(-0.02, 1.02)
    _finish(ax, "share of the start", "chance of ever falling to it")


def against_rate(
    ax: Axes, curve: pd.DataFrame, name: str, *, at: float, label: str, times: float = 1.0, least: float = 0.0
) -> None:
    """
    Draw a quantity of siphons against their rate, with its interval and the chosen rate.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    curve : pandas.DataFrame
        Columns rate, `name`, and `name` with ``_low`` and ``_high``.
    name : str
        Column drawn.
    at : float
        The chosen rate.
    label : str
        Of the vertical axis, with its unit.
    times : float, optional
        Factor that makes small quantities legible.
    least : float, optional
        How far up the axis reaches at least, so that an interval of next to nothing does not fill it.
    """
    rates = curve["rate"].to_numpy()
    value, low, high = (times * curve[f"{name}{end}"].to_numpy() for end in ("", "_low", "_high"))
    ax.fill_between(rates, low, high, color=BLUE, alpha=0.2, lw=0, label="95 %")
    ax.plot(rates, value, color=BLUE, ls="-", lw=1.6, label="siphon")
    ax.axvline(at, color="#000000", ls=":", lw=1.6, label="your rate")
    ax.set_xlim(0.0, max(float(rates[-1]), at))
    if least:
        ax.set_ylim(-0.02 * least, max(least, 1.05 * float(high.max())))
    _finish(ax, "rate (share of settled profit)", label)


def labels_on_price(ax: Axes, close: pd.Series, labels: NDArray[np.str_]) -> None:
    """Draw closing prices, shape (n,), with the label that each bar was given on the day, shape (n,)."""
    from matplotlib.dates import date2num

    time = np.asarray(date2num(close.index.to_numpy()))  # type: ignore[no-untyped-call]
    for name, (colour, alpha, hatch) in zip(LABELS, _LOOKS, strict=True):
        # One collection a label: hundreds of spans of their own would take seconds.
        spans = [(time[a], time[min(b, len(time) - 1)] - time[a]) for a, b in runs(labels == name)]
        look: dict[str, Any] = {"facecolors": colour, "alpha": alpha, "hatch": hatch, "linewidth": 0}
        if spans:
            text = name.replace("_TRENDING", "").lower()
            ax.broken_barh(spans, (0.0, 1.0), transform=ax.get_xaxis_transform(), label=text, **look)
    ax.plot(time, close.to_numpy(), color="black", lw=0.8, ls="-")
    ax.xaxis_date()
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.yaxis.set_minor_formatter("{x:,.0f}")
    ax.set_xlim(time[0], time[-1])
    ax.set_ylabel("close (log scale)")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=6)


@lru_cache(maxsize=4096)
def _interval(count: int, of: int) -> Interval:
    """Wilson's interval, cached: a slider asks for that of the baseline's counts again and again."""
    return wilson(count, of)


def _finish(ax: Axes, xlabel: str, ylabel: str) -> None:
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.locator_params(nbins=6)  # every tick costs a millisecond
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=2)
