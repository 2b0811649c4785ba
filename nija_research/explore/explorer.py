"""
An explorer: which settings can be moved, what the documents set, and the function that answers.

A setting is a parameter of the explorer's notebook under the same name and type, so that what was found by hand runs
headless. Stands on: `answer`, `report.parameters`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nija_research.explore.answer import Answer
from nija_research.report import parse_assignment
from nija_research.report.parameters import Parameter

__all__ = ["Explorer", "Kind", "Setting"]

#: How a setting is moved: a slider with a box to type in, a list, boxes to tick, a file, a button, or not at all.
Kind = Literal["slider", "choice", "flag", "rules", "file", "button", "hidden"]


@dataclass(frozen=True, slots=True, kw_only=True)
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
    shown : callable
        Values by name to what the controls of settings left None show; one that is not named is of no use now.
    sometimes : tuple of str
        Settings without None that are of use only where `shown` names them.
    """

    notebook: str
    settings: tuple[Setting, ...]
    presets: Mapping[str, Mapping[str, Any]]
    answer: Callable[[Mapping[str, Any]], Answer]
    shown: Callable[[Mapping[str, Any]], dict[str, Any]]
    sometimes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Setting:
        """Return a setting by name."""
        return next(setting for setting in self.settings if setting.name == name)
