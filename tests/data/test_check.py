"""What a check reports, and that it reports nothing where nothing is odd."""

from __future__ import annotations

import pandas as pd
import pytest

from nija_research import data
from nija_research.data.check import price_warnings, trade_warnings
from nija_research.errors import DataError, ParameterError


def bars(times, close=None):
    close = pd.Series(range(1, len(times) + 1), dtype=float).to_numpy() if close is None else close
    frame = pd.DataFrame(dict.fromkeys(("open", "high", "low", "close"), close))
    return frame.set_axis(pd.DatetimeIndex(times, name="time"), axis=0)


def test_the_sp500_has_three_gaps():
    # 11 to 14 September 2001, 1 and 2 January 2007 (holiday, day of mourning), 29 and 30 October 2012 (storm).
    report = data.check_file("sp500")
    assert (report.kind, report.rows, report.faults) == ("prices", 5031, ())
    assert report.first == pd.Timestamp("1999-01-04", tz="UTC")
    assert report.last == pd.Timestamp("2018-12-31", tz="UTC")
    assert report.warnings[0] == "3 gaps (8 weekdays missing); largest 4 weekdays after 2001-09-10T00:00:00+00:00."


def test_whole_hours_have_no_gap_and_a_missing_one_is_counted():
    hours = pd.date_range("2024-01-01", periods=48, freq="h", tz="UTC")
    assert price_warnings(bars(hours)) == []
    assert price_warnings(bars(hours.delete([5, 20, 21, 22]))) == [
        "2 gaps (4 bars missing); largest 3 bars after 2024-01-01T19:00:00+00:00."
    ]


def test_a_daily_series_with_weekends_misses_a_weekend_day_and_one_without_does_not():
    days = pd.date_range("2024-01-01", periods=60, freq="D", tz="UTC")
    assert price_warnings(bars(days[days.day_of_week < 5])) == []
    assert price_warnings(bars(days.delete(6)))[0].startswith("1 gaps (1 bars missing)")


@pytest.mark.parametrize(("run", "warned"), [(5, False), (6, True)])
def test_a_close_that_stands_still_is_remarked_on(run, warned):
    hours = pd.date_range("2024-01-01", periods=20, freq="h", tz="UTC")
    close = [float(i) for i in range(1, 20 - run)] + [50.0] * run + [1.0]
    found = price_warnings(bars(hours, close))
    assert found == (
        ["The close stands still for 6 bars or more 1 times; longest 6 bars from 2024-01-01T13:00:00+00:00."] if warned else []
    )  # fmt: skip


def test_assets_of_very_different_length_are_named():
    long = bars(pd.date_range("2010-01-01", "2019-12-31", freq="D", tz="UTC"))
    short = long.iloc[-365:]
    assert data.compare_lengths({"BTC": long, "ETH": long.iloc[400:]}) == []
    assert data.compare_lengths({"BTC": long, "SOL": short}) == [
        "SOL covers 1.0 years, BTC 10.0: what is compared over both covers the shorter."
    ]
    assert data.compare_lengths({}) == []


def test_a_report_collects_faults_instead_of_raising(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("exit_time,return\n2024-01-02,x\n2024-01-03,.1\n")
    report = data.check_file(path)
    assert (report.kind, report.rows) == ("trades", 2)
    assert [str(fault) for fault in report.faults] == ["row 2 'return': wanted a number, got 'x'"]
    table = report.table()
    assert table["item"].tolist()[:7] == ["file", "kind", "rows", "first", "last", "sha256", "faults"]
    assert dict(zip(table["item"], table["value"], strict=True))["fault"] == "row 2 'return': wanted a number, got 'x'"
    assert dict(zip(table["item"], table["value"], strict=True))["last"] == "2024-01-03T00:00:00+00:00"


def test_a_log_without_a_closed_trade_is_remarked_on(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("exit_time,return\n")
    report = data.check_file(path)
    assert report.warnings[0] == "There is no closed trade in the file."
    assert (report.first, report.last, report.faults) == (None, None, ())
    assert report.table()["value"].tolist()[3] == "none"


def test_the_kind_can_be_told_and_must_be_one_of_two(tmp_path):
    with pytest.raises(DataError, match=r"missing net_pnl .* and stake"):
        data.check_file("sp500", kind="trades")
    with pytest.raises(ParameterError, match="kind must be"):
        data.check_file("sp500", kind="bars")
    with pytest.raises(DataError, match="no such file"):
        data.check_file(tmp_path / "none.csv")


def held(*spans):
    """Trades entered and left at these hours of one day."""
    start = pd.Timestamp("2026-11-02", tz="UTC")
    table = data.trades_from_returns([0.01 * (k + 1) for k in range(len(spans))])
    table["entry_time"] = [start + pd.Timedelta(hours=a) for a, _ in spans]
    table["exit_time"] = [start + pd.Timedelta(hours=b) for _, b in spans]
    return table


@pytest.mark.parametrize(
    ("spans", "most"), [([(0, 1), (1, 2)], 1), ([(0, 2), (1, 3)], 2), ([(0, 9), (1, 2), (3, 5), (4, 6)], 3)]
)
def test_trades_open_at_once_are_pointed_out(spans, most):
    odd = trade_warnings(held(*spans))
    assert odd == [] if most == 1 else f"Up to {most} trades" in odd[0]


def test_trades_exported_twice_are_pointed_out():
    table = held((0, 1), (2, 3))
    twice = pd.concat([table, table.iloc[[1]].assign(trade_id="again")], ignore_index=True)
    assert "1 trades repeat" in trade_warnings(twice)[0]
