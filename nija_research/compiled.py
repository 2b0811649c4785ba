"""
Compiled functions whose machine code is kept between processes, and can never run stale.

numba by itself looks only at the file of the function that Python calls, not at the ones inlined into it: here the
folder is named after a hash of *every* source file of this package and of the compiler's version. Stands on: nothing.
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

__all__ = ["CACHE_VARIABLE", "cache_folder", "entry"]

#: Environment variable that names another folder for compiled code.
CACHE_VARIABLE = "NIJA_CACHE"

_DIGITS = 24
_KEEP = 30 * 24 * 3600  # seconds


def entry(function: Callable[..., Any]) -> Any:
    """
    Compile a function that Python calls: it releases the interpreter's lock, and its code is kept on disk.

    Parameters
    ----------
    function : callable
        Plain Python that numba understands; it stays at hand as ``.py_func``.

    Returns
    -------
    numba dispatcher
    """
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
    package = Path(__file__).parent
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
