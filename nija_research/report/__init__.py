"""
Show: run notebooks headless, carry their results, and bind them into one PDF.

Inside a notebook: `figure`, `table`, `say`, `record`, `style`. Outside: `run_notebook`, `build`. Names are loaded
when first used, so importing this package costs nothing. Stands on: the floors below.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nija_research.report.builder import IncompleteReportError, build
    from nija_research.report.parameters import bind, notebook_parameters, parse_assignment
    from nija_research.report.pdf import notebook_pdf
    from nija_research.report.plan import Plan, load_plan
    from nija_research.report.plots import figure, style
    from nija_research.report.records import read_records, record
    from nija_research.report.runner import NotebookFailedError, run_notebook
    from nija_research.report.tables import table
    from nija_research.report.text import say

__all__ = [
    "IncompleteReportError",
    "NotebookFailedError",
    "Plan",
    "bind",
    "build",
    "figure",
    "load_plan",
    "notebook_parameters",
    "notebook_pdf",
    "parse_assignment",
    "read_records",
    "record",
    "run_notebook",
    "say",
    "style",
    "table",
]

_HOME = {
    "IncompleteReportError": "builder",
    "NotebookFailedError": "runner",
    "Plan": "plan",
    "bind": "parameters",
    "build": "builder",
    "figure": "plots",
    "load_plan": "plan",
    "notebook_parameters": "parameters",
    "notebook_pdf": "pdf",
    "parse_assignment": "parameters",
    "read_records": "records",
    "record": "records",
    "run_notebook": "runner",
    "say": "text",
    "style": "plots",
    "table": "tables",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"nija_research.report.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
