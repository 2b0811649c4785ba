"""
States and policies as lanes of numbers, and the transitions on one lane.

A block of n accounts is one flat array, field after field with the lanes of a field side by side: field k of lane i is
``v[k * n + i]``; a block of policies likewise. `unpack` and `load` read one lane into the NamedTuples that the rules
take, `store` writes a state back; a kernel inlines them, and with n a constant and the fields written out its loop over
lanes vectorises. The object engine is the block of one lane: its calls pass arrays, which is much faster than passing
tuples of a hundred numbers through Python.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import entry, rule
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
from nija_research.policy.policy import Policy
from nija_research.policy.state import Moves, State

__all__ = [
    "Lanes",
    "advance_lane",
    "load",
    "pack",
    "resume_lane",
    "size_lane",
    "start_lane",
    "step_lane",
    "store",
    "unpack",
]

#: Fields of some accounts or settings of some policies, one after the other.
Lanes: TypeAlias = NDArray[np.float64]

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
def unpack(v: Lanes, i: int, n: int) -> stack.PolicyArrays:
    """Settings of the policy in lane `i` of a block `v` of `n` lanes."""
    return _Policy(
        _Stake(v[0 * n + i], v[1 * n + i], v[2 * n + i], v[3 * n + i], v[4 * n + i]),
        _Floor(v[5 * n + i], v[6 * n + i]),
        _Cushion(v[7 * n + i]),
        _Allocator(v[8 * n + i], v[9 * n + i], v[10 * n + i], v[11 * n + i], v[12 * n + i], v[13 * n + i],
            v[14 * n + i], v[15 * n + i], v[16 * n + i]),
        _Leverage(v[17 * n + i], v[18 * n + i], v[19 * n + i], v[20 * n + i]),
        _Regime((v[21 * n + i], v[22 * n + i], v[23 * n + i], v[24 * n + i], v[25 * n + i], v[26 * n + i])),
        _Risk(v[27 * n + i], v[28 * n + i], v[29 * n + i], v[30 * n + i]),
        _Streak(v[31 * n + i], v[32 * n + i], v[33 * n + i], v[34 * n + i]),
        _Drawdown((v[35 * n + i], v[36 * n + i], v[37 * n + i], v[38 * n + i]), (v[39 * n + i], v[40 * n + i],
            v[41 * n + i], v[42 * n + i]), v[43 * n + i], v[44 * n + i]),
        _Stops(v[45 * n + i], v[46 * n + i], v[47 * n + i], v[48 * n + i], v[49 * n + i], v[50 * n + i]),
        _Compounding(v[51 * n + i]),
        _Milestones((v[52 * n + i], v[53 * n + i], v[54 * n + i], v[55 * n + i], v[56 * n + i], v[57 * n + i],
            v[58 * n + i], v[59 * n + i], v[60 * n + i], v[61 * n + i]), v[62 * n + i]),
        _Chest(v[63 * n + i], v[64 * n + i], v[65 * n + i], v[66 * n + i], v[67 * n + i], v[68 * n + i],
            v[69 * n + i], v[70 * n + i], v[71 * n + i]),
        _Split(v[72 * n + i], v[73 * n + i]),
    )


@rule
def load(v: Lanes, i: int, n: int) -> State:
    """State in lane `i` of a block `v` of `n` lanes."""
    return State(
        v[0 * n + i], v[1 * n + i], v[2 * n + i], v[3 * n + i], v[4 * n + i], v[5 * n + i], v[6 * n + i],
        v[7 * n + i], v[8 * n + i], v[9 * n + i], v[10 * n + i], v[11 * n + i], v[12 * n + i], v[13 * n + i],
        v[14 * n + i], v[15 * n + i], v[16 * n + i], v[17 * n + i], v[18 * n + i], v[19 * n + i], v[20 * n + i],
        v[21 * n + i], v[22 * n + i], v[23 * n + i], v[24 * n + i], v[25 * n + i], v[26 * n + i], v[27 * n + i],
        v[28 * n + i], v[29 * n + i],
    )

@rule
def store(v: Lanes, i: int, n: int, values: State) -> None:
    """Write a state into lane `i` of a block `v` of `n` lanes; a loop over the fields would not vectorise."""
    (
        v[0 * n + i], v[1 * n + i], v[2 * n + i], v[3 * n + i], v[4 * n + i], v[5 * n + i], v[6 * n + i],
        v[7 * n + i], v[8 * n + i], v[9 * n + i], v[10 * n + i], v[11 * n + i], v[12 * n + i], v[13 * n + i],
        v[14 * n + i], v[15 * n + i], v[16 * n + i], v[17 * n + i], v[18 * n + i], v[19 * n + i], v[20 * n + i],
        v[21 * n + i], v[22 * n + i], v[23 * n + i], v[24 * n + i], v[25 * n + i], v[26 * n + i], v[27 * n + i],
        v[28 * n + i], v[29 * n + i],
    ) = values
# fmt: on


@rule
def store_moves(v: Lanes, i: int, n: int, values: Moves) -> None:
    """Write what a transition moved into lane `i` of a block `v` of `n` lanes."""
    for k in range(6):
        v[k * n + i] = values[k]


@entry
def start_lane(policy: Lanes, states: Lanes, moves: Lanes, base: float, current: float) -> None:
    """Open an account in lane 0 of `states`."""
    state, moved = _start(unpack(policy, 0, 1), base, current)
    store(states, 0, 1, state)
    store_moves(moves, 0, 1, moved)


@entry
def step_lane(policy: Lanes, states: Lanes, moves: Lanes, pnl: float) -> None:
    """Book one trade in lane 0 of `states`."""
    state, moved = _step(unpack(policy, 0, 1), load(states, 0, 1), pnl)
    store(states, 0, 1, state)
    store_moves(moves, 0, 1, moved)


@entry
def advance_lane(policy: Lanes, states: Lanes, moves: Lanes, day: float, week: float) -> None:
    """Move the clock of lane 0 of `states`."""
    state, moved = _advance(unpack(policy, 0, 1), load(states, 0, 1), day, week)
    store(states, 0, 1, state)
    store_moves(moves, 0, 1, moved)


@entry
def flow_lane(states: Lanes, trading: float, operating: float) -> None:
    """Book a deposit or withdrawal in lane 0 of `states`."""
    store(states, 0, 1, _flow(load(states, 0, 1), trading, operating))


@entry
def resume_lane(states: Lanes) -> None:
    """End a halt in lane 0 of `states`."""
    store(states, 0, 1, _resume(load(states, 0, 1)))


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
    """Money to stake now in lane 0 of `states`."""
    settings = unpack(policy, 0, 1)
    multiplier = _market(settings, expected_return, vol, regime)
    return _size(settings, load(states, 0, 1), multiplier, kelly, available, exposure, held)


#: Rows of a state and of moves.
WIDTH, MOVES = len(State._fields), len(Moves._fields)
