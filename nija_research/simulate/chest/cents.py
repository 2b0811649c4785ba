"""
An account's ledger in whole cents, with nothing lost.

Inside an account money is never rounded; a bank moves cents. The policy: *balances* are rounded, not transfers. What
has been made in all, base and P&L, is rounded to the nearest cent; every part that money is moved to (preserved,
locked, chest, operating, withdrawn) holds its balance rounded *down*; the trading account holds the rest. So each odd
cent stays in the trading account until it has become a whole one, every part is within a cent of the unrounded one at
all times, however many transfers there were, and the parts add up exactly, in integers. Stands on: `policy.ledger`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy.ledger import COLUMNS
from nija_research.units import positive

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OUTSIDE", "PARTS", "SIPHONED", "in_cents", "whole_cents"]

#: Where money can be, the trading account first.
PARTS = ("trading", "preserved", "locked", "chest", "operating", "withdrawn")
#: The parts that are rounded down.
SIPHONED = PARTS[1:]

#: Where money comes from and goes to.
OUTSIDE = ("market", "outside")
_SHY = 1e-6  # of a cent: what is so near a whole cent is one, since floats hold no tenths


def in_cents(ledger: pd.DataFrame, base: float) -> pd.DataFrame:
    """
    Return the money rows of a ledger in whole cents, with every part's balance after each.

    Parameters
    ----------
    ledger : pandas.DataFrame
        Of `policy.Account.ledger`, from an account opened with `base`.
    base : float
        Opening capital, whole cents.

    Returns
    -------
    pandas.DataFrame
        Columns time, rule, from, to, cents (0 or more, int64), reason, then the balances of `PARTS` in cents. Transfers
        that come to no whole cent yet are left out; their money stays in the trading account and moves with a later
        one. Trades are all there.

    Raises
    ------
    ParameterError
        If the ledger is none, or base is not in whole cents.

    Examples
    --------
    >>> from nija_research.policy import Account, Policy, WarChest
    >>> account = Account(Policy(war_chest=WarChest(rate=0.2)), 100.0)
    >>> account.trade(10.07)
    >>> in_cents(account.ledger(), 100.0)[["cents", "trading", "chest"]].to_numpy().tolist()
    [[1007, 11007, 0], [201, 10806, 201]]
    """
    import pandas as pd

    if not isinstance(ledger, pd.DataFrame) or list(ledger.columns) != list(COLUMNS):
        raise ParameterError(f"ledger must be a table with columns {', '.join(COLUMNS)}. Account.ledger() gives one.")
    opening = whole_cents("base", base)
    made = float(base)
    exact = dict.fromkeys(SIPHONED, 0.0)
    held = {"trading": opening, **dict.fromkeys(SIPHONED, 0)}
    rows = []
    for time, rule, source, target, amount, reason in ledger.itertuples(index=False):
        if source not in (*PARTS, *OUTSIDE) or target not in (*PARTS, *OUTSIDE):
            continue  # a change of level or a stop: no money
        before = sum(held.values())
        for part, sign in ((source, -1.0), (target, 1.0)):
            if part in exact:
                exact[part] += sign * amount
                moved = int(np.floor(100.0 * exact[part] + _SHY)) - held[part]
                held[part] += moved
                held["trading"] -= moved
        if outside := [part for part in (source, target) if part in OUTSIDE]:
            made += amount if source in outside else -amount
            held["trading"] += round(100.0 * made) - before
        cents = abs(sum(held.values()) - before) if outside else abs(moved)
        if cents or rule == "trade":
            rows.append((time, rule, source, target, cents, reason, *(held[part] for part in PARTS)))
    table = pd.DataFrame(rows, columns=["time", "rule", "from", "to", "cents", "reason", *PARTS])
    return table.astype({"cents": "int64", **dict.fromkeys(PARTS, "int64")})


def whole_cents(name: str, money: float) -> int:
    """Return an amount above 0 in cents, or refuse one that is not whole."""
    cents = 100.0 * positive(name, money)
    if abs(cents - round(cents)) > _SHY:
        raise ParameterError(f"{name} must be in whole cents, got {money!r}. Write {round(money, 2):.2f}.")
    return round(cents)
