"""
Accounts by name, on disk and as readable text.

Engines made for the same account name share one state: the first engine opens it, the next ones join it. A saved engine
is JSON with a schema version and a checksum, written beside the file and renamed over it: a process killed while it
writes leaves the previous file whole, and a damaged, cut or foreign file is refused. Numbers come back bit for bit.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nija_research.errors import DataError, ParameterError, WorkError
from nija_research.policy.account import Account
from nija_research.policy.policy import Policy
from nija_research.units import EDGE

__all__ = [
    "SCHEMA",
    "account_report",
    "accounts_aside",
    "close_accounts",
    "open_account",
    "put_account",
    "read_saved",
    "write_saved",
]

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


#: Version of the file's layout.
SCHEMA = 1


def write_saved(path: str | Path, content: dict[str, Any]) -> Path:
    """
    Write `content` so that `path` always holds a whole file.

    Parameters
    ----------
    path : str or Path
        The file.
    content : dict
        Plain numbers, words and lists.

    Returns
    -------
    Path

    Raises
    ------
    WorkError
        If the folder cannot be written.
    """
    target = Path(path)
    body = _canonical(content)
    text = json.dumps({"schema": SCHEMA, "checksum": _digest(body), "content": content}, indent=1, allow_nan=False)
    beside = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise WorkError(f"{target}: cannot be written: {error}. Choose a folder that exists and is yours.") from error
    return target


def read_saved(path: str | Path) -> dict[str, Any]:
    """
    Return what `write` wrote, or refuse.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    dict

    Raises
    ------
    DataError
        If the file is missing, damaged, or of another schema.
    """
    target = Path(path)
    try:
        whole = json.loads(target.read_text(encoding="utf-8"))
        schema, checksum, content = whole["schema"], whole["checksum"], whole["content"]
    except FileNotFoundError:
        raise DataError(f"{target}: there is no such file. Save an engine first.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{target}: is not a whole saved engine ({error}). Restore an older save.") from error
    if schema != SCHEMA:
        raise DataError(f"{target}: has schema {schema!r}, this version reads {SCHEMA}. Use the version that wrote it.")
    if checksum != _digest(_canonical(content)):
        raise DataError(f"{target}: the checksum does not fit: the file was changed or damaged. Restore an older save.")
    return dict(content)


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def account_report(title: str, account: Account, extra: list[tuple[str, str]]) -> str:
    """
    Return the account's state as lines of text.

    Parameters
    ----------
    title : str
        First line.
    account : Account
        Whose state it is.
    extra : list of (str, str)
        Further lines of the engine: label and text.

    Returns
    -------
    str
    """
    s = account.state
    money = (
        ("Base capital", s.base),
        ("Total capital", account.equity),
        ("  trading", s.trading),
        ("  preserved", s.preserved),
        ("  locked", s.locked),
        ("  war chest", s.chest),
        ("  operating", s.operating),
        ("Paid out", s.withdrawn),
        ("Net deposits", s.flows),
        ("Profit since base", s.profit),
        ("Highest milestone", s.milestone),
    )
    words = [
        ("Drawdown", f"{account.drawdown:.2%} of the flow-adjusted peak"),
        ("Protection level", str(account.level)),
        ("Streak", f"{s.wins:.0f} wins, {s.losses:.0f} losses in a row"),
        *extra,
        ("Trading", "HALTED" if account.blocks else "allowed"),
    ]
    lines = [title, "=" * len(title)]
    lines += [f"{label:<20} ${value:>16,.2f}" for label, value in money]
    lines += [f"{label:<20} {text}" for label, text in words]
    lines += [f"{'':<20} {reason}" for reason in account.blocks]
    return "\n".join(lines)
