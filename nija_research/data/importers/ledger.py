"""
What every importer does before and after its own work: typed cells in, canonical table out.

Open trades are counted and set aside first, so that their empty cells are no faults. Nothing here decides what
a column means.

Gross or net, percent or share: settled by the file's own sums, or asked for.

Amounts are in the account's currency, returns leave here as shares. `funding` counts as none where the file has
no such column. Two readings are told apart only when one fits every row and the other does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nija_research.data.cells import CellReader, as_text, is_empty, proven_day_first
from nija_research.data.columns import CANONICAL, PERCENT, RATIO, plain_name
from nija_research.data.files import Fault, RawTable, Reading
from nija_research.data.schemas import CENT, agree, dtype_of, frame_faults, trades_schema

__all__ = ["Ledger", "costs", "finish", "open_ledger", "profit", "returns"]

#: Rounding of a printed return that is still the same return, as a share: one decimal of a percent.
ROUNDING = 5.1e-4
#: Costs of a round trip, as shares of the notional, that prices and net P&L may plausibly imply.
PLAUSIBLE_COSTS = (-0.002, 0.02)


def costs(ledger: Ledger) -> None:
    """
    Add entry and exit fees up, and see that fees have the sign of a cost.

    Parameters
    ----------
    ledger : Ledger
        Changed in place.
    """
    table = ledger.table
    if "fee" not in table and ledger.has("entry_fee", "exit_fee"):
        table["fee"] = table["entry_fee"] + table["exit_fee"]
        ledger.notes.append("fee is entry fee plus exit fee.")
    if "fee" not in table or not (table["fee"] < 0).any():
        return
    theirs = ledger.theirs("fee")
    confirmed = pd.Series(False, index=table.index)
    if ledger.has("gross_pnl", "net_pnl"):
        funding = table["funding"].fillna(0.0) if "funding" in table else 0.0
        as_paid = agree(table["gross_pnl"] + table["fee"] + funding, table["net_pnl"])
        confirmed = agree(table["gross_pnl"] - table["fee"] + funding, table["net_pnl"])
        if (table["fee"].fillna(0.0) <= 0).all() and as_paid.all() and not confirmed.all():
            table["fee"] = -table["fee"]
            ledger.notes.append(f"{theirs!r} is written as a negative amount and turned into a cost.")
            return
    unclear = (table["fee"] < 0) & ~confirmed
    wanted = "a cost of 0 or more (a rebate must be borne out by gross_pnl and net_pnl)"
    ledger.reader.refuse(unclear.to_numpy(), table["fee"], wanted, column=theirs)


def profit(ledger: Ledger, net: bool | None) -> None:
    """
    Settle what the P&L column is, then fill gross and net from one another and from prices.

    Parameters
    ----------
    ledger : Ledger
        Changed in place.
    net : bool or None
        Whether a P&L column that does not say so is after costs; None when the user did not say.
    """
    table = ledger.table
    from_prices = _from_prices(ledger)
    if "pnl" in table:
        _name_profit(ledger, from_prices, net)
    paid = _paid(ledger)
    if ledger.has("gross_pnl", "fee"):
        worked = table["gross_pnl"] - paid
        table["net_pnl"] = table["net_pnl"].fillna(worked) if "net_pnl" in table else worked
    if ledger.has("net_pnl", "fee"):
        worked = table["net_pnl"] + paid
        table["gross_pnl"] = table["gross_pnl"].fillna(worked) if "gross_pnl" in table else worked
    if from_prices is None:
        return
    if "gross_pnl" in table:
        differ = int((~agree(from_prices, table["gross_pnl"]) & from_prices.notna() & table["gross_pnl"].notna()).sum())
        if differ:
            ledger.notes.append(
                f"gross P&L differs from quantity times price change in {differ} rows "
                "(contract size, currency, or several fills)."
            )
    elif "net_pnl" in table:
        implied = (from_prices - table["net_pnl"]) / (table["quantity"] * table["entry_price"])
        if implied.dropna().between(*PLAUSIBLE_COSTS).all():
            table["gross_pnl"] = from_prices
    else:
        table["gross_pnl"] = from_prices
        table["net_pnl"] = from_prices - paid
        if "fee" not in table:
            ledger.notes.append("The file has no fees: net P&L and return are before costs.")


def _from_prices(ledger: Ledger) -> pd.Series | None:
    """Side times quantity times price change, where the file has all of it."""
    if not ledger.has("side", "quantity", "entry_price", "exit_price"):
        return None
    table = ledger.table
    side = table["side"].astype("Float64").astype("float64")
    return side * table["quantity"] * (table["exit_price"] - table["entry_price"])


def _paid(ledger: Ledger) -> pd.Series:
    """Fee less funding received; an unknown fee stays unknown, a missing column counts as none."""
    none = pd.Series(0.0, index=ledger.table.index)
    funding = ledger.table["funding"].fillna(0.0) if "funding" in ledger.table else none
    fee = ledger.table["fee"] if ledger.has("fee") else none
    return fee - funding


def _name_profit(ledger: Ledger, from_prices: pd.Series | None, net: bool | None) -> None:
    """Turn a column that only says "profit" into net or gross P&L."""
    table, theirs = ledger.table, ledger.theirs("pnl")
    if "net_pnl" in table:
        ledger.notes.append(f"{theirs!r} is not used: the file says net P&L elsewhere.")
        return
    paid = _paid(ledger)
    if net is None and "gross_pnl" not in table and (paid.fillna(0.0) != 0).any():
        is_gross = from_prices is not None and from_prices.notna().all() and agree(from_prices, table["pnl"]).all()
        is_net = from_prices is not None and from_prices.notna().all() and agree(from_prices - paid, table["pnl"]).all()
        if is_gross == is_net:
            wanted = "net=True or net=False, since the file has costs and this may be before or after them"
            ledger.faults.append(Fault(None, theirs, wanted, "neither"))
        net = bool(is_net)
        ledger.notes.append(f"{theirs!r} is {'net' if net else 'gross'}: the prices show it.")
    elif net is None:
        net = True
        if "fee" not in table or table["fee"].isna().any():
            ledger.notes.append(f"Where the file has no fee, {theirs!r} is taken as net.")
    if net:
        table["net_pnl"] = table["pnl"]
    elif "gross_pnl" not in table:
        table["gross_pnl"] = table["pnl"]


def returns(ledger: Ledger, percent: bool | None, net: bool | None) -> None:
    """
    Turn the return column into shares after costs, checked against P&L and stake where they are known.

    Parameters
    ----------
    ledger : Ledger
        Changed in place.
    percent : bool or None
        Whether the return column is in percent; None when the user did not say.
    net : bool or None
        Whether a return that nothing else confirms is after costs; None when the user did not say.
    """
    table = ledger.table
    worked = table["net_pnl"] / table["stake"] if ledger.has("net_pnl", "stake") else None
    if "return" not in table:
        assert worked is not None  # _refuse_too_little has seen to it
        table["return"] = worked.where(table["stake"] != 0)
        return
    theirs = ledger.theirs("return")
    if percent is None:
        percent = _is_percent(ledger, worked)
    if percent is None:
        wanted = "percent=True or percent=False, since its values can be percent or shares"
        ledger.faults.append(Fault(None, theirs, wanted, "neither"))
        return
    stated = table["return"] / 100.0 if percent else table["return"]
    if worked is None:
        table["return"] = _after_costs(ledger, stated, net)
        return
    wrong = ((stated - worked).abs() > _slack(ledger, worked)).to_numpy()
    for i in np.flatnonzero(wrong):
        wanted = f"net_pnl / stake = {worked.iloc[i]:.6g} as a share"
        got = f"{stated.iloc[i]:.6g}"
        ledger.faults.append(Fault(int(ledger.lines[i]), theirs, wanted, got))
    table["return"] = worked.fillna(stated)  # the quotient is exact, the printed return is rounded


def _slack(ledger: Ledger, worked: pd.Series) -> pd.Series:
    """How far a printed return may lie from the quotient: its rounding, a cent, a thousandth of itself."""
    return ROUNDING + CENT / ledger.table["stake"].abs() + 1e-3 * worked.abs()


def _is_percent(ledger: Ledger, worked: pd.Series | None) -> bool | None:
    """Whether the return column is percent: by its signs, by the sums, by its name; None if open."""
    theirs, values = ledger.theirs("return"), ledger.table["return"]
    cells = ledger.cells[theirs].astype("string")
    signed = cells.str.endswith("%").fillna(False).to_numpy(dtype=bool)
    if signed.any():
        bare = ~signed & values.notna().to_numpy()
        ledger.reader.refuse(bare, cells, "a percent sign like the other rows")
        return True
    known = worked.notna() & values.notna() if worked is not None else pd.Series(False, index=values.index)
    if worked is not None and known.any():
        slack = _slack(ledger, worked)
        off_share, off_percent = (values - worked).abs(), (values / 100.0 - worked).abs()
        share, percent = int((off_share <= slack).sum()), int((off_percent <= slack).sum())
        if share == percent:  # returns so small that both fit, or none fits: the closer one
            return bool(off_percent[known].sum() < off_share[known].sum())
        return percent > share
    name = plain_name(theirs)
    says_percent = any(part in name for part in PERCENT)
    if name in RATIO or values.dropna().empty:
        return False
    if says_percent:
        # No unleveraged loss exceeds the stake, so such a value cannot be a share.
        return True if values.min() < -1.0 and "leverage" not in ledger.table else None
    if name == "return" and (values.dropna().abs() < 1.0).all():
        ledger.notes.append(f"{theirs!r} is taken as a share: it does not say percent and stays within 1.")
        return False
    return None


def _after_costs(ledger: Ledger, stated: pd.Series, net: bool | None) -> pd.Series:
    """A return that stands alone is net unless the file also has costs; then the user says."""
    paid, theirs = _paid(ledger), ledger.theirs("return")
    if not (paid.fillna(0.0) != 0).any() or net:
        return stated
    if net is None:
        wanted = "net=True or net=False, since the file has costs and this may be before or after them"
        ledger.faults.append(Fault(None, theirs, wanted, "neither"))
        return stated
    if "stake" not in ledger.table:
        wanted = "a stake beside it, to take the costs off a gross return"
        ledger.faults.append(Fault(None, theirs, wanted, "no stake column"))
        return stated
    return stated - paid / ledger.table["stake"]


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
