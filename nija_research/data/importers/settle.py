"""
Gross or net, percent or share: settled by the file's own sums, or asked for.

Amounts are in the account's currency, returns leave here as shares. `funding` counts as none where the file has
no such column. Two readings are told apart only when one fits every row and the other does not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from nija_research.data.columns import PERCENT, RATIO, plain_name
from nija_research.data.files import Fault
from nija_research.data.importers.ledger import Ledger
from nija_research.data.schemas import CENT, agree

__all__ = ["costs", "profit", "returns"]

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
