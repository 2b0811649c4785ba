"""
What explorers read: trade logs and prices, and the simulated world of a log.

A file is read once, and again when it changes; uploads are kept for a headless run. Files are read by `data`, and
refused by it. Returns are shares of the stake.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nija_research import data
from nija_research.errors import WorkError
from nija_research.explore.explorer import Setting

if TYPE_CHECKING:
    import pandas as pd

    from nija_research.simulate.worlds import World

__all__ = ["HERE", "WORLD_SETTINGS", "edge_of", "keep_upload", "prices_of", "trades_of", "world_of"]

#: Environment variable with the folder where `nija explore` was called: relative file names are meant from there.
HERE = "NIJA_HERE"

#: Where uploads are kept, below the user's data folder.
_FOLDER = "nija_research/uploads"

#: Settings of every explorer that simulates trades like a log's.
WORLD_SETTINGS = (
    Setting("trades", "str", "Trade log (name or file)", "file"),
    Setting("leverage", "float", "Leverage (times the position)", low=1.0, high=20.0, step=0.5),
    Setting("edge", "float | None", "Edge (mean / sd of a trade)", low=-0.2, high=0.5),
    Setting("base", "float", "Opening capital (money)", low=100.0, high=50_000.0, step=100.0),
    Setting("paths", "int", "Accounts (count)", low=200, high=5_000, step=100),
    Setting("horizon", "int", "Trades of each (count)", low=10, high=1_000, step=10),
    Setting("seed", "int", "Seed (count)", low=0, high=100, step=1),
)


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


def edge_of(trades: str) -> dict[str, float]:
    """Return the log's own edge as the control of a setting ``edge`` left None shows it; nothing for one trade."""
    r = trades_of(trades)["return"]
    return {"edge": float(r.mean() / r.std())} if len(r) > 1 else {}


def world_of(trades: str, leverage: float, edge: float | None) -> World:
    """
    Return the world of trades like a log's, drawn in blocks.

    Parameters
    ----------
    trades : str
        As in `trades_of`.
    leverage : float
        Times the position.
    edge : float or None
        Mean over standard deviation of a trade, an assumption; the log's own where None.

    Returns
    -------
    World
    """
    return _world(trades, trades_of(trades).attrs["stamp"], leverage, edge)


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


@lru_cache(maxsize=8)
def _world(trades: str, stamp: int, leverage: float, edge: float | None) -> World:
    from nija_research.simulate import siphon, worlds

    # The log's returns are net of fees already.
    return worlds.bootstrap(siphon.with_edge(trades_of(trades), edge), costs=worlds.Costs(leverage=leverage))
