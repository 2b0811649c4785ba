"""
The child process that hands out ready kernels: it imports the heavy packages once, then forks.

Run as ``python -m nija_research.report.forkserver FOLDER``; speaks JSON lines on standard input and output. It stays
single-threaded, because a fork copies only the calling thread. When its input closes (the driver is done, or
gone) it kills every kernel it forked, removes FOLDER and ends. Nothing here knows notebooks.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import shutil
import signal
import sys
from typing import Any

__all__ = ["FLOORS", "PRELOAD", "serve"]

#: What most notebooks import. A package that is missing is skipped: the kernel then reports it as usual.
PRELOAD = (
    *("numpy", "pandas", "scipy.stats", "scipy.optimize", "IPython.core.completer"),
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell"),
    *("matplotlib.pyplot", "matplotlib.backends.backend_svg"),
    *("matplotlib_inline.backend_inline", "matplotlib_inline.config"),
)

#: Floors of the package; their faces load a name when it is first used, so each name is asked for here.
FLOORS = ("data", "estimate", "strategy", "policy", "simulate", "judge", "report")


def serve() -> None:
    """Preload, report readiness, then answer ``spawn``, ``poll`` and ``signal`` until the input closes."""
    os.environ["MPLBACKEND"] = "agg"
    for name in PRELOAD:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for floor in FLOORS:
        face = importlib.import_module(f"nija_research.{floor}")
        for name in face.__all__:
            getattr(face, name)
    importlib.import_module("nija_research.report.plots").load_fonts()  # and matplotlib's list of fonts
    os.environ.pop("MPLBACKEND", None)
    gc.collect()
    gc.freeze()
    live: set[int] = set()
    codes: dict[int, int] = {}
    _answer({"ready": True})
    for line in sys.stdin.buffer:
        ask = json.loads(line)
        pid = ask.get("pid", 0)
        if ask["op"] == "spawn":
            pid = os.fork()
            if pid == 0:
                _become_kernel(ask)
            live.add(pid)
            _answer({"pid": pid})
            continue
        for child in list(live):
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                live.discard(child)
                codes[child] = os.waitstatus_to_exitcode(status)
        if ask["op"] == "signal" and pid in live:
            _kill(pid, ask["signal"])
        _answer({"code": codes.get(pid)})
    for child in live:
        _kill(child, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.waitpid(child, 0)
    for folder in sys.argv[1:]:  # the driver removes it too, unless it was killed
        shutil.rmtree(folder, ignore_errors=True)


def _answer(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _kill(pid: int, number: int) -> None:
    for send in (os.killpg, os.kill):  # the group is there as soon as the kernel has called setsid
        try:
            send(pid, number)
        except OSError:
            continue
        return


def _become_kernel(ask: dict[str, Any]) -> None:
    """In the forked child: cut every tie to the server and run an IPython kernel; never returns."""
    code = 1
    try:
        server = os.getppid()
        os.setsid()
        _die_with_parent()
        null, log = os.open(os.devnull, os.O_RDONLY), os.open(ask["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for source, target in ((null, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        sys.stdin = sys.__stdin__ = open(0, closefd=False)  # type: ignore[misc] # noqa: SIM115
        sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)  # type: ignore[misc] # noqa: SIM115
        sys.stderr = sys.__stderr__ = open(2, "w", closefd=False)  # type: ignore[misc] # noqa: SIM115
        os.environ.clear()
        os.environ.update(ask["env"])
        os.chdir(ask["cwd"])
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # the global stream must not be shared by two kernels
        from ipykernel.kernelapp import IPKernelApp

        sys.argv = ["ipykernel_launcher", *ask["argv"]]
        app: Any = IPKernelApp.instance()
        app.parent_handle = server
        app.initialize(ask["argv"])
        app.start()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


def _die_with_parent() -> None:
    """On Linux, have the system end this kernel when the server ends, however it ends."""
    with contextlib.suppress(Exception):
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve()
