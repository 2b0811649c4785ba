"""
Functions that a register may call: each runs a rule, a preset or a printed engine once and returns one number.

One file a subject; `catalogue` gathers them. Arguments are plain numbers and names in the units of the rules (shares of
one, money); a bool is returned as 0 or 1.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

__all__ = ["SUBJECTS", "catalogue"]

#: Modules whose public functions a register may call.
SUBJECTS = (
    "allocator", "autonomous", "capital", "chest", "counting", "indicators", "market", "protection", "sizing", "stops",
)  # fmt: skip


@functools.cache
def catalogue() -> Mapping[str, Callable[..., float]]:
    """Return every function by name."""
    found: dict[str, Callable[..., float]] = {}
    for subject in SUBJECTS:
        module = import_module(f"nija_research.judge.catalogue.{subject}")
        found |= {name: getattr(module, name) for name in module.__all__}
    return MappingProxyType(found)
