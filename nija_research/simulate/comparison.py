"""
What a comparison of two return series found: three differences, and what is known of their ranges.

Nothing here computes; `compare` does. Stands on: nothing of this package.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Comparison", "Difference"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Difference:
    """
    What the first series has more than the second, and what resampling makes of it.

    Attributes
    ----------
    estimate : float
        In the series as they are.
    low, high : float
        Percentiles of the resamples that hold the middle `level` of them.
    nominal : float or None
        The level at which `low` to `high` may be called a confidence interval; None where it may not.
    covers : str
        What is known of that.
    draws : ndarray, shape (draws,)
        One number a resample; NaN where it is not defined (the Sharpe ratio of a constant series).
    """

    estimate: float
    low: float
    high: float
    nominal: float | None
    covers: str
    draws: NDArray[np.float64] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """
    Two series compared; every figure is the first one's minus the second one's.

    Attributes
    ----------
    sharpe : Difference
        Of Sharpe ratios, per period.
    drawdown : Difference
        Of max drawdowns, shares; below 0 where the first fell less.
    growth : Difference
        Of mean log growth, nats a period.
    n : int
        Rows of the series.
    block : float
        Mean length of a block, rows.
    level : float
        Share of the resamples between `low` and `high`.
    """

    sharpe: Difference
    drawdown: Difference
    growth: Difference
    n: int
    block: float
    level: float

    def frame(self) -> pd.DataFrame:
        """Return the three differences: columns estimate, low, high, nominal (NaN for none), covers."""
        import pandas as pd

        names = ("sharpe", "drawdown", "growth")
        rows = {name: getattr(self, name) for name in names}
        kept = ("estimate", "low", "high", "nominal", "covers")
        table = pd.DataFrame({c: [getattr(rows[name], c) for name in names] for c in kept}, index=list(names))
        return table.astype({"nominal": float})
