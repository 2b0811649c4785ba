"""
What the rules do, claim by claim: functions that run a rule, a preset or a printed engine and return numbers.

A function names the claims that read it; what is stated of its numbers stands in the register. It is called with the
``given`` of the claim's form by name, as far as it takes them, and returns numbers by name (a bool counts as 0 or 1).
Only the package registers functions: a register of one's own may name one of them, and holds no code. Units are those
of the rules (shares of one, money).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeAlias

from nija_research.errors import ParameterError

__all__ = ["Numbers", "claim", "functions", "measure"]

Numbers: TypeAlias = Mapping[str, float]
_Function: TypeAlias = Callable[..., Numbers]

_MODULES = ("document_000", "document_002", "document_003")
_registered: dict[str, _Function] = {}


def claim(*ids: str) -> Callable[[_Function], _Function]:
    """Register a function for the claims with these ids."""

    def register(function: _Function) -> _Function:
        if twice := _registered.keys() & set(ids):
            raise ParameterError(f"{function.__name__}: claim {min(twice)} has a function already.")
        _registered.update(dict.fromkeys(ids, function))
        return function

    return register


@functools.cache
def functions() -> Mapping[str, _Function]:
    """Return the function of every claim that has one, by the claim's id."""
    for name in _MODULES:
        import_module(f"nija_research.judge.claims.{name}")
    return MappingProxyType(_registered)


def measure(id: str, given: Mapping[str, Any]) -> dict[str, float]:  # noqa: A002
    """
    Run the function of a claim.

    Parameters
    ----------
    id : str
        A claim that has a function.
    given : mapping
        Values of the claim's form by name; those that the function takes are passed to it.

    Returns
    -------
    dict of str to float

    Raises
    ------
    ParameterError
        If there is no such function, or it lacks a value that it takes or cannot use one.
    """
    function = functions().get(id)
    if function is None:
        raise ParameterError(f"no function of the package is registered for claim {id!r}.")
    taken = {name: given[name] for name in inspect.signature(function).parameters if name in given}
    try:
        return {name: float(value) for name, value in function(**taken).items()}
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        if isinstance(fault, ParameterError):
            raise
        raise ParameterError(f"the function {function.__name__!r} has no value: {fault}.") from None
