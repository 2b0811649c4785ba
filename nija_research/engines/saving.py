"""
Engine state on disk: JSON with a schema version and a checksum, written beside the file and renamed over it.

A process killed while it writes leaves the previous file whole. A damaged, cut or foreign file is refused, never read
in part. Numbers are written so that they come back bit for bit. Stands on: `errors`.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from nija_research.errors import DataError, WorkError

__all__ = ["SCHEMA", "read", "write"]

#: Version of the file's layout.
SCHEMA = 1


def write(path: str | Path, content: dict[str, Any]) -> Path:
    """
    Write `content` so that `path` always holds a whole file.

    Parameters
    ----------
    path : str or Path
        The file.
    content : dict
        Plain numbers, words and lists.

    Returns
    -------
    Path

    Raises
    ------
    WorkError
        If the folder cannot be written.
    """
    target = Path(path)
    body = _canonical(content)
    text = json.dumps({"schema": SCHEMA, "checksum": _digest(body), "content": content}, indent=1, allow_nan=False)
    beside = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise WorkError(f"{target}: cannot be written: {error}. Choose a folder that exists and is yours.") from error
    return target


def read(path: str | Path) -> dict[str, Any]:
    """
    Return what `write` wrote, or refuse.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    dict

    Raises
    ------
    DataError
        If the file is missing, damaged, or of another schema.
    """
    target = Path(path)
    try:
        whole = json.loads(target.read_text(encoding="utf-8"))
        schema, checksum, content = whole["schema"], whole["checksum"], whole["content"]
    except FileNotFoundError:
        raise DataError(f"{target}: there is no such file. Save an engine first.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{target}: is not a whole saved engine ({error}). Restore an older save.") from error
    if schema != SCHEMA:
        raise DataError(f"{target}: has schema {schema!r}, this version reads {SCHEMA}. Use the version that wrote it.")
    if checksum != _digest(_canonical(content)):
        raise DataError(f"{target}: the checksum does not fit: the file was changed or damaged. Restore an older save.")
    return dict(content)


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
