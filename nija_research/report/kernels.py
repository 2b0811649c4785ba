"""
The kernels of one run or build: always this interpreter, nobody's kernelspec, none left behind.

A `Kernels` object owns a private folder (connection files, IPython profile, temporary files) and every kernel
started in it; closing it ends them all. Nothing here reads notebooks. Stands on: `fork`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from nija_research.places import PACKAGE
from nija_research.report import fork

__all__ = ["Kernels"]

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
        self.server: fork.ForkServer | None = None
        (self.folder / "tmp").mkdir()
        if forked and fork.available():
            self.server = fork.ForkServer(self.folder, self.environment())

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
