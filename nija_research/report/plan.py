"""
The plan of a report: which notebooks, in which order, with which parameters; a TOML file, checked whole.

Every fault of a file comes in one error that names file, key, wanted and got. Nothing here runs anything.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nija_research.errors import ParameterError, PlanError
from nija_research.places import suite

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Entry", "Plan", "load_plan", "monday_of", "week_start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One notebook of a plan: its file, the parameters set for it alone; a `long` one is begun before the others."""

    path: Path
    parameters: dict[str, Any] = field(default_factory=dict)
    long: bool = False

    @property
    def name(self) -> str:
        """The notebook's name, without ``.ipynb``."""
        return self.path.stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A checked plan: `parameters` go to every notebook declaring them; `summary` runs last, is printed first."""

    file: Path
    title: str
    author: str
    summary: Entry
    notebooks: tuple[Entry, ...]
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All notebooks, the summary last."""
        return (*self.notebooks, self.summary)


def week_start(week: str) -> date:
    """Monday of an ISO week written as 2026-W47; anything else is a `ParameterError`."""
    try:
        return date.fromisoformat(f"{week}-1")  # the first day of the week
    except ValueError:
        raise ParameterError(f"week must be an ISO week such as 2026-W47, got {week!r}.") from None


def monday_of(trades: pd.DataFrame, week: str = "") -> date:
    """
    Monday of an ISO week (UTC), or of the week of a log's last exit.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.
    week : str, optional
        Such as ``2026-W47``; the week of the last exit unless given.

    Returns
    -------
    datetime.date

    Raises
    ------
    ParameterError
        If `week` is not an ISO week, or is not given and there is no trade to take it from.
    """
    if week:
        return week_start(week)
    if not len(trades):
        raise ParameterError("week must be given, as 2026-W47: the log has no trade to take it from.")
    last: date = trades["exit_time"].max().date()
    return last - timedelta(days=last.weekday())


def load_plan(path: str | Path) -> Plan:
    """
    Read and check a plan.

    Parameters
    ----------
    path : str or pathlib.Path
        A TOML file with ``title``, ``author``, ``summary``, ``[parameters]`` and ``[[notebook]]`` tables of
        ``path``, ``parameters`` and ``long`` (true: begun before the others). A notebook is a name of the suite or a
        path relative to the plan.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        If the file cannot be read or says anything it must not; lists every fault.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanError(f"{path}: no such plan.") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise PlanError(f"{path}: cannot be read: {getattr(fault, 'strerror', None) or 'not UTF-8 text'}.") from None
    except tomllib.TOMLDecodeError as fault:
        raise PlanError(f"{path}: not TOML: {fault}.") from None

    from pydantic import ValidationError

    try:
        checked: Any = _model().model_validate(content)
    except ValidationError as fault:
        faults = [_fault_text(e) for e in fault.errors()]
        raise PlanError(f"{path}: {_count(faults)}. {'; '.join(faults)}.") from None
    faults = []
    chapters = [(f"notebook[{n}].path", dict(one)) for n, one in enumerate(checked.notebook, start=1)]
    entries: list[Entry] = []
    for key, chapter in [("summary", {"path": checked.summary}), *chapters]:
        try:
            entry = Entry(**{**chapter, "path": _notebook_file(chapter["path"], path.parent)})
        except PlanError as fault:
            faults.append(f"{key}: {fault}")
            continue
        if any(entry.name == other.name for other in entries):
            faults.append(f"{key}: {entry.name} is named twice in the plan")
        entries.append(entry)
    if faults:
        raise PlanError(f"{path}: {_count(faults)}. {'; '.join(faults)}.")
    return Plan(
        file=path,
        title=checked.title,
        author=checked.author,
        summary=entries[0],
        notebooks=tuple(entries[1:]),
        parameters=checked.parameters,
    )


def _model() -> Any:
    from pydantic import BaseModel, ConfigDict, Field

    strict = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    class Chapter(BaseModel):
        model_config = strict
        path: str = Field(min_length=1)
        parameters: dict[str, Any] = Field(default_factory=dict)
        long: bool = False

    class Content(BaseModel):
        model_config = strict
        title: str = Field(min_length=1)
        author: str = ""
        summary: str = Field(min_length=1)
        parameters: dict[str, Any] = Field(default_factory=dict)
        notebook: list[Chapter] = Field(min_length=1)

    return Content


def _fault_text(error: Any) -> str:
    """One fault in our words: key, wanted, got."""
    parts = [f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in error["loc"]]
    key = "".join(parts).lstrip(".")
    if error["type"] == "missing":
        return (
            f"{key} is missing"
            if not key.startswith("notebook")
            else f"{key} is missing (write [[notebook]] and path = ...)"
        )
    if error["type"] == "extra_forbidden":
        known = ("path", "parameters", "long") if key.startswith("notebook[") else _KEYS
        near = get_close_matches(str(error["loc"][-1]), known, n=1)
        cure = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        return f"{key} is not a key of a plan, {cure}"
    wanted = {
        "string_type": "text",
        "dict_type": "a table",
        "list_type": "[[notebook]] tables",
        "model_type": "a table",
    }
    if error["type"] in ("string_too_short", "too_short"):
        return f"{key} must not be empty"
    return f"{key}: wanted {wanted.get(error['type'], error['msg'])}, got {error['input']!r}"


_KEYS = ("title", "author", "summary", "parameters", "notebook")


def _notebook_file(name: str, folder: Path) -> Path:
    shipped = {p.stem: p for p in sorted((suite() / "notebooks").glob("*.ipynb"))}
    if name in shipped:
        return shipped[name]
    given = folder / name
    for candidate in (given, given.with_name(f"{given.name}.ipynb")):
        if candidate.is_file() and candidate.suffix == ".ipynb":
            return candidate.resolve()
    names = [*shipped, *(p.stem for p in given.parent.glob("*.ipynb"))] if given.parent.is_dir() else list(shipped)
    near = get_close_matches(Path(name).stem, names, n=3, cutoff=0.5)
    cure = f"; did you mean {' or '.join(dict.fromkeys(near))}?" if near else ""
    raise PlanError(f"no notebook {name!r} in the suite or beside the plan{cure}")


def _count(faults: list[str]) -> str:
    return "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
