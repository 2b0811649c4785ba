"""Running a notebook: its failures, its limits, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from nija_research import report
from nija_research.errors import NotebookError, WorkError
from nija_research.report import kernels as fork
from nija_research.report.kernels import Kernels

from .conftest import notebook

NUMBA = """import numba, numpy as np, threading
@numba.njit(parallel=True)
def total(n):
    s = 0
    for i in numba.prange(n):
        s += i
    return s
report.record(total=int(total(10)), draw=float(np.random.random()), blas=os.environ["OPENBLAS_NUM_THREADS"], exe=sys.executable)"""


def family():
    return {p.pid for p in psutil.Process().children(recursive=True)}


@pytest.fixture(scope="module", params=["forked", "ordinary"])
def kernels(request):
    if request.param == "forked" and not fork.available():
        pytest.skip("this system does not fork kernels")
    before = family()
    with Kernels(forked=request.param == "forked") as kernels:
        yield kernels
    end = time.monotonic() + 5
    while family() - before and time.monotonic() < end:
        time.sleep(0.05)
    assert family() <= before, "processes are left behind"
    assert not kernels.folder.exists()


def test_a_failing_cell_is_named_and_the_rest_kept(kernels, tmp_path):
    path = notebook(
        tmp_path / "a.ipynb",
        "# A",
        "n: int = 1  # count",
        "x = n",
        "raise ValueError(f'no \\x1b[31msize\\x1b[0m for {x}')",
        "1",
    )
    (tmp_path / "a-source").write_bytes(path.read_bytes())
    with pytest.raises(report.NotebookFailedError) as caught:
        report.run_notebook(path, {"n": 3}, tmp_path / "out", kernels=kernels)
    fault = caught.value
    assert (fault.notebook, fault.cell, fault.error, fault.message) == ("a.ipynb", 4, "ValueError", "no size for 3")
    assert isinstance(fault, WorkError)
    assert "Traceback" not in str(fault)
    assert str(fault).startswith("a.ipynb: cell 4: ValueError: no size for 3.")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["a-failed.ipynb"]
    assert "no " in fault.executed.read_text()
    assert path.read_bytes() == (tmp_path / "a-source").read_bytes()


def test_a_cell_that_runs_too_long_stops_alone(kernels, tmp_path):
    slow = notebook(tmp_path / "slow.ipynb", "n: int = 1", "import time\ntime.sleep(60)")
    other = notebook(tmp_path / "other.ipynb", "n: int = 1", "import time\ntime.sleep(2.5)\nprint('through')")
    faults, results = [], []

    def run_slow():
        try:
            report.run_notebook(slow, out=tmp_path / "out", timeout=1, kernels=kernels)
        except WorkError as fault:
            faults.append(str(fault))

    threads = [
        threading.Thread(target=run_slow),
        threading.Thread(
            target=lambda: results.append(report.run_notebook(other, out=tmp_path / "out", kernels=kernels))
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "cell 2: Timeout: the cell ran longer than 1 s" in faults[0]
    assert "through" in results[0].read_text()


def test_a_kernel_that_dies_is_reported(kernels, tmp_path):
    path = notebook(tmp_path / "a.ipynb", "n: int = 1", "import os\nos.kill(os.getpid(), 9)")
    with pytest.raises(report.NotebookFailedError, match="cell 2: KernelDied"):
        report.run_notebook(path, out=tmp_path / "out", kernels=kernels)


def test_compiled_code_and_our_interpreter(kernels, tmp_path):
    paths = [
        notebook(tmp_path / f"{n}.ipynb", "n: int = 1", "import os, sys\nfrom nija_research import report", NUMBA)
        for n in "ab"
    ]
    found = [report.read_records(report.run_notebook(p, out=tmp_path / "out", kernels=kernels)) for p in paths]
    assert [f["total"] for f in found] == [45, 45]
    assert found[0]["exe"] == sys.executable
    assert found[0]["draw"] != found[1]["draw"], "two kernels share one random stream"


def test_the_server_is_single_threaded(tmp_path):
    if not fork.available():
        pytest.skip("this system does not fork kernels")
    with Kernels(forked=True) as kernels:
        kernels.server.ask(op="poll", pid=0)
        assert psutil.Process(kernels.server.pid).num_threads() == 1


def test_the_driver_gone_takes_everything_along(tmp_path):
    if not fork.available():
        pytest.skip("this system does not fork kernels")
    path = notebook(
        tmp_path / "a.ipynb",
        "n: int = 1",
        "import os, time\nprint(os.getpid(), os.getppid(), flush=True)\nopen('folder', 'w').write(os.environ['IPYTHONDIR'])\nopen('pids', 'w').write(f'{os.getpid()} {os.getppid()}')\ntime.sleep(60)",
    )
    code = f"from nija_research import report\nfrom nija_research.report.kernels import Kernels\nreport.run_notebook({str(path)!r}, out='out', kernels=Kernels(forked=True))"
    driver = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path)
    end = time.monotonic() + 30
    while not (tmp_path / "pids").exists() or not (tmp_path / "pids").read_text():
        assert time.monotonic() < end
        time.sleep(0.05)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    pids = [int(p) for p in (tmp_path / "pids").read_text().split()]
    end = time.monotonic() + 5
    folder = Path((tmp_path / "folder").read_text()).parent
    while folder.exists() or any(psutil.pid_exists(p) and psutil.Process(p).status() != "zombie" for p in pids):
        assert time.monotonic() < end, "the kernel outlives its driver"
        time.sleep(0.05)


def test_a_start_that_fails_is_tried_again(tmp_path, monkeypatch):
    path = notebook(tmp_path / "a.ipynb", "n: int = 1", "1")
    tries = []

    def start(*args, **options):
        tries.append(1)
        raise RuntimeError("Kernel died before replying to kernel_info")

    monkeypatch.setattr("papermill.execute_notebook", start)
    with pytest.raises(WorkError, match="no kernel starts"):
        report.run_notebook(path, out=tmp_path / "out")
    assert len(tries) == 3
    assert not (tmp_path / "out").exists()


def test_the_source_is_never_overwritten(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "n: int = 1")
    with pytest.raises(NotebookError, match="overwrite"):
        report.run_notebook(path, out=tmp_path)


def test_a_place_that_cannot_be_written(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "n: int = 1")
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkError, match="cannot be written"):
        report.run_notebook(path, out=tmp_path / "file" / "sub")


def test_opening_the_floor_costs_nothing():
    code = "import sys; from nija_research import report; dir(report); print([m for m in ('papermill','matplotlib','pydantic','typst','pandas','IPython') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_a_notebook_from_inside_a_running_loop(tmp_path):
    import asyncio

    path = notebook(tmp_path / "a.ipynb", "n: int = 1", "print(n)")

    async def inside():
        return report.run_notebook(path, {"n": 5}, tmp_path / "out")

    made = asyncio.run(inside())
    assert json.loads(made.read_text())["cells"][-1]["outputs"][0]["text"] == ["5\n"]
    assert os.environ.get("IPYTHONDIR") is None
