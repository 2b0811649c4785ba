r"""
Hidden Markov chain, one pass each way: filter, smoother and the sums that EM needs.

With transition :math:`A`, start :math:`\pi` and densities :math:`b_t(k)` of bar t in state k, the scaled forward
pass is

.. math:: c_t = \sum_k \hat\alpha_t(k),\quad \hat\alpha_t(k) = b_t(k) \sum_j \alpha_{t-1}(j) A_{jk},\quad
          \alpha_t = \hat\alpha_t / c_t,

so that :math:`\alpha_t` is the probability of each state given bars up to t (the filter) and :math:`\log c_t` is the
one-step predictive log density. Densities are Student's t with `nu` degrees of freedom, or Gaussian where `nu` is
infinite; `scale` is the t's scale, not its standard deviation. Data are standardised by the caller. No parameter
is estimated here. Stands on: `compiled`.

References
----------
Rabiner, L. R. (1989). A tutorial on hidden Markov models. Proceedings of the IEEE 77(2), 257-286.
"""

from __future__ import annotations

import numpy as np

from nija_research.compiled import entry

__all__ = ["backward", "densities", "expect", "forward"]

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
    total = 0.0
    for j in range(k):
        alpha[0, j] = start[j] * b[0, j]
        total += alpha[0, j]
    if total < TINY:
        total = TINY
        for j in range(k):
            alpha[0, j] = start[j] * TINY
    c[0] = total
    for j in range(k):
        alpha[0, j] /= total
    for t in range(1, n):
        total = 0.0
        for j in range(k):
            ahead = 0.0
            for i in range(k):
                ahead += alpha[t - 1, i] * trans[i, j]
            alpha[t, j] = ahead * b[t, j]
            total += alpha[t, j]
        if total < TINY:
            total = TINY
            for j in range(k):
                ahead = 0.0
                for i in range(k):
                    ahead += alpha[t - 1, i] * trans[i, j]
                alpha[t, j] = ahead * TINY
        c[t] = total
        inverse = 1.0 / total
        for j in range(k):
            alpha[t, j] *= inverse


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
def expect(x, b, trans, mean, scale, nu, alpha, c, first, moves, sums):  # type: ignore[no-untyped-def]
    """
    E-step: expected first state (k,), moves (k, k) and, in `sums` (4, k): visits, weights, and weighted gaps.

    The weight of a bar is 1 for a Gaussian and ``(nu + 1) / (nu + z**2)`` for Student's t. Gaps (and their squares) are
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
                first[j] = visit
    for i in range(k):
        for j in range(k):
            moves[i, j] *= trans[i, j]
