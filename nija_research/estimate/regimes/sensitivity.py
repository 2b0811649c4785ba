"""
One book at many settings, so that no setting can be picked after the fact.

Stands on: `walk`, `books`, `value`.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nija_research.estimate.regimes.books import multiplier
from nija_research.estimate.regimes.value import value_table
from nija_research.estimate.regimes.walk import walk_forward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nija_research.estimate.regimes.model import Model

__all__ = ["sensitivity"]


def sensitivity(
    returns: pd.Series,
    shares: Sequence[float],
    *,
    models: Sequence[Model] = ("t_hmm",),
    states: Sequence[int] = (2, 3, 4),
    trains: Sequence[int] = (504,),
    delays: Sequence[int] = (1, 5, 10),
    costs: Sequence[float] = (0.0005,),
    refit: int = 21,
    **options: Any,
) -> pd.DataFrame:
    """
    Size by the printed multiplier of the label, at every combination of settings.

    Parameters
    ----------
    returns : pandas.Series, shape (n,)
        Simple returns per bar, shares.
    shares : sequence of six float
        As in `books.multiplier`.
    models, states, trains : sequence, optional
        Passed to `walk_forward`.
    delays, costs : sequence, optional
        Passed to `value_table`.
    refit : int, optional
        Bars between fits.
    **options
        Passed to `value_table`; `start` is the same for all.

    Returns
    -------
    pandas.DataFrame
        One row a combination: model, states, train, refit, delay, cost, sharpe, difference (to holding),
        difference_low, difference_high, drawdown, turnover.
    """
    rows = []
    for model, k, train in product(models, states, trains):
        walk = walk_forward(returns, model, k, train=train, refit=refit)
        book = {"hold": np.ones(len(returns)), "label": multiplier(walk.label, shares)}
        for delay, cost in product(delays, costs):
            line = value_table(returns, book, delay=delay, cost=cost, **options).iloc[1]
            found = {"model": model, "states": k, "train": train, "refit": refit, "delay": delay, "cost": cost}
            shown = ["sharpe", "difference", "difference_low", "difference_high", "drawdown", "turnover"]
            rows.append(found | line[shown].to_dict())
    return pd.DataFrame(rows)
