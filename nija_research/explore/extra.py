"""Whether the extra ``explore`` is there, and what to type where it is not. Stands on: `errors`."""

from __future__ import annotations

from importlib.util import find_spec

from nija_research.errors import WorkError

__all__ = ["INSTALL", "needed"]

INSTALL = "python -m pip install 'nija_research[explore]'"


def needed(*packages: str) -> None:
    """
    Refuse to go on without some packages of the extra.

    Parameters
    ----------
    *packages : str
        Names as imported.

    Raises
    ------
    WorkError
        If one is missing; the message names the install line.
    """
    if missing := [name for name in packages if find_spec(name) is None]:
        raise WorkError(f"exploring by hand needs {' and '.join(missing)}. Install with: {INSTALL}")
