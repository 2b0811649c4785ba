"""A log through a policy, against sums done by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from nija_research.errors import ParameterError
from nija_research.policy import DrawdownGuard, Policy, Stake, Stops, presets
from nija_research.simulate import replay


def log(*rows):
    """Rows of (entry, exit, return) in hours of one Monday, UTC."""
    start = pd.Timestamp("2026-11-02", tz="UTC")
    return pd.DataFrame(
        {
            "entry_time": [start + pd.Timedelta(hours=a) for a, _, _ in rows],
            "exit_time": [start + pd.Timedelta(hours=b) for _, b, _ in rows],
            "return": [r for *_, r in rows],
        }
    )


TENTH = Policy(stake=Stake(share=0.10))


def test_each_trade_stakes_a_tenth_of_what_there_is():
    found = replay(log((0, 1, 0.5), (2, 3, -0.5)), TENTH, base=1000.0)
    # 100 x .5 = 50; then 10 % of 1,050 = 105, x -.5 = -52.50.
    assert found.steps["size"].tolist() == pytest.approx([100.0, 105.0])
    assert found.steps["pnl"].tolist() == pytest.approx([50.0, -52.5])
    assert found.account.equity == pytest.approx(997.5)
    assert found.steps["drawdown"].tolist() == pytest.approx([0.0, 1 - 997.5 / 1050])
    assert found.steps["peak"].tolist() == pytest.approx([1050.0, 1050.0])


def test_leverage_multiplies_what_a_trade_earns_not_what_it_stakes():
    found = replay(log((0, 1, 0.1)), TENTH, base=1000.0, leverage=5.0)
    assert found.steps["size"].tolist() == pytest.approx([100.0])
    assert found.account.equity == pytest.approx(1050.0)


def test_a_size_knows_nothing_of_trades_still_open():
    # The second trade enters before the first leaves: its size must come from the opening equity.
    found = replay(log((0, 10, 5.0), (1, 2, 0.0)), TENTH, base=1000.0)
    assert sorted(found.steps["size"]) == pytest.approx([100.0, 100.0])


def test_later_trades_do_not_change_earlier_steps():
    rows = [(0, 1, 0.3), (2, 3, -0.9), (4, 5, 0.2)]
    full = replay(log(*rows), presets["document_003"], base=1000.0).steps
    for n in (1, 2):
        pd.testing.assert_frame_equal(replay(log(*rows[:n]), presets["document_003"], base=1000.0).steps, full[:n])
    junk = replay(log(*rows[:2], (4, 5, 99.0)), presets["document_003"], base=1000.0).steps
    pd.testing.assert_frame_equal(junk[:2], full[:2])


def test_the_ladder_cuts_and_halts():
    policy = Policy(stake=Stake(share=1.0), drawdown=DrawdownGuard())
    found = replay(log((0, 1, -0.10), (2, 3, -0.20), (4, 5, 1.0)), policy, base=1000.0)
    # 1,000 -> 900 (10 %: WARNING, half size 450) -> 810 (19 %: DANGER, 810 / 4 = 202.50) -> 1,012.50
    assert found.steps["size"].tolist() == pytest.approx([1000.0, 450.0, 202.5])
    assert found.steps["level"].tolist()[:2] == ["WARNING", "DANGER"]


def test_a_refused_trade_is_not_made():
    policy = Policy(stake=Stake(share=1.0), stops=Stops(day=0.15, week=None, streak=None, peak=None, asset=None))
    found = replay(log((0, 1, -0.20), (2, 3, 1.0)), policy, base=1000.0)
    assert found.steps["size"].tolist() == pytest.approx([1000.0, 0.0])
    assert found.account.equity == pytest.approx(800.0)
    assert "day" in found.steps["blocks"][1]
    next_day = replay(log((0, 1, -0.20), (26, 27, 1.0)), policy, base=1000.0)
    assert next_day.account.equity == pytest.approx(1600.0)


def test_exits_alone_suffice():
    trades = log((0, 1, 0.5), (2, 3, 0.5)).drop(columns="entry_time")
    assert replay(trades, TENTH, base=1000.0).account.equity == pytest.approx(1000 * 1.05**2)


def test_money_is_conserved():
    rows = [(2 * k, 2 * k + 1, 0.4 if k % 3 else -0.3) for k in range(60)]
    state = replay(log(*rows), presets["document_003"], base=1000.0).account.state
    parts = state.trading + state.preserved + state.locked + state.chest + state.operating + state.withdrawn
    assert parts == pytest.approx(1000.0 + state.profit, abs=0.005)


@pytest.mark.parametrize(
    ("trades", "options", "words"),
    [
        (log((0, 1, float("nan"))), {}, "return of trade 1"),
        (log((0, 1, 0.1)), {"leverage": 0.0}, "leverage must be above 0"),
        (log((0, 1, 0.1)), {"base": -5.0}, "base must be above 0"),
    ],
)
def test_wrong_input(trades, options, words):
    with pytest.raises(ParameterError, match=words):
        replay(trades, TENTH, **options)


def test_policies_that_need_a_market_say_so():
    with pytest.raises(ParameterError, match="volatility"):
        replay(log((0, 1, 0.1)), presets["document_000"])


def test_money_in_open_trades_is_not_staked_twice():
    found = replay(log((0, 10, 0.0), (1, 2, 0.5)), Policy(stake=Stake(share=0.8)), base=1000.0)
    # 800 are out when the second trade enters: 200 are left for it.
    assert sorted(found.steps["size"]) == pytest.approx([200.0, 800.0])
