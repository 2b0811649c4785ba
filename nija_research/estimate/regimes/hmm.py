r"""
Hidden Markov chain with given parameters: filter, smoother, most likely path, densities, forecasts.

With transition :math:`A`, start :math:`\pi` and densities :math:`b_t(k)` of bar t in state k, the scaled forward
pass is

.. math:: c_t = \sum_k \hat\alpha_t(k),\quad \hat\alpha_t(k) = b_t(k) \sum_j \alpha_{t-1}(j) A_{jk},\quad
          \alpha_t = \hat\alpha_t / c_t,

so that :math:`\alpha_t` is the probability of each state given bars up to t (the filter) and :math:`\log c_t` is the
one-step predictive log density. Densities are Student's t with `nu` degrees of freedom, or Gaussian where `nu` is
infinite; `scale` is the t's scale, not its standard deviation. The cheapest path under a cost per bar and a cost per
move, :math:`V_t(k) = \ell_t(k) + \min_j [V_{t-1}(j) + \Lambda_{jk}]`, is Viterbi's path (cost: minus log density and
minus log transition) or the jump model's labels: both are hindsight when traced back from the end; the state with the
least :math:`V_t` at each bar uses the past alone. Data are standardised by the caller; nothing is estimated here.

References
----------
Rabiner, L. R. (1989). A tutorial on hidden Markov models. Proceedings of the IEEE 77(2), 257-286.
Viterbi, A. J. (1967). Error bounds for convolutional codes. IEEE Transactions on Information Theory 13(2), 260-269.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nija_research.compiled import entry

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Chain", "backward", "cheapest_path", "cheapest_path_online", "densities", "expect", "forward"]

#: Stands for the density of a bar that no state can explain, so that the filter goes on from its prediction.
TINY = 1e-300


@entry
def densities(x, mean, scale, nu, b, shift):  # type: ignore[no-untyped-def]
    """
    Fill `b` (n, k) with densities up to a constant, times ``exp(-shift)`` (n,), so that a far Gaussian is not 0.

    The constants left out are ``-log(2 pi) / 2`` and that of Student's t; `model` adds them.
    """
    n, k = b.shape
    if nu == np.inf:
        inverses, logs = 1.0 / scale, np.log(scale)
        for t in range(n):
            top = -np.inf
            for j in range(k):
                z = (x[t] - mean[j]) * inverses[j]
                b[t, j] = -0.5 * z * z - logs[j]
                top = max(top, b[t, j])
            shift[t] = top
            for j in range(k):
                b[t, j] = np.exp(b[t, j] - top)
        return
    shift[:] = 0.0
    whole = nu == np.floor(nu) and nu <= 40.0
    for j in range(k):
        inverse, per = 1.0 / scale[j], 1.0 / nu
        for t in range(n):
            z = (x[t] - mean[j]) * inverse
            q = 1.0 + z * z * per
            if nu == 5.0:
                b[t, j] = inverse / (q * q * q)
            elif whole:
                # A whole power by multiplication, with a root where the exponent ends in a half.
                power = np.sqrt(q) if int(nu) % 2 == 0 else 1.0
                for _ in range((int(nu) + 1) // 2):
                    power *= q
                b[t, j] = inverse / power
            else:
                b[t, j] = inverse * q ** (-0.5 * (nu + 1.0))


@entry
def forward(b, start, trans, alpha, c):  # type: ignore[no-untyped-def]
    """Fill `alpha` (n, k), the filter, and `c` (n,), the predictive densities on the scale of `b`."""
    n, k = b.shape
    ahead = start.copy()  # probability of each state before the bar is seen
    for t in range(n):
        total = 0.0
        for j in range(k):
            if t > 0:
                ahead[j] = 0.0
                for i in range(k):
                    ahead[j] += alpha[t - 1, i] * trans[i, j]
            alpha[t, j] = ahead[j] * b[t, j]
            total += alpha[t, j]
        if total < TINY:
            total = TINY
            for j in range(k):
                alpha[t, j] = ahead[j] * TINY
        c[t] = total
        for j in range(k):
            alpha[t, j] = alpha[t, j] * (1.0 / total) if t > 0 else alpha[t, j] / total


@entry
def backward(b, trans, alpha, c, gamma):  # type: ignore[no-untyped-def]
    """Fill `gamma` (n, k), the smoother: probability of each state given *all* bars, later ones too."""
    n, k = b.shape
    beta, v = np.ones(k), np.empty(k)
    gamma[n - 1] = alpha[n - 1]
    for t in range(n - 2, -1, -1):
        for j in range(k):
            v[j] = b[t + 1, j] * beta[j] / c[t + 1]
        total = 0.0
        for i in range(k):
            back = 0.0
            for j in range(k):
                back += trans[i, j] * v[j]
            beta[i] = back
            gamma[t, i] = alpha[t, i] * back
            total += gamma[t, i]
        for i in range(k):
            gamma[t, i] /= total


@entry
def expect(x, b, trans, mean, scale, nu, alpha, c, moves, sums):  # type: ignore[no-untyped-def]
    """
    E-step: expected moves (k, k) and, in `sums` (5, k): visits, weights, weighted gaps and their squares, first state.

    The weight of a bar is 1 for a Gaussian and ``(nu + 1) / (nu + z**2)`` for Student's t. Gaps are
    from the state's present mean, so that little is lost in their difference.
    """
    n, k = b.shape
    beta, v = np.ones(k), np.empty(k)
    per = 0.0 if nu == np.inf else 1.0 / nu
    moves[:] = 0.0
    sums[:] = 0.0
    for t in range(n - 1, -1, -1):
        if t < n - 1:
            inverse = 1.0 / c[t + 1]
            for j in range(k):
                v[j] = b[t + 1, j] * beta[j] * inverse
            for i in range(k):
                back = 0.0
                for j in range(k):
                    back += trans[i, j] * v[j]
                    moves[i, j] += alpha[t, i] * v[j]
                beta[i] = back
        for j in range(k):
            visit = alpha[t, j] * beta[j]
            gap = x[t] - mean[j]
            z = gap / scale[j]
            weighted = visit * (1.0 + per) / (1.0 + z * z * per)
            sums[0, j] += visit
            sums[1, j] += weighted
            sums[2, j] += weighted * gap
            sums[3, j] += weighted * gap * gap
            if t == 0:
                sums[4, j] = visit
    for i in range(k):
        for j in range(k):
            moves[i, j] *= trans[i, j]


@entry
def cheapest_path(loss, penalty, came, labels):  # type: ignore[no-untyped-def]
    """Fill `labels` (n,) with the whole cheapest path, `came` (n, k) being room to work in; return its cost."""
    n, k = loss.shape
    value, ahead = loss[0].copy(), np.empty(k)
    for t in range(1, n):
        for j in range(k):
            least, source = value[0] + penalty[0, j], 0
            for i in range(1, k):
                cost = value[i] + penalty[i, j]
                if cost < least:
                    least, source = cost, i
            ahead[j] = least + loss[t, j]
            came[t, j] = source
        for j in range(k):
            value[j] = ahead[j]
    last = 0
    for j in range(1, k):
        if value[j] < value[last]:
            last = j
    total = value[last]
    labels[n - 1] = last
    for t in range(n - 1, 0, -1):
        last = came[t, last]
        labels[t - 1] = last
    return total


@entry
def cheapest_path_online(loss, penalty, labels):  # type: ignore[no-untyped-def]
    """Fill `labels` (n,) with the end of the cheapest path up to each bar: no later bar is looked at."""
    n, k = loss.shape
    value, ahead = loss[0].copy(), np.empty(k)
    for t in range(n):
        if t > 0:
            for j in range(k):
                least = value[0] + penalty[0, j]
                for i in range(1, k):
                    cost = value[i] + penalty[i, j]
                    if cost < least:
                        least = cost
                ahead[j] = least + loss[t, j]
            # Only differences matter, and small numbers keep them exact however long the series.
            lowest = ahead.min()
            for j in range(k):
                value[j] = ahead[j] - lowest
        best = 0
        for j in range(1, k):
            if value[j] < value[best]:
                best = j
        labels[t] = best


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

    def rescaled(self, shift: float, factor: float) -> Chain:
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
        cost = cheapest_path(loss, penalty, came, labels)
        return labels, float(shift.sum() + len(x) * self.constant - cost)

    def ahead(self, probability: NDArray[np.float64], steps: int = 1) -> NDArray[np.float64]:
        """Probability of each state `steps` bars after those of `probability` (n, k)."""
        expected, power = np.zeros_like(probability), np.linalg.matrix_power(self.trans, steps)
        for state in range(len(power)):  # not a matrix product: its rounding may depend on how many rows there are
            expected += probability[:, [state]] * power[state]
        return expected

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
