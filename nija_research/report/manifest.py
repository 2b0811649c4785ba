"""
What a report was made from: hashes of data, notebooks and code, parameters, versions, timings.

The manifest lets a reader repeat a report and lets the next build see what has not changed. Hashes are
SHA-256. Nothing here runs notebooks. Stands on: `places`.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from nija_research.places import PACKAGE, suite

__all__ = ["FILE", "code_hash", "digest", "file_hash", "intact", "notebook_key", "read", "versions"]

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
