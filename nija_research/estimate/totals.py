"""
What totals alone can show: the surest mean profit that any trades with these counts and sums could have.

Money in the account's currency. Stands on: `edge`, `errors`, `units`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from nija_research.errors import ParameterError
from nija_research.estimate.edge import check_counts
from nija_research.units import finite, share

__all__ = ["MeanInterval", "Totals", "tightest_mean"]


class Totals(NamedTuple):
    """Wins, losses and net profit of one record."""

    wins: int
    losses: int
    pnl: float


class MeanInterval(NamedTuple):
    """A mean profit a trade, and its interval (account currency)."""

    mean: float
    low: float
    high: float


def tightest_mean(records: Sequence[Totals], *, level: float = 0.95) -> MeanInterval:
    """
    Return the mean profit a trade with the narrowest t interval that the records allow.

    Parameters
    ----------
    records : sequence of Totals
        At least two trades in all; every one won or lost.
    level : float, optional
        Level, a share.

    Returns
    -------
    MeanInterval
        What it leaves open stays open whatever the single trades were; what it excludes they may yet leave open.

    Raises
    ------
    ParameterError
        If a count is impossible, a profit contradicts it, or there are fewer than two trades.

    Notes
    -----
    The sum of squares is least where a record's profit comes in equal wins (its losses next to nothing), or its loss
    in equal losses: ``pnl^2 / wins`` or ``pnl^2 / losses`` of each record. The interval is
    ``mean +- t s / sqrt(n)`` with the smallest s.

    Examples
    --------
    >>> tightest_mean([Totals(13, 1, 11.79), Totals(4, 3, -4.14)]).low < 0
    True
    """
    from scipy.stats import t

    squares, total, n = 0.0, 0.0, 0
    for wins, losses, pnl in records:
        check_counts(wins, losses)
        if finite("pnl", pnl) * (wins if pnl > 0.0 else losses) == 0.0 and pnl != 0.0:
            raise ParameterError(f"pnl {pnl:g} is impossible with {wins} wins and {losses} losses.")
        squares += pnl * pnl / (wins if pnl > 0.0 else losses) if pnl else 0.0
        total, n = total + pnl, n + wins + losses
    if n < 2:
        raise ParameterError(f"an interval needs at least two trades, got {n}.")
    mean = total / n
    error = math.sqrt(max(0.0, squares - n * mean * mean) / (n - 1) / n)
    half = float(t.ppf(0.5 + 0.5 * share("level", level), n - 1)) * error
    return MeanInterval(mean, mean - half, mean + half)
