"""
Findings that are kept between runs: the same check of the same form on the same inputs is not run again.

They are JSON files, each with a hash of itself: one that was cut or damaged is not read. Nothing is pickled.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from nija_research.sources import cache_folder

__all__ = ["keep", "kept", "key_of"]

_T = TypeVar("_T")
_FLOORS = ("data", "estimate", "strategy", "policy", "engines", "simulate", "judge")
_LIBRARIES = ("numpy", "scipy", "pandas", "arch")


def key_of(check: str, form: Mapping[str, Any], digest: str) -> str:
    """Return the name of what a check finds for a form on evidence with this hash."""
    content = json.dumps([_versions(), check, form, digest], sort_keys=True, default=str)
    return _digest(content)


def kept(key: str, read: Callable[[Any], _T]) -> _T | None:
    """Return what `read` makes of the finding of this name, or None where there is none that can be read."""
    folder = _folder()
    if folder is None:
        return None
    try:
        digest, text = (folder / f"{key}.json").read_text(encoding="utf-8").split("\n", 1)
        if digest != _digest(text):
            return None
        return read(json.loads(text))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def keep(key: str, finding: Mapping[str, Any]) -> None:
    """Keep a finding, plain values; where no folder can be written it is found again next time."""
    folder = _folder()
    if folder is None:
        return
    try:
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            text = json.dumps(finding)
            file.write(f"{_digest(text)}\n{text}")
        os.replace(name, folder / f"{key}.json")
    except OSError:
        return


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def _folder() -> Path | None:
    root = cache_folder(*(f"nija_research.{floor}" for floor in _FLOORS))
    if root is None:
        return None
    folder = root / "findings"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    return folder


@functools.cache
def _versions() -> list[str]:
    return [version(name) for name in _LIBRARIES]
