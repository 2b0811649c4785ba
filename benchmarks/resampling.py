"""The joint bootstrap of two return series against arch around the same statistics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.clock import cpu, one_core, wall
from benchmarks.page import Page

__all__ = ["resampling"]

_DAYS, _DRAWS, _PEER_DRAWS, _BLOCK = 5000, 10_000, 500, 10


def _differences(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Differences of Sharpe ratio and max drawdown in numpy, as quick as it goes."""
    found = []
    for r in (a, b):
        equity = np.cumprod(1.0 + r)
        peak = np.maximum(np.maximum.accumulate(equity), 1.0)
        found.append((r.mean() / r.std(ddof=1), 1.0 - (equity / peak).min()))
    return np.subtract(*found)


def resampling(page: Page) -> None:
    """Sharpe ratios and drawdowns of two series of 5,000 days."""
    from arch.bootstrap import StationaryBootstrap

    from nija_research.simulate import compare_returns

    page.section("Two return series resampled", "what / peer | ours | peer | ratio")
    rng = np.random.default_rng(1)
    a = 0.0005 + 0.01 * rng.standard_t(4, _DAYS)
    b = 0.5 * a + rng.normal(0.0, 0.004, _DAYS)
    peer = StationaryBootstrap(_BLOCK, a, b, seed=1)
    units = (float(_DRAWS), float(_PEER_DRAWS))

    def theirs() -> object:
        return peer.apply(_differences, _PEER_DRAWS)

    ours = compare_returns(a, b, block=_BLOCK, draws=_DRAWS)
    means = np.asarray(peer.apply(_differences, 2000)).mean(axis=0)
    with one_core():
        page.pair(
            "a resample of 5,000 days, processor / arch",
            lambda: compare_returns(a, b, block=_BLOCK, draws=_DRAWS),
            theirs,
            5,
            units=units,
            unit=("µs", 1e6),
            clock=cpu,
        )
    page.pair(
        "a resample of 5,000 days, wall, all cores / arch",
        lambda: compare_returns(a, b, block=_BLOCK, draws=_DRAWS),
        theirs,
        5,
        units=units,
        unit=("µs", 1e6),
        clock=wall,
    )
    errors = (ours.draws[0].std(), ours.draws[1].std()) / np.sqrt(2000)
    gaps = (ours.draws[0].mean() - means[0], ours.draws[1].mean() - means[1])
    page.note(
        "Means of ours and arch (2,000 resamples) differ by "
        f"{abs(gaps[0]) / errors[0]:.1f} (Sharpe ratio) and {abs(gaps[1]) / errors[1]:.1f} (drawdown) standard errors. "
        "arch runs on one core."
    )
