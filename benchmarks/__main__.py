"""
``python -m benchmarks [FLOOR ...] [--write FILE]``: paired timings of the named floors, or of all; prints ratios.

A peer that is not installed is skipped with a line that names it. `make bench` runs all floors in an environment that
has every peer and writes docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import machine
from benchmarks.account import account
from benchmarks.estimates import estimates
from benchmarks.notebooks import notebooks
from benchmarks.page import Page
from benchmarks.regimes import regimes
from benchmarks.resampling import resampling
from benchmarks.simulator import simulator
from benchmarks.siphons import siphons

#: Floors by name, in the order of the house.
FLOORS = {
    "estimates": estimates,
    "regimes": regimes,
    "account": account,
    "simulator": simulator,
    "siphons": siphons,
    "resampling": resampling,
    "notebooks": notebooks,
}


def main() -> None:
    """Run the floors that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Speed and memory against peers.")
    parser.add_argument("floors", nargs="*", metavar="FLOOR", help=f"any of {', '.join(FLOORS)}; all unless given")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page to this file as well")
    asked = parser.parse_args()
    if unknown := [name for name in asked.floors if name not in FLOORS]:
        parser.error(f"there is no floor {unknown[0]!r}; floors are {', '.join(FLOORS)}")
    page = Page()
    print(f"{machine.described()}; load {machine.load()}\n{machine.packages()}")
    for name, floor in FLOORS.items():
        if not asked.floors or name in asked.floors:
            floor(page)
    if asked.write:
        asked.write.write_text(page.text(), encoding="utf-8")
        print(f"\n{asked.write}")


if __name__ == "__main__":
    main()
