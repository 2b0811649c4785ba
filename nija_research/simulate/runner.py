"""
Run a policy over many paths of a world.

Blocks of paths are spread over threads; the kernel releases the interpreter's lock. The same policy, world and `rng`
give the same bits on any number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.policy import Policy, lanes, shape
from nija_research.policy.fields import NEVER
from nija_research.policy.state import State
from nija_research.simulate.checks import names_of, one_policy, one_world, paths_of
from nija_research.simulate.kernel import FIELDS, RunConfig, RunFlags, run_paths, trace_path
from nija_research.simulate.market_state import market_state_of, needs, stake_multipliers
from nija_research.simulate.path_stats import Goals
from nija_research.simulate.results import COLUMNS, SimulationResult, Trace
from nija_research.simulate.rng import Seed, key_of
from nija_research.simulate.worlds.generator import OWN, TABLES, WorldArrays
from nija_research.simulate.worlds.world import World
from nija_research.units import count, positive, share

__all__ = [
    "ALL",
    "CHUNK",
    "columns_of",
    "default_horizon",
    "default_paths",
    "run",
    "run_config",
    "run_flags",
    "seen",
    "should_specialise",
    "spread",
]

#: Paths a thread takes at a time.
CHUNK = 2048

#: Paths of a run unless told otherwise.
PATHS = 10_000

_WORTH = 50_000_000


def run(
    policy: Policy,
    world: World,
    *,
    n_paths: int | None = None,
    horizon: int | None = None,
    rng: Seed = 0,
    first: int = 0,
    base: float = 10_000.0,
    current: float | None = None,
    buying_power: float = 1.0,
    scale: float = 1.0,
    ruin: float = 0.5,
    target: float | None = None,
    columns: Sequence[str] = COLUMNS,
    trace: Sequence[int] = (),
    threads: int | None = None,
    specialise: bool | None = None,
) -> SimulationResult:
    """
    Run a policy over many paths of a world, one open position at a time.

    Parameters
    ----------
    policy : Policy
        The policy. What it is told of the market is the world's; see `told` for what the world does not tell.
    world : World
        From `simulate.worlds`.
    n_paths : int, optional
        Paths; 10,000 unless given, or all that the world has if it has fewer.
    horizon : int, optional
        Steps of each; a year of the world's calendar unless given.
    rng : int or numpy.random.Generator, optional
        Seed; two policies run with the same seed meet the same paths (common random numbers).
    first : int, optional
        Number of the first path: paths 100 to 199 of a seed are the same ones alone as among a thousand.
    base, current : float, optional
        Base capital, and equity at the start (`base` unless given), money. Base counts as an earlier peak: below it an
        account opens in drawdown, in its protection level and in every figure of depth. Growth and ruin count from the
        opening; where depth is to do so too, give the equity as `base`.
    buying_power : float, optional
        Most that may be staked, in multiples of equity; above 1 for an account on margin.
    scale : float, optional
        Multiplies every stake, before caps.
    ruin : float, optional
        Share of the opening equity that counts as ruin, in [0, 1).
    target : float, optional
        Equity whose first reaching is timed, money.
    columns : sequence of str, optional
        What to keep of each path, names of `kernel.FIELDS`; fewer counts run faster.
    trace : sequence of int, optional
        Numbers of paths to return in full as well.
    threads : int, optional
        All processors unless given. Changes no number.
    specialise : bool, optional
        Use a kernel compiled for the rules that are on: up to twice as fast, but some seconds of compilation at its
        first use on a machine. Where the run is long enough to gain from it, unless given. Changes no number.

    Returns
    -------
    SimulationResult

    Raises
    ------
    ParameterError
        If a number is out of range, a column does not exist, or the world has fewer paths or steps.

    Examples
    --------
    >>> from nija_research.policy import presets
    >>> from nija_research.simulate import worlds
    >>> result = run(presets["fixed_fraction"], worlds.trades(0.55), n_paths=1_000, horizon=100, rng=1)
    >>> float((result.max_drawdown < 0.5).mean())
    0.903
    """
    one_policy(policy)
    one_world(world)
    first = count("first", first)
    n_paths = default_paths(world, PATHS, first) if n_paths is None else count("n_paths", n_paths, low=1)
    horizon = default_horizon(world) if horizon is None else count("horizon", horizon, low=1)
    world.check(n_paths + first, horizon)
    full = paths_of(trace, first, n_paths)
    plan, base, current = run_config(world, horizon, base, current, buying_power, ruin, target)
    scale = positive("scale", scale)
    wanted, brief = columns_of(columns)
    market = market_state_of(world, [policy])
    special = should_specialise(n_paths * horizon) if specialise is None else specialise
    on, asks = (
        (shape.shape_of(policy)[0], run_flags([policy], [scale], target, columns, brief))
        if special
        else (shape.ANY, ALL)
    )
    key, out = key_of(rng), np.empty((len(wanted), n_paths))
    given = (
        on,
        asks,
        lanes.pack(policy),
        seen(world.arrays, asks),
        stake_multipliers(policy, market, scale),
        market.kelly,
        plan,
        key,
    )

    def part(begin: int, end: int) -> None:
        run_paths(*given, first + begin, wanted, out[:, begin:end])

    spread(part, n_paths, CHUNK, threads)
    return SimulationResult(
        policy=policy,
        world=world,
        n_paths=n_paths,
        horizon=horizon,
        base=base,
        current=current,
        scale=scale,
        ruin=ruin,
        target=target,
        first=first,
        key=int(key),
        columns=dict(zip(columns, out, strict=True)),
        traces=tuple(_traced((shape.ANY, ALL, *given[2:]), path) for path in full),
    )


#: RunFlags for everything.
ALL = RunFlags(*(1.0,) * len(RunFlags._fields))


def should_specialise(steps: int) -> bool:
    """Whether so many path-steps gain more from a kernel of their own than its compilation costs, if used again."""
    return steps >= _WORTH


def run_flags(
    policies: Sequence[Policy], scales: Sequence[float], target: float | None, columns: Sequence[str], brief: bool
) -> RunFlags:
    """Return what a kernel for some policies must know and count, to leave these columns."""
    needed = [needs(policy) for policy in policies]
    chest = any(policy.war_chest or policy.profit_split for policy in policies)
    runs = chest or not brief or any(policy.streak for policy in policies)
    profit = chest or any(policy.compounding or policy.milestones for policy in policies)
    clock = chest or any(policy.stops for policy in policies)
    return RunFlags(
        1.0 if any(a for a, _ in needed) or any(x != 1.0 for x in scales) else None,
        1.0 if any(b for _, b in needed) else None,
        None if target is None else 1.0,
        None if brief else 1.0,
        1.0 if runs or {"wins", "losses"} & set(columns) else None,
        1.0 if profit or "profit" in columns else None,
        1.0 if clock or {"day", "week", "day_unit", "week_unit"} & set(columns) else None,
    )


def seen(world: WorldArrays, asks: RunFlags) -> WorldArrays:
    """Return what a kernel reads of a world: without market rows where nothing is looked up by them."""
    return world if asks.market or asks.kelly or world.kind not in TABLES else world._replace(rows=OWN)


def default_horizon(world: World) -> int:
    """Steps of a year in the world, or all it has if that is less."""
    year = max(1, round(world.calendar.steps_per_year))
    return year if world.horizon is None else min(year, world.horizon)


def default_paths(world: World, most: int, first: int = 0) -> int:
    """Return so many paths, or all that the world has from number `first` on if those are fewer."""
    return most if world.paths is None else max(1, min(most, world.paths - first))


def run_config(
    world: World,
    horizon: int,
    base: float,
    current: float | None,
    buying_power: float,
    ruin: float,
    target: float | None,
) -> tuple[RunConfig, float, float]:
    """Return what all paths share, and the checked base and opening equity."""
    base = positive("base", base)
    current = base if current is None else positive("current", current)
    share("ruin", ruin, high=1.0)
    if ruin >= 1.0:
        raise ParameterError(f"ruin must be below 1, got {ruin!r}: an account would be ruined at its start.")
    aim = NEVER if target is None else positive("target", target)
    goals = Goals(ruin * current / base, aim)
    return (
        RunConfig(base, current, positive("buying_power", buying_power), horizon, world.calendar.arrays(), goals),
        base,
        current,
    )


def columns_of(columns: Sequence[str]) -> tuple[NDArray[np.int64], bool]:
    """Return the kernel's numbers of some columns, and whether they need no count but the deepest depth."""
    columns = names_of("columns", columns, FIELDS, "column")
    brief = all(name in State._fields or name == "max_drawdown" for name in columns)
    return np.array([FIELDS.index(name) for name in columns], dtype=np.int64), brief


def spread(part: Callable[[int, int], None], n: int, size: int, threads: int | None) -> None:
    """Call `part(first, last)` over 0 to `n` in pieces of `size`, on so many threads."""
    pieces = [(first, min(first + size, n)) for first in range(0, n, size)]
    workers = count("threads", threads, low=1) if threads is not None else len(os.sched_getaffinity(0))
    if workers == 1 or len(pieces) == 1:
        for first, last in pieces:
            part(first, last)
        return
    part(0, 0)  # nothing, so that one thread compiles what all of them call
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda piece: part(*piece), pieces))


def _traced(given: tuple[Any, ...], path: int) -> Trace:
    import pandas as pd

    plan = given[6]
    states, trades = np.empty((plan.horizon + 1, len(State._fields))), np.empty((plan.horizon, 2))
    trace_path(*given, path, states, trades)
    return Trace(
        path=path,
        states=pd.DataFrame(states, columns=list(State._fields)),
        trades=pd.DataFrame(trades, columns=["stake", "earned"]),
    )
