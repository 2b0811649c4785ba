"""
An account as readable text: every number with its unit, to the cent.

Stands on: `policy`.
"""

from __future__ import annotations

from nija_research.policy.account import Account

__all__ = ["report"]


def report(title: str, account: Account, extra: list[tuple[str, str]]) -> str:
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
