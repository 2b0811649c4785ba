"""A notebook in a forked kernel against one in an ordinary kernel."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.page import Page

__all__ = ["notebooks"]


def notebooks(page: Page) -> None:
    """Run the template notebook both ways."""
    from nija_research import report
    from nija_research.places import suite
    from nija_research.report import kernels as rooms

    page.section("Notebooks", "what / peer | ours | peer | ratio")
    notebook = suite() / "notebooks" / "_template.ipynb"
    with tempfile.TemporaryDirectory() as place, rooms.Kernels(forked=True) as forked, rooms.Kernels() as ordinary:
        page.pair(
            "one notebook, forked kernel / ordinary kernel",
            lambda: report.run_notebook(notebook, {}, Path(place) / "a", kernels=forked),
            lambda: report.run_notebook(notebook, {}, Path(place) / "b", kernels=ordinary),
            rounds=3,
        )
