"""
The folder of a week's report: made beside its place, moved in whole, left alone unless it is ours.

Nothing here knows what a report holds beyond its manifest. Stands on: `manifest`, `errors`.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nija_research.errors import WorkError
from nija_research.report import manifest

__all__ = ["last_before", "move", "whole", "workplace"]


def last_before(out: Path, week: str) -> Path | None:
    """Folder of the newest complete report of an earlier week (ISO weeks sort as texts), or None."""
    folders = sorted((f for f in out.glob("[0-9]*-W[0-9][0-9]") if f.name < week), reverse=True)
    return next((f for f in folders if manifest.read(f).get("status") == "complete"), None)


def whole(folder: Path, old: Mapping[str, Any]) -> bool:
    """Whether PDF and notebooks are still what the manifest says."""
    return manifest.intact(folder / "report.pdf", old.get("pdf_sha256")) and all(
        manifest.intact(folder / "notebooks" / f"{name}.ipynb", entry.get("sha256"))
        for name, entry in old["notebooks"].items()
    )


@contextlib.contextmanager
def workplace(out: Path, week: str) -> Iterator[Path]:
    """A folder beside the final one; gone at the end whatever happens, and so are folders made on the way to it."""
    made: list[Path] = []
    work = None
    try:
        try:
            for folder in [p for p in [*reversed(out.parents), out] if not p.exists()]:
                folder.mkdir()
                made.append(folder)
            work = Path(tempfile.mkdtemp(dir=out, prefix=f".{week}-"))
            work.chmod(0o755)
            (work / "notebooks").mkdir()
        except OSError as fault:
            raise WorkError(f"{out}: cannot be written: {fault.strerror or fault}.") from None
        try:
            yield work
        except OSError as fault:
            raise WorkError(f"{out}: the report cannot be written: {fault.strerror or fault}.") from fault
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()  # only if it is empty


def move(work: Path, place: Path) -> None:
    """Put the finished folder in its place; the one before is there until the new one is."""
    aside = place.with_name(f".{place.name}-before")
    shutil.rmtree(aside, ignore_errors=True)
    if place.exists():
        place.rename(aside)
    try:
        work.rename(place)
    except OSError as fault:
        if aside.exists():
            aside.rename(place)
        raise WorkError(f"{place}: cannot be written: {fault.strerror or fault}.") from None
    shutil.rmtree(aside, ignore_errors=True)
