"""
Units and edges: shares of one inside the library, percent only at the border.

One tolerance decides when a level is reached, because ``1 - 80 / 100`` is not ``0.2`` in binary. Nothing
here knows what a number is for: every check takes the parameter's name and puts it into the message.
Stands on: `errors`.
"""

from __future__ import annotations

import math

from nija_research.errors import ParameterError

__all__ = ["EDGE", "finite", "from_percent", "positive", "share"]

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
