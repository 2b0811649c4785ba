"""
A policy and an account as lanes of numbers, and the transitions on one lane: what the object engine calls.

A block of lanes is laid out as `fields` says. The object engine is the block of one lane: its calls pass arrays, which
is much faster than passing tuples of a hundred numbers through Python.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import LANES, entry
from nija_research.policy import stack
from nija_research.policy.fields import Lanes, reader, writer
from nija_research.policy.policy import Policy
from nija_research.policy.state import Moves, State

__all__ = [
    "advance_lane",
    "load",
    "pack",
    "pack_lanes",
    "resume_lane",
    "size_lane",
    "start_lane",
    "step_lane",
    "unpack",
]

_market, _size, _step, _start = stack.market, stack.size, stack.step, stack.start
_advance, _flow, _resume = stack.advance, stack.flow, stack.resume
#: The first lane of one; numpy numbers for the same reason as `LANES`.
_FIRST, _ONE = np.int64(0), np.int64(1)

unpack = reader("unpack", stack.PolicyArrays)
load, store = reader("load", State), writer("store", State)
_store_moves = writer("store_moves", Moves)


def pack(policy: Policy) -> NDArray[np.float64]:
    """
    Return a policy's settings as one column.

    Parameters
    ----------
    policy : Policy
        Any policy.

    Returns
    -------
    ndarray, shape (settings,)
        In the order `unpack` reads them.
    """

    def numbers(item: Any) -> list[float]:
        return [x for inner in item for x in numbers(inner)] if isinstance(item, tuple) else [float(item)]

    return np.array(numbers(policy.arrays()))


def pack_lanes(columns: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Lay columns of numbers, one a policy, out as a block of lanes: lane i holds column ``i % len(columns)``."""
    block = np.stack(columns, axis=1)
    return np.ascontiguousarray(block[:, np.arange(LANES) % len(columns)]).ravel()


@entry
def start_lane(policy: Lanes, states: Lanes, moves: Lanes, base: float, current: float) -> None:
    """Open an account in the lane `states`."""
    state, moved = _start(unpack(policy, _FIRST, _ONE), base, current)
    store(states, _FIRST, _ONE, state)
    _store_moves(moves, _FIRST, _ONE, moved)


@entry
def step_lane(policy: Lanes, states: Lanes, moves: Lanes, pnl: float) -> None:
    """Book one trade in the lane `states`."""
    state, moved = _step(unpack(policy, _FIRST, _ONE), load(states, _FIRST, _ONE), pnl)
    store(states, _FIRST, _ONE, state)
    _store_moves(moves, _FIRST, _ONE, moved)


@entry
def advance_lane(policy: Lanes, states: Lanes, moves: Lanes, day: float, week: float) -> None:
    """Move the clock of the lane `states`."""
    state, moved = _advance(unpack(policy, _FIRST, _ONE), load(states, _FIRST, _ONE), day, week)
    store(states, _FIRST, _ONE, state)
    _store_moves(moves, _FIRST, _ONE, moved)


@entry
def flow_lane(states: Lanes, trading: float, operating: float) -> None:
    """Book a deposit or withdrawal in the lane `states`."""
    store(states, _FIRST, _ONE, _flow(load(states, _FIRST, _ONE), trading, operating))


@entry
def resume_lane(states: Lanes) -> None:
    """End a halt in the lane `states`."""
    store(states, _FIRST, _ONE, _resume(load(states, _FIRST, _ONE)))


@entry
def size_lane(
    policy: Lanes,
    states: Lanes,
    expected_return: float,
    vol: float,
    regime: float,
    kelly: float,
    available: float,
    exposure: float,
    held: float,
) -> float:
    """Money to stake now in the lane `states`."""
    settings = unpack(policy, _FIRST, _ONE)
    multiplier = _market(settings, expected_return, vol, regime)
    return _size(settings, load(states, _FIRST, _ONE), multiplier, kelly, available, exposure, held)


#: Rows of a state and of moves.
WIDTH, MOVES = len(State._fields), len(Moves._fields)
