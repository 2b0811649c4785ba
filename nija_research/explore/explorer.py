"""
An explorer: its settings, the documents' presets, the function that answers, and the answer itself.

A setting is a parameter of the explorer's notebook under the same name and type, so that settings chosen by hand run
headless: as a command line, or as a YAML file. The page and the static notebook show the same `Answer`.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from nija_research.report import parse_assignment
from nija_research.report.parameters import Parameter

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Answer", "Explorer", "Kind", "Number", "Setting"]


@dataclass(frozen=True, slots=True)
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
    form : str
        How it is written, as in `format`.
    low, high : float or None
        Interval, where there is one.
    """

    name: str
    label: str
    value: float | str | None
    form: str = ".3f"
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, name: str, label: str, estimate: Any, form: str) -> Number:
        """Return the number of an estimate with `value`, `low` and `high`."""
        return cls(name, label, estimate.value, form, estimate.low, estimate.high)

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
    panels : tuple of callable
        Each draws one panel of the figure, on the axes it is given.
    caption : str
        What the figure shows, in a sentence or two.
    interval : str
        What the intervals are called, with their level.
    """

    numbers: tuple[Number, ...]
    panels: tuple[Callable[[Axes], None], ...]
    caption: str
    interval: str = "95 % interval"

    def alt(self) -> str:
        """Return what the figure shows and the numbers, for readers who cannot see it."""
        texts = (f"{n.label} {n.text()}" + (f" ({n.interval()})" if n.interval() else "") for n in self.numbers)
        return f"{self.caption} {'; '.join(texts)}."

    def summary(self) -> str:
        """Return the first numbers in a sentence, for a screen reader."""
        return "; ".join(f"{n.label} {n.text()}" for n in self.numbers[:3])

    def draw(self, figure: Figure) -> None:
        """Draw the panels side by side on an empty figure."""
        for ax, panel in zip(figure.subplots(1, len(self.panels), squeeze=False)[0], self.panels, strict=True):
            panel(ax)

    def figure(self) -> Figure:
        """Return the figure at the size of a page."""
        import matplotlib.pyplot as plt

        figure = plt.figure(layout="constrained")
        self.draw(figure)
        return figure

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


#: How a setting is moved: a slider with a box to type in, a list, boxes to tick, a file, a button, or not at all.
Kind = Literal["slider", "choice", "flag", "rules", "file", "button", "hidden"]


@dataclass(frozen=True, slots=True)
class Setting:
    """
    One thing to set.

    Attributes
    ----------
    name, type : str
        As the notebook declares the parameter.
    label : str
        What the page calls it, with its unit.
    kind : Kind
        How it is moved.
    low, high, step : float
        Ends and step of the slider; what is typed may lie outside.
    options : tuple of str
        What a list offers, or the rules that can be ticked.
    """

    name: str
    type: str
    label: str
    kind: Kind = "slider"
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    options: tuple[str, ...] = ()

    def read(self, text: str) -> Any:
        """
        Read what was typed, by the declared type.

        Parameters
        ----------
        text : str
            As on a command line after ``NAME=``.

        Returns
        -------
        object
            The value.

        Raises
        ------
        ParameterError
            If it is not of the type.
        """
        return parse_assignment(f"{self.name}={text}", [Parameter(self.name, self.type, None, "")])[self.name]

    def write(self, value: Any) -> str:
        """
        Write a value as it would be typed; `read` gives it back.

        Parameters
        ----------
        value : object
            Of the declared type.

        Returns
        -------
        str
        """
        if value is None:
            return "none"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list):
            return ",".join(map(str, value))
        # A slider's 0.15000000000000002 is 0.15 in the box; what was typed finer is kept.
        return f"{value:.12g}" if isinstance(value, float) and math.isfinite(value) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explorer:
    """
    Settings, presets and the function that answers.

    Attributes
    ----------
    notebook : str
        Name of the notebook that has the same parameters.
    settings : tuple of Setting
        In the order shown.
    presets : mapping of str to mapping
        What the documents print, by name: values of some settings.
    answer : callable
        Values by name to an `Answer`; raises `ParameterError` or `DataError` before any work.
    defaults : callable
        Values by name to what the controls of settings left None show; one that is not named has no use now.
    conditional : tuple of str
        Settings without None that have a use only where `defaults` names them.
    """

    notebook: str
    settings: tuple[Setting, ...]
    presets: Mapping[str, Mapping[str, Any]]
    answer: Callable[[Mapping[str, Any]], Answer]
    defaults: Callable[[Mapping[str, Any]], dict[str, Any]]
    conditional: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Setting:
        """Return a setting by name."""
        return next(setting for setting in self.settings if setting.name == name)

    def changes(self, values: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
        """
        Return the settings that differ from those of the notebook.

        Parameters
        ----------
        values, usual : mapping of str to object
            By name: now, and as the notebook declares them.

        Returns
        -------
        dict
            In the order of the settings.
        """
        return {s.name: values[s.name] for s in self.settings if values[s.name] != usual[s.name]}

    def command_line(self, values: Mapping[str, Any], usual: Mapping[str, Any]) -> str:
        """Return the `changes` as a shell's line: ``nija run NOTEBOOK -p NAME=VALUE ... --pdf``."""
        texts = (f"{name}={self[name].write(value)}" for name, value in self.changes(values, usual).items())
        return " ".join(["nija run", self.notebook, *(f"-p {shlex.quote(text)}" for text in texts), "--pdf"])

    def parameter_file(self, values: Mapping[str, Any], usual: Mapping[str, Any]) -> str:
        """Return the `changes` as YAML for ``nija run NOTEBOOK -f FILE``; ``{}`` where nothing differs."""
        import yaml

        return str(yaml.safe_dump(self.changes(values, usual), sort_keys=False, allow_unicode=True))
