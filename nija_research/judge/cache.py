"""
What claims are judged on, and the findings that are kept between runs.

The same check of the same form on the same inputs is not run again while the sources of the floors below and of this
one are what they were; prose, the report and the explorers do not count. Findings are JSON files, each with a hash of
itself: one that was cut or damaged is not read. Nothing is pickled.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nija_research.errors import ParameterError
from nija_research.sources import cache_folder
from nija_research.units import share

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["JudgeInputs", "get", "key_of", "put"]

_T = TypeVar("_T")
_FLOORS = ("data", "estimate", "strategy", "policy", "engines", "simulate", "judge")
_LIBRARIES = ("numpy", "scipy", "pandas", "arch")


@dataclass(frozen=True, kw_only=True, eq=False)
class JudgeInputs:
    """
    Data and settings that every check is given.

    Attributes
    ----------
    trades : pandas.DataFrame or None
        A canonical trade log, for claims about one's own trades.
    prices : pandas.DataFrame or None
        Daily prices of the market that policies are compared in; the bundled S&P 500 unless given.
    level : float
        Confidence level of intervals.
    rng : int
        Seed.

    Raises
    ------
    ParameterError
        If the level is not inside (0.5, 1) or the seed is no whole number.
    """

    trades: pd.DataFrame | None = field(default=None, repr=False)
    prices: pd.DataFrame | None = field(default=None, repr=False)
    level: float = 0.95
    rng: int = 1

    def __post_init__(self) -> None:
        if not 0.5 < share("level", self.level) < 1.0:
            raise ParameterError(f"level must lie between 0.5 and 1, got {self.level!r}. Write 95 % as 0.95.")
        if isinstance(self.rng, bool) or not isinstance(self.rng, int) or self.rng < 0:
            raise ParameterError(f"rng must be a whole number of 0 or more, got {self.rng!r}.")

    @functools.cached_property
    def digest(self) -> str:
        """Hash of all of it."""
        import pandas as pd

        whole = hashlib.sha256(f"{self.level!r} {self.rng!r}".encode())
        for table in (self.trades, self.prices):
            whole.update(b"-" if table is None else pd.util.hash_pandas_object(table, index=True).to_numpy().tobytes())
            words = () if table is None else (*table.columns, table.attrs.get("source", ""))
            whole.update(" ".join(map(str, words)).encode())
        return whole.hexdigest()


def key_of(check: str, form: Mapping[str, Any], digest: str) -> str:
    """Return the name of what a check finds for a form on inputs with this hash."""
    content = json.dumps([_versions(), check, form, digest], sort_keys=True, default=str)
    return _digest(content)


def get(key: str, read: Callable[[Any], _T]) -> _T | None:
    """Return what `read` makes of the finding under a key, or None where there is none that can be read."""
    folder = _folder()
    if folder is None:
        return None
    try:
        digest, text = (folder / f"{key}.json").read_text(encoding="utf-8").split("\n", 1)
        if digest != _digest(text):
            return None
        return read(json.loads(text))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def put(key: str, finding: Mapping[str, Any]) -> None:
    """Keep a finding, plain values, under a key; where no folder can be written it is made again next time."""
    folder = _folder()
    if folder is None:
        return
    try:
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            text = json.dumps(finding)
            file.write(f"{_digest(text)}\n{text}")
        os.replace(name, folder / f"{key}.json")
    except OSError:
        return


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def _folder() -> Path | None:
    root = cache_folder(*(f"nija_research.{floor}" for floor in _FLOORS))
    if root is None:
        return None
    folder = root / "findings"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    return folder


@functools.cache
def _versions() -> list[str]:
    return [version(name) for name in _LIBRARIES]
