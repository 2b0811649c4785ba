"""What every floor stands on: the interval, the random numbers' converter, and the checks of shares and counts."""

from __future__ import annotations

import copy
import dataclasses
import math
import pickle

import numpy as np
import pytest

from nija_research.errors import ParameterError
from nija_research.interval import Interval
from nija_research.rng import generator
from nija_research.units import count, inside


def test_an_interval_unpacks_into_its_ends_and_keeps_its_value():
    interval = Interval(0.1, -0.02, 0.18, 0.95)
    low, high = interval
    assert (low, high) == (interval.low, interval.high) == (interval[0], interval[1]) == (-0.02, 0.18)
    assert (interval.value, interval.level, len(interval)) == (0.1, 0.95, 2)
    assert np.array(interval).tolist() == [-0.02, 0.18]
    with pytest.raises(dataclasses.FrozenInstanceError):
        interval.low = 0.0
    with pytest.raises(IndexError):
        interval[2]


def test_intervals_compare_by_their_ends():
    interval = Interval(0.1, 0.02, 0.18, 0.95)
    assert interval == (0.02, 0.18) == interval
    assert interval == pytest.approx((0.02, 0.18))
    assert interval == Interval(0.2, 0.02, 0.18)
    assert interval != Interval(0.1, 0.02, 0.19, 0.95)
    assert interval != 0.1
    assert hash(interval) == hash(Interval(0.2, 0.02, 0.18))


def test_intervals_survive_a_copy_and_another_process():
    interval = Interval(0.1, 0.02, math.inf, 0.9)
    for other in (copy.deepcopy(interval), pickle.loads(pickle.dumps(interval))):
        assert dataclasses.astuple(other)[:4] == (0.1, 0.02, math.inf, 0.9)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0.02, 0.18, "0.020 to 0.180"), (0.0, math.inf, "0.000 or more, without a bound"), (-1.0, 1.0, "-1.000 to 1.000")],
)
def test_intervals_are_written_as_their_ends(low, high, text):
    assert f"{Interval(math.nan, low, high):.3f}" == text


def test_a_seed_is_a_generator_and_a_generator_stays_itself():
    assert generator(7).random() == np.random.default_rng(7).random()
    assert generator(np.int64(7)).random() == np.random.default_rng(7).random()
    stream = np.random.default_rng(1)
    assert generator(stream) is stream
    for wrong in (True, 1.5, "7", None):
        with pytest.raises(ParameterError, match="rng must be a whole number or a numpy Generator"):
            generator(wrong)
    with pytest.raises(ParameterError, match="seed must be 0 or more"):
        generator(-1, "seed")


def test_counts_are_whole_and_no_bool():
    assert count("draws", np.int64(200), low=100) == 200
    assert type(count("draws", 200.0)) is int
    with pytest.raises(ParameterError, match="block must be a whole number of trades of at least 1, got 0"):
        count("block", 0, low=1, of="trades")
    for wrong in (True, 1.5, 99):
        with pytest.raises(ParameterError, match=r"draws must be a whole number of at least 100, got"):
            count("draws", wrong, low=100)


def test_levels_lie_inside():
    assert inside("level", 0.95) == 0.95
    for wrong in (0.0, 1.0):
        with pytest.raises(ParameterError, match="level must lie between 0 and 1"):
            inside("level", wrong)
    with pytest.raises(ParameterError, match=r"95 is written 0\.95"):
        inside("level", 95)
