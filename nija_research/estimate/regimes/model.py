"""
One door for every regime model: fit on a history, then filter, label or (in hindsight) smooth any series.

Returns are per bar, in any unit: they are standardised inside, states are ordered by volatility (0 is the calmest), so
that percent or share, or another order of starts, gives the same labels. A fitted model never changes.
Stands on: `chain`, `em`, `jump`, `rungs`, `labels`, `hindsight`, `series`, `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.regimes import labels as axes_
from nija_research.estimate.regimes.chain import Chain
from nija_research.estimate.regimes.em import best, climb, ladder, shaken
from nija_research.estimate.regimes.hindsight import Hindsight
from nija_research.estimate.regimes.jump import PENALTY, Jumps, fit_jumps
from nija_research.estimate.regimes.labels import Axes
from nija_research.estimate.regimes.rungs import Rungs, fit_rungs
from nija_research.estimate.regimes.series import as_series, centre_and_unit, standardised, times_of
from nija_research.units import finite, positive

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["BARS_PER_STATE", "Model", "RegimeModel", "fit"]

Model = Literal["t_hmm", "gaussian_hmm", "jump", "rules"]

#: Below this many bars a state is a handful of days, and its parameters are theirs.
BARS_PER_STATE = 20

_MOST_STATES = 12

# Degrees of freedom tried where they are to be estimated.
_NU = (3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 20.0, 40.0)

# Starts beside the ladder, shaken by the seed.
_SHAKEN = 2


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
    classifier : Jumps or Rungs or None
        What names the states, where the chain does not.
    free : int
        Parameters estimated.
    axes : Axes
        How states and trend become labels.
    """

    model: Model
    n_states: int
    n: int
    centre: float
    unit: float
    spread: float
    chain: Chain = field(repr=False)
    classifier: Jumps | Rungs | None = field(repr=False)
    free: int
    axes: Axes

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
        """Class of each state, shape (k,): 0 calm, 1 turbulent, 2 crisis."""
        return axes_.classes(self.chain.distance, self.axes)

    def filter(self, returns: ArrayLike | pd.Series) -> NDArray[np.float64]:
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

    def smooth(self, returns: ArrayLike | pd.Series) -> Hindsight:
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

    def viterbi(self, returns: ArrayLike | pd.Series) -> Hindsight:
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

    def log_score(self, returns: ArrayLike | pd.Series) -> NDArray[np.float64]:
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

    def path_score(self, returns: ArrayLike | pd.Series) -> float:
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

    def predict(self, returns: ArrayLike | pd.Series, steps: int = 1) -> NDArray[np.float64]:
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
        if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)) or steps < 1:
            raise ParameterError(f"steps must be a whole number of bars of at least 1, got {steps!r}.")
        return self.chain.ahead(self.filter(returns), int(steps))

    def label_probability(self, returns: ArrayLike | pd.Series) -> NDArray[np.float64]:
        """
        Probability of each printed label at each bar, from the past alone.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)
            A series indexed by intraday times gets timeframes by the clock.

        Returns
        -------
        numpy.ndarray, shape (n, 5)
            In printed order; NaN until the slowest timeframe has enough closed bars.
        """
        r = as_series(returns)
        trend, _ = axes_.agreement(r, self.spread * self.unit, self.axes, times_of(returns))
        return axes_.label_probability(axes_.by_class(self.filter(returns), self.classes), trend)

    def label(self, returns: ArrayLike | pd.Series) -> NDArray[np.str_]:
        """
        Printed label of each bar, from the past alone.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)
            As in `label_probability`.

        Returns
        -------
        numpy.ndarray of str, shape (n,)
            One of the five regimes, or "UNKNOWN" while the data are too short.
        """
        return axes_.named(axes_.held(self.label_probability(returns), self.axes.margin))

    def multiplier(self, returns: ArrayLike | pd.Series, shares: Sequence[float]) -> NDArray[np.float64]:
        """
        Size multiplier weighted by the labels' probabilities.

        Parameters
        ----------
        returns : array_like or pandas.Series, shape (n,)
            As in `label_probability`.
        shares : sequence of six float
            As in `labels.expected_multiplier`.

        Returns
        -------
        numpy.ndarray, shape (n,)
        """
        return axes_.expected_multiplier(self.label_probability(returns), shares)

    def _standard(self, returns: ArrayLike | pd.Series) -> NDArray[np.float64]:
        return standardised(as_series(returns), self.centre, self.unit)


def fit(
    returns: ArrayLike | pd.Series,
    model: Model = "t_hmm",
    n_states: int = 3,
    *,
    nu: float | None = 5.0,
    penalty: float = PENALTY,
    axes: Axes | None = None,
    rng: int | np.random.Generator = 0,
    warm: RegimeModel | None = None,
) -> RegimeModel:
    """
    Fit a regime model to a history of returns.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar, simple or log, in any unit; at least 20 for each state.
    model : {"t_hmm", "gaussian_hmm", "jump", "rules"}, optional
        Hidden Markov model with Student-t or Gaussian densities, statistical jump model, or cuts of the 20-bar
        volatility.
    n_states : int, optional
        States of volatility.
    nu : float or None, optional
        Degrees of freedom of the Student-t model; None takes the likeliest of a few.
    penalty : float, optional
        Price of a change of state in the jump model.
    axes : Axes, optional
        How states and trend become labels; the defaults unless given.
    rng : int or numpy.random.Generator, optional
        Seed of two starts beside the ladder of volatility starts.
    warm : RegimeModel, optional
        An earlier fit of the same kind: its parameters are the only start. Faster, and may stay on a lower maximum.

    Returns
    -------
    RegimeModel

    Raises
    ------
    ParameterError
        If an argument is out of range, a return is missing, `returns` are too few, never move, or look like prices.

    References
    ----------
    .. [1] Hamilton, J. D. (1989). A new approach to the economic analysis of nonstationary time series and the business
       cycle. Econometrica 57(2), 357-384.
    .. [2] Bulla, J. (2011). Hidden Markov models with t components. Quantitative Finance 11(3), 459-475.

    Examples
    --------
    >>> calm, wild = np.random.default_rng(1).normal(0, [[0.005], [0.03]], (2, 300))
    >>> found = fit(np.concatenate([calm, wild]), "gaussian_hmm", 2)
    >>> found.filter(np.concatenate([calm, wild]))[[250, 550]].round(2).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    r = as_series(returns)
    if model not in get_args(Model):
        raise ParameterError(f"model must be one of {', '.join(get_args(Model))}; got {model!r}.")
    if isinstance(n_states, bool) or not isinstance(n_states, (int, np.integer)) or not 1 <= n_states <= _MOST_STATES:
        raise ParameterError(f"n_states must be a whole number from 1 to {_MOST_STATES}, got {n_states!r}.")
    k, least = int(n_states), max(30, BARS_PER_STATE * int(n_states))
    if len(r) < least:
        raise ParameterError(
            f"returns must hold at least {least} bars for {k} {'state' if k == 1 else 'states'}, got {len(r)}. Take "
            "fewer states or more bars."
        )
    if nu is not None and positive("nu", nu) < 1.0:
        raise ParameterError(f"nu must be 1 or more degrees of freedom, got {nu!r}.")
    if finite("penalty", penalty) < 0.0:
        raise ParameterError(f"penalty must be 0 or more, got {penalty!r}.")
    if warm is not None and (warm.model, warm.n_states) != (model, k):
        raise ParameterError(f"warm must be a {model} of {k} states, got a {warm.model} of {warm.n_states}.")
    centre, unit = centre_and_unit(r)
    x = standardised(r, centre, unit)
    classifier: Jumps | Rungs | None = None
    if model in ("t_hmm", "gaussian_hmm"):
        chain = _chain(x, k, np.inf if model == "gaussian_hmm" else nu, rng, warm, (centre, unit))
        free = 2 * k + k * (k - 1) + (k - 1) + int(model == "t_hmm" and nu is None)
    else:
        classifier = fit_jumps(x, k, float(penalty)) if model == "jump" else fit_rungs(x, k)
        chain = _counted(x, classifier.online(x), k)
        free = classifier.centres.size if isinstance(classifier, Jumps) else k - 1
    return RegimeModel(
        model=model,
        n_states=k,
        n=len(r),
        centre=centre,
        unit=unit,
        spread=float(np.sqrt(np.mean(x * x))),
        chain=chain,
        classifier=classifier,
        free=free,
        axes=axes or Axes(),
    )


def _chain(
    x: NDArray[np.float64],
    k: int,
    nu: float | None,
    rng: int | np.random.Generator,
    warm: RegimeModel | None,
    frame: tuple[float, float],
) -> Chain:
    if warm is not None:
        start = warm.chain.moved((warm.centre - frame[0]) / warm.unit, warm.unit / frame[1])
        return climb(x, start).ordered()
    rungs = ladder(x, k, 5.0 if nu is None else float(nu))
    found = best(x, rungs + shaken(rungs, _SHAKEN, np.random.default_rng(rng)))
    if nu is not None:
        return found
    tried = [climb(x, replace(found, nu=other)).ordered() for other in _NU]
    return max(tried, key=lambda chain: chain.score + len(x) * chain.constant)


def _counted(x: NDArray[np.float64], states: NDArray[np.int64], k: int) -> Chain:
    """Chain whose parameters are counted from given states; half a bar is added to each count, so that none is 0."""
    moves = np.full((k, k), 0.5)
    np.add.at(moves, (states[:-1], states[1:]), 1.0)
    visits = np.bincount(states, minlength=k) + 0.5
    mean = np.bincount(states, x, minlength=k) / visits
    square = (np.bincount(states, x * x, minlength=k) + 0.5 * np.mean(x * x)) / visits
    scale = np.sqrt(np.maximum(square - mean * mean, 1e-6))
    return Chain(visits / visits.sum(), moves / moves.sum(axis=1, keepdims=True), mean, scale, np.inf, np.empty(0))
