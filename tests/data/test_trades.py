"""Trade logs under many names end as one table, and nothing is guessed on the way."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nija_research import data
from nija_research.errors import DataError, ParameterError

COLUMNS = [
    "trade_id",
    "symbol",
    "side",
    "quantity",
    "entry_time",
    "exit_time",
    "entry_price",
    "exit_price",
    "stake",
    "fee",
    "funding",
    "gross_pnl",
    "net_pnl",
    "return",
]


@pytest.fixture
def log(tmp_path):
    def load(text, **options):
        path = tmp_path / "log.csv"
        path.write_text(text)
        return data.load_trades(path, **options)

    return load


def utc(text):
    return pd.Timestamp(text, tz="UTC")


MINIMAL = [
    # text, {column: value of the first trade}, columns that stay empty
    (
        "entry_time,exit_time,net_pnl,stake\n2024-01-01,2024-01-02,5,200\n",
        {"return": 0.025, "net_pnl": 5.0, "stake": 200.0, "entry_time": utc("2024-01-01"), "trade_id": "1"},
        ["side", "quantity", "fee", "gross_pnl", "symbol"],
    ),
    (
        "exit_time,return\n2024-01-02,-0.5\n",
        {"return": -0.5, "exit_time": utc("2024-01-02")},
        ["stake", "net_pnl", "gross_pnl", "entry_time", "side"],
    ),
    (
        "symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,fee\nBTC,short,2,100,90,2024-01-01,2024-01-02,3\n",
        {"side": -1, "gross_pnl": 20.0, "net_pnl": 17.0, "stake": 200.0, "return": 0.085, "symbol": "BTC"},
        ["funding"],
    ),
    (
        "symbol,side,quantity,entry_price,exit_price,entry_time,exit_time\nBTC,long,2,100,90,2024-01-01,2024-01-02\n",
        {"side": 1, "gross_pnl": -20.0, "net_pnl": -20.0, "stake": 200.0, "return": -0.1},
        ["fee", "funding"],
    ),
    (
        "exit_time,net_pnl,fee,funding,stake\n2024-01-02,5,2,-1,100\n",
        {"gross_pnl": 8.0, "net_pnl": 5.0},
        ["side"],
    ),
    (
        "exit_time,gross_pnl,entry_fee,exit_fee,stake\n2024-01-02,5,1,1.5,100\n",
        {"fee": 2.5, "net_pnl": 2.5, "return": 0.025},
        [],
    ),
    (
        "exit_time,size,entry,exit\n2024-01-02,-2,100,90\n2024-01-03,2,100,90\n",
        {"side": -1, "quantity": 2.0, "return": 0.1},
        [],
    ),
]


@pytest.mark.parametrize(("text", "known", "empty"), MINIMAL)
def test_a_minimal_log_is_filled_by_what_follows_exactly(log, text, known, empty):
    trades = log(text)
    assert list(trades.columns) == COLUMNS
    row = trades.iloc[0]
    for column, value in known.items():
        assert row[column] == (pytest.approx(value, rel=1e-12) if isinstance(value, float) else value), column
    for column in empty:
        assert trades[column].isna().all(), column


def test_names_of_a_bot_are_recognised_and_the_sums_settle_percent(log):
    # The columns of NIJA's completed trades; 2 % of 250 is 5.
    trades = log(
        "position_id,user_id,symbol,side,entry_price,exit_price,quantity,size_usd,entry_fee,exit_fee,total_fees,"
        "gross_profit,net_profit,profit_pct,entry_time,exit_time,duration_seconds,exit_reason,notes\n"
        "a1,u,BTC-USD,buy,50,51.2,5,250,.5,.5,1,6,5,2.0,2024-01-01 10:00:00,2024-01-01 11:00:00,3600,tp,\n"
    )
    row = trades.iloc[0]
    assert (row["trade_id"], row["side"], row["fee"], row["gross_pnl"]) == ("a1", 1, 1.0, 6.0)
    assert row["return"] == 0.02
    assert "Columns not used: user_id, entry_fee" not in trades.attrs["notes"]
    assert any(note.startswith("Columns not used: user_id, duration_seconds") for note in trades.attrs["notes"])


@pytest.mark.parametrize(
    ("column", "values", "options", "expected"),
    [
        ("return", ["0.02", "-0.5"], {}, [0.02, -0.5]),
        ("return", ["2", "-50"], {"percent": True}, [0.02, -0.5]),
        ("profit_ratio", ["0.02", "1.5"], {}, [0.02, 1.5]),
        ("Profit %", ["2%", "-50%"], {}, [0.02, -0.5]),
        ("profit_pct", ["2", "-50"], {}, [0.02, -0.5]),  # below -1, so it cannot be a share
        ("profit_pct", ["0.02", "-0.5"], {"percent": False}, [0.02, -0.5]),
        ("profit_pct", ["0.02", "-0.5"], {"percent": True}, [0.0002, -0.005]),
        ("roi", ["2", "3"], {"percent": True}, [0.02, 0.03]),
    ],
)
def test_percent_or_share(log, column, values, options, expected):
    rows = "".join(f"2024-01-0{i + 1},{value}\n" for i, value in enumerate(values))
    assert log(f"exit_time,{column}\n{rows}", **options)["return"].tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("printed", ["0.04", "4.0", "4.04"])
def test_pnl_and_stake_decide_and_the_exact_quotient_is_kept(log, printed):
    text = f"exit_time,pnl,stake,profit_pct\n2024-01-01,4.04,100,{printed}\n2024-01-02,0,100,0\n"
    assert log(text)["return"].tolist() == pytest.approx([0.0404, 0.0], rel=1e-12)


def test_an_argument_that_contradicts_the_sums_is_a_fault(log):
    with pytest.raises(DataError, match=r"row 2 'profit_pct': wanted net_pnl / stake = 0\.05 as a share, got 5"):
        log("exit_time,pnl,stake,profit_pct\n2024-01-01,5,100,5\n", percent=False)


PROFIT = "exit_time,side,quantity,entry_price,exit_price,fee,profit\n2024-01-01,long,1,100,110,1,{}\n"


@pytest.mark.parametrize(
    ("profit", "options", "gross", "net"),
    [("9", {}, 10, 9), ("10", {}, 10, 9), ("9", {"net": True}, 10, 9), ("10", {"net": False}, 10, 9)],
)
def test_prices_or_the_user_tell_gross_from_net(log, profit, options, gross, net):
    row = log(PROFIT.format(profit), **options).iloc[0]
    assert (row["gross_pnl"], row["net_pnl"]) == (gross, net)


def test_gross_or_net_without_prices_is_what_the_user_says(log):
    text = "exit_time,pnl,fee,stake\n2024-01-01,10,1,100\n"
    assert log(text, net=True)["net_pnl"].tolist() == [10.0]
    assert log(text, net=False)["net_pnl"].tolist() == [9.0]
    alone = "exit_time,return,fee,stake\n2024-01-01,.10,1,100\n"
    assert log(alone, net=True)["return"].tolist() == [0.10]
    assert log(alone, net=False)["return"].tolist() == pytest.approx([0.09])
    with pytest.raises(DataError, match="net=True or net=False"):
        log(alone)


def test_fees_written_as_negative_amounts_become_costs_when_the_sums_say_so(log):
    rows = "2024-01-01,10,-1,9,100\n2024-01-02,5,0,5,100\n"
    trades = log("exit_time,gross_pnl,commission,net_pnl,stake\n" + rows)
    assert trades["fee"].tolist() == [1.0, 0.0]


def test_a_rebate_that_the_sums_bear_out_stays_one(log):
    trades = log("exit_time,gross_pnl,fee,net_pnl,stake\n2024-01-01,10,-1,11,100\n2024-01-02,5,1,4,100\n")
    assert trades["fee"].tolist() == [-1.0, 1.0]


def test_pnl_of_contracts_is_not_mistaken_for_quantity_times_price(log):
    # One E-mini: 50 dollars a point, so that gross is 500 and not 10.
    text = "exit_time,side,quantity,entry_price,exit_price,net_pnl,fee,stake\n2024-01-01,long,1,4000,4010,496,4,15000\n"
    trades = log(text)
    assert trades["gross_pnl"].tolist() == [500.0]
    assert any("contract size" in note for note in trades.attrs["notes"])


def test_open_trades_are_counted_and_never_enter(log):
    trades = log(
        "exit_time,return,status\n2024-01-02,.1,closed\n,.9,closed\n2024-01-03,.8,open\nNaT,.7,OPEN\n2024-01-04,.2,Closed\n"
    )
    assert trades["return"].tolist() == [0.1, 0.2]
    assert (trades.attrs["open_trades"], trades.attrs["rows_read"]) == (3, 5)
    assert "3 open trades are left out." in trades.attrs["notes"]


def test_a_leveraged_or_short_loss_may_exceed_the_stake_and_a_long_one_may_not(log):
    assert log("exit_time,side,pnl,stake\n2024-01-01,short,-150,100\n")["return"].tolist() == [-1.5]
    assert log("exit_time,side,pnl,stake,leverage\n2024-01-01,long,-150,100,5\n")["return"].tolist() == [-1.5]
    with pytest.raises(DataError, match="-1 or more"):
        log("exit_time,side,pnl,stake,leverage\n2024-01-01,long,-150,100,1\n")


def test_rows_are_in_order_of_closing(log):
    trades = log("exit_time,return\n2024-01-03,.3\n2024-01-01,.1\n2024-01-02,.2\n")
    assert trades["return"].tolist() == [0.1, 0.2, 0.3]
    assert trades["trade_id"].tolist() == ["2", "3", "1"]  # the place in the file


def test_risk_comes_along_when_the_file_has_it(log):
    trades = log("exit_time,pnl,stake,planned_loss\n2024-01-01,5,100,10\n2024-01-02,5,100,\n")
    assert list(trades.columns) == [*COLUMNS, "risk"]
    assert trades["risk"].iloc[0] == 10.0
    assert pd.isna(trades["risk"].iloc[1])


def test_a_column_map_overrides_recognition(log):
    text = "when,Result in coins,my stake,profit\n2024-01-01,5,100,7\n"
    columns = {"exit_time": "when", "net_pnl": "Result in coins", "stake": "my stake"}
    assert log(text, columns=columns)["return"].tolist() == [0.05]


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"columns": {"net_pnl": "Proft"}}, DataError, "'Proft' is missing .*nearest 'Profit'"),
        ({"columns": {"gain": "Profit"}}, ParameterError, "columns must map from trade_id, .*got 'gain'"),
        ({"timezone": "Mars/Base"}, ParameterError, "timezone must be a zone name .*got 'Mars/Base'"),
        ({"format": "excel"}, ParameterError, "format must be 'auto', 'plain' or 'canonical', got 'excel'"),
        ({"format": "canonical"}, DataError, "'trade_id' is missing"),
        ({"format": "canonical", "percent": True}, ParameterError, "leaves nothing to say, got percent"),
    ],
)
def test_unusable_options_are_refused(log, options, error, match):
    with pytest.raises(error, match=match):
        log("exit_time,Profit,stake\n2024-01-01,5,100\n", **options)


def test_a_path_must_be_a_path():
    with pytest.raises(ParameterError, match="path must be a file name or a bundled name, got int"):
        data.load_trades(17)


def test_an_empty_log_is_an_empty_table(log):
    trades = log("exit_time,net_pnl,stake\n")
    assert len(trades) == 0
    pd.testing.assert_frame_equal(trades, data.empty_trades())
    assert trades.attrs["rows_read"] == 0


def test_attributes_name_the_file_and_hash_its_bytes(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(b"exit_time,return\n2024-01-01,.1\n")
    attrs = data.load_trades(path).attrs
    assert attrs["source"] == "log.csv"
    assert attrs["sha256"] == hashlib.sha256(b"exit_time,return\n2024-01-01,.1\n").hexdigest()
    assert "Times in 'exit_time' are taken as UTC: they carry no zone." in attrs["notes"]


def test_parquet_and_feather_give_the_same_table_as_text(tmp_path, log):
    frame = pd.DataFrame(
        {"exit_time": [1_700_000_000, 1_700_000_060], "pnl": [1.5, -2.0], "stake": [10, 20], "pair": ["A", None]}
    )
    frame.to_parquet(tmp_path / "log.parquet")
    frame.to_feather(tmp_path / "log.feather")
    text = log(frame.to_csv(index=False))
    assert text["exit_time"].iloc[0] == utc("2023-11-14T22:13:20")
    for name in ("log.parquet", "log.feather"):
        pd.testing.assert_frame_equal(data.load_trades(tmp_path / name), text)


def test_a_fault_in_a_typed_file_is_numbered_as_if_it_were_text(tmp_path):
    path = tmp_path / "log.parquet"
    pd.DataFrame({"exit_time": ["2024-01-01"] * 2, "pnl": [1.0, 1.0], "stake": [1.0, 0.0]}).to_parquet(path)
    with pytest.raises(DataError, match="row 3 'stake': wanted a stake above 0, got 0"):
        data.load_trades(path)


def test_the_listing_is_capped_and_counts_the_rest(log):
    with pytest.raises(DataError, match=r"log\.csv: 45 faults\. row 2 .*; and 25 more$") as caught:
        log("exit_time,return\n" + "2024-01-01,x\n" * 45)
    assert str(caught.value).count("got 'x'") == 20


money = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 2))
above = st.floats(0.01, 1e6)
moment = st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp("2100-01-01")).map(lambda t: pd.Timestamp(t, tz="UTC"))
maybe = st.booleans()


@st.composite
def canonical_tables(draw):
    rows = []
    for i in range(draw(st.integers(0, 6))):
        gross, fee, funding = draw(money), abs(draw(money)), draw(money)
        net = gross - fee + funding
        stake = draw(above) + max(0.0, -net)  # no loss beyond the stake
        times = sorted([draw(moment), draw(moment)])
        rows.append(
            {
                "trade_id": draw(st.sampled_from(["#", "t-", "0", ""])) + str(i),
                "symbol": draw(st.sampled_from(["BTC/USDT:USDT", 'a "b", c', "NA", "1e5", "é", None])),
                "side": draw(st.sampled_from([1, -1, None])),
                "quantity": draw(above) if draw(maybe) else None,
                "entry_time": times[0] if draw(maybe) else None,
                "exit_time": times[1],
                "entry_price": draw(above) if draw(maybe) else None,
                "exit_price": draw(above) if draw(maybe) else None,
                "stake": stake,
                "fee": fee,
                "funding": funding,
                "gross_pnl": gross,
                "net_pnl": net,
                "return": net / stake,
            }
        )
    table = pd.DataFrame(rows, columns=COLUMNS).astype(data.empty_trades().dtypes.to_dict())
    return table.sort_values(["exit_time", "entry_time"], kind="stable").reset_index(drop=True)


@settings(max_examples=60, deadline=None)
@given(table=canonical_tables(), ending=st.sampled_from(["csv", "parquet", "feather"]))
def test_a_canonical_table_written_and_read_is_the_same(tmp_path_factory, table, ending):
    path = tmp_path_factory.mktemp("round") / f"trades.{ending}"
    write = {"csv": lambda: table.to_csv(path, index=False), "parquet": lambda: table.to_parquet(path)}
    write.get(ending, lambda: table.to_feather(path))()
    pd.testing.assert_frame_equal(data.load_trades(path), table, check_exact=True)
