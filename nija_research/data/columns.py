"""
Column names: which column of a user's file is which of ours.

Names are compared without case, spaces, punctuation and bracketed units. A name that fits two columns is asked for,
never guessed. Words that mean different things in different files (``cost``, ``value``, ``position size``) are left out
of the synonyms on purpose: such a column is named by the user. Nothing here reads cells.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from nija_research.errors import DataError, ParameterError

__all__ = [
    *("CANONICAL", "PERCENT", "RATIO", "SYNONYMS", "WEAK"),
    *("describe_missing", "match_columns", "plain_name", "unused_columns"),
]

#: Columns of the canonical table, in order; `risk` follows when the source has it.
CANONICAL = (
    *("trade_id", "symbol", "side", "quantity", "entry_time", "exit_time", "entry_price", "exit_price"),
    *("stake", "fee", "funding", "gross_pnl", "net_pnl", "return"),
)


def plain_name(name: str) -> str:
    """
    Reduce a column name to what is compared.

    Parameters
    ----------
    name : str
        As it stands in a file.

    Returns
    -------
    str
        Lower case letters, digits and ``%``; a bracketed unit is dropped unless it is ``(%)``.

    Examples
    --------
    >>> plain_name("Net Profit (USDT)"), plain_name("Profit (%)")
    ('netprofit', 'profit%')
    """
    bare = re.sub(r"[(\[<][^)\]>%]*[)\]>]", "", name) or name
    return re.sub(r"[^a-z0-9%]", "", bare.lower())


def match_columns(
    header: Sequence[str],
    synonyms: Mapping[str, Sequence[str]],
    given: Mapping[str, str] | None,
    source: str,
) -> dict[str, str]:
    """
    Find our columns in a header.

    Parameters
    ----------
    header : sequence of str
        The file's column names.
    synonyms : mapping of str to sequence of str
        For each of our names the plain names it goes by; our own name need not be listed.
    given : mapping of str to str, optional
        Our name to the file's name, as the user said. Overrides recognition.
    source : str
        Name of the file, for messages.

    Returns
    -------
    dict of str to str
        Our name to the file's name, for the columns found.

    Raises
    ------
    ParameterError
        If `given` names a column that is not one of ours.
    DataError
        If `given` names a column that the file does not have, or two columns fit one name.
    """
    names: dict[str, str] = {}
    for ours, theirs in (given or {}).items():
        if ours not in synonyms:
            raise ParameterError(f"columns must map from {', '.join(synonyms)}, got {ours!r}.")
        if theirs not in header:
            raise DataError(f"{source}: {describe_missing(str(theirs), header)}")
        names[ours] = theirs
    free = [name for name in header if name not in names.values()]
    for ours, plain in synonyms.items():
        if ours in names:
            continue
        own = [name for name in free if plain_name(name) == plain_name(ours)]
        fits = own or [name for name in free if plain_name(name) in plain]
        if len(fits) > 1:
            both = " and ".join(map(repr, fits))
            raise DataError(
                f"{source}: columns {both} can each be {ours}. Say which with columns={{{ours!r}: {fits[0]!r}}}."
            )
        if fits:
            names[ours] = fits[0]
            free.remove(fits[0])
    return names


def unused_columns(header: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """
    Name the columns of a file that nothing was read from.

    Parameters
    ----------
    header : iterable of str
        The file's column names.
    names : mapping of str to str
        Our names to the file's, of the columns used.

    Returns
    -------
    list of str
        One sentence, or nothing.
    """
    unused = [str(column) for column in header if column and column not in names.values()]
    return [f"Columns not used: {', '.join(unused)}."] if unused else []


def describe_missing(name: str, header: Iterable[str]) -> str:
    """
    Say that a column is missing, what there is, and what comes nearest.

    Parameters
    ----------
    name : str
        The column that was wanted.
    header : iterable of str
        The file's column names.

    Returns
    -------
    str
        One sentence, without the file's name.
    """
    has = list(header)
    plain = {plain_name(column): column for column in has}
    near = difflib.get_close_matches(plain_name(name), list(plain), n=1)
    nearest = f"; nearest {plain[near[0]]!r}" if near else ""
    return f"column {name!r} is missing (has: {', '.join(has)}{nearest})."


#: Canonical name (and a few helpers that are read and then dropped) to the plain names it goes by.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "trade_id": ("id", "positionid", "ticket", "trade", "tradeno", "tradenumber", "position"),
    "symbol": ("pair", "market", "coin", "asset", "instrument", "ticker", "contract", "item"),
    "side": ("direction", "positionside", "tradeside", "longshort", "tradedirection", "dir"),
    "quantity": ("qty", "size", "amount", "units", "volume", "contracts", "lots", "shares", "baseamount"),
    "entry_time": (
        "opened", "opentime", "opendate", "openedat", "entrydate", "entrytimestamp", "opentimestamp", "timeopen",
        "dateopen", "dateopened", "timeopened", "openat", "opendatetime", "entrydatetime", "timein", "datein",
        "starttime", "entryat",
    ),
    "exit_time": (
        "closed", "closetime", "closedate", "closedat", "exitdate", "exittimestamp", "closetimestamp", "timeclose",
        "dateclose", "dateclosed", "timeclosed", "closeat", "closedatetime", "exitdatetime", "dateout", "endtime",
        "exitat",
    ),
    "entry_price": (
        "entry", "openprice", "openrate", "entryrate", "priceopen", "avgentryprice", "averageentryprice",
        "avgopenprice", "entryavgprice", "pricein", "openedprice",
    ),
    "exit_price": (
        "exit", "closeprice", "closerate", "exitrate", "priceclose", "avgexitprice", "averageexitprice",
        "avgcloseprice", "exitavgprice", "priceout", "closedprice",
    ),
    "stake": (
        "stakeamount", "notional", "sizeusd", "sizeusdt", "usdsize", "positionvalue", "invested", "investment",
        "margin", "capitalused", "entryvalue", "notionalvalue", "collateral",
    ),
    "fee": ("fees", "totalfees", "totalfee", "commission", "commissions", "tradingfee", "tradingfees", "feeusd"),
    "funding": ("fundingfee", "fundingfees", "fundingpayment", "fundingpayments", "fundingpnl", "swap"),
    "gross_pnl": ("grossprofit", "grosspl", "pnlgross", "profitgross", "grossresult", "grossprofitloss"),
    "net_pnl": ("netprofit", "netpl", "pnlnet", "profitnet", "netresult", "profitafterfees", "netprofitloss"),
    "return": (
        "returns", "ret", "roi", "tradereturn",
        "profitratio", "pnlratio", "returnratio", "netreturn", "closeprofit",
        "returnpct", "profitpct", "pnlpct", "roipct", "netprofitpct", "returnpercent", "profitpercent",
        "pnlpercent", "roipercent", "pctreturn", "percentreturn", "gainpct", "pctprofit", "pctpnl", "pctgain",
        "return%", "profit%", "pnl%", "roi%", "netprofit%", "gain%", "%return", "%profit", "%pnl", "%gain",
        "profitpercentage", "returnpercentage", "pnlpercentage", "change%", "netpnl%", "netpnlpct",
    ),
    "risk": ("riskamount", "riskusd", "plannedrisk", "plannedloss", "initialrisk", "amountatrisk"),
    # Helpers: read, used and dropped.
    "pnl": (
        "profit", "pl", "profitloss", "profitandloss", "realizedpnl", "realisedpnl", "closedpnl", "realizedprofit",
        "profitabs", "pnlabs", "closeprofitabs", "pnlusd", "profitusd", "result", "gain", "gainloss",
    ),
    "entry_fee": ("feeentry", "openfee", "feeopencost", "entryfees", "entrycommission"),
    "exit_fee": ("feeexit", "closefee", "feeclosecost", "exitfees", "exitcommission"),
    "leverage": ("lev",),
    "status": ("state", "tradestatus"),
    "is_open": ("stillopen",),
    "is_short": ("short",),
}  # fmt: skip

#: A lone time column of a log of closed trades is when they closed.
WEAK: tuple[str, ...] = ("date", "time", "timestamp", "datetime", "day", "dateutc", "timeutc")

#: Names of returns that say share; `return` itself says nothing.
RATIO = frozenset({"profitratio", "pnlratio", "returnratio"})
#: Parts of names that say percent, which traders' files do not always keep to.
PERCENT = ("pct", "percent", "%")
