"""The committed sample log is what the rule makes of the index, byte for byte."""

from __future__ import annotations

import pandas as pd
import pytest

from nija_research import data, places
from nija_research.errors import WorkError
from nija_research.strategy import sample


def test_the_committed_file_is_what_the_rule_writes(tmp_path):
    written = sample.write(tmp_path / "new" / "folder")
    committed = places.suite() / "data" / "sample" / "sp500_trend_trades.csv"
    assert [path.name for path in written] == [committed.name]
    assert written[0].read_bytes() == committed.read_bytes()
    assert [path.name for path in written[0].parent.iterdir()] == [committed.name]


def test_no_price_is_invented():
    trades, prices = data.load_trades("sp500_trend"), data.load_prices("sp500")
    for time, price in (("entry_time", "entry_price"), ("exit_time", "exit_price")):
        assert (prices["open"].loc[trades[time]].to_numpy() == trades[price].to_numpy()).all()


def test_the_file_is_read_back_as_the_table_it_was_made_of():
    pd.testing.assert_frame_equal(data.load_trades("sp500_trend"), sample.sample_trades(), check_exact=True)


def test_a_folder_that_cannot_be_made_is_an_error_without_leftovers(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(WorkError, match="cannot be written"):
        sample.write(tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
