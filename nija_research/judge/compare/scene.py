"""
A scene: paths of one world, drawn once, that every policy meets.

Common random numbers make a difference between two policies far more certain than either. Returns are after costs;
what a policy is told is made from those before. Stands on: `simulate.worlds`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nija_research.simulate.worlds.arrays import WINDOWS, WorldArrays
from nija_research.simulate.worlds.calendar import Calendar
from nija_research.simulate.worlds.costs import Costs
from nija_research.simulate.worlds.market import Market
from nija_research.simulate.worlds.moments import Moments
from nija_research.simulate.worlds.world import World

__all__ = ["FLOOR", "Scene", "scene_of", "stationary_rows"]

#: A price cannot fall below 0: laws with fat tails are cut off here.
FLOOR = -0.9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """
    Paths of one world.

    Attributes
    ----------
    name : str
        Of the world.
    world : World
        The paths, row by row.
    says : str
        A clause: what the paths are.
    groups : int
        Resamples of the history that the paths come from, equally many from each; 0 where the law is known.
    """

    name: str
    world: World = field(repr=False)
    says: str
    groups: int = 0

    @property
    def paths(self) -> int:
        """Number of paths."""
        return self.world.paths or 0

    @property
    def bars(self) -> int:
        """Bars of each."""
        return self.world.horizon or 0

    @property
    def years(self) -> float:
        """Years of each."""
        return self.bars / self.world.calendar.steps_per_year

    def moved(self, edge: float) -> Scene:
        """Return the scene with something added to every return."""
        arrays = self.world.arrays._replace(returns=self.world.arrays.returns + edge)
        return replace(self, world=replace(self.world, arrays=arrays))

    def part(self, first: int, last: int, name: str, says: str, groups: int = 0) -> Scene:
        """Return paths number `first` to `last` as a scene of their own."""
        cut = slice(first * self.bars, last * self.bars)
        arrays = self.world.arrays._replace(returns=self.world.arrays.returns[cut], rows=self.world.arrays.rows[cut])
        return Scene(name=name, world=replace(self.world, arrays=arrays, paths=last - first), says=says, groups=groups)


def scene_of(
    name: str,
    returns: NDArray[np.float64],
    rows: NDArray[np.int64],
    market: Market,
    calendar: Calendar,
    costs: Costs,
    says: str,
    *,
    groups: int = 0,
) -> Scene:
    """Return a scene of returns before costs, shape (paths, bars), and the market row before each of them."""
    net = costs.net(np.maximum(returns, FLOOR))
    world = World(
        name=name,
        arrays=WorldArrays.of(WINDOWS, [net.shape[1]], net, rows),
        market=market,
        calendar=calendar,
        moments=Moments(mean=float(net.mean()), sd=float(net.std())),
        source=says,
        paths=len(net),
        horizon=net.shape[1],
    )
    return Scene(name=name, world=world, says=says, groups=groups)


def stationary_rows(n: int, shape: tuple[int, int], block: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """
    Return rows of the stationary bootstrap: blocks of mean length `block` on the circle of `n` rows.

    The same law as `simulate.worlds.bootstrap`, whose compiled draws cannot be drawn from again, as a resample of a
    resample must be.
    """
    fresh = rng.random(shape) < 1.0 / block
    fresh[:, 0] = True
    start = rng.integers(n, size=shape, dtype=np.int64)
    at = np.arange(shape[1])
    last = np.maximum.accumulate(np.where(fresh, at, 0), axis=1)
    return np.asarray((np.take_along_axis(start, last, axis=1) + at - last) % n)
