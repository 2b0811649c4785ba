"""
Markov switching regressions of the textbooks, by statsmodels: the classical tables, from several starts.

For macroeconomic series with autoregressive terms or regressors; daily returns are the work of `model`, which is a
thousand times faster and does not fail at five states. Stands on: `series`, `errors`.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.errors import ParameterError, WorkError
from nija_research.estimate.regimes.hindsight import Hindsight

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Switching", "switching"]


@dataclass(frozen=True, slots=True)
class Switching:
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


def switching(
    values: ArrayLike,
    n_states: int = 2,
    *,
    order: int = 0,
    switching_ar: bool = True,
    switching_variance: bool = False,
    trend: str = "c",
    regressors: ArrayLike | None = None,
    transitions: ArrayLike | None = None,
    at: ArrayLike | None = None,
    starts: int = 5,
    rng: int | np.random.Generator = 0,
) -> Switching:
    """
    Fit a Markov switching mean, regression or autoregression.

    Parameters
    ----------
    values : array_like, shape (n,)
        The series.
    n_states : int, optional
        States.
    order : int, optional
        Autoregressive terms around the switching mean (Hamilton's form); 0 for none.
    switching_ar, switching_variance : bool, optional
        Whether these differ between states.
    trend : {"c", "n"}, optional
        With a switching constant, or without.
    regressors : array_like, shape (n,) or (n, m), optional
        Regressors whose coefficients switch.
    transitions : array_like, shape (n,) or (n, m), optional
        What the probabilities of moving depend on, through a logit with a constant; row t rules the move into row t.
    at : array_like, optional
        Parameters in statsmodels' order, taken as they are: nothing is fitted, which judges a printed table.
    starts : int, optional
        Fits, the first from statsmodels' own start, the others from that start moved at random.
    rng : int or numpy.random.Generator, optional
        Seed.

    Returns
    -------
    Switching
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
    import pandas as pd
    from statsmodels.tsa.regime_switching.markov_autoregression import MarkovAutoregression
    from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

    y = np.asarray(values, dtype=np.float64)
    if y.ndim != 1 or not np.isfinite(y).all():
        raise ParameterError("values must be finite numbers in one dimension. Leave out what is missing at the ends.")
    if isinstance(starts, bool) or not isinstance(starts, int) or starts < 1:
        raise ParameterError(f"starts must be a whole number of at least 1, got {starts!r}.")
    common: dict[str, Any] = {
        "k_regimes": n_states,
        "trend": trend,
        "switching_variance": switching_variance,
        "exog": None if regressors is None else np.asarray(regressors, dtype=np.float64),
    }
    if transitions is not None:
        moved = np.asarray(transitions, dtype=np.float64)
        if len(moved) != len(y) or not np.isfinite(moved).all():
            raise ParameterError(f"transitions must be {len(y)} finite rows, one for each value, got {len(moved)}.")
        common["exog_tvtp"] = np.column_stack([np.ones(len(y)), moved])
    if order:
        model = MarkovAutoregression(y, order=order, switching_ar=switching_ar, **common)
    else:
        model = MarkovRegression(y, **common)
    generator, found = np.random.default_rng(rng), []
    if at is not None:
        given = model.smooth(np.asarray(at, dtype=np.float64))
        found.append((float(given.llf), 0, given, np.asarray(given.bse)))
    for number in range(starts if at is None else 0):
        start = np.asarray(model.start_params)
        if number:
            free = model.untransform_params(start)
            start = model.transform_params(free + 0.5 * generator.standard_normal(len(free)))
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # a start that leads nowhere is only passed over
            try:
                result = model.fit(start_params=start, em_iter=10, maxiter=500, disp=False)
                if np.isfinite(result.llf):
                    found.append((float(result.llf), number, result, np.asarray(result.bse)))
            except (np.linalg.LinAlgError, ValueError, RuntimeError):
                continue
    if not found:
        raise WorkError(f"switching: none of {starts} starts led to a fit. Take fewer states, or more starts.")
    level, _, best, errors = max(found, key=lambda f: (round(f[0], 6), -f[1]))
    table = pd.DataFrame({"estimate": np.asarray(best.params), "error": errors}, index=model.param_names)
    return Switching(
        table,
        level,
        np.asarray(best.filtered_marginal_probabilities),
        Hindsight.of(np.asarray(best.smoothed_marginal_probabilities)),
    )
