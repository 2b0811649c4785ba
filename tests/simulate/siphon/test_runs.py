"""The sweep with an eye on the parts: the numbers of the sweep, and counts that a full trace confirms."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.errors import ParameterError
from nija_research.policy import Cushion, DrawdownGuard, Policy, Stake, presets
from nija_research.simulate import run, siphon, sweep, worlds
from nija_research.simulate.siphon.runs import KEPT, only_siphons

FAST = worlds.trades(0.55, calendar=worlds.Calendar(trades_per_day=4))
SETTINGS = {"n_paths": 70, "horizon": 90, "rng": 3, "base": 1_000.0}
RULES = siphon.variants(0.2) | {
    "|".join(map(str, key)): policy for key, policy in siphon.siphon_grid(0.2, [0.1, 0.35, 0.6]).items()
}


@pytest.fixture(scope="module")
def runs():
    return siphon.sweep_siphons(RULES, FAST, targets=(50.0, 100.0, 400.0), **SETTINGS)


def test_it_is_the_sweep_bit_for_bit(runs):
    same = sweep(RULES, FAST, specialise=False, columns=("trading", "chest", "withdrawn", "max_drawdown"), **SETTINGS)
    assert len(RULES) > 32  # more than one group of paths to a block
    for name, found in runs.items():
        for column in ("trading", "chest", "withdrawn", "max_drawdown"):
            assert np.array_equal(found[column], same[name][column]), (name, column)


@pytest.mark.parametrize("name", ["chest 20%", "and $50, $100 tiers", "split 60/20/15/5", "per_win|week|0.6"])
def test_parts_are_counted_as_a_full_trace_has_them(runs, name):
    traced = run(RULES[name], FAST, trace=range(70), specialise=False, **SETTINGS)
    found = runs[name]
    for i, trace in enumerate(traced.traces):
        trading, box, unit = (trace.states[x].to_numpy() for x in ("trading", "chest", "unit"))
        # A period's settlement comes before the next trade, between two rows of the trace.
        best = np.maximum.accumulate(box)
        assert found["least_trading"][i] == trading.min()
        assert found["lowest_unit"][i] == unit.min()
        assert found["best_chest"][i] == best[-1]
        deepest = np.max(1.0 - box / np.where(best > 0, best, 1.0) * (best > 0) - (best == 0))
        assert found["chest_depth"][i] == pytest.approx(deepest, abs=1e-15)
        for target in (50.0, 100.0, 400.0):
            reached = np.flatnonzero(best >= target * (1 - 1e-12))
            assert found.steps_to_target(target)[i] == (reached[0] if len(reached) else np.inf)


def test_the_law_of_the_accounts_fall():
    # On a lattice of log wealth a record is one step and a barrier is met exactly: P(ever <= a) is a product over
    # records of P(not falling from it to a), each the gambler's ruin; the continuous law is 1 - (1 - a^theta)^(1/(1-s)).
    s, a, h, theta = 0.5, 0.5, np.log(2) / 6, 1.0
    p = 1 / (1 + np.exp(-theta * h))
    up, down = np.expm1(h), -np.expm1(-h)
    world = worlds.trades(p, wins=[up], losses=[-down])
    ratio, records = (1 - p) / p, np.arange(4_000)
    steps = np.ceil((np.log1p((1 - s) * np.expm1(h)) * records - np.log(a)) / h - 1e-9)
    exact = 1 - np.prod(1 - ratio**steps * (1 - ratio) / (1 - ratio ** (steps + 1)))
    n = 20_000
    found = siphon.sweep_siphons({"s": siphon.basic_siphon(1.0, s)}, world, n_paths=n, horizon=3_000, rng=1, base=1.0)[
        "s"
    ]
    error = (exact * (1 - exact) / n) ** 0.5
    assert found.account_ruined.mean() == pytest.approx(exact, abs=4 * error)  # fails 1 in 15,000
    law = 1 - (1 - a**theta) ** (1 / (1 - s))
    assert law == pytest.approx(0.75)
    assert abs(exact - law) < 0.1
    assert exact > a**theta + 0.1  # the whole's chance: the siphon protects the chest, not the account


def test_the_whole_is_grossman_zhou_control_moved_apart():
    s = 0.5
    rules = {
        "siphon": siphon.basic_siphon(0.1, s),
        "control": Policy(stake=Stake(share=0.1), cushion=Cushion(floor=s)),
    }
    found = siphon.sweep_siphons(rules, FAST, n_paths=500, horizon=200, rng=1, base=1.0)
    assert found["siphon"].total == pytest.approx((found["control"].total - s) / (1 - s), rel=1e-12, abs=1e-12)
    assert np.std(found["siphon"].total) > 0.1


def test_growth_given_up_is_paired():
    found = siphon.sweep_siphons(
        {"a": siphon.basic_siphon(0.1, 0.0), "b": siphon.basic_siphon(0.1, 0.3)}, FAST, rng=2, n_paths=2_000
    )
    cost = siphon.growth_cost(found["b"], found["a"])
    assert cost.low > 0.0
    alone = np.std(found["a"].growth, ddof=1) / 2_000**0.5
    assert cost.se < alone
    other = siphon.sweep_siphons({"a": siphon.basic_siphon(0.1, 0.0)}, FAST, rng=3, n_paths=2_000)["a"]
    with pytest.raises(ParameterError, match="same world with the same n_paths"):
        siphon.growth_cost(found["b"], other)


def test_waits_and_those_that_never_come():
    found = siphon.sweep_siphons(
        {"s": siphon.basic_siphon(0.1, 0.2)}, FAST, targets=(10.0, 1e9), base=1_000.0, n_paths=400, horizon=50
    )
    table = siphon.time_to_target(found["s"]).set_index("target")
    steps = np.sort(found["s"].steps_to_target(10.0))
    assert table.loc[10.0, "half"] == steps[199]
    assert table.loc[10.0, "never"] == np.mean(~np.isfinite(steps))
    assert table.loc[1e9, ["quarter", "never"]].tolist() == [np.inf, 1.0]
    with pytest.raises(ParameterError, match="did not time 20"):
        found["s"].steps_to_target(20.0)


def test_the_hundred_dollar_rule_empties_the_chest_and_the_bonus_fills_it_a_little():
    runs = siphon.sweep_siphons(siphon.variants(0.1), FAST, n_paths=400, horizon=200, rng=1, base=1_000.0)
    aside = siphon.compare(runs, siphon.NO_SIPHON)["set aside"]
    assert aside["chest 20%"] > 3 * aside["and $50, $100 tiers"]
    assert aside["chest 20%"] < aside["chest 20%, hot +5%"] < 1.25 * aside["chest 20%"]  # a rate of 25 % at most


def test_the_table_and_the_map():
    runs = siphon.sweep_siphons(siphon.variants(0.1), FAST, n_paths=300, horizon=60, rng=1, base=1_000.0)
    table = siphon.compare(runs, siphon.NO_SIPHON)
    whole = table["account"] + table["set aside"] + table["paid out"]
    assert whole.to_numpy() == pytest.approx(table["total"].to_numpy(), rel=1e-12)
    assert table.loc[siphon.NO_SIPHON, ["given up", "low", "high"]].tolist() == [0.0, 0.0, 0.0]
    assert table.loc["split 60/20/15/5", "set aside"] == pytest.approx(table.loc["split 60/20/15/5", "paid out"])
    heat = siphon.rate_grid(FAST, 0.1, [0.1, 0.5], n_paths=300, horizon=60, rng=1, base=1_000.0)
    assert len(heat) == 8 * 2
    row = heat[(heat.basis == "high_water_mark") & (heat.settlement == "trade") & (heat.rate == 0.1)].iloc[0]
    alone = siphon.sweep_siphons(
        {"s": siphon.basic_siphon(0.1, 0.1)}, FAST, n_paths=300, horizon=60, rng=1, base=1_000.0
    )["s"]
    assert row["growth"] == alone.growth.mean()
    assert row["ruined"] == alone.account_ruined.mean()
    with pytest.raises(ParameterError, match="baseline must be one of"):
        siphon.compare(runs, "nope")


def test_which_kernel_serves_a_policy():
    assert only_siphons([*siphon.variants(0.1).values(), presets["grossman_zhou"]])
    assert not only_siphons([siphon.basic_siphon(0.1, 0.2), Policy(stake=Stake(share=0.1), drawdown=DrawdownGuard())])
    assert not only_siphons([presets["document_003"]])


@pytest.mark.slow
def test_any_other_policy_runs_too():
    rules = {name: presets[name] for name in ("document_000", "document_003", "fixed_fraction")}
    found = siphon.sweep_siphons(rules, FAST, **SETTINGS)
    same = sweep(rules, FAST, specialise=False, columns=("trading", "max_drawdown"), **SETTINGS)
    for name in rules:
        assert np.array_equal(found[name]["trading"], same[name]["trading"])


def test_threads_change_nothing():
    one = siphon.sweep_siphons(RULES, FAST, threads=1, **SETTINGS)
    two = siphon.sweep_siphons(RULES, FAST, threads=2, **SETTINGS)
    assert all(np.array_equal(one[n][c], two[n][c]) for n in RULES for c in ("trading", "least_trading", "waited_0"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"targets": (1.0, 2.0, 3.0, 4.0)}, "at most 3 sizes"),
        ({"targets": (0.0,)}, "targets must be above 0"),
        ({"columns": ("nope",)}, "there is no column 'nope'"),
        ({"n_paths": 0}, "n_paths must be a whole number"),
        ({"ruin": 1.0}, "ruin must be below 1"),
        ({"world": "log"}, "world must be a World"),
        ({"policies": "siphon"}, "policies must be a mapping"),
    ],
)
def test_wrong_input(wrong, says):
    asked = {"policies": {"s": siphon.basic_siphon(0.1, 0.2)}, "world": FAST} | wrong
    with pytest.raises(ParameterError, match=says):
        siphon.sweep_siphons(asked.pop("policies"), asked.pop("world"), **asked)


def test_a_column_that_was_not_kept():
    found = siphon.sweep_siphons(
        {"s": siphon.basic_siphon(0.1, 0.2)}, FAST, columns=("profit",), n_paths=10, horizon=5
    )["s"]
    with pytest.raises(ParameterError, match="did not keep 'chest'"):
        _ = found.set_aside
    with pytest.raises(ParameterError, match="there is no column 'siphoned'"):  # this kernel does not count it
        siphon.sweep_siphons({"s": siphon.basic_siphon(0.1, 0.2)}, FAST, columns=("siphoned",))
    assert len(set(KEPT)) == len(KEPT)
