"""Costs, calendar, windows and given paths by hand; wrong input, with what the message must say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nija_research.data import trades_from_returns
from nija_research.errors import ParameterError
from nija_research.simulate import worlds
from nija_research.simulate.worlds.world import day_of, week_of

GOOD = [0.02, -0.01, 0.03, 0.01]
HALVES = [[0.5, 0.5], [0.5, 0.5]]


def test_costs_by_hand():
    # 5 % on notional, two sides at .1 % fee and .05 % slippage, .01 % funding: .0469 net, times 3.
    costs = worlds.Costs(fee=0.001, slippage=0.0005, funding=0.0001, leverage=3.0)
    assert costs.net(np.array([0.05])) == pytest.approx([0.1407])
    world = worlds.bootstrap([0.05, -0.40], block=1, costs=costs)
    assert world.arrays.returns == pytest.approx([0.1407, 3 * (-0.40 - 0.0031)])  # owes money: not clipped
    assert world.arrays.returns[1] < -1.0
    assert "0.0031 of notional a step and at leverage 3" in world.source
    held = worlds.Costs(fee=0.001, funding=-0.0002, sides=0.0)
    assert held.net(np.array([0.01])) == pytest.approx([0.0102])


@pytest.mark.parametrize(
    "make",
    [
        lambda costs: worlds.iid(mean=0.01, sd=0.02, costs=costs),
        lambda costs: worlds.iid(mean=0.01, sd=0.02, df=5, costs=costs),
        lambda costs: worlds.regime_switching([0.01, -0.02], [0.01, 0.02], HALVES, costs=costs),
        lambda costs: worlds.garch(omega=1e-5, alpha=0.1, beta=0.8, mean=0.01, costs=costs),
        lambda costs: worlds.garch(omega=1e-5, alpha=0.1, beta=0.7, gamma=0.1, start=0.02, costs=costs),
        lambda costs: worlds.trades(0.6, 0.5, costs=costs),
        lambda costs: worlds.historic(GOOD, costs=costs),
        lambda costs: worlds.bootstrap(GOOD, block=2, costs=costs),
    ],
)
def test_costs_change_every_world_alike(make):
    costs = worlds.Costs(fee=0.001, leverage=2.5)
    plain, charged = make(None), make(costs)
    paths, horizon = plain.paths or 30, plain.horizon or 40
    before, after = plain.draw(paths, horizon, rng=3), charged.draw(paths, horizon, rng=3)
    assert np.allclose(after.returns, 2.5 * (before.returns - 0.002), rtol=1e-12, atol=1e-15)
    assert charged.moments.mean == pytest.approx(2.5 * (plain.moments.mean - 0.002))
    assert charged.moments.sd == pytest.approx(2.5 * plain.moments.sd)
    assert np.allclose(charged.moments.acf_squares, plain.moments.acf_squares, equal_nan=True)
    assert "0.002 of notional" in charged.source


@pytest.mark.parametrize(
    ("calendar", "days", "weeks"),
    [
        (worlds.Calendar(), [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 1, 1, 1, 2]),
        (worlds.Calendar(trades_per_day=3), [1, 1, 1, 2, 2, 2, 3, 3], [1] * 8),
        (worlds.Calendar(trades_per_day=0.5), [1, 3, 5, 7, 9, 11, 13, 15], [1, 1, 1, 1, 2, 2, 2, 3]),
        (worlds.Calendar(trades_per_day=1, days_per_week=5), [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 1, 2, 2, 2]),
        (worlds.Calendar(trades_per_day=1.5), [1, 1, 2, 3, 3, 4, 5, 5], [1] * 8),
    ],
)
def test_days_and_weeks_by_hand(calendar, days, weeks):
    assert [calendar.day(t) for t in range(8)] == days
    assert [calendar.week(t) for t in range(8)] == weeks
    arrays = calendar.arrays()
    assert [day_of.py_func(float(t), arrays) for t in range(8)] == days
    # The plain twin of a week calls the compiled day.
    assert [week_of.py_func(float(t), arrays) for t in range(8)] == weeks


def test_a_step_at_the_edge_of_a_day_belongs_to_the_new_one():
    for pace in (0.1, 0.3, 0.7, 1.1, 2.3, 24.0):
        calendar = worlds.Calendar(trades_per_day=pace)
        for day in range(1, 400):
            t = day * pace
            if abs(t - round(t)) < 1e-12:
                assert calendar.day(round(t)) == day + 1


def test_pace_of_a_log():
    exits = pd.Series(pd.to_datetime(["2026-01-05", "2026-01-06", "2026-01-08", "2026-01-19"], utc=True))
    assert worlds.Calendar.of(exits).trades_per_day == pytest.approx(3 / 14)
    assert worlds.Calendar.of(exits, days_per_week=5).trades_per_day == pytest.approx(3 / 10)
    assert worlds.Calendar(trades_per_day=2, days_per_week=5).steps_per_year == pytest.approx(2 * 5 * 365.25 / 7)


def test_windows_are_the_past_as_it_was():
    x = np.arange(10) / 100
    world = worlds.historic(x, window=4, step=3, market={"kelly": np.arange(10.0)})
    assert (world.paths, world.horizon) == (3, 4)
    drawn = world.draw(3, 4, rng=0)
    assert drawn.positions.tolist() == [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]]
    assert np.array_equal(drawn.returns, x[drawn.positions])
    assert np.array_equal(drawn.rows, drawn.positions)
    assert worlds.historic(x).paths == 1
    assert worlds.historic(x, window=4).paths == 2
    assert "3 windows of 4, every 3" in world.source


def test_given_paths_are_taken_as_they_are():
    world = worlds.given([[-2.0]], [[1]], {"kelly": [0.1, 0.2]})
    assert world.draw(1, 1, rng=0).rows.tolist() == [[1]]
    assert world.draw(1, 1, rng=0).returns.tolist() == [[-2.0]]
    assert worlds.given([[0.1, 0.2]]).market is None


def test_sample_moments_of_history():
    x = np.array([0.01, -0.03, 0.02, 0.05, -0.01, 0.0])
    m = worlds.historic(x).moments
    squared = (x - x.mean()) ** 2
    off = squared - squared.mean()
    assert m.sd == pytest.approx(x.std())
    assert m.acf_squares[0] == pytest.approx((off[:-1] * off[1:]).sum() / (off**2).sum())
    assert np.isnan(m.acf_squares[5:]).all()
    assert worlds.historic([0.01, 0.01]).moments.sd == 0.0


BAD = [
    (lambda: worlds.bootstrap([0.1, np.nan, 0.2]), r"returns\[1\] must be finite"),
    (lambda: worlds.bootstrap([]), "at least 2 rows, got 0"),
    (lambda: worlds.bootstrap([0.1]), "at least 2 rows, got 1"),
    (lambda: worlds.historic([0.1]), "at least 2 rows, got 1"),
    (lambda: worlds.iid([0.1]), "at least 2 rows, got 1"),
    (lambda: worlds.bootstrap(["a", "b"]), "returns must be numbers"),
    (lambda: worlds.bootstrap(np.zeros((2, 2, 2))), "one-dimensional"),
    (lambda: worlds.bootstrap([5.0, -3.0]), "Write 5 percent as 0.05"),
    (lambda: worlds.bootstrap([[0.1, 0.2], [-3.0, 3.0]]), "Write 5 percent as 0.05"),
    (lambda: worlds.bootstrap([[0.1, np.inf], [0.1, 0.1]]), r"returns\[0, 1\] must be finite"),
    (lambda: worlds.bootstrap(np.zeros((3, 0))), "one entry an asset"),
    (lambda: worlds.bootstrap([[0.1, 0.2]] * 3, weights=[0.5, 0.6]), "add up to 1"),
    (lambda: worlds.bootstrap([[0.1, 0.2]] * 3, weights=[50, 50]), "add up to 1"),
    (lambda: worlds.bootstrap([[0.1, 0.2]] * 3, weights=[1.5, -0.5]), "add up to 1"),
    (lambda: worlds.bootstrap([[0.1, 0.2]] * 3, weights=[1.0]), "one entry an asset"),
    (lambda: worlds.bootstrap(GOOD, weights=[1.0]), "several assets"),
    (lambda: worlds.bootstrap(GOOD, block=0.5), r"block must lie in \[1, 4\]"),
    (lambda: worlds.bootstrap(GOOD, block=5), r"block must lie in \[1, 4\]"),
    (lambda: worlds.bootstrap(GOOD, block=np.nan), "block must be finite"),
    (lambda: worlds.bootstrap(GOOD, block="long"), "block must be one of auto"),
    (lambda: worlds.bootstrap(GOOD, block=1.5, method="moving"), "whole number of rows"),
    (lambda: worlds.bootstrap(GOOD, method="random"), "method must be one of stationary"),
    (lambda: worlds.bootstrap(GOOD, market={"volatility": [0.1, 0.2]}), r"1 row or one a return \(4\), got 2"),
    (lambda: worlds.bootstrap(GOOD, market={"volatility": 25.0}), r"write 25 % as 0.25"),
    (lambda: worlds.bootstrap(GOOD, market={"vol": 0.2}), "no column vol"),
    (lambda: worlds.bootstrap(GOOD, market={}), "tells nothing"),
    (lambda: worlds.bootstrap(GOOD, market={"volatility": [0.1] * 4, "kelly": 0.1}), "equal length"),
    (lambda: worlds.bootstrap(GOOD, market={"kelly": [0.1, np.nan, 0.1, 0.1]}), r"market.kelly\[1\] must be finite"),
    (lambda: worlds.bootstrap(GOOD, market={"regime": "SIDEWAYS"}), "regime must be one of BULL_TRENDING"),
    (lambda: worlds.bootstrap(GOOD, market={"regime": 6}), r"market.regime\[0\]"),
    (lambda: worlds.historic(GOOD, window=5), "at most the 4 rows"),
    (lambda: worlds.historic(GOOD, window=0), "window must be a whole number of at least 1"),
    (lambda: worlds.historic(GOOD, step=0), "step must be a whole number of at least 1"),
    (lambda: worlds.historic(GOOD).draw(2, 4, rng=0), "n_paths may be at most 1 in the historic world, got 2"),
    (lambda: worlds.historic(GOOD, window=2).draw(2, 3, rng=0), "horizon may be at most 2"),
    (lambda: worlds.iid(mean=0.0, sd=0.1).draw(0, 3, rng=0), "n_paths must be a whole number of at least 1"),
    (lambda: worlds.iid(mean=0.0, sd=0.1).draw(2**33, 3, rng=0), "n_paths may be at most 4294967296"),
    (lambda: worlds.iid(mean=0.0, sd=0.1).draw(2, 3, rng=None), "rng must be"),
    (lambda: worlds.given([0.1, 0.2]), "table of finite numbers"),
    (lambda: worlds.given([[np.nan]]), "table of finite numbers"),
    (lambda: worlds.given([[0.1]], [[1]]), "from 0 to 0"),
    (lambda: worlds.given([[0.1]], [[0.0]], {"kelly": 0.1}), "rows must be whole numbers"),
    (lambda: worlds.given([[0.1]], None, {"kelly": [0.1, 0.2]}), "1 row"),
    (lambda: worlds.iid(mean=0.0, sd=-0.1), "sd must not be negative"),
    (lambda: worlds.iid(mean=0.0), "both needed"),
    (lambda: worlds.iid(), "both needed"),
    (lambda: worlds.iid(GOOD, mean=0.1), "not both"),
    (lambda: worlds.iid(mean=0.0, sd=0.1, weights=[1.0]), "several assets"),
    (lambda: worlds.iid(mean=0.0, sd=0.1, df=2.0), "df must be above 2"),
    (lambda: worlds.iid(mean=0.0, sd=0.1, market={"kelly": [0.1, 0.2]}), "1 row"),
    (lambda: worlds.trades(92.9), "A percentage such as 92.9 is written 0.929"),
    (lambda: worlds.trades(0.5, 0.0), "payoff must be above 0"),
    (lambda: worlds.trades(0.5, 2.0, wins=[1.0]), "not both"),
    (lambda: worlds.trades(0.5, wins=[0.1, -0.1]), "wins must be numbers above 0"),
    (lambda: worlds.trades(0.5, wins=[]), "wins must be numbers above 0"),
    (lambda: worlds.trades(0.5, losses=[0.1]), "losses must be numbers below 0"),
    (lambda: worlds.trades(0.5, losses=[-2.0]), "a loss of 2 % is -0.02"),
    (lambda: worlds.regime_switching([0, 0], [0.1, 0.1], [[0.5, 0.4], [0.5, 0.5]]), "add up to 1"),
    (lambda: worlds.regime_switching([0, 0], [0.1, 0.1], [[1.2, -0.2], [0.5, 0.5]]), "add up to 1"),
    (lambda: worlds.regime_switching([0, 0], [0.1, 0.1], np.eye(2)), "never meet"),
    (lambda: worlds.regime_switching([0, 0], [0.1, -0.1], HALVES), "sds must not be negative"),
    (lambda: worlds.regime_switching([0], [0.1, 0.1], HALVES), "one entry a state"),
    (lambda: worlds.regime_switching([0, np.nan], [0.1, 0.1], HALVES), "means must be finite numbers"),
    (lambda: worlds.regime_switching([0, "x"], [0.1, 0.1], HALVES), "means must be finite numbers in 1 dimension"),
    (lambda: worlds.regime_switching([], [], np.zeros((0, 0))), "one entry a state"),
    (lambda: worlds.regime_switching([0, 0], [0.1, 0.1], HALVES, df=2), "df must be above 2"),
    (
        lambda: worlds.regime_switching([0, 0], [0.1, 0.1], HALVES, market_state="all"),
        "market_state must be one of none, truth, lagged",
    ),
    (lambda: worlds.regime_switching([0, 0], [0.1, 0.1], HALVES, labels=["CRISIS"]), "one entry a state"),
    (lambda: worlds.regime_switching([0, 0], [0.1, 0.1], HALVES, labels=["CRISIS", "x"]), "regime must be one of"),
    (lambda: worlds.garch(omega=0.0, alpha=0.1, beta=0.8), "omega must be above 0"),
    (lambda: worlds.garch(omega=1e-5, alpha=-0.1, beta=0.8), "alpha must not be negative"),
    (lambda: worlds.garch(omega=1e-5, alpha=0.2, beta=0.8), "must be below 1, got 1"),
    (lambda: worlds.garch(omega=1e-5, alpha=0.1, beta=0.8, gamma=0.2), "must be below 1, got 1"),
    (lambda: worlds.garch(omega=1e-5, alpha=0.1, beta=0.8, df=1.0), "df must be above 2"),
    (lambda: worlds.garch(omega=1e-5, alpha=0.1, beta=0.8, start=-0.1), "start must be above 0"),
    (
        lambda: worlds.garch(omega=1e-5, alpha=0.1, beta=0.8, market_state="regime"),
        "market_state must be one of volatility, none",
    ),
    (lambda: worlds.garch_fit(np.zeros(200)), "do not vary"),
    (lambda: worlds.garch_fit(GOOD), "at least 100 rows"),
    (lambda: worlds.Costs(fee=10.0), "A percentage such as 10 is written 0.1"),
    (lambda: worlds.Costs(fee=1.0), "1 percent is written 0.01"),
    (lambda: worlds.Costs(slippage=-0.1), "slippage must lie in"),
    (lambda: worlds.Costs(funding=1.5), "funding is a share of notional"),
    (lambda: worlds.Costs(leverage=0.0), "leverage must be above 0"),
    (lambda: worlds.Costs(sides=3.0), "sides must lie in"),
    (lambda: worlds.Calendar(trades_per_day=0.0), "trades_per_day must be above 0"),
    (lambda: worlds.Calendar(days_per_week=8), "days_per_week must be a whole number from 1 to 7"),
    (lambda: worlds.Calendar(days_per_week=True), "days_per_week must be a whole number"),
    (lambda: worlds.Calendar.of(pd.Series(pd.to_datetime(["2026-01-05"]))), "two times or more"),
    (lambda: worlds.Calendar.of(pd.Series(pd.to_datetime(["2026-01-05"] * 2))), "one instant"),
    (lambda: worlds.bootstrap(trades_from_returns([0.1, 0.2]).assign(**{"return": [0.1, np.nan]})), "Drop open trades"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_wrong_input_is_refused_with_its_cure(call, message):
    with pytest.raises(ParameterError, match=message):
        call()
