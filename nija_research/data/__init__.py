"""
The facts: prices and trades from files, checked row by row, and the data sets that come with the suite.

Times are UTC, money is in the account's currency, returns are shares of the stake. Names are loaded when first
used, so that importing this package costs nothing. Stands on: `errors`, `units`, `places`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nija_research.data.bundled import bundled

if TYPE_CHECKING:
    from nija_research.data.bots import load_bots
    from nija_research.data.check import FileReport, check_file, compare_lengths
    from nija_research.data.faults import Fault
    from nija_research.data.importing import import_trades
    from nija_research.data.prices import load_prices
    from nija_research.data.synthetic import trades_from_r_multiples, trades_from_returns
    from nija_research.data.trades import empty_trades, load_trades

__all__ = [
    "Fault",
    "FileReport",
    "bundled",
    "check_file",
    "compare_lengths",
    "empty_trades",
    "import_trades",
    "load_bots",
    "load_prices",
    "load_trades",
    "trades_from_r_multiples",
    "trades_from_returns",
]

_ROOMS = {
    "Fault": "faults",
    "FileReport": "check",
    "check_file": "check",
    "compare_lengths": "check",
    "empty_trades": "trades",
    "import_trades": "importing",
    "load_bots": "bots",
    "load_prices": "prices",
    "load_trades": "trades",
    "trades_from_r_multiples": "synthetic",
    "trades_from_returns": "synthetic",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
