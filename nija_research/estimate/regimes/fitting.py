r"""
Fit a regime model, choose its number of states, and fit the Markov switching regressions of the textbooks.

Returns are per bar, in any unit: they are standardised inside and states are ordered, so that percent or share, or
another order of starts, gives the same labels. Hidden Markov models are fitted a posteriori, not by likelihood alone: a
prior worth one bar a row keeps every change of state possible (`em`). The number of states is judged by BIC and ICL
side by side: with log likelihood :math:`\ell`, p parameters and n bars, :math:`BIC = -2\ell + p \log n`; ICL adds twice
the entropy of each bar's state given all bars [1]_, so that states that cannot be distinguished count against a model;
its other form puts the likelihood of the bars together with their most likely path in the place of :math:`\ell` [2]_.
The smaller the better; where the criteria disagree, the data do not decide. Switching regressions are statsmodels', for
macroeconomic series with autoregressive terms or regressors.

References
----------
.. [1] Biernacki, C., Celeux, G. and Govaert, G. (2000). Assessing a mixture model for clustering with the integrated
   completed likelihood. IEEE Transactions on Pattern Analysis and Machine Intelligence 22(7), 719-725.
.. [2] Pohle, J., Langrock, R., van Beest, F. M. and Schmidt, N. M. (2017). Selecting the number of states in hidden
   Markov models. Journal of Agricultural, Biological and Environmental Statistics 22, 270-293.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from nija_research.errors import ParameterError, WorkError
from nija_research.estimate.regimes import classifiers
from nija_research.estimate.regimes.em import PRIOR, best_fit, em_fit, perturbed, starting_values
from nija_research.estimate.regimes.hmm import Chain
from nija_research.estimate.regimes.labels import LabelSettings
from nija_research.estimate.regimes.model import Model, RegimeModel, volatility_clustering
from nija_research.estimate.regimes.series import (
    MOST_STATES,
    Hindsight,
    as_series,
    centre_and_unit,
    min_bars,
    standardised,
)
from nija_research.rng import generator
from nija_research.units import choice, count, not_negative, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["MarkovSwitching", "choose_states", "fit", "markov_switching"]

# Degrees of freedom tried where they are to be estimated.
_NU = (3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 20.0, 40.0)


def fit(
    returns: ArrayLike,
    model: Model = "t_hmm",
    n_states: int = 3,
    *,
    nu: float | None = 5.0,
    penalty: float = classifiers.PENALTY,
    label_settings: LabelSettings | None = None,
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
    label_settings : LabelSettings, optional
        How states and trend become labels; the defaults unless given.
    extra : int, optional
        Starts drawn at random beside the starting values, which need no luck.
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
    >>> fitted = fit(np.concatenate([calm, wild]), "gaussian_hmm", 2)
    >>> fitted.filter(np.concatenate([calm, wild]))[[250, 550]].round(2).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    r = as_series(returns)
    choice("model", model, get_args(Model))
    k = count("n_states", n_states, low=1)
    least = min_bars(k)
    if k > MOST_STATES:
        raise ParameterError(f"n_states must be a whole number from 1 to {MOST_STATES}, got {n_states!r}.")
    if len(r) < least:
        raise ParameterError(
            f"returns must hold at least {least} bars for {k} {'state' if k == 1 else 'states'}, got {len(r)}. Take "
            "fewer states or more bars."
        )
    if nu is not None and positive("nu", nu) < 1.0:
        raise ParameterError(f"nu must be 1 or more degrees of freedom, got {nu!r}.")
    not_negative("penalty", penalty)
    not_negative("prior", prior)
    count("extra", extra)
    if warm is not None and (warm.model, warm.n_states) != (model, k):
        raise ParameterError(f"warm must be a {model} of {k} states, got a {warm.model} of {warm.n_states}.")
    drawn = generator(rng, "seed (rng)")
    centre, unit = centre_and_unit(r)
    x = standardised(r, centre, unit)
    classifier: classifiers.JumpStates | classifiers.VolatilityBuckets | None = None
    if model in ("t_hmm", "gaussian_hmm"):
        if warm is None:
            chain = _best_of_starts(x, k, np.inf if model == "gaussian_hmm" else nu, extra, drawn, float(prior))
        else:
            start = warm.chain.rescaled((warm.centre - centre) / warm.unit, warm.unit / unit)
            chain = em_fit(x, start, prior=prior).ordered()
        free = 2 * k + k * (k - 1) + (k - 1) + int(model == "t_hmm" and nu is None)
    else:
        classifier = (
            classifiers.fit_jump_model(x, k, float(penalty))
            if model == "jump"
            else classifiers.fit_volatility_buckets(x, k)
        )
        chain = _counted(x, classifier.online(x), k)
        free = classifier.centres.size if isinstance(classifier, classifiers.JumpStates) else k - 1
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
        label_settings=label_settings or LabelSettings(),
        clustering_z=volatility_clustering(r),
    )


def _best_of_starts(
    x: NDArray[np.float64], k: int, nu: float | None, extra: int, rng: np.random.Generator, prior: float
) -> Chain:
    starts = starting_values(x, k, 5.0 if nu is None else float(nu))
    chain = best_fit(x, starts + perturbed(starts, extra, rng), prior=prior)
    if nu is not None:
        return chain
    tried = [em_fit(x, replace(chain, nu=other), prior=prior).ordered() for other in _NU]
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


def choose_states(returns: ArrayLike, model: Model = "t_hmm", *, most: int = 5, rng: int = 0) -> pd.DataFrame:
    """
    Fit a hidden Markov model with 1 to `most` states and compare.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar.
    model : {"t_hmm", "gaussian_hmm"}, optional
        Only these have a likelihood.
    most : int, optional
        Largest number of states.
    rng : int, optional
        Seed of the extra starts.

    Returns
    -------
    pandas.DataFrame
        One row a number of states: states, parameters, log_likelihood (nats), bic, icl (entropy), icl_path (most
        likely path), calmest and wildest (standard deviations of a bar).

    Raises
    ------
    ParameterError
        If the model has no likelihood, or as in `fit`.
    """
    if model not in ("t_hmm", "gaussian_hmm"):
        raise ParameterError(f"model must be 't_hmm' or 'gaussian_hmm' to have a likelihood, got {model!r}.")
    r = as_series(returns)
    rows = []
    for k in range(1, most + 1):
        fitted = fit(r, model, k, rng=rng)
        log_likelihood = float(fitted.log_score(r).sum())
        charge = fitted.free * np.log(len(r))
        gamma = np.asarray(fitted.smooth(r))
        entropy = -float((gamma * np.log(np.maximum(gamma, 1e-300))).sum())
        bic, by_path = charge - 2.0 * log_likelihood, charge - 2.0 * fitted.path_score(r)
        rows.append((k, fitted.free, log_likelihood, bic, bic + 2.0 * entropy, by_path, *fitted.volatility[[0, -1]]))
    names = ["states", "parameters", "log_likelihood", "bic", "icl", "icl_path", "calmest", "wildest"]
    return pd.DataFrame(rows, columns=names)


@dataclass(frozen=True, slots=True)
class MarkovSwitching:
    """
    A fitted Markov switching regression.

    Attributes
    ----------
    table : pandas.DataFrame
        Rows are parameters as statsmodels names them: estimate, error (standard error).
    log_likelihood : float
        Nats.
    filtered : numpy.ndarray, shape (n, n_states)
        Probability of each state from values up to each.
    smoothed : Hindsight, shape (n, n_states)
        From all values.
    """

    table: pd.DataFrame
    log_likelihood: float
    filtered: NDArray[np.float64]
    smoothed: Hindsight


def markov_switching(
    values: ArrayLike,
    n_states: int = 2,
    *,
    regressors: ArrayLike | None = None,
    transitions: ArrayLike | None = None,
    at: ArrayLike | None = None,
    starts: int = 5,
    rng: int | np.random.Generator = 0,
    **options: Any,
) -> MarkovSwitching:
    """
    Fit a Markov switching mean, regression or autoregression.

    Parameters
    ----------
    values : array_like, shape (n,)
        The series.
    n_states : int, optional
        States.
    regressors : array_like, shape (n,) or (n, m), optional
        Regressors whose coefficients switch.
    transitions : array_like, shape (n,) or (n, m), optional
        What the probabilities of moving depend on, through a logit with a constant; row t rules the move into row t.
    at : array_like, optional
        Parameters in statsmodels' order, taken as they are: nothing is fitted, which judges a printed table.
    starts : int, optional
        Fits, the first from statsmodels' own start, the others from that start changed at random.
    rng : int or numpy.random.Generator, optional
        Seed.
    **options
        Passed to statsmodels: `order` (autoregressive terms around the switching mean, Hamilton's form), `switching_ar`
        and `switching_variance` (whether these differ between states), `trend` ("c", a switching constant, or "n").

    Returns
    -------
    MarkovSwitching
        The best fit.

    Raises
    ------
    ParameterError
        If the series is not finite, `transitions` are not as many, or `starts` is below 1.
    WorkError
        If no start led to a fit.

    References
    ----------
    .. [1] Hamilton, J. D. (1989). A new approach to the economic analysis of nonstationary time series and the business
       cycle. Econometrica 57(2), 357-384.
    .. [2] Filardo, A. J. (1994). Business-cycle phases and their transitional dynamics. Journal of Business & Economic
       Statistics 12(3), 299-308.
    """
    from statsmodels.tsa.regime_switching.markov_autoregression import MarkovAutoregression
    from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

    y = np.asarray(values, dtype=np.float64)
    if y.ndim != 1 or not np.isfinite(y).all():
        raise ParameterError("values must be finite numbers in one dimension. Leave out what is missing at the ends.")
    count("starts", starts, low=1)
    options["exog"] = None if regressors is None else np.asarray(regressors, dtype=np.float64)
    if transitions is not None:
        drivers = np.asarray(transitions, dtype=np.float64)
        if len(drivers) != len(y) or not np.isfinite(drivers).all():
            raise ParameterError(f"transitions must be {len(y)} finite rows, one for each value, got {len(drivers)}.")
        options["exog_tvtp"] = np.column_stack([np.ones(len(y)), drivers])
    model = (MarkovAutoregression if options.get("order") else MarkovRegression)(y, n_states, **options)
    draws, fits = generator(rng), []
    if at is not None:
        result = model.smooth(np.asarray(at, dtype=np.float64))
        fits.append((result, np.asarray(result.bse)))
    for number in range(starts if at is None else 0):
        start = np.asarray(model.start_params)
        if number:
            free = model.untransform_params(start)
            start = model.transform_params(free + 0.5 * draws.standard_normal(len(free)))
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # a start that leads nowhere is only passed over
            try:
                result = model.fit(start_params=start, em_iter=10, maxiter=500, disp=False)
                fits.append((result, np.asarray(result.bse)))
            except (np.linalg.LinAlgError, ValueError, RuntimeError):
                continue
    fits = [pair for pair in fits if np.isfinite(pair[0].llf)]
    if not fits:
        raise WorkError(f"markov_switching: no fit from {starts} starts. Take fewer states, or more starts.")
    best, errors = max(fits, key=lambda pair: round(float(pair[0].llf), 6))  # of equal ones the first
    table = pd.DataFrame({"estimate": np.asarray(best.params), "error": errors}, index=model.param_names)
    return MarkovSwitching(
        table,
        float(best.llf),
        np.asarray(best.filtered_marginal_probabilities),
        Hindsight.of(np.asarray(best.smoothed_marginal_probabilities)),
    )
