"""
Touch: the suite's calculations under sliders, in JupyterLab and as an app without code.

An explorer (`kelly`, `policies`, `chest`, `regimes`) is a pure function from settings to an `Answer`, the settings'
controls, and the documents' presets. `panel` puts one on the page; without sliders a notebook shows the same answer as
a figure and a table. Only `control`, `panel` and what they draw with need the extra ``explore``. Names are loaded when
first used. Stands on: `report`, the floors below.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nija_research.explore import chest, kelly, policies, regimes
    from nija_research.explore.answer import Answer, Number
    from nija_research.explore.explorer import Explorer, Setting
    from nija_research.explore.panel import panel
    from nija_research.explore.server import serve
    from nija_research.explore.where import live

__all__ = ["Answer", "Explorer", "Number", "Setting", "chest", "kelly", "live", "panel", "policies", "regimes", "serve"]

_HOME = {
    "Answer": "answer",
    "Explorer": "explorer",
    "Number": "answer",
    "Setting": "explorer",
    "live": "where",
    "panel": "panel",
    "serve": "server",
}


def __getattr__(name: str) -> Any:
    if name in ("chest", "kelly", "policies", "regimes"):
        return import_module(f"nija_research.explore.{name}")
    if name in _HOME:
        return getattr(import_module(f"nija_research.explore.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
