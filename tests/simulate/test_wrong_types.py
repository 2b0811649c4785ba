"""Whatever is put in the place of something else is refused in one sentence, before any work."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from nija_research.errors import ParameterError
from nija_research.policy import Account, Policy, Stake, presets
from nija_research.simulate import fold, match, match_each, match_result, metrics, replay, run, sweep, worlds

COIN = worlds.trades(0.55)
FLAT = Policy(stake=Stake(share=0.1))
SOME = {"n_paths": 10, "horizon": 5}
ONE = np.array([1.0])


@cache
def a_run():
    return run(FLAT, COIN, **SOME)


WRONG = {
    "a policy's name": (lambda: run("half_kelly", COIN), r"policy must be a Policy, got 'half_kelly'.*presets\['half_kelly'"),
    "a list for a policy": (lambda: run([FLAT], COIN), "policy must be a Policy, got a list"),
    "returns for a world": (lambda: run(FLAT, [0.1, -0.1]), r"world must be a World, got \[0.1, -0.1\].*bootstrap"),
    "text for paths": (lambda: run(FLAT, COIN, n_paths="10"), "n_paths must be a whole number"),
    "text for a horizon": (lambda: run(FLAT, COIN, horizon="10"), "horizon must be a whole number"),
    "a name for columns": (lambda: run(FLAT, COIN, columns="unit"), "columns must be a sequence, got 'unit'"),
    "a number for columns": (lambda: run(FLAT, COIN, columns=5), "columns must be a sequence, got 5"),
    "a number for a trace": (lambda: run(FLAT, COIN, trace=5), "trace must be a sequence, got 5"),
    "a trace of text": (lambda: run(FLAT, COIN, trace=["a"]), "trace must be a number, got 'a'"),
    "fold, measures": (lambda: fold(FLAT, COIN, measures=["nope"], **SOME), "there is no measure 'nope'"),
    "fold, a measure": (lambda: fold(FLAT, COIN, measures="growth", **SOME), "measures must be a sequence"),
    "fold, depths": (lambda: fold(FLAT, COIN, depths=0.1, **SOME), "depths must be a sequence, got 0.1"),
    "fold, first": (lambda: fold(FLAT, COIN, first=3, **SOME), "first is what fold counts by"),
    "fold, policy": (lambda: fold("x", COIN, **SOME), "policy must be a Policy"),
    "match, scale": (lambda: match(FLAT, COIN, to="growth", value=0.1, scale=2), "scale is what match looks for"),
    "match, world": (lambda: match(FLAT, 3, to="growth", value=0.1), "world must be a World, got 3"),
    "match, volatility": (lambda: match(FLAT, COIN, to="volatility", value=-0.1), "value must be a volatility above 0"),
    "match, reference": (lambda: match_result(FLAT, COIN, to="growth"), "reference must be a SimulationResult"),
    "match, references": (lambda: match_each(FLAT, [a_run()], to="growth"), "references must be a mapping"),
    "ragged paths": (lambda: worlds.given([[0.1], [0.1, 0.2]]), "all of one length"),
    "a number for costs": (lambda: worlds.trades(0.5, costs=3), "costs must be Costs, got 3"),
    "a number for a calendar": (lambda: worlds.trades(0.5, calendar=3), "calendar must be a Calendar, got 3"),
    "costs of a bootstrap": (lambda: worlds.bootstrap([0.1, -0.1], block=1, costs=3), "costs must be Costs"),
    "calendar of a bootstrap": (lambda: worlds.bootstrap([0.1, -0.1], block=1, calendar=3), "must be a Calendar"),
    "calendar of paths": (lambda: worlds.given([[0.1]], calendar=3), "must be a Calendar"),
    "calendar of garch": (lambda: worlds.garch(omega=1e-6, alpha=0.1, beta=0.8, calendar=3), "must be a Calendar"),
    "costs of iid": (lambda: worlds.iid(mean=0.0, sd=0.1, costs=0.1), "costs must be Costs"),
    "a number for a market": (lambda: worlds.trades(0.5, market=3), "market must be a Market, a table or a mapping"),
    "replay, a number": (lambda: replay(3, FLAT), "trades must be a table"),
    "replay, a table": (lambda: replay(pd.DataFrame({"x": [1]}), FLAT), "trades must be a table with columns return"),
    "replay, policy": (lambda: replay(pd.DataFrame({"return": [], "exit_time": []}), "x"), "policy must be a Policy"),
    "a quantile of nothing": (lambda: metrics.quantile([], 0.5), "at least one, got shape"),
    "a mean of nothing": (lambda: metrics.mean([]), "at least one, got shape"),
    "a mean of text": (lambda: metrics.mean("growth"), "values must be one number a path"),
    "a probability of nothing": (lambda: metrics.probability(np.zeros(0, dtype=bool)), "at least one, got shape"),
    "a quantile at its end": (lambda: metrics.quantile(ONE, 1.0), "q must lie between 0 and 1"),
    "a difference from nothing": (lambda: metrics.difference(a_run(), None, "growth"), "b must be a SimulationResult, got None"),
    "a difference in nothing": (lambda: metrics.difference(a_run(), a_run(), None), "there is no measure None"),
    "a table of a world": (lambda: metrics.table(COIN), "result must be a SimulationResult"),
    "the ruin of a world": (lambda: metrics.probability_of_ruin(COIN), "result must be a SimulationResult"),
    "a market with a hole": (lambda: worlds.Market(kelly=np.array([np.nan])), r"market.kelly\[0\] must be finite"),
    "a market in percent": (lambda: worlds.Market(volatility=np.array([25.0])), r"market.volatility\[0\]"),
    "a market of a number": (lambda: worlds.Market(kelly=0.1), "market.kelly must be an array"),
    "a return beyond bounds": (lambda: worlds.Market(expected_return=np.array([6.0])), r"market.expected_return\[0\]"),
    "a constant for GARCH": (lambda: worlds.garch_fit([0.1] * 200), "returns do not vary"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_one_sentence_says_what_was_wanted(name):
    wrong, says = WRONG[name]
    with pytest.raises(ParameterError, match=says) as refused:
        wrong()
    assert "\n" not in str(refused.value)


def test_what_is_told_has_the_bounds_that_an_account_has():
    # One rule: policy.risk.annual_return. A law's own truth is held to none: nobody typed it.
    account = Account(Policy(stake=Stake(share=0.1), risk=presets["document_000"].risk), 1000.0)
    with pytest.raises(ParameterError) as asked:
        account.size(1000.0, expected_return=6.0, volatility=0.2)
    with pytest.raises(ParameterError) as told:
        worlds.trades(0.5, market={"expected_return": 6.0})
    assert str(told.value).removeprefix("market.expected_return[0]") == str(asked.value).removeprefix("expected_return")
    assert worlds.iid(mean=0.1, sd=0.5).market.expected_return[0] > 5.0


def test_a_world_that_ends_is_run_to_its_end():
    past = worlds.historic(np.random.default_rng(0).normal(0.0, 0.01, 50), window=10)
    assert run(FLAT, past).n_paths == 5
    assert run(FLAT, past, first=3).n_paths == 2
    with pytest.raises(ParameterError, match="n_paths may be at most 5"):
        run(FLAT, past, n_paths=6)
    with pytest.raises(ParameterError, match="n_paths may be at most 5"):
        run(FLAT, past, first=5)


def test_one_step_has_no_volatility():
    assert np.isnan(run(FLAT, COIN, n_paths=3, horizon=1).volatility).all()


def test_every_depth_has_a_row_of_its_own():
    rows = metrics.table(a_run(), depths=(0.12, 0.121, 0.2)).index
    assert {"chance_of_drawdown_12%", "chance_of_drawdown_12.1%", "chance_of_drawdown_20%"} <= set(rows)
    folded = fold(FLAT, COIN, depths=(0.12, 0.121), floors=(0.5, 0.501), **SOME)
    assert list(folded.index[-4:]) == [
        "chance_of_drawdown_12%", "chance_of_drawdown_12.1%", "chance_of_ruin_50%", "chance_of_ruin_50.1%",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: sweep(FLAT, COIN), "policies must be a mapping of names to policies or a sequence"),
        (lambda: sweep("half_kelly", COIN), "policies must be a mapping"),
        (lambda: sweep({}, COIN), "policies must hold at least one policy"),
        (lambda: sweep({"a": "half_kelly"}, COIN), r"policies\['a'\] must be a Policy, got 'half_kelly'"),
        (lambda: sweep([FLAT], 3), "world must be a World, got 3"),
        (lambda: sweep([FLAT], COIN, scales=2.0), "scales must be a sequence, got 2.0"),
        (lambda: sweep([FLAT], COIN, scales=[1.0, 2.0]), r"one entry a policy \(1\), got 2"),
        (lambda: sweep([FLAT], COIN, n_paths="10"), "n_paths must be a whole number"),
        (lambda: sweep([FLAT], COIN, columns="unit"), "columns must be a sequence"),
    ],
)
def test_a_sweep_is_refused_in_one_sentence(wrong, says):
    with pytest.raises(ParameterError, match=says):
        wrong()
