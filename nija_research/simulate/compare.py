"""
Two return series side by side, resampled together: by how much do they differ, and how sure is that?

Whole rows are drawn, so that what the two have in common stays in common, in blocks of the stationary bootstrap [1]_,
with the same counter-based draws as `worlds.bootstrap`. Every resample is reduced to six numbers on the way and never
stored. Returns are per period, shares of one; with a resample's mean ``m``, standard deviation ``s`` (n - 1) and
cumulated log returns ``L_0 = 0, L_1, ... L_n``:

- Sharpe ratio, per period: ``m / s``;
- max drawdown, of compounded equity, the start included: ``1 - exp(min_t (L_t - max_{u <= t} L_u))``;
- growth, nats a period: ``L_n / n``.

These resample two finished series; a policy that depends on its own path is better run anew on resampled markets
(`run` in a `worlds.bootstrap`). Stands on: `comparison`, `pairs`, `worlds`, `run`,
`estimate`.

References
----------
.. [1] Politis, D. N., Romano, J. P. (1994). The stationary bootstrap. Journal of the American Statistical
   Association 89.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.policy.checks import choice, count
from nija_research.simulate.comparison import Comparison, Difference
from nija_research.simulate.pairs import as_they_are, resample
from nija_research.simulate.run import spread
from nija_research.simulate.squares import Seed, key_of
from nija_research.simulate.vector import LANES
from nija_research.simulate.worlds.blocks import bootstrap
from nija_research.units import finite, share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["resampled"]

#: Resamples that a thread takes at a time, a whole number of blocks of lanes.
_CHUNK = 4 * LANES
#: Fewer rows than this are no series: blocks, and an interval from them, would be noise.
_FEWEST = 20

#: What a percentile range of two series' drawdowns is worth; said wherever it is printed.
_DRAWDOWN_COVERS = (
    "not a 95 % interval: ranges like this one, of path-dependent policies on 2 to 5 years of days, "
    "held the truth in 68 to 82 of 100 simulations"
)


def resampled(
    a: ArrayLike,
    b: ArrayLike,
    *,
    block: float | Literal["auto"] = "auto",
    draws: int = 10_000,
    rng: Seed = 0,
    level: float = 0.95,
    threads: int | None = None,
) -> Comparison:
    """
    Compare two return series by resampling their rows together.

    Parameters
    ----------
    a, b : array_like, shape (n,)
        Returns of the same periods, shares of one above -1, at least 20.
    block : float or "auto", optional
        Mean length of a block in rows, in [1, n]. "auto" is Politis and White's for returns or squares of either
        series, whichever is longest.
    draws : int, optional
        Resamples.
    rng : int or numpy.random.Generator, optional
        Seed, or a generator, which is advanced.
    level : float, optional
        Share of the resamples between the ends of a percentile interval, in (0, 1).
    threads : int, optional
        All processors unless given. Changes no number.

    Returns
    -------
    Comparison

    Raises
    ------
    ParameterError
        If the series differ in length, are too short, constant, or hold what is not a return; or a setting is out of
        range.

    Notes
    -----
    The percentile interval is first-order correct for Sharpe ratios and growth when blocks are long enough for the
    series' memory. For drawdowns it is not called an interval at all: an extreme of a path is not a smooth function of
    means, and resampled paths are not paths that the policies would have taken.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> calm = rng.normal(0.001, 0.01, 500)
    >>> found = resampled(calm, 2.0 * calm, block=5, draws=500)
    >>> found.drawdown.high < 0.0, found.drawdown.nominal is None
    (True, True)
    """
    first, second = _series("a", a), _series("b", b)
    n = len(first)
    if len(second) != n:
        raise ParameterError(f"a and b must be returns of the same periods, got {n} and {len(second)}.")
    draws = count("draws", draws, low=1)
    if not 0.0 < share("level", level) < 1.0:
        raise ParameterError(f"level must lie inside (0, 1), got {level!r}.")
    length = _length(first, second, block)
    mean_a, mean_b = float(first.mean()), float(second.mean())
    # Deviations, not returns: the squares of large means would drown a small variance.
    world = bootstrap(first, block=length).arrays._replace(returns=first - mean_a)
    table = np.stack([second - mean_b, np.log1p(first), np.log1p(second)], axis=1).ravel()
    key, out, whole = key_of(rng), np.empty((3, draws)), np.empty(3)

    def part(begin: int, end: int) -> None:
        resample(world, table, mean_a, mean_b, key, begin, out[:, begin:end])

    spread(part, draws, _CHUNK, threads)
    as_they_are(world.returns, table, mean_a, mean_b, whole)
    return Comparison(
        sharpe=_difference(whole[0], out[0], level),
        drawdown=_difference(whole[1], out[1], level, covers=_DRAWDOWN_COVERS),
        growth=_difference(whole[2], out[2], level),
        n=n,
        block=length,
        level=level,
    )


def _series(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Return a checked series."""
    try:
        r = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(f"{name} must be numbers: returns, shares of one.") from None
    if r.ndim != 1 or len(r) < _FEWEST:
        raise ParameterError(f"{name} must be one series of at least {_FEWEST} returns, got shape {r.shape}.")
    bad = np.flatnonzero(~np.isfinite(r) | (r <= -1.0))
    if bad.size:
        raise ParameterError(
            f"{name}[{bad[0]}] must be a finite return above -1, got {r[bad[0]]}. Write 5 % as 0.05; an account that "
            "has lost everything has no growth to compare."
        )
    if np.ptp(r) == 0.0:
        raise ParameterError(f"{name} is constant ({r[0]:g}): it has no Sharpe ratio. Compare a series that varies.")
    return r


def _length(a: NDArray[np.float64], b: NDArray[np.float64], block: float | str) -> float:
    """Mean length of the common block."""
    from nija_research.estimate.bootstrap import block_length

    if isinstance(block, str):
        choice("block", block, ("auto",))
        return float(max(block_length(a), block_length(b)))
    length = finite("block", block)
    if not 1.0 <= length <= len(a):
        raise ParameterError(f"block must lie in [1, {len(a)}], the number of rows; got {block!r}.")
    return length


def _difference(estimate: float, draws: NDArray[np.float64], level: float, *, covers: str = "") -> Difference:
    """Percentiles of the draws that are defined."""
    defined = draws[~np.isnan(draws)]
    tail = 50.0 * (1.0 - level)
    low, high = np.percentile(defined, [tail, 100.0 - tail]) if len(defined) else (np.nan, np.nan)
    return Difference(
        estimate=float(estimate),
        low=float(low),
        high=float(high),
        nominal=None if covers else level,
        covers=covers or f"nominally {level:.0%}, for blocks as long as the memory of the series",
        draws=draws,
    )
