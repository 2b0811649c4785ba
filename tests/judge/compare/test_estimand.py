"""Relations of expectations, by hand, and risk matched inside every replicate."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.judge.compare.hypothesis import Hypothesis
from nija_research.judge.compare.inference import contrast, matched
from nija_research.judge.compare.runs import pair_of

FORM = {"engine": {"with": {"drawdown": {}}}, "baseline": "fixed_fraction", "low": 0.0}


def hypothesis(**form):
    return Hypothesis.of({**FORM, "measure": "growth", "relation": "difference", **form})


def test_risk_is_met_between_two_scales_in_each_replicate_on_its_own():
    values = np.array([[1.0, 2.0, 4.0], [1.0, 2.0, 4.0], [1.0, 2.0, 4.0]])
    risk = np.array([[0.1, 0.2, 0.3], [0.1, 0.2, 0.3], [0.2, 0.3, 0.4]])
    found = matched(values, risk, np.array([0.25, 0.15, 0.25]))
    np.testing.assert_allclose(found, [3.0, 1.5, 1.5], rtol=1e-12)


def test_risk_beyond_the_grid_is_met_one_step_on_and_no_further():
    values, risk = np.array([[1.0, 2.0]]), np.array([[0.1, 0.2]])
    assert matched(values, risk, np.array([0.3]))[0] == pytest.approx(3.0)
    assert matched(values, risk, np.array([0.05]))[0] == pytest.approx(0.5)
    assert np.isnan(matched(values, risk, np.array([0.31]))[0])


def test_where_risk_turns_back_the_smaller_stake_counts():
    values, risk = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[0.1, 0.3, 0.2, 0.1]])
    assert matched(values, risk, np.array([0.2]))[0] == pytest.approx(1.5)


def test_only_the_baseline_is_scaled():
    values = {("growth", 1.0): 0.04, ("growth", 2.0): 0.08, ("volatility", 1.0): 0.1, ("volatility", 2.0): 0.3}
    ladder = {"growth": 0.10, "volatility": 0.20}

    class Run:
        def of(self, spec, measure, depth):
            return np.full(5, values[measure, spec.scale] if spec.policy.drawdown is None else ladder[measure])

    def mean(columns):
        return columns.mean(axis=0, keepdims=True)

    engine, baseline = pair_of(hypothesis(matching="volatility"), Run(), [1.0, 2.0], mean)
    assert (engine[0], baseline[0]) == pytest.approx((0.10, 0.06))
    assert pair_of(hypothesis(), Run(), [1.0], mean)[1][0] == pytest.approx(0.04)
    alone = hypothesis(relation="value", baseline=None)
    assert [x[0] for x in pair_of(alone, Run(), [1.0], mean)] == pytest.approx([0.10, 0.0])


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"relation": "difference"}, [0.3, 0.0]),
        ({"relation": "ratio", "measure": "max_drawdown", "low": 0.1}, [np.log(4.0), 0.0]),
        ({"relation": "value", "baseline": None}, [0.4, 0.0]),
    ],
)
def test_relations_by_hand(form, expected):
    found = contrast(hypothesis(**form), np.array([0.4, 0.0]), np.array([0.1, 0.0]))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
