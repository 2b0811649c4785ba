"""Siphons at equal risk: what the reading of curves must say where the truth is known, and when it may recommend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nija_research.errors import ParameterError
from nija_research.simulate import siphon, worlds
from nija_research.simulate.siphon import equal_risk
from nija_research.simulate.siphon.equal_risk import SCALES, worst_case

COIN = worlds.trades(0.55)
SETTINGS = {"n_paths": 1_000, "horizon": 100, "rng": 1}


@pytest.fixture(scope="module")
def found():
    return siphon.recommend(COIN, 0.05, **SETTINGS)


def test_the_worst_case_is_the_mean_of_the_worst_twentieth():
    depths = np.random.default_rng(1).permutation(np.arange(200.0))
    assert worst_case(depths) == np.mean(np.arange(190.0, 200.0))
    assert worst_case(np.stack([depths, depths / 2])).tolist() == [194.5, 97.25]
    assert worst_case(np.array([0.1, 0.3])) == 0.3


def test_growth_and_worst_case_of_the_stake_in_use(found):
    alone = siphon.sweep_siphons({"a": siphon.basic_siphon(0.05, 0.0)}, COIN, **SETTINGS)["a"]
    assert found.growth == pytest.approx(alone.growth.mean(), rel=1e-12)
    assert found.depth == pytest.approx(np.sort(alone["max_drawdown"])[-50:].mean(), rel=1e-12)
    row = found.table.loc[siphon.NO_SIPHON]
    assert row[["gain", "low", "high"]].tolist() == [0.0, 0.0, 0.0]
    assert row["growth"] == pytest.approx(found.growth, rel=5e-3)  # on a ladder of stakes, to one step of it
    assert row["scale"] == pytest.approx(1.0, rel=5e-3)


def test_the_figure_at_equal_worst_case_is_met_by_a_run_at_that_stake(found):
    for name in ("high-water mark 40%", "high-water mark 60%"):
        row = found.table.loc[name]
        _, policy = equal_risk.families(0.05, (0.1, 0.2, 0.4, 0.6))[name]
        share = policy.stake.share * row["scale"]
        again = siphon.sweep_siphons({"a": replace(policy, stake=replace(policy.stake, share=share))}, COIN, **SETTINGS)
        assert again["a"].growth.mean() == pytest.approx(row["growth"], rel=0.02)
        assert worst_case(again["a"]["max_drawdown"]) == pytest.approx(found.depth, rel=0.02)


def test_an_over_bettor_is_told_to_stake_less():
    over = siphon.recommend(COIN, 0.25, **SETTINGS)  # two and a half times full Kelly
    row = over.table.loc[siphon.NO_SIPHON]
    assert over.growth < 0.0 < row["growth"]
    assert row["scale"] == pytest.approx(0.4, rel=0.15)


def test_the_jackknife_error_is_that_of_other_paths(found):
    gains = [
        siphon.recommend(COIN, 0.05, **(SETTINGS | {"rng": seed})).table.loc["high-water mark 60%", "gain"]
        for seed in range(2, 22)
    ]
    row = found.table.loc["high-water mark 60%"]
    said = (row["high"] - row["low"]) / 2 / 1.96
    assert 0.5 < said / np.std(gains, ddof=1) < 2.0  # 20 seeds: a true ratio of 1 leaves this in 1 of 1,000
    assert np.mean(gains) < 0.0


def test_grossman_zhou_control_beats_a_siphon_where_its_floor_is_about_the_worst_case():
    calm = siphon.recommend(worlds.iid(mean=0.03, sd=0.2), 0.1, **SETTINGS)
    assert (calm.rate, calm.reason) == (0.0, "grossman-zhou")
    assert calm.table.loc[calm.family, "low"] > 0.0
    assert calm.table["gain"].idxmax() == calm.family == "Grossman-Zhou 75%"


def test_a_family_that_cannot_fall_so_far_is_read_at_its_best(found):
    row, points = found.table.loc["Grossman-Zhou 50%"], found.curves[found.curves["family"] == "Grossman-Zhou 50%"]
    assert points["depth"].max() <= 0.5 < found.depth  # its floor
    assert row["growth"] == pytest.approx(points["growth"].max(), rel=1e-3)
    assert np.isnan(row["depth"])  # it grows as fast at no stake


def test_without_an_edge_nothing_is_recommended():
    none = siphon.recommend(worlds.trades(0.5), 0.05, **SETTINGS)
    assert (none.rate, none.reason) == (0.0, "no edge")
    assert (none.table["growth"] >= 0.0).all()  # staking nothing is always allowed


def table_of(**gains):
    rows = {name: {"gain": value, "low": value - 1.0, "high": value + 1.0} for name, value in gains.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename(index=lambda x: "Grossman-Zhou" if x == "gz" else x)


@pytest.mark.parametrize(
    ("gains", "edge", "expected"),
    [
        ({"none": 0.0, "a": 5.0, "gz": 2.0}, True, (0.2, "a", "siphon")),
        ({"none": 0.0, "a": 5.0, "gz": 6.0}, True, (0.0, "Grossman-Zhou", "grossman-zhou")),
        ({"none": 0.0, "a": 0.5, "gz": -3.0}, True, (0.0, "a", "not shown")),
        ({"none": 0.0, "a": 0.5, "gz": 0.8}, True, (0.0, "a", "not shown")),
        ({"none": 0.0, "a": -5.0, "gz": -3.0}, True, (0.0, siphon.NO_SIPHON, "stake less")),
        ({"none": 0.0, "a": -5.0, "gz": 3.0}, True, (0.0, "Grossman-Zhou", "grossman-zhou")),
        ({"none": 0.0, "a": 5.0, "gz": 2.0}, False, (0.0, siphon.NO_SIPHON, "no edge")),
    ],
)
def test_when_a_rate_is_recommended(gains, edge, expected):
    assert equal_risk.verdict(table_of(**gains), {"none": 0.0, "a": 0.2, "Grossman-Zhou": 0.0}, edge) == expected


def test_the_efficient_set():
    growth = np.array([[1.0, 2.0], [0.9, 1.9], [1.5, 1.5]])
    depth = np.array([[0.1, 0.2], [0.1, 0.25], [0.12, 0.3]])
    assert equal_risk.efficient(growth, depth) == [True, False, True]


def log_of(returns):
    when = pd.date_range("2026-01-01", periods=len(returns), freq="D", tz="UTC")
    return pd.DataFrame({"return": returns, "exit_time": when})


def test_resamples_of_a_log_that_says_nothing_agree_on_nothing_to_siphon():
    log = log_of(np.random.default_rng(3).normal(-0.02, 0.02, 60))
    own = siphon.recommend(worlds.bootstrap(log), 0.5, **SETTINGS)
    again = siphon.stability(log, 0.5, own, draws=10, n_paths=200, horizon=50)
    assert again.shares == {0.0: 1.0}
    assert again.reasons == {"no edge": 1.0}
    assert again.agreed == 1.0


def test_a_recommendation_that_resamples_do_not_share_is_unstable():
    log = log_of(np.random.default_rng(3).normal(0.002, 0.02, 60))
    own = siphon.recommend(worlds.bootstrap(log), 0.5, **SETTINGS)
    again = siphon.stability(log, 0.5, replace(own, rate=0.4), draws=10, n_paths=200, horizon=50)
    assert again.agreed < 0.8
    assert sum(again.shares.values()) == pytest.approx(1.0)
    assert len(again.reasons) > 1
    same = siphon.stability(log, 0.5, own, draws=10, n_paths=200, horizon=50)
    assert same.reasons == again.reasons


def test_an_edge_is_put_into_every_resample():
    log = log_of(np.random.default_rng(3).normal(-0.01, 0.02, 40))
    moved = siphon.with_edge(log, 0.3)["return"]
    assert moved.mean() / moved.std() == pytest.approx(0.3, rel=1e-12)
    assert np.allclose(moved - log["return"], (moved - log["return"]).iloc[0])
    own = siphon.recommend(worlds.bootstrap(siphon.with_edge(log, 0.3)), 0.2, **SETTINGS)
    again = siphon.stability(log, 0.2, own, draws=5, edge=0.3, n_paths=400, horizon=100)
    assert "no edge" not in again.reasons


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"stake": 0.0}, "stake must be above 0"),
        ({"rates": ()}, "rates must lie inside"),
        ({"rates": (1.0,)}, "rates must lie inside"),
        ({"n_paths": 10}, "n_paths must be a whole number of at least 100"),
    ],
)
def test_wrong_input(wrong, says):
    asked = {"stake": 0.1} | wrong
    with pytest.raises(ParameterError, match=says):
        siphon.recommend(COIN, asked.pop("stake"), **asked)
    assert SCALES.count(1.0) == 1


def test_a_log_too_short_to_resample():
    own = siphon.recommend(COIN, 0.1, **SETTINGS)
    with pytest.raises(ParameterError, match="at least three"):
        siphon.stability(log_of([0.1, -0.1]), 0.1, own)
