"""
One labelled control on the page, a sentence to hear and a text to copy: plain HTML in files beside this one.

The page sends what was typed or dragged as `text`; what it means is read by the setting.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from nija_research.explore.explorer import Setting

__all__ = ["Control", "Copy", "LiveText"]

_HERE = Path(__file__).parent


class Control(anywidget.AnyWidget):
    """
    A control for one setting.

    Parameters
    ----------
    setting : Setting
        What it sets.
    changed : callable
        Called with the setting's name whenever the page sent another text.
    loaded : callable
        Called with the setting's name, a file's name and its bytes when a file was chosen.
    """

    _esm = _HERE / "control.js"
    _css = _HERE / "panel.css"
    name = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    low = traitlets.Float().tag(sync=True)
    high = traitlets.Float().tag(sync=True)
    step = traitlets.Float().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    present = traitlets.List(traitlets.Unicode()).tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self, setting: Setting, changed: Callable[[str], None], loaded: Callable[[str, str, bytes], None]
    ) -> None:
        super().__init__(
            name=setting.name,
            kind=setting.kind,
            label=setting.label,
            low=setting.low,
            high=setting.high,
            step=setting.step,
            options=list(setting.options),
        )
        self.setting = setting
        self._changed, self._quiet = changed, False
        self.observe(self._heard, "text")
        self.on_msg(lambda _, content, buffers: loaded(self.name, content["name"], bytes(buffers[0])))

    def put(self, value: Any) -> None:
        """Show a value that the page did not send."""
        self._quiet = True
        try:
            self.text = self.setting.write(value)
        finally:
            self._quiet = False

    def _heard(self, change: Any) -> None:
        if not self._quiet:
            self._changed(self.name)


class LiveText(anywidget.AnyWidget):
    """A sentence that a screen reader reads out when it changes; it is not visible."""

    _esm = _HERE / "live_text.js"
    text = traitlets.Unicode().tag(sync=True)


class Copy(anywidget.AnyWidget):
    """A text to copy, with its label and a button."""

    _esm = _HERE / "copy.js"
    name = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    rows = traitlets.Int(2).tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
