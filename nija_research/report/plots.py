"""
Figures of a report: one style, vectors, a caption and a description in words.

`style` is the look (Okabe-Ito colours, each with its own line style, so that black and white suffices); `figure` hands
a finished figure to the report.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nija_research.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FONTS", "MIME", "axes_or_new", "figure", "load_fonts", "style"]

#: Media type of the private output beside the SVG.
MIME = "application/vnd.nija.figure+json"

#: Folder of the fonts that figures and reports use.
FONTS = Path(__file__).parent / "fonts"

#: Okabe and Ito (2008), darkest first; yellow is left out, it vanishes on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#56B4E9", "#E69F00")
BLUE, ORANGE, GREEN, GREY = *COLOURS[:3], "#595959"
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (7, 2)), (0, (1, 1)))

_SVG: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "nija",
    "font.family": "sans-serif",
    "font.sans-serif": ["Source Sans Pro", "DejaVu Sans"],
    "mathtext.fontset": "custom",
    "mathtext.rm": "Source Sans Pro",
    "mathtext.it": "Source Sans Pro:italic",
    "mathtext.bf": "Source Sans Pro:bold",
    "mathtext.fallback": "stix",  # the default falls back to fonts without Unicode: other letters in the PDF
    "axes.unicode_minus": True,
}


@contextmanager
def style() -> Iterator[None]:
    """
    Draw in the report's style inside this context; settings are restored after it.

    The default size fills the text width of a page.

    Yields
    ------
    None
    """
    import matplotlib as mpl
    from cycler import cycler

    load_fonts()
    look: Any = {
        **_SVG,
        "figure.figsize": (6.3, 2.9),
        "figure.dpi": 110,
        "figure.constrained_layout.use": True,
        "font.size": 9.0,
        "axes.titlesize": 9.5,
        "axes.labelsize": 9.0,
        "xtick.labelsize": 8.0,
        "ytick.labelsize": 8.0,
        "legend.fontsize": 8.0,
        "legend.frameon": False,
        "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=LINES),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.6,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#dddddd",
        "grid.linewidth": 0.5,
        "lines.linewidth": 1.5,
        "patch.linewidth": 0.5,
        "hatch.linewidth": 0.5,
    }
    with mpl.rc_context(look):
        yield


def figure(figure_or_axes: Figure | Axes, *, caption: str, alt: str | None = None, label: str | None = None) -> None:
    """
    Show a finished figure, once, as a vector drawing with a numbered caption in the report.

    Parameters
    ----------
    figure_or_axes : matplotlib Figure or Axes
        The figure, which is closed afterwards.
    caption : str
        One or two sentences; inline ``$...$`` mathematics and markdown are set.
    alt : str, optional
        Description for readers who cannot see it; the caption unless given.
    label : str, optional
        Name to refer to: ``@fig-LABEL`` in the text becomes "Figure 3".

    Raises
    ------
    ParameterError
        If the first argument is not a figure or the caption is empty.
    """
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    from IPython.display import display

    drawn: Any = figure_or_axes
    drawn = getattr(drawn, "figure", None) or drawn
    if not hasattr(drawn, "savefig"):
        raise ParameterError(f"figure wants a matplotlib Figure or Axes, got {type(figure_or_axes).__name__}.")
    if not caption.strip():
        raise ParameterError("figure wants a caption, got an empty one.")
    load_fonts()
    buffer = io.StringIO()
    with mpl.rc_context(_SVG):
        drawn.savefig(
            buffer, format="svg", bbox_inches="tight", pad_inches=0.02, metadata={"Date": None, "Creator": None}
        )
    plt.close(drawn)
    about = {"caption": caption.strip(), "alt": alt or caption.strip(), "label": label}
    bundle = {"image/svg+xml": buffer.getvalue(), MIME: about, "text/plain": f"Figure: {caption.strip()}"}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]


@cache
def load_fonts() -> None:
    """Make the report's fonts known to matplotlib; once a process."""
    from matplotlib import font_manager

    for file in sorted(FONTS.glob("*.otf")):
        font_manager.fontManager.addfont(str(file))


def axes_or_new(ax: Axes | None) -> Axes:
    """Return the axes given, or new ones of a page's width."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(6.3, 2.9), layout="constrained")[1]
