"""A hypothesis is what its words say, and nothing else is taken for one."""

from __future__ import annotations

from math import inf

import pytest

from nija_research.errors import ParameterError
from nija_research.judge.compare import Hypothesis, policy_of
from nija_research.policy import DrawdownGuard, presets

LADDER = {"with": {"drawdown": {"size": [0.75, 0.5, 0.25, 0.25]}}}
FORM = {"engine": LADDER, "baseline": "fixed_fraction", "measure": "max_drawdown", "relation": "ratio", "high": 0.7}


def test_a_form_of_plain_values_makes_the_policies_it_names():
    made = Hypothesis.of(FORM)
    assert made.engine.drawdown == DrawdownGuard(size=(0.75, 0.5, 0.25, 0.25))
    assert made.baseline == presets["fixed_fraction"]
    assert (made.low, made.high, made.edges, made.strict) == (-inf, 0.7, 1, True)
    engine, baseline = made.sized()
    assert engine.stake == baseline.stake
    assert (engine.stake.share, engine.stake.max_share, engine.stake.max_exposure) == (1.0, None, None)


def test_a_policy_is_a_preset_less_some_rules_with_others_put_in():
    made = policy_of({"preset": "document_000", "without": ["risk"], "with": {"regime": {"crisis": 0.1}}})
    assert made.risk is None
    assert made.regime is not None
    assert (made.regime.crisis, made.regime.bull_trending) == (0.1, 1.2)
    assert made.milestones == presets["document_000"].milestones


def test_an_exposure_that_is_off_leaves_each_stake_alone():
    made = Hypothesis.of({**FORM, "engine": "drift_kelly_after", "baseline": "drift_kelly_before", "exposure": "off"})
    assert [policy.stake.kelly for policy in made.sized()] == [0.30, 0.25]


def test_only_a_difference_in_the_regime_rule_asks_for_named_regimes():
    assert not Hypothesis.of(FORM).named
    assert Hypothesis.of({**FORM, "engine": {"with": {"regime": {}}}}).named
    assert not Hypothesis.of({**FORM, "engine": {"with": {"regime": {}}}, "baseline": {"with": {"regime": {}}}}).named


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"high": None, "hight": 1.0}, "no setting 'hight'"),
        ({"measure": "luck"}, "measure must be one of"),
        ({"relation": "sum"}, "relation must be one of"),
        ({"matching": "max_drawdown"}, "made equal: nothing is left"),
        ({"relation": "value"}, "goes with relation"),
        ({"low": 0.8}, "must enclose"),
        ({"low": float("nan")}, "must enclose"),
        ({"high": -0.1}, "above 0"),
        ({"exposure": -1.0}, "exposure"),
        ({"worlds": "history"}, "list of names"),
        ({"worlds": ["moon"]}, "worlds must be one of"),
        ({"worlds": ["iid", "iid"]}, "each once"),
        ({"engine": "document_999"}, "no preset"),
        ({"engine": {"without": ["luck"]}}, "no rule"),
        ({"engine": {"only": ["stake"]}}, "preset, without, with"),
        ({"target": 0.9}, "above 1"),
    ],
)
def test_what_is_no_promise_is_refused_with_its_cure(change, says):
    with pytest.raises(ParameterError, match=says):
        Hypothesis.of({key: value for key, value in {**FORM, **change}.items() if value is not None})


def test_what_is_missing_is_named():
    with pytest.raises(ParameterError, match="needs engine and measure"):
        Hypothesis.of({"baseline": "fixed_fraction"})
