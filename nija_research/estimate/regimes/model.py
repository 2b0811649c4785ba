r"""
A fitted regime model, with which any series is filtered, labelled or (in hindsight) smoothed; are there regimes?

Returns are per bar, in the unit of the fit; states are ordered by volatility (0 is the calmest). A fitted model never
changes; `fitting` fits it. A model cut in three finds three states in anything, returns of one volatility included, so
volatility clustering is tested first: with :math:`u_t` the rank of :math:`|r_t - \mathrm{median}|` (centred, of
variance 1) and :math:`w_l = .95^l`,

.. math:: z = \frac{\sum_{l \ge 2} w_l \sum_t u_t u_{t-l} + \frac{1}{n - 1} \sum_{l \ge 2} w_l (n - l)}
                   {\sqrt{\sum_{l \ge 2} w_l^2 (n - l)}},

which has mean 0 and variance near 1 when all orders of the bars are equally likely, whatever their distribution: heavy
tails alone are no regime. Lag 1 is left out, since prices that bounce between bid and ask change it. A z below
`CLUSTERING_THRESHOLD` does not say that volatility is constant; it says that these bars do not show that it changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from nija_research.estimate.regimes import labels
from nija_research.estimate.regimes.classifiers import JumpStates, VolatilityBuckets
from nija_research.estimate.regimes.hmm import Chain
from nija_research.estimate.regimes.series import (
    CLASSES,
    LABELS,
    Hindsight,
    as_series,
    decayed_sum,
    standardised,
    times_of,
)
from nija_research.units import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["CLUSTERING_THRESHOLD", "Model", "RegimeModel", "volatility_clustering"]

#: From this z on, regimes are there. Independent bars reach it in fewer than one fit of a hundred (.1 to .7 % at 60 to
#: 2,500 bars, normal and Student-t(3)); 504 bars of an index or a coin nearly always do.
CLUSTERING_THRESHOLD = 3.0

_DECAY = 0.95

# What is this many bars back weighs nothing any more.
_LONGEST = 500


def volatility_clustering(returns: NDArray[np.float64]) -> float:
    """
    Standardised rank correlation of each bar's move with the moves before it.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Per bar, any unit; at least four that are not all alike.

    Returns
    -------
    float
        About standard normal for independent bars; `CLUSTERING_THRESHOLD` or more where volatility changes and stays
        changed.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> calm_then_wild = rng.normal(0.0, np.repeat([0.01, 0.03], 300))
    >>> round(volatility_clustering(rng.normal(0.0, 0.01, 600))), round(volatility_clustering(calm_then_wild)) > 20
    (1, True)
    """
    from scipy.stats import rankdata

    rank = rankdata(np.abs(returns - np.median(returns)))
    n, u = len(rank), rank - rank.mean()
    spread = float(np.sqrt(np.mean(u * u)))
    if n < 4 or not spread > 0.0:
        return 0.0
    lags = np.arange(2, min(n, _LONGEST))
    weight = _DECAY**lags
    mean, variance = -(weight * (n - lags)).sum() / (n - 1), (weight * weight * (n - lags)).sum()
    u /= spread
    before = decayed_sum(_DECAY * _DECAY * u[:-2], _DECAY)  # of all u at least two bars earlier
    return float((np.cumsum(u[2:] * before)[-1] - mean) / np.sqrt(variance))


Model = Literal["t_hmm", "gaussian_hmm", "jump", "rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeModel:
    """
    A fitted regime model; states are numbered from the calmest.

    Attributes
    ----------
    model : {"t_hmm", "gaussian_hmm", "jump", "rules"}
    n_states : int
    n : int
        Bars of the fit.
    centre, unit : float
        What standardises returns: the median of the fit's bars and their median distance from it.
    spread : float
        Root mean square of the fit's bars, in units of `unit`.
    chain : Chain
        Parameters, on standardised returns; for "jump" and "rules", counted from the labels.
    classifier : JumpStates or VolatilityBuckets or None
        What names the states, where the chain does not.
    free : int
        Parameters estimated.
    label_settings : LabelSettings
        How states and trend become labels.
    clustering_z : float
        `volatility_clustering` of the bars of the fit; below `CLUSTERING_THRESHOLD` no regime is called.
    """

    model: Model
    n_states: int
    n: int
    centre: float
    unit: float
    spread: float
    chain: Chain = field(repr=False)
    classifier: JumpStates | VolatilityBuckets | None = field(repr=False)
    free: int
    label_settings: labels.LabelSettings
    clustering_z: float

    @property
    def has_regimes(self) -> bool:
        """Whether the bars of the fit show that volatility changes; if not, its states are parts of one."""
        return self.clustering_z >= CLUSTERING_THRESHOLD

    @property
    def volatility(self) -> NDArray[np.float64]:
        """Standard deviation of a bar in each state, shape (k,), unit of the returns."""
        return np.asarray(self.chain.deviation * self.unit)

    @property
    def mean(self) -> NDArray[np.float64]:
        """Mean of a bar in each state, shape (k,), unit of the returns."""
        return np.asarray(self.chain.mean * self.unit + self.centre)

    @property
    def transition(self) -> NDArray[np.float64]:
        """Probability of moving from state i (row) to state j within a bar, shape (k, k)."""
        return self.chain.trans.copy()

    @property
    def classes(self) -> NDArray[np.int64]:
        """Class of each state, shape (k,): 0 calm, 1 turbulent, 2 crisis; all 0 where there are no regimes."""
        if not self.has_regimes:
            return np.zeros(self.n_states, dtype=np.int64)
        return labels.volatility_classes(self.chain.distance, self.label_settings)

    def filter(self, returns: ArrayLike) -> NDArray[np.float64]:
        """
        Probability of each state at each bar, from that bar and the ones before it.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)
            Per bar, in the unit of the fit.

        Returns
        -------
        numpy.ndarray, shape (n, n_states)
            Rows sum to 1; 0 and 1 for "jump" and "rules", which name a state without a probability.
        """
        x = self._standard(returns)
        if self.classifier is None:
            return self.chain.filter(x)[0]
        return np.eye(self.n_states)[self.classifier.online(x)]

    def smooth(self, returns: ArrayLike) -> Hindsight:
        """
        Probability of each state at each bar from *all* bars: hindsight, refused by everything that trades.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)

        Returns
        -------
        Hindsight, shape (n, n_states)
        """
        x = self._standard(returns)
        if self.classifier is None:
            return Hindsight.of(self.chain.smooth(x))
        return Hindsight.of(np.eye(self.n_states)[self.classifier.hindsight(x)])

    def viterbi(self, returns: ArrayLike) -> Hindsight:
        """
        Most likely path of states: hindsight, refused by everything that trades.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)

        Returns
        -------
        Hindsight of int, shape (n,)
        """
        x = self._standard(returns)
        return Hindsight.of(self.chain.viterbi(x)[0] if self.classifier is None else self.classifier.hindsight(x))

    def log_score(self, returns: ArrayLike) -> NDArray[np.float64]:
        """
        Log density of each bar, predicted from the bars before it.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)

        Returns
        -------
        numpy.ndarray, shape (n,)
            Nats, for returns in the unit given; the higher the better.
        """
        x = self._standard(returns)
        if self.classifier is None:
            score = self.chain.filter(x)[1]
        else:
            known = np.eye(self.n_states)[self.classifier.online(x)]
            before = np.vstack([self.chain.start, self.chain.ahead(known[:-1])])
            score = self.chain.log_density(x, before)
        return np.asarray(score - np.log(self.unit))

    def path_score(self, returns: ArrayLike) -> float:
        """
        Log likelihood of the bars together with their most likely path of states, which ICL judges by.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)

        Returns
        -------
        float
            Nats; of the counted chain for "jump" and "rules".
        """
        x = self._standard(returns)
        return self.chain.viterbi(x)[1] - len(x) * float(np.log(self.unit))

    def predict(self, returns: ArrayLike, steps: int = 1) -> NDArray[np.float64]:
        """
        Probability of each state some bars ahead.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)
        steps : int, optional
            Bars ahead, 1 or more.

        Returns
        -------
        numpy.ndarray, shape (n, n_states)
            Row t is made at bar t, for bar ``t + steps``.
        """
        return self.chain.ahead(self.filter(returns), count("steps", steps, low=1))

    def label_probability(self, returns: ArrayLike) -> NDArray[np.float64]:
        """
        Probability of each printed label at each bar, from the past alone.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)
            A series indexed by intraday times gets timeframes by the clock.

        Returns
        -------
        numpy.ndarray, shape (n, 5)
            In printed order; NaN until the slowest timeframe has enough closed bars, and where there are no regimes.
        """
        r = as_series(returns)
        if not self.has_regimes:
            return np.full((len(r), len(LABELS) - 1), np.nan)
        trend, _ = labels.trend_agreement(r, self.spread * self.unit, self.label_settings, times_of(returns))
        return labels.label_probability(labels.by_class(self.filter(returns), self.classes), trend)

    def label(self, returns: ArrayLike) -> NDArray[np.str_]:
        """
        Printed label of each bar, from the past alone.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)
            As in `label_probability`.

        Returns
        -------
        numpy.ndarray of str, shape (n,)
            One of the five regimes, or "UNKNOWN" while the data are too short, and where there are no regimes.
        """
        return labels.label_names(self.label_number(returns))

    def label_number(self, returns: ArrayLike) -> NDArray[np.int64]:
        """
        Number of each bar's label, as `policy.regime_index` counts them.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)
            As in `label_probability`.

        Returns
        -------
        numpy.ndarray of int, shape (n,)
            0 to 4 in printed order, 5 for "UNKNOWN".
        """
        return labels.hold_labels(self.label_probability(returns), self.label_settings.margin)

    def multiplier(self, returns: ArrayLike, multipliers: Sequence[float]) -> NDArray[np.float64]:
        """
        Size multiplier weighted by the labels' probabilities.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)
            As in `label_probability`.
        multipliers : sequence of six float
            As in `expected_multiplier`.

        Returns
        -------
        numpy.ndarray, shape (n,)
        """
        return labels.expected_multiplier(self.label_probability(returns), multipliers)

    def summary(self) -> pd.Series:
        """
        What was fitted, and whether there are regimes.

        Returns
        -------
        pandas.Series
            model, states, bars, parameters, clustering z, regimes (whether z reaches the threshold).
        """
        facts = {"model": self.model, "states": self.n_states, "bars": self.n, "parameters": self.free}
        return pd.Series(facts | {"clustering z": self.clustering_z, "regimes": self.has_regimes}, dtype=object)

    def to_frame(self, returns: ArrayLike, *, periods: float = 1.0) -> pd.DataFrame:
        """
        Describe the states.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)
            Bars that the share of time of each state is counted on.
        periods : float, optional
            Bars in a year; 1 for the figures of a bar.

        Returns
        -------
        pandas.DataFrame
            One row a state, calmest first: state, called (its class), volatility, mean, error (standard error of the
            mean), bars in a row (expected length of a visit), time (share).
        """
        time = self.filter(returns).mean(axis=0)
        called = [CLASSES[number] if self.has_regimes else "no regime" for number in self.classes]
        bars = (len(as_series(returns)) * time).clip(1e-9)
        return pd.DataFrame(
            {
                "state": range(1, self.n_states + 1),
                "called": called,
                "volatility": self.volatility * periods**0.5,
                "mean": self.mean * periods,
                "error": self.volatility * periods / bars**0.5,
                "bars in a row": 1.0 / (1.0 - self.chain.trans.diagonal()).clip(1e-9),
                "time": time,
            }
        )

    def _standard(self, returns: ArrayLike) -> NDArray[np.float64]:
        return standardised(as_series(returns), self.centre, self.unit)
