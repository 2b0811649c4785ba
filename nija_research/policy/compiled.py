"""
How a rule is compiled, said once: numpy's error model, inlined into whoever calls it.

A rule is a small function of scalars, written as selects (``a if condition else b``), so that a caller that loops
over lanes still vectorises. Its plain twin is ``rule.py_func``. A rule that is off has constant settings; its selects
on them (``... if setting < NEVER else ...``) fold away in a kernel that knows them (see `lanes.specialised`).

What Python calls is an `entry`. Entries are cached on disk, and a rule that was edited can never run stale: the folder
is named after a hash of *every* source file of this package and of the compiler's version, because numba by itself
looks only at the file of the entry, not at the rules inlined into it. Stands on: nothing.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

__all__ = ["CACHE_VARIABLE", "NEVER", "cache_folder", "entry", "rule"]

#: A limit nothing reaches, for rules and parts of rules that are switched off. Finite, because a limit is often
#: multiplied by an equity that may be zero.
NEVER = 1e300

#: Environment variable that names another folder for compiled code.
CACHE_VARIABLE = "NIJA_CACHE"

_DIGITS = 24
_KEEP = 30 * 24 * 3600  # seconds

rule = numba.njit(error_model="numpy", forceinline=True, fastmath={"nsz"})


def entry(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls: it releases the interpreter's lock, and its code is kept on disk."""
    compiled = numba.njit(error_model="numpy", nogil=True)(function)
    folder = cache_folder()
    if folder is None:
        return compiled
    settings: Any = numba.config  # read once, when caching is switched on: other code keeps its own folder
    before, settings.CACHE_DIR = settings.CACHE_DIR, str(folder)
    try:
        compiled.enable_caching()
    finally:
        settings.CACHE_DIR = before
    return compiled


@functools.cache
def cache_folder() -> Path | None:
    """
    Return the folder for code compiled from exactly these sources, or None when no folder can be written.

    Returns
    -------
    Path or None
        Below `CACHE_VARIABLE` if it is set, else below the user's cache folder, else below the system's folder for
        temporary files.
    """
    package = Path(__file__).parents[1]
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    for source in sorted(package.rglob("*.py")):
        digest.update(str(source.relative_to(package)).encode() + b"\0" + source.read_bytes() + b"\0")
    for root in _roots():
        folder = root / digest.hexdigest()[:_DIGITS]
        try:
            if not folder.exists():
                folder.mkdir(parents=True, mode=0o700)
                _drop_old(root)
            if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
                continue  # somebody else's compiled code is never loaded
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def _drop_old(root: Path) -> None:
    """Delete compiled code of other sources that nothing has written to for a while."""
    for folder in root.iterdir():
        named = len(folder.name) == _DIGITS and set(folder.name) <= set("0123456789abcdef")
        if named and folder.is_dir() and time.time() - folder.stat().st_mtime > _KEEP:
            shutil.rmtree(folder, ignore_errors=True)


def _roots() -> list[Path]:
    """Folders to try, best first."""
    if named := os.environ.get(CACHE_VARIABLE):
        return [Path(named)]
    user = os.environ.get("XDG_CACHE_HOME")
    shared = Path(tempfile.gettempdir()) / f"nija_research-{os.getuid() if hasattr(os, 'getuid') else 0}"
    try:
        home = Path(user) if user else Path.home() / ".cache"
    except RuntimeError:
        return [shared]
    return [home / "nija_research", shared]
