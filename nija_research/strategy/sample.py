"""
The sample trade logs: the trend rule on the bundled indices, written the same way every time.

Money in the file is rounded to the cent and quantities to eight decimals, so that the same rule gives the same
bytes on every machine. Nothing is invented: every price in it is a price of the index.
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from nija_research.data import load_prices
from nija_research.data.files import write_whole
from nija_research.errors import WorkError
from nija_research.strategy.trend import Breakout, trades

__all__ = ["sample_trades", "write"]

#: The files that `write` makes: bundled prices to the symbol in the log.
SYMBOLS = {"sp500": "S&P 500", "nasdaq": "NASDAQ Composite"}


def sample_trades(prices: str = "sp500") -> pd.DataFrame:
    """
    Trade the default breakout on a bundled index, $10,000 a trade.

    Parameters
    ----------
    prices : {"sp500", "nasdaq"}, optional
        Bundled prices.

    Returns
    -------
    pandas.DataFrame
        The canonical table with `risk`; money rounded to the cent, gross = net + fee exactly.
    """
    table = trades(load_prices(prices), Breakout(), symbol=SYMBOLS[prices], stake=10_000.0)
    for column in ("gross_pnl", "fee", "risk"):
        table[column] = table[column].round(2)
    table["quantity"] = table["quantity"].round(8)
    table["net_pnl"] = (table["gross_pnl"] - table["fee"]).round(2)
    table["return"] = (table["net_pnl"] / table["stake"]).round(6)
    return table


def write(folder: str | os.PathLike[str]) -> list[Path]:
    """
    Write the sample logs into a folder, replacing older ones.

    Parameters
    ----------
    folder : str or path-like
        Made when it is not there.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    WorkError
        If the folder cannot be written.
    """
    return [_write(Path(folder) / f"{prices}_trend_trades.csv", prices) for prices in SYMBOLS]


def _write(path: Path, prices: str) -> Path:
    text = sample_trades(prices).to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%SZ")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkError(f"{path}: cannot be written ({error.strerror or error}).") from None
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
    return path
