"""`printed`: statements that are code, decided by running it as printed with only the place of its imports changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nija_research.errors import ParameterError
from nija_research.judge.checks.parts import STRICT, Part, verdict_of_parts
from nija_research.judge.formula import evaluate
from nija_research.judge.inputs import Evidence
from nija_research.judge.snippet import Ran, checked, ran
from nija_research.judge.verdict import Finding

__all__ = ["Printed", "printed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """
    Code of a document, and what it says the code comes to.

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
        Expressions in ``value(name)``, ``value(name, key)``, ``calls(function)``, ``told(function, place)`` (the last
        call's argument, from 1) and ``lines(name)``, each with what is stated; all must hold, and so must the code.
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
        checked(self.code)
        if self.then:
            checked(self.then)
        if not all(self.stubs.values()):
            raise ParameterError("stubs must answer at least once each.")


def printed(form: Printed, evidence: Evidence) -> Finding:
    """
    Judge printed code: supported if all of it runs and every part holds, refuted by the first that does not.

    Parameters
    ----------
    form : Printed
        The code and the statements.
    evidence : Evidence
        Not read.

    Returns
    -------
    Finding
    """
    del evidence
    left = ran(f"{form.code}\n{form.then}", form.stubs)
    whole = Part(quantity="", name="the number of statements that run", relation="=", value=float(left.statements))
    if left.fault:
        return verdict_of_parts([whole], [float(left.done)], f"{left.fault}.", "", "Code that runs as printed.")
    reader = _Reader(left)
    functions = {name: getattr(reader, name) for name in ("value", "calls", "told", "lines")}
    found = [evaluate(part.quantity, {}, functions) for part in form.parts]
    return verdict_of_parts(
        [*form.parts, whole], [*found, float(left.done)], form.note, "Code that fails as printed.",
        "Code after which {name} is {stated}.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reader:
    """The functions that a part may call."""

    left: Ran

    def value(self, name: str, key: str | None = None) -> float:
        """A number that the code left under a name, or under a key of a table there."""
        return _number(self._left(name, key), name)

    def calls(self, function: str) -> float:
        """How often a function of the bot was called."""
        return float(len(self._calls(function)))

    def told(self, function: str, place: float) -> float:
        """A number that the last call of a function of the bot was given, by its place from 1."""
        calls = self._calls(function)
        if not calls or not 1 <= place <= len(calls[-1]):
            raise ParameterError(f"{function!r} was not called with {place:g} arguments.")
        return _number(calls[-1][int(place) - 1], function)

    def lines(self, name: str | None = None) -> float:
        """How many lines a text has, or how many were printed."""
        return float(len(self.left.lines if name is None else str(self._left(name)).splitlines()))

    def _left(self, name: str, key: str | None = None) -> Any:
        value = self.left.names.get(name)
        value = value.get(key) if key is not None and isinstance(value, dict) else value
        if value is None:
            raise ParameterError(f"the code leaves no {name if key is None else f'{name}[{key!r}]'}.")
        return value

    def _calls(self, function: str) -> list[tuple[Any, ...]]:
        if function not in self.left.calls:
            raise ParameterError(f"{function!r} is none of the stubs.")
        return self.left.calls[function]


def _number(value: Any, name: str) -> float:
    from nija_research.policy import ProtectionLevel

    if isinstance(value, ProtectionLevel):
        return float(tuple(ProtectionLevel).index(value))
    if not isinstance(value, int | float):
        raise ParameterError(f"{name!r} is no number: {value!r}.")
    return float(value)
