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
from nija_research.report.output_folder import (
    MANIFEST,
    code_hash,
    digest,
    file_hash,
    is_whole,
    last_before,
    move_into_place,
    read_manifest,
    versions,
    workplace,
    write_file,
)
from nija_research.report.parameters import read_notebook
from nija_research.report.pdf import Source, weekly_pdf
from nija_research.report.plan import Plan, week_start
from nija_research.report.records import records_of
from nija_research.report.tasks import Outcome, Task, bind_plan, run_plan

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
    tasks = bind_plan(
        plan, week=week, trades=trades, prices=prices, parameters=parameters, earlier=last_before(out, week)
    )
    home, spare = out / week, out / f"{week}-failed"
    for folder in (home, spare):
        ours = (folder / MANIFEST).is_file() or (folder.is_dir() and not any(folder.iterdir()))
        if folder.exists() and not ours:
            raise WorkError(f"{folder}: is in the way and is not a report; move it or choose another folder.")
    page = digest([plan.title, plan.author, week, [(task.name, task.key, task.files) for task in tasks]])
    old, pdf = read_manifest(home), home / "report.pdf"
    complete = old.get("status") == "complete"
    if complete and not force and old.get("page") == page and is_whole(home, old):
        say("nothing has changed")
        return pdf

    _check_data(tasks)
    with workplace(out, week) as work:
        earlier = [] if force else [(folder, read_manifest(folder)) for folder in (home, spare)]
        outcomes = run_plan(tasks, work / "notebooks", earlier, jobs, timeout, say)
        say("binding the PDF")
        clock = (clock or datetime.now(UTC)).replace(microsecond=0)
        recorded = _bind(plan, week, tasks, outcomes, work, clock)
        manifest = _manifest(plan, week, tasks, outcomes, recorded, work) | {"clock": clock.isoformat(), "page": page}
        write_file(work / MANIFEST, json.dumps(manifest, indent=1) + "\n")
        failures = {name: outcome.text for name, outcome in outcomes.items() if outcome.failure is not None}
        place = spare if failures and complete else home
        move_into_place(work, place)
    if failures:
        raise IncompleteReportError(place / "report.pdf", failures)
    if (spare / MANIFEST).is_file():
        shutil.rmtree(spare, ignore_errors=True)
    return pdf


def _check_data(tasks: list[Task]) -> None:
    """Read each of the user's own files once, so that a fault in it is an error now and not a page of the report."""
    from nija_research import data

    for name, read in (("trades", data.load_trades), ("prices", data.load_prices)):
        for value in sorted({str(task.given[name]) for task in tasks if task.given.get(name)}):
            if value not in data.bundled() and not len(read(value)):
                thing = "closed trade" if name == "trades" else "bar"
                raise DataError(f"{Path(value).name}: holds no {thing}; a report needs one.")


def _files_of(tasks: list[Task]) -> list[tuple[str, str, str]]:
    return sorted({file for task in tasks for file in task.files})


def _bind(
    plan: Plan, week: str, tasks: list[Task], outcomes: Mapping[str, Outcome], work: Path, clock: datetime
) -> dict[str, Any]:
    """Make the PDF; return what the notebooks that ran to their end recorded, by name."""
    contents = {task.name: read_notebook(work / "notebooks" / f"{task.name}.ipynb") for task in tasks}
    recorded = {name: records_of(c, name) for name, c in contents.items() if outcomes[name].failure is None}
    *chapters, summary = [Source(name, content, outcomes[name].failure) for name, content in contents.items()]
    facts = [
        ("Period", _period(recorded)),
        ("Notebooks", f"{len(tasks)}"),
        ("Version", f"nija_research {__version__}"),
    ]
    weekly_pdf(
        work / "report.pdf",
        title=plan.title,
        author=plan.author,
        week=week,
        summary=summary,
        chapters=chapters,
        facts=[fact for fact in facts if fact[1]],
        files=[(name, use, sha[:12]) for name, use, sha in _files_of(tasks)],
        clock=clock,
    )
    return recorded


def _period(recorded: Mapping[str, Mapping[str, Any]]) -> str:
    """Period of the data, as the first notebook recorded it: ``period``, or ``first_exit`` and ``last_exit``."""
    for values in recorded.values():
        if isinstance(values.get("period"), str):
            return str(values["period"])
        if "first_exit" in values and "last_exit" in values:
            return f"{values['first_exit']} to {values['last_exit']}"
    return ""


def _manifest(
    plan: Plan,
    week: str,
    tasks: list[Task],
    outcomes: Mapping[str, Outcome],
    recorded: Mapping[str, Any],
    work: Path,
) -> dict[str, Any]:
    return {
        "title": plan.title,
        "week": week,
        "status": "incomplete" if any(outcome.failure for outcome in outcomes.values()) else "complete",
        "package": {"version": __version__, "sha256": code_hash()},
        "versions": versions(),
        "data": [{"name": name, "parameter": use, "sha256": sha} for name, use, sha in _files_of(tasks)],
        "seed": next((task.readable["seed"] for task in tasks if "seed" in task.readable), None),
        "notebooks": {
            task.name: {
                "status": outcome.status,
                "seconds": round(outcome.seconds, 3),
                "parameters": task.readable,
                "key": task.key,
                "sha256": file_hash(work / "notebooks" / f"{task.name}.ipynb"),
                "records_sha256": digest(recorded.get(task.name)),
                **({"error": outcome.text} if outcome.failure else {}),
            }
            for task, outcome in zip(tasks, outcomes.values(), strict=True)
        },
        "pdf_sha256": file_hash(work / "report.pdf"),
    }
