"""A policy scaled to a figure: what is reached, what is out of reach and named, and the error that a match has."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from nija_research.errors import ParameterError
from nija_research.policy import Policy, Stake, presets
from nija_research.simulate import match, match_each, match_result, metrics, run, worlds
from nija_research.simulate.matching import UnreachableError

COIN = worlds.trades(0.55)
FLAT = Policy(stake=Stake(share=0.1, max_share=None))


@pytest.mark.parametrize(("to", "value"), [("volatility", 0.6), ("max_drawdown", 0.25), ("growth", 0.3)])
def test_matched_policies_are_equal_in_what_was_matched(to, value):
    settings = {"n_paths": 500, "horizon": 200, "rng": 5}
    for policy in (FLAT, presets["document_003"].without("stops"), presets["grossman_zhou"]):
        found = match(policy, COIN, to=to, value=value, **settings)
        assert metrics.MEASURES[to](found).mean() == pytest.approx(value, rel=1e-3)
    other = match_result(FLAT, found, to=to, rng=5)
    assert metrics.MEASURES[to](other).mean() == pytest.approx(value, rel=1e-3)


def test_growth_is_matched_on_the_side_of_the_smaller_stake():
    kelly = match(presets["full_kelly"], COIN, to="growth", value=0.5, n_paths=500, horizon=200)
    assert kelly.scale < 1.0


#: A coin won with .55 has its top of growth at a stake of about a tenth: not a step of the search, on any paths.
PATHS = {"n_paths": 300, "horizon": 200, "rng": 4}


def growth_at(scale, policy=FLAT, **settings):
    return float(run(policy, COIN, scale=scale, **{**PATHS, **settings}).growth.mean())


def top_by_scipy(policy=FLAT, **settings):
    # A minimiser that match does not use, on the same paths, from a bracket that match does not know.
    found = minimize_scalar(
        lambda x: -growth_at(np.exp(x), policy, **settings),
        bounds=(-1.5, 1.5),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return -float(found.fun), float(np.exp(found.x))


@pytest.mark.parametrize("policy", [FLAT, presets["full_kelly"], presets["document_003"].without("stops")])
def test_the_top_of_growth_is_found_and_named(policy):
    top, at = top_by_scipy(policy)
    with pytest.raises(UnreachableError, match=r"reach: on these paths it comes to .* at most") as refused:
        match(policy, COIN, to="growth", value=top * 1.001, **PATHS)
    named, scale = (
        float(x) for x in re.search(r"comes to (\S+) at most, at a scale of (\S+)\.", str(refused.value)).groups()
    )
    assert named == pytest.approx(top, rel=1e-4)
    assert named <= top  # so that it can be asked for
    assert scale == pytest.approx(at, rel=0.05)


@pytest.mark.parametrize("short", [1e-4, 1e-3, 0.01, 0.1])
def test_whatever_lies_below_the_top_is_met_at_the_smaller_stake(short):
    top, at = top_by_scipy()
    found = match(FLAT, COIN, to="growth", value=top * (1.0 - short), **PATHS)
    assert found.growth.mean() == pytest.approx(top * (1.0 - short), rel=1e-4)
    assert found.scale < at
    assert found.matched.slopes["volatility"] > 0.0  # on this side, more growth is more risk


def test_growth_below_0_is_met_past_the_top():
    # g(c) = S^2 (c - c^2 / 2) is 0 at twice the Kelly stake.
    found = match(FLAT, COIN, to="growth", value=-1.0, **PATHS)
    assert found.growth.mean() == pytest.approx(-1.0, rel=1e-3)
    assert found.scale > 1.5
    fair = worlds.trades(0.5)
    lost = match(FLAT, fair, to="growth", value=-0.5, **PATHS)
    assert lost.growth.mean() == pytest.approx(-0.5, rel=1e-3)


@pytest.mark.parametrize(
    ("policy", "world", "to", "value", "says"),
    [
        (FLAT, COIN, "growth", 500.0, r"growth 500 is out of this policy's reach.*comes to \d\S* at most"),
        (FLAT, COIN, "growth", 1e-6, "less than a thousandth of the stake, which has 0.0"),
        (FLAT, COIN, "growth", 0.0, "without any stake"),
        (FLAT, worlds.trades(0.45), "growth", 0.1, "comes to 0 at most, without a stake"),
        (presets["full_kelly"], worlds.trades(0.45), "growth", -0.1, "comes to 0 at least, without a stake"),
        (presets["hold_cash"], COIN, "volatility", 0.1, "comes to 0 at most"),
        (FLAT, worlds.given(np.full((300, 200), -1.0)), "growth", -1e9, r"jumped over: .* -inf"),
    ],
)
def test_what_no_scale_reaches_is_refused_with_how_far_it_gets(policy, world, to, value, says):
    with pytest.raises(UnreachableError, match=says):
        match(policy, world, to=to, value=value, **PATHS)


def test_a_reference_that_was_ruined_has_no_growth_to_meet():
    everything = Policy(stake=Stake(share=1.0, max_share=None, max_exposure=None))
    ruined = run(everything, COIN, n_paths=50, horizon=50)
    _, refused = match_each(FLAT, {"ruined": ruined}, to="growth")
    assert "growth -inf is the ruin of some path" in refused["ruined"]


@pytest.mark.slow
def test_the_interval_at_equal_growth_holds_the_error_of_the_match():
    # The scale is found on the same paths, so its error is in the difference. The truth from 40,000 paths; of 60 runs
    # of 300 paths, binomial(60, .05) misses: 9 or more with probability 3e-3. Without the correction half of them miss.
    policy = presets["document_003"].without("war_chest", "profit_split")
    settings = {"horizon": 60, "specialise": False}

    def found(n_paths, seed):
        reference = run(policy, COIN, n_paths=n_paths, rng=seed, **settings)
        plain = match_result(presets["full_kelly"], reference, to="growth", rng=seed, specialise=False)
        return metrics.difference(reference, plain, "max_drawdown")

    truth = found(40_000, 999).value
    misses = sum(not (f.low <= truth <= f.high) for f in (found(300, seed) for seed in range(60)))
    assert misses <= 8


def test_a_match_meets_the_paths_of_its_reference_and_of_a_generator():
    reference = run(FLAT, COIN, n_paths=100, horizon=20, rng=7)
    with pytest.raises(ParameterError, match="rng must be the reference's"):
        match_result(FLAT, reference, to="growth")
    drawn = match(FLAT, COIN, to="volatility", value=0.5, n_paths=50, horizon=20, rng=np.random.default_rng(5))
    assert drawn.volatility.mean() == pytest.approx(0.5, rel=1e-3)
    with pytest.raises(ParameterError, match="first and rng"):
        metrics.difference(reference, run(FLAT, COIN, n_paths=100, horizon=20, rng=7, first=100), "growth")
