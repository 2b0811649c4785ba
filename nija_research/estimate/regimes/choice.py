r"""
How many states: BIC and ICL side by side.

With log likelihood :math:`\ell`, p parameters and n bars, :math:`BIC = -2\ell + p \log n`. ICL adds twice the entropy
of each bar's state given all bars [1]_, so that states nobody can tell apart count against a model; its other form puts
the likelihood of the bars together with their most likely path in the place of :math:`\ell` [2]_. The smaller the
better; that the criteria disagree is the answer. Stands on: `fitting`, `series`, `errors`.

References
----------
.. [1] Biernacki, C., Celeux, G. and Govaert, G. (2000). Assessing a mixture model for clustering with the integrated
   completed likelihood. IEEE Transactions on Pattern Analysis and Machine Intelligence 22(7), 719-725.
.. [2] Pohle, J., Langrock, R., van Beest, F. M. and Schmidt, N. M. (2017). Selecting the number of states in hidden
   Markov models. Journal of Agricultural, Biological and Environmental Statistics 22, 270-293.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nija_research.errors import ParameterError
from nija_research.estimate.regimes.fitting import fit
from nija_research.estimate.regimes.model import Model
from nija_research.estimate.regimes.series import as_series

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["choose_states"]


def choose_states(
    returns: ArrayLike | pd.Series, model: Model = "t_hmm", *, most: int = 5, rng: int = 0
) -> pd.DataFrame:
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
        found = fit(r, model, k, rng=rng)
        level = float(found.log_score(r).sum())
        charge = found.free * np.log(len(r))
        gamma = np.asarray(found.smooth(r))
        doubt = -float((gamma * np.log(np.maximum(gamma, 1e-300))).sum())
        bic, by_path = charge - 2.0 * level, charge - 2.0 * found.path_score(r)
        rows.append((k, found.free, level, bic, bic + 2.0 * doubt, by_path, *found.volatility[[0, -1]]))
    names = ["states", "parameters", "log_likelihood", "bic", "icl", "icl_path", "calmest", "wildest"]
    return pd.DataFrame(rows, columns=names)
