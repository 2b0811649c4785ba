"""
What a trader knows before each bar: volatility so far, the regime named last, the mean so far. Never the bar itself.

A market row holds what the policy is told. Of a history every bar has its own row, which travels with its return when
the history is resampled: a label then speaks of the past that the bar really had, not of the one it was given. That
keeps what labels are worth within a block and costs nothing; labels made anew on a resampled path would see its joints.
Paths of a known law have rows of bins, volatility by regime. Stands on: `estimate.regimes`, `simulate.worlds`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nija_research.policy.regime import regime_index
from nija_research.simulate.worlds.market import UNKNOWN_REGIME, Market

if TYPE_CHECKING:
    from nija_research.estimate.regimes.model import RegimeModel
    from nija_research.judge.compare.history import History

__all__ = ["of_history", "of_law", "volatility_before"]

#: Weight that yesterday's variance keeps (RiskMetrics, 1996).
DECAY = 0.94
#: Bins of the volatility that a policy is told in a law's paths, evenly spaced in its logarithm, 8 % apart.
BINS, LOWEST, HIGHEST = 64, 0.01, 2.0
#: Bars between refits of a walk-forward model, and refits between fresh starts: a quarter, two years.
REFIT, RESTART = 63, 8
#: What a mean over few bars may say at most: an annual return, a share of equity.
MOST_RETURN, MOST_KELLY = 1.0, 10.0


def volatility_before(returns: NDArray[np.float64], first: float) -> NDArray[np.float64]:
    """
    Return the exponentially weighted volatility of the bars before each bar, per bar.

    Parameters
    ----------
    returns : ndarray, shape (paths, bars)
        Shares of one.
    first : float
        What is held before the first bar.

    Returns
    -------
    ndarray, shape (paths, bars)
    """
    out, now = np.empty_like(returns), np.full(len(returns), first**2)
    for t in range(returns.shape[1]):
        out[:, t] = now
        now = DECAY * now + (1.0 - DECAY) * returns[:, t] ** 2
    return np.sqrt(out)


def of_history(history: History, train: int, *, named: bool) -> Market:
    """
    Return one market row a bar: what was known before it, on the day.

    Parameters
    ----------
    history : History
        The market.
    train : int
        Bars before the first regime is named.
    named : bool
        Whether regimes are to be named (walk-forward, one bar later); all UNKNOWN if not.

    Returns
    -------
    Market
    """
    r, year = history.returns, history.calendar.steps_per_year
    n = len(r)
    regime = np.full(n, UNKNOWN_REGIME)
    if named:
        from nija_research.estimate import regimes

        made = regimes.walk_forward(r, "t_hmm", train=train, refit=REFIT, restart=RESTART)
        regime[1:] = _numbers(made.label[:-1])
    before = np.arange(1, n)
    mean, square = np.zeros(n), np.full(n, float(r.std()) ** 2)
    mean[1:] = np.cumsum(r)[:-1] / before
    square[1:] = np.maximum(np.cumsum(r**2)[:-1] / before, np.finfo(np.float64).tiny)
    volatility = volatility_before(r[None], float(r[:63].std()))[0] * year**0.5
    return Market(
        expected_return=np.clip(mean * year, -MOST_RETURN, MOST_RETURN),
        volatility=np.maximum(volatility, LOWEST),
        regime=regime,
        kelly=np.clip(mean / square, 0.0, MOST_KELLY),
        truth=True,
    )


def of_law(
    returns: NDArray[np.float64], mean: float, sd: float, year: float, model: RegimeModel | None = None
) -> tuple[NDArray[np.int64], Market]:
    """
    Return the market rows of a law's paths, and what each row tells.

    Parameters
    ----------
    returns : ndarray, shape (paths, bars)
        Before costs.
    mean, sd : float
        The law's own, per bar; the policy is told the mean, which nobody knows of a real market.
    year : float
        Bars a year.
    model : RegimeModel or None
        Fitted to an earlier history of the same law; its labels are filtered and act one bar later. None names nothing.

    Returns
    -------
    rows : ndarray of int64, shape (paths, bars)
    market : Market
    """
    regime = np.full(returns.shape, UNKNOWN_REGIME)
    if model is not None and model.found:
        # One long series: at the start of a path the filter needs a few bars to forget the path before.
        regime[:, 1:] = model.label_number(returns.ravel()).reshape(returns.shape)[:, :-1]
    width = np.log(HIGHEST / LOWEST) / BINS
    annual = volatility_before(returns, sd) * year**0.5
    place = np.clip(np.floor(np.log(np.maximum(annual, LOWEST) / LOWEST) / width), 0, BINS - 1).astype(np.int64)
    middle = LOWEST * np.exp(width * (np.arange(BINS) + 0.5))
    kinds = UNKNOWN_REGIME + 1
    market = Market(
        expected_return=np.full(BINS * kinds, mean * year),
        volatility=np.repeat(middle, kinds),
        regime=np.tile(np.arange(kinds), BINS),
        kelly=np.full(BINS * kinds, np.clip(mean / sd**2, 0.0, MOST_KELLY)),
        truth=True,
    )
    return place * kinds + regime, market


def _numbers(labels: NDArray[np.str_]) -> NDArray[np.int64]:
    """Numbers of printed labels."""
    names, index = np.unique(labels, return_inverse=True)
    return np.array([regime_index(str(name)) for name in names], dtype=np.int64)[index]
