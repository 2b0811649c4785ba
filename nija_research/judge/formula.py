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
from typing import Any

from nija_research.errors import ParameterError
from nija_research.judge.verdict import number

__all__ = ["evaluate", "render_note"]

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.USub: operator.neg, ast.UAdd: operator.pos,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs, "ceil": math.ceil, "exp": math.exp, "floor": math.floor, "log": math.log, "max": max, "min": min,
    "sqrt": math.sqrt,
}  # fmt: skip
_LARGEST = 1000.0  # exponent
_PLACE = re.compile(r"\{([^{}:]+)(?::(\d))?\}")


def evaluate(expression: str, given: Mapping[str, float | str]) -> float:
    """
    Return what an expression comes to.

    Parameters
    ----------
    expression : str
        Sums of numbers and names with ``+ - * / // % **``, brackets, ``a if b > c else d`` and the functions abs, ceil,
        exp, floor, log, max, min and sqrt.
    given : mapping of str to float or str
        What the names stand for; a text is no number.

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
        value = float(_value(tree.body, expression, given))
    except (ArithmeticError, RecursionError, TypeError, ValueError) as fault:
        if isinstance(fault, ParameterError):
            raise
        raise ParameterError(f"{expression!r} has no value: {fault}.") from None
    if not math.isfinite(value):
        raise ParameterError(f"{expression!r} is not finite: {value!r}.")
    return value


def render_note(note: str, given: Mapping[str, float | str]) -> str:
    """
    Return a note with its expressions replaced by what they come to.

    A number in a reason must follow the numbers of the register, so a note holds expressions, not results.

    Parameters
    ----------
    note : str
        Text with ``{expression}`` or ``{expression:digits}``.
    given : mapping of str to float or str
        What the names in the expressions stand for.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        If a brace is left over or an expression has no value.

    Examples
    --------
    >>> render_note("half is {whole / 2:1} %", {"whole": 7.0})
    'half is 3.5 %'
    """
    rest = _PLACE.sub("", note)
    if "{" in rest or "}" in rest:
        raise ParameterError(f"note has a brace without its pair, or digits that are no digit: {note!r}")
    return _PLACE.sub(lambda m: number(evaluate(m[1].strip(), given), None if m[2] is None else int(m[2])), note)


def _value(node: ast.expr, expression: str, given: Mapping[str, float | str]) -> Any:
    def value(inner: ast.expr) -> Any:
        return _value(inner, expression, given)

    match node:
        case ast.Constant(value=int() | float() as constant) if not isinstance(constant, bool):
            return constant
        case ast.Name(id=name):
            if name not in given:
                names = ", ".join(given) or "nothing"
                raise ParameterError(f"{expression!r} reads {name!r}, which is not given ({names}).")
            if isinstance(given[name], str):
                raise TypeError(f"{given[name]!r} is a text")
            return given[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            a, b = value(left), value(right)
            if isinstance(op, ast.Pow) and abs(b) > _LARGEST:
                raise ParameterError(f"{expression!r} raises to the power {b!r}; {_LARGEST:.0f} is the most.")
            return _OPERATORS[type(op)](float(a), b)
        case ast.UnaryOp(op=unary, operand=operand) if type(unary) in _OPERATORS:
            return _OPERATORS[type(unary)](value(operand))
        case ast.Compare(left=left, ops=[compare], comparators=[right]) if type(compare) in _OPERATORS:
            return _OPERATORS[type(compare)](value(left), value(right))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return value(body) if value(test) else value(orelse)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*map(value, args))
    raise ParameterError(
        f"{expression!r} may hold numbers, given names, + - * / // % **, comparisons and the functions "
        f"{', '.join(_FUNCTIONS)}; not {ast.unparse(node)!r}."
    )
