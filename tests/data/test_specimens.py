"""Bad files, one of each kind: every message names the file, the place, what was wanted and what was got."""

from __future__ import annotations

import gzip

import pytest

from nija_research import data
from nija_research.errors import DataError

HEAD = "entry_time,exit_time,net_pnl,stake\n"
ROW = "2024-01-01T00:00Z,2024-01-02T00:00Z,5,100\n"
BARS = "date,open,high,low,close\n"
BAR = "2024-01-01,10,11,9,10\n"

# name, content, words the message must have (in any order)
TRADES = [
    ("empty.csv", b"", ["empty.csv", "header", "empty file"]),
    ("blank.csv", b"\n\n# only a comment\n", ["blank.csv", "header", "blank or comment"]),
    ("junk.csv", bytes(range(256)) * 4, ["junk.csv", "text", "binary"]),
    ("latin.csv", b"exit_time,return,symbol\n2024-01-01,0.1,caf\xe9\n", ["latin.csv", "UTF-8", "0xe9", "line 2"]),
    ("wide.csv", (HEAD + ROW).encode("utf-16"), ["wide.csv", "UTF-8", "UTF-16"]),
    ("broken.parquet", b"PAR1 not really", ["broken.parquet", "wanted a parquet file"]),
    ("broken.feather", b"ARROW1 not really", ["broken.feather", "wanted a feather file"]),
    ("log.xlsx", b"PK\x03\x04", ["log.xlsx", ".csv", ".parquet", ".feather", "'.xlsx'"]),
    ("noending", b"x", ["noending", ".csv", "no ending"]),
    ("cut.csv.gz", gzip.compress(b"exit_time,return\n2024-01-01,.1\n" * 9)[:-9], ["cut.csv.gz", "gzip", "cut short"]),
    ("headless.csv", b"2024-01-01,2024-01-02,5,100\n", ["headless.csv", "header line", "'2024-01-01,2024-01-02"]),
    ("twins.csv", b"exit_time,return,return\n", ["twins.csv", "'return'", "twice"]),
    ("ragged.csv", HEAD + ROW + "2024-01-01,2024-01-02,5\n", ["row 3", "wanted 4 cells", "got 3"]),
    ("quote.csv", HEAD + ROW + '2024-01-01,2024-01-02,"5,1\n', ["row 3", "every quote closed"]),
    ("word.csv", HEAD + ROW + ROW.replace("5", "abc"), ["word.csv: 1 fault", "row 3 'net_pnl'", "wanted a number", "got 'abc'"]),
    ("inf.csv", HEAD + ROW.replace("5", "inf"), ["row 2 'net_pnl'", "wanted a number", "got 'inf'"]),
    ("huge.csv", HEAD + ROW.replace("5", "1e999"), ["row 2 'net_pnl'", "finite", "got '1e999'"]),
    ("comma.csv", "exit_time;net_pnl;stake\n2024-01-02;5,1;100\n", ["row 2 'net_pnl'", "decimal point", "got '5,1'"]),
    ("none.csv", HEAD + ROW.replace("5", ""), ["row 2 'net_pnl'", "wanted a value", "got nothing"]),
    ("date.csv", HEAD + ROW.replace("2024-01-02T00:00Z", "yesterday"), ["row 2 'exit_time'", "wanted a date", "got 'yesterday'"]),
    ("feb.csv", HEAD + ROW.replace("2024-01-02T00:00Z", "2024-02-30T00:00Z"), ["row 2 'exit_time'", "wanted a date", "got '2024-02-30T00:00Z'"]),
    ("back.csv", HEAD + ROW.replace("2024-01-01", "2024-01-03"), ["row 2 'exit_time'", "no earlier than the entry", "2024-01-02", "2024-01-03"]),
    ("zero.csv", HEAD + ROW.replace("100", "0"), ["row 2 'stake'", "a stake above 0", "got 0"]),
    ("minus.csv", HEAD + ROW.replace("100", "-100"), ["row 2 'stake'", "a stake above 0", "got -100"]),
    ("ruin.csv", HEAD + ROW.replace("5", "-101"), ["row 2 'return'", "-1 or more", "got -1.01"]),
    ("id.csv", "ticket,exit_time,return\n7,2024-01-02,.1\n8,2024-01-03,.1\n7,2024-01-04,.1\n", ["row 4 'ticket'", "every value once", "'7' again (first in row 2)"]),
    ("side.csv", "side,exit_time,return\nup,2024-01-02,.1\n", ["row 2 'side'", "long, short", "got 'up'"]),
    ("quantity.csv", "side,qty,entry_price,exit_price,exit_time\nlong,0,10,11,2024-01-02\n", ["row 2 'qty'", "a quantity above 0", "got 0"]),
    ("price.csv", "side,qty,entry_price,exit_price,exit_time\nlong,1,10,-11,2024-01-02\n", ["row 2 'exit_price'", "a price above 0", "got -11"]),
    ("sum.csv", "exit_time,gross_pnl,fee,net_pnl,stake\n2024-01-02,10,1,8.5,100\n", ["row 2 'net_pnl'", "gross_pnl - fee + funding", "got 8.5 (gross_pnl 10, fee 1"]),
    ("rate.csv", "exit_time,net_pnl,stake,return\n2024-01-02,10,100,.1\n2024-01-03,10,100,.3\n2024-01-04,20,100,.2\n", ["row 3 'return'", "net_pnl / stake = 0.1", "got 0.3"]),
    ("rebate.csv", "exit_time,pnl,fee,stake\n2024-01-02,10,-1,100\n", ["row 2 'fee'", "a cost of 0 or more", "got -1"]),
    ("either.csv", "exit_time,profit_pct\n2024-01-02,0.5\n", ["'profit_pct'", "percent=True or percent=False", "neither"]),
    ("signs.csv", "exit_time,return\n2024-01-02,5%\n2024-01-03,3\n", ["row 3 'return'", "a percent sign like the other rows", "got '3'"]),
    ("large.csv", "exit_time,return\n2024-01-02,1.5\n", ["'return'", "percent=True or percent=False", "neither"]),
    ("costs.csv", "exit_time,pnl,fee,stake\n2024-01-02,10,1,100\n", ["'pnl'", "net=True or net=False", "neither"]),
    ("order.csv", "exit_time,return\n02/03/2024,.1\n", ["'exit_time'", "day_first=True or day_first=False", "02/03/2024", "neither"]),
    ("mixed.csv", "exit_time,return\n13/01/2024,.1\n01/14/2024,.1\n", ["row 3 'exit_time'", "day, month, year", "'01/14/2024'"]),
    ("zones.csv", "exit_time,return\n2024-01-01T00:00Z,.1\n2024-01-02T00:00,.1\n", ["row 3 'exit_time'", "zone", "'2024-01-02T00:00'"]),
    ("units.csv", "exit_time,return\n1700000000,.1\n1700000000000,.1\n1700000900,.1\n", ["row 3 'exit_time'", "epoch s", "1700000000000"]),
    ("noexit.csv", "exit_tme,return\n2024-01-01,.1\n", ["'exit_time' is missing", "has: exit_tme, return", "nearest 'exit_tme'"]),
    ("nostake.csv", "exit_time,net_pnl\n2024-01-01,5\n", ["missing stake", "has: exit_time, net_pnl"]),
    ("noprice.csv", "exit_time,side,qty,entry_price\n2024-01-01,long,1,10\n", ["missing net_pnl (or exit_price"]),
    ("nofee.csv", "exit_time,gross_pnl,stake\n2024-01-01,5,10\n", ["missing fee"]),
    ("both.csv", "exit_time,return,pair,coin\n2024-01-01,.1,BTC,ETH\n", ["'pair' and 'coin'", "symbol", "columns="]),
]  # fmt: skip

PRICES = [
    ("lacks.csv", "date,open,high,low,Settle\n", ["lacks.csv", "'close' is missing", "has: date, open, high, low, Settle"]),
    ("nan.csv", BARS + BAR + "2024-01-02,10,,9,10\n", ["row 3 'high'", "a value", "nothing"]),
    ("zero.csv", BARS + BAR + "2024-01-02,10,11,0,10\n", ["row 3 'low'", "a price above 0", "got 0"]),
    ("flip.csv", BARS + BAR + "2024-01-02,10,9,11,10\n", ["row 3 'high'", "at least low", "got 9 (low 11)"]),
    ("out.csv", BARS + BAR + "2024-01-02,10,11,9,12\n", ["row 3 'high'", "at least close", "got 11 (close 12)"]),
    ("under.csv", BARS + BAR + "2024-01-02,8,11,9,10\n", ["row 3 'open'", "at least low", "got 8 (low 9)"]),
    ("twice.csv", BARS + BAR + BAR, ["row 3 'date'", "every value once", "2024-01-01", "first in row 2"]),
    ("order.csv", BARS + BAR + BAR.replace("01-01", "01-03") + BAR.replace("01-01", "01-02"), ["row 4 'date'", "later than in row 3", "2024-01-02"]),
    ("volume.csv", "date,open,high,low,close,volume\n2024-01-01,10,11,9,10,-5\n", ["row 2 'volume'", "0 or more", "got -5"]),
    ("time.csv", BARS + "10:00,10,11,9,10\n", ["row 2 'date'", "a date and time", "'10:00'"]),
]  # fmt: skip


def _refused(load, path, words):
    with pytest.raises(DataError) as caught:
        load(path)
    message = str(caught.value)
    assert path.name in message
    assert [word for word in words if word not in message] == [], message
    assert "\n" not in message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def _written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(("name", "content", "words"), TRADES, ids=[case[0] for case in TRADES])
def test_a_bad_trade_log_is_refused_in_one_line(tmp_path, name, content, words):
    _refused(data.load_trades, _written(tmp_path, name, content), words)


@pytest.mark.parametrize(("name", "content", "words"), PRICES, ids=[case[0] for case in PRICES])
def test_a_bad_price_file_is_refused_in_one_line(tmp_path, name, content, words):
    _refused(data.load_prices, _written(tmp_path, name, content), words)


@pytest.mark.parametrize("load", [data.load_prices, data.load_trades])
def test_a_folder_is_not_a_file(tmp_path, load):
    folder = tmp_path / "log.csv"
    folder.mkdir()
    _refused(load, folder, ["wanted a file, got a folder"])


@pytest.mark.parametrize("load", [data.load_prices, data.load_trades])
def test_a_missing_file_is_missing_and_its_neighbour_is_named(tmp_path, load):
    (tmp_path / "trades.csv").write_text("x")
    _refused(load, tmp_path / "trade.csv", ["no such file", "'trades.csv'"])


def test_an_unreadable_path_is_refused():
    with pytest.raises(DataError, match="cannot be read"):
        data.load_trades("a\0b.csv")
