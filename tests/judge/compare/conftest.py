"""Laws with numbers that tests know, as draw_path_sets and as histories."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.judge.compare import History
from nija_research.judge.compare.history import signals_of_law as of_law
from nija_research.judge.compare.path_sets import path_set_of
from nija_research.simulate.worlds import Calendar, Costs

PACE = Calendar(days_per_week=5)


@pytest.fixture(scope="session")
def paths_of():
    """What makes a path_set of a law's paths, without costs unless given."""

    def make(law, n, bars, *, rng=0, costs=None, model=None):
        returns = law.draw(n, bars, rng=rng).returns
        year = law.calendar.steps_per_year
        rows, market = of_law(returns, law.moments.mean, law.moments.sd, year, model)
        return path_set_of("a law", returns, rows, market, law.calendar, costs or Costs(), "a law")

    return make


@pytest.fixture(scope="session")
def calm():
    """Five years of independent returns, as a history."""
    returns = np.random.default_rng(5).normal(0.0004, 0.01, 1304)
    return History(name="five quiet years", returns=returns, calendar=PACE)
