"""A numpy time loop: every line of the stack for all paths at once, in chunks of paths that fit the second cache."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulators.arrays import move_day, move_week, open_accounts, step
from nija_research.policy import Policy

__all__ = ["CHUNK", "run"]

#: Paths at a time; of the sizes tried (500 to 20,000) the fastest on the machine of docs/benchmarks.md.
CHUNK = 10_000


def run(
    policy: Policy,
    source: NDArray[np.float64],
    multipliers: NDArray[np.float64],
    *,
    n_paths: int,
    horizon: int,
    block: float,
    rows: NDArray[np.int64] | None = None,
    base: float = 10_000.0,
    ruin: float = 0.5,
    days_per_week: int = 7,
    chunk: int = CHUNK,
) -> dict[str, NDArray[np.float64]]:
    """Run a policy over a stationary bootstrap of `source`, or over the given source `rows` (n_paths, horizon)."""
    rng, parts = np.random.default_rng(1), []
    for first in range(0, n_paths, chunk):
        given = None if rows is None else np.ascontiguousarray(rows[first : first + chunk].T)
        n = min(chunk, n_paths - first)
        s: dict[str, Any] = open_accounts(np, n, base)
        at = rng.integers(0, len(source), n)
        for t in range(horizon):
            if given is not None:
                at = given[t]
            elif t:
                at = np.where(rng.random(n) < 1.0 / block, rng.integers(0, len(source), n), at + 1)
                at[at == len(source)] = 0
            s = move_day(np, s, policy.stops is not None)
            if t % days_per_week == 0:
                s = move_week(np, s, policy.stops is not None)
            s = step(np, policy, s, multipliers[at] if len(multipliers) > 1 else multipliers[0], source[at], base, ruin)
        parts.append(s)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
