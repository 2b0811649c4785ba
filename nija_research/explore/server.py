"""
Open the suite in JupyterLab, or one notebook as an app in Voila: own port, token on, this machine only.

Also here: whether the extra ``explore`` is installed, and whether a notebook has a page that could show sliders.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from nija_research.errors import ParameterError, WorkError
from nija_research.explore.logs import HERE
from nija_research.places import PACKAGE, suite

__all__ = ["INSTALL", "PAGES", "PORT", "arguments", "check_port", "environment", "is_interactive", "require", "serve"]

INSTALL = "python -m pip install 'nija_research[explore]'"

#: What servers with a page tell their kernels; `report.kernels` hides it from notebooks that run headless.
PAGES = ("JPY_SESSION_NAME", "SERVER_SOFTWARE")

#: Not Jupyter's 8888, so that a server of the user's own keeps its place.
PORT = 8877

_HOST = "127.0.0.1"


def require(*packages: str) -> None:
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


def is_interactive(static: bool | None = None, environment: Mapping[str, str] | None = None) -> bool:
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
    variables = os.environ if environment is None else environment
    # A Jupyter server names the session; Voila says, as web servers do, which software it is.
    return bool(variables.get(PAGES[0])) or variables.get(PAGES[1], "").startswith("voila")


def serve(notebook: Path | None = None, *, voila: bool = False, port: int = PORT, browser: bool = True) -> int:
    """
    Serve until stopped with Ctrl-C.

    Parameters
    ----------
    notebook : pathlib.Path, optional
        What to open; the whole suite unless given.
    voila : bool, optional
        As an app without code, rather than in JupyterLab.
    port : int, optional
        Where to listen, on this machine only.
    browser : bool, optional
        Whether to open a browser at it.

    Returns
    -------
    int
        Exit code of the server.

    Raises
    ------
    ParameterError
        If the port is taken or none, or the notebook is not there.
    WorkError
        If the extra ``explore`` is not installed.
    """
    require("anywidget", "ipywidgets", "voila" if voila else "jupyterlab")
    if notebook is not None and not notebook.is_file():
        raise ParameterError(f"{notebook}: no such notebook.")
    check_port(port)
    command = arguments(notebook, voila=voila, port=port, browser=browser)
    if os.name == "posix":  # in this process's place: whoever ends it ends the server and its kernels
        sys.stdout.flush()
        os.execve(command[0], command, environment())
    return subprocess.run(command, env=environment(), check=False).returncode


def arguments(notebook: Path | None, *, voila: bool, port: int, browser: bool) -> list[str]:
    """
    Return the command line of the server.

    Parameters
    ----------
    notebook, voila, port, browser
        As in `serve`.

    Returns
    -------
    list of str
    """
    folder = suite() / "notebooks" if notebook is None else notebook.resolve().parent
    opened = [] if browser else ["--no-browser"]
    if voila:
        # Voila has no token unless asked for one.
        what = str(folder) if notebook is None else str(notebook.resolve())
        return [
            *(sys.executable, "-m", "voila", what, f"--port={port}", f"--Voila.ip={_HOST}", "--token"),
            *(
                "--Voila.port_retries=0",
                "--show_tracebacks=True",
            ),
            *opened,
        ]
    # Jupyter refuses to run as root unless told that it is meant: in a container there is no other user.
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    page = [] if notebook is None else [str(notebook.resolve())]
    return [
        *(sys.executable, "-m", "jupyterlab", *page, f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}"),
        *(f"--ServerApp.ip={_HOST}", "--ServerApp.port_retries=0", *root, *opened),
    ]


def environment() -> dict[str, str]:
    """
    Return the environment of the server and its kernels.

    Returns
    -------
    dict of str to str
        The caller's, with where relative file names begin, and the suite's settings of JupyterLab after the user's own.
    """
    paths = [os.environ.get("JUPYTER_CONFIG_PATH", ""), str(PACKAGE / "explore" / "jupyter")]
    return {
        **os.environ,
        HERE: str(Path.cwd()),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(p for p in paths if p),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def check_port(port: int) -> None:
    """
    Refuse a port that nobody can listen at.

    Parameters
    ----------
    port : int
        From 1 to 65535.

    Raises
    ------
    ParameterError
        If it is out of range, taken, or not allowed.
    """
    if not 0 < port < 65536:
        raise ParameterError(f"port must be from 1 to 65535, got {port!r}.")
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one just closed is free again
        try:
            probe.bind((_HOST, port))
        except OSError as fault:
            raise ParameterError(
                f"port {port} is taken ({fault.strerror}). Another `nija explore` may be running; "
                f"choose another one: nija explore --port {min(port + 1, 65535)}"
            ) from None
