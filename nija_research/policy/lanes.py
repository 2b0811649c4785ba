"""
States and policies as columns of numbers, and the transitions on one column.

A block of accounts is an array (state fields, lanes), a block of policies an array (settings, lanes). `load` and
`unpack` read one lane into the NamedTuples that the rules take, `store` writes a state back; a kernel inlines them.
The object engine is the block of one lane: its calls pass arrays, which is much faster than passing tuples of a
hundred numbers through Python. Stands on: `stack`, `state`, `policy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numba
import numpy as np
from numpy.typing import NDArray

from nija_research.policy import (
    allocator,
    compounding,
    cushion,
    drawdown,
    floor,
    leverage,
    milestones,
    profit_split,
    regime,
    risk,
    stack,
    stake,
    stops,
    streak,
    war_chest,
)
from nija_research.policy.compiled import rule
from nija_research.policy.policy import Policy
from nija_research.policy.state import Moves, State

__all__ = ["advance_lane", "load", "pack", "resume_lane", "size_lane", "start_lane", "step_lane", "store", "unpack"]

#: Columns of numbers, one account or policy each.
Lanes: TypeAlias = NDArray[np.float64]

_entry = numba.njit(error_model="numpy")
_market, _size, _step, _start = stack.market, stack.size, stack.step, stack.start
_advance, _flow, _resume = stack.advance, stack.flow, stack.resume
_Policy, _Stake, _Floor, _Cushion = stack.PolicyArrays, stake.StakeArrays, floor.FloorArrays, cushion.CushionArrays
_Allocator, _Leverage, _Regime = allocator.AllocatorArrays, leverage.LeverageArrays, regime.RegimeArrays
_Risk, _Streak, _Drawdown, _Stops = risk.RiskArrays, streak.StreakArrays, drawdown.DrawdownArrays, stops.StopArrays
_Compounding, _Milestones = compounding.CompoundingArrays, milestones.MilestoneArrays
_Chest, _Split = war_chest.ChestArrays, profit_split.SplitArrays


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
    numbers: list[float] = []
    todo: list[object] = [policy.arrays()]
    while todo:
        item = todo.pop()
        if isinstance(item, tuple):
            todo.extend(reversed(item))
        else:
            numbers.append(float(item))  # type: ignore[arg-type]
    return np.array(numbers)


# fmt: off
@rule
def unpack(v: Lanes, i: int) -> stack.PolicyArrays:
    """Settings of the policy in lane `i` of `v` (settings, lanes)."""
    return _Policy(
        _Stake(v[0, i], v[1, i], v[2, i], v[3, i], v[4, i]),
        _Floor(v[5, i], v[6, i]),
        _Cushion(v[7, i]),
        _Allocator(v[8, i], v[9, i], v[10, i], v[11, i], v[12, i], v[13, i], v[14, i], v[15, i], v[16, i]),
        _Leverage(v[17, i], v[18, i], v[19, i], v[20, i]),
        _Regime((v[21, i], v[22, i], v[23, i], v[24, i], v[25, i], v[26, i])),
        _Risk(v[27, i], v[28, i], v[29, i], v[30, i]),
        _Streak(v[31, i], v[32, i], v[33, i], v[34, i]),
        _Drawdown(
            (v[35, i], v[36, i], v[37, i], v[38, i]), (v[39, i], v[40, i], v[41, i], v[42, i]), v[43, i], v[44, i]
        ),
        _Stops(v[45, i], v[46, i], v[47, i], v[48, i], v[49, i], v[50, i]),
        _Compounding(v[51, i]),
        _Milestones(
            (v[52, i], v[53, i], v[54, i], v[55, i], v[56, i], v[57, i], v[58, i], v[59, i], v[60, i], v[61, i]),
            v[62, i],
        ),
        _Chest(v[63, i], v[64, i], v[65, i], v[66, i], v[67, i], v[68, i], v[69, i], v[70, i], v[71, i]),
        _Split(v[72, i], v[73, i]),
    )


@rule
def load(v: Lanes, i: int) -> State:
    """State in lane `i` of `v` (state fields, lanes)."""
    return State(
        v[0, i], v[1, i], v[2, i], v[3, i], v[4, i], v[5, i], v[6, i], v[7, i], v[8, i], v[9, i],
        v[10, i], v[11, i], v[12, i], v[13, i], v[14, i], v[15, i], v[16, i], v[17, i], v[18, i], v[19, i],
        v[20, i], v[21, i], v[22, i], v[23, i], v[24, i], v[25, i], v[26, i], v[27, i], v[28, i], v[29, i],
    )
# fmt: on


@rule
def store(v: Lanes, i: int, values: Sequence[float]) -> None:
    """Write a state, or moves, into lane `i` of `v`."""
    for k in range(len(values)):
        v[k, i] = values[k]


@_entry
def start_lane(policy: Lanes, states: Lanes, moves: Lanes, base: float, current: float) -> None:
    """Open an account in lane 0 of `states`."""
    state, moved = _start(unpack(policy, 0), base, current)
    store(states, 0, state)
    store(moves, 0, moved)


@_entry
def step_lane(policy: Lanes, states: Lanes, moves: Lanes, pnl: float) -> None:
    """Book one trade in lane 0 of `states`."""
    state, moved = _step(unpack(policy, 0), load(states, 0), pnl)
    store(states, 0, state)
    store(moves, 0, moved)


@_entry
def advance_lane(policy: Lanes, states: Lanes, moves: Lanes, day: float, week: float) -> None:
    """Move the clock of lane 0 of `states`."""
    state, moved = _advance(unpack(policy, 0), load(states, 0), day, week)
    store(states, 0, state)
    store(moves, 0, moved)


@_entry
def flow_lane(states: Lanes, trading: float, operating: float) -> None:
    """Book a deposit or withdrawal in lane 0 of `states`."""
    store(states, 0, _flow(load(states, 0), trading, operating))


@_entry
def resume_lane(states: Lanes) -> None:
    """End a halt in lane 0 of `states`."""
    store(states, 0, _resume(load(states, 0)))


@_entry
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
    """Money to stake now in lane 0 of `states`."""
    settings = unpack(policy, 0)
    multiplier = _market(settings, expected_return, vol, regime)
    return _size(settings, load(states, 0), multiplier, kelly, available, exposure, held)


#: Rows of a state and of moves.
WIDTH, MOVES = len(State._fields), len(Moves._fields)
