"""What was measured, printed as it comes and kept for docs/benchmarks.md."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks import machine
from benchmarks.clock import paired, wall

__all__ = ["Page"]

_HEAD = """# Speed and memory

Made by `make bench`; nothing here is typed. A ratio is peer / ours, the median over rounds in which both are timed in
turn, with the lowest and the highest. "Processor" times count what the work took on one core, "wall" times what passed.
A peer makes the same numbers as ours, which is checked before it is timed; "gap" is the largest relative difference.
"""


@dataclass
class Page:
    """Sections of rows, in the order in which they are measured."""

    sections: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _here: str = ""

    def section(self, title: str, header: str) -> None:
        """Begin a section whose table has this header (cells separated by " | ")."""
        self._here = title
        cells = header.split(" | ")
        self.sections[title] = [f"| {header} |", "|" + "---|" * len(cells)]
        print(f"\n{title}")

    def row(self, *cells: str) -> None:
        """Add a row."""
        self.sections[self._here].append("| " + " | ".join(cells) + " |")
        print(
            "  " + "  ".join(f"{cell:<44s}" if i == 0 else f"{cell:>14s}" for i, cell in enumerate(cells)), flush=True
        )

    def note(self, text: str) -> None:
        """Add a line below the section's table."""
        self.sections[self._here].append(f"\n{text}")
        print(f"  {text}", flush=True)

    def pair(
        self,
        title: str,
        ours: Callable[[], object],
        peer: Callable[[], object],
        rounds: int = 7,
        *,
        units: tuple[float, float] = (1.0, 1.0),
        unit: tuple[str, float] = ("ms", 1e3),
        clock: Callable[[], float] = wall,
        more: tuple[str, ...] = (),
    ) -> None:
        """Time both in turn and add a row: title, ours, peer, ratio, and whatever `more` holds."""
        found = paired(ours, peer, rounds=rounds, units=units, clock=clock)
        name, times = unit
        self.row(
            title,
            f"{found.ours * times:,.2f} {name}",
            f"{found.peer * times:,.2f} {name}",
            f"{found.ratio:,.1f} ({found.low:,.1f} to {found.high:,.1f})",
            *more,
        )

    def text(self) -> str:
        """Return the whole page."""
        stamp = time.strftime("%Y-%m-%d", time.gmtime())
        lines = [_HEAD, f"Measured on {stamp} on: {machine.described()}. {machine.packages()}.\n"]
        for title, rows in self.sections.items():
            lines += [f"## {title}\n", *rows, ""]
        return "\n".join(lines).rstrip() + "\n"
