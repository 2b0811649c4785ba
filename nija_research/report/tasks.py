"""
Notebooks of a plan as tasks: their values are checked before anything runs, then several run at a time.

Shared values go to every notebook that declares the name. A value that names a file is hashed by content, and its
folder is kept out of keys and pages. A task whose key has not changed is taken from the earlier report. The summary
runs last; a notebook that fails does not stop the others.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nija_research.errors import NotebookError, ParameterError
from nija_research.report.kernels import Kernels
from nija_research.report.output_folder import code_hash, digest, file_hash, intact, versions
from nija_research.report.parameters import Parameter, bind, notebook_parameters, parse_assignment
from nija_research.report.pdf import Failure
from nija_research.report.plan import Entry, Plan
from nija_research.report.runner import NotebookFailedError, execute

__all__ = ["Outcome", "Task", "bind_plan", "run_plan"]

#: Parameters that the report itself sets, where a notebook declares them.
_OWN = ("week", "records", "previous")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """
    A notebook with its values.

    `given` goes to the kernel; `readable` is every parameter as readers see it, without folders of this machine, and
    `hidden` says what stands there for each of those; `files` are (file name, parameter, hash); `key` says whether an
    earlier run is still valid; a `long` one is begun first.
    """

    path: Path
    given: dict[str, Any]
    readable: dict[str, Any]
    hidden: dict[str, str]
    key: str
    files: tuple[tuple[str, str, str], ...] = ()
    wants_records: bool = False
    long: bool = False

    @property
    def name(self) -> str:
        """The notebook's name, without ``.ipynb``."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended: status, seconds, and the failure with its text in one line."""

    status: str
    seconds: float = 0.0
    failure: Failure | None = None
    text: str = ""


def bind_plan(
    plan: Plan,
    *,
    week: str,
    trades: str | Path | None = None,
    prices: str | Path | None = None,
    parameters: Mapping[str, Any] | Iterable[str] | None = None,
    earlier: Path | None = None,
) -> list[Task]:
    """
    Bind every notebook of a plan, the summary last.

    Parameters
    ----------
    plan : Plan
        The plan.
    week : str
        Given to every notebook that declares ``week``.
    trades, prices : str or pathlib.Path, optional
        File or bundled name, likewise.
    parameters : mapping or iterable of str, optional
        Values by name, or ``NAME=VALUE`` texts.
    earlier : pathlib.Path, optional
        Folder of the last report before this one: a notebook that declares ``previous`` is given its own execution
        there.

    Returns
    -------
    list of Task

    Raises
    ------
    ParameterError, NotebookError
        If a name is declared by no notebook, or values do not fit; lists every fault.
    """
    declared = {entry.name: notebook_parameters(entry.path) for entry in plan.entries}
    known = {p.name: p for ps in declared.values() for p in ps}
    offered = _offered(list(known.values()), trades, prices, parameters)
    faults: list[NotebookError | ParameterError] = []
    for name in {**plan.parameters, **offered}:
        if name not in known:
            source = "parameter" if name in offered else "plan's parameter"
            faults.append(
                NotebookError(f"no notebook declares the {source} {name!r} (declared are {', '.join(known)})")
            )
    made_from = [code_hash(), versions()]
    tasks: list[Task] = []
    for entry in plan.entries:
        names = {p.name for p in declared[entry.name]}
        shared = {**plan.parameters, **entry.parameters, **offered, "week": week, "previous": _previous(entry, earlier)}
        given = {n: v for n, v in shared.items() if n in names or n in entry.parameters}
        last = entry is plan.summary
        try:
            values = bind(declared[entry.name], given, notebook=entry.name)
        except (NotebookError, ParameterError) as fault:
            faults.append(fault)
        else:
            others = [task.key for task in tasks] if last else []
            tasks.append(_task(entry, {n: values[n] for n in given}, values, [*made_from, *others], last))
    if faults:
        kind = next((NotebookError for fault in faults if isinstance(fault, NotebookError)), ParameterError)
        raise kind(f"{'; '.join(str(fault).rstrip('.') for fault in faults)}.")
    return tasks


def _task(entry: Entry, given: dict[str, Any], values: dict[str, Any], made_from: list[Any], last: bool) -> Task:
    readable, hidden = dict(values), {}
    files: list[tuple[str, str, str]] = []
    for name, value in values.items():
        for file in _files(name, value, entry.path.parent):
            files.append((file.name, name, file_hash(file)))
            if str(file) in readable[name]:
                hidden[str(file)] = file.name
                readable[name] = readable[name].replace(str(file), file.name)
    return Task(
        path=entry.path,
        given=given,
        readable=readable,
        hidden=hidden,
        key=digest([file_hash(entry.path), readable, files, made_from]),
        files=tuple(files),
        wants_records=last and "records" in values,
        long=entry.long,
    )


def _previous(entry: Entry, earlier: Path | None) -> str:
    path = None if earlier is None else earlier / "notebooks" / f"{entry.name}.ipynb"
    return str(path) if path is not None and path.is_file() else ""


def _offered(
    declared: list[Parameter],
    trades: str | Path | None,
    prices: str | Path | None,
    parameters: Mapping[str, Any] | Iterable[str] | None,
) -> dict[str, Any]:
    """What the caller sets, over the plan; files by their absolute path."""
    if parameters is None or isinstance(parameters, Mapping):
        offered = dict(parameters or {})
    else:
        offered = parse_assignment([parameters] if isinstance(parameters, str) else parameters, declared)
    if own := [name for name in _OWN if name in offered]:
        raise ParameterError(f"{own[0]!r} is set by the report itself; it cannot be given as a parameter.")
    for name, value in (("trades", trades), ("prices", prices)):
        if value is None:
            continue
        if name in offered:
            raise ParameterError(f"{name} is given twice, as an option and as a parameter.")
        offered[name] = str(value)
    for name, value in offered.items():
        if isinstance(value, str) and value and _names_data(name):
            offered[name] = _located(name, value)
        elif name == "others" and isinstance(value, str) and value.strip() not in ("", "auto"):
            offered[name] = ",".join(_located(name, part.strip()) for part in value.split(",") if part.strip())
    return offered


def _names_data(name: str) -> bool:
    """Whether a parameter of this name holds a data set: trades, prices, other_prices."""
    return name.split("_")[-1] in ("trades", "prices")


def _located(name: str, value: str) -> str:
    """A bundled name as it is, a file by its absolute path; anything else is refused now, not in a cell."""
    from nija_research.data import bundled

    if value in bundled():
        return value
    path = Path(value).expanduser()
    if path.is_file():
        return str(path.resolve())
    what = "is a folder, not a file" if path.is_dir() else "no such file"
    raise ParameterError(f"{name}: {value}: {what}, nor a bundled name ({', '.join(bundled())}).")


def _files(name: str, value: Any, folder: Path) -> list[Path]:
    """The files that a text value names: one, or several with commas between them."""
    if not isinstance(value, str) or not value or "\n" in value or len(value) > 1000:
        return []
    for texts in ([value], value.split(",")):
        if files := [file for text in texts if (file := _file(name, text.strip(), folder)) is not None]:
            return files
    return []


def _file(name: str, text: str, folder: Path) -> Path | None:
    from nija_research.data.datasets import locate

    try:
        path = (folder / (locate(text) if _names_data(name) or name == "others" else text)).resolve()
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def run_plan(
    tasks: list[Task],
    folder: Path,
    earlier: list[tuple[Path, dict[str, Any]]],
    jobs: int,
    timeout: float,
    progress: Callable[[str], None],
) -> dict[str, Outcome]:
    """
    Run what has to run, the summary (the last task) after all others.

    Parameters
    ----------
    tasks : list of Task
        From `bind_plan`.
    folder : pathlib.Path
        Receives the executed notebooks.
    earlier : list of (folder, manifest)
        Reports whose notebooks may be used again.
    jobs : int
        Notebooks at a time.
    timeout : float
        Seconds one cell may take.
    progress : callable
        Called with a line of text when a notebook starts or ends.

    Returns
    -------
    dict of str to Outcome
        In the order of the plan.
    """
    outcomes: dict[str, Outcome] = {}
    for task in tasks:  # the key of the summary holds those of the others: it is used again only when they are
        if (source := next((place for place, old in earlier if _reusable(task, place, old)), None)) is not None:
            shutil.copy2(source / "notebooks" / f"{task.name}.ipynb", folder)
            outcomes[task.name] = Outcome("reused")
    fresh = [task for task in tasks if task.name not in outcomes]
    if not fresh:
        return outcomes
    # A long one that is begun last keeps one core busy while the others idle.
    chapters = sorted((t for t in fresh if t is not tasks[-1]), key=lambda t: not t.long)
    with Kernels(forked=len(fresh) > 1) as kernels:
        pool = ThreadPoolExecutor(jobs, thread_name_prefix="notebook")
        try:
            for batch in (chapters, [t for t in fresh if t is tasks[-1]]):
                waiting = {pool.submit(_run_task, task, folder, timeout, kernels): task for task in batch}
                while waiting:
                    names = ", ".join(t.name for t in list(waiting.values())[:jobs])
                    progress(f"running {names} ({len(waiting)} left)")
                    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                        task = waiting.pop(future)
                        outcomes[task.name] = future.result()
                        progress(f"{task.name} {outcomes[task.name].status}")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            kernels.close()  # every kernel ends, so every thread does
            raise
        finally:
            pool.shutdown(wait=True)
    return {task.name: outcomes[task.name] for task in tasks}


def _reusable(task: Task, place: Path, old: Mapping[str, Any]) -> bool:
    entry = old.get("notebooks", {}).get(task.name, {})
    return (
        entry.get("key") == task.key
        and entry.get("status") in ("done", "reused")
        and intact(place / "notebooks" / f"{task.name}.ipynb", entry.get("sha256"))
    )


def _run_task(task: Task, folder: Path, timeout: float, kernels: Kernels) -> Outcome:
    begun = time.monotonic()
    given = {**task.given, **({"records": str(folder)} if task.wants_records else {})}
    status, failure, text = "done", None, ""
    try:
        executed = execute(task.path, given, kernels, timeout=timeout, cwd=task.path.parent)
    except NotebookFailedError as fault:
        executed = fault.text
        message = _without(fault.message, {**task.hidden, f"{folder}/": "", str(folder): "notebooks"})
        text = f"{task.name}, cell {fault.cell}: {fault.error}: {message.splitlines()[0] if message else ''}"
        status, failure, text = "failed", Failure(fault.cell, fault.error, message), f"{text.rstrip('. :')}."
    executed = _without(executed, {**task.hidden, str(folder): "notebooks"})
    (folder / f"{task.name}.ipynb").write_text(executed, encoding="utf-8")
    return Outcome(status, time.monotonic() - begun, failure, text)


def _without(text: str, hidden: Mapping[str, str]) -> str:
    """The text without folders that exist only on this machine."""
    for place in sorted(hidden, key=len, reverse=True):
        text = text.replace(place, hidden[place])
    return text
