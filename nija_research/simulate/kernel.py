"""
The kernel: blocks of 64 accounts through a world, step by step, in the order that `policy.stack` says.

Two entries. `run_paths` takes many paths of one policy: a lane is a path. `run_policies` takes many policies on the
same paths: a lane is a policy, and a draw is made once for all of them (common random numbers). Both call the rules
and repeat none. A number depends on (key, path, time) alone; blocks, chunks, threads and order cannot change it. Only
the wanted fields of a path's last state and tally leave the kernel. Stands on: `policy.lanes`, `tally`, `vector`, `worlds`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.policy import lanes, stack
from nija_research.policy.compiled import NEVER, entry, rule
from nija_research.policy.lanes import Lanes, Shape
from nija_research.policy.state import State
from nija_research.simulate.tally import Goals, Tally, load_tally, nothing, observe, store_tally
from nija_research.simulate.vector import LANES, aligned, wide
from nija_research.simulate.worlds.arrays import CARRY, WorldArrays
from nija_research.simulate.worlds.calendar import CalendarArrays, day_of, week_of
from nija_research.simulate.worlds.generator import fill

__all__ = ["FIELDS", "Plan", "run_paths", "run_policies", "trace_path"]

#: What a path leaves behind, in the order that the kernel's `wanted` counts: the last state, then the tally.
FIELDS = (*State._fields, *Tally._fields)

_STATE, _TALLY = len(State._fields), len(Tally._fields)
_TILE = 32  # steps drawn at a time: small enough for the first cache

_unpack, _load, _store, _specialised = lanes.unpack, lanes.load, lanes.store, lanes.specialised
_start, _size, _step, _advance = stack.start, stack.size, stack.step, stack.advance


class Plan(NamedTuple):
    """What all paths of a run share: capital (money), buying power (share of equity), clock and goals."""

    base: float
    current: float
    buying_power: float
    horizon: int
    calendar: CalendarArrays
    goals: Goals


@rule
def _account(v: Lanes, i: int, shape: Shape, plan: Plan) -> State:
    """State in lane `i`, with what cannot change in a kernel as constants: base, flows, and without a cooldown excuses."""
    s = _load(v, i, LANES)
    # fmt: off
    return State(
        s.trading, s.preserved, s.locked, s.chest, s.operating, s.withdrawn, 0.0, s.profit, plan.base, s.unit, s.peak,
        s.level, s.recovery, 0.0 if shape[10] is None else s.excused, s.halted_for, s.wins, s.losses, s.milestone,
        s.split_mark, s.chest_mark, s.due, s.day, s.week, s.day_unit, s.week_unit, s.stop_losses, s.day_stop,
        s.week_stop, s.streak_stop, s.peak_stop,
    )
    # fmt: on


@rule
def _trade(
    policy: stack.PolicyArrays,
    shape: Shape,
    plan: Plan,
    goals: Goals,
    v: Lanes,
    c: Lanes,
    i: int,
    multiplier: float,
    kelly: float,
    earned: float,
) -> None:
    """One step of the account in lane `i`: size, book, count. `earned` is the return per unit staked."""
    before = _account(v, i, shape, plan)
    stake = _size(policy, before, multiplier, kelly, NEVER, 0.0, 0.0)
    pnl = stake * earned
    after, moved = _step(policy, before, pnl)
    _store(v, i, LANES, after)
    store_tally(c, i, LANES, observe(load_tally(c, i, LANES), policy, goals, before, after, moved, stake, pnl))


@rule
def _open(policy: stack.PolicyArrays, plan: Plan, v: Lanes, c: Lanes, i: int) -> None:
    """Open the account in lane `i`."""
    state, _ = _start(policy, plan.base, plan.current)
    _store(v, i, LANES, state)
    store_tally(c, i, LANES, nothing(state))


@rule
def _keep(v: Lanes, c: Lanes, i: int, wanted: NDArray[np.int64], out: NDArray[np.float64], column: int) -> None:
    """Copy the wanted fields of lane `i` to a column of the result."""
    for k in range(len(wanted)):
        field = wanted[k]
        out[k, column] = v[field * LANES + i] if field < _STATE else c[(field - _STATE) * LANES + i]


@rule
def _aims(plan: Plan, shape: Shape) -> Goals:
    """Goals, the target a constant where there is none."""
    return Goals(plan.goals.ruin, NEVER if shape[11] is None else plan.goals.target)


@rule
def _look_up(
    shape: Shape,
    multipliers: NDArray[np.float64],
    kellys: NDArray[np.float64],
    told: NDArray[np.int64],
    begin: int,
    m: Lanes,
    k: Lanes,
) -> None:
    """What each lane is told; apart from the rules, because a table that is looked up keeps a loop from vectorising."""
    if shape[12] is not None:
        for i in range(LANES):
            m[i] = multipliers[np.uint64(told[begin + i])]
    if shape[13] is not None:
        for i in range(LANES):
            k[i] = kellys[np.uint64(told[begin + i])]


@entry
def run_paths(
    shape: Shape,
    settings: NDArray[np.float64],
    world: WorldArrays,
    multipliers: NDArray[np.float64],
    kellys: NDArray[np.float64],
    plan: Plan,
    key: np.uint64,
    first: int,
    wanted: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """
    Run one policy over paths number `first` on; one column of `out` (wanted, paths) a path.

    `settings` is `lanes.pack`'s; `multipliers` and `kellys` have an entry a market row (`stack.market`, full-Kelly
    fraction). `shape` is `lanes.shape_of`'s, then None or 1.0 for a target, for multipliers and for Kelly fractions.
    """
    wide()
    policy = _specialised(_unpack(settings, 0, 1), shape, plan.buying_power)
    goals = _aims(plan, shape)
    v, c, carry = aligned(_STATE, 0), aligned(_TALLY, 4), aligned(CARRY, 2)
    tile, told = aligned(_TILE, 6), aligned(_TILE, 7).view(np.int64)
    m, k = aligned(1, 1), aligned(1, 3)
    n = out.shape[1]
    for block in range(0, n, LANES):
        for i in range(LANES):
            _open(policy, plan, v, c, i)
        day, week = 0.0, 0.0
        for t in range(0, plan.horizon, _TILE):
            steps = min(_TILE, plan.horizon - t)
            fill(world, key, first + block, t, steps, LANES, carry, tile, told)
            for s in range(steps):
                today = day_of(t + s, plan.calendar)
                if today > day:
                    day, week = today, week_of(t + s, plan.calendar)
                    for i in range(LANES):
                        state, _ = _advance(policy, _account(v, i, shape, plan), day, week)
                        _store(v, i, LANES, state)
                _look_up(shape, multipliers, kellys, told, s * LANES, m, k)
                for i in range(LANES):
                    multiplier = 1.0 if shape[12] is None else m[i]
                    kelly = 0.0 if shape[13] is None else k[i]
                    _trade(policy, shape, plan, goals, v, c, i, multiplier, kelly, tile[s * LANES + i])
        for i in range(min(LANES, n - block)):
            _keep(v, c, i, wanted, out, block + i)
