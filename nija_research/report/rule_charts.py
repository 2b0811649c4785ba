"""
Each capital rule as one small curve, the allocator's shares, and an account's way through a log.

The curves call the compiled rules themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.policy import (
    Allocator,
    Compounding,
    DrawdownGuard,
    MarketRegime,
    Milestones,
    ProfitSplit,
    ProtectedFloor,
    RegimeShares,
    RiskAdjustment,
    Stops,
    StreakSizing,
    VolatilityLeverage,
    WarChest,
)
from nija_research.policy.allocator import allocate
from nija_research.policy.compounding import compounding_split
from nija_research.policy.drawdown import drawdown_band, drawdown_size
from nija_research.policy.floor import protected_floor
from nija_research.policy.leverage import volatility_leverage
from nija_research.policy.milestones import milestone_lock
from nija_research.policy.regime import regime_index, regime_share
from nija_research.policy.risk import risk_adjustment
from nija_research.policy.streak import streak_multiplier
from nija_research.policy.war_chest import chest_in_sizing, chest_return
from nija_research.report.plots import BLUE, GREEN, GREY, ORANGE, axes_or_new

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nija_research.simulate import Replay

__all__ = ["allocation", "drawdowns", "rules"]


def rules() -> Figure:
    """
    Twelve panels, one a rule, at the documents' settings.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(4, 3, figsize=(6.3, 7.4), layout="constrained")
    for ax, draw in zip(axes.flat, _PANELS, strict=True):
        draw(ax)
        ax.title.set_fontsize(8.5)
        ax.xaxis.label.set_fontsize(7.5)
        ax.yaxis.label.set_fontsize(7.5)
        ax.tick_params(labelsize=7)
        ax.margins(x=0.02)
    return figure


def allocation(balances: Any, config: Allocator | None = None, *, ax: Axes | None = None) -> Axes:
    """
    Share of the balance that each strategy gets, against the balance.

    Parameters
    ----------
    balances : array_like, shape (n,)
        Balances above 0, account currency.
    config : Allocator, optional
        Settings; as printed unless given.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes_or_new(ax)
    b = np.asarray(balances, dtype=float)
    rule = (config or Allocator()).arrays()
    shares = 100.0 * np.array([allocate(float(x), rule) for x in b]) / b[:, None]
    both = shares[:, 0] + shares[:, 1]
    ax.plot(b, shares[:, 0], color=BLUE, lw=1.6, ls="-", label="market making")
    ax.plot(b, shares[:, 1], color=ORANGE, lw=1.6, ls="--", label="arbitrage")
    ax.plot(b, both, color=GREEN, lw=1.2, ls="-.", label="both")
    ax.axhline(95, color=GREY, lw=0.9, ls=":", label="exposure limit 95 %")
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("${x:,.0f}".replace("$", r"\$"))
    ax.set_ylim(0, 112)
    ax.set_xlabel("balance (log scale)")
    ax.set_ylabel("share of balance (%)")
    ax.legend(loc="upper right", frameon=False, ncols=4, columnspacing=1.0)
    return ax


def drawdowns(replays: dict[str, Replay], *, ax: Axes | None = None) -> Axes:
    """
    Depth below the peak, trade by trade, of several replays of one log.

    Parameters
    ----------
    replays : dict of str to Replay
        By name; at most four are told apart.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes_or_new(ax)
    looks = [(BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), ("#000000", ":")]
    for (name, found), (colour, dashes) in zip(replays.items(), looks, strict=False):
        depth = np.concatenate([[0.0], -100.0 * found.steps["drawdown"].to_numpy()])
        ax.step(np.arange(len(depth)), depth, where="post", color=colour, ls=dashes, lw=1.4, label=name)
    for edge in (5, 10, 15, 20):
        ax.axhline(-edge, color=GREY, lw=0.6, ls=":")
    ax.set_xlabel("trades of the log")
    ax.set_ylabel("below the peak (%)")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=4)
    return ax


def _label(ax: Axes, title: str, x: str, y: str) -> None:
    ax.set_title(title)
    ax.set_xlabel(x)
    ax.set_ylabel(y)


def _protection(ax: Axes) -> None:
    guard = DrawdownGuard().arrays()
    depth = np.linspace(0.0, 0.25, 501)
    size = [drawdown_size(drawdown_band(float(d), guard), guard) for d in depth]
    ax.step(100 * depth, size, where="post", color=BLUE)
    _label(ax, "Drawdown protection", "below peak (%)", "size multiplier")


def _floor(ax: Axes) -> None:
    equity = np.linspace(0.0, 1.5, 151)
    readings = (ProtectedFloor(reading="keep_last"), ProtectedFloor(reading="keep_most"))
    for rule, colour, dashes in zip(readings, (BLUE, ORANGE), ("-", "--"), strict=True):
        arrays = rule.arrays()
        line = [max(float(e) - protected_floor(1.0, float(e), arrays), 0.0) for e in equity]
        ax.plot(equity, line, color=colour, ls=dashes, label=rule.reading)
    ax.legend(fontsize=6.5, frameon=False, loc="upper left")
    _label(ax, "Protected floor", "equity / base", "sizing capital / base")


def _compounding(ax: Axes) -> None:
    profit = np.linspace(0.0, 1000.0, 11)
    for (name, split), dashes in zip(_STRATEGIES.items(), ("-", "--", "-.", ":"), strict=True):
        arrays = split.arrays()
        kept = [compounding_split(float(p), 0.0, 1e9, arrays)[0] for p in profit]
        ax.plot(profit, kept, ls=dashes, color=BLUE, label=name)
    ax.legend(fontsize=6.5, frameon=False)
    _label(ax, "Compounding split", "new profit ($)", "preserved ($)")


def _milestones(ax: Axes) -> None:
    ladder = Milestones().arrays()
    profit = np.geomspace(50.0, 200_000.0, 400)
    locked = [milestone_lock(float(p), 0.0, 1e9, ladder)[0] for p in profit]
    ax.loglog(profit, np.maximum(locked, 1.0), color=BLUE)
    _label(ax, "Milestones", "profit ($)", "locked ($)")


def _leverage(ax: Axes) -> None:
    vol = np.linspace(0.05, 1.2, 231)
    for sensitivity, dashes in ((1.0, "-"), (0.8, "--")):
        arrays = VolatilityLeverage(sensitivity=sensitivity).arrays()
        line = [volatility_leverage(float(v), arrays) for v in vol]
        ax.plot(100 * vol, line, ls=dashes, color=BLUE, label=f"sensitivity {sensitivity:g}")
    ax.legend(fontsize=6.5, frameon=False)
    _label(ax, "Volatility leverage", "volatility (% a year)", "leverage")


def _regime(ax: Axes) -> None:
    arrays = RegimeShares().arrays()
    names = [m.name for m in MarketRegime]
    bars = [regime_share(float(regime_index(m)), arrays) for m in MarketRegime]
    ax.barh([n.replace("_TRENDING", "").lower() for n in names], bars, color=BLUE)
    ax.invert_yaxis()
    _label(ax, "Regime share", "size multiplier", "")


def _risk(ax: Axes) -> None:
    arrays = RiskAdjustment().arrays()
    expected = np.linspace(-0.1, 0.8, 181)
    for vol, dashes in ((0.15, "-"), (0.25, "--"), (0.5, ":")):
        line = [risk_adjustment(float(e), vol, arrays) for e in expected]
        ax.plot(100 * expected, line, ls=dashes, color=BLUE, label=f"vol {vol:.0%}")
    ax.legend(fontsize=6.5, frameon=False)
    _label(ax, "Risk adjustment", "expected return (% a year)", "size multiplier")


def _streak(ax: Axes) -> None:
    arrays = StreakSizing().arrays()
    runs = list(range(-4, 7))
    line = [10 * streak_multiplier(float(max(k, 0)), float(max(-k, 0)), arrays) for k in runs]
    ax.bar(runs, line, color=BLUE)
    ax.set_xticks(range(-4, 7, 2))
    _label(ax, "Streak sizing", "losses (−) or wins in a row", "stake (% of equity)")


def _stops(ax: Axes) -> None:
    stops = Stops()
    limits = {"day": stops.day, "peak": stops.peak, "week": stops.week, "one asset": stops.asset}
    ax.barh(list(limits), [100 * (v or 0.0) for v in limits.values()], color=BLUE)
    ax.invert_yaxis()
    _label(ax, f"Hard stops (and {stops.streak} losses)", "limit (%)", "")


def _chest(ax: Axes) -> None:
    arrays = WarChest().arrays()
    money = np.linspace(0.0, 250.0, 251)
    ax.plot(money, [chest_in_sizing(float(m), arrays) for m in money], color=BLUE, label="counts in sizing")
    back = [chest_return(float(m), arrays) for m in money]
    ax.plot(money, back, color=ORANGE, ls="--", label="returns at settlement")
    ax.legend(fontsize=6.5, frameon=False)
    _label(ax, "War chest tiers", "chest ($)", "($)")


def _split(ax: Axes) -> None:
    split = ProfitSplit()
    parts = {
        "reinvest": split.reinvest,
        "war chest": split.chest,
        "operating": split.operating,
        "withdrawal": split.withdrawal,
    }
    ax.barh(list(parts), [100 * v for v in parts.values()], color=BLUE)
    ax.invert_yaxis()
    _label(ax, "Profit split", "share of profit (%)", "")


def _allocator(ax: Axes) -> None:
    arrays = Allocator().arrays()
    b = np.geomspace(20.0, 5000.0, 400)
    parts = np.array([allocate(float(x), arrays) for x in b])
    ax.plot(b, parts[:, 0], color=BLUE, label="market making")
    ax.plot(b, parts[:, 1], color=ORANGE, ls="--", label="arbitrage")
    ax.set_xscale("log")
    ax.legend(fontsize=6.5, frameon=False, loc="upper left")
    ax.set_ylim(0, 700)
    _label(ax, "Allocator", "balance ($)", "capital ($)")


_STRATEGIES = {
    "60/40": Compounding(reinvest=0.60, preserve=0.40),
    "75/25": Compounding(reinvest=0.75, preserve=0.25),
    "90/10": Compounding(reinvest=0.90, preserve=0.10),
    "100/0": Compounding(reinvest=1.00, preserve=0.00),
}
_PANELS: tuple[Callable[[Axes], None], ...] = (
    *(_protection, _floor, _compounding, _milestones, _leverage, _regime),
    *(_risk, _streak, _stops, _chest, _split, _allocator),
)
