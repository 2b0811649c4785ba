"""
A world: what an account meets, step by step, and what its policy is told before each step.

Returns are per unit staked, net of costs and times leverage. A world is data and settings; `fill` makes the numbers.
Stands on: `compiled`, `generator`, `calendar`, `market`, `moments`, `squares`, `vector`, `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.policy.checks import count
from nija_research.policy.compiled import entry
from nija_research.simulate.squares import key_of
from nija_research.simulate.vector import LANES
from nija_research.simulate.worlds.arrays import CARRY, OWN, TABLES, WorldArrays
from nija_research.simulate.worlds.calendar import Calendar
from nija_research.simulate.worlds.generator import fill
from nija_research.simulate.worlds.market import Market
from nija_research.simulate.worlds.moments import Moments

if TYPE_CHECKING:
    from nija_research.simulate.squares import Seed

__all__ = ["Draws", "World"]

#: Paths and steps that one key can tell apart: half of a counter is for paths, and half of the rest for each stream.
MOST_PATHS, MOST_STEPS = 2**32, 2**31


class Draws(NamedTuple):
    """
    Paths of a world.

    Attributes
    ----------
    returns : numpy.ndarray of float, shape (n_paths, horizon)
        Per unit staked, net of costs.
    rows : numpy.ndarray of int64, shape (n_paths, horizon)
        Market row that held before each step; 0 where there is only one.
    positions : numpy.ndarray of int64, shape (n_paths, horizon), or None
        Source row of each step where the world draws from a table: ``assets[positions[p]]`` is path p of every asset.
    """

    returns: NDArray[np.float64]
    rows: NDArray[np.int64]
    positions: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """
    What the simulator runs policies in; made by the functions of `simulate.worlds`.

    Attributes
    ----------
    name : str
        Kind of world, a word or two.
    arrays : WorldArrays
        What compiled code reads.
    market : Market or None
        What the policy is told before each step.
    calendar : Calendar
        Steps a day and days a week.
    moments : Moments
        Of one step, as theory has them.
    source : str
        A sentence: which data or parameters, and what the policy is told.
    paths, horizon : int or None
        Most paths and steps the world has; None where there is no end.
    """

    name: str
    arrays: WorldArrays
    market: Market | None
    calendar: Calendar
    moments: Moments
    source: str
    paths: int | None = None
    horizon: int | None = None

    def check(self, n_paths: int, horizon: int) -> None:
        """
        Refuse more paths or steps than the world has.

        Raises
        ------
        ParameterError
            If `n_paths` or `horizon` is no whole number of at least 1, or beyond the end of the world.
        """
        n_paths, horizon = count("n_paths", n_paths, low=1), count("horizon", horizon, low=1)
        for name, wanted, most in (
            ("n_paths", n_paths, self.paths or MOST_PATHS),
            ("horizon", horizon, self.horizon or MOST_STEPS),
        ):
            if wanted > most:
                raise ParameterError(f"{name} may be at most {most} in the {self.name} world, got {wanted}.")

    def draw(self, n_paths: int, horizon: int, *, rng: Seed) -> Draws:
        """
        Return paths of the world, the same ones that a simulation with this `rng` meets.

        Parameters
        ----------
        n_paths, horizon : int
            Paths and steps.
        rng : int or numpy.random.Generator
            Seed, or a generator, which is advanced. Not used by worlds without chance.

        Returns
        -------
        Draws

        Raises
        ------
        ParameterError
            If the world has fewer paths or steps, or `rng` is neither a seed nor a generator.
        """
        self.check(n_paths, horizon)
        table = self.arrays.kind in TABLES
        source = self.arrays._replace(rows=OWN) if table else self.arrays
        returns = np.empty((n_paths, horizon))
        rows = np.empty((n_paths, horizon), dtype=np.int64)
        _draw(source, key_of(rng), returns, rows)
        if not table:
            return Draws(returns, rows, None)
        told = self.arrays.rows
        own = len(told) == 0
        return Draws(returns, rows.copy() if own else told[rows] if len(told) > 1 else np.zeros_like(rows), rows)


@entry
def _draw(world: WorldArrays, key: np.uint64, returns: NDArray[np.float64], rows: NDArray[np.int64]) -> None:
    """Fill whole paths, a block of lanes and a tile of time after the other."""
    n, horizon = returns.shape
    carry, steps = np.empty(CARRY * LANES), 32
    tile, told = np.empty(steps * LANES), np.empty(steps * LANES, dtype=np.int64)
    for path in range(0, n, LANES):
        lanes = min(LANES, n - path)
        for t in range(0, horizon, steps):
            m = min(steps, horizon - t)
            fill(world, key, path, t, m, lanes, carry, tile, told)
            for i in range(lanes):
                for s in range(m):
                    returns[path + i, t + s] = tile[s * lanes + i]
                    rows[path + i, t + s] = told[s * lanes + i]
