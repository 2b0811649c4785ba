"""
Densities of the next bar without any regime: what a regime model's log score is held against.

Scores are log densities in nats per bar, for returns in the unit given; row t is predicted from bars before t, with
parameters from bars before the last refit. Stands on: `series`, `volatility`, `errors`.

References
----------
Glosten, L. R., Jagannathan, R. and Runkle, D. E. (1993). On the relation between the expected value and the volatility
of the nominal excess return on stocks. Journal of Finance 48(5).
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.regimes.series import as_series, centre_and_unit
from nija_research.estimate.volatility import ewma_volatility

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["ewma_log_score", "garch_log_score"]


def ewma_log_score(returns: ArrayLike | pd.Series, *, decay: float = 0.94) -> NDArray[np.float64]:
    """
    Log density under a normal with mean 0 and exponentially weighted variance.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar.
    decay : float, optional
        Weight kept from bar to bar.

    Returns
    -------
    numpy.ndarray, shape (n,)
        NaN for the first bar, and while nothing has moved.
    """
    r = as_series(returns)
    deviation = np.concatenate([[np.nan], ewma_volatility(r, decay=decay, periods=1.0)[:-1]])
    deviation[~(deviation > 0.0)] = np.nan
    return np.asarray(-0.5 * np.log(2.0 * np.pi) - np.log(deviation) - 0.5 * (r / deviation) ** 2)


def garch_log_score(
    returns: ArrayLike | pd.Series, *, train: int = 504, refit: int = 21, asymmetric: bool = True
) -> NDArray[np.float64]:
    """
    Log density under (GJR-)GARCH(1,1) with Student-t innovations, by arch, refitted as it goes.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar; more than `train`.
    train : int, optional
        Bars before the first fit.
    refit : int, optional
        Bars between fits; each takes about a tenth of a second.
    asymmetric : bool, optional
        Whether falls raise volatility more than rises (GJR).

    Returns
    -------
    numpy.ndarray, shape (n,)
        NaN before `train`.

    Raises
    ------
    ParameterError
        If `returns` are too few.
    """
    from arch import arch_model
    from scipy.special import gammaln

    r = as_series(returns)
    if len(r) <= train:
        raise ParameterError(f"returns must hold more than train = {train} bars, got {len(r)}.")
    # arch wants numbers near 1; the unit is taken from the training bars alone.
    unit = centre_and_unit(r[:train])[1]
    score, at = np.full(len(r), np.nan), None
    for made in range(train, len(r), refit):
        end = min(made + refit, len(r))
        options: Any = {"p": 1, "o": int(asymmetric), "q": 1, "dist": "t", "rescale": False}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a fit that stops early still has parameters
            fitted = arch_model(r[:made] / unit, **options).fit(disp="off", show_warning=False, starting_values=at)
        at = fitted.params.to_numpy()
        fixed = arch_model(r[:end] / unit, **options).fix(at)
        nu, deviation = at[-1], np.asarray(fixed.conditional_volatility)[made:end]
        z = np.asarray(fixed.resid)[made:end] / deviation
        constant = gammaln(0.5 * (nu + 1.0)) - gammaln(0.5 * nu) - 0.5 * np.log(np.pi * (nu - 2.0))
        score[made:end] = constant - np.log(deviation * unit) - 0.5 * (nu + 1.0) * np.log1p(z * z / (nu - 2.0))
    return score
