"""
Printed code, run as printed with only the place of its imports changed.

Not every program: what a document's examples are made of (imports of the printed modules, assignments, calls, ``if``,
functions), so that a register of somebody else's cannot do more than size and book accounts in memory. What a bot
would supply (a balance, an order) is answered from a list.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from nija_research.errors import ParameterError

__all__ = ["Ran", "checked", "ran"]

#: Printed module and where its names are.
MODULES = {
    "bot.capital_scaling_engine": "nija_research.engines",
    "bot.autonomous_scaling_engine": "nija_research.engines",
    "bot.drawdown_protection_system": "nija_research.engines",
    "src.config.capital_allocator": "nija_research.policy.allocator",
}
#: Names that printed code imports; nothing else of these modules is at hand.
NAMES = (
    "AutoScalingConfig", "AutonomousScalingEngine", "CapitalEngineConfig", "CapitalScalingEngine", "DrawdownConfig",
    "MarketRegime", "calculate_drawdown_limit", "calculate_max_exposure", "calculate_strategy_capital",
    "get_allocation_summary", "get_autonomous_engine", "get_capital_engine",
)  # fmt: skip
#: Methods that printed code calls.
METHODS = (
    "generate_report", "get_current_state", "get_optimal_position_size", "record_loss", "record_profit",
    "should_halt_trading", "update_market_regime",
)  # fmt: skip

_NODES = (
    ast.Module, ast.ImportFrom, ast.alias, ast.Assign, ast.Expr, ast.If, ast.FunctionDef, ast.arguments, ast.arg,
    ast.Return, ast.Call, ast.keyword, ast.Attribute, ast.Name, ast.Load, ast.Store, ast.Constant, ast.Dict, ast.List,
    ast.Tuple, ast.Subscript, ast.JoinedStr, ast.FormattedValue, ast.Compare, ast.cmpop, ast.UnaryOp, ast.unaryop,
)  # fmt: skip
_REFUSED_KEYWORDS = ("autosave",)  # would write a file
_FORMATS = ("f',.2f'", "f'.2f'")  # a wider one would fill the memory
_LONGEST = 60  # characters of a statement in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """
    What is left when code has run.

    Attributes
    ----------
    statements, done : int
        How many statements stand on the outside, and how many of them ran.
    fault : str
        The error that the next one raised; empty when all ran.
    names : dict
        Everything assigned.
    calls : dict of str to list of tuple
        Arguments of every call of what a bot supplies.
    lines : list of str
        What was printed.
    """

    statements: int
    done: int = 0
    fault: str = ""
    names: dict[str, Any] = field(default_factory=dict)
    calls: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def checked(code: str) -> ast.Module:
    """
    Read code, or say what in it printed code does not hold.

    Parameters
    ----------
    code : str
        The lines as printed.

    Returns
    -------
    ast.Module

    Raises
    ------
    ParameterError
        If it is no code, or holds anything but the parts named above.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        raise ParameterError(f"code is not Python: {fault}.") from None
    if not tree.body:
        raise ParameterError("code must hold at least one statement.")
    for node in ast.walk(tree):
        if refused := _refused(node):
            raise ParameterError(f"code may not hold {refused}; printed examples import, assign, call and print.")
    return tree


def ran(code: str, stubs: Mapping[str, Sequence[Any]]) -> Ran:
    """
    Run code statement by statement until one fails.

    Parameters
    ----------
    code : str
        The lines; see `checked`.
    stubs : mapping of str to sequence
        Functions that a bot would supply, and what their calls answer in turn; the last answer stays.

    Returns
    -------
    Ran
    """
    from nija_research.engines.accounts import accounts_aside

    tree = checked(code)
    calls: dict[str, list[tuple[Any, ...]]] = {name: [] for name in stubs}
    lines: list[str] = []
    names: dict[str, Any] = {name: _stub(answers, calls[name]) for name, answers in stubs.items()}
    names["__builtins__"] = {"print": lambda *told: lines.append(" ".join(map(str, told))), "len": len}
    done, fault = 0, ""
    with accounts_aside():
        for statement in tree.body:
            try:
                if isinstance(statement, ast.ImportFrom):
                    names |= _imported(statement)
                else:
                    exec(compile(ast.Module([statement], []), "<printed>", "exec"), names)
            except Exception as error:
                line = ast.unparse(statement).splitlines()[0][:_LONGEST]
                fault = f"{line!r} raises {type(error).__name__}: {error}"
                break
            done += 1
    names.pop("__builtins__")
    return Ran(statements=len(tree.body), done=done, fault=fault, names=names, calls=calls, lines=lines)


def _imported(statement: ast.ImportFrom) -> dict[str, Any]:
    module = import_module(MODULES[statement.module or ""])
    return {alias.asname or alias.name: getattr(module, alias.name) for alias in statement.names}


def _stub(answers: Sequence[Any], calls: list[tuple[Any, ...]]) -> Callable[..., Any]:
    def answer(*told: Any) -> Any:
        calls.append(told)
        return answers[min(len(calls), len(answers)) - 1]

    return answer


def _refused(node: ast.AST) -> str:
    """What of this node printed code does not hold; empty when there is nothing."""
    match node:
        case ast.ImportFrom(module=module, names=names, level=0) if module in MODULES:
            strange = [alias.name for alias in names if alias.name not in NAMES]
            return f"an import of {strange[0]!r}" if strange else ""
        case ast.ImportFrom() | ast.Import():
            return f"{ast.unparse(node)!r} (modules are {', '.join(MODULES)})"
        case ast.Attribute(attr=name) if name not in METHODS and not name.isupper():
            return f"'.{name}'"
        case ast.Name(id=name) | ast.FunctionDef(name=name) if name.startswith("_"):
            return repr(name)
        case ast.keyword(arg=name) if name is None or name in _REFUSED_KEYWORDS:
            return f"the argument {name or '**'}"
        case ast.FunctionDef(decorator_list=[_, *_]):
            return "a decorator"
        case ast.FormattedValue(format_spec=ast.JoinedStr() as spec) if ast.unparse(spec) not in _FORMATS:
            return f"the format {ast.unparse(spec)!r}"
        case _ if not isinstance(node, _NODES):
            return f"a {type(node).__name__.lower()}"
    return ""
