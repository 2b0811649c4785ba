"""A plain numba loop, path by path: the same compiled rules and counts, numbers of `np.random`, no lanes."""

from __future__ import annotations

from collections.abc import Callable

import numba
import numpy as np
from numpy.typing import NDArray

from nija_research.policy import Policy, lanes, specialisation, stack
from nija_research.policy.fields import NEVER
from nija_research.policy.state import State
from nija_research.simulate.path_stats import Goals, PathStats, opening_stats, update

__all__ = ["compiled"]

_FIELDS = len(State._fields) + len(PathStats._fields)
_unpack, _specialised = lanes.unpack, specialisation.specialised
_one_position = specialisation.one_position
_start, _size, _step, _advance = stack.start, stack.size, stack.step, stack.advance
_STATE = len(State._fields)


@numba.njit(error_model="numpy")
def _run(on, settings, source, multipliers, rows, horizon, chance, days_per_week, base, ruin, out):
    policy, n = _one_position(_specialised(_unpack(settings, 0, 1), on), 1.0), len(source)
    goals = Goals(ruin, NEVER, NEVER, NEVER, NEVER)
    for path in range(out.shape[0]):
        state, moved = _start(policy, base, base)
        stats, at = opening_stats(state, moved, goals), 0
        for t in range(horizon):
            if rows.shape[0] > 0:
                at = rows[path, t]
            elif t == 0 or np.random.random() < chance:  # noqa: NPY002 - numba has no other generator of its own
                at = np.random.randint(0, n)  # noqa: NPY002
            else:
                at = at + 1 if at + 1 < n else 0
            state, _ = _advance(policy, state, t + 1.0, t // days_per_week + 1.0)
            stake = _size(
                policy, state, multipliers[at] if len(multipliers) > 1 else multipliers[0], 0.0, NEVER, 0.0, 0.0
            )
            pnl = stake * source[at]
            after, moved = _step(policy, state, pnl)
            stats = update(stats, policy, goals, state, after, moved, stake, pnl)
            state = after
        for k, value in enumerate(numba.literal_unroll(state)):
            out[path, k] = value
        for k, value in enumerate(numba.literal_unroll(stats)):
            out[path, _STATE + k] = value


def compiled(
    policy: Policy,
    source: NDArray[np.float64],
    multipliers: NDArray[np.float64],
    *,
    n_paths: int,
    horizon: int,
    block: float,
    base: float = 10_000.0,
    ruin: float = 0.5,
    days_per_week: int = 7,
) -> Callable[[NDArray[np.int64] | None], dict[str, NDArray[np.float64]]]:
    """Return a function of source rows (n_paths, horizon), or of None: it then draws a stationary bootstrap."""
    on, settings = specialisation.specialisation_of(policy)[0], lanes.pack(policy)
    names = (*State._fields, *PathStats._fields)

    def run(rows: NDArray[np.int64] | None = None) -> dict[str, NDArray[np.float64]]:
        out = np.empty((n_paths, _FIELDS))
        given = np.empty((0, 0), dtype=np.int64) if rows is None else rows
        _run(on, settings, source, multipliers, given, horizon, 1.0 / block, days_per_week, base, ruin, out)
        return dict(zip(names, out.T, strict=True))

    return run
