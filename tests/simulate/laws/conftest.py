"""
What the tests of the laws share: a world in which a bettor's log wealth is a walk on a lattice, and a run in it.

A continuous law has an exact twin there. The bettor who stakes all he has moves by ``+h`` or ``-h`` in log wealth, so
that he meets a barrier at a multiple of h exactly and no continuity correction is needed. With
``p / q = exp(theta h)`` the root of ``E[(1 + f R)**-lambda] = 1`` is theta itself: every law that reads ``a**theta``
holds without error, and only ``theta = 2 / c - 1`` is a limit (h to 0).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from nija_research.policy import Policy, Stake
from nija_research.simulate import run, worlds

UNCAPPED = {"max_share": None, "max_exposure": None}


class Lattice(NamedTuple):
    """A world of trades, its chance of a win, its step, and the multiple of Kelly that stakes everything."""

    world: worlds.World
    p: float
    h: float
    c: float


@pytest.fixture
def lattice():
    def make(theta, h):
        p = 1 / (1 + np.exp(-theta * h))
        up, down = np.expm1(h), -np.expm1(-h)
        kelly = p / down - (1 - p) / up  # first-order condition of p log(1 + f up) + q log(1 - f down)
        return Lattice(worlds.trades(p, wins=[up], losses=[-down]), p, h, 1 / kelly)

    return make


@pytest.fixture
def bettor():
    """Return the policy that stakes `c` times the Kelly fraction, with any further rules."""

    def make(c, **rules):
        return Policy(stake=Stake(kelly=c, **UNCAPPED), **rules)

    return make


@pytest.fixture
def simulate():
    """Run on an account of 1, on margin, in the kernel that serves any policy: one compilation for all laws."""

    def call(policy, world, n_paths, horizon, *, rng=1, **options):
        options = {"base": 1.0, "buying_power": 1e6, "specialise": False} | options
        return run(policy, world, n_paths=n_paths, horizon=horizon, rng=rng, **options)

    return call
