"""
What looking ahead would have earned: a warning, with numbers.

The one place where hindsight is traded on purpose, beside what could have been known with the same parameters and with
parameters of the day. Stands on: `model`, `walk`, `value`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.estimate.regimes.model import RegimeModel
from nija_research.estimate.regimes.value import value_table

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from nija_research.estimate.regimes.walk import WalkForward

__all__ = ["cost_of_look_ahead"]


def cost_of_look_ahead(
    returns: ArrayLike | pd.Series,
    fitted: RegimeModel,
    walk: WalkForward,
    *,
    cost: float = 0.0,
    periods: float = 252.0,
    draws: int = 200,
    rng: int = 0,
) -> pd.DataFrame:
    """
    Be in while the market is calm, known at four degrees of honesty.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Simple returns per bar, shares.
    fitted : RegimeModel
        Fitted to all of them: its parameters know the future already.
    walk : WalkForward
        The labels of the day.
    cost : float, optional
        Share of the amount traded that each change costs.
    periods : float, optional
        Bars in a year.
    draws : int, optional
        Bootstrap samples.
    rng : int, optional
        Seed.

    Returns
    -------
    pandas.DataFrame
        As `value_table`, rows: hold, smoothed, most likely path, filtered with later parameters, walk forward.
    """
    calm = fitted.classes == 0
    books = {
        "hold": np.ones(len(walk)),
        # np.asarray takes the mark off: here, and nowhere else, hindsight is traded to see what it would fake.
        "smoothed states (hindsight)": calm[np.asarray(fitted.smooth(returns)).argmax(axis=1)],
        "most likely path (hindsight)": calm[np.asarray(fitted.viterbi(returns))],
        "filtered, later parameters": calm[fitted.filter(returns).argmax(axis=1)],
        "walk forward": walk.state == 0,
    }
    positions = {name: book.astype(np.float64) for name, book in books.items()}
    return value_table(returns, positions, start=walk.train, cost=cost, periods=periods, draws=draws, rng=rng)
