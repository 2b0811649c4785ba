"""
Whether a recommendation holds up when the log is drawn anew.

The log's trades are resampled in blocks, each resample becomes a world of its own, and the recommendation is made anew
in it. A rate that only some of the resamples ask for is not the log's but the sample's. Stands on: `chest.equal_risk`,
`worlds`, `estimate.bootstrap`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy.checks import count
from nija_research.simulate.chest.equal_risk import Judgement, judged
from nija_research.simulate.chest.places import with_edge
from nija_research.simulate.worlds.blocks import bootstrap

if TYPE_CHECKING:
    import pandas as pd

    from nija_research.simulate.worlds.costs import Costs

__all__ = ["STABLE", "Stability", "stability"]

#: Share of the resamples that must agree before a recommendation is called stable.
STABLE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stability:
    """
    How often each recommendation is made.

    Attributes
    ----------
    shares : dict of float to float
        Share of the resamples by recommended rate (0 is "do not siphon"), the most frequent first.
    reasons : dict of str to float
        Share of the resamples by reason.
    agreed : float
        Share that recommend what the log itself does.
    draws : int
        Resamples.
    """

    shares: dict[float, float]
    reasons: dict[str, float]
    agreed: float
    draws: int

    @property
    def stable(self) -> bool:
        """Whether at least `STABLE` of the resamples agree with the log."""
        return self.agreed >= STABLE


def stability(
    trades: pd.DataFrame,
    stake: float,
    found: Judgement,
    *,
    draws: int = 40,
    costs: Costs | None = None,
    edge: float | None = None,
    rng: int = 0,
    **settings: Any,
) -> Stability:
    """
    Ask resamples of a log what `judged` recommends.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table; its column `return` is resampled.
    stake : float
        Share of sizing capital in use.
    found : Judgement
        What the log itself recommends.
    draws : int, optional
        Resamples.
    costs : Costs, optional
        As in `worlds.bootstrap`.
    edge : float, optional
        Mean over standard deviation that every resample is moved to; its own unless given.
    rng : int, optional
        Seed of resamples and paths.
    **settings
        Of `judged`.

    Returns
    -------
    Stability

    Raises
    ------
    ParameterError
        If there are fewer than three trades, or as in `judged`.
    """
    from nija_research.estimate.bootstrap import block_length, resamples

    draws = count("draws", draws, low=1)
    r = trades["return"].to_numpy(dtype=float)
    if len(r) < 3:
        raise ParameterError(f"trades must be at least three to be resampled, got {len(r)}.")
    block = block_length(r)
    rates: list[float] = []
    reasons: list[str] = []
    for rows in resamples(np.arange(float(len(r))), draws=draws, block=block, rng=np.random.default_rng(rng)):
        for row in rows:
            drawn = trades.assign(**{"return": r[row.astype(np.int64)]})
            world = bootstrap(with_edge(drawn, edge), block=block, costs=costs)
            again = judged(world, stake, rng=rng, **settings)
            rates.append(again.rate)
            reasons.append(again.reason)
    shares = {rate: rates.count(rate) / draws for rate in sorted(set(rates), key=rates.count, reverse=True)}
    return Stability(
        shares=shares,
        reasons={why: reasons.count(why) / draws for why in sorted(set(reasons), key=reasons.count, reverse=True)},
        agreed=shares.get(found.rate, 0.0),
        draws=draws,
    )
