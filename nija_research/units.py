"""
Units, edges and checks of arguments: shares of one inside the library, percent only at the border.

One tolerance decides when a level is reached, because ``1 - 80 / 100`` is not ``0.2`` in binary. Every check takes the
parameter's name and puts it into the message, with what was wanted, what was got and the cure. A bool is no number.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from nija_research.errors import ParameterError

__all__ = [
    "EDGE",
    "choice",
    "count",
    "finite",
    "from_percent",
    "inside",
    "not_negative",
    "positive",
    "rising",
    "share",
    "shares_of",
    "sums_to_one",
]

#: Absolute slack, in shares, within which a level counts as reached. Far below a cent on any account,
#: far above the rounding of a division.
EDGE = 1e-9


def finite(name: str, value: float) -> float:
    """
    Return `value` as a float, or refuse what is not a finite number.

    Parameters
    ----------
    name : str
        The parameter's name, for the message.
    value : float
        Any number; bool is not one.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If `value` is not a real number, or is NaN or infinite.
    """
    if isinstance(value, bool):
        raise ParameterError(f"{name} must be a number, got {value!r}.")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ParameterError(f"{name} must be a number, got {value!r}.") from None
    if not math.isfinite(number):
        raise ParameterError(f"{name} must be finite, got {value!r}.")
    return number


def positive(name: str, value: float) -> float:
    """
    Return `value` as a float above 0.

    Parameters
    ----------
    name : str
        The parameter's name, for the message.
    value : float
        A number above 0.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If `value` is not finite or not above 0.
    """
    number = finite(name, value)
    if number <= 0.0:
        raise ParameterError(f"{name} must be above 0, got {value!r}.")
    return number


def share(name: str, value: float, *, low: float = 0.0, high: float = 1.0) -> float:
    """
    Return `value` as a share of one, or say how a percentage is written.

    Parameters
    ----------
    name : str
        The parameter's name, for the message.
    value : float
        A share, edges included.
    low, high : float, optional
        The range; all of [0, 1] unless given.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If `value` is not finite or lies outside ``[low, high]``.
    """
    number = finite(name, value)
    if low <= number <= high:
        return number
    cure = ""
    if 1.0 < number <= 100.0 and low <= number / 100.0 <= high:
        cure = f" A percentage such as {number:g} is written {number / 100.0:g}."
    raise ParameterError(f"{name} must lie in [{low:g}, {high:g}], got {value!r}.{cure}")


def inside(name: str, value: float) -> float:
    """
    Return `value` as a share strictly between 0 and 1, such as a confidence level.

    Parameters
    ----------
    name : str
        The parameter's name, for the message.
    value : float
        A share, ends excluded.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If `value` is not finite or does not lie between 0 and 1.
    """
    number = share(name, value)
    if number in (0.0, 1.0):
        raise ParameterError(f"{name} must lie between 0 and 1, got {value!r}.")
    return number


def from_percent(name: str, value: float) -> float:
    """
    Convert a percentage, as in a parameter whose name ends in ``_pct``, into a share.

    Parameters
    ----------
    name : str
        The parameter's name, for the message.
    value : float
        Percent, in [0, 100]. A value in (0, 1) is refused: it can only be a share.

    Returns
    -------
    float
        The share of one.

    Raises
    ------
    ParameterError
        If `value` is not finite, outside [0, 100], or a share written where percent is wanted.

    Examples
    --------
    >>> from_percent("halt_threshold_pct", 20.0)
    0.2
    """
    number = finite(name, value)
    if 0.0 < number < 1.0:
        raise ParameterError(f"{name} is a percentage: write {number * 100.0:g} for {number:g}, got {value!r}.")
    if not 0.0 <= number <= 100.0:
        raise ParameterError(f"{name} must lie in [0, 100] percent, got {value!r}.")
    return number / 100.0


def count(name: str, value: float, *, low: int = 0, of: str = "") -> int:
    """
    Return a whole number of at least `low`, or refuse; a bool is none.

    Parameters
    ----------
    name : str
        The parameter's name, for the message.
    value : float
        A whole number, of whatever type.
    low : int, optional
        Smallest number allowed.
    of : str, optional
        What is counted, for the message, such as "trades".

    Returns
    -------
    int

    Raises
    ------
    ParameterError
        If `value` is not a whole number, or below `low`.

    Examples
    --------
    >>> count("draws", 200, low=100)
    200
    """
    if isinstance(value, bool) or int(finite(name, value)) != value or value < low:
        raise ParameterError(f"{name} must be a whole number{' of ' * bool(of)}{of} of at least {low}, got {value!r}.")
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
