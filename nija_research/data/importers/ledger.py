"""
What every importer does before and after its own work: typed cells in, canonical table out.

Open trades are counted and set aside first, so that their empty cells are no faults. Nothing here decides what
a column means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nija_research.data.cells import CellReader, as_text, is_empty, proven_day_first
from nija_research.data.columns import CANONICAL
from nija_research.data.files import Fault, RawTable, Reading
from nija_research.data.schemas import dtype_of, frame_faults, trades_schema

__all__ = ["Ledger", "finish", "open_ledger"]

TIMES = ("entry_time", "exit_time")
TEXTS = ("trade_id", "symbol")
#: Columns a return may be worked out from, nearest first.
_SOURCES = (
    *("net_pnl", "pnl", "gross_pnl", "fee", "entry_fee", "exit_fee"),
    *("stake", "quantity", "entry_price", "exit_price", "side"),
)
_OPEN = frozenset({"open", "true", "1", "yes", "1.0"})
_LONG = frozenset({"long", "buy", "b", "l", "1", "+1", "1.0", "bull"})
_SHORT = frozenset({"short", "sell", "s", "-1", "-1.0", "bear"})


@dataclass(slots=True)
class Ledger:
    """
    A trade log on its way to the canonical table.

    Attributes
    ----------
    raw : RawTable
        The file.
    names : mapping of str to str
        Our column name to the file's.
    table : pandas.DataFrame
        Typed columns of the closed trades, numbered 0, 1, 2, ...
    cells : pandas.DataFrame
        The same rows as they stand in the file.
    reader : CellReader
        Their line numbers, the faults, and the sentences about what was assumed.
    open_trades : int
        Rows set aside because the trade is still open.
    """

    raw: RawTable
    names: Mapping[str, str]
    table: pd.DataFrame
    cells: pd.DataFrame
    reader: CellReader
    open_trades: int

    @property
    def lines(self) -> NDArray[np.int64]:
        """Line number of each row."""
        return self.reader.lines

    @property
    def faults(self) -> list[Fault]:
        """Everything that is wrong with the file."""
        return self.reader.faults

    @property
    def notes(self) -> list[str]:
        """Sentences about what was assumed."""
        return self.reader.notes

    def has(self, *columns: str) -> bool:
        """Whether the typed table has all these columns."""
        return all(column in self.table for column in columns)

    def theirs(self, column: str) -> str:
        """Return the file's name of our column, or our own where the file has none."""
        return self.names.get(column, column)


def open_ledger(raw: RawTable, names: Mapping[str, str], *, timezone: str | None, day_first: bool | None) -> Ledger:
    """
    Set open trades aside and read the cells of the closed ones.

    Parameters
    ----------
    raw : RawTable
        The file.
    names : mapping of str to str
        Our column name to the file's; has ``exit_time``.
    timezone, day_first
        As in `load_trades`.

    Returns
    -------
    Ledger
    """
    still_open = is_empty(raw.frame[names["exit_time"]])
    for column in ("status", "is_open"):
        if column in names:
            marked = raw.frame[names[column]].astype("string").str.lower().isin(_OPEN)
            still_open = still_open | marked.to_numpy(dtype=bool, na_value=False)
    cells = raw.frame[~still_open].reset_index(drop=True)
    table = pd.DataFrame(index=cells.index)
    faults, notes = list(raw.faults), list[str]()
    if day_first is None:
        # One writer writes one order: what the exits prove holds for the entries.
        day_first = proven_day_first([cells[names[time]] for time in TIMES if time in names])
        if day_first is not None:
            order = "day-first" if day_first else "month-first"
            notes.append(f"Dates are read {order}, which a number above 12 proves.")
    reader = CellReader(raw.lines[~still_open], faults, notes, timezone, day_first)
    for ours, theirs in names.items():
        given: pd.Series = cells[theirs]
        if ours in TIMES:
            table[ours] = reader.stamps(given)
        elif ours in TEXTS:
            table[ours] = as_text(given)
        elif ours == "side":
            table[ours] = _sides(given, reader)
        elif ours not in ("status", "is_open", "is_short"):
            table[ours] = reader.numbers(given)
    if "is_short" in names and "side" not in names:
        short = cells[names["is_short"]].astype("string").str.lower().isin(_OPEN | {"short"})
        table["side"] = short.map({True: -1, False: 1}).astype("Int8")
    return Ledger(raw, names, table, cells, reader, int(still_open.sum()))


def _new_faults(ledger: Ledger, in_table: list[Fault]) -> list[Fault]:
    """What the table's check adds: an empty result is traced to the empty cell it was worked out from."""
    unreadable = {(fault.row, fault.column) for fault in ledger.faults}
    reported = {fault.row for fault in (*ledger.faults, *in_table) if fault.got != "nothing"}
    place = {int(line): i for i, line in enumerate(ledger.lines)}
    added = []
    for fault in in_table:
        if (fault.row, fault.column) in unreadable:
            continue
        if fault.got == "nothing" and fault.column not in ledger.names.values():
            if fault.row in reported:
                continue  # it follows from a cell already reported
            row = ledger.cells.iloc[[place[fault.row or 0]]]
            sources = [ledger.names[name] for name in _SOURCES if name in ledger.names]
            blank = [theirs for theirs in sources if is_empty(row[theirs])[0]]
            fault = replace(fault, column=blank[0] if blank else fault.column)
        added.append(fault)
    return added


def _sides(cells: pd.Series, reader: CellReader) -> pd.Series:
    text = cells.astype("string").str.strip().str.lower()
    side = pd.Series(pd.NA, index=cells.index, dtype="Int8")
    long, short = text.isin(_LONG).fillna(False), text.isin(_SHORT).fillna(False)
    side[long], side[short] = 1, -1
    wrong = ~(long | short).to_numpy(dtype=bool) & ~is_empty(cells)
    reader.refuse(wrong, cells, "long, short, buy, sell, 1 or -1")
    return side


def finish(ledger: Ledger) -> Reading:
    """
    Give the table its canonical columns, check it, and put it in order of closing.

    Parameters
    ----------
    ledger : Ledger
        With every column that could be known.

    Returns
    -------
    Reading
    """
    table, schema = ledger.table, trades_schema()
    if "trade_id" not in table:
        table["trade_id"] = [str(i + 1) for i in range(len(table))]
    order = [*CANONICAL, "risk"] if "risk" in table else list(CANONICAL)
    for column in order:
        kind = dtype_of(schema, column)
        if column not in table:
            table[column] = pd.Series(np.nan if kind == np.dtype(float) else None, index=table.index, dtype=kind)
        table[column] = table[column].astype(kind)
    if not any(fault.row is None for fault in ledger.faults):
        ledger.faults.extend(_new_faults(ledger, frame_faults(table, schema, ledger.lines, ledger.names)))
    frame = table[order].sort_values(["exit_time", "entry_time"], kind="stable").reset_index(drop=True)
    if ledger.open_trades:
        ledger.notes.append(f"{ledger.open_trades} open trades are left out.")
    frame.attrs = {
        "source": ledger.raw.name,
        "sha256": ledger.raw.sha256,
        "rows_read": len(ledger.raw.frame),
        "open_trades": ledger.open_trades,
        "notes": ledger.notes,
    }
    return Reading(frame, tuple(ledger.faults))
