"""
Accounts by name: engines made for the same account share one state.

A name is opened by the first engine that asks for it and joined by the next ones. Stands on: `policy`, `errors`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from nija_research.errors import ParameterError
from nija_research.policy.account import Account
from nija_research.policy.policy import Policy
from nija_research.units import EDGE

__all__ = ["accounts_aside", "close_accounts", "open_account", "put_account"]

_OPEN: dict[str, tuple[Account, float]] = {}


def open_account(
    name: str | None,
    policy: Policy | None,
    default: Policy,
    base: float | None,
    current: float | None,
    *,
    when: datetime | date | None,
    keep_ledger: bool,
) -> Account:
    """
    Return the account of this name, opened now if nobody has.

    Parameters
    ----------
    name : str or None
        The shared name; None is an account of its own.
    policy : Policy or None
        The rules the caller insists on; None joins whatever is there.
    default : Policy
        The rules a new account follows if the caller does not insist.
    base, current : float or None
        Base capital and equity. A caller who joins may leave them out; given, they must be the account's.
    when : datetime or date, optional
        Time of the opening, UTC.
    keep_ledger : bool
        Record transfers and level changes of a new account.

    Returns
    -------
    Account

    Raises
    ------
    ParameterError
        If the account is open with another base, equity or policy, or is new and `base` is missing.
    """
    if name is None or name not in _OPEN:
        if base is None:
            raise ParameterError(f"account {name!r} is not open yet, and base_capital is missing. Pass base_capital.")
        account = Account(policy or default, base, current, when=when, keep_ledger=keep_ledger)
        if name is not None:
            _OPEN[name] = account, account.equity
        return account
    account, opening = _OPEN[name]
    cure = f"Join without it, choose another account name, or close_accounts({name!r}) first."
    if base is not None and abs(base - account.state.base) > EDGE * account.state.base:
        raise ParameterError(f"account {name!r} is open with base {account.state.base:,.2f}, got {base!r}. {cure}")
    if current is not None and min(abs(current - opening), abs(current - account.equity)) > 0.005:
        raise ParameterError(
            f"account {name!r} is open and holds {account.equity:,.2f}, got current {current!r}. {cure}"
        )
    if policy is not None and policy != account.policy:
        raise ParameterError(f"account {name!r} is open with another config. {cure}")
    return account


def put_account(name: str, account: Account) -> None:
    """Share a restored account under a name that is not open."""
    if name in _OPEN:
        raise ParameterError(f"account {name!r} is open. close_accounts({name!r}) before restoring it.")
    _OPEN[name] = account, account.equity


def close_accounts(*names: str) -> None:
    """
    Forget shared accounts: for tests, and before an account is opened anew.

    Parameters
    ----------
    *names : str
        The accounts; all of them unless any is named.
    """
    for name in names or tuple(_OPEN):
        _OPEN.pop(name, None)


@contextmanager
def accounts_aside() -> Iterator[None]:
    """Put the open accounts aside for a while: what is opened inside is forgotten, and they come back as they were."""
    kept = dict(_OPEN)
    _OPEN.clear()
    try:
        yield
    finally:
        _OPEN.clear()
        _OPEN.update(kept)
