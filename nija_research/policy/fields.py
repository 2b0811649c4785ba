"""
What each number of a state, of settings and of counts carries, and the functions that read and write them in lanes.

A block of n accounts is one flat array, field after field with the lanes of a field side by side: field k of lane i is
``v[k * n + i]``; a block of policies likewise. Where a field stands, which rule it belongs to and what changes it is
said once, beside the field; the functions are made from that when they are imported, with every field written out,
because a loop over fields would not vectorise. ``python -m nija_research.simulate.kernel`` prints them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import built, rule

__all__ = [
    "NEVER",
    "Lanes",
    "Owned",
    "Part",
    "loader",
    "made",
    "never",
    "owners",
    "parts",
    "reader",
    "settings_reader",
    "storer",
    "writer",
]

#: A limit nothing reaches, for rules and parts of rules that are switched off. Finite, because a limit is often
#: multiplied by an equity that may be zero.
NEVER = 1e300

#: Fields of some accounts or settings of some policies, one after the other.
Lanes: TypeAlias = NDArray[np.float64]


class Owned(NamedTuple):
    """
    Who owns a field of a state or of counts, and what changes it.

    Attributes
    ----------
    flag : str
        Name in `Specialisation` of what the field belongs to: off, the field keeps the 0 that it opened with. Empty is
        always on.
    by : tuple of str
        "trade" and "period" (a new day or week), or nothing: then a kernel is told the value.
    """

    flag: str = ""
    by: tuple[str, ...] = ("trade",)


class Part(NamedTuple):
    """
    Which part of a rule a setting switches.

    Attributes
    ----------
    flag : str
        Name in `Specialisation`; the rule's own name where the setting tells whether the whole rule is on.
    test : str
        What holds of the setting where the part is on; empty where the setting is a choice, whose number is the flag's.
    """

    flag: str
    test: str = "< NEVER"


def never(value: float | None) -> float:
    """Return a limit for a compiled rule: None is a limit that nothing reaches."""
    return NEVER if value is None else float(value)


def owners(kind: type) -> dict[str, Owned]:
    """Return the owner of each field of a state or of counts."""
    return {name: next(m for m in marks if isinstance(m, Owned)) for name, _, marks in _fields(kind)}


def parts(kind: type) -> dict[str, Part]:
    """Return the settings of a rule that switch a part, by name."""
    return {name: mark for name, _, marks in _fields(kind) for mark in marks if isinstance(mark, Part)}


def reader(name: str, kind: type) -> Any:
    """Return a rule ``name(v, i, n)`` that reads lane `i` of a block `v` of `n` lanes into a named tuple."""
    kinds: dict[str, Any] = {}
    return made(name, f"def {name}(v, i, n):\n    return {_read(kind, iter(range(10**6)), kinds)}\n", kinds)


def writer(name: str, kind: Any) -> Any:
    """Return a rule ``name(v, i, n, values)`` that writes a whole named tuple into lane `i` of `n`."""
    lines = [f"    v[{k} * n + i] = values.{field}" for k, field in enumerate(kind._fields)]
    return made(name, "\n".join([f"def {name}(v, i, n, values):", *lines, ""]), {})


def loader(name: str, kind: Any) -> Any:
    """
    Return a rule that reads what can change in a kernel, and has constants for all else.

    It is ``name(v, i, n, on, ...)``: after `on`, a `Specialisation`, come values for the fields that nothing changes.
    """
    fields = list(enumerate(owners(kind).items()))
    told = [field for _, (field, owner) in fields if not owner.by]
    lines = [f"def {name}({', '.join(['v', 'i', 'n', 'on', *told])}):"]
    for k, (field, owner) in fields:
        value = f"v[{k} * n + i]"
        if owner.by:
            lines.append(
                f"    {field} = 0.0 if on.{owner.flag} is None else {value}" if owner.flag else f"    {field} = {value}"
            )
    return made(
        name, "\n".join([*lines, f"    return {kind.__name__}({', '.join(kind._fields)})", ""]), {kind.__name__: kind}
    )


def storer(name: str, kind: Any, by: str) -> Any:
    """Return a rule ``name(v, i, n, on, values)`` that writes what a trade or a period can change."""
    flags: dict[str, list[str]] = {}
    for k, (field, owner) in enumerate(owners(kind).items()):
        if by in owner.by:
            flags.setdefault(owner.flag, []).append(f"v[{k} * n + i] = values.{field}")
    lines = [f"def {name}(v, i, n, on, values):", *(f"    {line}" for line in flags.pop("", []))]
    for flag, stores in flags.items():
        lines += [f"    if on.{flag} is not None:", *(f"        {line}" for line in stores)]
    return made(name, "\n".join([*lines, ""]), {})


def settings_reader(name: str, kind: Any) -> Any:
    """
    Return a rule ``name(v, i, n, common, differs)`` that reads some records of a named tuple from lane `i` of `n`.

    A record is read where `differs`, a `Specialisation`, has its name; else it is that of `common`.
    """
    at, kinds, lines = iter(range(10**6)), {kind.__name__: kind}, [f"def {name}(v, i, n, common, differs):"]
    for field, inner, _ in _fields(kind):
        own = _read(inner, at, kinds)
        lines += [f"    if differs.{field} is None:", f"        {field} = common.{field}", "    else:"]
        lines.append(f"        {field} = {own}")
    return made(name, "\n".join([*lines, f"    return {kind.__name__}({', '.join(kind._fields)})", ""]), kinds)


def made(name: str, source: str, names: dict[str, Any]) -> Any:
    """Return a rule from its source text."""
    function: Callable[..., Any] = built(name, source, names)
    return rule(function)


def _read(kind: Any, at: Iterator[int], kinds: dict[str, Any]) -> str:
    """Text of an expression that reads a number, a tuple of numbers or a named tuple of these."""
    if kind is float:
        return f"v[{next(at)} * n + i]"
    if hasattr(kind, "_fields"):
        kinds[kind.__name__] = kind
        items = [_read(inner, at, kinds) for _, inner, _ in _fields(kind)]
        return f"{kind.__name__}({', '.join(items)})"
    return f"({', '.join(_read(inner, at, kinds) for inner in get_args(kind))},)"


def _fields(kind: Any) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """Name, type and marks of each field of a named tuple."""
    for name, hint in get_type_hints(kind, include_extras=True).items():
        marks = getattr(hint, "__metadata__", ())
        yield name, hint.__origin__ if marks else hint, marks
