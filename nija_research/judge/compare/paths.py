"""
What policies come to on the paths of a scene, one number a path and measure, for many policies and stakes at once.

Stands on: `simulate`, `scene`, `promise`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nija_research.judge.compare.scene import Scene
from nija_research.policy import Policy
from nija_research.simulate.result import SimulationResult
from nija_research.simulate.sweep import sweep
from nija_research.units import EDGE

__all__ = ["LEAST", "Lane", "Outcomes", "outcomes"]

#: An account that has lost 99 % is over: its growth is counted as if it kept so much of the opening equity.
LEAST = 0.01

#: Columns of the kernel that the measures are made of.
_COLUMNS = ("unit", "max_drawdown", "squared_depth", "under_water", "sum_return", "sum_square", "halts", "short")
_BASE = 10_000.0
#: Stakes may exceed equity: a policy that is scaled to equal risk may need borrowed money.
_POWER = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """
    One run on every path of a scene.

    Attributes
    ----------
    policy : Policy
        What is followed.
    scale : float
        What every stake is multiplied with.
    edge : float
        What is added to every return.
    target : float
        Multiple of the opening equity whose first reaching is timed; 0 where none is.
    """

    policy: Policy
    scale: float = 1.0
    edge: float = 0.0
    target: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """
    Runs on the paths of one scene.

    Attributes
    ----------
    scene : Scene
        The paths.
    runs : dict of Lane to SimulationResult
        What each lane left.
    """

    scene: Scene
    runs: dict[Lane, SimulationResult]

    def of(self, lane: Lane, measure: str, *, depth: float = 0.20) -> NDArray[np.float64]:
        """
        Return a measure path by path, shape (paths,).

        Growth is in nats a year; the rest are shares, of the year for "time_to_target" (years, the length of the path
        where the target is not reached).
        """
        run = self.runs[lane]
        if measure == "growth":
            return np.asarray(np.log(np.maximum(run["unit"], LEAST)) / run.years)
        if measure == "halted":
            return (run["halts"] > 0.0).astype(np.float64)
        if measure == "deep":
            return (run.max_drawdown >= depth - EDGE).astype(np.float64)
        if measure == "time_to_target":
            return np.minimum(run.time_to_target, run.horizon) / run.horizon * run.years
        return np.asarray(getattr(run, measure))


def outcomes(scene: Scene, lanes: Iterable[Lane]) -> Outcomes:
    """
    Run lanes on a scene, as many as possible on the same draw.

    Parameters
    ----------
    scene : Scene
        The paths.
    lanes : iterable of Lane
        Repeated ones are run once.

    Returns
    -------
    Outcomes
    """
    runs: dict[Lane, SimulationResult] = {}
    wanted = dict.fromkeys(lanes)
    for edge, target in dict.fromkeys((lane.edge, lane.target) for lane in wanted):
        some = [lane for lane in wanted if (lane.edge, lane.target) == (edge, target)]
        swept = sweep(
            [lane.policy for lane in some],
            scene.moved(edge).world if edge else scene.world,
            base=_BASE,
            buying_power=_POWER,
            scales=[lane.scale for lane in some],
            target=target * _BASE if target else None,
            columns=_COLUMNS,
            n_paths=scene.paths,
            horizon=scene.bars,
            specialise=False,
        )
        runs |= dict(zip(some, swept.results.values(), strict=True))
    return Outcomes(scene=scene, runs=runs)
