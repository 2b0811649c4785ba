"""
Data sets that come with the suite and work offline, by name, with source and licence.

The two index series travel inside the arch package (its file is read directly: importing arch takes more than
a second). The trade logs are regenerated from them by a documented rule. Nothing here is read or checked.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from nija_research import places
from nija_research.errors import DataError

__all__ = ["bundled", "locate"]

_INDEX = "daily open, high, low, close, volume, 1999-2018. Source: Yahoo! Finance, shipped in arch 8 (NCSA licence)"
_BUNDLED = {
    "sp500": f"S&P 500 price index, {_INDEX}.",
    "nasdaq": f"NASDAQ Composite price index, {_INDEX}.",
    "sp500_trend": (
        "Trade log: 55/20-day channel breakout on sp500, $10,000 a trade, 1 basis point a side. "
        "Source: nija_research.strategy.sample on sp500 (BSD-3)."
    ),
    "nasdaq_trend": (
        "Trade log: the same rule on nasdaq, $10,000 a trade, 1 basis point a side. "
        "Source: nija_research.strategy.sample on nasdaq (BSD-3)."
    ),
}


def bundled() -> dict[str, str]:
    """
    List the data sets that work without a file or a network.

    Returns
    -------
    dict of str to str
        Name to one line: what it is, source and licence.

    Examples
    --------
    >>> sorted(bundled())
    ['nasdaq', 'nasdaq_trend', 'sp500', 'sp500_trend']
    """
    return dict(_BUNDLED)


def locate(path_or_name: str | os.PathLike[str]) -> str | os.PathLike[str]:
    """
    Turn a bundled name into its file; anything else is returned as it is.

    Parameters
    ----------
    path_or_name : str or path-like
        A bundled name wins over a file of the same name in the working folder.

    Returns
    -------
    str or path-like

    Raises
    ------
    DataError
        If the package that carries the data set is not installed.
    """
    if not isinstance(path_or_name, str) or path_or_name not in _BUNDLED:
        return path_or_name
    if path_or_name.endswith("_trend"):
        return places.suite() / "data" / "sample" / f"{path_or_name}_trades.csv"
    arch = find_spec("arch")  # locates without importing
    if arch is None or arch.origin is None:
        raise DataError(f"{path_or_name}: the arch package, which carries these prices, is not installed.")
    return Path(arch.origin).parent / "data" / path_or_name / f"{path_or_name}.csv.gz"
