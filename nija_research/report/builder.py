"""
Build a report: run the plan's notebooks, the summary last, and bind them into one PDF, moved in whole.

A notebook whose source, parameters, data, code and libraries are what they were is not run again. A failing
notebook does not stop the others: the report then says INCOMPLETE and does not replace a complete one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nija_research import __version__
from nija_research.errors import DataError, ParameterError, WorkError
from nija_research.report import output_folder as manifest
from nija_research.report import records
from nija_research.report.output_folder import last_before, move, whole, workplace
from nija_research.report.pdf import Source
from nija_research.report.plan import Plan, week_start
from nija_research.report.tasks import Done, Task, bind_plan, run_plan

__all__ = ["IncompleteReportError", "build"]


class IncompleteReportError(WorkError):
    """A report was made, but not every notebook ran to its end; `path` is the PDF that says so."""

    def __init__(self, path: Path, failures: Mapping[str, str]) -> None:
        self.path, self.failures = path, dict(failures)
        super().__init__(f"{'; '.join(self.failures.values())} Incomplete report: {path}.")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.failures)


def build(
    plan: Plan,
    *,
    week: str,
    out: str | Path,
    trades: str | Path | None = None,
    prices: str | Path | None = None,
    parameters: Mapping[str, Any] | Iterable[str] | None = None,
    jobs: int = 2,
    clock: datetime | None = None,
    progress: Callable[[str], None] | None = None,
    force: bool = False,
    timeout: float = 600.0,
) -> Path:
    """
    Build the report of a week.

    Parameters
    ----------
    plan : Plan
        What to run, from `load_plan`.
    week : str
        ISO week such as ``2026-W47``.
    out : str or pathlib.Path
        Folder that receives ``WEEK/report.pdf``, ``WEEK/notebooks/`` and ``WEEK/manifest.json``.
    trades, prices : str or pathlib.Path, optional
        File, or bundled name, given to every notebook that declares a parameter of that name.
    parameters : mapping or iterable of str, optional
        More values by name, or ``NAME=VALUE`` texts; they win over the plan's.
    jobs : int, optional
        Notebooks at a time.
    clock : datetime.datetime, optional
        Time stamped into a new report; now unless given. A report that needs no change keeps its own.
    progress : callable, optional
        Called with a line of text whenever a notebook starts or ends; from the calling thread.
    force : bool, optional
        Run everything again.
    timeout : float, optional
        Seconds one cell may take.

    Returns
    -------
    pathlib.Path
        The PDF.

    Raises
    ------
    DataError, ParameterError, NotebookError, PlanError
        If anything asked for, or a data file, is wrong; nothing was run or written.
    IncompleteReportError
        If a notebook failed; the incomplete report is in ``WEEK``, or in ``WEEK-failed`` where ``WEEK`` holds a
        complete one.
    WorkError
        If the output cannot be written; nothing is left behind.
    """
    week_start(week)
    if isinstance(jobs, bool) or not isinstance(jobs, int) or jobs < 1:
        raise ParameterError(f"jobs must be a whole number of at least 1, got {jobs!r}.")
    say = progress or (lambda _: None)
    out = Path(out).absolute()
    tasks, files = bind_plan(
        plan, week=week, trades=trades, prices=prices, parameters=parameters, earlier=last_before(out, week)
    )
    home, spare = out / week, out / f"{week}-failed"
    for folder in (home, spare):
        if (
            folder.exists()
            and not (folder / manifest.FILE).is_file()
            and (not folder.is_dir() or any(folder.iterdir()))
        ):
            raise WorkError(f"{folder}: is in the way and is not a report; move it or choose another folder.")
    page = manifest.digest(
        [plan.title, plan.author, week, [t.name for t in tasks], [t.key for t in tasks], sorted(files)]
    )
    old = manifest.read(home)
    pdf = home / "report.pdf"
    if not force and old.get("status") == "complete" and old.get("page") == page and whole(home, old):
        say("nothing has changed")
        return pdf

    _check_data(tasks)
    with workplace(out, week) as work:
        earlier = [] if force else [(f, manifest.read(f)) for f in (home, spare)]
        done = run_plan(tasks, work / "notebooks", earlier, jobs, timeout, say)
        say("binding the PDF")
        clock = (clock or datetime.now(UTC)).replace(microsecond=0)
        found = _bind(plan, week, tasks, done, files, work, clock)
        failures = {name: d.said for name, d in done.items() if d.failure is not None}
        _write_manifest(plan, week, tasks, done, files, work, clock, page, found)
        if not failures:
            move(work, home)
            if (spare / manifest.FILE).is_file():
                shutil.rmtree(spare, ignore_errors=True)
            return pdf
        place = spare if old.get("status") == "complete" else home
        move(work, place)
    raise IncompleteReportError(place / "report.pdf", failures)


def _check_data(tasks: list[Task]) -> None:
    """Read each of the user's own files once, so that a fault in it is an error now and not a page of the report."""
    from nija_research import data

    for name, read in (("trades", data.load_trades), ("prices", data.load_prices)):
        for value in sorted({str(task.given[name]) for task in tasks if task.given.get(name)}):
            if value not in data.bundled() and not len(read(value)):
                thing = "closed trade" if name == "trades" else "bar"
                raise DataError(f"{Path(value).name}: holds no {thing}; a report needs one.")


def _bind(
    plan: Plan,
    week: str,
    tasks: list[Task],
    done: Mapping[str, Done],
    files: list[tuple[str, str, str]],
    work: Path,
    clock: datetime,
) -> dict[str, Any]:
    from nija_research.report.parameters import read_notebook
    from nija_research.report.pdf import weekly_pdf

    sources = {}
    found: dict[str, Any] = {}
    for task in tasks:
        content = read_notebook(work / "notebooks" / f"{task.name}.ipynb")
        sources[task.name] = Source(task.name, content, done[task.name].failure)
        if done[task.name].failure is None:
            found[task.name] = records.records_of(content, task.name)
    *chapters, summary = [sources[t.name] for t in tasks]
    facts = [("Period", _period(found)), ("Notebooks", f"{len(tasks)}"), ("Version", f"nija_research {__version__}")]
    shown = [(name, use, sha[:12]) for name, use, sha in files]
    weekly_pdf(
        work / "report.pdf",
        title=plan.title,
        author=plan.author,
        week=week,
        summary=summary,
        chapters=chapters,
        facts=[f for f in facts if f[1]],
        files=shown,
        clock=clock,
    )
    return found


def _period(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Period of the data, as the first notebook recorded it: ``period``, or ``first_exit`` and ``last_exit``."""
    for values in found.values():
        if isinstance(values.get("period"), str):
            return str(values["period"])
        if "first_exit" in values and "last_exit" in values:
            return f"{values['first_exit']} to {values['last_exit']}"
    return ""


def _write_manifest(
    plan: Plan,
    week: str,
    tasks: list[Task],
    done: Mapping[str, Done],
    files: list[tuple[str, str, str]],
    work: Path,
    clock: datetime,
    page: str,
    found: Mapping[str, Any],
) -> None:
    content = {
        "title": plan.title,
        "week": week,
        "clock": clock.isoformat(),
        "status": "complete" if all(d.failure is None for d in done.values()) else "incomplete",
        "package": {"version": __version__, "sha256": tasks[0].code},
        "versions": manifest.versions(),
        "data": [{"name": name, "parameter": use, "sha256": sha} for name, use, sha in files],
        "seed": next((t.bound["seed"] for t in tasks if "seed" in t.bound), None),
        "notebooks": {
            task.name: {
                "status": done[task.name].status,
                "seconds": round(done[task.name].seconds, 3),
                "parameters": task.bound,
                "key": task.key,
                "sha256": manifest.file_hash(work / "notebooks" / f"{task.name}.ipynb"),
                "records_sha256": manifest.digest(found.get(task.name)),
                **({"error": done[task.name].said} if done[task.name].failure else {}),
            }
            for task in tasks
        },
        "page": page,
        "pdf_sha256": manifest.file_hash(work / "report.pdf"),
    }
    (work / manifest.FILE).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
