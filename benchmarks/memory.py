"""
Peak memory and time of one run in a process of its own: ``python -m benchmarks.memory POLICY PATHS COLUMNS``.

COLUMNS is "all", "few" or "fold". Prints a line of JSON: seconds, and bytes of the peak above what the process held
before the run (package, data and world loaded, kernel compiled by a run of 64 paths), and of the result itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

__all__ = ["Footprint", "footprint"]

#: What "few" keeps of a path.
FEW = ("unit", "max_drawdown")


class Footprint(NamedTuple):
    """Wall seconds of a run, megabytes of its peak above the start, and of its result."""

    seconds: float
    peak: float
    result: float


def footprint(policy: str, n_paths: int, columns: str, horizon: int) -> Footprint:
    """Measure one run in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.memory", policy, str(n_paths), columns, str(horizon)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Footprint(**json.loads(done.stdout.splitlines()[-1]))


def _held(name: str) -> float:
    """Megabytes, from the kernel's account of this process: VmRSS now, VmHWM at most since the last reset."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(float(line.split()[1]) for line in status.splitlines() if line.startswith(name)) / 1024.0


def _main(policy: str, n_paths: int, columns: str, horizon: int) -> None:
    from benchmarks.scene import scene
    from nija_research import simulate
    from nija_research.simulate.results import COLUMNS

    place = scene(policy)
    kept = FEW if columns == "few" else COLUMNS

    def run(paths: int) -> float:
        if columns == "fold":
            simulate.fold(
                place.policy, place.world, n_paths=paths, horizon=horizon, rng=1, specialise=True
            )  # keeps no path
            return 0.0
        result = simulate.run(
            place.policy, place.world, n_paths=paths, horizon=horizon, rng=1, columns=kept, specialise=True
        )
        return sum(array.nbytes for array in result.columns.values()) / 2**20

    run(64)
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the peak counts from here
    before, start = _held("VmRSS"), time.perf_counter()
    size = run(n_paths)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "peak": _held("VmHWM") - before, "result": size}))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
