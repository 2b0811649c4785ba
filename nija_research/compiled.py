"""
Compiled functions whose machine code is kept between processes, and can never run stale.

numba by itself looks only at the file of the function that Python calls, not at the ones inlined into it: here code is
kept under a hash of everything it is compiled from (`sources`) and of the compiler's version. An edit of prose, or of a
module that the function's own module does not import, compiles nothing anew.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

from nija_research.sources import cache_folder

__all__ = ["VERSIONS", "entry"]

#: What compiled code depends on beside its sources.
VERSIONS = f"{numba.__version__} {sys.version}"


class _Locator(_CacheLocator):
    """Where numba looks for a function's code: in the folder of its module's sources, by its name alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get_cache_path(self) -> str:
        return str(self.folder)

    def get_source_stamp(self) -> str:
        return ""

    def get_disambiguator(self) -> str:
        return ""

    @classmethod
    def from_function(cls, function: Callable[..., Any], _file: str) -> _Locator | None:
        folder = _folder(function)
        return None if folder is None else cls(folder)


class _Implementation(CompileResultCacheImpl):
    _locator_classes: list[Any] = [_Locator]  # noqa: RUF012


class _Cache(FunctionCache):
    _impl_class = _Implementation


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
    compiled: Any = numba.njit(error_model="numpy", nogil=True)(function)
    if _folder(function) is not None:
        compiled._cache = _Cache(function)  # type: ignore[no-untyped-call]
    return compiled


def _folder(function: Callable[..., Any]) -> Path | None:
    """Return the folder for a function's code, or None where it has no file or no folder can be written."""
    module, file = function.__module__, Path(inspect.getfile(function))
    inside = module.startswith("nija_research.")
    if not inside and not file.exists():
        return None
    return cache_folder(module if inside else file, beside=VERSIONS)
