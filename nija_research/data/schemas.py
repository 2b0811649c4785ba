"""
The two tables everything else is built on, declared once: column, unit, meaning, and what must hold.

Prices are indexed by time when handed out; here time is a column, so that rows can be told. Money is in the
account's currency, returns are shares of the stake. A check on several columns carries the text
``column|wanted|others`` from which the message is made. Nothing here reads files.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nija_research.data.files import Fault

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

__all__ = ["CENT", "agree", "column_table", "dtype_of", "frame_faults", "prices_schema", "trades_schema"]

#: Money that rounding may lose in one row, account currency.
CENT = 0.01
#: Share of an amount that rounding may lose where a cent is less than that.
RELATIVE = 1e-6

_UTC = pd.DatetimeTZDtype("us", "UTC")
_ORDER = (("high", "low"), ("high", "open"), ("high", "close"), ("open", "low"), ("close", "low"))


@cache
def prices_schema() -> DataFrameSchema:
    """
    Declare a price table: one bar a row, time as a column.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Checks types, gaps in the cells, signs, and that open and close lie between low and high.
    """
    import pandera.pandas as pa

    def price(meaning: str) -> Any:
        above = pa.Check.gt(0, error="a price above 0")
        return pa.Column(float, above, title="quote currency", description=meaning)

    def above(upper: str, lower: str) -> Any:
        return pa.Check(lambda frame: ~(frame[upper] < frame[lower]), error=f"{upper}|at least {lower}|{lower}")

    count = pa.Check.ge(0, error="a volume of 0 or more")
    volume = pa.Column(float, count, nullable=True, required=False, title="units of the asset, or as the source counts")
    volume.description = "Traded in the bar; the column may be absent."
    time = pa.Column(_UTC, unique=True, report_duplicates="exclude_first", title="UTC")
    time.description = "Start of the bar; the table's index, ascending."
    return pa.DataFrameSchema(
        {
            "time": time,
            "open": price("First price of the bar."),
            "high": price("Highest price of the bar."),
            "low": price("Lowest price of the bar."),
            "close": price("Last price of the bar, not adjusted for dividends."),
            "volume": volume,
        },
        checks=[above(*pair) for pair in _ORDER],
    )


@cache
def trades_schema() -> DataFrameSchema:
    """
    Declare the canonical trade table: one closed round trip a row.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Checks types, signs, the order of times, and that gross, costs, net, stake and return agree.
    """
    import pandera.pandas as pa

    money, asset, quote = "account currency", "units of the asset", "quote currency"

    def number(unit: str, meaning: str, wanted: str = "", *, empty: bool = True, needed: bool = True) -> Any:
        checks = [pa.Check.gt(0, error=wanted)] if wanted else []
        return pa.Column(float, checks, nullable=empty, required=needed, title=unit, description=meaning)

    def text(meaning: str, **options: Any) -> Any:
        return pa.Column(pd.StringDtype(), title="name", description=meaning, **options)

    return pa.DataFrameSchema(
        {
            "trade_id": text(
                "Unique in the table; the place in the file where the file has none.",
                unique=True,
                report_duplicates="exclude_first",
            ),
            "symbol": text("What was traded.", nullable=True),
            "side": pa.Column(
                pd.Int8Dtype(),
                pa.Check.isin([-1, 1], error="+1 (long) or -1 (short)"),
                nullable=True,
                title="+1 or -1",
                description="Long or short.",
            ),
            "quantity": number(asset, "Size of the position, above 0.", "a quantity above 0"),
            "entry_time": pa.Column(_UTC, nullable=True, title="UTC", description="Position opened."),
            "exit_time": pa.Column(_UTC, title="UTC", description="Position closed; rows are in this order."),
            "entry_price": number(quote, "Average price of the entry.", "a price above 0"),
            "exit_price": number(quote, "Average price of the exit.", "a price above 0"),
            "stake": number(
                money, "What the return is measured on: notional, or margin where leveraged.", "a stake above 0"
            ),
            "fee": number(money, "Paid for entry and exit together; a rebate is negative."),
            "funding": number(money, "Funding or swap, positive when received."),
            "gross_pnl": number(money, "Profit or loss before fee and funding."),
            "net_pnl": number(money, "gross_pnl - fee + funding."),
            "return": number("share of the stake", "net_pnl / stake.", empty=False),
            "risk": number(
                money,
                "Planned loss at the stop; the column is there only when the source has it.",
                "a planned loss above 0",
                needed=False,
            ),
        },
        checks=[pa.Check(holds, error=error) for error, holds in _TRADE_RULES.items()],
    )


def dtype_of(schema: DataFrameSchema, column: str) -> Any:
    """
    Type of a column as pandas takes it.

    Parameters
    ----------
    schema : pandera.pandas.DataFrameSchema
        `prices_schema` or `trades_schema`.
    column : str
        One of its columns.

    Returns
    -------
    str or dtype
        ``"string"`` for text, whichever default text type this pandas has.
    """
    kind = schema.columns[column].dtype.type
    return "string" if pd.api.types.is_string_dtype(kind) else kind


def agree(left: pd.Series, right: pd.Series) -> pd.Series:
    """Whether two amounts are equal to a cent or a millionth; unknown counts as equal."""
    slack = np.maximum(CENT + 1e-9, RELATIVE * right.abs())
    return ~((left - right).abs() > slack)


def _closed_after_opened(frame: pd.DataFrame) -> pd.Series:
    return ~(frame["exit_time"] < frame["entry_time"])


def _net_is_gross_less_costs(frame: pd.DataFrame) -> pd.Series:
    # An unknown fee leaves nothing to check; unknown funding beside a known fee counts as none.
    net = frame["gross_pnl"] - frame["fee"] + frame["funding"].fillna(0.0)
    return agree(net, frame["net_pnl"])


def _return_is_net_on_stake(frame: pd.DataFrame) -> pd.Series:
    slack = np.maximum(CENT / frame["stake"].abs(), RELATIVE * frame["return"].abs().clip(lower=1.0))
    return ~((frame["net_pnl"] / frame["stake"] - frame["return"]).abs() > slack)


def _long_keeps_its_stake(frame: pd.DataFrame) -> pd.Series:
    leveraged = frame["stake"] < 0.999 * frame["quantity"] * frame["entry_price"]
    if "leverage" in frame:
        leveraged |= frame["leverage"] > 1.0
    short = frame["side"].eq(-1).fillna(False).astype(bool)
    return ~(frame["return"] < -1.0 - RELATIVE) | short | leveraged


_TRADE_RULES = {
    "exit_time|no earlier than the entry|entry_time": _closed_after_opened,
    "net_pnl|gross_pnl - fee + funding to a cent|gross_pnl,fee,funding": _net_is_gross_less_costs,
    "return|net_pnl / stake|net_pnl,stake": _return_is_net_on_stake,
    "return|-1 or more (only a short or a leveraged trade loses more than its stake)|side": _long_keeps_its_stake,
}


def frame_faults(
    frame: pd.DataFrame, schema: DataFrameSchema, lines: NDArray[np.int64], names: Mapping[str, str]
) -> list[Fault]:
    """
    Check a table and translate what fails into faults.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table, numbered 0, 1, 2, ...
    schema : pandera.pandas.DataFrameSchema
        What must hold.
    lines : ndarray of int64, shape (n,)
        Line number of each row.
    names : mapping of str to str
        Our column name to the file's, for the message; ours stands where the file has none.

    Returns
    -------
    list of Fault
        Every fault, in no order; empty when the table is sound.
    """
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    faults: dict[tuple[int, str, str], Fault] = {}
    for case in cases.to_dict("records"):
        row = -1 if case["index"] is None or pd.isna(case["index"]) else int(case["index"])
        line = None if row < 0 else int(lines[row])
        if "|" in str(case["check"]):
            column, wanted, others = str(case["check"]).split("|")
            values = ", ".join(f"{other} {_shown(frame[other].iloc[row])}" for other in others.split(","))
            got = f"{_shown(frame[column].iloc[row])} ({values})"
        else:
            column, got = str(case["column"]), _shown(case["failure_case"])
            wanted = _WANTED.get(str(case["check"]), str(case["check"]))
            if case["check"] == "field_uniqueness" and row >= 0:
                first = int(lines[int(np.argmax(frame[column] == frame[column].iloc[row]))])
                got = f"{got} again (first in row {first})"
        faults[row, column, wanted] = Fault(line, names.get(column, column), wanted, got)
    return list(faults.values())


_WANTED = {"not_nullable": "a value", "field_uniqueness": "every value once"}


def _shown(value: Any) -> str:
    """A value as a trader writes it."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return "nothing"
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return f"{value:.10g}" if isinstance(value, float) else repr(value) if isinstance(value, str) else f"{value}"


def column_table(schema: DataFrameSchema) -> str:
    """
    Write a schema as a Markdown table, for `data/README.md`.

    Parameters
    ----------
    schema : pandera.pandas.DataFrameSchema
        `prices_schema` or `trades_schema`.

    Returns
    -------
    str
        Column, unit, meaning, and whether a cell may be empty; one row a column, no newline at the end.
    """
    rows = ["| column | unit | meaning | may be empty |", "|---|---|---|---|"]
    for name, column in schema.columns.items():
        rows.append(f"| `{name}` | {column.title} | {column.description} | {'yes' if column.nullable else 'no'} |")
    return "\n".join(rows)
