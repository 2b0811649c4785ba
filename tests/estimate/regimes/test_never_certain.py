"""The filter is never certain for ever, and no bar, however odd, ends a walk forward."""

from __future__ import annotations

import numpy as np
import pytest

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
