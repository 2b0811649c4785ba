"""The filter is never certain for ever, and no bar, however odd, ends a walk forward."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.errors import ParameterError
from nija_research.estimate import regimes
from nija_research.estimate.regimes import em


@pytest.fixture(scope="module")
def walked(sp500):
    return regimes.walk_forward(sp500)


def test_no_probability_of_the_walk_is_0_or_1(walked):
    """Likelihood alone called it calm with probability 1 on 849 bars in a row, 2004 to 2007."""
    known = walked.probability[walked.train :]
    assert known.max() < 1.0 - 1e-9
    assert known.min() > 0.0
    assert (walked.volatility[walked.train :, 0] < 1.0 - 1e-9).all()


@pytest.mark.parametrize("model", ["t_hmm", "gaussian_hmm"])
def test_every_change_of_state_stays_possible(sp500, model):
    """A row of n bars has the prior's pseudo-count of 1 / k bar on every entry: none is below 1 / (k (n + 1))."""
    r = sp500[:"2007-05-20"]
    found = regimes.fit(r, model)
    assert found.transition.min() >= em.PRIOR / 3.0 / (len(r) + em.PRIOR)


def test_a_shock_moves_the_filter_within_two_bars(sp500):
    """Ten standard deviations after three calm years: doubt the bar after, and two in a row end the calm."""
    r = sp500[:"2007-05-20"]
    found = regimes.fit(r)
    assert found.filter(r)[-1, 0] > 0.99
    shock = 10.0 * found.volatility[0]
    after = found.filter(np.concatenate([r, [-shock, shock]]))[-2:, 0]
    assert after[0] < 0.98
    assert after[1] < 0.1


def slips(r, count):
    """A price ten times too high for one bar: +900 %, then -90 %."""
    spoiled = r.to_numpy().copy()
    at = np.random.default_rng(2).choice(np.arange(520, len(r) - 2), count, replace=False)
    spoiled[at], spoiled[at + 1] = 9.0, -0.9
    return spoiled


def stale(r, share):
    return np.where(np.random.default_rng(3).random(len(r)) < share, 0.0, r)


def closed_days(r):
    """Weekends filled forward, as a download that resamples by the calendar does."""
    price = (1.0 + r.iloc[-1500:]).cumprod().resample("D").ffill()
    return price.pct_change().dropna().to_numpy()


def junk(r, begin):
    wild = np.clip(np.random.default_rng(1).standard_t(2, len(r) - begin) * 20.0 * r.std(), -0.9, 5.0)
    return np.concatenate([r.iloc[:begin], wild])


ODD = {
    "weekends filled forward": closed_days,
    "45 % of bars stale": lambda r: stale(r, 0.45),
    "70 % of bars stale": lambda r: stale(r, 0.7),
    "one decimal slip": lambda r: slips(r, 1),
    "ten decimal slips": lambda r: slips(r, 10),
    "junk from the first fit on": lambda r: junk(r, 511),
    "junk from the middle on": lambda r: junk(r, 900),
}


@pytest.mark.parametrize("model", ["t_hmm", "gaussian_hmm", "jump", "rules"])
@pytest.mark.parametrize("odd", ODD)
def test_odd_data_end_no_walk(sp500, odd, model):
    r = ODD[odd](sp500.iloc[:1800])
    made = regimes.walk_forward(r, model)
    assert np.isfinite(made.probability[504:]).all()
    assert np.isfinite(made.log_score[504:]).all()
    if not odd.startswith("junk"):
        return
    # Labels made before the junk are those of the history without it.
    begin = 511 if "first" in odd else 900
    clean = regimes.walk_forward(sp500.iloc[:begin], model)
    assert (made.label[:begin] == clean.label).all()


def test_a_state_never_shrinks_below_the_floor(sp500):
    r = closed_days(sp500)
    found = regimes.fit(r)
    assert found.chain.scale.min() >= em.FLOOR * (1.0 - 1e-12)
    assert np.diff(found.chain.path).min() > -1e-9 * abs(found.chain.score)
    assert not found.chain.note


def test_prices_that_stand_still_are_no_fit_and_no_end():
    moving = np.random.default_rng(4).standard_t(5, 900) * np.repeat([0.005, 0.02, 0.005], 300)
    late = regimes.walk_forward(np.concatenate([np.zeros(600), moving]), train=504)
    assert int(late.refits[0]) > 600
    assert "never move" in late.notes[0]
    assert set(late.label[:600]) == {"UNKNOWN"}
    gap = regimes.walk_forward(np.concatenate([moving, np.zeros(400)]), train=504, window=252)
    assert np.isfinite(gap.probability[504:]).all()
    assert any("never move" in note for note in gap.notes)
    with pytest.raises(ParameterError, match="must move"):
        regimes.walk_forward(np.concatenate([np.zeros(700), moving[:5]]), train=504, refit=252)
