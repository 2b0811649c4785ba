"""
One door for every regime model: fit it to a history.

Returns are per bar, in any unit: they are standardised inside and states are ordered, so that percent or share, or
another order of starts, gives the same labels. Hidden Markov models are fitted a posteriori, not by likelihood alone: a
prior worth one bar a row keeps every change of state possible (`em`). Stands on: `model`, `em`, `clustering`, `jump`,
`rungs`, `series`, `errors`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.regimes.chain import Chain
from nija_research.estimate.regimes.clustering import clustering
from nija_research.estimate.regimes.em import PRIOR, best, climb, ladder, shaken
from nija_research.estimate.regimes.jump import PENALTY, Jumps, fit_jumps
from nija_research.estimate.regimes.labels import Axes
from nija_research.estimate.regimes.model import Model, RegimeModel
from nija_research.estimate.regimes.names import BARS_PER_STATE, MOST_STATES
from nija_research.estimate.regimes.rungs import Rungs, fit_rungs
from nija_research.estimate.regimes.series import as_series, centre_and_unit, standardised
from nija_research.units import finite, positive

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["fit"]

# Degrees of freedom tried where they are to be estimated.
_NU = (3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 20.0, 40.0)


def fit(
    returns: ArrayLike | pd.Series,
    model: Model = "t_hmm",
    n_states: int = 3,
    *,
    nu: float | None = 5.0,
    penalty: float = PENALTY,
    axes: Axes | None = None,
    extra: int = 0,
    rng: int | np.random.Generator = 0,
    warm: RegimeModel | None = None,
    prior: float = PRIOR,
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
    extra : int, optional
        Starts drawn at random beside the ladder of volatility starts, which needs no luck.
    rng : int or numpy.random.Generator, optional
        Seed of the extra starts; without any, every seed gives the same model.
    warm : RegimeModel, optional
        An earlier fit of the same kind: its parameters are the only start. Faster, and may stay on a lower maximum.
    prior : float, optional
        Weight in bars of the Dirichlet prior on each row of the transition matrix; 0 is maximum likelihood, as printed
        tables have it, whose filter may be certain of a state for ever.

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
    if isinstance(n_states, bool) or not isinstance(n_states, (int, np.integer)) or not 1 <= n_states <= MOST_STATES:
        raise ParameterError(f"n_states must be a whole number from 1 to {MOST_STATES}, got {n_states!r}.")
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
    if isinstance(extra, bool) or not isinstance(extra, (int, np.integer)) or extra < 0:
        raise ParameterError(f"extra must be a whole number of starts of at least 0, got {extra!r}.")
    if isinstance(rng, (int, np.integer)) and rng < 0:
        raise ParameterError(f"seed (rng) must be a whole number of at least 0, got {rng!r}.")
    if warm is not None and (warm.model, warm.n_states) != (model, k):
        raise ParameterError(f"warm must be a {model} of {k} states, got a {warm.model} of {warm.n_states}.")
    if finite("prior", prior) < 0.0:
        raise ParameterError(f"prior must be 0 bars or more, got {prior!r}.")
    centre, unit = centre_and_unit(r)
    x = standardised(r, centre, unit)
    classifier: Jumps | Rungs | None = None
    if model in ("t_hmm", "gaussian_hmm"):
        chain = _chain(
            x, k, np.inf if model == "gaussian_hmm" else nu, (int(extra), rng), warm, (centre, unit), float(prior)
        )
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
        evidence=clustering(r),
    )


def _chain(
    x: NDArray[np.float64],
    k: int,
    nu: float | None,
    drawn: tuple[int, int | np.random.Generator],
    warm: RegimeModel | None,
    frame: tuple[float, float],
    prior: float,
) -> Chain:
    if warm is not None:
        start = warm.chain.moved((warm.centre - frame[0]) / warm.unit, warm.unit / frame[1])
        return climb(x, start, prior=prior).ordered()
    rungs = ladder(x, k, 5.0 if nu is None else float(nu))
    found = best(x, rungs + shaken(rungs, drawn[0], np.random.default_rng(drawn[1])), prior=prior)
    if nu is not None:
        return found
    tried = [climb(x, replace(found, nu=other), prior=prior).ordered() for other in _NU]
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
