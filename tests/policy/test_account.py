"""Properties of an account on arbitrary histories: money is conserved, flows are neutral, money scales, saves continue."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nija_research.policy import Account, DrawdownGuard, Milestones, Policy, WarChest, presets
from nija_research.policy.state import MONEY

EVERYTHING = replace(
    presets["document_000"].without("leverage", "regime", "risk"),
    streak=presets["document_003"].streak,
    stops=presets["document_003"].stops,
    war_chest=presets["document_003"].war_chest,
    profit_split=presets["document_003"].profit_split,
)
SETTLING = replace(
    presets["document_003"],
    war_chest=WarChest(basis="per_period", settlement="week", reinvest_of="balance"),
    profit_split=replace(presets["document_003"].profit_split, basis="per_period", settlement="week"),
)
PER_WIN = Policy(
    stake=presets["document_003"].stake,
    war_chest=WarChest(basis="per_win", settlement="day"),
    drawdown=DrawdownGuard(halt_cooldown=5),
)
POLICIES = {"everything": EVERYTHING, "settling": SETTLING, "per win": PER_WIN, "document_002": presets["document_002"]}

actions = st.one_of(
    st.tuples(st.just("trade"), st.floats(-0.4, 0.6)),
    st.tuples(st.just("deposit"), st.floats(0.01, 500.0)),
    st.tuples(st.just("withdraw"), st.floats(0.0, 1.0)),
    st.tuples(st.just("wait"), st.integers(0, 200)),
    st.tuples(st.just("resume"), st.just(0)),
    st.tuples(st.just("restart"), st.just(0)),
)


def act(account, action, amount, book):
    """Do one thing to an account and write down in `book` what came in from outside; return the account."""
    when = account_time(account)
    if action == "trade":
        pnl = account.equity * amount
        account.trade(pnl)
        book["pnl"] += pnl
    elif action == "deposit":
        account.deposit(amount)
        book["flows"] += amount
    elif action == "withdraw" and account.state.trading * amount > 0.0:
        book["flows"] -= account.state.trading * amount
        account.withdraw(account.state.trading * amount)
    elif action == "wait":
        account.advance(when + timedelta(hours=amount))
    elif action == "resume":
        account.resume()
    elif action == "restart":
        return Account.from_dict(json.loads(json.dumps(account.to_dict())))
    return account


def account_time(account):
    text = account.to_dict()["when"]
    return datetime.fromisoformat(text) if text else datetime(2026, 11, 16, tzinfo=UTC)


def assert_conserved(account, start, book):
    s = account.state
    parts = s.trading + s.preserved + s.locked + s.chest + s.operating + s.withdrawn
    assert parts == pytest.approx(start + book["pnl"] + book["flows"], rel=1e-9, abs=0.001)
    assert min(s.preserved, s.locked, s.chest, s.operating, s.withdrawn) >= 0.0
    assert s.unit <= s.peak
    size = account.size(1e9)
    assert 0.0 <= size <= max(account.equity, 0.0) + 1e-9


@given(st.sampled_from(sorted(POLICIES)), st.floats(10.0, 1e5), st.lists(actions, max_size=40))
@settings(deadline=None)
def test_money_is_conserved_on_any_history(name, start, history):
    account = Account(POLICIES[name], start, when=datetime(2026, 11, 16), keep_ledger=True)
    book = {"pnl": 0.0, "flows": 0.0}
    for action, amount in history:
        account = act(account, action, amount, book)
    assert_conserved(account, start, book)
    assert_ledger_explains(account, start)


def assert_ledger_explains(account, start):
    """Replaying the ledger's transfers gives the parts that the account holds."""
    parts = dict.fromkeys(
        ("trading", "preserved", "locked", "chest", "operating", "withdrawn", "market", "outside"), 0.0
    )
    parts["trading"] = start
    for row in account.ledger().itertuples(index=False):
        if row.amount > 0.0:
            parts[row[2]] -= row.amount
            parts[row[3]] += row.amount
    for name in ("trading", "preserved", "locked", "chest", "operating", "withdrawn"):
        assert parts[name] == pytest.approx(getattr(account.state, name), rel=1e-9, abs=0.001), name


@pytest.mark.slow
def test_money_is_conserved_on_two_thousand_long_histories():
    rng = np.random.default_rng(2000)
    names = ["trade", "trade", "trade", "trade", "deposit", "withdraw", "wait", "resume", "restart"]
    for run in range(2_000):
        start = float(rng.uniform(10.0, 1e5))
        account = Account(POLICIES[sorted(POLICIES)[run % 4]], start, when=datetime(2026, 11, 16), keep_ledger=False)
        book = {"pnl": 0.0, "flows": 0.0}
        for _ in range(int(rng.integers(1, 501))):
            action = names[int(rng.integers(len(names)))]
            if action == "restart" and rng.random() < 0.9:
                continue
            amount = {
                "trade": rng.normal(0.002, 0.05),
                "deposit": rng.uniform(0.01, 500.0),
                "wait": rng.integers(0, 72),
            }
            account = act(account, action, float(amount.get(action, rng.uniform(0.0, 0.3))), book)
        assert_conserved(account, start, book)


trade_list = st.lists(st.floats(-0.3, 0.4), min_size=1, max_size=40)


@given(st.sampled_from(["everything", "per win"]), trade_list, st.lists(st.floats(0.01, 1e4), max_size=5))
def test_no_flow_or_siphon_moves_the_protection_level(name, returns, deposits):
    policy = POLICIES[name]
    bare = Policy(stake=policy.stake, drawdown=policy.drawdown)
    plain, flowing = Account(bare, 100.0), Account(policy, 100.0)
    for t, r in enumerate(returns):
        plain.trade(plain.equity * r)
        flowing.trade(flowing.equity * r)
        before = flowing.level, flowing.drawdown, flowing.blocks
        if t < len(deposits):
            flowing.deposit(deposits[t])
            flowing.withdraw(min(0.5 * deposits[t], flowing.state.trading)) if flowing.state.trading > 0 else None
        assert (flowing.level, flowing.drawdown, flowing.blocks) == before
        assert flowing.drawdown == pytest.approx(plain.drawdown, abs=1e-9)
        if plain.level != flowing.level:  # only rounding at an edge may tell them apart
            assert min(abs(plain.drawdown - edge) for edge in (0.05, 0.10, 0.15, 0.20)) < 2e-9


@given(st.sampled_from(sorted(POLICIES)), trade_list)
def test_a_loss_never_makes_the_next_size_larger(name, returns):
    account = Account(POLICIES[name].without(), 100.0, keep_ledger=False)
    for r in returns:
        before = account.size(1e9)
        halted = account.state.halted_for
        account.trade(account.equity * r)
        if r < 0.0 and account.state.halted_for >= halted:
            assert account.size(1e9) <= before * (1.0 + 1e-12)


def scaled(policy, k):
    changes = {}
    if policy.milestones:
        changes["milestones"] = Milestones(ladder=tuple(k * m for m in policy.milestones.ladder))
    if policy.war_chest:
        chest = policy.war_chest
        changes["war_chest"] = replace(
            chest, compound_above=k * chest.compound_above, reinvest_above=k * chest.reinvest_above
        )
    if policy.allocator:
        a = policy.allocator
        changes["allocator"] = replace(
            a, mm_cap=k * a.mm_cap, arb_cap=k * a.arb_cap, mm_min=k * a.mm_min, arb_min=k * a.arb_min
        )
    return replace(policy, **changes)


ordinary_returns = st.lists(st.integers(-3_000, 4_000).map(lambda x: x / 1e4), min_size=1, max_size=40)


@given(st.sampled_from(sorted(POLICIES)), st.sampled_from([0.125, 4.0, 1024.0]), ordinary_returns)
def test_all_money_times_k_is_the_same_history(name, k, returns):
    one, many = Account(POLICIES[name], 100.0), Account(scaled(POLICIES[name], k), 100.0 * k)
    for r in returns:
        one.trade(one.equity * r)
        many.trade(many.equity * r)
        assert many.size(1e15) == k * one.size(1e15 / k)  # k is a power of two: exact, far from subnormal numbers
    for field, a, b in zip(one.state._fields, one.state, many.state, strict=True):
        assert b == (k * a if field in MONEY else a), field


@given(st.sampled_from(sorted(POLICIES)), trade_list, trade_list)
def test_a_restarted_account_continues_identically(name, before, after):
    account = Account(POLICIES[name], 100.0, when=datetime(2026, 11, 16))
    for i, r in enumerate(before):
        account.trade(account.equity * r, when=datetime(2026, 11, 16) + timedelta(hours=9 * i))
    copy = Account.from_dict(json.loads(json.dumps(account.to_dict())))
    for i, r in enumerate(after):
        when = datetime(2027, 1, 1) + timedelta(hours=9 * i)
        for twin in (account, copy):
            twin.trade(100.0 * r, when=when)
        assert copy.state == account.state
        assert copy.size(1e9) == account.size(1e9)
    pd.testing.assert_frame_equal(copy.ledger(), account.ledger())


def test_the_worked_transfer_of_a_new_high_appears_in_the_ledger():
    account = Account(presets["document_000"], 10_000.0)
    account.trade(500.0, when=datetime(2026, 11, 16, 12))
    account.trade(-2_200.0)
    ledger = account.ledger()
    assert list(ledger.columns) == ["time", "rule", "from", "to", "amount", "reason"]
    rows = [tuple(row) for row in ledger[["rule", "from", "to", "amount"]].itertuples(index=False)]
    assert rows == [
        ("trade", "market", "trading", 500.0),
        ("compounding", "trading", "preserved", 125.0),
        ("milestones", "trading", "locked", 50.0),
        ("trade", "trading", "market", 2_200.0),
        ("drawdown", "NORMAL", "HALT", 0.0),
    ]
    assert ledger["time"].iloc[0] == pd.Timestamp("2026-11-16 12:00", tz="UTC")
    assert ledger["reason"].iloc[-1] == "drawdown 20.95% of peak"


def test_profit_already_made_is_split_once_at_the_start():
    account = Account(presets["document_003"], 1_000.0, 1_100.0)
    s = account.state
    assert (s.chest, s.operating, s.withdrawn) == pytest.approx((20.0, 15.0, 5.0))
    account.trade(-50.0)
    account.trade(50.0)
    assert account.state.chest == pytest.approx(20.0)


def test_a_wiped_out_account_sizes_nothing_whatever_is_paid_in():
    account = Account(presets["document_003"], 1_000.0, 0.0)
    assert account.size(1e9) == 0.0
    account.deposit(500.0)
    account.trade(10.0)
    assert account.size(1e9) == 0.0


def test_a_loss_beyond_the_account_is_booked_as_debt():
    account = Account(EVERYTHING, 1_000.0)
    account.trade(-1_200.0)
    assert account.equity == pytest.approx(-200.0)
    assert account.drawdown == 1.0
    assert account.size(1e9) == 0.0
