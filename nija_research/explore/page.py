"""
An explorer on the page: controls, figure, table of numbers, presets, and the settings as text to copy.

A setting that the library refuses keeps the last figure and shows the reason beside the control. Needs the extra
``explore``.

One labelled control on the page, a sentence to hear and a text to copy: plain HTML in files beside this one.

The page sends what was typed or dragged as `text`; what it means is read by the setting.
"""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from nija_research.errors import NijaError, WorkError
from nija_research.explore.explorer import Setting
from nija_research.explore.logs import keep_upload
from nija_research.explore.server import require
from nija_research.report import style

if TYPE_CHECKING:
    from nija_research.explore.explorer import Answer, Explorer

__all__ = ["Control", "Copy", "Debounce", "LiveText", "Panel", "as_image", "as_table", "panel"]

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


#: Seconds that events may follow each other in; a blink is ten times as long.
PAUSE = 0.02


class Debounce:
    """
    Call a function once for many asks.

    Parameters
    ----------
    work : callable
        Called without arguments, a moment after the last ask before it began.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self._work, self._due = work, False

    def ask(self) -> None:
        """Ask for a call; at once where no event loop runs, as in a script."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._work()
            return
        if not self._due:
            self._due = True
            loop.call_later(PAUSE, self._call)

    def _call(self) -> None:
        self._due = False
        self._work()


_SIZE, _DPI = (7.2, 3.3), 110


def as_image(answer: Answer) -> str:
    """
    Draw the figure.

    Parameters
    ----------
    answer : Answer
        What is drawn.

    Returns
    -------
    str
        One ``<img>``, whose ``alt`` says the numbers.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    out = io.BytesIO()
    with style(), rc_context({"figure.constrained_layout.use": False}):
        figure = Figure(figsize=_SIZE, dpi=_DPI)
        FigureCanvasAgg(figure)
        answer.draw(figure)
        figure.subplots_adjust(left=0.09, right=0.985, bottom=0.14, top=0.83, wspace=0.26)
        figure.savefig(out, format="png", pil_kwargs={"compress_level": 1})
    data = base64.b64encode(out.getvalue()).decode("ascii")
    return f'<img alt="{escape(answer.alt())}" src="data:image/png;base64,{data}">'


def as_table(answer: Answer) -> str:
    """
    Write the numbers as a table.

    Parameters
    ----------
    answer : Answer
        Whose numbers.

    Returns
    -------
    str
        One ``<table>``; each value in a ``<data>`` element that holds it unrounded.
    """
    rows = "".join(
        f'<tr data-name="{n.name}"><th scope="row">{escape(n.label)}</th>'
        f'<td><data value="{escape(repr(n.value))}">{escape(n.text())}</data></td><td>{escape(n.interval())}</td></tr>'
        for n in answer.numbers
    )
    head = f'<tr><th scope="col">number</th><th scope="col">value</th><th scope="col">{answer.interval}</th></tr>'
    return f'<table role="table"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def panel(explorer: Explorer, values: Mapping[str, Any]) -> None:
    """
    Show an explorer in the running notebook.

    Parameters
    ----------
    explorer : Explorer
        Which one.
    values : mapping of str to object
        Every setting by name, as the notebook declares it: what the sliders begin with.

    Raises
    ------
    WorkError
        If the extra ``explore`` is not installed.
    """
    require("anywidget", "ipywidgets")
    from IPython.display import display

    display(Panel(explorer, values).page)  # type: ignore[no-untyped-call]


class Panel:
    """
    The widgets of an explorer, and what they hold.

    Parameters
    ----------
    explorer : Explorer
        Which one.
    values : mapping of str to object
        Every setting by name.
    """

    def __init__(self, explorer: Explorer, values: Mapping[str, Any]) -> None:
        import ipywidgets as widgets

        from nija_research.explore.explorer import Setting

        self.explorer, self.defaults, self.values = explorer, dict(values), dict(values)
        self._redraw, self._last, self._refused = Debounce(self.draw), "", False
        settings = [setting for setting in explorer.settings if setting.kind != "hidden"]
        self.controls = {s.name: Control(s, self._changed, self._loaded) for s in settings}
        names = ("as in the notebook", *explorer.presets)
        start = Setting("start", "str", "Start from", "choice", options=names)
        self.start = Control(start, self._start_from, self._loaded)
        at = next((n for n, p in explorer.presets.items() if all(values[k] == v for k, v in p.items())), names[0])
        self.start.put(at)
        back = Setting("reset", "str", "Reset to it", "button")
        self.reset = Control(back, self._start_from, self._loaded)
        self.picture, self.numbers = widgets.HTML(), widgets.HTML()
        self.picture.add_class("nija-picture")
        self.alert, self.summary = widgets.HTML(), LiveText()
        self.command = Copy(name="command", label="Runs headless: command line", rows=2)
        self.yaml = Copy(name="yaml", label="The same as a parameter file (-f FILE)", rows=3)
        left = widgets.VBox([self.start, self.reset, *self.controls.values()])
        right = widgets.VBox([self.alert, self.picture, self.numbers, self.summary, self.command, self.yaml])
        self.page = widgets.HBox([left, right])
        for box, name in ((left, "controls"), (right, "answer"), (self.page, "panel")):
            box.add_class(f"nija-{name}")
        self._show()
        self.draw()

    def draw(self) -> None:
        """Answer the settings as they are; a refusal keeps the last picture and says why."""
        values = dict(self.values)  # the page may send more while this is drawn: all that is shown is of one moment
        try:
            answer = self.explorer.answer(values)
            image = as_image(answer)
        except NijaError as refusal:
            self._refuse(str(refusal))
            return
        except Exception as fault:  # a fault of ours must not leave a page that only looks alive
            self._refuse(f"{type(fault).__name__}: {fault}")
            return
        self._refuse("")
        self.picture.value, self.numbers.value, self.summary.text = image, as_table(answer), answer.summary()
        self.command.text = self.explorer.command_line(values, self.defaults)
        self.yaml.text = self.explorer.parameter_file(values, self.defaults)

    def _changed(self, name: str) -> None:
        """Take over what the page sent for one setting."""
        control = self.controls[name]
        try:
            value = control.setting.read(control.text)
        except NijaError as refusal:
            control.message = str(refusal)
            return
        if not self._refused:  # while a fault stands, it is that of the setting that brought it
            self._last = name
        self.values[name] = value
        self._show(but=name)
        self._redraw.ask()

    def _start_from(self, name: str) -> None:
        self.values |= self.explorer.presets.get(self.start.text, self.defaults)
        self._last, self._refused = "", False
        self._show()
        self._redraw.ask()

    def _loaded(self, name: str, file: str, content: bytes) -> None:
        try:
            self.controls[name].put(keep_upload(file, content))
        except WorkError as fault:
            self.controls[name].message = str(fault)
            return
        self._changed(name)

    def _show(self, but: str = "") -> None:
        """Show every setting as it is now; thresholds of rules that are off are put back and cannot be moved."""
        try:
            defaults = self.explorer.defaults(self.values)
        except NijaError:
            return  # a log that cannot be read: `draw` says so, and the controls stay
        for name, control in self.controls.items():
            optional = control.setting.type.endswith("| None")
            if control.setting.kind == "rules":
                control.present = defaults[name]
            if optional and name not in defaults:
                self.values[name] = None
            control.disabled = name not in defaults and (optional or name in self.explorer.conditional)
            if name != but:
                value = self.values[name]
                control.put(_round(defaults.get(name)) if value is None else value)

    def _refuse(self, message: str) -> None:
        """Say why the picture is the old one: beside the control moved last, else above the picture; "" clears it."""
        self._refused = bool(message)
        for name, control in self.controls.items():
            control.message = message if name == self._last else ""
        above = message if self._last not in self.controls else ""
        self.alert.value = f'<p role="alert" class="nija-message">{escape(above)}</p>' if above else ""


def _round(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
