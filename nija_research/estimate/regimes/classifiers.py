r"""
Models that name a state without a probability: the statistical jump model, and buckets of rolling volatility.

The jump model minimises
:math:`\sum_t \tfrac12 \lVert y_t - \theta_{s_t} \rVert^2 + \lambda \sum_t 1\{s_t \ne s_{t-1}\}` over centres
and labels, by turns, from several starting values [1]_ [2]_. Its features are logs of exponentially weighted
volatility, two speeds of it and one of its downside, so that another unit of the returns only shifts them; they are
standardised on the bars of the fit. Online labels are the end of the cheapest path so far.
The rule (``model="rules"``) is the baseline that the models must beat: the standard deviation of the last 20 bars
(about 0), cut at fixed shares of its distribution on the bars of the fit; one cut at 80 %, two at 50 and 90 %, and so
on. No likelihood, no persistence.

References
----------
.. [1] Bemporad, A., Breschi, V., Piga, D. and Boyd, S. (2018). Fitting jump models. Automatica 96, 11-21.
.. [2] Nystrup, P., Lindstrom, E. and Madsen, H. (2020). Learning hidden Markov models with persistent states by
   penalizing jumps. Expert Systems with Applications 150.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nija_research.compiled import entry
from nija_research.estimate.regimes.hmm import cheapest_path, cheapest_path_online
from nija_research.estimate.regimes.series import decayed_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["JumpStates", "VolatilityBuckets", "fit_jump_model", "fit_volatility_buckets", "rolling_scale"]

#: Bars of the rolling volatility.
WINDOW = 20


@dataclass(frozen=True, slots=True)
class VolatilityBuckets:
    """
    Cuts of the rolling volatility.

    Attributes
    ----------
    cuts : numpy.ndarray, shape (k - 1,)
        Ascending, in the unit of the data.
    """

    cuts: NDArray[np.float64]

    def online(self, x: NDArray[np.float64]) -> NDArray[np.int64]:
        """State of each bar (n,); before the window is full, from the bars there are."""
        return np.asarray(np.searchsorted(self.cuts, rolling_scale(x), side="right"))

    def hindsight(self, x: NDArray[np.float64]) -> NDArray[np.int64]:
        """State of each bar (n,) from a window centred on it, which reaches into its future."""
        squares, bars = centred_squares(x, WINDOW)
        return np.asarray(np.searchsorted(self.cuts, np.sqrt(np.maximum(squares, 0.0) / bars), side="right"))


def rolling_scale(x: NDArray[np.float64], window: int = WINDOW) -> NDArray[np.float64]:
    """
    Root mean square of the last bars.

    Parameters
    ----------
    x : numpy.ndarray, shape (n,)
    window : int, optional
        Bars; fewer at the beginning.

    Returns
    -------
    numpy.ndarray, shape (n,)
    """
    squares, sums = np.concatenate([np.zeros(window - 1), x * x]), np.zeros(len(x))
    for lag in range(window):  # added in one order at every bar, so that later bars cannot change a rounding
        sums += squares[lag : lag + len(x)]
    return np.asarray(np.sqrt(sums / np.minimum(np.arange(1, len(x) + 1), window)))


def centred_squares(x: NDArray[np.float64], window: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """
    Sum of squares over a window centred on each bar, which reaches into its future.

    Parameters
    ----------
    x : numpy.ndarray, shape (n,)
    window : int
        Bars; fewer at both ends.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Sums.
    numpy.ndarray, shape (n,)
        Bars in each.
    """
    total = np.concatenate([[0.0], np.cumsum(x * x)])
    ends = np.minimum(np.arange(len(x)) + window // 2 + 1, len(x))
    begins = np.maximum(ends - window, 0)
    return total[ends] - total[begins], ends - begins


def fit_volatility_buckets(x: NDArray[np.float64], n_states: int) -> VolatilityBuckets:
    """
    Cut the distribution of rolling volatility.

    Parameters
    ----------
    x : numpy.ndarray, shape (n,)
        Returns.
    n_states : int
        States; the calmest holds half of the bars (four fifths with two states), the others share the rest.

    Returns
    -------
    VolatilityBuckets
    """
    shares = np.array([0.8]) if n_states == 2 else 1.0 - 0.5 * 0.2 ** np.linspace(0.0, 1.0, max(n_states - 1, 1))
    scale = rolling_scale(x)[min(WINDOW - 1, len(x) - 1) :]
    return VolatilityBuckets(np.quantile(scale, shares) if n_states > 1 else np.empty(0))


#: Price of a change of state, in units of half a squared standard deviation of a feature.
PENALTY = 50.0

#: Half-lives in bars: fast and slow volatility, downside.
HALF_LIVES = (5.0, 20.0, 10.0)

_STEPS, _TOLERANCE, _SMALLEST = 1000, 1e-8, 1e-6


@dataclass(frozen=True, slots=True)
class JumpStates:
    """
    A fitted jump model.

    Attributes
    ----------
    centres : numpy.ndarray, shape (k, d)
        In standardised features, in the order of the states.
    penalty : float
        Price of a change of state.
    middle, spread : numpy.ndarray, shape (d,)
        What standardises the features.
    objective : float
        The minimum reached.
    labels : numpy.ndarray, shape (n,)
        States of the bars of the fit, by hindsight.
    """

    centres: NDArray[np.float64]
    penalty: float
    middle: NDArray[np.float64]
    spread: NDArray[np.float64]
    objective: float
    labels: NDArray[np.int64]

    def online(self, x: NDArray[np.float64]) -> NDArray[np.int64]:
        """State of each bar (n,) from bars up to it."""
        labels = np.empty(len(x), dtype=np.int64)
        cheapest_path_online(self._loss(x), _prices(self.penalty, len(self.centres)), labels)
        return labels

    def hindsight(self, x: NDArray[np.float64]) -> NDArray[np.int64]:
        """State of each bar (n,) from all bars."""
        labels, loss = np.empty(len(x), dtype=np.int64), self._loss(x)
        cheapest_path(loss, _prices(self.penalty, len(self.centres)), np.empty(loss.shape, dtype=np.int64), labels)
        return labels

    def _loss(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        loss = np.empty((len(x), len(self.centres)))
        _distance((features(x) - self.middle) / self.spread, self.centres, loss)
        return loss


def features(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Log volatilities of standardised returns.

    Parameters
    ----------
    x : numpy.ndarray, shape (n,)
        Standardised, so that 1 is an ordinary size for a bar before the first.

    Returns
    -------
    numpy.ndarray, shape (n, 3)
        Row t uses bars up to t.
    """
    squares, falls = x * x, np.where(x < 0.0, x * x, 0.0)
    fast, slow, down = 0.5 ** (1.0 / np.array(HALF_LIVES))
    sums = [
        decayed_sum((1.0 - fast) * squares, fast, 1.0),
        decayed_sum((1.0 - slow) * squares, slow, 1.0),
        decayed_sum((1.0 - down) * falls, down, 0.5),
    ]
    return 0.5 * np.log(np.maximum(np.column_stack(sums), 1e-6))


@entry
def _distance(y, centres, loss):  # type: ignore[no-untyped-def]
    """Fill `loss` (n, k) with half the squared distance of each row of `y` (n, d) from each centre."""
    for t in range(y.shape[0]):
        for j in range(centres.shape[0]):
            total = 0.0
            for d in range(y.shape[1]):
                gap = y[t, d] - centres[j, d]
                total += gap * gap
            loss[t, j] = 0.5 * total


@entry
def _descend(y, centres, penalty, most, tolerance, labels):  # type: ignore[no-untyped-def]
    """Centres and labels by turns, both in place, until the labels stay; returns the objective."""
    n, d = y.shape
    k = centres.shape[0]
    loss, came, before, count = np.empty((n, k)), np.empty((n, k), np.int64), np.empty(n, np.int64), np.empty(k)
    _distance(y, centres, loss)
    value = cheapest_path(loss, penalty, came, labels)
    for _ in range(most):
        before[:] = labels
        last = value
        count[:] = 0.0
        old_centres = centres.copy()
        centres[:] = 0.0
        for t in range(n):
            count[labels[t]] += 1.0
            for f in range(d):
                centres[labels[t], f] += y[t, f]
        for j in range(k):
            for f in range(d):
                centres[j, f] = centres[j, f] / count[j] if count[j] > 0.0 else old_centres[j, f]
        _distance(y, centres, loss)
        value = cheapest_path(loss, penalty, came, labels)
        if (labels == before).all() or last - value <= tolerance:
            break
    return value


def _prices(penalty: float, k: int) -> NDArray[np.float64]:
    return penalty * (1.0 - np.eye(k))


def descend(
    y: NDArray[np.float64], centres: NDArray[np.float64], penalty: float
) -> tuple[float, NDArray[np.float64], NDArray[np.int64]]:
    """
    Coordinate descent from one start.

    Parameters
    ----------
    y : numpy.ndarray, shape (n, d)
        Standardised features.
    centres : numpy.ndarray, shape (k, d)
        Where to start.
    penalty : float
        Price of a change of state.

    Returns
    -------
    tuple
        Objective, centres (k, d), labels (n,).
    """
    fitted, labels = centres.copy(), np.empty(len(y), dtype=np.int64)
    value = _descend(y, fitted, _prices(penalty, len(centres)), _STEPS, _TOLERANCE, labels)
    return float(value), fitted, labels


def starting_centres(y: NDArray[np.float64], n_states: int) -> list[NDArray[np.float64]]:
    """
    Starts of the descent: bars sorted by their mean feature and cut into groups, each group's mean a centre.

    Parameters
    ----------
    y : numpy.ndarray, shape (n, d)
        Standardised features, all rising with volatility.
    n_states : int

    Returns
    -------
    list of numpy.ndarray, shape (n_states, d)
    """
    order = np.argsort(y.mean(axis=1), kind="stable")
    full = [groups for groups in unequal_groups(order, n_states) if all(len(group) for group in groups)]
    return [np.array([y[group].mean(axis=0) for group in groups]) for groups in full]


def unequal_groups(order: NDArray[np.int64], n_states: int) -> list[list[NDArray[np.int64]]]:
    """
    Cut sorted bars into as many groups as states, four times: of one size, and ever more of them in the first.

    Parameters
    ----------
    order : numpy.ndarray, shape (n,)
        Rows of the bars, calmest first.
    n_states : int

    Returns
    -------
    list of list of numpy.ndarray
        Rows of each group, for each cut.
    """
    cuts = []
    for unequal in (1.0, 1.5, 2.0, 3.0):
        shares = unequal ** -np.arange(n_states, dtype=np.float64)
        cuts.append(np.rint(len(order) * np.cumsum(shares / shares.sum())[:-1]).astype(np.int64))
    return [np.split(order, cut) for cut in cuts]


def fit_jump_model(x: NDArray[np.float64], n_states: int, penalty: float = PENALTY) -> JumpStates:
    """
    Fit the jump model to standardised returns.

    Parameters
    ----------
    x : numpy.ndarray, shape (n,)
        Standardised returns.
    n_states : int
        States.
    penalty : float, optional
        Price of a change of state.

    Returns
    -------
    JumpStates
        States in order of volatility, calmest first.
    """
    raw = features(x)
    middle, spread = raw.mean(axis=0), np.maximum(raw.std(axis=0), _SMALLEST)
    y = (raw - middle) / spread
    fits = [descend(y, centres, penalty) for centres in starting_centres(y, n_states)]
    value, centres, labels = min(fits, key=lambda fit: (fit[0], *fit[1].ravel()))
    by = np.argsort(centres.mean(axis=1), kind="stable")
    return JumpStates(centres[by], penalty, middle, spread, value, np.argsort(by)[labels])
