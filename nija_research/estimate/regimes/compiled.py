"""
How a kernel of this room is compiled, said once: numpy's error model, machine code kept between processes.

Compiling all kernels takes seconds, loading them a fraction of one. A kept kernel must never outlive the lines it was
made from, nor those of a kernel it calls: the folder is named after a hash of every source file in this room.
Stands on: nothing.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba

__all__ = ["folder", "kernel"]

_CONFIG: Any = numba.config


@cache
def folder() -> str:
    """
    Return where the machine code of these sources is kept.

    Returns
    -------
    str
        Below ``NUMBA_CACHE_DIR`` where that is set, else beside the byte code, else in the temporary folder.
    """
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted(here.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    name = f"kernels-{digest.hexdigest()[:16]}"
    chosen = _CONFIG.CACHE_DIR
    if chosen:
        return str(Path(chosen) / name)
    beside = here / "__pycache__"
    writable = os.access(beside if beside.exists() else here, os.W_OK)
    return str((beside if writable else Path(tempfile.gettempdir()) / f"nija_research-{os.getuid()}") / name)


def kernel(function: Callable[..., Any]) -> Any:
    """
    Compile a function of arrays and scalars; its plain twin is ``.py_func``.

    Parameters
    ----------
    function : callable
        Plain Python that numba understands.

    Returns
    -------
    numba dispatcher
    """
    before = _CONFIG.CACHE_DIR
    _CONFIG.CACHE_DIR = folder()  # read while decorating, and only there
    try:
        return numba.njit(error_model="numpy", cache=True)(function)
    finally:
        _CONFIG.CACHE_DIR = before
