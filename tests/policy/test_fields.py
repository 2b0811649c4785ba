"""Readers and writers made from what fields say of themselves: against what they must do, written plainly."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated, NamedTuple

import numpy as np
import pytest

from nija_research.compiled import SOURCES
from nija_research.policy import DrawdownGuard, Policy, Stake, Stops, WarChest, fields, lanes, presets, stack
from nija_research.policy import specialisation as special
from nija_research.policy.fields import Owned
from nija_research.policy.state import State

NONE = special.Specialisation(*(None,) * len(special.Specialisation._fields))
POLICIES = list(presets.values())


class Inner(NamedTuple):
    a: float
    pair: tuple[float, float]


class Record(NamedTuple):
    always: Annotated[float, Owned()]
    streaks: Annotated[float, Owned("runs")]
    days: Annotated[float, Owned("clock", ("period",))]
    both: Annotated[float, Owned("runs", ("trade", "period"))]
    told: Annotated[float, Owned(by=())]


class Outer(NamedTuple):
    first: Inner
    last: Inner


def test_a_reader_takes_fields_in_order_lane_by_lane():
    block = np.arange(12.0)  # six numbers, two lanes
    read = fields.reader("read_outer", Outer)
    expected = Outer(Inner(1.0, (3.0, 5.0)), Inner(7.0, (9.0, 11.0)))
    assert read(block, 1, 2) == read.py_func(block, 1, 2) == expected


@pytest.mark.parametrize("flags", [{}, {"runs": 1.0}, {"clock": 1.0}, {"runs": True, "clock": 1.0}])
def test_what_is_off_is_neither_read_nor_written(flags):
    on = NONE._replace(**flags)
    load = fields.loader("load_record", Record)
    block = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    runs, clock = on.runs is not None, on.clock is not None
    expected = Record(1.0, 2.0 if runs else 0.0, 3.0 if clock else 0.0, 4.0 if runs else 0.0, 9.0)
    assert load(block, 0, 1, on, 9.0) == load.py_func(block, 0, 1, on, 9.0) == expected
    wanted = {
        "trade": [10.0, 20.0 if runs else 2.0, 3.0, 40.0 if runs else 4.0, 5.0],
        "period": [1.0, 2.0, 30.0 if clock else 3.0, 40.0 if runs else 4.0, 5.0],
    }
    for by, after in wanted.items():
        store = fields.storer(f"store_record_{by}", Record, by)
        for write in (store, store.py_func):
            kept = block.copy()
            write(kept, 0, 1, on, Record(10.0, 20.0, 30.0, 40.0, 50.0))
            np.testing.assert_array_equal(kept, after)


def test_every_field_of_the_state_comes_back(plain_twin):
    state = State(*np.arange(1.0, len(State._fields) + 1.0))
    block = np.zeros(3 * len(State._fields))
    lanes.store(block, 2, 3, state)
    assert lanes.load(block, 2, 3) == lanes.load.py_func(block, 2, 3) == state
    assert not block.reshape(-1, 3)[:, :2].any()


@pytest.mark.parametrize("policy", POLICIES, ids=list(presets))
def test_a_policy_is_what_its_own_specialisation_makes_of_it(policy, plain_twin):
    on, differs = special.specialisation_of(policy)
    settings = policy.arrays()
    assert special.specialised(settings, on) == plain_twin(special.specialised)(settings, on) == settings
    assert special.fits(settings, on)
    assert all(flag is None for flag in differs)
    assert special.specialised(settings, NONE) == stack.PolicyArrays(*special._OFF.values())


def test_what_is_on_for_certain_is_tested():
    on, _ = special.specialisation_of(Policy(stake=Stake(share=0.1), stops=Stops()))
    assert (on.stops, on.day, on.cooldown, on.drawdown) == (1.0, 1.0, None, None)
    assert not special.fits(Policy(stops=Stops(day=None)).arrays(), on)
    assert special.fits(Policy(stops=Stops(day=None)).arrays(), on._replace(day=True))


def test_several_policies_share_what_they_have_in_common():
    rules = {"stops": Stops(halt_cooldown=3), "war_chest": WarChest(basis="per_win")}
    one, other = Policy(stake=Stake(share=0.1), **rules), Policy(stake=Stake(share=0.2), **rules)
    guarded = Policy(stake=Stake(share=0.1), drawdown=DrawdownGuard(), **rules)
    on, differs = special.specialisation_of(one, other, guarded)
    assert (differs.stake, differs.stops, differs.drawdown) == (1.0, None, 1.0)
    assert (on.stake, on.stops, on.drawdown, on.floor, on.cooldown) == (True, 1.0, True, None, True)
    assert on.basis == (1.0,)
    assert len(on.settlement) == 1
    block = lanes.pack_lanes([lanes.pack(policy) for policy in (one, other, guarded)])
    common = one.arrays()
    for i in range(64):
        own = (one, other, guarded)[i % 3].arrays()
        assert special.lane_settings(block, i, 64, common, differs) == own
        assert special.lane_settings.py_func(block, i, 64, common, differs) == own


def test_the_made_functions_are_printed():
    command = [sys.executable, "-m", "nija_research.simulate.kernel"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for name in ("unpack", "load", "specialised", "fits", "lane_settings", "store_trade"):
        assert f"def {name}(" in printed
    assert SOURCES["unpack"] in printed
