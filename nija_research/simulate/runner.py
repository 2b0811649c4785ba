"""
Run a policy over many paths of a world.

Blocks of paths are spread over threads; the kernel releases the interpreter's lock. The same policy, world and `rng`
give the same bits on any number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import LANES
from nija_research.errors import ParameterError
from nija_research.policy import Policy, lanes
from nija_research.policy.fields import NEVER
from nija_research.policy.specialisation import ANY, specialisation_of
from nija_research.policy.state import State
from nija_research.simulate.checks import names_of, one_policy, one_world, paths_of
from nija_research.simulate.kernel import ALL_FIELDS, FIELDS, STATE, RunConfig, run_lanes
from nija_research.simulate.market_state import MarketState, market_state_of, needs, stake_multipliers
from nija_research.simulate.path_stats import Goals
from nija_research.simulate.results import COLUMNS, SimulationResult, Trace
from nija_research.simulate.rng import Seed, key_of
from nija_research.simulate.worlds.generator import OWN, TABLES, WorldArrays
from nija_research.simulate.worlds.world import World
from nija_research.units import count, positive, share

__all__ = ["CHUNK", "Paths", "default_horizon", "default_paths", "kernel_for", "paths_for", "run", "spread"]

#: Accounts a thread takes at a time.
CHUNK = 32 * int(LANES)
_NO_TRACE = np.empty((0, STATE + 2))

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
    paths = paths_for(world, n_paths, horizon, rng, first, threads)
    full = paths_of(trace, first, n_paths)
    config = run_config(paths, base, current, buying_power, ruin, target)
    scale = positive("scale", scale)
    columns = names_of("columns", columns, FIELDS, "column")
    on, differs = kernel_for([policy], [scale], target, columns, n_paths * paths.horizon, specialise)
    market = market_state_of(world, [policy])
    (out,) = paths.run([policy], [scale], on, differs, market, config, columns)
    return SimulationResult(
        policy=policy,
        world=world,
        n_paths=n_paths,
        horizon=paths.horizon,
        base=config.base,
        current=config.current,
        scale=scale,
        ruin=ruin,
        target=target,
        first=first,
        key=int(paths.key),
        columns=dict(zip(columns, out, strict=True)),
        traces=tuple(paths.trace(policy, scale, market, config, path) for path in full),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paths:
    """
    The paths of a world that policies are run over.

    Attributes
    ----------
    world : World
        The world.
    n_paths, horizon, first : int
        Paths, steps of each, and the number of the first.
    key : numpy.uint64
        Of the random numbers.
    threads : int or None
        All processors where it is None.
    """

    world: World
    n_paths: int
    horizon: int
    first: int
    key: np.uint64
    threads: int | None

    def run(
        self,
        policies: Sequence[Policy],
        scales: Sequence[float],
        on: Any,
        differs: Any,
        market: MarketState,
        config: RunConfig,
        columns: Sequence[str],
    ) -> NDArray[np.float64]:
        """
        Return what some policies, a block of lanes at most, leave of each path.

        Parameters
        ----------
        policies, scales : sequence of Policy, of float
            The policies, and what each one's stakes are multiplied with.
        on, differs : Specialisation
            What the kernel is compiled for (`kernel_for`).
        market : MarketState
            What the policies are told.
        config : RunConfig
            Capital, clock and goals.
        columns : sequence of str
            Names of `kernel.ALL_FIELDS`.

        Returns
        -------
        ndarray, shape (policies, columns, n_paths)
        """
        out = np.empty((len(policies), len(columns), self.n_paths))
        given = self._given(policies, scales, on, differs, market, config)
        wanted = np.array([ALL_FIELDS.index(name) for name in columns], dtype=np.int64)

        def part(first: int, last: int) -> None:
            run_lanes(*given, (first, last, self.first), wanted, out, _NO_TRACE)

        spread(part, self.n_paths, CHUNK // len(policies), self.threads)
        return out

    def trace(self, policy: Policy, scale: float, market: MarketState, config: RunConfig, path: int) -> Trace:
        """Return one path of a policy in full, by its number."""
        import pandas as pd

        steps = np.zeros((config.horizon + 1, STATE + 2))
        given = self._given([policy], [scale], ANY, None, market, config)
        run_lanes(*given, (0, 1, path), np.zeros(0, dtype=np.int64), np.empty((1, 0, 1)), steps)
        return Trace(
            path=path,
            states=pd.DataFrame(steps[:, :STATE], columns=list(State._fields)),
            trades=pd.DataFrame(steps[1:, STATE:], columns=["stake", "earned"]),
        )

    def _given(
        self,
        policies: Sequence[Policy],
        scales: Sequence[float],
        on: Any,
        differs: Any,
        market: MarketState,
        config: RunConfig,
    ) -> tuple[Any, ...]:
        """Return what every call of the kernel takes."""
        multipliers = [stake_multipliers(policy, market, x) for policy, x in zip(policies, scales, strict=True)]
        table = multipliers[0] if differs is None else lanes.pack_lanes(multipliers)
        settings = lanes.pack_lanes([lanes.pack(policy) for policy in policies])
        return on, differs, settings, _visible(self.world.arrays, on), (table, market.kelly), config, self.key


def paths_for(
    world: World, n_paths: int, horizon: int | None, rng: Seed, first: int = 0, threads: int | None = None
) -> Paths:
    """Return paths of a world, checked; a year of its calendar unless a horizon is given."""
    horizon = default_horizon(world) if horizon is None else count("horizon", horizon, low=1)
    world.check(n_paths + first, horizon)
    return Paths(world=world, n_paths=n_paths, horizon=horizon, first=first, key=key_of(rng), threads=threads)


def kernel_for(
    policies: Sequence[Policy],
    scales: Sequence[float],
    target: float | None,
    columns: Sequence[str],
    steps: int,
    specialise: bool | None,
) -> tuple[Any, Any]:
    """
    Return what to compile a kernel for: `on`, and `differs`, None for a single policy.

    A kernel of its own is worth its compilation, if it is used again, from so many path-steps (`steps`) on.
    """
    many = len(policies) > 1
    if not (steps >= _WORTH if specialise is None else specialise):
        return ANY, ANY if many else None
    on, differs = specialisation_of(*policies)
    needed = [needs(policy) for policy in policies]
    brief = all(name in State._fields or name == "max_drawdown" for name in columns)
    chest = any(policy.war_chest or policy.profit_split for policy in policies)
    asked = set(columns)
    wanted = {
        "market": any(a for a, _ in needed) or any(x != 1.0 for x in scales),
        "kelly": any(b for _, b in needed),
        "target": target is not None,
        "stats": not brief,
        "runs": chest or not brief or any(p.streak for p in policies) or asked & {"wins", "losses"},
        "profit": chest or any(p.compounding or p.milestones for p in policies) or "profit" in asked,
        "clock": chest or any(p.stops for p in policies) or asked & {"day", "week", "day_unit", "week_unit"},
    }
    return on._replace(**{name: 1.0 if wants else None for name, wants in wanted.items()}), differs if many else None


def _visible(world: WorldArrays, on: Any) -> WorldArrays:
    """Return what a kernel reads of a world: without market rows where nothing is looked up by them."""
    return world if on.market or on.kelly or world.kind not in TABLES else world._replace(rows=OWN)


def default_horizon(world: World) -> int:
    """Steps of a year in the world, or all it has if that is less."""
    year = max(1, round(world.calendar.steps_per_year))
    return year if world.horizon is None else min(year, world.horizon)


def default_paths(world: World, most: int, first: int = 0) -> int:
    """Return so many paths, or all that the world has from number `first` on if those are fewer."""
    return most if world.paths is None else max(1, min(most, world.paths - first))


def run_config(
    paths: Paths,
    base: float,
    current: float | None,
    buying_power: float,
    ruin: float,
    target: float | None,
    chest: Sequence[float] = (),
) -> RunConfig:
    """Return what all paths share, checked; `chest` are sizes of the chest to time."""
    base = positive("base", base)
    current = base if current is None else positive("current", current)
    share("ruin", ruin, high=1.0)
    if ruin >= 1.0:
        raise ParameterError(f"ruin must be below 1, got {ruin!r}: an account would be ruined at its start.")
    aim = NEVER if target is None else positive("target", target)
    goals = Goals(ruin * current / base, aim, *chest, *(NEVER,) * (3 - len(chest)))
    power = positive("buying_power", buying_power)
    return RunConfig(base, current, power, paths.horizon, paths.world.calendar.arrays(), goals)


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
