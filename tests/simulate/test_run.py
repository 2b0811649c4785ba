"""`run`, `fold`, `sweep`, `match` and the metrics: what they say, what they refuse, and that the errors are errors."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.errors import ParameterError
from nija_research.policy import Policy, Stake, presets
from nija_research.simulate import ablation, fold, match, metrics, run, sweep, worlds
from nija_research.simulate import fold as folded
from nija_research.simulate.streaming import PIECE

COIN = worlds.trades(0.55)
FLAT = Policy(stake=Stake(share=0.10, max_share=None))


def by_hand(returns, share=0.10, base=1000.0):
    """Wealth of one path that stakes a share, as a list with the start."""
    wealth = [base]
    for r in returns:
        wealth.append(wealth[-1] * (1.0 + share * r))
    return np.array(wealth)


def test_every_summary_of_a_path_is_what_its_wealth_says():
    world = worlds.given(np.random.default_rng(1).normal(0.01, 0.4, (5, 60)))
    returns = world.draw(5, 60, rng=0).returns
    result = run(FLAT, world, n_paths=5, horizon=60, base=1000.0, ruin=0.9, target=1100.0)
    year = world.calendar.steps_per_year
    for p in range(5):
        wealth = by_hand(returns[p])
        peak = np.maximum.accumulate(wealth)
        depth = 1.0 - wealth / peak
        gains = wealth[1:] / wealth[:-1] - 1.0
        assert result.equity[p] == pytest.approx(wealth[-1])
        assert result.growth[p] == pytest.approx(np.log(wealth[-1] / 1000.0) * year / 60)
        assert result.max_drawdown[p] == pytest.approx(depth.max())
        assert result.ulcer_index[p] == pytest.approx(np.sqrt((depth[1:] ** 2).mean()))
        assert result.volatility[p] == pytest.approx(gains.std(ddof=1) * np.sqrt(year))
        assert result.time_under_water[p] == pytest.approx((depth[1:] > 1e-9).mean())
        assert result.lowest[p] == pytest.approx(wealth.min() / 1000.0)
        runs = "".join("L" if g < 0 else "W" for g in gains).split("W")
        assert result["losing_run"][p] == max(map(len, runs))
        spells = "".join("u" if d > 1e-9 else "." for d in depth[1:]).split(".")
        assert result["longest_spell"][p] == max(map(len, spells))
        first = np.flatnonzero(wealth <= 900.0)
        assert result.time_to_ruin[p] == (first[0] if len(first) else np.inf)
        first = np.flatnonzero(wealth >= 1100.0)
        assert result.time_to_target[p] == (first[0] if len(first) else np.inf)
        assert result["staked"][p] == pytest.approx(0.10 * wealth[:-1].sum())


def test_a_figure_is_within_its_error_of_the_truth_as_often_as_it_says():
    # Even money at .55, a tenth staked: mean growth per step is .55 log 1.1 + .45 log .9. 200 runs of 300 paths: the
    # count of misses at 95 % is binomial(200, .05); outside 2 to 21 with probability below 2e-3.
    truth = (0.55 * np.log(1.1) + 0.45 * np.log(0.9)) * COIN.calendar.steps_per_year
    misses = 0
    for seed in range(200):
        found = metrics.mean(run(FLAT, COIN, n_paths=300, horizon=20, rng=seed).growth)
        misses += not found.low <= truth <= found.high
    assert 2 <= misses <= 21


def test_common_random_numbers_shrink_the_error_of_a_difference():
    runs = sweep({"a": FLAT, "b": Policy(stake=Stake(share=0.11, max_share=None))}, COIN, n_paths=2000, horizon=100)
    paired = metrics.difference(runs["a"], runs["b"], "growth")
    apart = (metrics.mean(runs["a"].growth).se ** 2 + metrics.mean(runs["b"].growth).se ** 2) ** 0.5
    assert paired.se < 0.2 * apart
    with pytest.raises(ParameterError, match="same world"):
        metrics.difference(runs["a"], run(FLAT, COIN, n_paths=2000, horizon=100, rng=1), "growth")


def test_folding_gives_the_figures_of_one_run(monkeypatch):
    import sys

    monkeypatch.setattr(sys.modules[fold.__module__], "PIECE", 300)
    settings = {"n_paths": 1000, "horizon": 50, "rng": 3}
    one = run(FLAT, COIN, **settings)
    table = folded(FLAT, COIN, depths=(0.3,), floors=(0.7,), **settings)
    measures = {name: metrics.mean(metrics.MEASURES[name](one)) for name in ("growth", "volatility", "max_drawdown")}
    chances = {
        "chance_of_drawdown_30%": metrics.probability_of_drawdown(one, 0.3),
        "chance_of_ruin_70%": metrics.probability_of_ruin(one, 0.7),
    }
    expected = metrics.frame(measures | chances)
    np.testing.assert_allclose(table.loc[expected.index], expected, rtol=1e-10)
    assert PIECE == 65_536


def test_paths_are_the_same_wherever_a_run_begins():
    whole = run(FLAT, COIN, n_paths=300, horizon=20)
    part = run(FLAT, COIN, n_paths=100, first=150, horizon=20, trace=[160])
    assert np.array_equal(whole["unit"][150:250], part["unit"])
    assert part.traces[0].states["unit"].iloc[-1] == part["unit"][10]


def test_an_ablation_grid_holds_each_rule_off_and_alone():
    grid = ablation(presets["document_003"])
    rules = ("streak", "stops", "war_chest", "profit_split")
    assert list(grid) == ["full", *(f"without {r}" for r in rules), *(f"{r} alone" for r in rules), "bare"]
    assert grid["without stops"].stops is None
    assert grid["stops alone"] == Policy(stake=grid["full"].stake, stops=grid["full"].stops)
    assert grid["bare"] == Policy(stake=grid["full"].stake)


def test_a_table_has_every_figure_with_its_interval():
    table = metrics.table(run(FLAT, COIN, n_paths=200, horizon=50, target=11_000.0))
    assert {"growth", "median_growth", "chance_of_ruin_50%", "chance_of_target"} <= set(table.index)
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()


def test_quantiles_cover_and_say_when_paths_are_too_few():
    # 400 samples of 60 uniforms: misses of the 95 % interval of the 80 % quantile are at most binomial(400, .05).
    rng = np.random.default_rng(0)
    found = [metrics.quantile(rng.uniform(size=60), 0.8) for _ in range(400)]
    assert sum(not f.low <= 0.8 <= f.high for f in found) <= 35
    assert metrics.quantile(np.arange(5.0), 0.99).high == np.inf


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"n_paths": 0}, "n_paths must be a whole number of at least 1"),
        ({"horizon": 2.5}, "horizon must be a whole number"),
        ({"base": -1.0}, "base must be"),
        ({"current": float("nan")}, "current must be"),
        ({"scale": 0.0}, "scale must be"),
        ({"ruin": 1.0}, "ruin must be below 1"),
        ({"ruin": 50.0}, "ruin must lie in"),
        ({"target": -5.0}, "target must be"),
        ({"columns": ("unit", "units")}, "there is no column 'units'"),
        ({"trace": [10]}, "trace must hold numbers of paths, 0 to 9, got 10"),
        ({"threads": 0}, "threads must be"),
        ({"rng": -1}, "rng must be"),
    ],
)
def test_wrong_settings_are_refused(wrong, says):
    with pytest.raises(ParameterError, match=says):
        run(FLAT, COIN, **{"n_paths": 10, "horizon": 5, **wrong})


def test_wrong_sweeps_and_questions_are_refused():
    runs = sweep([FLAT], COIN, n_paths=20, horizon=5)
    for wrong, says in (
        (lambda: sweep({}, COIN), "at least one policy"),
        (lambda: sweep([FLAT], COIN, scales=[1.0, 2.0]), "one entry a policy"),
        (lambda: runs["b"], "there is no policy 'b'"),
        (lambda: runs.table("sharpness"), "there is no measure"),
        (lambda: runs["0"]["halts"], "did not keep 'halts'"),
        (lambda: metrics.probability_of_target(runs["0"]), "had no target"),
        (lambda: match(FLAT, COIN, to="sharpe", value=1.0), "to must be one of"),
    ):
        with pytest.raises(ParameterError, match=says):
            wrong()


def test_an_account_that_lost_everything_has_no_growth_and_no_error():
    world = worlds.given(np.full((3, 5), -1.0))
    result = run(Policy(stake=Stake(share=1.0, max_share=None, max_exposure=None)), world, n_paths=3, horizon=5)
    assert (result.growth == -np.inf).all()
    assert np.isnan(metrics.mean(result.growth).se)
    assert metrics.probability_of_ruin(result).value == 1.0


def test_an_account_that_opens_below_base_opens_in_drawdown_and_counts_growth_from_there():
    still = run(presets["hold_cash"], COIN, n_paths=3, horizon=5, base=10_000.0, current=9_000.0)
    assert still.max_drawdown == pytest.approx(0.1, abs=1e-12)
    assert (still.time_under_water == 1.0).all()
    assert still.growth == pytest.approx(0.0, abs=1e-12)
    assert still.lowest == pytest.approx(1.0, abs=1e-12)
    fresh = run(presets["hold_cash"], COIN, n_paths=3, horizon=5, base=9_000.0)
    assert (fresh.max_drawdown == 0.0).all()


def test_an_account_that_opens_in_halt_has_halted_once():
    opened = run(presets["document_000"], worlds.trades(0.55), n_paths=64, horizon=20, rng=1, current=7_500.0)
    assert (opened["halts"] == 1.0).all()  # 25 % under base, and no halt of this policy ends by itself
    assert (opened["trades"] == 0.0).all()
