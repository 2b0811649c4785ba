"""The printed allocation functions: every printed row, every edge from both sides."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nija_research.errors import ParameterError
from nija_research.policy.allocator import (
    Allocator,
    calculate_drawdown_limit,
    calculate_max_exposure,
    calculate_strategy_capital,
    get_allocation_summary,
)


@pytest.mark.parametrize(
    ("balance", "mm", "arb", "reserve", "rest"),
    [  # 002, "Scaling Examples"; the last column is not printed there
        (72.92, 56.88, 14.58, 1.46, 0.0),
        (100.0, 78.00, 20.00, 2.00, 0.0),
        (500.0, 390.00, 100.00, 10.00, 0.0),
        (5_000.0, 500.00, 200.00, 100.00, 4_200.0),
        (40.0, 0.0, 0.0, 0.80, 39.20),
    ],
)
def test_the_printed_table_to_the_cent(balance, mm, arb, reserve, rest):
    a = calculate_strategy_capital(balance)
    found = [round(a[k], 2) for k in ("market_making", "arbitrage", "reserve", "unallocated")]
    assert found == [mm, arb, reserve, rest]
    assert (a["mm_enabled"], a["arb_enabled"]) == (mm > 0, arb > 0)
    assert a["total_allocated"] == pytest.approx(a["market_making"] + a["arbitrage"])


@pytest.mark.parametrize(
    ("balance", "mm", "arb"),
    [
        (49.99, 0.0, 0.0),
        (50.00, 0.0, 10.00),
        (64.10, 0.0, 12.82),
        (64.11, 50.0058, 12.822),
        (641.02, 499.9956, 128.204),
        (641.03, 500.0, 128.206),
        (999.99, 500.0, 199.998),
        (1_000.00, 500.0, 200.0),
        (1_000.01, 500.0, 200.0),
        (0.0, 0.0, 0.0),
    ],
)
def test_edges_from_both_sides(balance, mm, arb):
    a = calculate_strategy_capital(balance)
    assert (a["market_making"], a["arbitrage"]) == pytest.approx((mm, arb), abs=1e-9)
    assert (a["mm_enabled"], a["arb_enabled"]) == (mm > 0, arb > 0)


def test_a_minimum_is_reached_at_its_edge_in_binary_too():
    assert calculate_strategy_capital(50.0 / 0.78)["mm_enabled"]
    assert calculate_strategy_capital(10.0 / 0.2)["arb_enabled"]


def test_a_strategy_whose_cap_is_its_minimum_is_on():
    assert calculate_strategy_capital(1e6, config=Allocator(mm_cap=50.0))["market_making"] == 50.0


@pytest.mark.parametrize(
    ("balance", "breaks"), [(64.10, False), (64.11, True), (500.0, True), (666.66, True), (666.67, False), (5e3, False)]
)
def test_the_documents_own_limit_breaks_between_64_and_667_dollars(balance, breaks):
    a = calculate_strategy_capital(balance)
    assert (a["total_allocated"] > calculate_max_exposure(balance) + 1e-9) is breaks
    assert ("EXCEEDED" in get_allocation_summary(balance)) is breaks
    kept = calculate_strategy_capital(balance, config=Allocator(respect_exposure_limit=True))
    assert kept["total_allocated"] <= calculate_max_exposure(balance) + 1e-9
    assert kept["market_making"] * a["arbitrage"] == pytest.approx(a["market_making"] * kept["arbitrage"])


@given(st.floats(0, 1e9))
def test_the_parts_are_the_balance(balance):
    a = calculate_strategy_capital(balance)
    parts = a["market_making"] + a["arbitrage"] + a["reserve"] + a["unallocated"]
    assert parts == pytest.approx(balance, rel=1e-12, abs=1e-12)
    assert a["market_making"] <= 500.0
    assert a["arbitrage"] <= 200.0


def test_printed_comments_hold():
    assert round(calculate_drawdown_limit(72.92), 2) == 3.65  # 002, "Option 3": "# $3.65"
    assert round(calculate_max_exposure(72.92), 2) == 69.27  # 002, "Option 3": "# $69.27"


@pytest.mark.parametrize(("balance", "killed"), [(95.01, False), (95.0, True), (90.0, True)])
def test_the_kill_switch_acts_at_its_edge(balance, killed):
    assert ("KILL SWITCH" in get_allocation_summary(balance, peak_equity=100.0)) is killed


def test_the_summary_prints_on_an_empty_account():
    text = get_allocation_summary(current_balance=0.0, peak_equity=0.0)
    assert text.count("DISABLED") == 2
    assert "$        0.00" in text


@pytest.mark.parametrize("bad", [-0.01, math.nan, math.inf, "much", None])
def test_a_balance_that_is_none_is_refused(bad):
    for function in (
        calculate_strategy_capital,
        calculate_drawdown_limit,
        calculate_max_exposure,
        get_allocation_summary,
    ):
        with pytest.raises(ParameterError):
            function(bad)


def test_a_peak_below_the_balance_is_refused():
    with pytest.raises(ParameterError, match="Update the peak"):
        get_allocation_summary(100.0, peak_equity=90.0)
