"""
A table of closed trades: the canonical one read back as it is, or a trader's own, its columns recognised or named.

The canonical table is what `nija data import` writes and what the bundled logs are. In any other, `settle` decides
which number is gross and which net, and whether a return is percent or share. Nothing is guessed: what the file cannot
tell becomes a fault that names the argument to pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nija_research.data import columns
from nija_research.data.files import RawTable, Reading
from nija_research.data.importers import ledger as settle
from nija_research.data.importers.ledger import Ledger, finish, open_ledger
from nija_research.errors import DataError

__all__ = ["Options", "read", "read_canonical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user said about the file; meanings as in `load_trades`."""

    columns: Mapping[str, str] | None = None
    timezone: str | None = None
    day_first: bool | None = None
    percent: bool | None = None
    net: bool | None = None


def read_canonical(raw: RawTable, options: Options) -> Reading:
    """
    Read a table that already has the canonical columns: nothing recognised, nothing derived.

    Parameters
    ----------
    raw : RawTable
        The file's cells.
    options : Options
        Time zone and order of dates.

    Returns
    -------
    Reading

    Raises
    ------
    DataError
        If a canonical column is missing.
    """
    header = list(raw.frame.columns)
    missing = [name for name in columns.CANONICAL if name not in header]
    if missing:
        raise DataError(f"{raw.name}: " + " ".join(columns.describe_missing(name, header) for name in missing))
    names = {name: name for name in (*columns.CANONICAL, "risk") if name in header}
    return finish(open_ledger(raw, names, timezone=options.timezone, day_first=options.day_first))


def read(raw: RawTable, options: Options) -> Reading:
    """
    Read a log of closed trades under whatever names it uses.

    Parameters
    ----------
    raw : RawTable
        The file's cells.
    options : Options
        What the user said about it.

    Returns
    -------
    Reading

    Raises
    ------
    DataError
        If there is no time of closing, or no way to a return.
    ParameterError
        If `options` names a column that is not ours, or a zone that does not exist.
    """
    header = list(raw.frame.columns)
    names = columns.match_columns(header, columns.SYNONYMS, options.columns, raw.name)
    lone = [name for name in header if columns.plain_name(name) in columns.WEAK and name not in names.values()]
    if "exit_time" not in names and len(lone) == 1:
        names["exit_time"] = lone[0]
    if "exit_time" not in names:
        raise DataError(f"{raw.name}: {columns.describe_missing('exit_time', header)}")
    ledger = open_ledger(raw, names, timezone=options.timezone, day_first=options.day_first)
    if names["exit_time"] in lone:
        ledger.notes.append(f"{lone[0]!r} is taken as the time of closing.")
    _sign_to_side(ledger)
    settle.costs(ledger)
    settle.profit(ledger, options.net)
    if "stake" not in ledger.table and ledger.has("quantity", "entry_price"):
        ledger.table["stake"] = ledger.table["quantity"] * ledger.table["entry_price"]
        ledger.notes.append("stake is quantity times entry price.")
    _refuse_too_little(ledger)
    settle.returns(ledger, options.percent, options.net)
    ledger.notes.extend(columns.unused_columns(header, names))
    return finish(ledger)


def _sign_to_side(ledger: Ledger) -> None:
    """Where there is no side, a negative quantity is a short; only positive ones say nothing."""
    if "side" in ledger.table or "quantity" not in ledger.table:
        return
    quantity = ledger.table["quantity"]
    if (quantity < 0).any():
        ledger.table["side"] = (quantity > 0).map({True: 1, False: -1}).astype("Int8")
        ledger.table["quantity"] = quantity.abs()
        ledger.notes.append(f"The sign of {ledger.theirs('quantity')!r} is taken as the side.")


def _refuse_too_little(ledger: Ledger) -> None:
    """Say what is missing on the shortest way to a return."""
    if ledger.has("return") or ledger.has("net_pnl", "stake"):
        return
    missing = []
    if not ledger.has("net_pnl"):
        prices = ("side", "quantity", "entry_price", "exit_price")
        lacking = [name for name in prices if name not in ledger.table]
        if ledger.has("gross_pnl"):
            missing.append("fee (a gross P&L alone has no net)")
        elif len(lacking) < len(prices):
            missing.append(f"net_pnl (or {', '.join(lacking)} to work it out from prices)")
        else:
            missing.append("net_pnl")
    if not ledger.has("stake"):
        missing.append("stake (or quantity and entry_price)")
    raise DataError(
        f"{ledger.raw.name}: wanted a return, or net_pnl and stake; missing {' and '.join(missing)} "
        f"(has: {', '.join(map(str, ledger.cells.columns))}). "
        'A column under another name is given with columns={"net_pnl": "its name"}.'
    )
