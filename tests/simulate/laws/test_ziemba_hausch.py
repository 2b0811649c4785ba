"""
The world of Ziemba and Hausch: five bets of edge .14 at odds 1 to 5, 700 of them, from $1,000.

As told by MacLean, Thorp, Zhao and Ziemba (2011), "How does the Fortune's formula Kelly capital growth model
perform?", Journal of Portfolio Management 37(4). Their tables are one simulation of 1,000 paths; the law here is exact: the
mean by independence, the rest by raising the characteristic function of one bet's log return to the power 700.
"""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.simulate import metrics, worlds

WIN = np.array([0.57, 0.38, 0.285, 0.228, 0.19])
CHOSEN = np.array([0.1, 0.3, 0.3, 0.2, 0.1])
ODDS = np.arange(1.0, 6.0)
EDGE, BETS, START = 0.14, 700, 1_000.0
PRINTED = {
    1.0: {"mean": 310_695, "median": 16_753, 1_000: 0.8810, 10_000: 0.5853},
    0.5: {"mean": 17_731, "median": 8_398, 1_000: 0.9610, 10_000: 0.4429},
}
GRID, SPAN = 2**19, 40.0  # of log wealth: a step of 8e-5


def outcomes(c):
    """Factors of wealth, a win and a loss of each bet, and their chances."""
    stake = c * EDGE / ODDS
    return np.r_[1 + stake * ODDS, 1 - stake], np.r_[CHOSEN * WIN, CHOSEN * (1 - WIN)]


def law_of_log_wealth(c):
    """
    Chances of the log of final wealth over a grid.

    Each log return is shared between its two neighbours on the grid so that its mean is kept; that adds at most
    ``BETS * step**2 / 4`` to a variance of 1.5 or more.
    """
    step = SPAN / GRID
    factors, chances = outcomes(c)
    one = np.zeros(GRID)
    place = np.log(factors) / step
    for x, chance in zip(place, chances, strict=True):
        low = int(np.floor(x))
        one[low % GRID] += chance * (1 - (x - low))
        one[(low + 1) % GRID] += chance * (x - low)
    law = np.fft.irfft(np.fft.rfft(one) ** BETS, GRID)
    grid = np.arange(GRID) * step
    return np.where(grid < 0.75 * SPAN, grid, grid - SPAN) + np.log(START), np.maximum(law, 0.0)


def above(law, wealth):
    return law[1][law[0] > np.log(wealth)].sum()


def median(law):
    order = np.argsort(law[0])
    return np.exp(law[0][order][np.searchsorted(np.cumsum(law[1][order]), 0.5)])


def exact_mean(c):
    factors, chances = outcomes(c)
    return START * (factors @ chances) ** BETS


@pytest.fixture(scope="module")
def world():
    """Ten thousand rows in which every outcome stands exactly as often as it is likely."""
    rows, kelly = [], []
    for odds, chosen, win in zip(ODDS, CHOSEN, WIN, strict=True):
        won, lost = chosen * win * 10_000, chosen * (1 - win) * 10_000
        assert round(won) == pytest.approx(won)
        rows += [odds] * round(won) + [-1.0] * round(lost)
        kelly += [EDGE / odds] * (round(won) + round(lost))
    assert len(rows) == 10_000
    return worlds.bootstrap(rows, block=1, market={"kelly": kelly})


def test_the_edge_is_14_percent():
    assert np.abs(WIN * (ODDS + 1) - 1 - EDGE).max() < 1e-12


@pytest.mark.parametrize("c", PRINTED)
def test_the_exact_law_is_the_printed_one(c):
    law, printed = law_of_log_wealth(c), PRINTED[c]
    assert exact_mean(c) == pytest.approx(printed["mean"], abs=0.5)
    assert median(law) == pytest.approx(printed["median"], rel=2e-4)
    for wealth in (1_000, 10_000):
        assert above(law, wealth) == pytest.approx(printed[wealth], abs=6e-5)


@pytest.mark.parametrize("c", PRINTED)
def test_the_simulator_has_that_law(c, world, bettor, simulate, agrees):
    found = simulate(bettor(c), world, 60_000, BETS, base=START)
    law = law_of_log_wealth(c)
    factors, chances = outcomes(c)
    agrees(np.log(found.equity / START) / BETS, np.log(factors) @ chances)
    for wealth in (250, 1_000, 10_000, 100_000, 1_000_000):
        agrees(found.equity > wealth, above(law, wealth))
    middle = metrics.quantile(found.equity, 0.5)
    assert abs(middle.value - median(law)) < 4 * middle.se
    # The sample mean of full Kelly hangs on its rarest paths: judged by the exact error, 18 means to one path.
    sd = START * np.sqrt((factors**2 @ chances) ** BETS - (factors @ chances) ** (2 * BETS))
    assert abs(found.equity.mean() - exact_mean(c)) < 4 * sd / np.sqrt(60_000)


def test_every_path_is_the_product_of_its_bets(world, bettor, simulate):
    # The stake is that of the bet at hand, told before its outcome.
    positions = world.draw(256, BETS, rng=1).positions
    kelly, returns = world.market.kelly[positions], world.arrays.returns[positions]
    found = simulate(bettor(0.5), world, 256, BETS, base=START)
    assert found.equity == pytest.approx(START * np.prod(1 + 0.5 * kelly * returns, axis=1), rel=1e-12)
