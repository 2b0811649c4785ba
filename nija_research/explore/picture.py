"""
An answer as HTML for the page: the figure as an image with words for who cannot see it, and the table of numbers.

Margins are fixed: a layout solved anew for each picture would take as long as drawing it. Stands on:
`answer`, `report.plots`.
"""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING

from nija_research.report import style

if TYPE_CHECKING:
    from nija_research.explore.answer import Answer

__all__ = ["as_image", "as_table"]

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
