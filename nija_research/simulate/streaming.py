"""
Figures of very many paths, whose memory does not grow with their number.

A run keeps its columns path by path; a million paths times all columns is a quarter of a gigabyte. `fold` runs pieces
one after the other and keeps sums alone. The figures are those of one run over all paths; quantiles need the paths and
are not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy import Policy
from nija_research.simulate.checks import names_of, numbers_of, one_policy, one_world
from nija_research.simulate.metrics import MEASURES, frame, mean_interval, percent, proportion
from nija_research.simulate.rng import Seed
from nija_research.simulate.runner import run
from nija_research.simulate.worlds.world import World
from nija_research.units import EDGE, count, share

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["fold"]

#: Paths of one piece.
PIECE = 65_536


def fold(
    policy: Policy,
    world: World,
    *,
    n_paths: int,
    rng: Seed = 0,
    measures: Sequence[str] = ("growth", "volatility", "max_drawdown"),
    depths: Sequence[float] = (0.1, 0.2, 0.3),
    floors: Sequence[float] = (0.5,),
    **settings: Any,
) -> pd.DataFrame:
    """
    Return means and chances over any number of paths.

    Parameters
    ----------
    policy, world, n_paths, rng
        As in `simulate.run`.
    measures : sequence of str, optional
        Names of `metrics.MEASURES`, whose means are taken.
    depths : sequence of float, optional
        Drawdowns whose chance is counted.
    floors : sequence of float, optional
        Shares of the opening value; the chance of ever falling to each is counted.
    **settings
        Other settings of `simulate.run`.

    Returns
    -------
    pandas.DataFrame
        Indexed by figure; columns value, se, low, high, n.

    Raises
    ------
    ParameterError
        As in `simulate.run`.
    """
    one_policy(policy)
    one_world(world).check(count("n_paths", n_paths, low=1), 1)
    measures = names_of("measures", measures, MEASURES, "measure")
    depths = [share("depths", value) for value in numbers_of("depths", depths)]
    floors = [share("floors", value) for value in numbers_of("floors", floors)]
    if "first" in settings:
        raise ParameterError("first is what fold counts by: leave it out. Other paths are another rng's.")
    # One seed for all pieces: a generator would move on from piece to piece.
    seed, seen = int(rng.integers(2**63)) if isinstance(rng, np.random.Generator) else rng, 0
    sums: dict[str, tuple[float, float]] = dict.fromkeys(measures, (0.0, 0.0))
    hits = np.zeros(len(depths) + len(floors), dtype=np.int64)
    while seen < n_paths:
        many = min(PIECE, n_paths - seen)
        piece = run(policy, world, n_paths=many, rng=seed, first=seen, **settings)
        for name in measures:
            sums[name] = _merged(sums[name], seen, MEASURES[name](piece))
        hits += [
            *(int(np.count_nonzero(piece.max_drawdown >= depth - EDGE)) for depth in depths),
            *(int(np.count_nonzero(piece.lowest <= floor + EDGE)) for floor in floors),
        ]
        seen += many
    rows = {name: mean_interval(mean, (m2 / max(seen - 1, 1)) ** 0.5, seen) for name, (mean, m2) in sums.items()}
    names = [f"chance_of_drawdown_{percent(d)}" for d in depths]
    names += [f"chance_of_ruin_{percent(x)}" for x in floors]
    for name, k in zip(names, hits.tolist(), strict=True):
        rows[name] = proportion(k, seen)
    return frame(rows)


def _merged(so_far: tuple[float, float], seen: int, values: Any) -> tuple[float, float]:
    """Mean and sum of squared deviations with another piece added (Chan, Golub and LeVeque 1979)."""
    mean, m2 = so_far
    many = len(values)
    here = float(np.mean(values))
    shift = here - mean
    total = seen + many
    return mean + shift * many / total, m2 + float(np.sum((values - here) ** 2)) + shift**2 * seen * many / total
