"""
An explorer on the page: controls, figure, table of numbers, presets, and the settings as text to copy.

A setting that the library refuses keeps the last figure and shows the reason beside the control. Needs the extra
``explore``.
"""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from nija_research.errors import NijaError, WorkError
from nija_research.explore.explorer import command_line, parameter_file
from nija_research.explore.logs import keep_upload
from nija_research.explore.server import needed
from nija_research.report import style

if TYPE_CHECKING:
    from nija_research.explore.explorer import Answer, Explorer

__all__ = ["Latest", "Panel", "as_image", "as_table", "panel"]

#: Seconds that events may follow each other in; a blink is ten times as long.
PAUSE = 0.02


class Latest:
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
    needed("anywidget", "ipywidgets")
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

        from nija_research.explore.control import Control, Copy, Said
        from nija_research.explore.explorer import Setting

        self.explorer, self.defaults, self.values = explorer, dict(values), dict(values)
        self._latest, self._last, self._refused = Latest(self.draw), "", False
        shown = [setting for setting in explorer.settings if setting.kind != "hidden"]
        self.controls = {s.name: Control(s, self._changed, self._loaded) for s in shown}
        names = ("as in the notebook", *explorer.presets)
        start = Setting(name="start", type="str", label="Start from", kind="choice", options=names)
        self.start = Control(start, self._start_from, self._loaded)
        at = next((n for n, p in explorer.presets.items() if all(values[k] == v for k, v in p.items())), names[0])
        self.start.put(at)
        back = Setting(name="reset", type="str", label="Reset to it", kind="button")
        self.reset = Control(back, self._start_from, self._loaded)
        self.picture, self.numbers = widgets.HTML(), widgets.HTML()
        self.picture.add_class("nija-picture")
        self.fault, self.said = widgets.HTML(), Said()
        self.command = Copy(name="command", label="Runs headless: command line", rows=2)
        self.yaml = Copy(name="yaml", label="The same as a parameter file (-f FILE)", rows=3)
        left = widgets.VBox([self.start, self.reset, *self.controls.values()])
        right = widgets.VBox([self.fault, self.picture, self.numbers, self.said, self.command, self.yaml])
        self.page = widgets.HBox([left, right])
        for box, name in ((left, "controls"), (right, "answer"), (self.page, "panel")):
            box.add_class(f"nija-{name}")
        self._show()
        self.draw()

    def draw(self) -> None:
        """Answer the settings as they are; a refusal keeps the last picture and says why."""
        try:
            answer = self.explorer.answer(self.values)
            image = as_image(answer)
        except NijaError as refusal:
            self._say(str(refusal))
            return
        except Exception as fault:  # a fault of ours must not leave a page that only looks alive
            self._say(f"{type(fault).__name__}: {fault}")
            return
        self._say("")
        self.picture.value, self.numbers.value, self.said.text = image, as_table(answer), answer.said()
        self.command.text = command_line(self.explorer, self.values, self.defaults)
        self.yaml.text = parameter_file(self.explorer, self.values, self.defaults)

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
        self._latest.ask()

    def _start_from(self, name: str) -> None:
        self.values |= self.explorer.presets.get(self.start.text, self.defaults)
        self._last, self._refused = "", False
        self._show()
        self._latest.ask()

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
            shown = self.explorer.shown(self.values)
        except NijaError:
            return  # a log that cannot be read: `draw` says so, and the controls stay
        for name, control in self.controls.items():
            own = control.setting.type.endswith("| None")
            if control.setting.kind == "rules":
                control.present = shown[name]
            if own and name not in shown:
                self.values[name] = None
            control.disabled = name not in shown and (own or name in self.explorer.sometimes)
            if name != but:
                value = self.values[name]
                control.put(_round(shown.get(name)) if value is None else value)

    def _say(self, message: str) -> None:
        """Say why there is no new picture: beside the control moved last, else above the picture."""
        self._refused = bool(message)
        for name, control in self.controls.items():
            control.message = message if name == self._last else ""
        above = message if self._last not in self.controls else ""
        self.fault.value = f'<p role="alert" class="nija-message">{escape(above)}</p>' if above else ""


def _round(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
