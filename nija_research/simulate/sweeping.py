"""
Many policies on the same paths: parameter sweeps, ablation grids, paired comparisons.

Every policy meets the same draws (common random numbers), so that a difference between two has a far smaller error than
either. A draw is made once for all of them, and up to 64 policies are one block of the kernel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import LANES
from nija_research.errors import ParameterError
from nija_research.policy import Policy
from nija_research.simulate.checks import factors_of, named_policies, names_of, one_world
from nija_research.simulate.kernel import FIELDS
from nija_research.simulate.market_state import market_state_of
from nija_research.simulate.metrics import MEASURES, frame, mean, values_of
from nija_research.simulate.results import SimulationResult
from nija_research.simulate.rng import Seed
from nija_research.simulate.runner import default_paths, kernel_for, paths_for, run_config
from nija_research.simulate.worlds.world import World
from nija_research.units import count

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BRIEF", "SweepResult", "ablation", "sweep"]

#: Paths of a sweep unless told otherwise.
PATHS = 2_000
#: What a sweep keeps of a path unless told otherwise: the parts of the account, unit value and the deepest drawdown.
BRIEF = ("trading", "preserved", "locked", "chest", "operating", "withdrawn", "unit", "max_drawdown")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SweepResult:
    """
    Runs of several policies on the same paths.

    Attributes
    ----------
    results : dict of str to SimulationResult
        By name, in the order given. Each is what `simulate.run` of that policy gives, bit for bit.
    """

    results: dict[str, SimulationResult] = field(repr=False)

    def __getitem__(self, name: str) -> SimulationResult:
        """Return the run of one policy."""
        if name not in self.results:
            raise ParameterError(f"there is no policy {name!r}; policies are {', '.join(self.results)}.")
        return self.results[name]

    def table(self, measure: str, baseline: str | None = None) -> pd.DataFrame:
        """
        Return a measure of every policy, or its paired difference from a baseline.

        Parameters
        ----------
        measure : str
            A name of `metrics.MEASURES`.
        baseline : str, optional
            The policy that all are compared with.

        Returns
        -------
        pandas.DataFrame
            Indexed by policy; columns value, se, low, high, n.

        Raises
        ------
        ParameterError
            If there is no such measure or policy.
        """
        if measure not in MEASURES:
            raise ParameterError(f"there is no measure {measure!r}; measures are {', '.join(MEASURES)}.")
        less = 0.0 if baseline is None else values_of(self[baseline], measure)
        return frame({name: mean(values_of(result, measure) - less) for name, result in self.results.items()})


def sweep(
    policies: Mapping[str, Policy] | Sequence[Policy],
    world: World,
    *,
    n_paths: int | None = None,
    horizon: int | None = None,
    rng: Seed = 0,
    base: float = 10_000.0,
    current: float | None = None,
    buying_power: float = 1.0,
    scales: Sequence[float] | None = None,
    ruin: float = 0.5,
    target: float | None = None,
    columns: Sequence[str] = BRIEF,
    threads: int | None = None,
    specialise: bool | None = None,
) -> SweepResult:
    """
    Run several policies on the same paths.

    Parameters
    ----------
    policies : mapping of str to Policy, or sequence of Policy
        The policies; a sequence is named "0", "1", ...
    world, n_paths, horizon, rng, base, current, buying_power, ruin, target, threads, specialise
        As in `simulate.run`.
        Of a world that ends after some paths `n_paths` is all of them, else 2,000, unless given.
    scales : sequence of float, optional
        What each policy's stakes are multiplied with, before caps; 1 unless given.
    columns : sequence of str, optional
        What to keep of each path and policy; `BRIEF` unless given, because a thousand policies times all columns is
        much memory.

    Returns
    -------
    SweepResult

    Raises
    ------
    ParameterError
        As in `simulate.run`, or if there is no policy, or `scales` has another length.

    Examples
    --------
    >>> from nija_research.policy import presets
    >>> from nija_research.simulate import worlds
    >>> both = sweep({name: presets[name] for name in ("half_kelly", "full_kelly")}, worlds.trades(0.55), n_paths=500)
    >>> bool(both.table("max_drawdown", "half_kelly").loc["full_kelly", "low"] > 0)
    True
    """
    named = named_policies(policies)
    factors = factors_of(scales, len(named))
    one_world(world)
    n_paths = default_paths(world, PATHS) if n_paths is None else count("n_paths", n_paths, low=1)
    paths = paths_for(world, n_paths, horizon, rng, threads=threads)
    config = run_config(paths, base, current, buying_power, ruin, target)
    columns = names_of("columns", columns, FIELDS, "column")
    market, items = market_state_of(world, named.values()), list(named.values())
    kept: list[NDArray[np.float64]] = []
    for begin in range(0, len(items), int(LANES)):
        some, by = items[begin : begin + LANES], factors[begin : begin + LANES]
        on, differs = kernel_for(some, by, target, columns, len(some) * n_paths * paths.horizon, specialise)
        kept += list(paths.run(some, by, on, differs, market, config, columns))
    return SweepResult(
        results={
            name: SimulationResult(
                policy=policy,
                world=world,
                n_paths=n_paths,
                horizon=paths.horizon,
                base=config.base,
                current=config.current,
                scale=factor,
                ruin=ruin,
                target=target,
                first=0,
                key=int(paths.key),
                columns=dict(zip(columns, out, strict=True)),
            )
            for (name, policy), factor, out in zip(named.items(), factors, kept, strict=True)
        }
    )


def ablation(policy: Policy) -> dict[str, Policy]:
    """
    Return a policy in full, without each of its rules, with each rule alone, and bare.

    Parameters
    ----------
    policy : Policy
        Any policy.

    Returns
    -------
    dict of str to Policy
        "full", "without drawdown", ..., "drawdown alone", ..., "bare" (the base stake and nothing else).

    Examples
    --------
    >>> from nija_research.policy import presets
    >>> list(ablation(presets["grossman_zhou"]))
    ['full', 'without cushion', 'cushion alone', 'bare']
    """
    rules = [name for name in policy.to_dict() if name != "stake"]
    grid = {"full": policy}
    grid |= {f"without {name}": policy.without(name) for name in rules}
    grid |= {f"{name} alone": policy.without(*(other for other in rules if other != name)) for name in rules}
    return {**grid, "bare": policy.without(*rules)}
