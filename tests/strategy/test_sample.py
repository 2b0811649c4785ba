"""The committed sample log is what the rule makes of the index, byte for byte."""

from __future__ import annotations

import pandas as pd
import pytest

from nija_research import data, places
from nija_research.errors import WorkError
from nija_research.strategy import sample


def test_the_committed_file_is_what_the_rule_writes(tmp_path):
    written = sample.write(tmp_path / "new" / "folder")
    committed = sorted((places.suite() / "data" / "sample").iterdir())
    assert sorted(path.name for path in written) == [path.name for path in committed]
    for mine, theirs in zip(sorted(written), committed, strict=True):
        assert mine.read_bytes() == theirs.read_bytes()
    assert len(list(written[0].parent.iterdir())) == len(written)


@pytest.mark.parametrize("name", ["sp500", "nasdaq"])
def test_no_price_is_invented(name):
    trades, prices = data.load_trades(f"{name}_trend"), data.load_prices(name)
    for time, price in (("entry_time", "entry_price"), ("exit_time", "exit_price")):
        assert (prices["open"].loc[trades[time]].to_numpy() == trades[price].to_numpy()).all()


def test_the_file_is_read_back_as_the_table_it_was_made_of():
    pd.testing.assert_frame_equal(data.load_trades("sp500_trend"), sample.sample_trades(), check_exact=True)


def test_a_folder_that_cannot_be_made_is_an_error_without_leftovers(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(WorkError, match="cannot be written"):
        sample.write(tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
