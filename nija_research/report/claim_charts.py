"""Pictures of claims: what each states as a band, what was found as points with intervals."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from nija_research.judge.verdict import INCONCLUSIVE, NOT_TESTABLE, REFUTED, SUPPORTED
from nija_research.report.plots import BLUE, GREEN, GREY, ORANGE, axes_or_new

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nija_research.judge import Judged

__all__ = ["claim", "claims"]

#: Colour and marker of a point, by its verdict.
_LOOK = {SUPPORTED: (GREEN, "o"), REFUTED: (ORANGE, "X"), INCONCLUSIVE: (BLUE, "D"), NOT_TESTABLE: (GREY, "s")}
_COLUMNS = 2
_HEIGHT = 1.75  # inches a row of panels
_LETTERS = 46  # of a title's line


def claims(judged: Sequence[Judged]) -> Figure:
    """
    Draw one panel a claim.

    Parameters
    ----------
    judged : sequence of Judged
        At least one.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    rows = math.ceil(len(judged) / _COLUMNS)
    figure, panels = plt.subplots(rows, _COLUMNS, figsize=(6.3, _HEIGHT * rows), squeeze=False, layout="constrained")
    flat = [ax for row in panels for ax in row]
    for ax, one in zip(flat, judged, strict=False):
        claim(one, ax=ax)
    for ax in flat[len(judged) :]:
        ax.set_axis_off()
    return figure


def claim(judged: Judged, *, ax: Axes | None = None) -> Axes:
    """
    Draw what a claim states as a band and what was found as points with intervals, a row a world.

    Parameters
    ----------
    judged : Judged
        A claim.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes unless given.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes_or_new(ax)
    finding = judged.finding
    title = textwrap.shorten(f"{judged.claim.id}: {judged.claim.says}", 2 * _LETTERS - 6, placeholder=" …")
    ax.set_title("\n".join(textwrap.wrap(title, _LETTERS)), fontsize="small", loc="left")
    rows = _points(judged)
    if not rows:
        ax.set_axis_off()
        words = textwrap.fill(f"{finding.verdict}: {finding.reason}", _LETTERS)
        ax.text(0.0, 0.95, words, transform=ax.transAxes, va="top", fontsize="small", color=GREY)
        return ax
    for y, (_, found, low, high, verdict) in enumerate(rows):
        colour, marker = _LOOK[verdict]
        if low is not None and high is not None:
            ax.plot([low, high], [y, y], color=colour, lw=2.0, ls="-", solid_capstyle="butt")
        elif verdict == INCONCLUSIVE:  # nothing bounds it
            ax.axhline(y, color=colour, lw=2.0, ls=":")
        ax.plot([found], [y], marker=marker, color=colour, ms=5.5, ls="none")
    _band(ax, finding.stated_low, finding.stated_high, rows)
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(f"{finding.unit or 'ratio'}; {finding.verdict}", fontsize="small")
    ax.tick_params(labelsize=7)
    return ax


def _points(judged: Judged) -> list[tuple[str, float, float | None, float | None, str]]:
    """Name, found, interval and verdict of each world, or of the claim itself."""
    finding = judged.finding
    worlds: list[dict[str, Any]] = [d for d in finding.details if d.get("world") and d.get("found") is not None]
    if worlds:
        return [(str(d["world"]), d["found"], d.get("low"), d.get("high"), str(d["verdict"])) for d in worlds]
    if finding.found is None:
        return []
    return [("found", finding.found, finding.low, finding.high, finding.verdict)]


def _band(ax: Axes, low: float | None, high: float | None, rows: Sequence[tuple[Any, ...]]) -> None:
    """Shade what is stated, and keep it and every point in sight."""
    if low is None and high is None:
        return
    seen = [x for row in rows for x in row[1:4] if x is not None] + [x for x in (low, high) if x is not None]
    pad = 0.08 * (max(seen) - min(seen)) or 0.1 * abs(seen[0]) or 0.1
    left, right = min(seen) - pad, max(seen) + pad
    ax.set_xlim(left, right)
    start, end = left if low is None else low, right if high is None else high
    ax.axvspan(start, end, color=GREY, alpha=0.18, lw=0)
    for edge in {low, high} - {None}:
        ax.axvline(edge, color=GREY, lw=1.0, ls=":")  # type: ignore[arg-type]
