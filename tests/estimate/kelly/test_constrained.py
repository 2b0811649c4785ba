"""Risk-constrained Kelly: the published table to its printed digits, the one-dimensional equation, an independent solver."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import optimize

from nija_research import estimate
from nija_research.errors import ParameterError


@pytest.fixture(scope="module")
def instance():
    """The problem of section 7.1 of Busseti, Ryu, Boyd (2016), from their generator with numpy's frozen legacy stream.

    20 assets of which the last is cash, 100 outcomes, returns uniform on .7 to 1.3, thirty outcomes of .1 and of 2.5
    thrown in; 10,000 paths of 100 bets. Source: github.com/cvxgrp/kelly_code, finite_outcome.ipynb, seed 0.
    """
    n, outcomes = 20, 100
    stream = np.random.RandomState(0)
    p = stream.uniform(size=outcomes)
    p /= p.sum()
    gross = stream.uniform(low=0.7, high=1.3, size=(n, outcomes))
    for _ in range(30):
        gross[stream.choice(range(n)), stream.choice(range(outcomes))] = 0.1
        gross[stream.choice(range(n)), stream.choice(range(outcomes))] = 2.5
    draws = np.random.RandomState(0).choice(outcomes, size=10_000 * 100, p=p)
    return (gross[:-1] - 1.0).T, p, draws.reshape(10_000, 100)


def simulated(instance, stakes):
    """Growth and chance of ever falling below .7 on the paper's own paths."""
    returns, _, draws = instance
    log_wealth = np.log1p(returns @ stakes)[draws].cumsum(axis=1)
    return log_wealth[:, -1].mean() / 100, (np.exp(np.minimum(log_wealth.min(axis=1), 0.0)) < 0.7).mean()


PRINTED = [  # method, exponent, growth, bound, simulated chance: tables of section 7.1
    ("log", 0.0, 0.062, None, 0.398),
    ("log", math.log(0.1) / math.log(0.7), 0.043, 0.100, 0.073),
    ("log", 5.5, 0.047, 0.141, 0.099),
    ("quadratic", 0.0, 0.054, None, 0.218),
    ("quadratic", math.log(0.1) / math.log(0.7), 0.027, None, 0.025),
]


@pytest.mark.parametrize(("method", "exponent", "growth", "bound", "chance"), PRINTED)
def test_published_table(instance, method, exponent, growth, bound, chance):
    returns, p, _ = instance
    beta = 0.7**exponent if exponent else 0.1
    found = estimate.kelly_risk_constrained(returns, 0.7, beta, probabilities=p, method=method)
    stakes = found.stakes if exponent else found.kelly_stakes
    grew, fell = simulated(instance, stakes)
    assert round(grew, 3) == growth
    assert round(fell, 3) == chance
    if exponent:
        assert found.bound <= beta * (1 + 1e-6)
    if bound is not None:
        assert round(found.bound, 3) == bound
        assert found.exponent == pytest.approx(exponent, rel=1e-6)


def test_against_another_solver(instance):
    """The same program by an interior point method with its own gradients."""
    returns, p, _ = instance
    x = math.log(0.1) / math.log(0.7)
    found = estimate.kelly_risk_constrained(returns, 0.7, 0.1, probabilities=p)
    other = optimize.minimize(
        lambda b: -p @ np.log1p(returns @ b),
        np.full(19, 0.01),
        jac=lambda b: -(p / (1 + returns @ b)) @ returns,
        hess=optimize.BFGS(),
        method="trust-constr",
        bounds=optimize.Bounds(0, 1),
        constraints=[
            optimize.LinearConstraint(np.ones(19), -np.inf, 1.0),
            optimize.NonlinearConstraint(
                lambda b: p @ (1 + returns @ b) ** -x,
                -np.inf,
                1.0,
                jac=lambda b: -x * (p * (1 + returns @ b) ** (-x - 1)) @ returns,
                hess=optimize.BFGS(),
            ),
        ],
        options={"maxiter": 3000, "gtol": 1e-10, "xtol": 1e-12},
    )
    assert found.growth == pytest.approx(-other.fun, abs=2e-6)
    assert found.growth >= -other.fun - 1e-9


@pytest.mark.parametrize(("alpha", "beta"), [(0.5, 0.1), (0.7, 0.1), (0.8, 0.05)])
def test_one_bet_solves_its_equation(alpha, beta):
    # E[(1 + f R)^-x] = 1 with x = log beta / log alpha, written out for a coin of .6.
    found = estimate.kelly_risk_constrained([1.0] * 6 + [-1.0] * 4, alpha, beta)
    x, f = math.log(beta) / math.log(alpha), found.fraction
    assert 0.6 * (1 + f) ** -x + 0.4 * (1 - f) ** -x == pytest.approx(1.0, abs=1e-10)
    assert 0.0 < f < 0.2
    assert found.bound == pytest.approx(beta)
    assert float(found) == f


def test_a_loose_constraint_leaves_kelly_alone():
    found = estimate.kelly_risk_constrained([1.0] * 6 + [-1.0] * 4, 0.5, 0.5)  # exact Kelly: P(ever half) <= .5
    assert found.fraction == pytest.approx(0.2)
    assert found.exponent == pytest.approx(1.0)


def test_one_column_equals_one_list_and_two_equal_bets_share():
    single = estimate.kelly_risk_constrained([1.0] * 6 + [-1.0] * 4, 0.5, 0.1)
    column = estimate.kelly_risk_constrained([[1.0]] * 6 + [[-1.0]] * 4, 0.5, 0.1)
    twice = estimate.kelly_risk_constrained([[1.0, 1.0]] * 6 + [[-1.0, -1.0]] * 4, 0.5, 0.1)
    assert column.fraction == single.fraction
    assert twice.fraction == pytest.approx(single.fraction, abs=1e-6)


def test_the_chance_is_below_the_bound_in_simulation():
    # 4,000 paths of 2,000 coins of .6 at the constrained stake: the true chance is at most .1 and, the bound being
    # Lundberg's, close below it. Standard error .005.
    found = estimate.kelly_risk_constrained([1.0] * 6 + [-1.0] * 4, 0.5, 0.1)
    wins = np.random.default_rng(1).random((4000, 2000)) < 0.6
    low = np.where(wins, math.log1p(found.fraction), math.log1p(-found.fraction)).cumsum(axis=1).min(axis=1)
    chance = (np.exp(low) < 0.5).mean()
    assert 0.06 < chance < 0.1 + 3 * 0.005


def test_no_edge_asks_for_nothing():
    for returns in ([1.0, -1.0], [[0.1, -0.2], [-0.2, 0.1]]):
        found = estimate.kelly_risk_constrained(returns)
        assert found.fraction == pytest.approx(0.0, abs=1e-9)
        assert found.bound == 0.0


def test_a_mean_that_is_zero_up_to_rounding_is_no_edge():
    # Ten wins of .02 and four losses of .05 sum to 0; in floating point, added in this order, to some 1e-17.
    returns = [-0.05] + [0.02] * 5 + [-0.05] * 3 + [0.02] * 5
    found = estimate.kelly_risk_constrained(returns, max_exposure=10.0)
    assert (found.fraction, found.kelly_fraction) == (0.0, 0.0)
    assert estimate.kelly_log_optimal(returns) == 0.0
    # An edge of a millionth of a trade's size is one: f = mean / mean square.
    tiny = np.array([0.02, -0.02] * 50) + 2e-8
    assert estimate.kelly_log_optimal(tiny) == pytest.approx(2e-8 / 0.0004, rel=1e-3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0.1, -0.1], 0.7, 0.0), "beta must lie between"),
        (([0.1, -0.1], 1.0, 0.1), "alpha must lie between"),
        (([0.1, -0.1], 70, 0.1), "written 0.7"),
        (([],), "at least one of each"),
        (([0.1, math.nan],), r"returns\[1, 0\] must be finite"),
    ],
)
def test_wrong_input(arguments, words):
    with pytest.raises(ParameterError, match=words):
        estimate.kelly_risk_constrained(*arguments)
