"""Tables made of bare results are tables like any other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nija_research import data
from nija_research.errors import ParameterError


def test_returns_become_trades_one_after_the_other():
    trades = data.trades_from_returns([0.02, -0.5], start="2024-01-01", step="6h", stake=50.0)
    assert trades["return"].tolist() == [0.02, -0.5]
    assert trades["net_pnl"].tolist() == [1.0, -25.0]
    assert trades["entry_time"].tolist() == [
        pd.Timestamp("2024-01-01", tz="UTC"),
        pd.Timestamp("2024-01-01 06:00", tz="UTC"),
    ]
    assert (trades["exit_time"].iloc[0] == trades["entry_time"]).tolist() == [False, True]


def test_r_multiples_keep_the_planned_loss():
    trades = data.trades_from_r_multiples([3.0, -1.2], risk=20.0, stake=400.0)
    assert (trades["net_pnl"] / trades["risk"]).tolist() == pytest.approx([3.0, -1.2])
    assert trades["return"].tolist() == pytest.approx([0.15, -0.06])


@pytest.mark.parametrize("make", [data.trades_from_returns, data.trades_from_r_multiples])
def test_no_result_is_an_empty_table(make):
    trades = make([])
    assert len(trades) == 0
    wanted = data.empty_trades(risk="risk" in trades)
    assert trades.dtypes.to_dict() == wanted.dtypes.to_dict()


@pytest.mark.parametrize(
    ("arguments", "options", "match"),
    [
        (([5.0, -2.0],), {}, "returns must be -1 or more, got -2"),
        (([np.nan],), {}, "returns must be finite, got nan at position 0"),
        ((["a"],), {}, "returns must be numbers"),
        (([[1.0]],), {}, "got 2 dimensions"),
        (([0.1],), {"stake": 0.0}, "stake must be above 0"),
        (([0.1],), {"start": "soon"}, "start and step"),
    ],
)
def test_what_cannot_be_a_return_is_refused(arguments, options, match):
    with pytest.raises(ParameterError, match=match):
        data.trades_from_returns(*arguments, **options)


def test_an_r_multiple_cannot_lose_more_than_the_stake():
    with pytest.raises(ParameterError, match=r"must not lose more than the stake, got -1\.5 of it"):
        data.trades_from_r_multiples([-3.0], risk=50.0, stake=100.0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1.0, 10.0), max_size=20))
def test_what_is_made_passes_the_check_of_files(tmp_path_factory, returns):
    path = tmp_path_factory.mktemp("made") / "made.csv"
    made = data.trades_from_returns(returns)
    made.to_csv(path, index=False)
    pd.testing.assert_frame_equal(data.load_trades(path), made, check_exact=True)
