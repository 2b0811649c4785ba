"""
What a siphon does to an account: the identities of the war chest, and Grossman-Zhou control.

A high-water-mark siphon at rate s: ``chest = s / (1 - s) (M - M0)`` with M the best trading account,
``M = prod over records (1 + (1 - s) r)``, growth ``(1 - s) g``, and P(the account ever <= a) =
``1 - (1 - a**theta)**(1 / (1 - s))``. Identities hold path by path; chances to 4 standard errors, where a true one
fails in 1 of 15,000. On the lattice (see conftest) a record is always one step, so that the laws of the records are
exact there and the continuous ones their limit.
"""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.policy import Cushion, ProfitSplit, WarChest
from nija_research.simulate import worlds

EVEN = worlds.trades(0.55)


def siphon(rate, basis="high_water_mark"):
    return WarChest(rate=rate, hot_bonus=0.0, basis=basis, compound_above=None, reinvest_above=None)


@pytest.mark.parametrize("s", [0.2, 0.5, 0.9])
def test_the_chest_is_a_function_of_the_best_account(s, bettor, simulate):
    n, steps = 512, 400
    returns = EVEN.draw(n, steps, rng=1).returns
    found = simulate(bettor(1.0, war_chest=siphon(s)), EVEN, n, steps)
    # The account between two records is the plain bettor's; at a record, (1 - s) of what is above the last one stays.
    account, best = np.ones(n), np.ones(n)
    for r in returns.T:
        account = account * (1 + 0.1 * r)
        record = account > best * (1 + 1e-12)
        best = np.where(record, best * (1 + (1 - s) * (account / best - 1)), best)
        account = np.where(record, best, account)
    assert found["trading"] == pytest.approx(account, rel=1e-11)
    assert found["chest"] == pytest.approx(s / (1 - s) * (best - 1), rel=1e-11, abs=1e-12)
    assert found["siphoned"] == pytest.approx(found["chest"], rel=1e-12)
    assert not found["returned"].any()


@pytest.mark.parametrize("s", [0.2, 0.5, 0.8])
def test_a_high_water_mark_siphon_is_grossman_zhou_control(s, bettor, simulate):
    # Uneven bets with a stake that changes from bet to bet: exact in discrete time for any returns.
    odds, p = np.array([1.0, 2.0, 5.0]), np.array([0.6, 0.4, 0.2])
    kelly = p - (1 - p) / odds
    rows = np.r_[np.repeat(odds, [6, 4, 2]), -np.ones(4 + 6 + 8)]
    told = np.r_[np.repeat(kelly, [6, 4, 2]), np.repeat(kelly, [4, 6, 8])]
    world = worlds.bootstrap(rows, block=1, market={"kelly": told})
    n, steps = 2_048, 300
    siphoned = simulate(bettor(1.0, war_chest=siphon(s)), world, n, steps)
    controlled = simulate(bettor(1.0, cushion=Cushion(floor=s)), world, n, steps)
    z, wealth = controlled.equity, siphoned.equity
    assert np.std(np.log(wealth)) > 0.3
    assert (np.abs(wealth - (z - s) / (1 - s)) <= 1e-12 * controlled["peak"] / (1 - s)).all()
    assert controlled.max_drawdown.max() <= 1 - s
    assert siphoned["chest"] == pytest.approx(s / (1 - s) * (controlled["peak"] - 1), rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("s", [0.25, 0.6])
def test_growth_of_the_account_is_one_minus_s_times_growth(s, lattice, bettor, simulate, agrees):
    world, p, h, c = lattice(1.0, 0.02)
    steps = 1_500
    found = simulate(bettor(c, war_chest=siphon(s)), world, 4_000, steps)
    walks = np.cumsum(np.where(world.draw(4_000, steps, rng=1).returns > 0, 1, -1), axis=1)
    walk, records = walks[:, -1], walks.max(axis=1).clip(0)
    best = (1 + (1 - s) * np.expm1(h)) ** records
    assert found["chest"] == pytest.approx(s / (1 - s) * (best - 1), rel=1e-9, abs=1e-12)
    # A record is worth log(1 + (1 - s)(e**h - 1)) instead of h: 1 - s of it, up to O(h). Below its best the account
    # moves as the plain bettor's, and the walk drifts by (p - q) steps.
    worth = np.log1p((1 - s) * np.expm1(h))
    assert worth / h == pytest.approx(1 - s, abs=s * (1 - s) * h)
    assert np.log(found["trading"]) == pytest.approx(worth * records - h * (records - walk), abs=1e-9)
    agrees(walk, steps * (2 * p - 1))


def chance_of_a_fall(p, h, s, a, records=4_000):
    """P(account ever <= a) on the lattice: it must not fall from any of its records to a before the next one."""
    ratio = (1 - p) / p
    best = np.log1p((1 - s) * np.expm1(h)) * np.arange(records)
    down = np.ceil((best - np.log(a)) / h - 1e-9)
    first = ratio**down * (1 - ratio) / (1 - ratio ** (down + 1))  # -down before +1, the gambler's ruin
    return 1 - np.prod(1 - first)


@pytest.mark.parametrize(("theta", "s", "a"), [(1.0, 0.2, 0.5), (1.0, 0.5, 0.5), (3.0, 0.5, 0.7)])
def test_the_exact_chance_of_a_fall_goes_to_the_law(theta, s, a, lattice):
    law = 1 - (1 - a**theta) ** (1 / (1 - s))
    found = [chance_of_a_fall(lattice(theta, h).p, h, s, a) for h in -np.log(a) / np.array([40, 80])]
    assert found[1] == pytest.approx(law, abs=0.02)
    assert 2 * found[1] - found[0] == pytest.approx(law, abs=4e-3)


@pytest.mark.parametrize("s", [0.2, 0.6])
def test_the_account_falls_to_a_share_more_often_with_a_siphon(s, lattice, bettor, simulate, agrees):
    theta, a, h, n, steps = 1.0, 0.5, np.log(2) / 4, 600, 1_200
    world, p, h, c = lattice(theta, h)
    found = simulate(bettor(c, war_chest=siphon(s)), world, n, steps, trace=range(n))
    lowest = np.array([trace.states["trading"].min() for trace in found.traces])
    exact = chance_of_a_fall(p, h, s, a)
    agrees(lowest <= a * (1 + 1e-9), exact)
    assert exact > a**theta + 0.03  # a plain bettor's: the siphon protects the chest, not the account


@pytest.mark.parametrize("pf", [1.25, 2.0])
def test_a_siphon_of_every_win_breaks_even_at_one_minus_one_over_the_profit_factor(pf, bettor, simulate, agrees):
    # Stakes of one size: wins of `pf` against losses of 1, even chances; the account on average neither gains nor loses.
    s, n, steps = 1 - 1 / pf, 256, 200
    world = worlds.trades(0.5, payoff=pf, market={"kelly": 0.01})
    found = simulate(bettor(1.0, war_chest=siphon(s, "per_win")), world, 20_000, steps)
    agrees(found["trading"], 1.0)
    less = simulate(bettor(1.0, war_chest=siphon(0.9 * s, "per_win")), world, 20_000, steps)
    assert less["trading"].mean() > 1.01
    # and path by path it is a bet at odds (1 - s) b
    wins = (world.draw(n, steps, rng=1).returns > 0).sum(axis=1)
    assert found["trading"][:n] == pytest.approx((1 + 0.01 * (1 - s) * pf) ** wins * 0.99 ** (steps - wins), rel=1e-12)


def ladder_height_growth(p, f, s, steps=12_000):
    """Growth of the best account of an even-money bettor: E[log(1 + (1 - s) r)] of a record over E[bets a record]."""
    up, down = np.log1p(f), np.log1p(-f)
    wins = np.arange(steps + 1)
    below = np.zeros(steps + 1)  # chance of so many wins since the last record, and no new one yet
    below[0] = 1.0
    gained, bets = 0.0, 0.0
    for n in range(1, steps + 1):
        bets += below.sum()
        moved = (1 - p) * below
        moved[1:] += p * below[:-1]
        height = np.minimum(wins, n) * up + (n - np.minimum(wins, n)) * down
        record = (height > 1e-12) & (moved > 0.0)
        gained += moved[record] @ np.log1p((1 - s) * np.expm1(height[record]))
        below = np.where(record, 0.0, moved)
    assert below.sum() < 1e-3
    return gained / bets


def test_growth_of_a_full_kelly_account_when_a_quarter_is_not_reinvested(bettor, simulate, agrees):
    g = 0.55 * np.log(1.1) + 0.45 * np.log(0.9)
    assert g == pytest.approx(0.005008, abs=5e-7)
    # Every win: a bet at odds .75.
    every_win = 0.55 * np.log(1.075) + 0.45 * np.log(0.9)
    assert every_win == pytest.approx(-0.007636, abs=5e-7)
    found = simulate(bettor(1.0, war_chest=siphon(0.25, "per_win")), EVEN, 20_000, 1_000)
    agrees(np.log(found["trading"]) / 1_000, every_win)
    # High-water mark: .75 of growth in the limit of small bets; with bets of a tenth the records overshoot a little.
    assert 0.75 * g == pytest.approx(0.003756, abs=5e-7)
    exact = ladder_height_growth(0.55, 0.1, 0.25)
    assert ladder_height_growth(0.55, 0.1, 0.0) == pytest.approx(g, rel=2e-3)
    assert exact == pytest.approx(0.75 * g, rel=0.02)
    n = 20_000
    runs = [simulate(bettor(1.0, war_chest=siphon(0.25)), EVEN, n, steps) for steps in (2_000, 4_000)]
    best = [np.log1p(3 * run["chest"]) for run in runs]  # M = 1 + chest (1 - s) / s
    agrees((best[1] - best[0]) / 2_000, exact)  # the start, which is at the peak, drops out


def test_sizing_on_base_and_a_share_of_profit_is_a_share_of_kelly(bettor, simulate, agrees):
    # X = B + rho (W - B) is staked on: X moves by rho f X r, so that W = B + (X - B) / rho is rho-Kelly's X moved apart.
    rho, n, steps = 0.75, 512, 300
    returns = EVEN.draw(n, steps, rng=1).returns
    wealth = np.ones(n)
    for r in returns.T:
        wealth = wealth + 0.1 * (1 + rho * (wealth - 1)) * r
    found = simulate(bettor(rho), EVEN, n, steps)
    assert 1 + rho * (wealth - 1) == pytest.approx(found.equity, rel=1e-11)
    assert 0.55 * np.log(1.075) + 0.45 * np.log(0.925) == pytest.approx(0.004694, abs=5e-7)
    assert wealth.min() < 0.5
    assert wealth.min() > 1 - 1 / rho  # can fall below 0: sizing on the base is no protection


def test_what_is_paid_out_leaves_the_account_as_a_chest_does(bettor, simulate):
    # The profit split takes the same money at the same records, whatever it is called.
    split = ProfitSplit(reinvest=0.6, chest=0.2, operating=0.15, withdrawal=0.05)
    chest = WarChest(rate=0.2, hot_bonus=0.0, compound_above=None, reinvest_above=None)
    n, steps = 256, 300
    all_four = simulate(bettor(1.0, war_chest=chest, profit_split=split), EVEN, n, steps)
    one = simulate(bettor(1.0, war_chest=siphon(0.4)), EVEN, n, steps)
    assert all_four["trading"] == pytest.approx(one["trading"], rel=1e-11)
    for name, rate in (("chest", 0.2), ("operating", 0.15), ("withdrawn", 0.05)):
        assert all_four[name] == pytest.approx(one["chest"] * rate / 0.4, rel=1e-10, abs=1e-12)
