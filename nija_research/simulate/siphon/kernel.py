"""
The sweep kernel with an eye on the parts: how low the trading account fell, how high the chest rose and when.

A lane is a policy and all of them meet the same paths, as in `simulate.kernel`; the opening, clock and trade are
`lane`'s. What is added is a second count of each lane: the tally of a sweep watches unit value, that is the whole, and
a siphon moves money between parts of the whole.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import LANES, aligned, entry, rule, wide
from nija_research.policy import lanes, shape
from nija_research.policy.lanes import Lanes
from nija_research.policy.shape import Shape
from nija_research.policy.state import State
from nija_research.simulate.account_lanes import (
    FIELDS,
    STATE,
    TALLY,
    RunConfig,
    RunFlags,
    advance_clock,
    open_account,
    trade,
)
from nija_research.simulate.worlds.calendar import day_of, week_of
from nija_research.simulate.worlds.generator import CARRY, WorldArrays, fill
from nija_research.units import EDGE

__all__ = ["KEPT", "PARTS", "SIPHONS", "SIPHON_FLAGS", "TARGETS", "Parts", "run_siphons"]

#: Sizes of the chest that one run can time.
TARGETS = 3


class Parts(NamedTuple):
    """What is counted of a lane beside its tally; money, shares and steps."""

    least_trading: float  # lowest trading account
    lowest_unit: float  # lowest unit value
    best_chest: float  # highest chest
    chest_depth: float  # deepest fall of the chest below its own highest, a share of that
    waited_0: float  # steps before the chest first held the first target
    waited_1: float
    waited_2: float


#: What a run leaves of a path, in the order that the kernel's `wanted` counts: the last state, the tally, these counts.
PARTS = (*FIELDS, *Parts._fields)
#: What may be asked of it: of the tally the kernel for siphons counts the deepest depth alone.
KEPT = (*State._fields, "max_drawdown", *Parts._fields)

_OFF: Any = (None,) * len(Shape._fields)
#: A kernel for the rules that move profit, all others off: more than twice as fast as the one for any policy.
SIPHONS = Shape(*_OFF)._replace(
    stake=True, cushion=True, compounding=True, milestones=True, war_chest=True, profit_split=True,
    by_kelly=True, compounds=True, of_balance=True, basis=True, settlement=True,
)  # fmt: skip

#: It looks up Kelly fractions and counts no more of unit value than its depth.
SIPHON_FLAGS = RunFlags(market=None, kelly=1.0, target=None, tally=None, runs=1.0, profit=1.0, clock=1.0)

_AT: Any = State(*range(STATE))  # where a field stands
_TILE = 32  # steps drawn at a time: small enough for the first cache
_COUNTS = len(Parts._fields)
_unpack, _specialised, _fits = lanes.unpack, shape.specialised, shape.fits


@rule
def _watch(v: Lanes, w: Lanes, i: int, opening: bool, first: float, second: float, third: float) -> None:
    """Count lane `i` as it stands now."""
    trading, unit, chest = v[_AT.trading * LANES + i], v[_AT.unit * LANES + i], v[_AT.chest * LANES + i]
    low, low_unit = w[0 * LANES + i], w[1 * LANES + i]
    best, depth = w[2 * LANES + i], w[3 * LANES + i]
    best = chest if opening else max(best, chest)
    fall = 1.0 - chest / best if best > 0.0 else 0.0
    near = best * (1.0 + EDGE)
    w[0 * LANES + i] = trading if opening else min(low, trading)
    w[1 * LANES + i] = unit if opening else min(low_unit, unit)
    w[2 * LANES + i] = best
    w[3 * LANES + i] = 0.0 if opening else max(depth, fall)
    w[4 * LANES + i] = (0.0 if opening else w[4 * LANES + i]) + (1.0 if near < first else 0.0)
    w[5 * LANES + i] = (0.0 if opening else w[5 * LANES + i]) + (1.0 if near < second else 0.0)
    w[6 * LANES + i] = (0.0 if opening else w[6 * LANES + i]) + (1.0 if near < third else 0.0)


@entry
def run_siphons(
    on: Shape,
    asks: RunFlags,
    settings: NDArray[np.float64],
    world: WorldArrays,
    multipliers: NDArray[np.float64],
    kellys: NDArray[np.float64],
    plan: RunConfig,
    targets: tuple[float, float, float],
    key: np.uint64,
    first: int,
    wanted: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """
    Run up to 64 policies over the same paths, number `first` on; ``out[k, p, q]`` is field k of policy p on path q.

    As `kernel.run_policies`; `wanted` counts in `PARTS`, `targets` are sizes of the chest, money.
    """
    wide()
    if not _fits(
        _specialised(_unpack(settings, 0, LANES), on, plan.buying_power), on
    ):  # never, and the compiler may count on it below
        out[:] = np.nan
        return
    v, c = aligned(STATE, 0, np.float64), aligned(TALLY, 4, np.float64)
    w, carry = aligned(_COUNTS, 6, np.float64), aligned(CARRY, 2, np.float64)
    tile, told = aligned(_TILE, 6, np.float64), aligned(_TILE, 7, np.int64)
    m, k, e = aligned(1, 1, np.float64), aligned(1, 3, np.float64), aligned(1, 5, np.float64)
    policies, n = out.shape[1], out.shape[2]
    together = LANES // policies
    near, mid, far = targets
    m[:], k[:], e[:] = 1.0, 0.0, 0.0
    for path in range(0, n, together):
        group = min(together, n - path)
        for i in range(LANES):
            open_account(_specialised(_unpack(settings, i, LANES), on, plan.buying_power), plan, v, c, i, LANES)
        for i in range(LANES):
            _watch(v, w, i, True, near, mid, far)
        day, week = 0.0, 0.0
        for t in range(0, plan.horizon, _TILE):
            steps = min(_TILE, plan.horizon - t)
            fill(world, key, first + path, t, steps, group, carry, tile, told)
            for s in range(steps):
                today = day_of(t + s, plan.calendar)
                if today > day:
                    day, week = today, week_of(t + s, plan.calendar)
                    for i in range(LANES):
                        policy = _specialised(_unpack(settings, i, LANES), on, plan.buying_power)
                        advance_clock(policy, on, asks, plan, v, c, i, LANES, day, week)
                for g in range(group):
                    earned, row = tile[s * group + g], told[s * group + g]
                    for p in range(policies):
                        e[g * policies + p] = earned
                        k[g * policies + p] = kellys[row]
                    if asks.market is not None:
                        for p in range(policies):
                            m[g * policies + p] = multipliers[row * LANES + p]
                for i in range(LANES):
                    policy = _specialised(_unpack(settings, i, LANES), on, plan.buying_power)
                    multiplier = 1.0 if asks.market is None else m[i]
                    trade(policy, on, asks, plan, v, c, i, LANES, multiplier, k[i], e[i])
                for i in range(LANES):
                    _watch(v, w, i, False, near, mid, far)
        for g in range(group):
            for p in range(policies):
                lane = g * policies + p
                for j in range(len(wanted)):
                    field = wanted[j]
                    if field < STATE:
                        out[j, p, path + g] = v[field * LANES + lane]
                    elif field < STATE + TALLY:
                        out[j, p, path + g] = c[(field - STATE) * LANES + lane]
                    else:
                        out[j, p, path + g] = w[(field - STATE - TALLY) * LANES + lane]
