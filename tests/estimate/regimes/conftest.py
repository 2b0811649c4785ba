"""Worlds of the regime tests: real returns, and chains whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research import data


@pytest.fixture(scope="session")
def sp500():
    return data.load_prices("sp500")["close"].pct_change().dropna()


def simulate(rng, n, trans, mean, scale, nu=np.inf):
    """States and returns of a hidden Markov chain, written out: nothing of the package is used."""
    trans = np.asarray(trans)
    states = np.empty(n, dtype=int)
    states[0] = 0
    edges = np.cumsum(trans, axis=1)
    for t, u in enumerate(rng.random(n - 1), start=1):
        states[t] = min(np.searchsorted(edges[states[t - 1]], u), len(trans) - 1)
    noise = rng.standard_normal(n) if nu == np.inf else rng.standard_t(nu, n)
    return states, np.asarray(mean)[states] + np.asarray(scale)[states] * noise


@pytest.fixture(scope="session")
def world():
    return simulate


@pytest.fixture(scope="session")
def gaussian_hmm():
    """The peer, imported when a test first needs it: collecting tests should not wait for scikit-learn."""
    from hmmlearn.hmm import GaussianHMM

    return GaussianHMM
