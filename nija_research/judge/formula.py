"""
Expressions in a register's numbers, ``start * (1 + rate) ** months``, and notes that hold them.

They are read with Python's own parser and evaluated by hand, so that a register can hold sums but no programs.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from nija_research.errors import ParameterError
from nija_research.judge.verdict import number

__all__ = ["evaluate", "filled"]

Functions: TypeAlias = Mapping[str, Callable[..., float]]

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "ceil": math.ceil,
    "exp": math.exp,
    "floor": math.floor,
    "log": math.log,
    "max": max,
    "min": min,
    "sqrt": math.sqrt,
}
_LARGEST = 1000.0  # exponent


def evaluate(
    expression: str,
    given: Mapping[str, float | str],
    functions: Mapping[str, Callable[..., float]] = MappingProxyType({}),
) -> float:
    """
    Return what an expression comes to.

    Parameters
    ----------
    expression : str
        Sums of numbers and names with ``+ - * / // % **``, brackets, ``a if b > c else d`` and the functions abs, ceil,
        exp, floor, log, max, min and sqrt.
    given : mapping of str to float or str
        What the names stand for.
    functions : mapping of str to callable, optional
        More functions, which may take named arguments and texts.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If it is no such expression, a name is not given, or the result is not a finite number.

    Examples
    --------
    >>> round(evaluate("start * (1 + rate) ** months", {"start": 200, "rate": 0.5, "months": 12}), 2)
    25949.27
    """
    try:
        tree = ast.parse(expression, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ParameterError(f"{expression!r} is not an expression.") from None
    try:
        value = float(_number(_value(tree.body, expression, given, {**_FUNCTIONS, **functions})))
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as fault:
        if isinstance(fault, ParameterError):
            raise
        raise ParameterError(f"{expression!r} has no value: {fault}.") from None
    if not math.isfinite(value):
        raise ParameterError(f"{expression!r} is not finite: {value!r}.")
    return value


def _value(node: ast.expr, expression: str, given: Mapping[str, float | str], functions: Functions) -> Any:
    def value(inner: ast.expr) -> Any:
        return _value(inner, expression, given, functions)

    match node:
        case ast.Constant(value=int() | float() | str() as constant) if not isinstance(constant, bool):
            return constant
        case ast.Name(id=name):
            if name not in given:
                names = ", ".join(given) or "nothing"
                raise ParameterError(f"{expression!r} reads {name!r}, which is not given ({names}).")
            return given[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            a, b = _number(value(left)), _number(value(right))
            if isinstance(op, ast.Pow) and abs(b) > _LARGEST:
                raise ParameterError(f"{expression!r} raises to the power {b!r}; {_LARGEST:.0f} is the most.")
            return _BINARY[type(op)](float(a), b)
        case ast.UnaryOp(op=unary, operand=operand) if type(unary) in _UNARY:
            return _UNARY[type(unary)](_number(value(operand)))
        case ast.Compare(left=left, ops=[compare], comparators=[right]) if type(compare) in _COMPARE:
            return _COMPARE[type(compare)](_number(value(left)), _number(value(right)))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return value(body) if value(test) else value(orelse)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=named) if name in functions and all(
            k.arg for k in named
        ):
            return functions[name](*map(value, args), **{str(k.arg): value(k.value) for k in named})
    raise ParameterError(
        f"{expression!r} may hold numbers, given names, + - * / // % **, comparisons and the functions "
        f"{', '.join(functions)}; "
        f"not {ast.unparse(node)!r}."
    )


def _number(value: Any) -> Any:
    if isinstance(value, str):
        raise TypeError(f"{value!r} is a text")
    return value


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
