"""
Kelly from a bare record: wins, losses, perhaps the P&L. Usually that does not fix a stake.

Shares at risk, where one unit at risk is the average loss. Stands on: `edge`, `kelly`, `errors`, `units`.
"""

from __future__ import annotations

from nija_research.errors import ParameterError
from nija_research.estimate.edge import check_counts, clopper_pearson
from nija_research.estimate.kelly import KellyEstimate
from nija_research.units import finite, positive

__all__ = ["kelly_from_record"]


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
        return _open(0, 0.0, 1.0, "No trade is recorded: every stake from 0 to 1 is possible.", level)
    p = (wins + 1) / (n + 2)
    if pnl is not None:
        _check_money(wins, losses, finite("pnl", pnl))
    if mean_loss is not None:
        if pnl is None or wins == 0 or losses == 0:
            raise ParameterError("mean_loss needs pnl, a win and a loss beside it to fix the payoff ratio.")
        return _known_payoff(wins, losses, pnl, positive("mean_loss", mean_loss), level)
    if wins == 0:
        return _nothing(n, clopper_pearson(0, n, level=level).high, f"None of {n} trades won: stake nothing.", level)
    if losses == 0:
        why = f"{n} wins without a loss: the size of a loss, which sets the stake, has never been seen."
        return _open(n, 0.0, p, why, level)
    if pnl is None:
        why = (
            f"{wins} won and {losses} lost do not fix a stake: it depends on the payoff ratio, which is not "
            f"recorded. Give the returns of the trades."
        )
        return _open(n, 0.0, p, why, level)

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
        return _nothing(n, most, f"{why}.", level)
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
    return _open(n, lowest, highest, why, level)


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
    return KellyEstimate(
        fraction=fraction,
        interval=(max(0.0, p_low - (1.0 - p_low) / b), max(0.0, p_high - (1.0 - p_high) / b)),
        p_no_edge=float(beta.cdf(1.0 / (1.0 + b), wins + 1, losses + 1)),
        shrunk=min(fraction, shrunk),
        n=n,
        unit="risk",
        method="record",
        identified=True,
        why=f"Payoff ratio {b:.2f} from an average loss of {mean_loss:,.2f}; the interval is for the win rate alone.",
        level=level,
    )


def _open(n: int, low: float, high: float, why: str, level: float) -> KellyEstimate:
    return KellyEstimate(
        fraction=None,
        interval=(low, high),
        p_no_edge=None,
        shrunk=None,
        n=n,
        unit="risk",
        method="record",
        identified=False,
        why=why,
        level=level,
    )


def _nothing(n: int, high: float, why: str, level: float) -> KellyEstimate:
    return KellyEstimate(
        fraction=0.0,
        interval=(0.0, high),
        p_no_edge=None,
        shrunk=0.0,
        n=n,
        unit="risk",
        method="record",
        identified=True,
        why=why,
        level=level,
    )
