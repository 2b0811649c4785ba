r"""
A hidden Markov chain with its parameters: filter, smoother, most likely path, predictive densities, forecasts.

Everything is in the unit of the data the chain was fitted to (standardised by `model`). Densities are Student's t or,
with `nu` infinite, Gaussian. Nothing is estimated here. Stands on: `markov`, `path`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nija_research.estimate.regimes.markov import backward, densities, forward
from nija_research.estimate.regimes.path import cheapest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Chain"]


@dataclass(frozen=True, slots=True)
class Chain:
    """
    Parameters of a hidden Markov chain.

    Attributes
    ----------
    start : numpy.ndarray, shape (k,)
    trans : numpy.ndarray, shape (k, k)
        Rows sum to 1.
    mean, scale : numpy.ndarray, shape (k,)
        Of each state's density; for Student's t the scale is not the standard deviation.
    nu : float
        Degrees of freedom, infinite for a Gaussian.
    path : numpy.ndarray, shape (steps,)
        Log posterior (without the density's constant) before each step of EM, never falling.
    note : str
        Why EM stopped early; empty where it did not.
    """

    start: NDArray[np.float64]
    trans: NDArray[np.float64]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    nu: float
    path: NDArray[np.float64]
    note: str = ""

    @property
    def score(self) -> float:
        """Log posterior that was reached, without the density's constant."""
        return float(self.path[-1]) if len(self.path) else -np.inf

    @property
    def constant(self) -> float:
        """Log of the density's constant: the same for every bar and state."""
        from math import lgamma, log, pi

        nu = self.nu
        if nu == np.inf:
            return -0.5 * log(2.0 * pi)
        return lgamma(0.5 * (nu + 1.0)) - lgamma(0.5 * nu) - 0.5 * log(nu * pi)

    @property
    def deviation(self) -> NDArray[np.float64]:
        """Standard deviation of each state; infinite for a Student's t with two degrees of freedom or fewer."""
        if self.nu == np.inf:
            return self.scale
        return self.scale * (np.sqrt(self.nu / (self.nu - 2.0)) if self.nu > 2.0 else np.inf)

    @property
    def distance(self) -> NDArray[np.float64]:
        """How far an ordinary bar of each state lies from 0: its median distance, where the mean is small."""
        from scipy.special import ndtri, stdtrit

        ordinary = self.scale * float(ndtri(0.75) if self.nu == np.inf else stdtrit(self.nu, 0.75))
        return np.asarray(np.hypot(self.mean, ordinary))

    def ordered(self) -> Chain:
        """
        Put the states in order of how far their bars lie from 0, calmest first; equal ones in order of mean.

        Not of scale alone: a state that holds one wild bar has next to none.
        """
        by = np.lexsort((self.mean, np.hypot(self.mean, self.scale)))
        return replace(
            self, start=self.start[by], trans=self.trans[np.ix_(by, by)], mean=self.mean[by], scale=self.scale[by]
        )

    def moved(self, shift: float, factor: float) -> Chain:
        """Return the chain of ``(x + shift) * factor``, where this one is the chain of ``x``."""
        return replace(self, mean=(self.mean + shift) * factor, scale=self.scale * factor, path=np.empty(0), note="")

    def filter(self, x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """
        Probability of each state from bars up to now, and how probable each bar was before it came.

        Parameters
        ----------
        x : numpy.ndarray, shape (n,)

        Returns
        -------
        numpy.ndarray, shape (n, k)
            Rows sum to 1.
        numpy.ndarray, shape (n,)
            Log density of each bar, predicted from the bars before it.
        """
        _, alpha, c, shift = self._forward(x)
        return alpha, np.log(c) + shift + self.constant

    def smooth(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of each state (n, k) from all bars: hindsight."""
        b, alpha, c, _ = self._forward(x)
        gamma = np.empty_like(b)
        backward(b, self.trans, alpha, c, gamma)
        return gamma

    def viterbi(self, x: NDArray[np.float64]) -> tuple[NDArray[np.int64], float]:
        """Most likely path (n,), which is hindsight, and the log likelihood of bars and path together."""
        b, shift = np.empty((len(x), len(self.mean))), np.empty(len(x))
        densities(x, self.mean, self.scale, self.nu, b, shift)
        with np.errstate(divide="ignore"):
            loss, penalty = -np.log(b), -np.log(self.trans)
            loss[0] -= np.log(self.start)
        labels, came = np.empty(len(x), dtype=np.int64), np.empty(b.shape, dtype=np.int64)
        cost = cheapest(loss, penalty, came, labels)
        return labels, float(shift.sum() + len(x) * self.constant - cost)

    def ahead(self, probability: NDArray[np.float64], steps: int = 1) -> NDArray[np.float64]:
        """Probability of each state `steps` bars after those of `probability` (n, k)."""
        moved, power = np.zeros_like(probability), np.linalg.matrix_power(self.trans, steps)
        for state in range(len(power)):  # not a matrix product: its rounding may depend on how many rows there are
            moved += probability[:, [state]] * power[state]
        return moved

    def log_density(self, x: NDArray[np.float64], predicted: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log density (n,) of bars under predicted state probabilities (n, k)."""
        b, shift = np.empty((len(x), len(self.mean))), np.empty(len(x))
        densities(x, self.mean, self.scale, self.nu, b, shift)
        return np.asarray(np.log(np.maximum((b * predicted).sum(axis=1), 1e-300)) + shift + self.constant)

    def _forward(
        self, x: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        n, k = len(x), len(self.mean)
        b, alpha, c, shift = np.empty((n, k)), np.empty((n, k)), np.empty(n), np.empty(n)
        densities(x, self.mean, self.scale, float(self.nu), b, shift)
        forward(b, self.start, self.trans, alpha, c)
        return b, alpha, c, shift
