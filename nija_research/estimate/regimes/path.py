r"""
Cheapest sequence of states under a cost per bar and a cost per move, by dynamic programming.

:math:`V_t(k) = \ell_t(k) + \min_j [V_{t-1}(j) + \Lambda_{jk}]`. Traced back from the end it is Viterbi's path (cost:
minus log density and minus log transition) or the jump model's labels, and both are hindsight. The state with the
least :math:`V_t` at each bar uses the past alone. Stands on: `compiled`.

References
----------
Viterbi, A. J. (1967). Error bounds for convolutional codes. IEEE Transactions on Information Theory 13(2), 260-269.
"""

from __future__ import annotations

import numpy as np

from nija_research.compiled import entry

__all__ = ["cheapest", "cheapest_so_far"]


@entry
def cheapest(loss, penalty, came, labels):  # type: ignore[no-untyped-def]
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
def cheapest_so_far(loss, penalty, labels):  # type: ignore[no-untyped-def]
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
