"""
Many promises at once: p-values that keep the chance of any false discovery at its level.

`holm` needs nothing but the p-values. `step_down` uses how estimates move together, which common random numbers give
for free, and so finds more. Stands on: `errors`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError

__all__ = ["holm", "step_down"]


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """
    Return p-values adjusted by Holm's step-down method [1]_.

    Parameters
    ----------
    p_values : mapping of str to float
        By name, in [0, 1]; NaN where there was no test, which counts as none.

    Returns
    -------
    dict of str to float
        In the order given: reject those at or below the level, and the chance of any false one is at most the level,
        however the tests depend on each other.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
       Statistics 6.

    Examples
    --------
    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    tested = {name: float(p) for name, p in p_values.items() if not np.isnan(p)}
    if bad := [name for name, p in tested.items() if not 0.0 <= p <= 1.0]:
        raise ParameterError(f"p-values lie in [0, 1]; {bad[0]} is {tested[bad[0]]!r}.")
    adjusted, worst = dict.fromkeys(p_values, np.nan), 0.0
    for k, name in enumerate(sorted(tested, key=lambda key: tested[key])):
        worst = max(worst, min(1.0, (len(tested) - k) * tested[name]))
        adjusted[name] = worst
    return adjusted


def step_down(found: ArrayLike, resampled: ArrayLike) -> NDArray[np.float64]:
    """
    Return two-sided p-values adjusted by Romano and Wolf's step-down method [1]_.

    Parameters
    ----------
    found : array_like, shape (m,)
        Estimates, 0 where nothing is there.
    resampled : array_like, shape (draws, m)
        Deviations of joint resamples from their own centre: what the estimates would be if nothing were there.

    Returns
    -------
    ndarray, shape (m,)
        An estimate that never moves, and is 0, has 1.

    Notes
    -----
    With t the estimates over the standard deviations of their column, the largest is compared with the largest of all
    resampled ones, the next with the largest of those not yet compared, and so on; p never falls on the way. A p-value
    is ``(1 + count) / (1 + draws)`` [2]_.

    References
    ----------
    .. [1] Romano, J. P., Wolf, M. (2005). Exact and approximate stepdown methods for multiple hypothesis testing.
       Journal of the American Statistical Association 100.
    .. [2] Romano, J. P., Wolf, M. (2016). Efficient computation of adjusted p-values for resampling-based stepdown
       multiple testing. Statistics and Probability Letters 113.
    """
    estimate, draws = np.asarray(found, dtype=np.float64), np.asarray(resampled, dtype=np.float64)
    if draws.ndim != 2 or estimate.shape != draws.shape[1:]:
        raise ParameterError(f"resampled must be (draws, {estimate.size}), got shape {draws.shape}.")
    spread = draws.std(axis=0, ddof=1)
    moves = spread > 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(moves, np.abs(estimate) / spread, np.where(estimate == 0.0, 0.0, np.inf))
        null = np.where(moves, np.abs(draws) / spread, 0.0)
    order = np.argsort(-t, kind="stable")
    # Largest of this one and all smaller ones, a column a step.
    highest = np.maximum.accumulate(null[:, order[::-1]], axis=1)[:, ::-1]
    p = (1.0 + (highest >= t[order]).sum(axis=0)) / (1.0 + len(draws))
    adjusted = np.empty(len(t))
    adjusted[order] = np.maximum.accumulate(p)
    return adjusted
