"""The kernel against the plain twin and the object engine, on the same draws; and against itself in any arrangement."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from nija_research.policy import Account, DrawdownGuard, Policy, Stake, presets
from nija_research.policy.state import State
from nija_research.simulate import ablation, run, sweep, worlds
from nija_research.simulate.kernel import FIELDS
from nija_research.simulate.path_stats import Goals
from nija_research.simulate.results import COLUMNS

STATE = len(State._fields)
RETURNS = np.random.default_rng(5).standard_t(4, 400) * 0.05 + 0.004
TOLD = {
    "expected_return": np.random.default_rng(6).uniform(-0.2, 0.8, 400),
    "volatility": np.random.default_rng(7).uniform(0.1, 1.5, 400),
    "regime": np.random.default_rng(8).integers(0, 6, 400),
    "kelly": np.random.default_rng(9).uniform(-0.1, 0.9, 400),
}
WORLD = worlds.bootstrap(RETURNS, block=7.0, market=TOLD, calendar=worlds.Calendar(trades_per_day=3.0, days_per_week=5))
MONEY = {"base": 400.0, "current": 430.0}
TARGET = 470.0
GOALS = Goals(0.5 * 430.0 / 400.0, TARGET)


def compare(result, states, count, path):
    ours = np.array([result[name][path] for name in FIELDS])
    np.testing.assert_allclose(ours[:STATE], states[-1], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours[STATE:], count[: len(FIELDS) - STATE], rtol=1e-12, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(presets))
def test_every_preset_equals_its_plain_twin_at_every_step(name, by_hand):
    policy, draws = presets[name], WORLD.draw(3, 150, rng=4)
    result = run(policy, WORLD, n_paths=3, horizon=150, rng=4, target=TARGET, columns=FIELDS, trace=range(3), **MONEY)
    for path in range(3):
        states, count = by_hand(policy, WORLD, draws.returns[path], draws.rows[path], goals=GOALS, **MONEY)
        compare(result, states, count, path)
        np.testing.assert_allclose(result.traces[path].states.to_numpy(), states, rtol=1e-12, atol=1e-12)
        np.testing.assert_array_equal(result.traces[path].trades["earned"], draws.returns[path])


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(8))
def test_four_thousand_random_policies_equal_their_plain_twins(batch, random_policy, by_hand):
    rng = np.random.default_rng(batch)
    policies = [random_policy(rng) for _ in range(512)]
    scales = rng.choice([1.0, 0.5, 3.0], 512)
    runs = sweep(
        policies, WORLD, scales=scales, n_paths=2, horizon=40, rng=batch, target=TARGET, columns=FIELDS, **MONEY
    )
    draws = WORLD.draw(2, 40, rng=batch)
    path = batch % 2
    for i, policy in enumerate(policies):
        states, count = by_hand(
            policy, WORLD, draws.returns[path], draws.rows[path], goals=GOALS, scale=scales[i], **MONEY
        )
        compare(runs[str(i)], states, count, path)


@pytest.mark.parametrize("name", sorted(presets))
def test_the_object_engine_is_the_same_account(name):
    policy, horizon = presets[name], 120
    result = run(policy, WORLD, n_paths=2, horizon=horizon, rng=9, columns=FIELDS, base=400.0)
    draws = WORLD.draw(2, horizon, rng=9)
    monday = datetime(2026, 11, 16)
    for path in range(2):
        account = Account(policy, 400.0, keep_ledger=False)
        for t in range(horizon):
            # Five trading days a week from Monday: the same days and weeks as the world's calendar.
            day = int(WORLD.calendar.day(t)) - 1
            when = monday + timedelta(days=7 * (day // 5) + day % 5)
            row = draws.rows[path, t]
            question = {name: float(TOLD[name][row]) for name in ("expected_return", "volatility", "kelly")}
            regime = ("BULL_TRENDING", "BEAR_TRENDING", "RANGING", "VOLATILE", "CRISIS", "UNKNOWN")[TOLD["regime"][row]]
            stake = account.size(max(account.equity, 0.0), regime=regime, when=when, **question)
            account.trade(stake * draws.returns[path, t])
        for field in State._fields:
            if field not in ("day", "week"):
                assert result[field][path] == pytest.approx(getattr(account.state, field), rel=1e-12, abs=1e-12), field


def test_threads_and_pieces_change_no_bit():
    policy = presets["document_003"]
    settings = {"horizon": 60, "rng": 2, "base": 500.0}
    whole = run(policy, WORLD, n_paths=5000, threads=1, **settings)
    for threads in (2, 3):
        again = run(policy, WORLD, n_paths=5000, threads=threads, **settings)
        assert all(np.array_equal(whole[name], again[name]) for name in COLUMNS)
    few = run(policy, WORLD, n_paths=77, **settings)
    assert all(np.array_equal(whole[name][:77], few[name]) for name in COLUMNS)
    assert not np.array_equal(whole["unit"], run(policy, WORLD, n_paths=5000, **{**settings, "rng": 3})["unit"])


def test_a_sweep_is_each_policy_run_alone_bit_for_bit():
    grid = dict(presets) | ablation(presets["document_003"]) | ablation(presets["document_000"])
    runs = sweep(grid, WORLD, n_paths=150, horizon=50, rng=1, base=500.0, columns=COLUMNS)
    for name, policy in grid.items():
        alone = run(policy, WORLD, n_paths=150, horizon=50, rng=1, base=500.0)
        for column in COLUMNS:
            assert np.array_equal(runs[name][column], alone[column]), (name, column)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["document_000", "document_002", "document_003", "grossman_zhou"])
def test_a_kernel_of_its_own_changes_no_bit(name):
    policy, settings = presets[name], {"n_paths": 150, "horizon": 90, "rng": 1, "base": 500.0}
    for target in (530.0, None):
        general = run(policy, WORLD, target=target, specialise=False, columns=FIELDS, **settings)
        special = run(policy, WORLD, target=target, specialise=True, columns=FIELDS, **settings)
        assert all(np.array_equal(general[column], special[column]) for column in FIELDS)
    for columns in (COLUMNS, ("unit", "max_drawdown")):
        grid = {"full": policy, "bare": policy.without(*(n for n in policy.to_dict() if n != "stake"))}
        runs = sweep(grid, WORLD, specialise=True, columns=columns, **settings)
        assert all(np.array_equal(runs["full"][column], general[column]) for column in columns)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [("unit", "max_drawdown"), ("wins", "losses"), ("profit",), ("day", "week_unit")])
def test_what_nobody_asks_for_is_left_out_and_what_is_asked_for_is_right(columns):
    policy = Policy(stake=Stake(share=0.1), drawdown=DrawdownGuard())  # reads neither streaks, profit nor days
    settings = {"n_paths": 70, "horizon": 60, "rng": 1, "columns": columns}
    general = run(policy, WORLD, specialise=False, **settings)
    special = run(policy, WORLD, specialise=True, **settings)
    assert all(np.array_equal(general[column], special[column]) for column in columns)
    assert all(general[column].any() for column in columns)


def test_more_policies_than_a_block_holds_and_any_number_of_them():
    policy = presets["document_003"]
    alone = run(policy, WORLD, n_paths=70, horizon=30, rng=1, base=500.0)
    for many in (1, 5, 33, 64, 65, 130):
        runs = sweep([policy] * many, WORLD, n_paths=70, horizon=30, rng=1, base=500.0)
        assert all(np.array_equal(runs[str(i)]["unit"], alone["unit"]) for i in range(many))


def test_a_run_that_keeps_less_keeps_the_same():
    policy = presets["document_000"]
    whole = run(policy, WORLD, n_paths=130, horizon=40, rng=1)
    brief = run(policy, WORLD, n_paths=130, horizon=40, rng=1, columns=("max_drawdown", "unit"))
    assert list(brief.columns) == ["max_drawdown", "unit"]
    assert all(np.array_equal(brief[name], whole[name]) for name in brief.columns)
