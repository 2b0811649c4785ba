"""
Run what has to run of a plan: several notebooks at a time, the summary after all others.

A notebook whose key is what it was is taken from the earlier report instead. One that fails does not stop the
others. Stands on: `binding`, `runner`, `kernels`, `manifest`.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nija_research.report import manifest
from nija_research.report.binding import Task
from nija_research.report.convert import Failure
from nija_research.report.kernels import Kernels
from nija_research.report.runner import NotebookFailedError, run_notebook

__all__ = ["Done", "run_tasks"]


@dataclass(slots=True)
class Done:
    """How a notebook ended."""

    status: str
    seconds: float = 0.0
    failure: Failure | None = None
    said: str = ""


def run_tasks(
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
