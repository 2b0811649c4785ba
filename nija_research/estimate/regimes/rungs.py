"""
The rule behind ``model="rules"``: states by where rolling volatility lies among its own past.

Standard deviation of the last 20 bars (about 0), cut at fixed shares of its distribution on the bars of the fit:
one cut at 80 %, two at 50 and 90 %, and so on. No likelihood, no persistence: the baseline that the models must beat.
Stands on: nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["WINDOW", "Rungs", "fit_rungs", "rolling_scale"]

#: Bars of the rolling volatility.
WINDOW = 20


@dataclass(frozen=True, slots=True)
class Rungs:
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
        total = np.concatenate([[0.0], np.cumsum(x * x)])
        ends = np.minimum(np.arange(len(x)) + WINDOW // 2 + 1, len(x))
        begins = np.maximum(ends - WINDOW, 0)
        scale = np.sqrt(np.maximum(total[ends] - total[begins], 0.0) / (ends - begins))
        return np.asarray(np.searchsorted(self.cuts, scale, side="right"))


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


def fit_rungs(x: NDArray[np.float64], n_states: int) -> Rungs:
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
    Rungs
    """
    shares = np.array([0.8]) if n_states == 2 else 1.0 - 0.5 * 0.2 ** np.linspace(0.0, 1.0, max(n_states - 1, 1))
    scale = rolling_scale(x)[min(WINDOW - 1, len(x) - 1) :]
    return Rungs(np.quantile(scale, shares) if n_states > 1 else np.empty(0))
