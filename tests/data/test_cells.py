"""Numbers as traders write them, columns as traders name them, faults as sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nija_research.data.cells import CellReader, as_text
from nija_research.data.columns import match_columns, plain_name
from nija_research.data.files import Fault, raise_if
from nija_research.errors import DataError


def numbers(values):
    reader = CellReader(np.arange(len(values)) + 2)
    return reader.numbers(pd.Series(values, name="pnl")), reader.faults


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("-1.5", -1.5), ("+.5", 0.5), ("5.", 5), ("1e-3", 1e-3), ("$12.50", 12.5), ("-$3", -3), ("1,234.50", 1234.5),
     ("-1,234,567.8", -1234567.8), ("7 %", 7), ("7%", 7)],
)  # fmt: skip
def test_numbers_that_can_be_read(text, value):
    read, faults = numbers([text])
    assert faults == []
    assert read.tolist() == [value]


@pytest.mark.parametrize(
    "text", ["1,234", "1,5", "1_000", "0x1f", "1.2.3", "--1", "abc", "inf", "1 000", "12,34.5", "(5)"]
)
def test_numbers_that_could_be_two_things_or_none(text):
    read, faults = numbers(["1", text])
    assert [(fault.row, fault.column, fault.got) for fault in faults] == [(3, "pnl", repr(text))]
    assert read.isna().tolist() == [False, True]


@pytest.mark.parametrize("text", ["", "nan", "NaN", "None", "NULL", "n/a", "-"])
def test_nothing_is_not_a_fault_of_its_own(text):
    read, faults = numbers(["1", text])
    assert faults == []
    assert read.isna().tolist() == [False, True]


def test_typed_infinity_is_a_fault_and_typed_nan_is_nothing():
    read, faults = numbers([1.0, np.inf, np.nan])
    assert [(fault.row, fault.wanted) for fault in faults] == [(3, "a finite number")]
    assert read.isna().tolist() == [False, True, True]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_shortest_writing_of_a_float_is_read_back_exactly(value):
    assert numbers([repr(value)])[0].iloc[0] == value


def test_names_that_went_through_a_float_column_lose_the_point_again():
    assert as_text(pd.Series([17.0, np.nan])).fillna("?").tolist() == ["17", "?"]
    assert as_text(pd.Series([" a ", ""])).fillna("?").tolist() == ["a", "?"]


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Net Profit (USDT)", "netprofit"), ("net_pnl", "netpnl"), ("Profit (%)", "profit%"), ("P&L", "pl"), ("<CLOSE>", "close"), ("Date(UTC)", "date")],
)  # fmt: skip
def test_names_are_compared_without_dress(name, plain):
    assert plain_name(name) == plain


def test_our_own_name_beats_a_synonym_and_two_synonyms_are_asked_for():
    synonyms = {"fee": ("fees", "commission")}
    assert match_columns(["fees", "Fee"], synonyms, None, "f") == {"fee": "Fee"}
    assert match_columns(["fees", "commission"], synonyms, {"fee": "commission"}, "f") == {"fee": "commission"}
    with pytest.raises(DataError, match="'fees' and 'commission' can each be fee"):
        match_columns(["fees", "commission"], synonyms, None, "f")


def test_faults_are_listed_by_row_with_whole_columns_first():
    faults = [Fault(9, "b", "x", "y"), Fault(2, "", "3 cells", "4"), Fault(None, "c", "p", "q")]
    with pytest.raises(DataError) as caught:
        raise_if(faults, "f.csv")
    assert str(caught.value) == (
        "f.csv: 3 faults. column 'c': wanted p, got q; row 2: wanted 3 cells, got 4; row 9 'b': wanted x, got y"
    )
    raise_if([], "f.csv")
