"""Break-even rates of a siphon of every win: closed forms, the interval, and logs that have none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nija_research.errors import ParameterError
from nija_research.simulate import siphon


@settings(deadline=None)
@given(pf=st.floats(0.2, 10.0), wins=st.integers(1, 9), losses=st.integers(1, 9))
def test_the_rate_is_one_minus_one_over_the_profit_factor(pf, wins, losses):
    r = np.r_[np.full(wins, 0.1 * pf * losses / wins), np.full(losses, -0.1)]
    found = siphon.break_even_rate(r, stake=0.1, draws=1)
    assert found.profit_factor == pytest.approx(pf, rel=1e-12)
    assert found.rate.value == pytest.approx(1 - 1 / pf, rel=1e-12, abs=1e-12)
    # what it says: the wins less the siphon pay for the losses
    assert (r[r > 0] * (1 - found.rate.value)).sum() + r[r < 0].sum() == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(("wins", "losses", "b", "f"), [(55, 45, 1.0, 0.05), (40, 60, 2.0, 0.1), (70, 30, 0.6, 0.2)])
def test_an_account_that_compounds_breaks_even_earlier(wins, losses, b, f):
    # (1 + f b (1 - s))^p (1 - f)^q = 1, solved for s.
    p = wins / (wins + losses)
    exact = 1 - ((1 - f) ** (-(1 - p) / p) - 1) / (f * b)
    found = siphon.break_even_rate(np.r_[np.full(wins, b), np.full(losses, -1.0)], stake=f, draws=1)
    assert found.compounding == pytest.approx(exact, rel=1e-9)
    assert found.compounding < found.rate.value


def test_a_log_that_lost_bears_none():
    found = siphon.break_even_rate([0.01, -0.02] * 10, stake=0.5, draws=200)
    assert found.rate.value == pytest.approx(-1.0)
    assert found.compounding == -np.inf
    assert found.p_none == 1.0


def test_a_log_without_a_loss_bears_anything():
    found = siphon.break_even_rate([0.01, 0.02] * 10, stake=0.5, draws=200)
    assert (found.profit_factor, found.compounding, found.p_none) == (np.inf, 1.0, 0.0)
    assert (found.rate.value, found.rate.low, found.rate.n) == (1.0, 1.0, 20)


@pytest.mark.slow
def test_the_interval_covers():
    # 200 logs of 100 even-money trades at 55 %; the truth is 1 - .45 / .55. A true 95 % interval covers fewer than 180
    # of them in 3 of 1,000 runs; percentile intervals cover a little less than they say.
    rng, truth = np.random.default_rng(5), 1 - 0.45 / 0.55
    held = 0
    for _ in range(200):
        found = siphon.break_even_rate(np.where(rng.random(100) < 0.55, 1.0, -1.0), stake=0.1, draws=400, rng=rng)
        held += found.rate.low <= truth <= found.rate.high
    assert 176 <= held <= 199


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"returns": [0.1]}, "at least two trades"),
        ({"returns": [0.0, 0.0]}, "not break-even"),
        ({"returns": [0.1, np.nan]}, r"returns\[1\] must be finite"),
        ({"stake": 0.0}, "stake must be above 0"),
        ({"level": 1.0}, "level must lie between 0 and 1"),
        ({"draws": 0}, "draws must be a whole number"),
    ],
)
def test_wrong_input(wrong, says):
    given_ = {"returns": [0.1, -0.1], "stake": 0.1} | wrong
    with pytest.raises(ParameterError, match=says):
        siphon.break_even_rate(given_.pop("returns"), **given_)
