"""
What counts and totals can show: win rates with intervals, Kelly from wins and losses, the mean profit of a record.

Rates and stakes are shares of one (one unit at risk is the average loss), money is in the account's currency. Counts
without the payoffs usually do not fix a stake. Nothing here resamples: see `bootstrap`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.formulas import KellyEstimate
from nija_research.interval import Interval
from nija_research.units import count, finite, inside, positive

__all__ = ["Totals", "check_counts", "clopper_pearson", "kelly_from_record", "tightest_mean", "wilson"]


class Totals(NamedTuple):
    """Wins, losses and net profit of one record."""

    wins: int
    losses: int
    pnl: float


def wilson(wins: int, n: int, *, level: float = 0.95, effective: float | None = None) -> Interval:
    """
    Score interval for a win rate; close to nominal on average.

    Parameters
    ----------
    wins, n : int
        Wins among `n` trades, ``0 <= wins <= n`` and ``n >= 1``.
    level : float, optional
        Nominal level, a share.
    effective : float, optional
        Number of independent trades that the `n` are worth, where they overlap or depend on each other; `n` unless
        given.

    Returns
    -------
    Interval

    Raises
    ------
    ParameterError
        If the counts or the level are out of range.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
       Journal of the American Statistical Association 22.
    """
    if effective is None:
        return _proportion(wins, n, level, "wilson")
    from scipy.stats import norm

    check_counts(wins, n - wins)
    m = positive("effective", effective)
    if m > n:
        raise ParameterError(f"effective must not exceed the {n} trades, got {effective!r}.")
    p, z = wins / n, float(norm.ppf((1.0 + inside("level", level)) / 2.0))
    middle = (p + z * z / (2.0 * m)) / (1.0 + z * z / m)
    half = z / (1.0 + z * z / m) * math.sqrt(p * (1.0 - p) / m + z * z / (4.0 * m * m))
    return Interval(p, max(0.0, middle - half), min(1.0, middle + half), level)


def clopper_pearson(wins: int, n: int, *, level: float = 0.95) -> Interval:
    """
    Exact interval for a win rate; never below its level, hence wide.

    Parameters
    ----------
    wins, n : int
        Wins among `n` trades, ``0 <= wins <= n`` and ``n >= 1``.
    level : float, optional
        Nominal level, a share.

    Returns
    -------
    Interval

    Raises
    ------
    ParameterError
        If the counts or the level are out of range.

    References
    ----------
    .. [1] Clopper, C. J., Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the
       case of the binomial. Biometrika 26.
    """
    return _proportion(wins, n, level, "exact")


def _proportion(wins: int, n: int, level: float, method: Literal["wilson", "exact"]) -> Interval:
    from scipy.stats import binomtest

    check_counts(wins, n - wins)
    if n < 1:
        raise ParameterError("n must be at least 1, got 0: a win rate needs a trade.")
    ci = binomtest(int(wins), int(n)).proportion_ci(inside("level", level), method)
    return Interval(wins / n, float(ci.low), float(ci.high), level)


def check_counts(wins: int, losses: int) -> None:
    """
    Refuse anything but whole, non-negative counts.

    Parameters
    ----------
    wins, losses : int
        Counts of trades.

    Raises
    ------
    ParameterError
        If a count is not a whole number of at least 0.
    """
    count("wins", wins, of="trades")
    count("losses", losses, of="trades")


def kelly_from_record(
    wins: int, losses: int, pnl: float | None = None, *, mean_loss: float | None = None, level: float = 0.95
) -> KellyEstimate:
    """
    Kelly stake that a record of wins and losses supports, or the range it leaves open.

    Parameters
    ----------
    wins, losses : int
        Numbers of winning and losing trades.
    pnl : float, optional
        Net profit over all of them, account currency.
    mean_loss : float, optional
        Average loss as a number above 0, account currency; with `pnl` it fixes the payoff ratio.
    level : float, optional
        Level of the interval where a stake is identified, a share.

    Returns
    -------
    KellyEstimate
        `unit` is "risk" (one average loss), `method` is "record". `identified` is False and `fraction` None
        where different payoffs that all fit the record ask for different stakes; `interval` is then the range
        of these stakes.

    Raises
    ------
    ParameterError
        If a count, `pnl` or `mean_loss` is impossible, or they contradict each other.

    Notes
    -----
    The win rate has the posterior Beta(wins + 1, losses + 1), mean ``(wins + 1) / (n + 2)``. The P&L fixes only
    ``wins x average win - losses x average loss``: a line of payoff ratios b, each with its stake ``p - q / b``.
    The reported range starts the line at an average loss equal to the smallest average win the P&L allows,
    ``pnl / wins``; still smaller losses would reach up to the mean win rate itself, and `why` says so. A record
    with a negative P&L asks for 0 at every payoff, because the plug-in stake is ``pnl / (n x average win)``.

    Examples
    --------
    >>> kelly_from_record(13, 1, 11.79).identified
    False
    """
    check_counts(wins, losses)
    n = wins + losses
    if n == 0:
        return _estimate(0, None, 0.0, 1.0, level, "No trade is recorded: every stake from 0 to 1 is possible.")
    p = (wins + 1) / (n + 2)
    if pnl is not None:
        _check_money(wins, losses, finite("pnl", pnl))
    if mean_loss is not None:
        if pnl is None or wins == 0 or losses == 0:
            raise ParameterError("mean_loss needs pnl, a win and a loss beside it to fix the payoff ratio.")
        return _known_payoff(wins, losses, pnl, positive("mean_loss", mean_loss), level)
    if wins == 0:
        high = clopper_pearson(0, n, level=level).high
        return _estimate(n, 0.0, 0.0, high, level, f"None of {n} trades won: stake nothing.")
    if losses == 0:
        why = f"{n} wins without a loss: the size of a loss, which sets the stake, has never been seen."
        return _estimate(n, None, 0.0, p, level, why)
    if pnl is None:
        why = (
            f"{wins} won and {losses} lost do not fix a stake: it depends on the payoff ratio, which is not "
            f"recorded. Give the returns of the trades."
        )
        return _estimate(n, None, 0.0, p, level, why)

    # Along the line of average losses l, the payoff ratio runs towards losses / wins as l grows.
    limit = losses / wins
    if pnl <= 0.0:
        top = clopper_pearson(wins, n, level=level).high
        most = max(0.0, top - (1.0 - top) / limit)
        why = f"The record made no money ({pnl:+,.2f} in {n} trades): whatever the payoffs, the stake that would have "
        why += "grown fastest on it is 0"
        if most > 0.0:
            why += f"; at the highest win rate it allows ({top:.2f}, {level:.0%}) "
            why += f"a stake of up to {most:.2f} could be best"
        return _estimate(n, 0.0, 0.0, most, level, f"{why}.")
    smallest = pnl / wins
    highest = p - (1.0 - p) * wins / n  # payoff ratio n / wins when the average loss is pnl / wins
    lowest = max(0.0, p - (1.0 - p) / limit)
    where = f"{lowest:.2f} if the average loss is very large"
    if wins > losses:  # then the stake falls to 0 where the payoff ratio falls to q / p
        where = f"0 if the average loss is {pnl * p / (wins * (1.0 - p) - losses * p):,.2f} or more"
    why = (
        f"{wins} won, {losses} lost and a P&L of {pnl:+,.2f} do not fix a stake: it is {where}, and {highest:.2f} "
        f"if that is {smallest:,.2f}, the profit per win, below which none is reckoned with. "
        "Give the returns of the trades."
    )
    return _estimate(n, None, lowest, highest, level, why)


def _check_money(wins: int, losses: int, pnl: float) -> None:
    if wins == 0 and pnl > 0.0:
        raise ParameterError(f"pnl must be at most 0 without a win, got {pnl!r}.")
    if losses == 0 and pnl < 0.0:
        raise ParameterError(f"pnl must be at least 0 without a loss, got {pnl!r}.")


def _known_payoff(wins: int, losses: int, pnl: float, mean_loss: float, level: float) -> KellyEstimate:
    from scipy.stats import beta

    mean_win = (pnl + losses * mean_loss) / wins
    if mean_win <= 0.0:
        raise ParameterError(
            f"mean_loss={mean_loss:g} contradicts pnl={pnl:g}: {losses} losses of that size leave the {wins} wins "
            f"an average of {mean_win:g}."
        )
    n, b = wins + losses, mean_win / mean_loss
    p_low, p_high = clopper_pearson(wins, n, level=level)
    p = (wins + 1) / (n + 2)
    # The stake is linear in p, so the posterior-mean stake is the stake at the posterior mean of p.
    shrunk = max(0.0, p - (1.0 - p) / b)
    fraction = max(0.0, wins / n - (losses / n) / b)
    why = f"Payoff ratio {b:.2f} from an average loss of {mean_loss:,.2f}; the interval is for the win rate alone."
    low, high = (max(0.0, q - (1.0 - q) / b) for q in (p_low, p_high))
    no_edge = float(beta.cdf(1.0 / (1.0 + b), wins + 1, losses + 1))
    estimate = _estimate(n, fraction, low, high, level, why)
    return replace(estimate, p_no_edge=no_edge, shrunk=min(fraction, shrunk))


def _estimate(n: int, fraction: float | None, low: float, high: float, level: float, why: str) -> KellyEstimate:
    interval = Interval(math.nan if fraction is None else fraction, low, high, level)
    shrunk = None if fraction is None else 0.0
    return KellyEstimate(
        fraction=fraction, interval=interval, n=n, unit="risk", method="record", why=why, shrunk=shrunk
    )


def tightest_mean(records: Sequence[Totals], *, level: float = 0.95) -> Interval:
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
    Interval
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
    half = float(t.ppf(0.5 + 0.5 * inside("level", level), n - 1)) * error
    return Interval(mean, mean - half, mean + half, level)
