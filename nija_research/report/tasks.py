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
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nija_research.errors import NijaError, NotebookError, ParameterError
from nija_research.report import output_folder as manifest
from nija_research.report.kernels import Kernels
from nija_research.report.parameters import Parameter, bind, notebook_parameters, parse_assignment
from nija_research.report.pdf import Failure
from nija_research.report.plan import Plan
from nija_research.report.runner import NotebookFailedError, run_notebook

__all__ = ["Done", "Task", "bind_plan", "run_plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """
    A notebook with its values.

    `given` goes to the kernel; `bound` is every parameter without absolute folders; `hidden` maps absolute
    folders to what readers see; `key` says whether an earlier run still stands; a `long` one is begun first.
    """

    path: Path
    given: dict[str, Any]
    bound: dict[str, Any]
    hidden: dict[str, str]
    key: str
    code: str
    wants_records: bool = False
    long: bool = False

    @property
    def name(self) -> str:
        """The notebook's name, without ``.ipynb``."""
        return self.path.stem


def bind_plan(
    plan: Plan,
    *,
    week: str,
    trades: str | Path | None = None,
    prices: str | Path | None = None,
    parameters: Mapping[str, Any] | Iterable[str] | None = None,
    earlier: Path | None = None,
) -> tuple[list[Task], list[tuple[str, str, str]]]:
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
    tasks : list of Task
    files : list of (file name, parameter, hash)

    Raises
    ------
    ParameterError, NotebookError
        If a name is declared by no notebook, or values do not fit; lists every fault.
    """
    declared = {entry.name: notebook_parameters(entry.path) for entry in plan.entries}
    everything = {p.name: p for ps in declared.values() for p in ps}
    offered = _offered(list(everything.values()), trades, prices, parameters)
    shared = {**plan.parameters, **offered}
    faults: list[str] = []
    for name in shared:
        if name not in everything:
            source = "parameter" if name in offered else "plan's parameter"
            faults.append(f"no notebook declares the {source} {name!r} (declared are {', '.join(everything)})")
    kinds: set[type[NijaError]] = {NotebookError} if faults else set()
    code = manifest.code_hash()
    tasks: list[Task] = []
    files: dict[tuple[str, str], str] = {}
    for entry in plan.entries:
        names = {p.name for p in declared[entry.name]}
        given = {
            n: v
            for n, v in {**plan.parameters, **entry.parameters, **offered}.items()
            if n in names or n in entry.parameters
        }
        if "week" in names:
            given["week"] = week
        if "previous" in names:
            before = None if earlier is None else earlier / "notebooks" / f"{entry.name}.ipynb"
            given["previous"] = str(before) if before is not None and before.is_file() else ""
        try:
            bound = bind(declared[entry.name], given, notebook=entry.name)
        except (NotebookError, ParameterError) as fault:
            faults.append(str(fault).rstrip("."))
            kinds.add(type(fault))
            continue
        hidden: dict[str, str] = {}
        hashes: dict[str, str] = {}
        for name, value in bound.items():
            for file in _files(name, value, entry.path.parent):
                sha = manifest.file_hash(file)
                hashes[name] = f"{hashes[name]} {sha}" if name in hashes else sha
                files[file.name, name] = sha
                if str(file) in bound[name]:
                    hidden[str(file)] = file.name
                    bound[name] = bound[name].replace(str(file), file.name)
        last = entry is plan.summary
        key = manifest.notebook_key(entry.path, bound, hashes, code)
        if last:
            key = manifest.digest([key, [t.key for t in tasks]])
        given = {n: v for n, v in bind(declared[entry.name], given).items() if n in given}
        tasks.append(
            Task(
                path=entry.path,
                given=given,
                bound=bound,
                hidden=hidden,
                key=key,
                code=code,
                wants_records=last and "records" in names,
                long=entry.long,
            )
        )
    if faults:
        raise (NotebookError if NotebookError in kinds else ParameterError)(f"{'; '.join(faults)}.")
    return tasks, [(file, name, sha) for (file, name), sha in sorted(files.items())]


def _offered(
    declared: list[Parameter],
    trades: str | Path | None,
    prices: str | Path | None,
    parameters: Mapping[str, Any] | Iterable[str] | None,
) -> dict[str, Any]:
    """What the caller sets, over the plan."""
    if parameters is None or isinstance(parameters, Mapping):
        offered = dict(parameters or {})
    else:
        offered = parse_assignment([parameters] if isinstance(parameters, str) else parameters, declared)
    for name in ("week", "records", "previous"):
        if name in offered:
            raise ParameterError(f"{name!r} is set by the report itself; it cannot be given as a parameter.")
    for name, value in (("trades", trades), ("prices", prices)):
        if value is None:
            continue
        if name in offered:
            raise ParameterError(f"{name} is given twice, as an option and as a parameter.")
        offered[name] = str(value)
    for name, value in offered.items():
        if _names_data(name) and isinstance(value, str) and value:
            offered[name] = _place(name, value)
    more = offered.get("others")
    if isinstance(more, str) and more.strip() not in ("", "auto"):
        offered["others"] = ",".join(_place("others", part.strip()) for part in more.split(",") if part.strip())
    return offered


def _names_data(name: str) -> bool:
    """Whether a parameter of this name holds a data set: trades, prices, other_prices."""
    return name.split("_")[-1] in ("trades", "prices")


def _place(name: str, value: str) -> str:
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
    whole = _file(name, value, folder)
    if whole is not None or not isinstance(value, str):
        return [whole] if whole is not None else []
    found = (_file(name, part.strip(), folder) for part in value.split(","))
    return [file for file in found if file is not None]


def _file(name: str, value: Any, folder: Path) -> Path | None:
    """The file that a text value names, if it names one."""
    if (_names_data(name) or name == "others") and isinstance(value, str):
        from nija_research.data.datasets import locate

        value = str(locate(value))
    if not isinstance(value, str) or not value or "\n" in value or len(value) > 1000:
        return None
    try:
        path = (folder / value).resolve()
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


@dataclass(slots=True)
class Done:
    """How a notebook ended."""

    status: str
    seconds: float = 0.0
    failure: Failure | None = None
    said: str = ""


def run_plan(
    tasks: list[Task],
    folder: Path,
    earlier: list[tuple[Path, dict[str, Any]]],
    jobs: int,
    timeout: float,
    say: Callable[[str], None],
) -> dict[str, Done]:
    """Run what has to run, the summary (the last task) after all others; results in the order of the plan."""
    done: dict[str, Done] = {}
    fresh = []
    for task in tasks:
        source = next((place for place, old in earlier if _reusable(task, place, old)), None)
        # The summary reads the others: its key holds theirs, so it is reusable only when they are.
        if source is None:
            fresh.append(task)
        else:
            shutil.copy2(source / "notebooks" / f"{task.name}.ipynb", folder)
            done[task.name] = Done("reused")
    if not fresh:
        return done
    with Kernels(forked=len(fresh) > 1) as kernels:
        pool = ThreadPoolExecutor(jobs, thread_name_prefix="notebook")
        try:
            # A long one that is begun last keeps one core busy while the others idle.
            chapters = sorted((t for t in fresh if t is not tasks[-1]), key=lambda t: not t.long)
            for batch in (chapters, [t for t in fresh if t is tasks[-1]]):
                waiting: dict[Future[Done], Task] = {}
                for task in batch:
                    waiting[pool.submit(_one, task, folder, timeout, kernels)] = task
                while waiting:
                    left = len(waiting)
                    say(f"running {', '.join(t.name for t in list(waiting.values())[:jobs])} ({left} left)")
                    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                        task = waiting.pop(future)
                        done[task.name] = future.result()
                        say(f"{task.name} {done[task.name].status}")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            kernels.close()  # every kernel ends, so every thread does
            raise
        finally:
            pool.shutdown(wait=True)
    return {task.name: done[task.name] for task in tasks}


def _reusable(task: Task, place: Path, old: Mapping[str, Any]) -> bool:
    entry = old.get("notebooks", {}).get(task.name, {})
    return (
        entry.get("key") == task.key
        and entry.get("status") in ("done", "reused")
        and manifest.intact(place / "notebooks" / f"{task.name}.ipynb", entry.get("sha256"))
    )


def _one(task: Task, folder: Path, timeout: float, kernels: Kernels) -> Done:
    begun = time.monotonic()
    given = {**task.given, **({"records": str(folder)} if task.wants_records else {})}
    path = folder / f"{task.name}.ipynb"
    try:
        run_notebook(task.path, given, path, timeout=timeout, cwd=task.path.parent, kernels=kernels)
        end = Done("done", time.monotonic() - begun)
    except NotebookFailedError as fault:
        if fault.executed is not None:
            fault.executed.replace(path)
        message = _without(fault.message, {**task.hidden, f"{folder}/": "", str(folder): "notebooks"})
        said = f"{task.name}, cell {fault.cell}: {fault.error}: {message.splitlines()[0] if message else ''}"
        end = Done(
            "failed", time.monotonic() - begun, Failure(fault.cell, fault.error, message), f"{said.rstrip('. :')}."
        )
    path.write_text(
        _without(path.read_text(encoding="utf-8"), {**task.hidden, str(folder): "notebooks"}), encoding="utf-8"
    )
    return end


def _without(text: str, hidden: Mapping[str, str]) -> str:
    """The text without folders that exist only on this machine."""
    for place in sorted(hidden, key=len, reverse=True):
        text = text.replace(place, hidden[place])
    return text
