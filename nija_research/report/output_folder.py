"""
The folder of a week's report and its manifest: what a report was made from, and how files are put in place whole.

The manifest holds hashes (SHA-256) of data, notebooks and code, parameters, versions and timings (seconds). A folder or
file is made beside its place and moved in whole. Nothing here runs notebooks.
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
    "MANIFEST",
    "code_hash",
    "digest",
    "file_hash",
    "intact",
    "is_whole",
    "last_before",
    "move_into_place",
    "read_manifest",
    "versions",
    "workplace",
    "write_file",
]

#: Name of the manifest in a report's folder.
MANIFEST = "manifest.json"

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
    installed = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            installed[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            installed[name] = "absent"
    return installed


def read_manifest(folder: Path) -> dict[str, Any]:
    """Manifest of an earlier report; empty if there is none or it cannot be read."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) and isinstance(content.get("notebooks"), dict) else {}


def intact(path: Path, expected: str | None) -> bool:
    """Whether a file is there and still is what the manifest says."""
    try:
        return expected is not None and file_hash(path) == expected
    except OSError:
        return False


def is_whole(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether PDF and notebooks are still what the manifest says."""
    return intact(folder / "report.pdf", manifest.get("pdf_sha256")) and all(
        intact(folder / "notebooks" / f"{name}.ipynb", entry.get("sha256"))
        for name, entry in manifest["notebooks"].items()
    )


def last_before(out: Path, week: str) -> Path | None:
    """Folder of the newest complete report of an earlier week (ISO weeks sort as texts), or None."""
    folders = sorted((f for f in out.glob("[0-9]*-W[0-9][0-9]") if f.name < week), reverse=True)
    return next((f for f in folders if read_manifest(f).get("status") == "complete"), None)


@contextlib.contextmanager
def workplace(out: Path, week: str) -> Iterator[Path]:
    """A folder beside the final one; gone at the end whatever happens, and so are folders made on the way to it."""
    work = None
    with _folders_to(out):
        try:
            work = Path(tempfile.mkdtemp(dir=out, prefix=f".{week}-"))
            work.chmod(0o755)
            (work / "notebooks").mkdir()
            yield work
        except OSError as fault:
            raise WorkError(f"{out}: the report cannot be written: {fault.strerror or fault}.") from fault
        finally:
            if work is not None:
                shutil.rmtree(work, ignore_errors=True)


def move_into_place(work: Path, place: Path) -> None:
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


def write_file(target: Path, content: str | bytes) -> None:
    """Write a file so that it is there whole or not at all, folders included."""
    from nija_research.data.files import write_whole

    data = content.encode() if isinstance(content, str) else content
    with _folders_to(target.parent):
        write_whole(target, lambda part: part.write_bytes(data))


@contextlib.contextmanager
def _folders_to(place: Path) -> Iterator[None]:
    """Make the folders down to a place; those that are empty at the end are removed again."""
    new: list[Path] = []
    try:
        for folder in [p for p in [*reversed(place.parents), place] if not p.exists()]:
            folder.mkdir(exist_ok=True)
            new.append(folder)
        yield
    except OSError as fault:
        raise WorkError(f"{place}: cannot be written: {fault.strerror or fault}.") from None
    finally:
        for folder in reversed(new):
            with contextlib.suppress(OSError):
                folder.rmdir()  # only if it is empty
