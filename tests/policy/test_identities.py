"""Closed forms of the siphons that hold path by path, without a simulator."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nija_research.policy import Account, Compounding, Cushion, Policy, Stake, WarChest

returns_of = st.lists(st.floats(-0.9, 2.0), min_size=1, max_size=60)
UNCAPPED = {"max_share": None, "max_exposure": None}


def siphon(rate, share, basis="high_water_mark"):
    chest = WarChest(rate=rate, hot_bonus=0.0, basis=basis, compound_above=None, reinvest_above=None)
    return Policy(stake=Stake(share=share, **UNCAPPED), war_chest=chest)


def run(policy, returns, base=1.0):
    account = Account(policy, base, keep_ledger=False)
    for r in returns:
        account.trade(account.size(1e300) * r)
    return account


@pytest.mark.parametrize("profit_factor", [1.05, 1.25, 2.0, 5.0])
def test_a_per_win_siphon_breaks_even_at_one_minus_one_over_the_profit_factor(profit_factor):
    wins, losses = [3.0, 1.0, 7.0, 1.5], [-2.0, -4.0, -4.0]
    scale = profit_factor * -sum(losses) / sum(wins)
    trades = [w * scale for w in wins] + losses
    rate = 1.0 - 1.0 / profit_factor
    account = Account(siphon(rate, 0.0, "per_win"), 1_000.0)
    for pnl in trades:
        account.trade(pnl)
    assert account.state.trading == pytest.approx(1_000.0, rel=1e-12)
    less = Account(siphon(rate * 0.99, 0.0, "per_win"), 1_000.0)
    for pnl in trades:
        less.trade(pnl)
    assert less.state.trading > 1_000.0


@given(returns=returns_of, rate=st.floats(0.01, 0.95), share=st.floats(0.05, 1.0))
def test_the_chest_of_a_high_water_mark_siphon_is_a_function_of_the_best_account(returns, rate, share):
    account = Account(siphon(rate, share), 1.0, keep_ledger=False)
    best, records = 1.0, 1.0
    high, before = 1.0, 1.0
    for r in returns:
        # the total return of one record period, measured on the trading account before its siphon
        pnl = account.size(1e300) * r
        before = account.state.trading
        account.trade(pnl)
        if before + pnl > high * (1.0 + 1e-12):
            records *= 1.0 + (1.0 - rate) * ((before + pnl) / high - 1.0)
            high = account.state.trading
        best = max(best, account.state.trading)
    assert best == pytest.approx(records, rel=1e-10)
    assert account.state.chest == pytest.approx(rate / (1.0 - rate) * (best - 1.0), rel=1e-10, abs=1e-12)


@given(returns=returns_of, s=st.floats(0.01, 0.95), share=st.floats(0.05, 1.0))
def test_a_high_water_mark_siphon_is_grossman_zhou_control(returns, s, share):
    siphoned = run(siphon(s, share), returns)
    controlled = run(Policy(stake=Stake(share=share, **UNCAPPED), cushion=Cushion(floor=s)), returns)
    wealth = siphoned.equity
    assert wealth == pytest.approx((controlled.equity - s) / (1.0 - s), rel=1e-12, abs=1e-12)


@given(returns=returns_of, kept=st.floats(0.05, 0.95))
def test_the_compounding_split_is_the_same_siphon(returns, kept):
    split = Policy(stake=Stake(share=0.5, **UNCAPPED), compounding=Compounding(reinvest=1.0 - kept, preserve=kept))
    a, b = run(split, returns), run(siphon(kept, 0.5), returns)
    assert a.state.preserved == pytest.approx(b.state.chest, rel=1e-12, abs=1e-12)
    assert a.state.trading == pytest.approx(b.state.trading, rel=1e-12)


def test_grossman_zhou_never_breaks_its_floor_while_no_loss_exceeds_the_stake():
    rng = np.random.default_rng(7)
    account = Account(Policy(stake=Stake(share=1.0), cushion=Cushion(floor=0.75)), 100.0, keep_ledger=False)
    for r in rng.uniform(-1.0, 1.05, 2_000):
        account.trade(account.size(1e300) * r)
        assert account.drawdown <= 0.25 + 1e-9
