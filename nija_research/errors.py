"""
The errors a user can meet, each one a sentence that names what was wanted, what was got and the cure.

Nothing here knows files or commands. `cli` turns these into exit codes: `WorkError` is 1, every other is 2.
"""

from __future__ import annotations

__all__ = ["DataError", "NijaError", "NotebookError", "ParameterError", "PlanError", "WorkError"]


class NijaError(Exception):
    """Base of every error that nija_research raises on purpose."""

    exit_code = 2


class ParameterError(NijaError, ValueError):
    """A parameter is out of its range, of the wrong type or in the wrong unit."""


class DataError(NijaError, ValueError):
    """A file or a table does not say what it must say; the message lists every fault found."""


class PlanError(NijaError, ValueError):
    """A report plan names something that does not exist or cannot be run."""


class NotebookError(NijaError, ValueError):
    """A notebook cannot be run as asked: not a notebook, no parameters cell, or unknown parameters."""


class WorkError(NijaError, RuntimeError):
    """The request was right and the work failed all the same: a cell raised, or a folder cannot be written."""

    exit_code = 1
