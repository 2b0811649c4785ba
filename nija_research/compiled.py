"""
How code is compiled, said once: functions that Python calls, rules that are inlined, and what helps a loop over lanes.

Machine code is kept between processes and can never run stale. numba by itself looks only at the file of the function
that Python calls, not at the ones inlined into it: here code is kept under a hash of everything it is compiled from
(`sources`) and of the compiler's version. An edit of prose, or of a module that the function's own module does not
import, compiles nothing anew.

A rule is a small function of scalars, written as selects (``a if condition else b``), so that a caller that loops over
lanes still vectorises. Its plain twin is ``rule.py_func``. What Python calls is an `entry`, and stands in a real file.
"""

from __future__ import annotations

import inspect
import linecache
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np
from numba import types
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from nija_research.sources import cache_folder

__all__ = ["LANES", "SOURCES", "VERSIONS", "aligned", "built", "chosen", "entry", "known", "replace", "rule", "wide"]

#: Accounts side by side in a block. A loop over 64 vectorises, one over 8 does not, and at 128 a block outgrows the
#: first cache. A numpy number, because a function is compiled anew for each plain whole number that it is given.
LANES: Any = np.int64(64)

#: Source text of every function that `built` made, by name.
SOURCES: dict[str, str] = {}

_LINE, _PAGE = 64, 4096  # bytes
_Record = TypeVar("_Record")

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


#: Compile a rule: inlined into whoever calls it.
rule = numba.njit(error_model="numpy", forceinline=True, fastmath={"nsz"})


def built(name: str, source: str, names: Mapping[str, Any]) -> Callable[..., Any]:
    """
    Return a function from its source text, which tracebacks and `SOURCES` show.

    Parameters
    ----------
    name : str
        The function's name in the text.
    source : str
        A ``def`` statement.
    names : Mapping
        What the text refers to.

    Returns
    -------
    callable
    """
    file = f"<built {name}>"
    SOURCES[name] = source
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    space = {"__name__": __name__, **names}
    exec(compile(source, file, "exec"), space)
    function: Callable[..., Any] = space[name]
    return function


def replace(record: _Record, **changes: Any) -> _Record:
    """
    Return a named tuple with some fields changed; in compiled code too.

    Parameters
    ----------
    record : NamedTuple
        Any record of numbers.
    **changes
        New values by field.

    Returns
    -------
    NamedTuple
    """
    changed: _Record = record._replace(**changes)  # type: ignore[attr-defined]
    return changed


@overload(replace, strict=False, jit_options={"forceinline": True, "error_model": "numpy"})
def _replace(record: Any, **changes: Any) -> Any:
    values = ", ".join(name if name in changes else f"record.{name}" for name in record.fields)
    source = f"def changed(record, {', '.join(changes)}):\n    return kind({values})\n"
    space: dict[str, Any] = {"__name__": __name__, "kind": record.instance_class}
    exec(source, space)
    return space["changed"]


def known(flag: Any, condition: Any) -> Any:
    """
    Return whether `condition` holds where `flag` is a float; True where it is anything else, whatever the condition.

    A kernel tests it once before its loops: behind the test the compiler drops the other branch. Outside of compiled
    code the condition itself.
    """
    return condition


@overload(known, strict=False, inline="always")
def _known(flag: Any, condition: Any) -> Any:
    if isinstance(flag, types.Float):
        return lambda flag, condition: condition
    return lambda flag, condition: True


def chosen(choice: Any, number: Any) -> Any:
    """
    Return the number of a choice as a constant where `choice` is a tuple, longer by one than it; else `number`.

    A length is a constant of the compiler. Outside of compiled code the number itself.
    """
    return number


@overload(chosen, strict=False, inline="always")
def _chosen(choice: Any, number: Any) -> Any:
    if isinstance(choice, types.BaseTuple):
        constant = len(choice) - 1.0
        return lambda choice, number: constant
    return lambda choice, number: number


def _wide(_context: Any) -> Any:
    """Allow the function that calls this the widest vectors of the machine; the numbers stay the same."""

    def generate(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        # LLVM prefers vectors of 256 bits even where 512 are there; a loop of a hundred operations a lane gains 1.3 to
        # 1.45 from asking for them. llvmlite checks attributes against a list of bare words; this one has a value, so
        # it goes in beside the check.
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.void(), generate


#: Called inside a compiled function, takes no argument: numba fills in the context.
wide: Any = intrinsic(_wide)


@numba.njit(error_model="numpy", inline="always")
def aligned(fields: int, line: int, kind: Any) -> NDArray[Any]:
    """
    Return room for so many fields of a block, numbers of 8 bytes, from the given cache line of a page on.

    An array that begins inside a cache line makes every second access touch two. A load whose address has the same last
    twelve bits as a store in flight waits for it, so that two blocks that are used together must begin at different
    lines (0 to 7: a field of a block is 8 lines long).
    """
    room = np.empty(fields * LANES + 2 * _PAGE // 8, kind)
    skip = ((-room.ctypes.data) % _PAGE + line * _LINE) // 8
    return room[skip : skip + fields * LANES]


def _folder(function: Callable[..., Any]) -> Path | None:
    """Return the folder for a function's code, or None where it has no file or no folder can be written."""
    module, file = function.__module__, Path(inspect.getfile(function))
    inside = module.startswith("nija_research.")
    if not inside and not file.exists():
        return None
    return cache_folder(module if inside else file, beside=VERSIONS)
