"""Studentised intervals of a log's statistics: values, errors and coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import binom, ttest_1samp

from nija_research.estimate.kelly import interval as s
from nija_research.estimate.kelly.bootstrap import block_length

STATISTICS = {
    "mean": (s.mean, lambda x: x.mean()),
    "sharpe": (s.ratio_to_spread, lambda x: x.mean() / x.std(ddof=1)),
    "factor": (s.log_profit_factor, lambda x: np.log(x[x > 0].sum() / -x[x < 0].sum())),
    "payoff": (s.log_payoff, lambda x: np.log(x[x > 0].mean() / -x[x < 0].mean())),
}


@pytest.mark.parametrize("name", STATISTICS)
def test_value_and_influence(name):
    """The value is the textbook one, and the influence is how it moves when a trade counts a little more."""
    statistic, plain = STATISTICS[name]
    x = np.random.default_rng(4).normal(0.1, 1.0, 3000)
    value, influence = statistic(x[None, :])
    assert value[0] == pytest.approx(plain(x))
    jack = np.array([plain(np.delete(x, i)) for i in range(len(x))])
    assert influence[0] == pytest.approx((len(x) - 1) * (jack.mean() - jack), rel=0.01, abs=0.01)


def test_of_many_normal_trades_it_is_the_t_interval():
    x = np.random.default_rng(8).normal(0.3, 1.0, 1000)
    found = s.studentised(x, s.mean, level=0.95, draws=4000, block=1, effective=1000.0, rng=np.random.default_rng(1))
    real = ttest_1samp(x, 0.0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((real.low, real.high), abs=0.01)


@pytest.mark.parametrize("name", STATISTICS)
def test_coverage(name):
    """80 skewed trades, 500 logs: 95 % intervals hold the truth in 92 % at least (lower 0.1 % point of 95 % is 91.8)."""
    statistic, plain = STATISTICS[name]
    rng = np.random.default_rng(11)
    truth = plain(trades(np.random.default_rng(0), 4_000_000))
    held = 0
    for _ in range(500):
        found = s.studentised(trades(rng, 80), statistic, level=0.95, draws=400, block=1, effective=80.0, rng=rng)
        held += found.low <= truth <= found.high
    assert held >= binom.ppf(0.001, 500, 0.95)


def test_it_leans_to_the_long_tail():
    """A mean of exponential trades is too small more often than too large: the upper end must lie further away [Hall]."""
    x = np.random.default_rng(1).exponential(1.0, 40)
    found = s.studentised(x, s.mean, level=0.95, draws=4000, block=1, effective=40.0, rng=np.random.default_rng(1))
    assert found.high - found.value > 1.2 * (found.value - found.low)


def test_coverage_of_dependent_trades():
    """200 trades with autocorrelation 0.2, 400 logs: at least 90 % of the 95 % stated."""
    rng, held = np.random.default_rng(7), 0
    for _ in range(400):
        x = lfilter([1.0], [1.0, -0.2], rng.normal(size=250))[50:] + 0.1
        found = s.studentised(
            x, s.mean, level=0.95, draws=300, block=block_length(x), effective=200.0, rng=np.random.default_rng(1)
        )
        held += found.low <= 0.1 <= found.high
    assert held >= 0.90 * 400


def trades(rng, n):
    """45 % wins, exponential of mean 2; losses between half and one and a half."""
    return np.where(rng.random(n) < 0.45, rng.exponential(2.0, n), -rng.uniform(0.5, 1.5, n))


@pytest.mark.parametrize("block", [1, 16])
def test_dependent_trades_widen_it(block):
    """A mean of eight shares all but one draw with the next: eight times the variance, also where no block is asked."""
    e = np.random.default_rng(3).normal(size=600)
    x = np.convolve(e, np.ones(8) / 8, mode="same")
    rng = np.random.default_rng(1)
    found = s.studentised(x, s.mean, level=0.95, draws=600, block=block, effective=600.0, rng=rng)
    alone = 2 * 1.96 * x.std(ddof=1) / np.sqrt(600)
    assert found.high - found.low > 0.7 * np.sqrt(8) * alone
    few = s.studentised(x, s.mean, level=0.95, draws=600, block=block, effective=6.0, rng=np.random.default_rng(1))
    assert few.high - few.low > 3.0 * (found.high - found.low)
