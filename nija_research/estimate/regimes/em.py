r"""
Maximum a posteriori fit of a hidden Markov model by EM, from starting values that differ in volatility.

Gaussian: Baum-Welch. Student's t with fixed `nu`: the same with weights :math:`u = (\nu + 1)/(\nu + z^2)` and the
parameter-expanded step :math:`\sigma^2 = \sum \gamma u (x - \mu)^2 / \sum \gamma u`, which keeps EM's promise that the
likelihood never falls and needs fewer steps [1]_. k-means starts look for groups of *means* and miss regimes that
differ in volatility, so the starts sort the bars by rolling volatility instead.

A state that was left never, or once and long ago, has a likeliest probability of leaving of 0: the filter would
be certain for years and no bar could move it. So each row of the transition matrix, and the first state, has a
Dirichlet prior worth `PRIOR` bars spread evenly over the k states, and

.. math:: A_{ij} = \frac{m_{ij} + a / k}{\sum_j m_{ij} + a},\qquad
          \log p = \ell + \frac{a}{k} \Big(\sum_{ij} \log A_{ij} + \sum_i \log \pi_i\Big)

with expected moves m and :math:`a` = `PRIOR`. What never falls is this log posterior. Scales are
kept above a floor as part of the model, so that no state can shrink onto repeated values (closed days, stale prices);
where the floor binds, the plain step in the place of the expanded one is the constrained maximum. Data are standardised
by the caller.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nija_research.compiled import entry
from nija_research.estimate.regimes.classifiers import centred_squares, unequal_groups
from nija_research.estimate.regimes.hmm import Chain, densities, expect, forward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["best_fit", "em_fit", "perturbed", "starting_values"]

#: Smallest scale of a state, as a share of the data's own scale (the median distance from the median).
FLOOR = 0.05

#: Weight of the prior, in bars: spread evenly over each row of the transition matrix, and over the first state.
PRIOR = 1.0

#: EM stops when a step gains less log posterior than this, in nats over the whole sample.
TOLERANCE = 1e-3

#: EM never takes more steps than this.
STEPS = 1000

# Every start gets this many steps; the best few of them go on until they have converged, and the best of those goes on
# until nothing changes any more: two ways to one maximum must not end in two labels.
_TRIAL, _FINALISTS, _FINEST = 20, 3, 1e-8

# Windows of the rolling volatility that sorts the bars.
_WINDOWS = (5, 21, 63)

# A fall of less than this share of the log posterior is rounding.
_ROUNDING = 1e-9


@entry
def _em_steps(x, start, trans, mean, scale, nu, floor, prior, tolerance, path):  # type: ignore[no-untyped-def]
    """
    EM in place; returns how many entries of `path` are filled. The last one belongs to the parameters returned.

    Where a step fell, its number is negative and the parameters are those before the step.
    """
    n, k, most = len(x), len(mean), len(path)
    b, alpha, c, shift = np.empty((n, k)), np.empty((n, k)), np.empty(n), np.empty(n)
    moves, sums = np.empty((k, k)), np.empty((5, k))
    old_start, old_trans, old_mean, old_scale = start.copy(), trans.copy(), mean.copy(), scale.copy()
    each = prior / k
    for step in range(most):
        densities(x, mean, scale, nu, b, shift)
        forward(b, start, trans, alpha, c)
        value = 0.0
        for t in range(n):
            value += np.log(c[t]) + shift[t]
        if each > 0.0:
            for i in range(k):
                value += each * np.log(max(start[i], 1e-300))
                for j in range(k):
                    value += each * np.log(max(trans[i, j], 1e-300))
        if step > 0 and not value >= path[step - 1] - _ROUNDING * max(1.0, abs(path[step - 1])):
            start[:], trans[:], mean[:], scale[:] = old_start, old_trans, old_mean, old_scale
            return -step
        path[step] = value
        if (step > 0 and value - path[step - 1] < tolerance) or step == most - 1:
            return step + 1
        expect(x, b, trans, mean, scale, nu, alpha, c, moves, sums)
        old_start[:], old_trans[:], old_mean[:], old_scale[:] = start, trans, mean, scale
        for i in range(k):
            start[i] = (sums[4, i] + each) / (1.0 + prior)
            out = prior
            for j in range(k):
                out += moves[i, j]
            if out > 1e-12:
                for j in range(k):
                    trans[i, j] = (moves[i, j] + each) / out
            if sums[0, i] > 1e-12:
                step_of_mean = sums[2, i] / sums[1, i]
                mean[i] += step_of_mean
                spread = max(sums[3, i] / sums[1, i] - step_of_mean * step_of_mean, 0.0)
                if spread < floor * floor:  # the expanded step knows no floor: the plain one, cut there, is a maximum
                    spread = max(spread * sums[1, i] / sums[0, i], floor * floor)
                scale[i] = np.sqrt(spread)
    return most


def em_fit(
    x: NDArray[np.float64],
    at: Chain,
    *,
    steps: int = STEPS,
    tolerance: float = TOLERANCE,
    floor: float = FLOOR,
    prior: float = PRIOR,
) -> Chain:
    """
    EM from one start.

    Parameters
    ----------
    x : numpy.ndarray, shape (n,)
        Standardised data.
    at : Chain
        Where to start; its `nu` stays. Its scales are raised to `floor`, and its probabilities mixed with a
        thousandth of even ones where there is a prior, which knows no zeros.
    steps : int, optional
        Steps at most.
    tolerance : float, optional
        Gain of log posterior below which it stops.
    floor : float, optional
        Smallest scale.
    prior : float, optional
        Weight of the Dirichlet prior of each row of the transition matrix and of the first state, in bars; 0 is
        maximum likelihood.

    Returns
    -------
    Chain
        Its `path` never falls: a step that would lower the log posterior is not taken, and `note` says so.
    """
    start, trans, mean, scale = at.start.copy(), at.trans.copy(), at.mean.copy(), np.maximum(at.scale, floor)
    if prior > 0.0:
        if not start.min() > 0.0:
            start = 0.999 * start + 0.001 / len(start)
        if not trans.min() > 0.0:
            trans = 0.999 * trans + 0.001 / len(start)
    path = np.empty(steps + 1)
    filled = _em_steps(x, start, trans, mean, scale, float(at.nu), floor, float(prior), tolerance, path)
    note = "" if filled > 0 else f"EM stopped after {-filled} steps: the next one would have lowered the log posterior."
    return replace(at, start=start, trans=trans, mean=mean, scale=scale, path=path[: abs(filled)].copy(), note=note)


def starting_values(x: NDArray[np.float64], n_states: int, nu: float) -> list[Chain]:
    """
    Starts that differ in volatility: bars sorted by rolling volatility and cut into groups, calmest first.

    Parameters
    ----------
    x : numpy.ndarray, shape (n,)
        Standardised data.
    n_states : int
        States.
    nu : float
        Degrees of freedom.

    Returns
    -------
    list of Chain
    """
    starts = []
    for window in _WINDOWS:
        if window > len(x) // (2 * n_states):
            continue
        order = np.argsort(centred_squares(x, window)[0], kind="stable")
        for groups in unequal_groups(order, n_states):
            squares = [x[rows] * x[rows] for rows in groups]
            scale = np.array([max(np.sqrt(np.mean(square)), FLOOR) if len(square) else 1.0 for square in squares])
            # Student's t has a larger standard deviation than scale.
            scale *= 1.0 if nu == np.inf else np.sqrt(max(nu - 2.0, 0.5) / nu)
            starts.append(_start(np.asarray(np.maximum.accumulate(scale)), nu, 1.0 / (2.0 * window)))
    if not starts:
        starts.append(_start(np.array([2.0**i for i in range(n_states)]), nu, 0.1))
    return starts


def _start(scale: NDArray[np.float64], nu: float, leave: float) -> Chain:
    k = len(scale)
    # Scales of one height would never separate: EM treats equal states equally.
    scale = scale * 1.01 ** np.arange(k)
    trans = np.full((k, k), leave / max(k - 1, 1))
    np.fill_diagonal(trans, 1.0 - leave if k > 1 else 1.0)
    return Chain(np.full(k, 1.0 / k), trans, np.zeros(k), scale, nu, np.empty(0))


def perturbed(starts: Sequence[Chain], count: int, rng: np.random.Generator) -> list[Chain]:
    """
    Copy starts with their scales changed at random, by a quarter or so.

    Parameters
    ----------
    starts : sequence of Chain
        Taken in turn.
    count : int
        Copies wanted.
    rng : numpy.random.Generator

    Returns
    -------
    list of Chain
    """
    turn = [starts[i % len(starts)] for i in range(count)]
    return [replace(s, scale=np.sort(s.scale * np.exp(0.25 * rng.standard_normal(len(s.scale))))) for s in turn]


def best_fit(
    x: NDArray[np.float64], starts: Sequence[Chain], *, tolerance: float = TOLERANCE, prior: float = PRIOR
) -> Chain:
    """
    Best maximum found from several starts, its states in order.

    Parameters
    ----------
    x : numpy.ndarray, shape (n,)
        Standardised data.
    starts : sequence of Chain
        Each gets a few steps; the best three go on until they have converged.
    tolerance, prior : float, optional
        As in `em_fit`.

    Returns
    -------
    Chain
        The same for the starts in any order, and for the states of a start in any order.
    """
    fits = list(starts)
    for steps, contenders in ((_TRIAL, len(fits)), (STEPS, _FINALISTS)):
        tried = (em_fit(x, at, steps=steps, tolerance=tolerance, prior=prior) for at in fits[:contenders])
        fits = sorted((chain.ordered() for chain in tried), key=_rank)
    return em_fit(x, fits[0], tolerance=min(tolerance, _FINEST), prior=prior).ordered()


def _rank(chain: Chain) -> tuple[float, ...]:
    """Best first; ties are broken by parameters, never by its place in the list."""
    return (-chain.score, *chain.scale, *chain.mean)
