"""The machine and the versions that a figure was measured with."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["described", "load", "packages"]

_PACKAGES = ("numpy", "numba", "scipy", "arch", "hmmlearn", "jumpmodels", "jax", "vectorbt")


def described() -> str:
    """Name of the processor, cores that may be used, vector instructions, system."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = sorted(flag for flag in facts.get("flags", "").split() if flag.startswith("avx512"))
    name = facts.get("model name") or platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{name}, {cores} cores, {'with ' + ', '.join(flags) if flags else 'no AVX-512'}; "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def packages() -> str:
    """Versions of what was timed."""
    found = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)


def load() -> str:
    """Mean number of processes that wanted a core in the last minute, this one included."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
