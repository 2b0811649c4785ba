"""
The logs of several bots, by name: from files, from bundled names, or from the symbols of one log.

Nothing here compares them. Stands on: `trades`, `errors`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from nija_research.data.trades import load_trades
from nija_research.errors import ParameterError

__all__ = ["load_bots"]

# The bundled logs stand beside each other, as two bots of one account.
_PARTNER = {"sp500_trend": "nasdaq_trend"}


def load_bots(trades: str, others: str = "auto") -> dict[str, pd.DataFrame]:
    """
    Load one log a bot.

    Parameters
    ----------
    trades : str
        A bundled log or a file.
    others : str, optional
        More of them, separated by commas. "auto" adds the bundled nasdaq_trend to the bundled sp500_trend, and nothing
        to a log of yours. Without others, each symbol of the log is a bot of its own.

    Returns
    -------
    dict of str to pandas.DataFrame
        Name to canonical table, in the order given.

    Raises
    ------
    DataError
        If a file cannot be read or has faults.
    ParameterError
        If two logs have one name.

    Examples
    --------
    >>> list(load_bots("sp500_trend"))
    ['sp500_trend', 'nasdaq_trend']
    """
    more = _PARTNER.get(trades, "") if others.strip() == "auto" else others
    paths = [trades, *(part.strip() for part in more.split(",") if part.strip())]
    if len(paths) == 1:
        log = load_trades(trades)
        named = log["symbol"].astype(object).where(log["symbol"].notna(), "unnamed").astype(str)
        return {str(name): log[named == name] for name in pd.unique(named)} if len(log) else {Path(trades).stem: log}
    names = [Path(path).stem for path in paths]
    if len(set(names)) < len(names):
        raise ParameterError(f"others must not repeat a name, got {', '.join(names)}: each log is one bot.")
    return dict(zip(names, (load_trades(path) for path in paths), strict=True))
