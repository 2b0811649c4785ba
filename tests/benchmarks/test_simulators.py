"""Peers that need no package of their own make the same accounts as the kernel: a ratio of speeds is one of equals."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from benchmarks.scene import BLOCK, POLICIES, disagreement, scene
from benchmarks.simulators import numba_loop, numpy_loop
from nija_research import simulate
from nija_research.policy import presets
from nija_research.simulate.results import COLUMNS

PATHS, STEPS = 150, 300


@pytest.fixture(scope="module", params=POLICIES)
def met(request):
    """A scene, what the kernel makes of its first paths, and their source rows."""
    place = scene(request.param)
    result = simulate.run(place.policy, place.world, n_paths=PATHS, horizon=STEPS, rng=3)
    return place, result.columns, place.world.draw(PATHS, STEPS, rng=3).positions


def test_the_numpy_loop_is_the_whole_stack(met):
    place, ours, rows = met
    theirs = numpy_loop.run(
        place.policy, place.source, place.multipliers, n_paths=PATHS, horizon=STEPS, block=BLOCK, rows=rows, chunk=64
    )
    assert set(COLUMNS) - set(theirs) == set()
    assert disagreement(ours, theirs) < 1e-9


def test_the_plain_numba_loop_is_the_whole_stack(met):
    place, ours, rows = met
    loop = numba_loop.compiled(place.policy, place.source, place.multipliers, n_paths=PATHS, horizon=STEPS, block=BLOCK)
    assert disagreement(ours, loop(rows)) < 1e-9


def test_rules_that_never_act_would_be_no_benchmark(met):
    """The scene must reach the rules: streaks, stops, levels, milestones and transfers all happen on some path."""
    place, ours, _ = met
    acts = {"losing_run": 3.0, "max_drawdown": 0.05}
    acts |= (
        {"chest": 100.0, "days_stopped": 1.0}
        if place.policy.stops
        else {"caution": 1.0, "locked": 1.0, "preserved": 1.0}
    )
    for column, least in acts.items():
        assert (ours[column] >= least).any(), column


def test_own_draws_have_the_law_of_ours():
    """Mean log unit after 250 steps, own random numbers: three pairs at |z| < 4, false alarm 2e-4."""
    place = scene("document_003")
    ours = simulate.run(place.policy, place.world, n_paths=4000, horizon=250, rng=1).columns
    settings = {"n_paths": 4000, "horizon": 250, "block": BLOCK}
    before = np.random.get_state()  # noqa: NPY002 - numba's own state is another one
    for theirs in (
        numpy_loop.run(place.policy, place.source, place.multipliers, **settings),
        numba_loop.compiled(place.policy, place.source, place.multipliers, **settings)(),
    ):
        a, b = np.log(ours["unit"]), np.log(theirs["unit"])
        assert abs(a.mean() - b.mean()) < 4.0 * np.sqrt((a.var() + b.var()) / 4000)
    assert (np.random.get_state()[1] == before[1]).all()  # noqa: NPY002


def test_a_disagreement_is_seen():
    """One setting off by a per cent: the comparison must not pass."""
    place = scene("document_003")
    ours = simulate.run(place.policy, place.world, n_paths=PATHS, horizon=STEPS, rng=3).columns
    rows = place.world.draw(PATHS, STEPS, rng=3).positions
    rule = dataclasses.replace(presets["document_003"].streak, hot=1.26)
    other = dataclasses.replace(presets["document_003"], streak=rule)
    theirs = numpy_loop.run(
        other, place.source, place.multipliers, n_paths=PATHS, horizon=STEPS, block=BLOCK, rows=rows
    )
    assert disagreement(ours, theirs) > 1e-6
