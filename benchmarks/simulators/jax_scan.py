"""A jax scan over time of the same stack, compiled by XLA for arrays of paths, in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulators.arrays import move_day, move_week, open_accounts, step
from nija_research.policy import Policy

__all__ = ["compiled"]


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
) -> Any:
    """
    Return a compiled function of source rows (horizon, n_paths), or of None: it then draws a stationary bootstrap.

    Random numbers are XLA's own generator (`unsafe_rbg`), the fastest that jax has on this processor.
    """
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    table, factors, n = jnp.asarray(source), jnp.asarray(multipliers), len(source)

    def one(s: Any, t: Any, at: Any) -> Any:
        s = move_day(jnp, s, policy.stops is not None)
        if policy.stops is not None:
            fresh, changes = move_week(jnp, s, True), t % days_per_week == 0
            s = s | {name: jnp.where(changes, fresh[name], s[name]) for name in ("week_unit", "week_stop")}
        return step(jnp, policy, s, factors[at] if len(multipliers) > 1 else factors[0], table[at], base, ruin)

    def given(rows: Any) -> Any:
        def body(s: Any, x: Any) -> Any:
            return one(s, *x), None

        return jax.lax.scan(body, open_accounts(jnp, n_paths, base), (jnp.arange(horizon), rows))[0]

    def drawn() -> Any:
        def body(carry: Any, t: Any) -> Any:
            s, at, key = carry
            key, now = jax.random.split(key)
            bits = jax.random.bits(now, (n_paths,), dtype=jnp.uint64)
            anew = (((bits & 0xFFFFFFFF) * n) >> 32).astype(jnp.int32)
            onward = jnp.where(at + 1 == n, 0, at + 1)
            at = jnp.where(((bits >> 32) < 2.0**32 / block) | (t == 0), anew, onward)
            return (one(s, t, at), at, key), None

        start = (open_accounts(jnp, n_paths, base), jnp.zeros(n_paths, jnp.int32), jax.random.key(1, impl="unsafe_rbg"))
        return jax.lax.scan(body, start, jnp.arange(horizon))[0][0]

    own, theirs = jax.jit(drawn), jax.jit(given)
    return lambda rows=None: jax.block_until_ready(own() if rows is None else theirs(rows))
