"""
Where the suite's own files are: notebooks, sample data, the weekly plan.

In a checkout they stand beside the package; in an installed wheel they travel inside it. Nothing here reads
them.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["PACKAGE", "suite"]

#: Folder of the installed package.
PACKAGE = Path(__file__).resolve().parent


def suite() -> Path:
    """
    Folder that holds ``notebooks/``, ``data/`` and ``reports/``.

    Returns
    -------
    pathlib.Path
        The checkout when the package runs from one, else the copy inside the wheel.
    """
    checkout = PACKAGE.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "notebooks").is_dir():
        return checkout
    return PACKAGE / "_suite"
