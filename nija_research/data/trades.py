"""
Trade logs to one form: a row a closed round trip, in the order of closing.

Money is in the account's currency, returns are shares of the stake, fees are paid and positive, funding is
positive when received. Open trades never enter. Nothing here reads price files or judges an edge.
Stands on: `files`, `importers`, `schemas`, `bundled`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

import pandas as pd

from nija_research.data.bundled import locate
from nija_research.data.columns import CANONICAL
from nija_research.data.faults import raise_if
from nija_research.data.files import RawTable, Reading, read_table
from nija_research.errors import ParameterError

__all__ = ["empty_trades", "load_trades", "trade_reading"]

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
    reading = trade_reading(
        read_table(locate(path)),
        format,
        columns=columns,
        timezone=timezone,
        day_first=day_first,
        percent=percent,
        net=net,
    )
    raise_if(reading.faults, reading.frame.attrs["source"])
    return reading.frame


def trade_reading(
    raw: RawTable,
    format: Format = "auto",  # noqa: A002
    *,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    day_first: bool | None = None,
    percent: bool | None = None,
    net: bool | None = None,
) -> Reading:
    """
    Turn cells into trades and collect every fault instead of raising.

    Parameters
    ----------
    raw : RawTable
        The file's cells.
    format, columns, timezone, day_first, percent, net
        As in `load_trades`.

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
    from nija_research.data.importers import canonical, plain

    if format not in ("auto", "plain", "canonical"):
        raise ParameterError(f"format must be 'auto', 'plain' or 'canonical', got {format!r}.")
    given = {"columns": columns, "percent": percent, "net": net}
    told = [name for name, value in given.items() if value is not None]
    if format == "canonical" and told:
        raise ParameterError(f"format='canonical' leaves nothing to say, got {', '.join(told)}.")
    own = set(CANONICAL) <= set(raw.frame.columns)
    if format == "canonical" or (format == "auto" and own and not told):
        return canonical.read(raw, timezone=timezone, day_first=day_first)
    options = plain.Options(columns=columns, timezone=timezone, day_first=day_first, percent=percent, net=net)
    return plain.read(raw, options)


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
