"""Several logs, or the symbols of one."""

from __future__ import annotations

import pytest

from nija_research import data
from nija_research.errors import ParameterError

TWO = """symbol,entry_time,exit_time,return,side
BTC,2024-01-01T00:00:00Z,2024-01-02T00:00:00Z,0.01,1
ETH,2024-01-01T00:00:00Z,2024-01-03T00:00:00Z,-0.02,1
BTC,2024-01-03T00:00:00Z,2024-01-04T00:00:00Z,0.03,1
"""


def test_the_sample_has_two_bots_and_a_log_of_ones_own_has_none_added(tmp_path):
    assert list(data.load_bots("sp500_trend")) == ["sp500_trend", "nasdaq_trend"]
    path = tmp_path / "mine.csv"
    path.write_text(TWO)
    bots = data.load_bots(str(path))
    assert {name: len(log) for name, log in bots.items()} == {"BTC": 2, "ETH": 1}


def test_files_are_bots(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text(TWO)
    assert list(data.load_bots(str(tmp_path / "one.csv"), str(tmp_path / "two.csv"))) == ["one", "two"]
    with pytest.raises(ParameterError, match="repeat a name"):
        data.load_bots(str(tmp_path / "one.csv"), str(tmp_path / "one.csv"))
