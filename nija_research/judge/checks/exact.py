"""
Statements that exact numbers decide: `formula` calculates, `rule` runs the rules, `printed` runs printed code.

A statement has several parts, each a quantity with what is stated of it; all must hold. Quantities and the numbers in
notes are expressions in numbers by name: those that the form gives, and what was measured.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from pydantic import ConfigDict

from nija_research.errors import ParameterError
from nija_research.judge.claims import functions, measure
from nija_research.judge.formula import evaluate, render_note
from nija_research.judge.judging import JudgeInputs
from nija_research.judge.verdict import REFUTED, SUPPORTED, Finding, Region, Relation, number, region

__all__ = [
    "STRICT", "Executed", "Formula", "Part", "Printed", "Rule", "contrast", "execute", "formula", "printed", "rule",
]  # fmt: skip

#: Forms hold what is written for them and nothing else.
STRICT = ConfigDict(extra="forbid", strict=True)

_CONTRAST = {"<=": "more than", ">=": "less than", "<": "not below", ">": "not above", "in": "outside", "=": "not"}
#: Printed module and where its names are.
_MODULES = {
    "bot.capital_scaling_engine": "nija_research.engines",
    "bot.autonomous_scaling_engine": "nija_research.engines",
    "bot.drawdown_protection_system": "nija_research.engines",
    "src.config.capital_allocator": "nija_research.policy.allocator",
}
_LONGEST = 60  # characters of a statement in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    A quantity and what is stated of it.

    Attributes
    ----------
    quantity : str
        An expression; see `formula.evaluate`.
    relation : str
        One of `verdict.RELATIONS`.
    value : float or list of float
        What is stated, in `unit`.
    unit : str
        Such as ``USD`` or ``%``.
    digits : int or None
        Decimals that the document prints.
    within : float or None
        Reach of ``about``.
    name : str
        What the quantity is called in the reason.
    """

    __pydantic_config__ = STRICT

    quantity: str
    relation: Relation
    value: float | list[float]
    unit: str = ""
    digits: int | None = None
    within: float | None = None
    name: str = ""

    def __post_init__(self) -> None:
        self.region()

    def region(self) -> Region:
        """Return the values that the part allows."""
        return region(self.relation, self.value, unit=self.unit, digits=self.digits, within=self.within)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """
    Numbers of a document, and what it says they come to.

    Attributes
    ----------
    given : dict of str to float
        The document's numbers by name.
    parts : list of Part
        Expressions in them, each with what is stated; all must hold.
    note : str
        Added to the reason, such as where a wrong number comes from; ``{expression:digits}`` is computed.
    """

    __pydantic_config__ = STRICT

    parts: list[Part]
    given: dict[str, float] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        _some(self.parts)
        for part in self.parts:
            evaluate(part.quantity, self.given)
        render_note(self.note, self.given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    A situation, and what a document says the rules do in it.

    Attributes
    ----------
    function : str
        Id of the claim whose function of `judge.claims` runs the rules; the claim's own unless written.
    given : dict of str to float or str
        The situation's numbers and names, for the function and the expressions.
    parts, note
        As in `Formula`, in what the function measures too.
    """

    __pydantic_config__ = STRICT

    function: str
    parts: list[Part]
    given: dict[str, float | str] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        _some(self.parts)
        if self.function not in functions():
            raise ParameterError(
                f"function: the package has none for {self.function!r}. A register of one's own uses formula, counts, "
                "log or comparison, or names a claim of the suite's"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """
    Code of a document, and what it says the code comes to; only the suite's own register holds code.

    Attributes
    ----------
    code : str
        The printed lines, in the printed order.
    then : str
        Lines of ours after them: a call of a printed function, a trade that shows something.
    stubs : dict of str to list
        What the document leaves to the bot, such as ``get_account_balance``, and what its calls answer in turn: a
        number or a table of numbers; the last answer stays.
    parts : list of Part
        Expressions in what the code leaves, see `Executed.numbers`; all must hold, and all of the code must run.
    note : str
        Added to the reason.
    """

    __pydantic_config__ = STRICT

    code: str
    then: str = ""
    stubs: dict[str, list[float | dict[str, float]]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    note: str = ""

    def __post_init__(self) -> None:
        try:
            ast.parse(f"{self.code}\n{self.then}")
        except (SyntaxError, ValueError) as fault:
            raise ParameterError(f"code is not Python: {fault}") from None
        if not all(self.stubs.values()):
            raise ParameterError("stubs must answer at least once each")


def formula(form: Formula, inputs: JudgeInputs) -> Finding:
    """
    Judge statements that a calculation decides: supported if every part holds, refuted by the first that does not.

    Parameters
    ----------
    form : Formula
        The numbers and the statements.
    inputs : JudgeInputs
        Not read: sums need no data.

    Returns
    -------
    Finding
    """
    del inputs
    return _finding(form.parts, form.given, form.note, "Other numbers in the document.")


def rule(form: Rule, inputs: JudgeInputs) -> Finding:
    """
    Judge statements about what the rules do: supported if every part holds, refuted by the first that does not.

    Parameters
    ----------
    form : Rule
        The situation and the statements.
    inputs : JudgeInputs
        Not read: rules need no data.

    Returns
    -------
    Finding
    """
    del inputs
    numbers = {**form.given, **measure(form.function, form.given)}
    change = "A rule that does otherwise.", "A rule by which {name} is {stated}."
    return _finding(form.parts, numbers, form.note, *change)


def printed(form: Printed, inputs: JudgeInputs) -> Finding:
    """
    Judge printed code: supported if all of it runs and every part holds, refuted by the first that does not.

    Parameters
    ----------
    form : Printed
        The code and the statements.
    inputs : JudgeInputs
        Not read.

    Returns
    -------
    Finding
    """
    del inputs
    result = execute(f"{form.code}\n{form.then}", form.stubs)
    n, name = float(result.statements), "the number of statements that run"
    whole = Part(quantity="statements_run", name=name, relation="=", value=n)
    if result.fault:
        change = "", "Code that runs as printed."
        return _finding([whole], result.numbers(), f"{result.fault}.", *change)
    change = "Code that fails as printed.", "Code after which {name} is {stated}."
    return _finding([*form.parts, whole], result.numbers(), form.note, *change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """
    What is left when code has run.

    Attributes
    ----------
    statements, statements_run : int
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
    statements_run: int
    fault: str
    names: dict[str, Any]
    calls: dict[str, list[tuple[Any, ...]]]
    lines: list[str]

    def numbers(self) -> dict[str, float]:
        """
        Return what can be counted, by name.

        Numbers and protection levels (0 for NORMAL to 4) under their own name, those in a table under the table's name
        and theirs, lines of a text under its name and ``lines``, ``lines`` printed, and what the last call of a bot's
        function was told, by place from 1: ``place_order_2``.
        """
        from nija_research.policy import ProtectionLevel

        levels: dict[str, float] = {level: float(k) for k, level in enumerate(ProtectionLevel)}
        values: dict[str, Any] = {"statements_run": self.statements_run, "lines": len(self.lines), **self.names}
        for name, value in self.names.items():
            if isinstance(value, dict):
                values |= {f"{name}_{key}": item for key, item in value.items()}
            elif isinstance(value, str):
                values[f"{name}_lines"] = len(value.splitlines())
        for name, calls in self.calls.items():
            values |= {f"{name}_{place}": argument for place, argument in enumerate(calls[-1] if calls else (), 1)}
        values = {name: levels.get(value, value) if isinstance(value, str) else value for name, value in values.items()}
        return {name: float(value) for name, value in values.items() if isinstance(value, int | float)}


def execute(code: str, stubs: Mapping[str, Sequence[Any]]) -> Executed:
    """
    Run code statement by statement until one fails, with only the place of its imports changed.

    Parameters
    ----------
    code : str
        The lines, of the suite's own register.
    stubs : mapping of str to sequence
        Functions that a bot would supply, and what their calls answer in turn; the last answer stays.

    Returns
    -------
    Executed
    """
    from nija_research.engines.accounts import accounts_aside

    tree = ast.parse(code)
    calls: dict[str, list[tuple[Any, ...]]] = {name: [] for name in stubs}
    lines: list[str] = []
    names: dict[str, Any] = {name: _stub(answers, calls[name]) for name, answers in stubs.items()}
    names["__builtins__"] = {"print": lambda *words: lines.append(" ".join(map(str, words)))}
    done, fault = 0, ""
    with accounts_aside():
        for statement in tree.body:
            try:
                if isinstance(statement, ast.ImportFrom):
                    module = import_module(_MODULES[statement.module or ""])
                    names |= {alias.asname or alias.name: getattr(module, alias.name) for alias in statement.names}
                else:
                    exec(compile(ast.Module([statement], []), "<printed>", "exec"), names)
            except Exception as error:
                line = ast.unparse(statement).splitlines()[0][:_LONGEST]
                fault = f"{line!r} raises {type(error).__name__}: {error}"
                break
            done += 1
    names.pop("__builtins__")
    return Executed(statements=len(tree.body), statements_run=done, fault=fault, names=names, calls=calls, lines=lines)


def contrast(stated: Region) -> str:
    """Return how a value that does not hold stands to what is stated: ``more than 95 %``."""
    relation, _, words = stated.words.partition(" ")
    return f"{_CONTRAST[relation]} {words}" if relation in _CONTRAST else f"not {stated.words}"


def _finding(
    parts: Sequence[Part],
    numbers: Mapping[str, float | str],
    note: str,
    change: str,
    otherwise: str = "The document stating {found}.",
) -> Finding:
    """
    Return the finding on exact numbers; its number is that of the first part that fails, or of the first part.

    `change` says what would change the verdict of a claim that holds, `otherwise` that of one that does not; in the
    latter ``{name}``, ``{found}`` and ``{stated}`` are filled in.
    """
    values = [evaluate(part.quantity, numbers) for part in parts]
    holds = [part.region().holds(value) for part, value in zip(parts, values, strict=True)]
    k = holds.index(False) if False in holds else 0
    part, value = parts[k], values[k]
    text = f"{_text(part, value, holds[k])} {part.unit}".rstrip()
    name, words = part.name or part.quantity, part.region().words.removeprefix("= ")
    sentence = f"{name} is {text}"
    rest = len(parts) - 1
    if not holds[k]:
        sentence += f", {contrast(part.region())}"
    elif rest:
        sentence += f", and the other {'part holds' if rest == 1 else f'{rest} parts hold'} too"
    return Finding(
        verdict=SUPPORTED if all(holds) else REFUTED,
        stated=part.region().words,
        found=value,
        stated_low=part.region().ends[0],
        stated_high=part.region().ends[1],
        unit=part.unit,
        reason=" ".join(filter(None, (f"{sentence[0].upper()}{sentence[1:]}.", render_note(note, numbers)))),
        change=change if all(holds) else otherwise.format(name=name, found=text, stated=words),
        details=tuple(
            {"part": p.name or p.quantity, "stated": p.region().words, "found": x, "unit": p.unit, "holds": h}
            for p, x, h in zip(parts, values, holds, strict=True)
        ),
    )


def _text(part: Part, value: float, holds: bool) -> str:
    if part.digits is not None:
        return number(value, part.digits + (0 if holds else 2))
    short = float(f"{value:.4g}")
    return number(short if abs(value) < 1e4 and part.region().holds(short) == holds else value)


def _some(parts: Sequence[Part]) -> None:
    if not parts:
        raise ParameterError("parts must hold at least one statement")


def _stub(answers: Sequence[Any], calls: list[tuple[Any, ...]]) -> Callable[..., Any]:
    def answer(*arguments: Any) -> Any:
        calls.append(arguments)
        return answers[min(len(calls), len(answers)) - 1]

    return answer
