"""
What an explorer answers: numbers with their intervals, and a figure that can be drawn large or small.

The page and the static notebook show the same `Answer`. Nothing here calculates. Stands on: nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["Answer", "Number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """
    One number beside the sliders.

    Attributes
    ----------
    name : str
        As a notebook records it.
    label : str
        What it is, with its unit.
    value : float, str or None
        None where it is not known.
    low, high : float or None
        Interval, where there is one.
    form : str
        How it is written, as in `format`.
    """

    name: str
    label: str
    value: float | str | None
    low: float | None = None
    high: float | None = None
    form: str = ".3f"

    def text(self) -> str:
        """Return the value as it is written."""
        return self.value if isinstance(self.value, str) else _written(self.value, self.form)

    def interval(self) -> str:
        """Return the interval as it is written; empty where there is none."""
        if not _known(self.low) or not _known(self.high):
            return ""
        return f"{_written(self.low, self.form)} to {_written(self.high, self.form)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    What the settings come to.

    Attributes
    ----------
    numbers : tuple of Number
        In the order shown.
    draw : callable
        Draws on an empty matplotlib Figure.
    caption : str
        What the figure shows, in a sentence or two.
    interval : str
        What the intervals are called, with their level.
    """

    numbers: tuple[Number, ...]
    draw: Callable[[Figure], None]
    caption: str
    interval: str = "95 % interval"

    def alt(self) -> str:
        """Return what the figure shows and the numbers, for who cannot see it."""
        said = "; ".join(f"{n.label} {n.text()}" + (f" ({n.interval()})" if n.interval() else "") for n in self.numbers)
        return f"{self.caption} {said}."

    def said(self) -> str:
        """Return the first numbers in a sentence, for who hears the page."""
        return "; ".join(f"{n.label} {n.text()}" for n in self.numbers[:3])

    def figure(self) -> Figure:
        """Return the figure at the size of a page."""
        import matplotlib.pyplot as plt

        made = plt.figure(layout="constrained")
        self.draw(made)
        return made

    def table(self) -> pd.DataFrame:
        """Return the numbers as written: columns number, value, and the interval by its name."""
        import pandas as pd

        rows = [(n.label, n.text(), n.interval() or "–") for n in self.numbers]
        return pd.DataFrame(rows, columns=["number", "value", self.interval])

    def values(self) -> dict[str, float | str | None]:
        """Return the numbers by name, as `report.record` takes them: None where not known."""
        return {n.name: n.value if isinstance(n.value, str) or _known(n.value) else None for n in self.numbers}


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _written(value: float | None, form: str) -> str:
    if value is None or math.isnan(value):
        return "not known"
    return format(value, form) if math.isfinite(value) else ("∞" if value > 0 else "-∞")
