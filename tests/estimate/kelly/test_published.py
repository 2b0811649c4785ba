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


def test_the_payoff_ratio_says_nearly_half_as_much_again():
    # A sample in which it says .0879 has the growth-optimal stake .0625 where its wins are exponential: by quadrature a
    # win rate of (1 + .0879) / 2 gives .0623.
    p = (1 + 0.0879) / 2
    exact = optimize.brentq(
        lambda f: p * integrate.quad(lambda w: w / (1 + f * w) * np.exp(-w), 0, np.inf)[0] - (1 - p) / (1 - f),
        1e-6,
        0.5,
    )
    assert exact == pytest.approx(0.0625, abs=2e-4)
    wins = stats.expon.ppf((np.arange(54395) + 0.5) / 54395)
    assert estimate.kelly_log_optimal(np.concatenate([wins, np.full(45605, -1.0)])) == pytest.approx(exact, abs=1e-4)
    assert estimate.kelly_payoff(p, 1.0, 1.0) == pytest.approx(0.0879)


def test_unbounded_losses_have_no_stake_of_their_own():
    # 93 % wins of .2, losses Exp with mean 2: the larger the sample the smaller its stake, since its worst loss grows;
    # .0457 is that of some hundred thousand trades. The distribution's own stake is 0.
    stakes = []
    for n in (1_000, 10_000, 100_000, 1_000_000):
        losses = stats.expon.ppf((np.arange(round(0.07 * n)) + 0.5) / round(0.07 * n)) * 2.0
        stakes.append(estimate.kelly_log_optimal(np.concatenate([np.full(n - len(losses), 0.2), -losses])))
    assert stakes == sorted(stakes, reverse=True)
    assert stakes[-1] < 0.0457 < stakes[-2]


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
    wanted = estimate.prob_ever_below(level, 1.0)
    assert wanted == 0.5
    assert abs(found - wanted) < 4 * np.sqrt(0.25 / paths) + 0.02  # .02: not yet hit by the end of 12 units


def test_mean_over_variance():
    # Merton 1969; Thorp 2006, section 7: excess mean over variance, .06 / .04.
    assert estimate.kelly_continuous(0.08, 0.2, rate=0.02) == pytest.approx(1.5)
    # Unit-free in time: a year of 252 days.
    assert estimate.kelly_continuous(0.08 / 252, 0.2 / 252**0.5) == pytest.approx(2.0)
    # Mean log return .06 at a deviation of .2 is a drift of .06 + .02.
    assert estimate.kelly_continuous(0.06, 0.2, mean_of="log") == pytest.approx(2.0)
    # Even money at p = .55: mean .1, second moment exactly 1: edge over odds.
    assert estimate.kelly_continuous(0.1, (1 - 0.01) ** 0.5, mean_of="simple") == pytest.approx(0.1)
    assert estimate.kelly_continuous(-0.08, 0.2) == 0.0


def test_error_of_mean_over_variance():
    # 4,000 samples of 100 normal periods: the spread of the plug-in is what the delta method says, within 5 %.
    rng = np.random.default_rng(3)
    samples = rng.normal(0.05, 0.2, (4000, 100))
    plug_in = samples.mean(axis=1) / samples.var(axis=1, ddof=1)
    assert estimate.kelly_continuous_error(0.05, 0.2, 100) == pytest.approx(plug_in.std(), rel=0.05)


# Mean and P(> 10,000) need the whole law: 1,000 x product of 700 factors. Published in MacLean, Thorp, Zhao, Ziemba
# (2011) by 1,000 simulations; here exactly, by convolution.
ZIEMBA_HAUSCH = [(1.0, 310_695, 16_753, 0.8810, 0.5853), (0.5, 17_731, 8_398, 0.9610, 0.4429)]


@pytest.mark.parametrize(("share", "mean", "median", "above_start", "above_ten"), ZIEMBA_HAUSCH)
def test_ziemba_hausch_world(share, mean, median, above_start, above_ten):
    # Five bets of edge .14 at odds 1 to 5, chosen with probabilities .1, .3, .3, .2, .1; 700 of them from $1,000.
    wins, chosen = [0.57, 0.38, 0.285, 0.228, 0.19], [0.1, 0.3, 0.3, 0.2, 0.1]
    step, n = 2e-4, 700
    pmf, expected = np.zeros(2**17), 0.0
    for odds, (p, q) in enumerate(zip(wins, chosen, strict=True), start=1):
        stake = share * estimate.kelly_binary(p, odds)
        for weight, factor in ((p, 1 + odds * stake), (1 - p, 1 - stake)):
            place = np.log(factor) / step
            low = int(np.floor(place))
            # Split between neighbours: keeps the mean of log wealth exact.
            pmf[low % len(pmf)] += q * weight * (1 - (place - low))
            pmf[(low + 1) % len(pmf)] += q * weight * (place - low)
            expected += q * weight * factor
    law = np.fft.irfft(np.fft.rfft(pmf) ** n, len(pmf))
    log_wealth = (
        np.where(np.arange(len(pmf)) < len(pmf) // 2, np.arange(len(pmf)), np.arange(len(pmf)) - len(pmf)) * step
    )
    order = np.argsort(log_wealth)
    wealth, cumulated = 1000 * np.exp(log_wealth[order]), np.cumsum(law[order])
    assert 1000 * expected**n == pytest.approx(mean, abs=0.6)
    assert np.interp(0.5, cumulated, wealth) == pytest.approx(median, rel=1e-3)
    assert 1 - np.interp(1000 * (1 + 1e-9), wealth, cumulated) == pytest.approx(above_start, abs=3e-4)
    assert 1 - np.interp(10_000, wealth, cumulated) == pytest.approx(above_ten, abs=3e-4)


@pytest.mark.parametrize(
    ("wins", "losses", "mean_win", "mean_loss"), [(13, 1, 1.2, 3.8), (40, 60, 2.0, 1.0), (5, 9, 1.0, 2.0)]
)
def test_plug_in_kelly_is_profit_over_average_win(wins, losses, mean_win, mean_loss):
    # Identity: in units of the average loss, p - q / b = P&L / (n x average win); below 0 the stake is 0.
    pnl, n = wins * mean_win - losses * mean_loss, wins + losses
    stake = estimate.kelly_binary(wins / n, mean_win / mean_loss)
    assert stake == pytest.approx(max(0.0, pnl / (n * mean_win)))


def test_trades_that_tell_a_better_win_rate():
    # Normal approximation with z.05 = 1.6449 and z.2 = .8416: ((1.6449 sqrt(.571 .429) + .8416 sqrt(.65 .35)) / .079)^2.
    assert estimate.trades_to_detect(0.571, 0.65) == 237
    # Of ten trades at .571, 7 or more win with P = sum C(10, k) .571^k .429^(10 - k) = .312.
    assert estimate.prob_win_rate_above(0.571, 10, 0.65) == pytest.approx(0.312, abs=5e-4)


def test_first_record_against_the_second():
    # Fisher's exact test of 13/14 against 4/7, two-sided: .088.
    # By hand: tables of 17 wins and 4 losses in 21 with 14 drawn are hypergeometric; as unlikely as 13 wins or less likely.
    law = stats.hypergeom(21, 17, 14)
    wanted = sum(law.pmf(k) for k in range(10, 15) if law.pmf(k) <= law.pmf(13) * (1 + 1e-9))
    assert estimate.p_same_win_rate(13, 1, 4, 3) == pytest.approx(wanted)
    assert wanted == pytest.approx(0.088, abs=5e-4)


@pytest.mark.parametrize(("c", "wanted"), [(1.0, 2 / 3), (0.5, 8 / 9), (2.0, 0.5)])
def test_double_before_half(c, wanted):
    # (1 - .5^t) / (1 - .25^t), t = 2 / c - 1: 1/2 over 3/4; 7/8 over 63/64; the limit at t = 0 is 1/2.
    assert estimate.prob_reach_before(2.0, 0.5, c) == pytest.approx(wanted, abs=1e-9)


def test_time_to_a_drawdown_against_simulation():
    # Brownian motion with drift .375 and deviation .5 (S = 1, half Kelly) watched every .0002; its running maximum
    # misses .5826 sd a step (Broadie, Glasserman, Kou 1997), as does the drawdown. Standard error about 1 %.
    rng, dt, paths = np.random.default_rng(5), 2e-4, 4000
    deep = -np.log(1 - 0.25) - 0.5826 * 0.5 * dt**0.5
    x, top, hit, t = np.zeros(paths), np.zeros(paths), np.full(paths, np.nan), 0.0
    alive = np.arange(paths)
    while alive.size:
        t += dt
        x[alive] += rng.normal(0.375 * dt, 0.5 * dt**0.5, alive.size)
        top[alive] = np.maximum(top[alive], x[alive])
        down = top[alive] - x[alive] >= deep
        hit[alive[down]] = t
        alive = alive[~down]
    assert estimate.mean_time_to_drawdown(0.25, 1.0, 0.5) == pytest.approx(hit.mean(), rel=0.04)


def test_costs_of_an_even_bet():
    # Wins of 1 - c, losses of 1 + c: p / (1 + c) - q / (1 - c).
    found = estimate.kelly_with_costs([1.0] * 55 + [-1.0] * 45, fee=0.01, slippage=0.005)
    assert found.fraction == pytest.approx(0.55 / 1.03 - 0.45 / 0.97, abs=1e-9)
    assert found.gross_fraction == pytest.approx(0.1)
    assert found.break_even == pytest.approx(0.1)
    assert estimate.kelly_with_costs([1.0] * 55 + [-1.0] * 45, fee=0.05).fraction == pytest.approx(0.0, abs=1e-9)


def test_interest_moves_a_levered_stake_down_to_one_at_most():
    returns = np.array([1.0] * 55 + [-1.0] * 45) * 0.02  # full Kelly 5
    # With b on what exceeds 1: wins r - b and losses -(r + b) over 1 + b: p / loss - q / win.
    b = 0.0005
    win, loss = (0.02 - b) / (1 + b), (0.02 + b) / (1 + b)
    assert estimate.kelly_with_costs(returns, borrow=b).fraction == pytest.approx(0.55 / loss - 0.45 / win, abs=1e-7)
    assert estimate.kelly_with_costs(returns, borrow=0.0021).fraction == 1.0
    assert estimate.kelly_with_costs(returns, funding=0.003).fraction == pytest.approx(0.0, abs=1e-9)


def test_discrete_bound():
    # E[(1 + f R)^-x] = 1 at exact Kelly for x = 1: .6 / 1.2 + .4 / .8 = 1.
    coin = [1.0] * 6 + [-1.0] * 4
    assert estimate.ruin_exponent(coin, 0.2) == pytest.approx(1.0)
    x = estimate.ruin_exponent(coin, 0.1)
    assert 0.6 * 1.1**-x + 0.4 * 0.9**-x == pytest.approx(1.0, abs=1e-10)
    assert estimate.drawdown_bound(coin, 0.1, 0.5) == pytest.approx(0.5**x)
    assert estimate.drawdown_bound(coin, 0.45, 0.5) == 1.0  # past twice Kelly
    assert estimate.drawdown_bound(coin, 0.0, 0.5) == 0.0


def test_frontier_of_a_coin():
    points = {p.share: p for p in estimate.frontier([1.0] * 6 + [-1.0] * 4)}
    assert points[1.0].growth_share == pytest.approx(1.0)
    assert points[1.0].bound == pytest.approx(0.5)
    assert points[0.5].growth == pytest.approx(0.6 * np.log(1.1) + 0.4 * np.log(0.9), abs=1e-9)
    assert [p.bound for p in points.values()] == sorted(p.bound for p in points.values())
    assert estimate.frontier([1.0] * 4 + [-1.0] * 6) == []
