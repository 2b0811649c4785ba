"""Verdicts in worlds whose truth is known; controls; what may refute; plain values out."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nija_research.errors import ParameterError
from nija_research.interval import Interval
from nija_research.judge import compare
from nija_research.judge.compare import Hypothesis, Settings
from nija_research.judge.compare.decision import LEVEL, WorldResult, decide, stated_of, years_to_decide
from nija_research.judge.compare.hypothesis import COSTS
from nija_research.judge.compare.runs import Sample
from nija_research.simulate.worlds import Costs

LADDER = {"with": {"drawdown": {"size": [0.75, 0.5, 0.25, 0.25]}}}
QUICK = Settings(draws=300, outer=40, inner=8)


def hypothesis(**form):
    return Hypothesis.of(
        {"engine": LADDER, "baseline": "fixed_fraction", "measure": "max_drawdown", "worlds": ["iid"], **form}
    )


def plain(share):
    return {"with": {"stake": {"share": share, "max_share": None, "max_exposure": None}}}


HALF = {"engine": plain(0.5), "baseline": plain(1.0), "exposure": "off", "relation": "ratio", "high": 1.0}
CLAIMS = {
    "growth": {"measure": "growth", "low": 0.0},
    "growth at equal risk": {"measure": "growth", "low": 0.0, "matching": "volatility"},
    "drawdown": {"measure": "max_drawdown", "relation": "ratio", "high": 1.0},
    "smoothness at equal risk": {"measure": "ulcer_index", "relation": "ratio", "high": 1.0, "matching": "volatility"},
    "halts": {"measure": "halted", "high": 0.0},
}
NOTHING = {
    "itself": {"engine": LADDER, "baseline": LADDER},
    "a rule that never acts": {
        "engine": {"with": {"stops": {"day": 0.99, "week": 0.99, "peak": 0.99, "streak": "off", "asset": "off"}}}
    },
    "cash": {"engine": "hold_cash", "exposure": "off"},
    "cash against itself": {"engine": "hold_cash", "baseline": "hold_cash", "exposure": "off"},
}
EVERYWHERE = ["history", "bootstrap", "iid", "gaps"]


@pytest.fixture(scope="module")
def nothing(calm):
    hypotheses = {
        f"{who}, {what}": hypothesis(**{**claim, **policies, "worlds": EVERYWHERE})
        for who, policies in NOTHING.items()
        for what, claim in CLAIMS.items()
    }
    return compare.judge_many(hypotheses, market=calm, settings=QUICK)


@pytest.mark.parametrize("what", CLAIMS)
@pytest.mark.parametrize("who", NOTHING)
def test_a_policy_that_does_nothing_is_never_supported_in_any_world(nothing, who, what):
    found = nothing[f"{who}, {what}"]
    assert "supported" not in {found.verdict, *(world.verdict for world in found.worlds)}
    if who == "cash" or who == "cash against itself":
        assert found.verdict == "not testable"


def test_a_planted_effect_is_found_in_every_world(calm):
    """Half the stake falls about half as deep: by construction, whatever the market."""
    found = compare.judge(hypothesis(**HALF, worlds=EVERYWHERE), market=calm, settings=QUICK)
    assert found.verdict == "supported"
    assert all(0.4 < world.interval.value < 0.7 for world in found.worlds)
    assert 0.4 < found.past < 0.7


def test_the_same_effect_is_gone_at_equal_risk(calm):
    """Scaled back to the same volatility, half a stake is the whole stake."""
    found = compare.judge(hypothesis(**HALF, matching="volatility", worlds=EVERYWHERE), market=calm, settings=QUICK)
    assert "supported" not in {world.verdict for world in found.worlds}
    assert all(world.interval.value == pytest.approx(1.0, abs=2e-3) for world in found.worlds)


def test_moving_the_stated_region_flips_the_verdict(calm):
    verdicts = [
        compare.judge(hypothesis(**HALF | {"low": low, "high": high}), market=calm, settings=QUICK).verdict
        for low, high in ((0.4, 0.7), (0.1, 0.3), (0.8, 0.9))
    ]
    assert verdicts == ["supported", "refuted", "refuted"]


def test_a_better_edge_and_a_smaller_stake_halt_less_often(calm):
    guard = {"with": {"drawdown": {}}}
    forms = {
        "edge": {"engine": guard, "baseline": guard, "edge": 0.0005},
        "size": {"engine": {"with": {"stake": {"share": 0.5}, "drawdown": {}}}, "baseline": {"with": {"stake": {"share": 1.0}, "drawdown": {}}}, "exposure": "off"},
        "threshold": {"engine": {"with": {"drawdown": {"depth": [0.05, 0.1, 0.15, 0.3]}}}, "baseline": guard},
    }  # fmt: skip
    found = compare.judge_many(
        {name: hypothesis(measure="halted", high=0.0, **form) for name, form in forms.items()},
        market=calm,
        settings=QUICK,
    )
    assert {name: made.verdict for name, made in found.items()} == dict.fromkeys(forms, "supported")


def test_a_kill_switch_does_not_act_inside_a_gap(calm):
    """A fall of 30 % in one bar, once in two years, passes a switch at 5 %: about 1 - exp(-t / 2) of the accounts
    whose switch has not ended them before."""
    form = {
        "engine": {"with": {"stops": {"peak": 0.05, "day": "off", "week": "off", "streak": "off", "asset": "off"}}},
        "baseline": None,
    }
    form |= {"measure": "deep", "relation": "value", "high": 0.01, "strict": False}
    found = compare.judge(hypothesis(**form, worlds=["iid", "gaps"]), market=calm, settings=QUICK)
    assert [(world.name, world.verdict) for world in found.worlds] == [("iid", "supported"), ("gaps", "refuted")]
    assert found.verdict == "refuted"


def test_costs_are_taken_off(calm):
    free = Settings(draws=300, costs=Costs())
    value = hypothesis(engine=plain(1.0), baseline=None, relation="value", measure="growth", low=0.0, exposure="off")
    net, gross = (
        compare.judge(value, market=calm, settings=s).worlds[0].interval.value for s in (Settings(draws=300), free)
    )
    year = calm.calendar.steps_per_year
    assert gross - net == pytest.approx(year * COSTS.per_step, rel=1e-3)
    assert COSTS.per_step == pytest.approx(2e-5)


def test_a_promise_is_judged_the_same_alone_and_in_company(calm):
    some = {
        "a": hypothesis(relation="ratio", high=1.0),
        "b": hypothesis(measure="growth", low=0.0, matching="volatility"),
    }
    together = compare.judge_many(some, market=calm, settings=QUICK, rng=3)
    assert {name: compare.judge(p, market=calm, settings=QUICK, rng=3) for name, p in some.items()} == together
    assert compare.judge(some["a"], market=calm, settings=QUICK, rng=4) != together["a"]


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ({"history": "supported", "iid": "supported"}, "supported"),
        ({"history": "supported", "iid": "refuted"}, "inconclusive"),
        ({"history": "refuted", "iid": "supported"}, "refuted"),
        ({"history": "inconclusive", "iid": "refuted", "garch": "refuted"}, "inconclusive"),
        ({"history": "not testable", "iid": "supported"}, "not testable"),
        ({"iid": "supported", "gaps": "refuted"}, "refuted"),
        ({"iid": "supported", "gaps": "not testable"}, "inconclusive"),
        ({"iid": "not testable"}, "not testable"),
    ],
)
def test_one_verdict_over_the_worlds(verdicts, expected):
    assert compare.overall(verdicts) == expected


def growths(engine, baseline, spread=0.01):
    """A law's sample of two growths that move together, with normal errors."""
    rng = np.random.default_rng(1)
    common = rng.normal(scale=spread, size=400)
    pairs = tuple(x + common + rng.normal(scale=0.1 * spread, size=400) for x in (engine, baseline))
    return Sample(centre=(np.array([engine]), np.array([baseline])), spread=(pairs,))


def test_a_multiple_of_growth_is_tested_without_division():
    """Fieller: the set of ratios r for which engine - r x baseline may be 0."""
    stated = hypothesis(measure="growth", relation="ratio", low=1.15, high=1.25)
    assert decide(stated, growths(0.120, 0.100, 0.001)).verdict == "supported"
    assert decide(stated, growths(0.140, 0.100, 0.001)).verdict == "refuted"
    wide = decide(stated, growths(0.120, 0.100, 0.020))
    assert wide.verdict == "inconclusive"
    assert wide.interval.low < 1.15 < 1.25 < wide.interval.high
    assert wide.interval.value == pytest.approx(1.2)


def test_a_multiple_of_no_growth_is_not_defined():
    stated = hypothesis(measure="growth", relation="ratio", low=1.15)
    assert decide(stated, growths(0.05, -0.10)).verdict == "not testable"
    unsure = decide(stated, growths(0.05, 0.001))
    assert unsure.verdict == "inconclusive"
    assert not np.isfinite([unsure.interval.low, unsure.interval.high]).any()


def test_no_years_decide_what_does_not_exist():
    from nija_research.judge.compare.decision import years_to_decide

    assert years_to_decide((), 20.0) is None


def test_years_needed_narrow_the_interval_with_their_root():
    """The lower end is 2 below an estimate that is 1 above the edge: four times the data."""
    assert years_to_decide((Interval(1.0, -1.0, 3.0),), 5.0) == pytest.approx(20.0)
    assert years_to_decide((Interval(-1.0, -3.0, 2.0),), 5.0) == pytest.approx(45.0)
    assert years_to_decide((Interval(1.0, -1.0, 3.0), Interval(0.5, -1.0, 2.0)), 5.0) == pytest.approx(45.0)
    assert years_to_decide((Interval(0.0, -1.0, 1.0),), 5.0) is None


def test_too_short_a_history_names_no_regimes(calm):
    stated = hypothesis(engine={"with": {"regime": {}}}, relation="ratio", high=1.0, worlds=["history", "bootstrap"])
    short = compare.History(name="two years", returns=calm.returns[:600], calendar=calm.calendar)
    found = compare.judge(stated, market=short, settings=QUICK)
    assert found.verdict == "not testable"
    assert "1008 bars" in found.reason


def test_a_judgement_is_plain_values_for_machines(calm):
    found = compare.judge(
        hypothesis(relation="ratio", high=1.0, worlds=["history", "iid"]), market=calm, settings=QUICK
    )
    again = json.loads(json.dumps([world.to_dict() for world in found.worlds], allow_nan=False))
    assert [world["name"] for world in again] == ["history", "iid"] == list(found.to_frame().index)
    assert found.n == len(calm.returns)
    assert found.worlds[0].level == LEVEL
    assert "five quiet years" in found.reason


def test_what_is_stated_is_said():
    assert stated_of(hypothesis(relation="ratio", low=0.6, high=0.7)) == "max drawdown, engine / baseline: 0.6 to 0.7"
    both = stated_of(hypothesis(measure="growth", low=0.0, matching="volatility"))
    assert both == "growth, engine - baseline, at equal volatility: above 0"


@pytest.mark.parametrize(
    ("market", "says"),
    [([0.01] * 251, "at least 252"), ([0.01] * 300, "vary"), ([float("nan")] * 300, "finite"), ([-1.0] * 300, "above -1"),
     (["x"] * 300, "numbers")],
)  # fmt: skip
def test_markets_that_are_none_are_refused(market, says):
    with pytest.raises(ParameterError, match=says):
        compare.history_of(market)


def test_ablation_finds_the_rule_that_acts(calm):
    from nija_research.policy import DrawdownGuard, Policy, Stake, Stops

    stops = Stops(day=0.99, week=0.99, peak=0.99, streak=None, asset=None)
    policy = Policy(stake=Stake(share=1.0), drawdown=DrawdownGuard(size=(0.5, 0.25, 0.1, 0.1)), stops=stops)
    table = compare.ablate(policy, measure="max_drawdown", matching="none", world="iid", market=calm, settings=QUICK)
    assert list(table.index) == [
        "drawdown beside the others", "stops beside the others", "drawdown beside nothing", "stops beside nothing",
    ]  # fmt: skip
    acts, idle = table.filter(like="drawdown", axis=0), table.filter(like="stops", axis=0)
    assert (acts["p_adjusted"] < 0.01).all()
    assert (acts["found"] < -0.05).all()
    assert (idle["p_adjusted"] == 1.0).all()


def test_ratios_in_a_family_are_tested_against_one(calm):
    """A ratio of 1 is nothing: a rule that never acts has p 1, on the scale that the resamples move on."""
    from dataclasses import replace

    from nija_research.policy import Policy, Stake, Stops

    stake = Stake(share=1.0, max_share=None, max_exposure=None)
    bare, acts = Policy(stake=stake), Policy(stake=replace(stake, share=0.5))
    idle = Policy(stake=stake, stops=Stops(day=0.99, week=0.99, peak=0.99, streak=None, asset=None))
    grid = {
        name: compare.Hypothesis(engine=one, baseline=bare, measure="max_drawdown", relation="ratio", high=1.0,
                              exposure=None, worlds=("history",))
        for name, one in {"acts": acts, "idle": idle}.items()
    }  # fmt: skip
    table = compare.families({"rules": grid}, market=calm, settings=QUICK)["rules"]
    assert table.loc["idle", ["found", "p_adjusted"]].tolist() == [1.0, 1.0]
    assert table.loc["acts", "found"] < 0.9
    assert table.loc["acts", "p_adjusted"] < 0.05


@pytest.mark.parametrize(
    ("low", "found", "high", "edge", "p"),
    [(-0.1, 0.3, 0.7, 0.0, 0.10857), (0.0, 0.4, 0.8, 0.0, 0.05), (0.2, 0.6, 1.0, 0.0, 0.0068), (0.5, 0.5, 0.5, 0.0, 0)],
)
def test_a_p_value_is_read_off_the_interval(low, found, high, edge, p):
    """One half of the width is 1.645 standard errors: 0.3 / 0.4 of it is a tail of 10.857 %, all of it 5 %."""
    up = in_history("supported", Interval(found - edge, low - edge, high - edge))
    down = in_history("refuted", Interval(-found, -high, -low))
    assert up.p == pytest.approx(p, abs=1e-4)
    assert down.p == pytest.approx(p, abs=1e-4)


def test_support_needs_every_edge_and_refutation_one():
    near, far, outside = Interval(0.4, 0.0, 0.8), Interval(4.0, 3.6, 4.4), Interval(-4.0, -4.4, -3.6)
    assert in_history("supported", near, far).p == pytest.approx(0.05)
    assert in_history("refuted", near, outside).p < 1e-9


def in_history(verdict, *margins):
    return WorldResult(name="history", interval=margins[0], margins=margins, verdict=verdict, why="")
