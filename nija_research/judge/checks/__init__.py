"""
The checks that a register can name, and the form each one reads.

A check is a function ``check(form, inputs) -> Finding`` whose form is a frozen dataclass of plain values: what a
record of the register holds is read into it and refused where it does not fit. A check of `TOGETHER` takes the forms
of all its claims at once, ``check(forms, inputs) -> list of Finding``, because they share their simulations. Each is
loaded when first used.
"""

from __future__ import annotations

import functools
import json
import typing
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from nija_research.errors import ParameterError

__all__ = ["CHECKS", "TOGETHER", "findings", "form_of"]

#: Module of each check.
CHECKS = {
    "citation": "records",
    "comparison": "comparative",
    "counts": "records",
    "formula": "exact",
    "log": "log",
    "missing": "records",
    "printed": "exact",
    "rule": "exact",
}

#: Checks that take all their claims at once.
TOGETHER = frozenset({"comparison"})


def form_of(check: str, form: Mapping[str, Any]) -> Any:
    """
    Read a record's form into what its check takes.

    Parameters
    ----------
    check : str
        A name of `CHECKS`.
    form : mapping
        Plain values.

    Returns
    -------
    a frozen dataclass

    Raises
    ------
    ParameterError
        If there is no such check, or the form is not one that it takes; the message names each fault.
    """
    from pydantic import ValidationError

    if check not in CHECKS:
        raise ParameterError(f"there is no check {check!r}; checks are {', '.join(CHECKS)}.")
    try:
        # Through JSON: strict about numbers and texts, and all the same a table is read into a dataclass.
        return _reader(check).validate_json(json.dumps(dict(form), default=str))
    except ValidationError as error:
        raise ParameterError("; ".join(map(_fault, error.errors()))) from None


def findings(check: str, forms: Mapping[str, Any], inputs: Any) -> list[Any]:
    """
    Return what a check finds for each of these forms.

    Parameters
    ----------
    check : str
        A name of `CHECKS`.
    forms : mapping of str to form
        What `form_of` returned, by the claim's id.
    inputs : JudgeInputs
        Data and settings.

    Returns
    -------
    list of Finding

    Raises
    ------
    ParameterError
        If a form asks for what does not exist; the message names the claim.
    """
    function = _function(check)
    if check in TOGETHER:
        return list(function(list(forms.values()), inputs))
    return [_found(function, name, form, inputs) for name, form in forms.items()]


def _found(function: Callable[..., Any], name: str, form: Any, inputs: Any) -> Any:
    try:
        return function(form, inputs)
    except ParameterError as fault:
        raise ParameterError(f"{name}: form: {fault}") from None


def _fault(error: Any) -> str:
    # What a form's own check refuses says itself what it got; a missing or an unknown key got nothing.
    silent = error["type"] in ("missing", "unexpected_keyword_argument", "value_error")
    place = "".join(f"{key}: " for key in (".".join(map(str, error["loc"])),) if key)
    got = "" if silent else f", got {error['input']!r}"
    return f"{place}{error['msg'].removeprefix('Value error, ').rstrip('.')}{got}"


def _function(check: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(import_module(f"nija_research.judge.checks.{CHECKS[check]}"), check)
    return found


@functools.cache
def _reader(check: str) -> Any:
    from pydantic import TypeAdapter

    hints = typing.get_type_hints(_function(check))
    form = hints["forms" if check in TOGETHER else "form"]
    return TypeAdapter(typing.get_args(form)[0] if check in TOGETHER else form)
