"""
The books that are compared: each regime model acted on in two ways, and the controls, on one history.

"multiplier" sizes by the printed multiplier of the label held, "expected" by the multipliers weighted with the labels'
probabilities, "calm only" is in while the market is called calm and out otherwise, "predicted calm" is in while a
forecast of stress is below one half. Stands on: `walk`, `controls`, `labels`, `indicators`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.estimate.indicators import average_directional_index
from nija_research.estimate.regimes import controls
from nija_research.estimate.regimes.hindsight import refuse
from nija_research.estimate.regimes.labels import expected_multiplier
from nija_research.estimate.regimes.names import LABELS
from nija_research.estimate.regimes.walk import WalkForward

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["CONTROLS", "books", "multiplier"]

#: Names of the rows that know nothing of regimes.
CONTROLS = (
    "hold",
    "flat at the model's mean",
    "volatility target",
    "calm volatility",
    "near peak",
    "rising",
    "trend strength",
)


def multiplier(label: NDArray[np.str_], shares: Sequence[float]) -> NDArray[np.float64]:
    """
    Printed multiplier of each label.

    Parameters
    ----------
    label : numpy.ndarray of str, shape (n,)
        Printed labels or UNKNOWN.
    shares : sequence of six float
        Multiplier of each label in printed order, UNKNOWN last: ``policy.RegimeShares().arrays().share``.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        If `label` was made with hindsight.
    """
    refuse("label", label)
    by_name = dict(zip(LABELS, shares, strict=True))
    return np.array([by_name[str(name)] for name in label])


def books(
    returns: pd.Series,
    walks: Mapping[str, WalkForward],
    shares: Sequence[float],
    *,
    prices: pd.DataFrame | None = None,
    stress: NDArray[np.float64] | None = None,
) -> dict[str, NDArray[np.float64]]:
    """
    Positions of every model and control.

    Parameters
    ----------
    returns : pandas.Series, shape (n,)
        Simple returns per bar, shares.
    walks : mapping of str to WalkForward
        Name to labels of the day; the first one sets the exposure of the flat book.
    shares : sequence of six float
        As in `multiplier`.
    prices : pandas.DataFrame, optional
        Bars with high, low and close at the times of `returns`, for the rule on trend strength.
    stress : numpy.ndarray, shape (n,), optional
        Forecast probability of stress, as `predict_stress` makes it; where it is NaN the first walk's label stands in.

    Returns
    -------
    dict of str to numpy.ndarray, shape (n,)
        Hold first, then models, then controls.
    """
    found = {"hold": np.ones(len(returns))}
    for name, walk in walks.items():
        found[f"{name}: multiplier"] = multiplier(walk.label, shares)
        if name == next(iter(walks)):
            found[f"{name}: expected"] = expected_multiplier(walk.label_probability, shares)
        found[f"{name}: calm only"] = (walk.state == 0).astype(np.float64)
    leader = next(iter(walks.values()))
    if stress is not None:
        found["prediction: calm only"] = np.where(np.isnan(stress), leader.state == 0, stress < 0.5).astype(np.float64)
    # Known only afterwards, and no rule to trade by: it shows what exposure alone explains.
    mean = multiplier(leader.label, shares)[leader.train :].mean()
    found["flat at the model's mean"] = np.full(len(returns), mean)
    found["volatility target"] = controls.volatility_target(returns)
    found["calm volatility"] = controls.calm_volatility(returns)
    found["near peak"] = controls.near_peak(returns)
    found["rising"] = controls.rising(returns)
    if prices is not None:
        # Wilder: a trend is there above 25; in it only while it rises.
        strength = average_directional_index(prices).reindex(returns.index).to_numpy()
        found["trend strength"] = np.where(strength > 25.0, controls.rising(returns), 1.0)
    return found
