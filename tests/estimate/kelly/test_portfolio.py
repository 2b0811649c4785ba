"""Several bets at once: closed forms, the conditions of an optimum, speed."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from nija_research import estimate
from nija_research.errors import ParameterError


def outcomes(p, odds, k):
    """All outcomes of k independent bets, with their probabilities."""
    rows, weights = [], []
    for won in itertools.product([True, False], repeat=k):
        rows.append([odds if w else -1.0 for w in won])
        weights.append(np.prod([p if w else 1 - p for w in won]))
    return rows, weights


def test_two_independent_even_bets():
    # Closed form for two simultaneous even-money bets of probability p: f = (p^2 - q^2) / (2 (p^2 + q^2)),
    # from p^2 / (1 + 2 f) = q^2 / (1 - 2 f).
    rows, weights = outcomes(0.6, 1.0, 2)
    found = estimate.kelly_portfolio(rows, probabilities=weights)
    wanted = (0.36 - 0.16) / (2 * (0.36 + 0.16))
    assert found.stakes == pytest.approx([wanted, wanted], abs=1e-7)
    assert found.alone == pytest.approx([0.2, 0.2])
    assert found.cash == pytest.approx(1 - 2 * wanted)


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_small_correlated_bets_are_mean_over_covariance(rho):
    # The diffusion limit: b = inverse covariance times mean (Merton 1969). Two points a bet keep all moments exact.
    mean, sd = np.array([4e-4, 2e-4]), 0.01
    both = (1 + rho) / 4
    rows = mean + sd * np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    found = estimate.kelly_portfolio(rows, probabilities=[both, 0.5 - both, 0.5 - both, both], max_exposure=100)
    covariance = sd**2 * np.array([[1, rho], [rho, 1]])
    wanted = np.linalg.solve(covariance, mean)
    if rho == 0.5:
        assert wanted[1] == pytest.approx(0.0, abs=1e-9)
    assert found.stakes == pytest.approx(wanted, abs=0.02)


def test_perfectly_correlated_bots_get_one_stake_between_them():
    rows = [[1.0, 1.0]] * 55 + [[-1.0, -1.0]] * 45
    found = estimate.kelly_portfolio(rows)
    assert found.stakes.sum() == pytest.approx(0.1, abs=1e-6)
    assert found.alone.sum() == pytest.approx(0.2, abs=1e-6)


def test_optimum_conditions():
    # At the optimum no allowed direction gains: the gradient is at most the limit's price, and equal to it where staked.
    returns = np.random.default_rng(0).multivariate_normal([0.003, 0.002, 0.001], 4e-4 * (0.3 + 0.7 * np.eye(3)), 2000)
    for limit in (1.0, 3.0, 50.0):
        found = estimate.kelly_portfolio(returns, max_exposure=limit)
        slope = (returns / (1 + returns @ found.stakes)[:, None]).mean(axis=0)
        price = slope.max() if found.exposure > limit - 1e-6 else 0.0
        assert slope == pytest.approx(np.where(found.stakes > 1e-6, price, np.minimum(slope, price)), abs=2e-7)
        assert found.exposure <= limit + 1e-9


def test_against_another_solver():
    returns = np.random.default_rng(1).standard_t(4, (400, 5)) * 0.05 + [0.01, 0.005, 0.0, -0.005, 0.002]
    found = estimate.kelly_portfolio(returns, max_exposure=2.0, max_stake=0.6, short=True)
    other = optimize.minimize(
        lambda x: -np.log1p(returns @ (x[:5] - x[5:])).mean(),
        np.full(10, 0.01),
        method="trust-constr",
        bounds=optimize.Bounds(0, 0.6),
        constraints=optimize.LinearConstraint(np.ones(10), -np.inf, 2.0),
        options={"maxiter": 5000, "gtol": 1e-10, "xtol": 1e-12},
    )
    # The interior point method stops some millionths of a nat short of the limits.
    assert -1e-9 <= found.growth + other.fun < 1e-5
    assert found.exposure <= 2.0 + 1e-9
    assert np.abs(found.stakes).max() <= 0.6 + 1e-9
    assert (found.stakes < 0).any()


def test_a_bet_that_can_lose_all_is_never_given_all():
    found = estimate.kelly_portfolio([[10.0]] * 99 + [[-1.0]])
    assert found.stakes[0] == pytest.approx(estimate.kelly_binary(0.99, 10.0), abs=1e-6)


def days(*dates):
    return pd.to_datetime(list(dates), utc=True)


def bot(*rows, symbol="A"):
    return pd.DataFrame(
        {
            "symbol": symbol,
            "entry_time": days(*(r[0] for r in rows)),
            "exit_time": days(*(r[1] for r in rows)),
            "return": [r[2] for r in rows],
        }
    )


def test_joint_returns_add_up_by_week_over_the_common_time():
    one = bot(("2024-01-01", "2024-01-02", 0.1), ("2024-01-08", "2024-01-09", 0.2), ("2024-01-10", "2024-01-11", -0.1))
    two = bot(("2024-01-08", "2024-01-12", 0.3), ("2024-01-22", "2024-01-23", -0.2))
    table = estimate.joint_returns({"one": one, "two": two}, period="W")
    assert list(table["one"]) == pytest.approx([0.1])  # the common time is 8 to 11 January: one week
    assert list(table["two"]) == pytest.approx([0.3])
    assert table.attrs["left_out"] == 2


def test_bots_that_never_met_are_refused():
    one, two = bot(("2024-01-01", "2024-01-02", 0.1)), bot(("2024-03-01", "2024-03-02", 0.1))
    with pytest.raises(ParameterError, match="never traded at the same time"):
        estimate.joint_returns({"one": one, "two": two})


@pytest.mark.parametrize(
    ("returns", "options", "words"),
    [
        ([[0.1, np.inf]], {}, r"returns\[0, 1\]"),
        ([[0.1], [-0.1]], {"probabilities": [0.5, 0.6]}, "sum to 1"),
        ([[0.1], [-0.1]], {"probabilities": [1.0]}, "2 finite numbers"),
        ([[0.1], [-0.1]], {"max_exposure": 0.0}, "max_exposure"),
        ([[["a"]]], {}, "numbers"),
        (np.linspace(100.0, 120.0, 60).reshape(30, 2), {}, "look like prices"),
    ],
)
def test_wrong_input(returns, options, words):
    with pytest.raises(ParameterError, match=words):
        estimate.kelly_portfolio(returns, **options)


def test_no_table_of_returns_defeats_the_solver_or_can_be_improved_on():
    """Heavy tails, zeros, no losses, no wins, tiny and huge returns: always an answer within the limits, never a better one nearby."""
    rng = np.random.default_rng(15)
    for _ in range(120):
        k, n, size, limit = (
            int(rng.integers(1, 6)),
            int(rng.integers(3, 80)),
            10 ** rng.uniform(-4, 0),
            rng.choice([0.5, 1, 5]),
        )
        x = (rng.standard_t(3, (n, k)) + rng.normal(0, 0.3, k)) * size
        kind = rng.integers(6)
        x = [x, np.maximum(x, -1.0), np.where(rng.random((n, k)) < 0.7, 0.0, x), np.abs(x), -np.abs(x), x][kind]
        x[0] = np.minimum(x[0], 0.0) if kind == 3 else x[0]  # without a loss, yet no prices
        found = estimate.kelly_portfolio(x, max_exposure=limit)
        assert found.exposure <= limit * (1 + 1e-6)
        assert (found.stakes >= 0).all()
        for _ in range(10):
            other = np.maximum(found.stakes + rng.normal(0, 0.02 * limit, k), 0)
            other *= min(1, limit / max(other.sum(), 1e-12))
            if (1 + x @ other > 0).all():
                assert np.log1p(x @ other).mean() <= found.growth + 1e-7
        safe = estimate.kelly_risk_constrained(x, 0.7, 0.1, max_exposure=limit)
        assert safe.bound <= 0.1 * 1.001 or ((x @ safe.stakes).min() >= 0.0 and not safe.identified)
        assert safe.growth <= found.growth + 1e-7
        robust = estimate.kelly_robust(x, max_exposure=limit)
        assert 0 <= robust.worst_growth <= robust.growth + 1e-12 or robust.fraction == 0


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[0.1, -0.1], [-0.1, 0.1], [0.2, 0.1]], "3 rows do not fix a stake"),
        ([[0.0, -0.1], [0.2, 0.3]] * 15, "bet 1 did not lose in any of 30 rows"),
    ],
)
@pytest.mark.parametrize("rule", [estimate.kelly_portfolio, estimate.kelly_risk_constrained, estimate.kelly_robust])
def test_rows_that_fix_no_stake_say_so(rows, words, rule):
    found = rule(rows)
    assert not found.identified
    assert words in found.why
    assert found.n == len(rows)


def test_stated_probabilities_are_no_sample():
    assert estimate.kelly_portfolio([[1.0], [-1.0]], probabilities=[0.6, 0.4]).identified


def test_a_sample_without_a_loss_does_not_rule_ruin_out():
    wins = [0.1] * 15 + [0.0]
    found = estimate.kelly_risk_constrained(wins)
    assert (found.bound, found.identified) == (1.0, False)
    assert estimate.kelly_risk_constrained([-0.1] * 15).bound == 0.0  # nothing staked, nothing lost
    assert estimate.drawdown_bound(wins, 0.5, 0.7) == 1.0
    assert estimate.drawdown_bound([*wins, -0.2], 0.5, 0.7) < 1.0


def test_rows_that_are_all_alike_have_an_answer():
    assert estimate.kelly_portfolio([[0.1, -0.1]] * 12).stakes == pytest.approx([1.0, 0.0])
