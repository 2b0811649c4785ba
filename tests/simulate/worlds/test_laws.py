"""Laws with known truth against their draws: moments, memory, regimes, tails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from nija_research import data
from nija_research.simulate import worlds
from nija_research.simulate.worlds import volatility as regimes_module

MOVE = np.array([[0.95, 0.04, 0.01], [0.10, 0.80, 0.10], [0.02, 0.08, 0.90]])
MEANS, SDS = [0.002, 0.0, -0.004], [0.008, 0.015, 0.035]


def squares_agree(world, drawn, agrees, lags=(1, 2, 6)):
    """Autocovariance of squared deviations about the stated mean and variance."""
    m = world.moments
    y = (drawn - m.mean) ** 2 - m.sd**2
    spread = (m.kurtosis + 2) * m.sd**4
    for k in lags:
        agrees((y[:, :-k] * y[:, k:]).mean(axis=1), m.acf_squares[k - 1] * spread)


def moments_agree(world, drawn, agrees):
    m = world.moments
    d = (drawn - m.mean) / m.sd
    agrees(drawn.mean(axis=1), m.mean)
    agrees((d**2).mean(axis=1), 1.0)
    agrees((d**3).mean(axis=1), m.skewness)
    agrees((d**4).mean(axis=1), m.kurtosis + 3)


@pytest.mark.parametrize("df", [None, 2.5, 4.0, 30.0])
def test_noise_has_the_law_it_names(df):
    world = worlds.iid(mean=0.01, sd=0.2, df=df)
    z = (world.draw(400, 501, rng=17).returns.ravel() - 0.01) / 0.2
    law = stats.norm() if df is None else stats.t(df, scale=np.sqrt((df - 2) / df))
    assert stats.kstest(z, law.cdf).pvalue > 1e-3  # fails in 1 of 1,000 seeds
    far = law.isf(1e-3)  # Kolmogorov-Smirnov is blind in the tails
    assert stats.binomtest(int((np.abs(z) > far).sum()), len(z), 2e-3).pvalue > 1e-3
    assert world.moments.mean == 0.01
    assert world.moments.sd == 0.2


def test_a_pair_of_normals_is_independent(agrees):
    z = worlds.iid(mean=0.0, sd=1.0).draw(20_000, 4, rng=3).returns
    for i, j in ((0, 1), (1, 2), (0, 3)):
        agrees(z[:, i] * z[:, j], 0.0)
        agrees((z[:, i] ** 2 - 1) * (z[:, j] ** 2 - 1), 0.0)
        agrees(z[:, i] ** 3 * z[:, j], 0.0)
    agrees(z[:-1, 0] * z[1:, 0], 0.0)  # one path and the next


def test_iid_moments(agrees):
    x = np.random.default_rng(0).exponential(0.01, 300) - 0.008
    for df in (None, 12.0):
        world = worlds.iid(x, df=df)
        assert world.moments.mean == pytest.approx(x.mean())
        assert world.moments.sd == pytest.approx(x.std(ddof=1))
        assert world.moments.kurtosis == pytest.approx(0.0 if df is None else 6 / (df - 4))
        assert not world.moments.acf_squares.any()
        moments_agree(world, world.draw(4000, 100, rng=6).returns, agrees)
    heavy = worlds.iid(x, df=3.0).moments
    assert np.isnan([heavy.skewness, heavy.kurtosis, *heavy.acf_squares]).all()


def test_trades_win_as_often_and_as_much_as_said(agrees):
    wins, losses = [0.5, 1.0, 3.0], [-0.2, -1.0]
    world = worlds.trades(0.4, wins=wins, losses=losses)
    drawn = world.draw(2000, 200, rng=5)
    agrees((drawn.returns > 0).mean(axis=1), 0.4)
    for outcomes, chance in ((wins, 0.4), (losses, 0.6)):
        for outcome in outcomes:
            agrees((drawn.returns == outcome).mean(axis=1), chance / len(outcomes))
    assert world.moments.mean == pytest.approx(0.4 * 1.5 - 0.6 * 0.6)
    moments_agree(world, drawn.returns, agrees)
    assert (worlds.trades(1.0).draw(5, 50, rng=0).returns == 1.0).all()
    assert (worlds.trades(0.0).draw(5, 50, rng=0).returns == -1.0).all()


@pytest.mark.parametrize(
    ("world", "kelly"),
    [
        (worlds.trades(0.55), 0.1),  # p - q
        (worlds.trades(0.6, 2.0), 0.4),  # p - q / b
        (worlds.trades(0.4), 0.0),
        (worlds.trades(0.5, wins=[0.2], losses=[-0.1]), 2.5),  # p / l - q / w
    ],
)
def test_trades_tell_their_kelly_fraction(world, kelly):
    assert world.market.kelly == pytest.approx([kelly], abs=1e-9)


@pytest.mark.parametrize("df", [None, 12.0])
def test_regime_moments_and_memory(agrees, df):
    world = worlds.regime_switching(MEANS, SDS, MOVE, df=df)
    drawn = world.draw(8000, 200, rng=12).returns
    moments_agree(world, drawn, agrees)
    squares_agree(world, drawn, agrees)
    assert world.moments.acf_squares[0] > 0.1


def test_regimes_are_visited_as_long_as_the_chain_says(agrees):
    world = worlds.regime_switching(MEANS, SDS, MOVE, market_state="truth")
    drawn = world.draw(4000, 250, rng=3)
    states = drawn.rows
    power = np.linalg.matrix_power(MOVE, 2000)[0]  # the long run, another way
    for state in range(3):
        agrees((states == state).mean(axis=1), power[state])
        agrees(states[:, 0] == state, power[state])  # from the first step on
        here = states == state
        agrees(drawn.returns[here], MEANS[state])
        agrees(((drawn.returns[here] - MEANS[state]) / SDS[state]) ** 2, 1.0)
        stay = MOVE[state, state]
        lengths = []
        for row in here:
            edge = np.flatnonzero(np.diff(row.astype(int)))
            begins = edge[row[edge + 1]] + 1
            lengths.extend((np.argmin(row[b:]) if not row[b:].all() else 250) for b in begins if b < 100)
        lengths = np.minimum(lengths, 40)  # seen in full from the first 100 steps: 40 steps fit in any case
        chances = np.array([*((1 - stay) * stay ** np.arange(39)), stay**39])
        keep = chances * len(lengths) > 5
        counts = np.bincount(lengths, minlength=41)[1:]
        seen, wanted = np.append(counts[keep], counts[~keep].sum()), np.append(chances[keep], chances[~keep].sum())
        wide = wanted > 0
        assert stats.chisquare(seen[wide], wanted[wide] * len(lengths)).pvalue > 1e-3


def test_moves_between_regimes_follow_the_matrix(agrees):
    states = worlds.regime_switching(MEANS, SDS, MOVE, market_state="truth").draw(3000, 200, rng=30).rows
    for i in range(3):
        after = states[:, 1:][states[:, :-1] == i]
        for j in range(3):
            agrees(after == j, MOVE[i, j])


def test_a_policy_is_told_the_regime_of_the_bar_before():
    labels = ["BULL_TRENDING", "RANGING", "CRISIS"]
    made = {
        state: worlds.regime_switching(MEANS, SDS, MOVE, labels=labels, market_state=state)
        for state in ("lagged", "truth", "none")
    }
    drawn = {state: world.draw(200, 100, rng=1) for state, world in made.items()}
    assert np.array_equal(drawn["lagged"].returns, drawn["truth"].returns)
    assert np.array_equal(drawn["none"].returns, drawn["truth"].returns)
    assert np.array_equal(drawn["lagged"].rows[:, 1:], drawn["truth"].rows[:, :-1])
    assert (drawn["lagged"].rows[:, 0] == 3).all()
    assert not drawn["none"].rows.any()
    assert made["lagged"].market.regime.tolist() == [0, 2, 4, 5]
    assert made["truth"].market.regime.tolist() == [0, 2, 4]
    assert made["none"].market.regime.tolist() == [5]
    assert "hindsight" in made["truth"].source
    assert "hindsight" not in made["lagged"].source
    # After state 1: a mixture of the three with chances .10, .80, .10.
    ahead = 0.10 * 0.002 + 0.80 * 0.0 + 0.10 * -0.004
    second = 0.10 * (0.002**2 + 0.008**2) + 0.80 * 0.015**2 + 0.10 * (0.004**2 + 0.035**2)
    assert made["lagged"].market.expected_return[1] == pytest.approx(ahead * 365.25)
    assert made["lagged"].market.volatility[1] == pytest.approx(np.sqrt((second - ahead**2) * 365.25))
    assert made["truth"].market.volatility[2] == pytest.approx(0.035 * np.sqrt(365.25))


def test_what_is_told_is_what_follows(agrees):
    world = worlds.regime_switching(MEANS, SDS, MOVE)
    drawn = world.draw(4000, 100, rng=14)
    for row in range(4):
        here = drawn.returns[drawn.rows == row]
        mean = world.market.expected_return[row] / 365.25
        agrees(here, mean)
        agrees((here - mean) ** 2, world.market.volatility[row] ** 2 / 365.25)


def test_two_far_states_in_closed_form():
    # N(1, .5) and N(-1, .5) by turns: E x^2 = 1.25, E x^4 = 1 + 6 (.25) + 3 (.0625).
    m = worlds.regime_switching([1.0, -1.0], [0.5, 0.5], [[0.0, 1.0], [1.0, 0.0]]).moments
    assert (m.mean, m.sd) == pytest.approx((0.0, 1.25**0.5))
    assert m.kurtosis == pytest.approx(2.6875 / 1.25**2 - 3)
    assert m.skewness == pytest.approx(0.0)
    # One state at 0 with sd 1, one at 3 with sd 0, equally likely: mean 1.5, third moment 2 x 3 (-1.5) / 2.
    m = worlds.regime_switching([0.0, 3.0], [1.0, 0.0], [[0.5, 0.5], [0.5, 0.5]]).moments
    assert m.skewness * m.sd**3 == pytest.approx(3 * -1.5 * 1.0 / 2)


def test_a_law_tells_annual_figures_and_no_stake_without_an_edge():
    year = worlds.Calendar(trades_per_day=2.0)
    told = worlds.iid(mean=0.001, sd=0.02, calendar=year).market
    assert told.expected_return == pytest.approx([0.001 * 730.5])
    assert told.volatility == pytest.approx([0.02 * np.sqrt(730.5)])
    assert told.kelly == pytest.approx([2.5])
    assert told.regime.tolist() == [5]
    assert worlds.iid(mean=-0.001, sd=0.02).market.kelly.tolist() == [0.0]


def test_the_long_run_of_a_chain():
    assert regimes_module.stationary_law(np.array([[0.9, 0.1], [0.3, 0.7]])) == pytest.approx([0.75, 0.25])
    assert regimes_module.stationary_law(np.array([[0.0, 1.0], [1.0, 0.0]])) == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    "settings",
    [
        {"alpha": 0.10, "beta": 0.80},
        {"alpha": 0.08, "beta": 0.80, "df": 15.0},
        {"alpha": 0.03, "beta": 0.80, "gamma": 0.12, "df": 15.0},
    ],
)
def test_garch_moments_and_memory(agrees, settings):
    world = worlds.garch(omega=2e-5, mean=0.001, **settings)
    m = world.moments
    persistence = settings["alpha"] + settings["beta"] + settings.get("gamma", 0.0) / 2
    assert m.sd == pytest.approx(np.sqrt(2e-5 / (1 - persistence)))
    drawn = world.draw(6000, 500, rng=2).returns
    agrees(((drawn[:, :50] - m.mean) ** 2).mean(axis=1), m.sd**2)  # the variance holds from the first step on
    moments_agree(world, drawn[:, 200:], agrees)
    squares_agree(world, drawn[:, 200:], agrees)


def test_garch_moments_in_closed_form():
    # Bollerslev (1986): kurtosis 3 (1 - p^2) / (1 - p^2 - 2 a^2); first autocorrelation of squares
    # a (1 - a b - b^2) / (1 - 2 a b - b^2), then falling by p.
    a, b = 0.1, 0.8
    m = worlds.garch(omega=1e-5, alpha=a, beta=b).moments
    assert m.kurtosis == pytest.approx(3 * (1 - 0.81) / (1 - 0.81 - 2 * a**2) - 3)
    assert m.acf_squares[0] == pytest.approx(a * (1 - a * b - b**2) / (1 - 2 * a * b - b**2))
    assert m.acf_squares[1:] == pytest.approx(0.9 * m.acf_squares[:-1])
    assert np.isnan(worlds.garch(omega=1e-5, alpha=0.5, beta=0.45).moments.kurtosis)  # infinite


def test_garch_tells_the_variance_of_the_bar_before_it_comes():
    a, b, gamma, omega, mean = 0.05, 0.85, 0.08, 1e-5, 0.002
    world = worlds.garch(omega=omega, alpha=a, beta=b, gamma=gamma, mean=mean, df=6.0)
    drawn = world.draw(300, 200, rng=9)
    h = np.full(300, omega / (1 - a - b - gamma / 2))
    low, width = np.sqrt(omega / (1 - b)), np.log(world.market.volatility[1] / world.market.volatility[0])
    assert width < 0.07
    for t in range(200):
        told = world.market.volatility[drawn.rows[:, t]] / np.sqrt(365.25)
        assert (np.abs(np.log(told / np.sqrt(h))) <= width / 2 + 1e-9).all()
        shock = drawn.returns[:, t] - mean
        h = omega + (a + gamma * (shock < 0)) * shock**2 + b * h
    assert world.market.volatility[0] > low * np.sqrt(365.25)
    blind = worlds.garch(omega=omega, alpha=a, beta=b, gamma=gamma, mean=mean, df=6.0, market_state="none")
    assert np.array_equal(blind.draw(300, 200, rng=9).returns, drawn.returns)
    assert blind.market.rows == 1
    assert not blind.draw(3, 9, rng=9).rows.any()


def test_garch_starts_where_it_is_told_to():
    world = worlds.garch(omega=1e-6, alpha=0.05, beta=0.9, start=0.05)
    assert world.draw(20_000, 1, rng=4).returns.std() == pytest.approx(0.05, rel=0.02)  # 4 standard errors


@pytest.mark.parametrize("gjr", [False, True])
def test_a_fit_finds_the_parameters_that_made_the_returns(gjr):
    truth = worlds.garch(omega=4e-6, alpha=0.06, beta=0.88, gamma=0.06 if gjr else 0.0, mean=0.001, df=6.0)
    returns = truth.draw(1, 20_000, rng=3).returns[0]
    found = worlds.garch_fit(returns, gjr=gjr)
    _, omega, alpha, gamma, beta, _, df, *_ = found.arrays.numbers
    # About 4 standard errors at 20,000 returns (arch's own, .0007 of mean, .007 of alpha, .011 of gamma, .01 of beta).
    assert alpha == pytest.approx(0.06, abs=0.028)
    assert beta == pytest.approx(0.88, abs=0.04)
    assert gamma == pytest.approx(0.06 if gjr else 0.0, abs=0.044)
    assert df == pytest.approx(6.0, abs=1.1)
    assert found.moments.sd == pytest.approx(returns.std(), rel=1e-9)  # variance targeting
    assert omega == pytest.approx(4e-6, rel=0.5)
    assert found.moments.mean == pytest.approx(0.001, abs=4 * 7e-5)
    assert found.source.startswith("fitted to 20000 returns, long-run variance theirs: ")


@pytest.fixture(scope="module")
def arch_model():
    from arch import arch_model

    return arch_model


def test_a_fit_to_the_index_keeps_its_volatility(arch_model):
    close = data.load_prices("sp500")["close"]
    returns = close.pct_change().dropna()
    world = worlds.garch_fit(returns, calendar=worlds.Calendar(days_per_week=5))
    assert world.moments.sd == pytest.approx(returns.std(ddof=0), rel=1e-9)
    # arch's own fit, in percent: alpha .0996, beta .8999, df 6.61; with its omega the long-run sd would be .043.
    own = arch_model(100 * returns, dist="t").fit(disp="off").params
    _, _, alpha, _, beta, _, df, *_ = world.arrays.numbers
    assert (alpha, beta, df) == pytest.approx((own["alpha[1]"], own["beta[1]"], own["nu"]), rel=1e-3)
    assert np.sqrt(own["omega"] / (1 - own["alpha[1]"] - own["beta[1]"])) / 100 > 3 * world.moments.sd
