"""
Run one notebook headless, strictly: wrong parameters are refused before a kernel starts.

papermill injects the parameters and executes in memory; the result is moved into place whole, without the
times and random cell ids that would make two equal runs differ. Safe to call from several threads of one
process.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nija_research.errors import DataError, NotebookError, ParameterError, WorkError
from nija_research.report.kernels import Kernels
from nija_research.report.output_folder import write_file
from nija_research.report.parameters import bind, notebook_parameters, read_notebook

__all__ = ["NotebookFailedError", "execute", "run_notebook"]

STARTS = 3
"""How often a kernel start is tried: a port may be taken between choosing and binding it."""

_INSERTED = {"injected-parameters", "papermill-error-cell-tag"}
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


#: A cell that raises one of these was given what it cannot work with: wrong input, not work that failed.
_REFUSALS = {kind.__name__: kind.exit_code for kind in (ParameterError, DataError)}


class NotebookFailedError(WorkError):
    """A cell raised, ran too long, or took the kernel down; exit code 2 where it refused a parameter or data."""

    def __init__(self, notebook: str, cell: int, error: str, message: str, executed: Path | None = None) -> None:
        self.notebook, self.cell, self.error, self.message, self.executed = notebook, cell, error, message, executed
        partial = f" Executed up to there: {executed}." if executed else ""
        self.text = ""
        self.exit_code = _REFUSALS.get(error, WorkError.exit_code)
        where = f"cell {cell}: " if cell else ""
        reason = f"{error}: {message}" if message else error
        super().__init__(f"{notebook}: {where}{reason.rstrip('.')}.{partial}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.notebook, self.cell, self.error, self.message, self.executed)


def run_notebook(
    path: str | Path,
    parameters: Mapping[str, Any] | None = None,
    out: str | Path | None = None,
    *,
    timeout: float = 600.0,
    cwd: str | Path | None = None,
    kernels: Kernels | None = None,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """
    Execute a notebook with the given parameters.

    Parameters
    ----------
    path : str or pathlib.Path
        The notebook; it is never written to.
    parameters : mapping, optional
        Values by name; the notebook's defaults stand for the rest.
    out : str or pathlib.Path, optional
        The file to write (ends in ``.ipynb``) or a folder. ``runs`` in the current folder unless given.
    timeout : float, optional
        Seconds one cell may take.
    cwd : str or pathlib.Path, optional
        Folder the kernel runs in; the current one unless given.
    kernels : Kernels, optional
        Where to take the kernel from; a private one unless given.
    progress : callable, optional
        Called with one line of text as each cell begins.

    Returns
    -------
    pathlib.Path
        The executed notebook.

    Raises
    ------
    NotebookError, ParameterError
        If the notebook or a parameter is not as it must be; no kernel was started.
    NotebookFailedError
        If a cell failed (exit code 1, or 2 where it refused a parameter or data); what ran up to there is kept
        beside `out` as ``NAME-failed.ipynb``.
    WorkError
        If no kernel starts or the result cannot be written.
    """
    path = Path(path)
    bound = bind(notebook_parameters(path), parameters or {}, notebook=path.name)
    target = Path("runs" if out is None else out)
    if target.suffix != ".ipynb":
        target = target / path.name
    if target.exists() and target.samefile(path):
        raise NotebookError(f"{target}: the result would overwrite the notebook itself; give another place.")
    given = {name: bound[name] for name in parameters or {}}
    try:
        with contextlib.ExitStack() as stack:
            kernels = kernels or stack.enter_context(Kernels())
            text = execute(path, given, kernels, timeout=timeout, cwd=cwd, progress=progress)
    except NotebookFailedError as failed:
        partial = target.with_name(f"{target.stem}-failed.ipynb")
        write_file(partial, failed.text)
        raise NotebookFailedError(failed.notebook, failed.cell, failed.error, failed.message, partial) from None
    write_file(target, text)
    return target


def execute(
    path: Path,
    given: Mapping[str, Any],
    kernels: Kernels,
    *,
    timeout: float,
    cwd: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> str:
    """
    Execute in memory, with values already checked.

    Parameters
    ----------
    path, kernels, timeout, cwd, progress
        As in `run_notebook`.
    given : mapping
        Values by name; the notebook's defaults stand for the rest.

    Returns
    -------
    str
        The executed notebook as a file holds it.

    Raises
    ------
    NotebookFailedError
        If a cell failed; its ``text`` is the notebook up to there.
    WorkError
        If no kernel starts.
    """
    import nbformat
    import papermill

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # its log repeats what the error says
    content = read_notebook(path)
    content["cells"] = [
        {**c, "outputs": [], "execution_count": None} if c.get("cell_type") == "code" else c for c in content["cells"]
    ]
    for attempt in range(1, STARTS + 1):
        started: list[Any] = []  # receives the live notebook as soon as its kernel answers
        node = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
        options: dict[str, Any] = {
            "parameters": dict(given),
            "kernel_name": "python3",
            "language": "python",
            "progress_bar": False,
            "execution_timeout": max(1, round(timeout)),
            "kernel_manager_class": kernels.manager_class(),
            "shutdown_kernel": "immediate",
            "resources": {"metadata": {"path": str(Path(cwd or ".").resolve())}},
            "on_notebook_start": lambda notebook, started=started: started.append(notebook),
            "on_cell_start": _teller(node, progress),
            "record_timing": False,
            "store_widget_state": False,
        }
        try:
            return _text(_tidy(_in_own_loop(papermill.execute_notebook, node, None, **options)))
        except Exception as fault:
            if started:
                raise _failure(path.name, started[0], fault, timeout) from None
            if attempt == STARTS:
                raise WorkError(f"{path.name}: no kernel starts ({type(fault).__name__}: {fault}).") from fault
    raise AssertionError("unreachable")


def _teller(node: Any, progress: Callable[[str], None] | None) -> Callable[..., None] | None:
    if progress is None:
        return None
    count = len(node.cells) + 1  # papermill puts the parameters given into a cell of their own
    return lambda cell, cell_index: progress(f"cell {cell_index + 1} of {count}")


def _in_own_loop(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """
    Call in a thread of its own, with an event loop that is closed afterwards.

    Jupyter's client would otherwise leave its loop open, and would fail inside a running one (a notebook).
    """
    from jupyter_core.utils import ensure_event_loop

    result: list[Any] = []
    faults: list[BaseException] = []

    def work() -> None:
        loop = ensure_event_loop()
        try:
            result.append(call(*args, **kwargs))
        except BaseException as fault:
            faults.append(fault)
        finally:
            if pending := asyncio.all_tasks(loop):  # a cell that failed leaves its watchers waiting
                for task in pending:
                    task.cancel()
                loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
            asyncio.set_event_loop(None)
            loop.close()

    thread = threading.Thread(target=work, name="notebook", daemon=True)
    thread.start()
    thread.join()
    if faults:
        raise faults[0]
    return result[0]


def _failure(name: str, node: Any, fault: Exception, timeout: float) -> NotebookFailedError:
    """Name the last cell that started and what went wrong in it."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    own = [c for c in node.cells if not _INSERTED.intersection(c.metadata.get("tags", []))]
    begun = [i for i, c in enumerate(own, start=1) if c.metadata.get("papermill", {}).get("start_time")]
    cell = begun[-1] if begun else 0
    error, message = type(fault).__name__, str(fault)
    if isinstance(fault, PapermillExecutionError):
        error, message = fault.ename, _COLOURS.sub("", fault.evalue)
    elif isinstance(fault, CellTimeoutError):
        error, message = "Timeout", f"the cell ran longer than {timeout:g} s and was stopped"
    elif isinstance(fault, DeadKernelError):
        error, message = "KernelDied", "the kernel ended while the cell ran (out of memory, or stopped from outside)"
    failure = NotebookFailedError(name, cell, error, message.strip())
    failure.text = _text(_tidy(node))
    return failure


def _tidy(node: Any) -> Any:
    """Remove times, random ids and absolute folders: equal runs give equal files."""
    node.metadata.pop("papermill", None)
    node.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    node.cells = [c for c in node.cells if "papermill-error-cell-tag" not in c.metadata.get("tags", [])]
    for number, cell in enumerate(node.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        elif "id" not in cell and node.nbformat_minor >= 5:
            cell["id"] = f"cell-{number}"
    return node


def _text(node: Any) -> str:
    import nbformat

    text: str = nbformat.writes(node)  # type: ignore[no-untyped-call]
    return text.rstrip() + "\n"
