"""How sure: intervals and their coverage, posteriors, the robust bound, and the monitor that may be read at any time."""

from __future__ import annotations

import math

import interval_coverage as coverage
import numpy as np
import pytest
from scipy import optimize, stats

from nija_research import estimate
from nija_research.errors import ParameterError
from nija_research.estimate.kelly.bootstrap import resamples, variance_ratio
from nija_research.estimate.kelly.interval import LARGE
from nija_research.estimate.kelly.uncertainty import worst_case_mean


def autoregression(n, rho, rng):
    x, shocks = np.zeros(n), rng.normal(size=n)
    for i in range(1, n):
        x[i] = rho * x[i - 1] + shocks[i]
    return x


@pytest.mark.parametrize("block", [1, 4, 15])
def test_resampled_means_scatter_as_the_closed_form_says(block):
    # Politis and Romano (1994), lemma 1: 20,000 resamples, standard error of a variance about 1 %.
    x = autoregression(300, 0.6, np.random.default_rng(1))
    rows = np.concatenate(list(resamples(x, draws=20_000, block=block, rng=np.random.default_rng(2))))
    assert rows.mean(axis=1).var() * 300 / x.var() == pytest.approx(variance_ratio(x, block), rel=0.05)


def test_blocks_have_the_mean_length_asked_for_and_wrap_round():
    rows = np.concatenate(list(resamples(np.arange(50.0), draws=4000, block=5, rng=np.random.default_rng(3))))
    follows = (np.diff(rows, axis=1) % 50) == 1
    assert 1 / (1 - follows.mean()) == pytest.approx(5 / (1 - 1 / 50), rel=0.03)  # a fresh start may follow by chance
    assert np.bincount(rows.astype(int).ravel(), minlength=50) == pytest.approx(4000, rel=0.12)


def test_our_bootstrap_equals_the_librarys():
    from arch.bootstrap import StationaryBootstrap

    x = autoregression(200, 0.5, np.random.default_rng(4))
    theirs = StationaryBootstrap(6, x, seed=5).apply(np.mean, 4000).ravel()
    ours = np.concatenate([r.mean(axis=1) for r in resamples(x, draws=4000, block=6, rng=np.random.default_rng(6))])
    assert stats.ks_2samp(ours, theirs).pvalue > 1e-3


NOMINAL = [  # world, trades: the reported interval's coverage with 250 histories, standard error .014
    ("even money", 14),
    ("fat-tailed wins", 14),
    ("short volatility", 50),
    ("serially dependent", 14),
    ("serially dependent", 200),
    ("overlapping", 200),
]


@pytest.mark.slow
@pytest.mark.parametrize(("world", "n"), NOMINAL)
def test_the_reported_interval_holds_the_truth(world, n):
    found = coverage.count_covered("stake, studentised (reported)", world, n, histories=250, rng=7)
    assert found.answered > 100
    assert found.covered / found.answered > 0.95 - 4 * 0.014
    assert found.covered + found.above + found.below == found.answered


@pytest.mark.slow
def test_the_percentile_interval_falls_short_where_we_say_so():
    found = coverage.count_covered("stake, percentile", "serially dependent", 14, histories=250, rng=7)
    assert found.covered / found.answered < 0.90


def test_the_truths_of_the_worlds():
    """Each true stake against half a million trades drawn from its world."""
    rng = np.random.default_rng(8)
    for name, world in coverage.WORLDS.items():
        log = world.draw(400_000, rng)
        cap = 1.0 if world.unit == "risk" else None
        assert estimate.kelly_log_optimal(log["return"], cap=cap) == pytest.approx(world.stake, rel=0.08), name
        assert (log["return"] > 0).mean() == pytest.approx(world.p_win, abs=0.01)
    log = coverage.WORLDS["overlapping"].draw(100_000, rng)
    bets = estimate.episodes(log, log["return"].to_numpy())
    assert len(bets) == pytest.approx(40_000, rel=0.02)
    assert estimate.kelly_log_optimal(bets) == pytest.approx(coverage.WORLDS["overlapping"].together, rel=0.08)


def test_large_logs_agree_with_resampled_ones(monkeypatch):
    returns = np.random.default_rng(9).standard_t(5, LARGE) * 0.05 + 0.006
    resampled = estimate.kelly_from_trades(returns, "leverage", block=1)
    monkeypatch.setattr("nija_research.estimate.kelly.from_trades.LARGE", 100)
    monkeypatch.setattr("nija_research.estimate.kelly.interval.LARGE", 100)
    direct = estimate.kelly_from_trades(returns, "leverage", block=1)
    width = resampled.interval[1] - resampled.interval[0]
    assert direct.interval == pytest.approx(resampled.interval, abs=0.06 * width)
    assert direct.shrunk == pytest.approx(resampled.shrunk, rel=0.02)
    monkeypatch.undo()
    many = np.random.default_rng(10).standard_t(5, 100_000) * 0.05 + 0.002
    found = estimate.kelly_from_trades(many, "leverage")
    assert found.interval[0] < found.fraction < found.interval[1]


def test_interval_is_where_the_studentised_score_crosses_its_quantiles():
    # Large log: the quantiles are -1.96 and 1.96 shifted by the Edgeworth term; both ends must lie on them.
    returns = np.random.default_rng(11).normal(0.01, 0.1, 5000)
    low, high = estimate.kelly_from_trades(returns, "leverage", block=1).interval

    def studentised(f):
        score = returns / (1 + f * returns)
        return score.mean() / (score.std(ddof=1) / 5000**0.5)

    full = estimate.kelly_log_optimal(returns)
    shift = stats.skew(returns / (1 + full * returns)) * (2 * 1.96**2 + 1) / 6 / 5000**0.5
    assert studentised(low) == pytest.approx(1.96 - shift, abs=0.01)
    assert studentised(high) == pytest.approx(-1.96 - shift, abs=0.01)


def test_beta_posterior_quantiles():
    # Conjugate: Beta(14, 2) after 13 wins and 1 loss; the stake 2 p - 1 has the quantiles of p.
    found = estimate.beta_posterior(13, 1)
    assert found.fraction == pytest.approx(2 * 14 / 16 - 1)
    assert found.median == pytest.approx(2 * stats.beta.ppf(0.5, 14, 2) - 1)
    assert found.interval == pytest.approx([2 * stats.beta.ppf(q, 14, 2) - 1 for q in (0.025, 0.975)])
    assert found.p_no_edge == pytest.approx(stats.beta.cdf(0.5, 14, 2))
    # Odds of 2 need a win rate of 1/3 only.
    assert estimate.beta_posterior(4, 3, 2.0).p_no_edge == pytest.approx(stats.beta.cdf(1 / 3, 5, 4))


def test_median_rule_against_the_loss_it_minimises():
    # Chu, Wu, Swartz (2018): the posterior median minimises the posterior mean of |f - f*|.
    p = stats.beta.rvs(14, 2, size=200_000, random_state=1)
    best = optimize.minimize_scalar(
        lambda f: np.abs(np.maximum(2 * p - 1, 0) - f).mean(), bounds=(0, 1), method="bounded"
    ).x
    assert estimate.beta_posterior(13, 1).median == pytest.approx(best, abs=3e-3)


def test_dirichlet_posterior_of_a_coin_is_nearly_the_beta():
    # Without the unseen loss and with two outcomes, Dirichlet weights of 60 wins and 40 losses are Beta(60, 40).
    found = estimate.payoff_posterior([1.0] * 60 + [-1.0] * 40, prior_trades=0.0, draws=8000)
    assert found.fraction == pytest.approx(0.2)
    assert found.median == pytest.approx(2 * stats.beta.ppf(0.5, 60, 40) - 1, abs=0.01)
    assert found.interval == pytest.approx(
        [max(0, 2 * stats.beta.ppf(q, 60, 40) - 1) for q in (0.025, 0.975)], abs=0.02
    )
    assert found.p_no_edge == pytest.approx(stats.beta.cdf(0.5, 60, 40), abs=0.01)


def test_an_unseen_loss_lowers_the_stake_and_makes_wins_alone_an_answer():
    wins = [0.5] * 13 + [-1.0]
    assert estimate.payoff_posterior(wins).fraction < estimate.payoff_posterior(wins, prior_trades=0.0).fraction
    # 13 wins of .5 and one unseen loss of 1: p / l - q / w = 13/14 - (1/14) / .5.
    assert estimate.payoff_posterior([0.5] * 13).fraction == pytest.approx(13 / 14 - 2 / 14)
    with pytest.raises(ParameterError, match="hold no loss"):
        estimate.payoff_posterior([0.5] * 13, prior_trades=0.0)


def test_robust_coin_is_kelly_of_its_worst_coin():
    # In the ball, the worst coin has relative entropy q log(q / .6) + (1 - q) log((1 - q) / .4) = radius, q < .6; by the
    # saddle point the robust stake is 2 q - 1, growing at that coin's rate.
    found = estimate.kelly_robust([1.0] * 60 + [-1.0] * 40)
    assert found.radius == pytest.approx(stats.chi2.ppf(0.9, 1) / 200)
    q = optimize.brentq(lambda q: q * np.log(q / 0.6) + (1 - q) * np.log((1 - q) / 0.4) - found.radius, 0.45, 0.6)
    assert found.fraction == pytest.approx(2 * q - 1, abs=1e-5)
    assert found.worst_growth == pytest.approx(np.log(2) + q * np.log(q) + (1 - q) * np.log(1 - q), abs=1e-8)


def test_robust_limits():
    assert estimate.kelly_robust([1.0] * 60 + [-1.0] * 40, radius=0.0).fraction == pytest.approx(0.2, abs=1e-6)
    assert estimate.kelly_robust([1.0] * 52 + [-1.0] * 48).fraction == 0.0
    dependent = np.repeat([1.0, -1.0] * 50 + [1.0] * 30, 5)
    assert estimate.kelly_robust(dependent, block=10).radius > 2 * estimate.kelly_robust(dependent).radius


def test_worst_mean_against_another_solver():
    rng = np.random.default_rng(12)
    values, p = rng.normal(size=12), rng.dirichlet(np.ones(12))
    mean, q = worst_case_mean(values, p, 0.1)
    assert (q * np.log(q / p)).sum() == pytest.approx(0.1, abs=1e-9)
    other = optimize.minimize(
        lambda q: q @ values,
        p,
        method="SLSQP",
        bounds=[(1e-12, 1)] * 12,
        constraints=[
            {"type": "eq", "fun": lambda q: q.sum() - 1},
            {"type": "ineq", "fun": lambda q: 0.1 - (q * np.log(q / p)).sum()},
        ],
        options={"ftol": 1e-12, "maxiter": 500},
    )
    assert mean == pytest.approx(other.fun, abs=1e-6)
    assert worst_case_mean(values, p, 100.0)[0] == values.min()


@pytest.mark.parametrize("world", ["even money", "fat-tailed wins", "short volatility"])
def test_false_alarms_stay_below_the_level(world):
    # 600 histories of 2,000 trades on the edge of the null: at most .05 by Ville's inequality, standard error .009.
    assert coverage.share_of_false_alarms(world, 2000, histories=600, rng=3) < 0.05 + 3 * 0.009


def test_monitor_is_written_out():
    # Play money by hand: x = log(1 + .06 r) - log(1 + .05 r), divided by its largest loss, bet by every gambler.
    r, bets = np.array([1.0, -1.0, 0.5]), np.geomspace(0.004, 0.99, 24)
    x = np.log(1 + 0.06 * r) - np.log(1 + 0.05 * r)
    largest = np.log(1 - 0.05) - np.log(1 - 0.06)
    money = np.array([np.prod(1 + bets[:, None] * (x / largest)[None, :k], axis=1).mean() for k in (1, 2, 3)])
    assert estimate.monitor_rise(r, 0.05, 0.06, worst=1.0).evidence == pytest.approx(money)


def test_the_chapter_and_the_call_reckon_with_the_same_worst_loss():
    from inspect import signature
    from pathlib import Path

    from nija_research.estimate.kelly.sample_size import WORST
    from nija_research.report import notebook_parameters

    chapter = notebook_parameters(Path(__file__).parents[3] / "notebooks" / "20_kelly_fraction.ipynb")
    defaults = [p.default for p in chapter if p.name == "worst"]
    assert defaults == [signature(estimate.monitor_rise).parameters["worst"].default] == [WORST]


def test_a_real_edge_earns_its_rise_and_none_does_not():
    rng = np.random.default_rng(13)
    found = estimate.monitor_rise(np.where(rng.random(3000) < 0.6, 1.0, -1.0), 0.05, 0.06)
    assert found.earned
    assert 50 < found.earned_at < 1500
    assert str(found.earned_at) in found.why
    lost = estimate.monitor_rise(np.where(rng.random(3000) < 0.45, 1.0, -1.0), 0.05, 0.06)
    assert not lost.earned
    assert lost.evidence[-1] < 1.0


def test_a_loss_beyond_the_declared_one_ends_the_claim():
    found = estimate.monitor_rise([0.1, -1.5, *[1.0] * 500], 0.05, 0.06, worst=1.0)
    assert found.broken_at == 2
    assert not found.earned
    assert np.isnan(found.evidence[1:]).all()


def test_stakes_so_far_use_the_past_alone():
    r = np.random.default_rng(14).normal(0.02, 0.2, 60)
    before = estimate.kelly_expanding(r)
    spoiled = r.copy()
    spoiled[40:] = -0.9
    np.testing.assert_array_equal(estimate.kelly_expanding(spoiled)[:41], before[:41])
    assert before[:10].tolist() == [0.0] * 10
    assert before[50] == pytest.approx(estimate.kelly_log_optimal(r[:50], cap=1.0))


def test_trades_to_raise_by_hand():
    # Even money at .55, stakes .025 and .03: x is log(1.03 / 1.025) or log(.97 / .975).
    up, down = math.log(1.03 / 1.025), math.log(0.97 / 0.975)
    mean = 0.55 * up + 0.45 * down
    sd = math.sqrt(0.55 * 0.45) * (up - down)
    wanted = math.ceil(((1.6448536 + 0.8416212) * sd / mean) ** 2)
    assert estimate.trades_to_raise([1.0] * 55 + [-1.0] * 45, 0.025, 0.03) == wanted
    assert estimate.trades_to_raise([1.0] * 45 + [-1.0] * 55, 0.025, 0.03) is None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: estimate.monitor_rise([0.1], 0.3, 0.2), "low must not be above high"),
        (lambda: estimate.monitor_rise([0.1], 0.3, 1.2), "ends the account"),
        (lambda: estimate.monitor_rise([0.1], [0.1, 0.2], 0.3), "one a trade"),
        (lambda: estimate.monitor_rise([0.1], -0.1, 0.3), "at least 0"),
        (lambda: estimate.monitor_rise([math.nan], 0.1, 0.3), r"returns\[0\]"),
        (lambda: estimate.trades_to_detect(0.5, 0.5), "must differ"),
        (lambda: estimate.trades_to_detect(57, 0.65), "written 0.57"),
        (lambda: estimate.trades_to_raise([0.1, -1.0], 0.1, 1.5), "ended the account"),
        (lambda: estimate.beta_posterior(3, 1, prior=(0, 1)), "prior wins"),
        (lambda: estimate.payoff_posterior([]), "at least one trade"),
        (lambda: estimate.kelly_robust([0.1, -0.1], level=0.3), "level"),
        (lambda: estimate.kelly_robust([0.1, -0.1], radius=-1), "radius"),
        (lambda: estimate.wilson(3, 5, effective=9), "must not exceed"),
        (lambda: estimate.kelly_continuous(0.1, 0.0), "sd must be above 0"),
        (lambda: estimate.kelly_with_costs([0.1, 0.2]), "cap="),
        (lambda: estimate.mean_time_to_drawdown(0.25, 1.0, 2.0), "below 2"),
        (lambda: estimate.prob_reach_before(0.5, 2.0, 1.0), "down < 1 < up"),
    ],
)
def test_wrong_input(call, words):
    with pytest.raises(ParameterError, match=words):
        call()


def test_wilson_by_independent_trades():
    assert estimate.wilson(13, 14, effective=14.0) == pytest.approx(estimate.wilson(13, 14))
    half = estimate.wilson(65, 130, effective=13.0)
    assert half == pytest.approx(
        (0.5 - 1.96 / 2 * 13**-0.5 / (1 + 1.96**2 / 13) ** 0.5, 0.5 + (0.5 - half.low)), abs=2e-3
    )
