"""Times in every writing end as the same UTC moment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nija_research.data.cells import CellReader

NOON = pd.Timestamp("2024-03-05T12:00:00", tz="UTC")
SAME = [
    (["2024-03-05T12:00:00Z"], {}),
    (["2024-03-05 12:00:00"], {}),
    (["2024-03-05 12:00"], {}),
    (["2024-03-05T12:00:00.000000"], {}),
    (["2024-03-05 13:00:00+01:00"], {}),
    (["2024-03-05T13:00:00+0100"], {}),
    (["2024-03-05 12:00:00 UTC"], {}),
    (["2024.03.05 12:00:00"], {}),
    (["2024/3/5 12:00"], {}),
    (["05/03/2024 12:00:00"], {"day_first": True}),
    (["05/03/2024 - 12:00:00"], {"day_first": True}),
    (["05.03.2024, 12:00"], {"day_first": True}),
    (["3/5/2024 12:00"], {"day_first": False}),
    (["05/03/2024 12:00", "13/03/2024 12:00"], {}),
    (["3/5/2024 12:00", "3/13/2024 12:00"], {}),
    (["1709640000"], {}),
    (["1709640000.0"], {}),
    (["1709640000000"], {}),
    (["1709640000000000"], {}),
    ([1709640000], {}),
    ([1709640000.0], {}),
    ([1709640000000000000], {}),
    (["2024-03-05 07:00"], {"timezone": "America/New_York"}),
    (["2024-03-05T12:00Z"], {"timezone": "America/New_York"}),  # its own zone wins
    ([pd.Timestamp("2024-03-05 12:00")], {}),
    ([pd.Timestamp("2024-03-05 13:00", tz="Europe/Berlin")], {}),
    ([np.datetime64("2024-03-05T12:00:00", "ns")], {}),
]


def read(values, **options):
    reader = CellReader(np.arange(len(values)) + 2, **options)
    return reader.stamps(pd.Series(values, name="when")), reader.faults, reader.notes


@pytest.mark.parametrize(("values", "options"), SAME, ids=[str(case) for case in SAME])
def test_the_same_moment(values, options):
    stamps, faults, _ = read(values, **options)
    assert faults == []
    assert stamps.iloc[0] == NOON
    assert str(stamps.dtype) == "datetime64[us, UTC]"


@pytest.mark.parametrize("text", ["2024-03-05", "20240305", "2024/03/05"])
def test_a_bare_date_is_midnight(text):
    assert read([text])[0].iloc[0] == NOON.normalize()


def test_what_was_assumed_is_said():
    assert read(["2024-03-05"])[2] == ["Times in 'when' are taken as UTC: they carry no zone."]
    assert "as the caller said" in read(["2024-03-05"], timezone="Asia/Tokyo")[2][0]
    assert read(["2024-03-05T00:00Z"])[2] == []
    assert read(["13/01/2024"])[2][0] == "Dates in 'when' are read day-first, which a number above 12 proves."


@pytest.mark.parametrize("empty", ["", "NaT", None, "null"])
def test_an_empty_cell_is_no_fault(empty):
    stamps, faults, _ = read([empty, "2024-03-05"])
    assert faults == []
    assert stamps.isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "zone"),
    [("2024-11-03 01:30", "America/New_York"), ("2024-03-10 02:30", "America/New_York")],
)
def test_an_hour_that_a_clock_change_doubles_or_skips_is_a_fault(text, zone):
    _, faults, _ = read(["2024-07-01 00:00", text], timezone=zone)
    assert [(fault.row, fault.got) for fault in faults] == [(3, f"'{text}'")]
    assert "exactly once in America/New_York" in faults[0].wanted


def test_told_day_first_a_thirteenth_month_is_a_fault():
    _, faults, _ = read(["01/13/2024"], day_first=True)
    assert [fault.row for fault in faults] == [2]


@pytest.mark.parametrize("text", ["1/2/24", "Jan 5 2024", "2024", "12:00", "2024-13-01", "24:00", "1e9"])
def test_what_is_not_a_time_is_a_fault(text):
    stamps, faults, _ = read([text, "2024-03-05"])
    assert [fault.row for fault in faults] == [2]
    assert stamps.isna().tolist() == [True, False]


@given(st.datetimes(pd.Timestamp("1975-01-01"), pd.Timestamp("2200-01-01")))
def test_every_epoch_unit_is_told_by_its_size(moment):
    moment = moment.replace(microsecond=0)
    seconds = (moment - pd.Timestamp("1970-01-01").to_pydatetime()).days * 86400
    seconds += moment.hour * 3600 + moment.minute * 60 + moment.second
    wanted = pd.Timestamp(moment, tz="UTC")
    for factor in (1, 1000, 1_000_000):
        assert read([seconds * factor])[0].iloc[0] == wanted
        assert read([str(seconds * factor)])[0].iloc[0] == wanted
