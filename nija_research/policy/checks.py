"""
Checks the rules' settings share, each raising with the parameter's name and the cure.

Only what several rules need and `units` does not have. Stands on: `errors`, `units`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from nija_research.errors import ParameterError
from nija_research.units import EDGE, finite, share

__all__ = ["choice", "count", "not_negative", "rising", "shares_of", "sums_to_one"]


def count(name: str, value: float, *, low: int = 0) -> int:
    """Return a whole number of at least `low`, or refuse."""
    if isinstance(value, bool) or int(finite(name, value)) != value or value < low:
        raise ParameterError(f"{name} must be a whole number of at least {low}, got {value!r}.")
    return int(value)


def not_negative(name: str, value: float) -> float:
    """Return a finite number of at least 0, or refuse."""
    number = finite(name, value)
    if number < 0.0:
        raise ParameterError(f"{name} must not be negative, got {value!r}.")
    return number


def choice(name: str, value: str, allowed: Iterable[str]) -> str:
    """Return a word that is one of `allowed`, or refuse and list them."""
    words = tuple(allowed)
    if value not in words:
        raise ParameterError(f"{name} must be one of {', '.join(words)}; got {value!r}.")
    return value


def shares_of(name: str, values: Sequence[float]) -> None:
    """Refuse any entry outside [0, 1]."""
    for i, value in enumerate(values):
        share(f"{name}[{i}]", value)


def rising(name: str, values: Sequence[float], n: int | None = None, *, strictly: bool = True, cure: str = "") -> None:
    """Refuse a sequence that is not rising or not `n` long."""
    if not isinstance(values, tuple):
        raise ParameterError(f"{name} must be a tuple of numbers, got {values!r}. Write {name}=(0.05, 0.10, ...).")
    if n is not None and len(values) != n:
        raise ParameterError(f"{name} must have {n} entries, got {len(values)}: {values!r}.")
    numbers = [finite(f"{name}[{i}]", value) for i, value in enumerate(values)]
    for low, high in itertools.pairwise(numbers):
        if high < low or (strictly and high == low):
            raise ParameterError(f"{name} is out of order: {high:g} follows {low:g} in {values!r}. {cure}".rstrip())


def sums_to_one(**parts: float) -> None:
    """Refuse shares outside [0, 1] and splits that do not add up to 1."""
    for name, value in parts.items():
        share(name, value)
    total = math.fsum(parts.values())
    if abs(total - 1.0) > EDGE:
        names = " + ".join(parts)
        raise ParameterError(f"{names} must add up to 1, got {total:g}. Adjust one part by {1.0 - total:+g}.")
