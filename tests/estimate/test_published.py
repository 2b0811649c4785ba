"""Numbers printed elsewhere or derived on paper; each row says where it comes from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from nija_research import estimate

INTERVALS = [
    (estimate.wilson, 13, 14, 0.685, 0.987, "Wilson 1927, 13 wins in 14"),
    (estimate.clopper_pearson, 13, 14, 0.661, 0.998, "Clopper, Pearson 1934, 13 wins in 14"),
    (estimate.clopper_pearson, 4, 7, 0.184, 0.901, "Clopper, Pearson 1934, 4 wins in 7"),
]


@pytest.mark.parametrize(("interval", "wins", "n", "low", "high", "source"), INTERVALS)
def test_win_rate_intervals(interval, wins, n, low, high, source):
    assert interval(wins, n) == pytest.approx((low, high), abs=5e-4), source


def test_clopper_pearson_is_the_beta_quantile():
    # Closed form: ends are quantiles of Beta(w, n - w + 1) and Beta(w + 1, n - w).
    assert estimate.clopper_pearson(13, 14) == pytest.approx(
        (stats.beta.ppf(0.025, 13, 2), stats.beta.ppf(0.975, 14, 1)), rel=1e-9
    )


@pytest.mark.parametrize(
    ("p", "payoff", "stake"),
    [(0.6, 1.0, 0.2), (0.55, 1.0, 0.1), (0.5, 1.0, 0.0), (0.57, 1.0, 0.14), (0.38, 2.0, 0.07), (0.19, 5.0, 0.028)],
)
def test_edge_over_odds(p, payoff, stake):
    # Kelly 1956; the last three are bets of the Ziemba-Hausch world, edge .14 over odds 1, 2 and 5.
    assert estimate.kelly_binary(p, payoff) == pytest.approx(stake, abs=1e-12)


@pytest.mark.parametrize(("p", "b"), [(0.55, 1.0), (0.4, 2.0), (0.93, 0.2)])
def test_log_optimal_is_edge_over_odds_when_payoffs_are_constant(p, b):
    n = 1000
    returns = [b] * round(p * n) + [-1.0] * round((1 - p) * n)
    assert estimate.kelly_log_optimal(returns) == pytest.approx(max(0.0, p - (1 - p) / b), abs=1e-9)


def test_spread_out_wins_ask_for_less_than_the_payoff_ratio():
    # Wins Exp(1), losses of 1, p = .55: the optimum of .55 E log(1 + f W) + .45 log(1 - f) by quadrature is .0715,
    # the payoff ratio says .1. A sample of the exponential's quantiles must come to the former.
    def slope(f):
        gain = integrate.quad(lambda w: w / (1 + f * w) * np.exp(-w), 0, np.inf)[0]
        return 0.55 * gain - 0.45 / (1 - f)

    exact = optimize.brentq(slope, 1e-6, 0.5)
    assert exact == pytest.approx(0.0715, abs=5e-5)
    wins = stats.expon.ppf((np.arange(5500) + 0.5) / 5500)
    sample = np.concatenate([wins, np.full(4500, -1.0)])
    assert estimate.kelly_log_optimal(sample) == pytest.approx(exact, abs=2e-4)
    assert estimate.kelly_payoff(0.55, wins.mean(), 1.0) == pytest.approx(0.1, abs=1e-3)


def test_rare_large_losses_ask_for_much_less_than_the_payoff_ratio():
    # 93 % wins of .2, losses Exp with mean 2: the payoff ratio stakes .93/2 - .07/.2 = .115. Losses have no bound,
    # so growth at any stake is minus infinity; a sample only bounds the stake by its own worst loss.
    losses = stats.expon.ppf((np.arange(700) + 0.5) / 700) * 2.0
    sample = np.concatenate([np.full(9300, 0.2), -losses])
    assert estimate.kelly_payoff(0.93, 0.2, 2.0) == pytest.approx(0.115)
    stake = estimate.kelly_log_optimal(sample)
    assert 0.0 < stake < 0.115 / 2
    assert stake < 1.0 / losses.max()
    assert estimate.growth_curve(sample, [0.115])[0] == -np.inf


@pytest.mark.parametrize(("sd", "one_sided", "keep"), [(0.05, False, 0.924), (0.1, False, 0.772), (0.1, True, 0.778)])
def test_shrinkage_under_parameter_uncertainty(sd, one_sided, keep):
    # Model of Baker and McHale 2013: even odds, p = .7, the estimate is Beta with mean p and the given sd.
    p = 0.7
    size = p * (1 - p) / sd**2 - 1
    q = (np.arange(20_000) + 0.5) / 20_000
    estimates = 2 * stats.beta.ppf(q, p * size, (1 - p) * size) - 1
    if one_sided:
        estimates = np.maximum(estimates, 0.0)
    found = estimate.shrinkage(lambda f: p * np.log1p(f) + (1 - p) * np.log1p(-f), estimates)
    assert found == pytest.approx(keep, abs=1e-3)


@pytest.mark.parametrize(("c", "share"), [(1.0, 0.80), (0.5, 0.51), (0.25, 0.21)])
def test_time_spent_a_fifth_below_the_peak(c, share):
    # a ** (2 / c - 1) at a = .8, closed form.
    assert estimate.share_of_time_below(0.8, c) == pytest.approx(share, abs=5e-3)


def test_drawdown_law_against_a_simulated_bettor():
    # Continuous full-Kelly wealth is exp of a Brownian motion with drift 1/2 and variance 1 per unit S^2 t, watched
    # every .0005 units; the finite step is corrected by .5826 sd (Broadie, Glasserman, Kou 1997).
    # Error rate: 4 standard errors, about 6e-5 at this fixed seed.
    rng, dt, paths, level = np.random.default_rng(11), 5e-4, 4000, 0.5
    log_w, low = np.zeros(paths), np.zeros(paths)
    for _ in range(24_000):
        log_w += rng.normal(0.5 * dt, np.sqrt(dt), paths)
        np.minimum(low, log_w, out=low)
    barrier = np.log(level) + 0.5826 * np.sqrt(dt)
    found = (low <= barrier).mean()
    wanted = estimate.chance_below(level, 1.0)
    assert wanted == 0.5
    assert abs(found - wanted) < 4 * np.sqrt(0.25 / paths) + 0.02  # .02: not yet hit by the end of 12 units
