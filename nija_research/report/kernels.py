"""
The kernels of one run or build: always this interpreter, no installed kernelspec, none left behind.

`Kernels` owns a private folder (connection files, IPython profile, temporary files) and every kernel started in it;
closing it ends them all. Where the system can, kernels are forked from one preloaded process (`forkserver`): .7 s
instead of 4.5 s for a notebook with the usual imports. Nothing here reads notebooks.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from nija_research.places import PACKAGE

__all__ = ["ForkServer", "ForkedProcess", "Kernels", "available"]


def available() -> bool:
    """Whether this system can fork kernels safely (macOS frameworks do not survive a fork)."""
    return hasattr(os, "fork") and sys.platform != "darwin" and not os.environ.get("NIJA_NO_FORK")


class ForkServer:
    """One preloaded child process; starts at once, loads while the driver does other things."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._ready = False
        self._log = (folder / "forkserver.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "nija_research.report.forkserver", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=env,
            start_new_session=True,  # Ctrl-C reaches the driver only, which then closes us
        )

    def ask(self, **message: Any) -> dict[str, Any]:
        """Send one request and return the answer; an `OSError` means that the server is gone."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            if not self._ready:
                self._read(self._process.stdout)
                self._ready = True
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
            return self._read(self._process.stdout)

    def spawn(self, argv: list[str], *, cwd: str, env: dict[str, str]) -> ForkedProcess:
        """Fork a kernel with these kernel arguments."""
        log = self.folder / "kernels.log"
        answer = self.ask(op="spawn", argv=argv, cwd=cwd, env=env, log=str(log))
        return ForkedProcess(self, answer["pid"])

    def close(self) -> None:
        """End the server and every kernel it forked; safe to call twice and from any thread."""
        process = self._process
        if not self._ready:
            process.kill()  # still loading: there is no kernel yet
        try:
            if process.stdin is not None and not process.stdin.closed:
                process.stdin.close()
        except OSError:
            pass
        try:
            process.wait(timeout=3.0)
        except subprocess.TimeoutExpired:
            process.kill()  # kernels follow: they die with their parent
            process.wait()
        with self._lock:
            if process.stdout is not None:
                process.stdout.close()
            self._log.close()

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._process.pid

    @staticmethod
    def _read(stream: Any) -> dict[str, Any]:
        line = stream.readline()
        if not line:
            raise OSError("the fork server ended early")
        answer: dict[str, Any] = json.loads(line)
        return answer


class ForkedProcess:
    """A forked kernel with the part of `subprocess.Popen` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, server: ForkServer, pid: int) -> None:
        self.server = server
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Exit code, or None while it runs; a vanished server has taken its kernels along."""
        if self.returncode is None:
            try:
                self.returncode = self.server.ask(op="poll", pid=self.pid)["code"]
            except (OSError, ValueError):
                self.returncode = -signal.SIGKILL
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, at most `timeout` seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Signal the kernel and what it started."""
        if self.returncode is None:
            try:
                self.server.ask(op="signal", pid=self.pid, signal=int(number))
            except (OSError, ValueError):
                self.returncode = -signal.SIGKILL

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


# One BLAS thread: results do not depend on the number of cores, and a forked process has no threads to lose.
# Arrow's allocator would start a background thread, and hash order would differ between runs.
_STEADY = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


class Kernels:
    """
    Kernels for one run or build; a context manager.

    Parameters
    ----------
    forked : bool, optional
        Fork kernels from a preloaded process where the system can. Worth it from two notebooks on.
    """

    def __init__(self, *, forked: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nija-"))
        self._lock = threading.Lock()
        self._processes: list[Any] = []
        self._closed = False
        self.server: ForkServer | None = None
        (self.folder / "tmp").mkdir()
        if forked and available():
            self.server = ForkServer(self.folder, self.environment())

    def __enter__(self) -> Kernels:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def environment(self) -> dict[str, str]:
        """Environment of every kernel: the caller's, with what makes results steady and the user's settings absent."""
        # A headless kernel, even one started from within a page's, has no page: notebooks with sliders ask for these.
        absent = ("PYTHONSTARTUP", "MATPLOTLIBRC", "JPY_SESSION_NAME", "SERVER_SOFTWARE")
        paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
        return {
            **{k: v for k, v in os.environ.items() if k not in absent},
            **_STEADY,
            "PYTHONPATH": os.pathsep.join(p for p in paths if p),
            "IPYTHONDIR": str(self.folder / "ipython"),
            "TMPDIR": str(self.folder / "tmp"),
        }

    def launched(self, process: Any) -> None:
        """Remember a process, or end it when everything is already closed."""
        with self._lock:
            self._processes.append(process)
            closed = self._closed
        if closed:
            process.kill()

    def close(self) -> None:
        """End every kernel and remove the folder; safe to call twice and from any thread."""
        with self._lock:
            self._closed = True
            processes, self._processes = self._processes, []
        if self.server is not None:
            self.server.close()
        else:
            for process in processes:
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, 9) if hasattr(os, "killpg") else process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def manager_class(self) -> type:
        """Kernel manager class for nbclient, tied to this object."""
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_client.provisioning.local_provisioner import LocalProvisioner

        kernels = self
        launcher = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]

        class Provisioner(LocalProvisioner):
            async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
                if kernels.server is None:
                    info = await super().launch_kernel(cmd, **kwargs)
                    kernels.launched(self.process)
                    return info
                arguments = cmd[cmd.index("-f") :]
                cwd = str(kwargs.get("cwd") or Path.cwd())
                process = kernels.server.spawn(arguments, cwd=cwd, env=dict(kwargs["env"]))
                self.process = cast("subprocess.Popen[Any]", process)  # the part of one that Jupyter uses
                self.pid = process.pid
                kernels.launched(process)
                return self.connection_info

        class Manager(AsyncKernelManager):
            def __init__(self, **kwargs: Any) -> None:
                name = kernels.folder / f"k{uuid.uuid4().hex[:8]}"
                # Sockets in a private folder cannot collide with another kernel's, as free-port guesses can.
                if os.name == "posix" and len(str(name)) < 80:
                    kwargs.update(transport="ipc", ip=str(name))
                super().__init__(connection_file=f"{name}.json", **kwargs)

            @property
            def kernel_spec(self) -> KernelSpec:
                return KernelSpec(argv=launcher, display_name="Python 3", language="python")

            async def _async_pre_start_kernel(self, **kwargs: Any) -> Any:
                self.kernel_id = self.kernel_id or str(uuid.uuid4())
                if self.provisioner is None:
                    self.provisioner = Provisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
                kwargs["env"] = kernels.environment()
                kwargs["extra_arguments"] = [
                    *kwargs.get("extra_arguments", []),
                    "--HistoryManager.enabled=False",
                    "--InlineBackend.figure_formats={'svg'}",
                ]
                return await super()._async_pre_start_kernel(**kwargs)

        return Manager
