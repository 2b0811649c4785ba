"""Whether somebody sits in front of the notebook who could move a slider. Stands on: nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["PAGES", "live"]

#: What servers with a page tell their kernels; `report.kernels` hides it from notebooks that run headless.
PAGES = ("JPY_SESSION_NAME", "SERVER_SOFTWARE")


def live(static: bool | None = None, environment: Mapping[str, str] | None = None) -> bool:
    """
    Return whether a notebook shows sliders.

    Parameters
    ----------
    static : bool, optional
        What the notebook was told: True for the figure alone, False for sliders. By where it runs unless given.
    environment : mapping of str to str, optional
        Environment of the kernel; this process's unless given.

    Returns
    -------
    bool
        Without an order, True in a kernel of JupyterLab or Voila, and False where papermill or a script runs it.
    """
    if static is not None:
        return not static
    found = os.environ if environment is None else environment
    # A Jupyter server names the session; Voila says, as web servers do, which software it is.
    return bool(found.get(PAGES[0])) or found.get(PAGES[1], "").startswith("voila")
