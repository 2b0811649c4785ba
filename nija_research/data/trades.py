"""
Trade logs to one form, one closed round trip a row in the order of closing; several bots' logs; import to a file.

Money is in the account's currency, returns are shares of the stake, fees are paid and positive, funding is positive
when received. Open trades never enter. An import writes its files beside their places and moves them in whole; without
a file for rejected rows a single bad row refuses the whole log. Nothing here reads price files or judges an edge.
"""

from __future__ import annotations

import csv
import io
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from nija_research.data.columns import CANONICAL
from nija_research.data.datasets import locate
from nija_research.data.files import Fault, RawTable, Reading, raise_if, read_table, write_whole
from nija_research.errors import ParameterError

__all__ = ["empty_trades", "import_trades", "load_bots", "load_trades", "trade_reading"]

Format = Literal["auto", "plain", "canonical"]


def load_trades(
    path: str | os.PathLike[str],
    format: Format = "auto",  # noqa: A002  the word the command line uses
    *,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    day_first: bool | None = None,
    percent: bool | None = None,
    net: bool | None = None,
) -> pd.DataFrame:
    """
    Load closed trades from a file or a bundled log.

    What follows exactly from other columns is filled in: gross P&L from prices, stake as quantity times entry
    price, return as net P&L on stake. What cannot be known stays empty. What could be read two ways is an error
    that names the argument to pass.

    Parameters
    ----------
    path : str or path-like
        CSV, Parquet or Feather, or the bundled name ``"sp500_trend"``.
    format : {"auto", "plain", "canonical"}, optional
        ``"canonical"`` wants the canonical columns by their own names; ``"plain"`` recognises common names.
        ``"auto"`` takes the first when it fits.
    columns : mapping of str to str, optional
        Canonical name to the file's name: ``{"net_pnl": "Profit"}``.
    timezone : str, optional
        Zone of times that carry none. UTC unless given; ``attrs["notes"]`` says so.
    day_first : bool, optional
        True when 02/03/2024 is 2 March. Needed only when the dates themselves do not tell.
    percent : bool, optional
        True when the file's return column is in percent, False when it is a share. Needed only when P&L and
        stake do not tell.
    net : bool, optional
        Whether a P&L column that does not say so is after fees. Needed only when the file has fees and its
        prices do not tell.

    Returns
    -------
    pandas.DataFrame
        The canonical columns, and `risk` when the file has it, ordered by exit time. ``attrs`` holds source
        (file name), sha256, rows_read, open_trades and notes (sentences about what was assumed).

    Raises
    ------
    DataError
        If the file cannot be read, says too little, or any row is at fault; the message lists every fault.
    ParameterError
        If an option is not usable.

    Examples
    --------
    >>> trades = load_trades("sp500_trend")
    >>> trades["symbol"].unique().tolist(), trades.attrs["open_trades"]
    (['S&P 500'], 0)
    """
    options = {"columns": columns, "timezone": timezone, "day_first": day_first, "percent": percent, "net": net}
    reading = trade_reading(read_table(locate(path)), format, **options)
    raise_if(reading.faults, reading.frame.attrs["source"])
    return reading.frame


def trade_reading(raw: RawTable, format: Format = "auto", **options: Any) -> Reading:  # noqa: A002
    """
    Turn cells into trades and collect every fault instead of raising.

    Parameters
    ----------
    raw : RawTable
        The file's cells.
    format, **options
        As in `load_trades`: format, columns, timezone, day_first, percent, net.

    Returns
    -------
    Reading

    Raises
    ------
    DataError
        If a column is missing without which no row can be judged.
    ParameterError
        If an option is not usable.
    """
    from nija_research.data.importers import plain

    if format not in ("auto", "plain", "canonical"):
        raise ParameterError(f"format must be 'auto', 'plain' or 'canonical', got {format!r}.")
    chosen = plain.Options(**options)
    given = [name for name in ("columns", "percent", "net") if getattr(chosen, name) is not None]
    if format == "canonical" and given:
        raise ParameterError(f"format='canonical' leaves nothing to say, got {', '.join(given)}.")
    own = set(CANONICAL) <= set(raw.frame.columns)
    if format == "canonical" or (format == "auto" and own and not given):
        return plain.read_canonical(raw, chosen)
    return plain.read(raw, chosen)


def empty_trades(*, risk: bool = False) -> pd.DataFrame:
    """
    Make a canonical table without rows, with the right types.

    Parameters
    ----------
    risk : bool, optional
        Whether the column `risk` is there.

    Returns
    -------
    pandas.DataFrame
    """
    from nija_research.data.schemas import dtype_of, trades_schema

    schema = trades_schema()
    names = [*CANONICAL, "risk"] if risk else list(CANONICAL)
    return pd.DataFrame({name: pd.Series(dtype=dtype_of(schema, name)) for name in names})


# The bundled logs stand beside each other, as two bots of one account.
_PARTNER = {"sp500_trend": "nasdaq_trend"}


def load_bots(trades: str, others: str = "auto") -> dict[str, pd.DataFrame]:
    """
    Load one log a bot.

    Parameters
    ----------
    trades : str
        A bundled log or a file.
    others : str, optional
        More of them, separated by commas. "auto" adds the bundled nasdaq_trend to the bundled sp500_trend, and nothing
        to a log of yours. Without others, each symbol of the log is a bot of its own.

    Returns
    -------
    dict of str to pandas.DataFrame
        Name to canonical table, in the order given.

    Raises
    ------
    DataError
        If a file cannot be read or has faults.
    ParameterError
        If two logs have one name.

    Examples
    --------
    >>> list(load_bots("sp500_trend"))
    ['sp500_trend', 'nasdaq_trend']
    """
    more = _PARTNER.get(trades, "") if others.strip() == "auto" else others
    paths = [trades, *(part.strip() for part in more.split(",") if part.strip())]
    if len(paths) == 1:
        log = load_trades(trades)
        named = log["symbol"].astype(object).where(log["symbol"].notna(), "unnamed").astype(str)
        return {str(name): log[named == name] for name in pd.unique(named)} if len(log) else {Path(trades).stem: log}
    names = [Path(path).stem for path in paths]
    if len(set(names)) < len(names):
        raise ParameterError(f"others must not repeat a name, got {', '.join(names)}: each log is one bot.")
    return dict(zip(names, (load_trades(path) for path in paths), strict=True))


def import_trades(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    rejects: str | os.PathLike[str] | None = None,
    **options: Any,
) -> tuple[int, int]:
    """
    Read a trade log and write the canonical table.

    Parameters
    ----------
    path : str or path-like
        The log as exported.
    out : str or path-like
        A file ending in ``.parquet`` or ``.csv``; replaced if it is there.
    rejects : str or path-like, optional
        A CSV file for the rows that cannot be read: line, reason, and the row's own cells. Without it any such
        row is an error.
    **options
        As in `load_trades`: format, columns, timezone, day_first, percent, net.

    Returns
    -------
    tuple of int
        Trades written, and rows rejected.

    Raises
    ------
    DataError
        If the log cannot be read, or holds faults that `rejects` does not take.
    ParameterError
        If an option is not usable or `out` has another ending.
    WorkError
        If a file cannot be written.
    """
    target = Path(out)
    if target.suffix not in (".parquet", ".csv"):
        raise ParameterError(f"out must end in .parquet or .csv, got {target.name!r}.")
    source = locate(path)
    for place in (target, *([Path(rejects)] if rejects is not None else [])):
        if place.exists() and place.samefile(source):
            raise ParameterError(f"{place}: would replace the log that is read; give another place.")
    raw = read_table(source)
    reading = trade_reading(raw, **options)
    rejected: dict[int, list[Fault]] = defaultdict(list)
    if reading.faults and rejects is not None:
        raise_if([fault for fault in reading.faults if fault.row is None], raw.name)
        for fault in reading.faults:
            rejected[fault.row or 0].append(fault)
        keep = ~np.isin(raw.lines, list(rejected))
        rest = replace(raw, frame=raw.frame[keep].reset_index(drop=True), lines=raw.lines[keep], faults=())
        reading = trade_reading(rest, **options)
    raise_if(reading.faults, raw.name)
    table = reading.frame.copy()
    table.attrs = {}  # pandas would write them into the Parquet file
    if rejects is not None:
        write_whole(Path(rejects), lambda part: part.write_text(_rows(raw, rejected), encoding="utf-8"))
    if target.suffix == ".parquet":
        write_whole(target, lambda part: table.to_parquet(part, index=False))
    else:
        write_whole(target, lambda part: table.to_csv(part, index=False, lineterminator="\n"))
    return len(table), len(rejected)


def _rows(raw: RawTable, rejected: dict[int, list[Fault]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["line", "reason", *raw.frame.columns])
    places = {int(line): i for i, line in enumerate(raw.lines)}
    for line, faults in sorted(rejected.items()):
        # A row that could not be cut into cells is not in the frame; its reason says so.
        cells = [] if line not in places else ["" if c is None else str(c) for c in raw.frame.iloc[places[line]]]
        writer.writerow([line, "; ".join(map(str, faults)), *cells])
    return text.getvalue()
