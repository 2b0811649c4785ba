"""
The names under which traders' files carry the canonical columns.

Plain names as `columns.plain_name` makes them: lower case, no spaces or punctuation. Words that mean different
things in different files (``cost``, ``value``, ``position size``) are left out on purpose: such a column is
named by the user. Nothing here reads anything. Stands on: nothing.
"""

from __future__ import annotations

__all__ = ["PERCENT", "RATIO", "SYNONYMS", "WEAK"]

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
