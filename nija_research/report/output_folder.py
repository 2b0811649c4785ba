"""
The folder of a week's report and its manifest: what a report was made from, and how it is put in place.

The manifest holds hashes (SHA-256) of data, notebooks and code, parameters, versions and timings (seconds). The folder
is made beside its place and moved in whole. Nothing here runs notebooks.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from nija_research.errors import WorkError
from nija_research.places import PACKAGE, suite

__all__ = [
    "FILE",
    "code_hash",
    "digest",
    "file_hash",
    "intact",
    "last_before",
    "move",
    "notebook_key",
    "read",
    "versions",
    "whole",
    "workplace",
]

#: Name of the manifest in a report's folder.
FILE = "manifest.json"

LIBRARIES: tuple[str, ...] = (
    *("numpy", "pandas", "scipy", "statsmodels", "arch", "numba", "matplotlib"),
    *("papermill", "ipykernel", "nbclient", "pypandoc_binary", "typst"),
)


def digest(value: Any) -> str:
    """Hash of a JSON value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def code_hash() -> str:
    """Hash of everything shipped that can change a report: sources, templates, fonts, bundled data."""
    files = [p for p in PACKAGE.rglob("*") if p.is_file() and p.suffix not in (".pyc", ".nbi", ".nbc", ".ipynb")]
    files += [p for p in (suite() / "data").rglob("*") if p.is_file()]
    return digest(sorted((p.relative_to(PACKAGE.parent).as_posix(), file_hash(p)) for p in set(files)))


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that a result or a page depends on."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def notebook_key(path: Path, bound: Mapping[str, Any], files: Mapping[str, str], code: str) -> str:
    """
    Key under which an executed notebook may be used again.

    Parameters
    ----------
    path : pathlib.Path
        The notebook.
    bound : mapping
        Every parameter with its value, absolute folders removed.
    files : mapping
        Parameter name to content hash, for parameters that name a file.
    code : str
        Hash of the package.

    Returns
    -------
    str
    """
    return digest([file_hash(path), dict(bound), dict(files), code, versions()])


def read(folder: Path) -> dict[str, Any]:
    """Manifest of an earlier report; empty if there is none or it cannot be read."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("notebooks"), dict) else {}


def intact(path: Path, expected: str | None) -> bool:
    """Whether a file is there and still is what the manifest says."""
    try:
        return expected is not None and file_hash(path) == expected
    except OSError:
        return False


def last_before(out: Path, week: str) -> Path | None:
    """Folder of the newest complete report of an earlier week (ISO weeks sort as texts), or None."""
    folders = sorted((f for f in out.glob("[0-9]*-W[0-9][0-9]") if f.name < week), reverse=True)
    return next((f for f in folders if read(f).get("status") == "complete"), None)


def whole(folder: Path, old: Mapping[str, Any]) -> bool:
    """Whether PDF and notebooks are still what the manifest says."""
    return intact(folder / "report.pdf", old.get("pdf_sha256")) and all(
        intact(folder / "notebooks" / f"{name}.ipynb", entry.get("sha256")) for name, entry in old["notebooks"].items()
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
