"""
Notes whose numbers are computed: ``the unweighted mean is {(a + b) / 2:1} %``.

A number in a reason must follow the numbers of the register, so a note holds expressions, not results. Stands on:
`region`, `errors`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from nija_research.errors import ParameterError
from nija_research.judge.region import number

__all__ = ["filled"]

_PLACE = re.compile(r"\{([^{}:]+)(?::(\d))?\}")


def filled(note: str, value: Callable[[str], float]) -> str:
    """
    Return a note with its expressions replaced by what they come to.

    Parameters
    ----------
    note : str
        Text with ``{expression}`` or ``{expression:digits}``.
    value : callable
        What an expression comes to.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        If a brace is left over or an expression has no value.

    Examples
    --------
    >>> filled("half is {7 / 2:1} %", lambda expression: 3.5)
    'half is 3.5 %'
    """
    text = _PLACE.sub(lambda m: number(value(m[1].strip()), None if m[2] is None else int(m[2])), note)
    if "{" in _PLACE.sub("", note) or "}" in _PLACE.sub("", note):
        raise ParameterError(f"note has a brace without its pair, or digits that are no digit: {note!r}")
    return text
