"""What worlds are made of: no bar is known before it, resamples are of whole blocks, laws are those of the history."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nija_research.estimate.volatility import ewma_volatility
from nija_research.judge.compare import History, Settings, history_of
from nija_research.judge.compare import history as signs
from nija_research.judge.compare.path_sets import FLOOR, GAP, PAST, draw_path_sets, path_set_of, stationary_rows
from nija_research.simulate import worlds
from nija_research.simulate.worlds import Calendar, Costs, Market

QUICK = Settings(draws=200, outer=30, inner=6, years=1.0)


@pytest.fixture(scope="module")
def stormy():
    law = worlds.regime_switching(
        [0.001, -0.002], [0.006, 0.03], [[0.99, 0.01], [0.03, 0.97]], df=5, market_state="none"
    )
    return History(name="storms", returns=law.draw(1, 1600, rng=3).returns[0], calendar=Calendar(days_per_week=5))


@pytest.mark.parametrize("bar", [600, 1000, 1599])
def test_nothing_is_told_of_a_bar_or_those_after_it(stormy, bar):
    other = stormy.returns.copy()
    other[bar:] = -0.5 * other[bar:] - 0.01
    changed = History(name="storms", returns=other, calendar=stormy.calendar)
    before, after = (signs.signals_of_history(h, 504, named=True).columns() for h in (stormy, changed))
    for name, column in before.items():
        np.testing.assert_array_equal(column[: bar + 1], after[name][: bar + 1], err_msg=name)
    assert (before["volatility"][-1] != after["volatility"][-1]) or bar == 1599


def test_labels_are_walked_forward_and_act_one_bar_later(stormy):
    from nija_research.estimate import regimes
    from nija_research.policy.regime import regime_index

    told = signs.signals_of_history(stormy, 504, named=True).regime
    made = regimes.walk_forward(stormy.returns, "t_hmm", train=504, refit=signs.REFIT, restart=signs.RESTART)
    assert [regime_index(str(name)) for name in made.label[:-1]] == told[1:].tolist()
    assert len(set(told[504:].tolist())) > 2
    assert set(signs.signals_of_history(stormy, 504, named=False).regime.tolist()) == {5}


def test_volatility_before_a_bar_is_the_exponential_one(stormy):
    r = stormy.returns
    found = signs.volatility_before(r[None], 0.01)[0]
    assert found[0] == 0.01
    expected = ewma_volatility(r, decay=signs.DECAY, periods=1.0)
    np.testing.assert_allclose(found[401:], expected[400:-1], rtol=1e-9)


def test_in_a_law_what_is_told_is_of_earlier_bars_of_the_same_path():
    rng = np.random.default_rng(1)
    r = rng.normal(0.0, 0.01, (4, 300))
    rows, market = signs.signals_of_law(r, 0.001, 0.01, 252.0, None)
    other = r.copy()
    other[1, 100:] = 0.2
    again, _ = signs.signals_of_law(other, 0.001, 0.01, 252.0, None)
    assert (rows[1, :101] == again[1, :101]).all()
    assert (rows[1, 101:] != again[1, 101:]).any()
    np.testing.assert_array_equal(np.delete(rows, 1, axis=0), np.delete(again, 1, axis=0))
    exact = signs.volatility_before(r, 0.01) * 252.0**0.5
    np.testing.assert_allclose(market.volatility[rows], exact, rtol=0.05)


def test_blocks_are_geometric_and_rows_are_even():
    """Mean length 20; each row equally likely: chi-square of 50 bins within its 99.9 % point."""
    rows = stationary_rows(1000, (400, 500), 20.0, np.random.default_rng(2))
    joints = (np.diff(rows, axis=1) % 1000 != 1).mean()
    assert joints == pytest.approx(0.05 * 999 / 1000, abs=4 * (0.05 / 200_000) ** 0.5)
    starts = np.bincount(rows[:, 0] // 20, minlength=50)
    assert ((starts - 8.0) ** 2 / 8.0).sum() < 85.4
    assert rows.min() >= 0
    assert rows.max() <= 999


def test_history_is_resampled_with_what_was_known_and_kept_apart(stormy):
    made = draw_path_sets(stormy, ["history", "bootstrap"], QUICK, 1, named=True)
    bars = round(stormy.calendar.steps_per_year)
    assert (made["bootstrap"].n_paths, made["history"].n_paths, made[PAST].n_paths) == (200, 180, 1096 // bars)
    net = QUICK.costs.net(np.maximum(stormy.returns, FLOOR))
    for path_set in made.values():
        drawn = path_set.world.draw(path_set.n_paths, path_set.bars, rng=0)
        np.testing.assert_array_equal(drawn.returns, net[drawn.rows])
        assert drawn.rows.min() >= 504
    past = made[PAST].world.draw(made[PAST].n_paths, bars, rng=0).rows
    assert past.ravel().tolist() == list(range(1600 - past.size, 1600))


def test_paths_of_one_resample_come_from_its_rows_alone(stormy):
    """A resample of n rows misses about a third of them; its own paths may show no other rows."""
    made = draw_path_sets(stormy, ["history"], QUICK, 1, named=False)["history"]
    rows = made.world.draw(made.n_paths, made.bars, rng=0).rows.reshape(made.groups, -1)
    seen = [len(np.unique(row)) / (1600 - 504) for row in rows]
    together = len(np.unique(rows)) / (1600 - 504)
    assert together > 0.99
    assert np.mean(seen) < 0.65


@pytest.mark.parametrize(("name", "limit"), [("regimes", 4.0), ("garch", 4.0), ("iid", 4.0)])
def test_laws_have_the_volatility_of_the_history(stormy, name, limit):
    path_set = draw_path_sets(stormy, [name], Settings(draws=400, costs=Costs()), 2, named=False)[name]
    squares = (path_set.world.draw(path_set.n_paths, path_set.bars, rng=0).returns ** 2).mean(axis=1)
    error = squares.std(ddof=1) / len(squares) ** 0.5
    assert abs(squares.mean() - (stormy.returns**2).mean()) < limit * error + 0.1 * (stormy.returns**2).mean()


def test_gaps_come_once_in_two_years(stormy):
    path_set = draw_path_sets(stormy, ["gaps"], Settings(draws=400, costs=Costs()), 2, named=False)["gaps"]
    falls = (path_set.world.draw(path_set.n_paths, path_set.bars, rng=0).returns <= GAP).sum(axis=1)
    assert falls.mean() == pytest.approx(2.5, abs=4.0 * (2.5 / 400) ** 0.5)


def test_a_history_without_regimes_has_no_regime_world():
    quiet = History(name="quiet", returns=np.random.default_rng(1).normal(0.0, 0.01, 1200), calendar=Calendar())
    made = draw_path_sets(quiet, ["regimes"], QUICK, 1, named=False)["regimes"]
    assert isinstance(made, str)
    assert "no regimes" in made


def test_costs_and_the_floor_of_prices_are_in_the_scene():
    market = Market(volatility=np.array([0.2]), truth=True)
    rows = np.zeros((1, 2), dtype=np.int64)
    path_set = path_set_of("x", np.array([[0.01, -3.0]]), rows, market, Calendar(), Costs(fee=0.001, sides=1.0), "x")
    np.testing.assert_allclose(path_set.world.arrays.returns, [0.009, FLOOR - 0.001])
    np.testing.assert_allclose(path_set.shifted(0.002).world.arrays.returns, [0.011, FLOOR + 0.001])


def test_dates_set_the_pace():
    days = pd.date_range("2020-01-01", periods=400, freq="D")
    r = np.random.default_rng(1).normal(0.0, 0.01, 400)
    assert history_of(pd.Series(r, index=days)).calendar.steps_per_year == pytest.approx(365.25)
    trading = pd.bdate_range("2020-01-01", periods=400)
    assert history_of(pd.Series(r, index=trading)).calendar.steps_per_year == pytest.approx(260.9, rel=1e-3)
    assert history_of(r) == history_of(r.copy()) != history_of(-r)
