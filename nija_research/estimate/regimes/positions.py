"""
The positions that are compared: each regime model acted on in two ways, and benchmark rules of one line.

Positions are multiples of equity decided at the close of a bar; those of the benchmark rules lie between 0 and 1, NaN
while there are too few bars. "multiplier" sizes by the printed multiplier of the label held, "expected" by the
multipliers weighted with the labels' probabilities, "calm only" is in while the market is called calm and out
otherwise, "predicted calm" is in while a forecast of stress is below one half. Two experiments stand here too: what
looking ahead would have earned (the one place where hindsight is traded on purpose), and one position at many
settings, so that no setting can be picked after the fact.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nija_research.estimate.indicators import average_directional_index
from nija_research.estimate.regimes.classifiers import WINDOW, rolling_scale
from nija_research.estimate.regimes.evaluation import value_table
from nija_research.estimate.regimes.labels import expected_multiplier
from nija_research.estimate.regimes.model import RegimeModel
from nija_research.estimate.regimes.series import LABELS, as_series, refuse_hindsight
from nija_research.estimate.regimes.walk import WalkForward, walk_forward

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from nija_research.estimate.regimes.model import Model

__all__ = [
    "calm_volatility",
    "expanding_quantile",
    "label_multiplier",
    "look_ahead_bias",
    "near_peak",
    "rising",
    "sensitivity",
    "strategy_positions",
    "volatility_target",
]


def calm_volatility(returns: ArrayLike, *, window: int = WINDOW, share: float = 0.8) -> NDArray[np.float64]:
    """
    In while rolling volatility is below a quantile of its own past.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar.
    window : int, optional
        Bars of the volatility.
    share : float, optional
        The quantile, of all windows up to and with this one.

    Returns
    -------
    numpy.ndarray, shape (n,)
        0 or 1; NaN until a year of windows is there.
    """
    scale = rolling_scale(as_series(returns), window)
    edge = expanding_quantile(scale, share, first=window - 1)
    position = (scale <= edge).astype(np.float64)
    position[: window - 1 + 252] = np.nan
    return position


def expanding_quantile(values: NDArray[np.float64], share: float, first: int = 0) -> NDArray[np.float64]:
    """
    Quantile of everything seen so far, from row `first` on, this row among it.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
    share : float
        The quantile.
    first : int, optional
        Rows before it do not count.

    Returns
    -------
    numpy.ndarray, shape (n,)
        NaN before `first`; linear between order statistics, as numpy's default.
    """
    past = pd.Series(values).where(np.arange(len(values)) >= first)
    return past.expanding().quantile(share).to_numpy()


def near_peak(returns: ArrayLike, *, depth: float = 0.1) -> NDArray[np.float64]:
    """
    In while the price is less than `depth` below its highest close.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Simple returns per bar, shares.
    depth : float, optional
        A share.

    Returns
    -------
    numpy.ndarray, shape (n,)
        0 or 1.
    """
    price = np.concatenate([[1.0], np.cumprod(1.0 + as_series(returns))])
    return np.asarray((price > (1.0 - depth) * np.maximum.accumulate(price)).astype(np.float64)[1:])


def rising(returns: ArrayLike, *, window: int = 200) -> NDArray[np.float64]:
    """
    In while the price is above its mean over the last bars.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Simple returns per bar, shares.
    window : int, optional
        Bars of the mean.

    Returns
    -------
    numpy.ndarray, shape (n,)
        0 or 1; NaN until the window is full.
    """
    price = np.cumprod(1.0 + as_series(returns))
    total = np.zeros(max(len(price) - window + 1, 0))
    for lag in range(window if len(total) else 0):
        total += price[lag : lag + len(total)]
    position = np.full(len(price), np.nan)
    position[window - 1 :] = price[window - 1 :] > total / window
    return position


def volatility_target(returns: ArrayLike, *, window: int = WINDOW, target: float | None = None) -> NDArray[np.float64]:
    """
    As much as keeps volatility at a target, never more than 1.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar.
    window : int, optional
        Bars of the volatility.
    target : float, optional
        Standard deviation of a bar; the median of all windows so far unless given.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Between 0 and 1; NaN until a year of windows is there.
    """
    scale = rolling_scale(as_series(returns), window)
    goal = expanding_quantile(scale, 0.5, first=window - 1) if target is None else np.full(len(scale), float(target))
    position = np.minimum(goal / np.maximum(scale, 1e-12), 1.0)
    position[: window - 1 + 252] = np.nan
    return np.asarray(position)


def label_multiplier(label: NDArray[np.str_], multipliers: Sequence[float]) -> NDArray[np.float64]:
    """
    Printed multiplier of each label.

    Parameters
    ----------
    label : numpy.ndarray of str, shape (n,)
        Printed labels or UNKNOWN.
    multipliers : sequence of six float
        Multiplier of each label in printed order, UNKNOWN last: ``policy.RegimeShares().multipliers``.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        If `label` was made with hindsight.
    """
    refuse_hindsight("label", label)
    by_name = dict(zip(LABELS, multipliers, strict=True))
    return np.array([by_name[str(name)] for name in label])


def strategy_positions(
    returns: pd.Series,
    walks: Mapping[str, WalkForward],
    multipliers: Sequence[float],
    *,
    prices: pd.DataFrame | None = None,
    stress: NDArray[np.float64] | None = None,
) -> dict[str, NDArray[np.float64]]:
    """
    Positions of every model and benchmark.

    Parameters
    ----------
    returns : pandas.Series, shape (n,)
        Simple returns per bar, shares.
    walks : mapping of str to WalkForward
        Name to labels of the day; the first one sets the exposure of the flat position.
    multipliers : sequence of six float
        As in `label_multiplier`.
    prices : pandas.DataFrame, optional
        Bars with high, low and close at the times of `returns`, for the rule on trend strength.
    stress : numpy.ndarray, shape (n,), optional
        Forecast probability of stress, as `predict_stress` makes it; where it is NaN the first walk's label stands in.

    Returns
    -------
    dict of str to numpy.ndarray, shape (n,)
        Hold first, then models, then benchmarks.
    """
    leading, leader = next(iter(walks.items()))
    positions = {"hold": np.ones(len(returns))}
    for name, walk in walks.items():
        positions[f"{name}: multiplier"] = label_multiplier(walk.label, multipliers)
        if name == leading:
            positions[f"{name}: expected"] = expected_multiplier(walk.label_probability, multipliers)
        positions[f"{name}: calm only"] = (walk.state == 0).astype(np.float64)
    if stress is not None:
        calm = np.where(np.isnan(stress), leader.state == 0, stress < 0.5)
        positions["prediction: calm only"] = calm.astype(np.float64)
    # Known only afterwards, and no rule to trade by: it shows what exposure alone explains.
    mean = positions[f"{leading}: multiplier"][leader.train :].mean()
    positions["flat at the model's mean"] = np.full(len(returns), mean)
    positions["volatility target"] = volatility_target(returns)
    positions["calm volatility"] = calm_volatility(returns)
    positions["near peak"] = near_peak(returns)
    positions["rising"] = rising(returns)
    if prices is not None:
        # Wilder: a trend is there above 25; in it only while it rises.
        strength = average_directional_index(prices).reindex(returns.index).to_numpy()
        positions["trend strength"] = np.where(strength > 25.0, rising(returns), 1.0)
    return positions


def look_ahead_bias(
    returns: ArrayLike,
    fitted: RegimeModel,
    walk: WalkForward,
    *,
    cost: float = 0.0,
    periods: float = 252.0,
    draws: int = 200,
    rng: int = 0,
) -> pd.DataFrame:
    """
    What looking ahead would have earned: in while the market is calm, known in four ways.

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
    positions = {
        "hold": np.ones(len(walk)),
        # np.asarray takes the mark off: here, and nowhere else, hindsight is traded to see how large the bias is.
        "smoothed states (hindsight)": calm[np.asarray(fitted.smooth(returns)).argmax(axis=1)].astype(np.float64),
        "most likely path (hindsight)": calm[np.asarray(fitted.viterbi(returns))].astype(np.float64),
        "filtered, later parameters": calm[fitted.filter(returns).argmax(axis=1)].astype(np.float64),
        "walk forward": (walk.state == 0).astype(np.float64),
    }
    return value_table(returns, positions, start=walk.train, cost=cost, periods=periods, draws=draws, rng=rng)


def sensitivity(
    returns: pd.Series,
    multipliers: Sequence[float],
    *,
    models: Sequence[Model] = ("t_hmm",),
    n_states: Sequence[int] = (2, 3, 4),
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
    multipliers : sequence of six float
        As in `label_multiplier`.
    models, n_states, trains : sequence, optional
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
    columns = ["sharpe", "difference", "difference_low", "difference_high", "drawdown", "turnover"]
    rows = []
    for model, k, train in product(models, n_states, trains):
        walk = walk_forward(returns, model, k, train=train, refit=refit)
        positions = {"hold": np.ones(len(returns)), "label": label_multiplier(walk.label, multipliers)}
        for delay, cost in product(delays, costs):
            values = value_table(returns, positions, delay=delay, cost=cost, **options).iloc[1][columns]
            settings = {"model": model, "states": k, "train": train, "refit": refit, "delay": delay, "cost": cost}
            rows.append(settings | values.to_dict())
    return pd.DataFrame(rows)
