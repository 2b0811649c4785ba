"""
The ledger of a real log under a siphon, in whole cents: as it would have been, against what was.

Two ways to replay. *As traded* books the log's own net P&L, so that only where the money lies differs from what was;
trades whose stake the trading account would no longer have held are counted, not changed. *Sized by the policy* is
`simulate.replay`.

Inside an account money is never rounded; a bank moves cents. The policy: *balances* are rounded, not transfers. What
the account has in all, base and P&L, is rounded to the nearest cent; every part that money is moved to (preserved,
locked, chest, operating, withdrawn) holds its balance rounded *down*; the trading account holds the rest. So each odd
cent stays in the trading account until it has become a whole one, every part is within a cent of the unrounded one at
all times, however many transfers there were, and the parts add up exactly, in integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy import Account, Policy
from nija_research.policy.ledger import COLUMNS
from nija_research.simulate.checks import named_policies, one_policy
from nija_research.simulate.replaying import replay
from nija_research.units import positive

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SiphonLedger", "compare_replays", "in_cents", "replay_siphon"]

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
    total = float(base)
    exact = dict.fromkeys(SIPHONED, 0.0)
    balance = {"trading": opening, **dict.fromkeys(SIPHONED, 0)}
    rows = []
    for time, rule, source, target, amount, reason in ledger.itertuples(index=False):
        if source not in (*PARTS, *OUTSIDE) or target not in (*PARTS, *OUTSIDE):
            continue  # a change of level or a stop: no money
        before = sum(balance.values())
        for part, sign in ((source, -1.0), (target, 1.0)):
            if part in exact:
                exact[part] += sign * amount
                change = int(np.floor(100.0 * exact[part] + _SHY)) - balance[part]
                balance[part] += change
                balance["trading"] -= change
        if outside := [part for part in (source, target) if part in OUTSIDE]:
            total += amount if source in outside else -amount
            balance["trading"] += round(100.0 * total) - before
        cents = abs(sum(balance.values()) - before) if outside else abs(change)
        if cents or rule == "trade":
            rows.append((time, rule, source, target, cents, reason, *(balance[part] for part in PARTS)))
    table = pd.DataFrame(rows, columns=["time", "rule", "from", "to", "cents", "reason", *PARTS])
    return table.astype({"cents": "int64", **dict.fromkeys(PARTS, "int64")})


def whole_cents(name: str, money: float) -> int:
    """Return an amount above 0 in cents, or refuse one that is not whole."""
    cents = 100.0 * positive(name, money)
    if abs(cents - round(cents)) > _SHY:
        raise ParameterError(f"{name} must be in whole cents, got {money!r}. Write {round(money, 2):.2f}.")
    return round(cents)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiphonLedger:
    """
    A log's books under one policy.

    Attributes
    ----------
    base : int
        Opening capital, cents.
    ledger : pandas.DataFrame
        Of `in_cents`: every trade and transfer, with balances.
    account : Account
        The account at the end, unrounded.
    unfunded : int
        Trades whose stake was more than the trading account held when they closed.
    """

    base: int
    ledger: pd.DataFrame = field(repr=False)
    account: Account = field(repr=False)
    unfunded: int = 0

    def balances(self, before: date | None = None) -> dict[str, int]:
        """Return what every part held, cents, at the end or before a day (UTC) began."""
        rows = self.ledger
        if before is not None:
            rows = rows[rows["time"].dt.date < before]
        if not len(rows):
            return {"trading": self.base, **dict.fromkeys(SIPHONED, 0)}
        return {part: int(rows[part].iloc[-1]) for part in PARTS}

    def statement(self, since: date | None = None, until: date | None = None) -> pd.DataFrame:
        """
        Return the reconciliation of a period, which adds up to the cent.

        Parameters
        ----------
        since, until : datetime.date, optional
            First day of the period and the day after its last one (UTC); the whole log unless given.

        Returns
        -------
        pandas.DataFrame
            One row a part and one for all: part, opening, earned (P&L and flows), moved in, moved out, closing, check
            (``opening + earned + in - out - closing``, always 0), all in cents.
        """
        import pandas as pd

        rows = self.ledger
        days = rows["time"].dt.date
        rows = rows[(days >= (since or date.min)) & (days < (until or date.max))]
        entering, leaving = rows["from"].isin(OUTSIDE), rows["to"].isin(OUTSIDE)

        def flow(chosen: pd.Series, end: str) -> pd.Series:
            totals: pd.Series = rows[chosen].groupby(end)["cents"].sum()
            return totals.reindex(PARTS, fill_value=0)

        opening = {"trading": self.base, **dict.fromkeys(SIPHONED, 0)} if since is None else self.balances(since)
        table = pd.DataFrame({"opening": opening})
        table["earned"] = flow(entering, "to") - flow(leaving, "from")
        table["in"], table["out"] = flow(~entering, "to"), flow(~leaving, "from")
        table["closing"] = self.balances(until)
        table["check"] = table["opening"] + table["earned"] + table["in"] - table["out"] - table["closing"]
        table.loc["all"] = table.sum()
        return table.rename_axis("part").reset_index()


def replay_siphon(
    trades: pd.DataFrame, policy: Policy, *, base: float = 10_000.0, leverage: float = 1.0, as_traded: bool = True
) -> SiphonLedger:
    """
    Replay a log under a siphon and keep its books in cents.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table; as traded it needs `net_pnl` of every trade.
    policy : Policy
        The rules; as traded only those that move money act.
    base : float, optional
        Opening capital, whole cents.
    leverage : float, optional
        Notional per unit of position, where the policy sizes.
    as_traded : bool, optional
        Book the log's own P&L; else let the policy size every trade.

    Returns
    -------
    SiphonLedger

    Raises
    ------
    ParameterError
        If base is not in whole cents, a P&L or exit is missing, or as in `simulate.replay`.
    """
    one_policy(policy)
    opening = whole_cents("base", base)
    if as_traded:
        account, unfunded = _as_traded(trades, policy, base)
    else:
        account, unfunded = replay(trades, policy, base=base, leverage=leverage).account, 0
    return SiphonLedger(base=opening, ledger=in_cents(account.ledger(), base), account=account, unfunded=unfunded)


def compare_replays(
    trades: pd.DataFrame, policies: Mapping[str, Policy], *, since: date, until: date, **settings: object
) -> pd.DataFrame:
    """
    Return what other siphons would have given on the same log.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.
    policies : mapping of str to Policy
        The siphons.
    since, until : datetime.date
        First day of the week and the day after its last one (UTC).
    **settings
        Of `replay_siphon`.

    Returns
    -------
    pandas.DataFrame
        rule, set aside this week (net; chest, preserved, locked), set aside, account, paid out, total: account's
        currency, exact to the cent.
    """
    import pandas as pd

    rows = []
    for name, policy in named_policies(policies).items():
        ledger = replay_siphon(trades, policy, **settings)  # type: ignore[arg-type]
        then, now = pd.Series(ledger.balances(since)), pd.Series(ledger.balances(until))
        aside = ["chest", "preserved", "locked"]
        week = (now - then)[aside].sum()
        paid = now["operating"] + now["withdrawn"]
        rows.append((name, *(x / 100 for x in (week, now[aside].sum(), now["trading"], paid, now.sum()))))
    return pd.DataFrame(rows, columns=["rule", "set aside this week", "set aside", "account", "paid out", "total"])


def _as_traded(trades: pd.DataFrame, policy: Policy, base: float) -> tuple[Account, int]:
    import pandas as pd

    if not isinstance(trades, pd.DataFrame) or not {"net_pnl", "exit_time"} <= set(trades.columns):
        raise ParameterError("trades must be a table with columns net_pnl and exit_time. data.load_trades reads one.")
    ordered = trades.sort_values("exit_time", kind="stable")
    for column in ("net_pnl", "exit_time"):
        if ordered[column].isna().any():
            row = int(np.flatnonzero(trades[column].isna())[0]) + 1
            raise ParameterError(
                f"{column} of trade {row} is missing. Replay with as_traded=False, or complete the log."
            )
    stakes = ordered["stake"].to_numpy(dtype=float) if "stake" in ordered else np.zeros(len(ordered))
    account, unfunded = Account(policy, base), 0
    for pnl, when, stake in zip(ordered["net_pnl"], ordered["exit_time"], stakes, strict=True):
        account.advance(when.to_pydatetime())
        unfunded += int(stake > account.state.trading + 0.005)
        account.trade(float(pnl), when=when.to_pydatetime())
    return account, unfunded
