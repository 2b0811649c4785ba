"""The breakout does what its docstring says, at the next open, without seeing the future."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nija_research import data
from nija_research.errors import DataError, ParameterError
from nija_research.strategy.trend import Breakout, trades


def prices(opens, closes):
    index = pd.date_range("2024-01-01", periods=len(closes), freq="D", tz="UTC", name="time").as_unit("us")
    return pd.DataFrame({"open": np.asarray(opens, float), "close": np.asarray(closes, float)}, index=index)


# Entry over 3 closes, exit under 2. Day by day:
#  0-2  10 11 12   the first channel, highest close 12
#  3    12         equal to the highest: no breakout
#  4    13         breakout; channel of the last two closes is 12
#  5    open 13.5  bought; stop 12
#  5    14         holds
#  6    13         equal to the lowest of 13, 14: holds
#  7    12.9       below the lowest of 14, 13: leave
#  8    open 12.5  sold
#  8-9  15 (highest of 13 12.9 ... ) breakout again, bought at day 9's open, still open at the end
CLOSES = [10, 11, 12, 12, 13, 14, 13, 12.9, 15, 16]
OPENS = [10, 10, 11, 12, 12, 13.5, 14, 13, 12.5, 15.5]
RULE = Breakout(entry=3, exit=2, cost=0.01)


def test_a_trade_worked_by_hand():
    table = trades(prices(OPENS, CLOSES), RULE, symbol="X", stake=1350.0)
    assert len(table) == 1
    row = table.iloc[0]
    assert row["entry_time"] == pd.Timestamp("2024-01-06", tz="UTC")
    assert row["exit_time"] == pd.Timestamp("2024-01-09", tz="UTC")
    assert (row["entry_price"], row["exit_price"], row["side"], row["symbol"]) == (13.5, 12.5, 1, "X")
    assert row["quantity"] == 100.0
    assert row["gross_pnl"] == pytest.approx(-100.0)
    assert row["fee"] == pytest.approx(13.5 + 12.5)
    assert row["net_pnl"] == pytest.approx(-126.0)
    assert row["return"] == pytest.approx(-126.0 / 1350.0)
    assert row["risk"] == pytest.approx(150.0 + 13.5 + 12.0)  # 1.5 a unit to the stop at 12, costs of both sides
    assert table.attrs["open_trades"] == 1


def test_an_open_below_the_stop_is_not_bought():
    gapped = [*OPENS[:5], 11.9, *OPENS[6:]]
    assert (trades(prices(gapped, CLOSES), RULE)["entry_price"] == 11.9).sum() == 0


def test_the_default_is_the_slower_turtle_system():
    assert (Breakout().entry, Breakout().exit) == (55, 20)


@pytest.mark.parametrize("length", [0, 1, 3, 4])
def test_too_little_history_makes_no_trade(length):
    table = trades(prices(OPENS[:length], CLOSES[:length]), RULE)
    assert len(table) == 0
    assert table.dtypes.to_dict() == data.empty_trades(risk=True).dtypes.to_dict()


walks = st.lists(st.floats(-0.1, 0.1), min_size=12, max_size=60)


def walk(steps):
    closes = 100.0 * np.exp(np.cumsum(steps))
    return prices(closes * np.exp(np.roll(steps, 3) / 2), closes)


@settings(max_examples=80, deadline=None)
@given(steps=walks, cut=st.integers(6, 60), junk=st.lists(st.floats(0.01, 1e4), min_size=60, max_size=60))
def test_no_future_changes_a_past_trade(steps, cut, junk):
    real = walk(steps)
    cut = min(cut, len(real))
    past = real.iloc[:cut]
    spoiled = real.copy()
    spoiled.iloc[cut:, 0] = junk[: len(real) - cut]
    spoiled.iloc[cut:, 1] = junk[::-1][: len(real) - cut]
    known = trades(past, RULE)
    for future in (real, spoiled):
        seen = trades(future, RULE)
        before = seen[seen["exit_time"] <= past.index[-1]]
        pd.testing.assert_frame_equal(before, known, check_exact=True)


@settings(max_examples=60, deadline=None)
@given(steps=walks)
def test_every_trade_is_signalled_the_day_before_by_closes_alone(steps):
    bars = walk(steps)
    table = trades(bars, RULE)
    close = bars["close"]
    for row in table.itertuples():
        day = bars.index.get_loc(row.entry_time) - 1
        assert close.iloc[day] > close.iloc[day - 3 : day].max()
        assert row.entry_price == bars["open"].iloc[day + 1]
        day = bars.index.get_loc(row.exit_time) - 1
        assert close.iloc[day] < close.iloc[day - 2 : day].min()
        assert row.exit_price == bars["open"].iloc[day + 1]
        assert row.risk > 0
    assert (table["entry_time"].iloc[1:].to_numpy() >= table["exit_time"].iloc[:-1].to_numpy()).all()


def test_a_table_of_the_rule_passes_the_check_of_files(tmp_path):
    table = trades(data.load_prices("nasdaq"), symbol="NASDAQ")
    table.to_csv(tmp_path / "t.csv", index=False)
    pd.testing.assert_frame_equal(data.load_trades(tmp_path / "t.csv"), table, check_exact=True)


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"entry": 0}, "entry must be a whole number of bars, 1 or more, got 0"),
        ({"exit": 2.5}, "exit must be a whole number of bars, 1 or more, got 2.5"),
        ({"entry": True}, "entry must be a whole number"),
        ({"cost": 0.2}, r"cost must lie in \[0, 0.1\], got 0.2"),
        ({"cost": float("nan")}, "cost must be finite"),
    ],
)
def test_unusable_settings_are_refused(settings, match):
    with pytest.raises(ParameterError, match=match):
        Breakout(**settings)


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda p: p.drop(columns="open"), "column 'open' is missing"),
        (lambda p: p.reset_index(drop=True), "wanted an index of UTC times, got RangeIndex"),
        (lambda p: p.iloc[::-1], "ascending order"),
        (lambda p: p.replace(13.0, np.nan), "wanted a price above 0, got nan"),
    ],
)
def test_prices_that_cannot_be_traded_are_refused(spoil, match):
    with pytest.raises(DataError, match=match):
        trades(spoil(prices(OPENS, CLOSES)), RULE)
    with pytest.raises(ParameterError, match="stake must be above 0"):
        trades(prices(OPENS, CLOSES), RULE, stake=0.0)
