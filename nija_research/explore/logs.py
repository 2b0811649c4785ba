"""
Logs and prices under exploration: read once, read again when the file changes, uploads kept for later.

Files are read by `data` and refused by it.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nija_research import data
from nija_research.errors import WorkError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HERE", "keep_upload", "prices_of", "trades_of"]

#: Environment variable with the folder where `nija explore` was called: relative file names are meant from there.
HERE = "NIJA_HERE"

#: Where uploads are kept, below the user's data folder.
_FOLDER = "nija_research/uploads"


def trades_of(name: str) -> pd.DataFrame:
    """
    Return a trade log in the order of exits; its ``attrs["stamp"]`` changes when the file does.

    Parameters
    ----------
    name : str
        A bundled name or a file, as `data.load_trades` takes it.

    Returns
    -------
    pandas.DataFrame
        Not to be changed.
    """
    return _trades(_located(name), _stamp(_located(name)))


def prices_of(name: str) -> pd.DataFrame:
    """
    Return prices; their ``attrs["stamp"]`` changes when the file does.

    Parameters
    ----------
    name : str
        A bundled name or a file, as `data.load_prices` takes it.

    Returns
    -------
    pandas.DataFrame
        Not to be changed.
    """
    return _prices(_located(name), _stamp(_located(name)))


def keep_upload(name: str, content: bytes) -> str:
    """
    Keep an uploaded file where a headless run finds it again.

    Parameters
    ----------
    name : str
        Its name; any folder in it is ignored.
    content : bytes
        What it holds.

    Returns
    -------
    str
        Its path, below the user's data folder.

    Raises
    ------
    WorkError
        If it cannot be written.
    """
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    target = Path(home) / _FOLDER / (Path(name.replace("\\", "/")).name or "upload")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as fault:
        raise WorkError(f"{target}: cannot be written: {fault.strerror or fault}.") from None
    return str(target)


def _located(name: str) -> str:
    # A page's kernel runs in the notebook's folder; the file is named as in the shell that opened the page.
    path = Path(os.environ.get(HERE, "")) / name
    return str(path) if path.suffix and path.is_file() else name


def _stamp(name: str) -> int:
    path = Path(name)
    try:
        return path.stat().st_mtime_ns if path.is_file() else 0
    except (OSError, ValueError):
        return 0


@lru_cache(maxsize=4)
def _trades(name: str, stamp: int) -> pd.DataFrame:
    log = data.load_trades(name).sort_values("exit_time")
    log.attrs["stamp"] = stamp
    return log


@lru_cache(maxsize=4)
def _prices(name: str, stamp: int) -> pd.DataFrame:
    bars = data.load_prices(name)
    bars.attrs["stamp"] = stamp
    return bars
