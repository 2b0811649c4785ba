"""
Which trades: rules that turn prices into a canonical trade table without seeing the future.

Nothing here sizes a stake. Stands on: `data`.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nija_research.strategy import sample, trend

__all__ = ["sample", "trend"]


def __getattr__(name: str) -> ModuleType:
    if name not in ("sample", "trend"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
