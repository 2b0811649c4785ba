"""
The stake a trader is advised to use, and how it changed since last week.

Stakes are in the unit of the estimate. Advice is about the stake alone; whether to trade at all is the trader's
question.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.constrained import kelly_risk_constrained
from nija_research.estimate.kelly.formulas import KellyEstimate, p_text
from nija_research.estimate.kelly.from_trades import kelly_from_trades
from nija_research.estimate.kelly.returns import Unit, returns_in_unit, unit_of

__all__ = ["ENOUGH", "NO_EDGE", "Advice", "StakeChange", "advice_of", "advise", "safe_stake", "stake_change"]

#: Above this P(no edge) the advice is to stake nothing yet. A 95 % interval that holds 0 says so from 0.025 on.
NO_EDGE = 0.05

#: Below this many independent trades a loss that comes once in twenty is unseen in one log of thirteen, and its size
#: in most: no stake is advised.
ENOUGH = 50


@dataclass(frozen=True, slots=True)
class Advice:
    """
    What to stake.

    Attributes
    ----------
    stake : float or None
        In the unit of the estimate; None where the trades do not tell.
    answer : str
        In words.
    reason : str
        Why, in words.
    """

    stake: float | None
    answer: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeChange:
    """
    Advice now and a week ago.

    Attributes
    ----------
    before, now : Advice
        From the trades closed before the week, and with those closed in it.
    estimate_before, estimate_now : KellyEstimate
        The estimates behind `before` and `now`.
    new_trades : int
        Trades that closed in the week.
    why : str
        What moved the advice, in one sentence.
    """

    before: Advice
    now: Advice
    estimate_before: KellyEstimate
    estimate_now: KellyEstimate
    new_trades: int
    why: str


def advise(
    *,
    identified: bool,
    fraction: float | None,
    shrunk: float | None,
    p_no_edge: float | None,
    n: float,
    low: float | None = None,
    safe: float | None = None,
    why: str = "",
    against: str = "",
) -> Advice:
    """
    Turn an estimate into the stake to use.

    Parameters
    ----------
    identified : bool
        Whether the trades fix a stake.
    fraction, shrunk : float or None
        Full Kelly, and the stake shrunk for its estimation error.
    p_no_edge : float or None
        How often trades without an edge would look as good.
    n : float
        Independent trades.
    low : float, optional
        Lower end of the stake's interval; no stake is advised while it holds 0, whatever the probability says.
    safe : float, optional
        The stake that keeps a promise about deep losses (see `safe_stake`): the smaller of it and `shrunk` is advised.
    why : str, optional
        The estimate's own sentence.
    against : str, optional
        What the account says against the average trade, in a sentence; nothing is staked while there is one.

    Returns
    -------
    Advice
    """
    doubt = "" if p_no_edge is None else f"P(no edge) {p_text(p_no_edge)}"
    if not identified or fraction is None:
        return Advice(None, "not known from these trades", why)
    if against:
        return Advice(0.0, "nothing yet", against.removesuffix("."))
    if fraction == 0.0 or (p_no_edge is not None and p_no_edge > NO_EDGE):
        return Advice(0.0, "nothing yet", doubt or "no trade won")
    if n < ENOUGH:
        return Advice(None, "not known yet", f"{n:.0f} trades; under {ENOUGH} a rare large loss may still be unseen")
    if low is not None and low <= 0.0:
        return Advice(0.0, "nothing yet", "the interval of the stake holds 0")
    if safe is None or shrunk is None:
        return Advice(shrunk, f"at most {shrunk:.3f}", doubt)
    least = min(safe, shrunk)
    which, other = ("risk-constrained", "shrunken") if safe < shrunk else ("shrunken", "risk-constrained")
    reason = f"the {which} stake, which is smaller than the {other} one ({max(safe, shrunk):.3f})"
    return Advice(least, f"at most {least:.3f}", f"{doubt}; {reason}")


def safe_stake(
    trades: pd.DataFrame | ArrayLike, kelly: KellyEstimate, alpha: float = 0.7, beta: float = 0.1
) -> float | None:
    """
    Risk-constrained stake of the trades behind an estimate: what full Kelly and its shrunken share do not promise.

    Parameters
    ----------
    trades : pandas.DataFrame or array_like, shape (n,)
        The trades that `kelly` was estimated from.
    kelly : KellyEstimate
    alpha, beta : float, optional
        Wealth should ever fall below `alpha` of its start with probability `beta` at most, as in
        `kelly_risk_constrained`.

    Returns
    -------
    float or None
        In the unit of `kelly`; None where it has no stake above 0.

    Raises
    ------
    ParameterError
        If a return is missing, or alpha or beta is out of range.
    """
    if not kelly.fraction:
        return None
    r = returns_in_unit(trades, kelly.unit)
    return kelly_risk_constrained(r, alpha, beta, max_exposure=kelly.bound).fraction


def stake_change(
    trades: pd.DataFrame,
    monday: date | str,
    unit: Unit | None = None,
    *,
    level: float = 0.95,
    draws: int = 2000,
    alpha: float = 0.7,
    beta: float = 0.1,
    rng: int = 0,
) -> StakeChange:
    """
    Compare the stake advised after a week with the one advised before it.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table; trades that closed after the week are left out of both.
    monday : datetime.date or str
        First day of the week (UTC), such as ``2026-11-16``.
    unit : {"risk", "leverage"}, optional
        As in `kelly_from_trades`; what the log can say unless given.
    level, draws, rng : optional
        As in `kelly_from_trades`; the same seed for both, so that the resamples do not move the advice by themselves.
    alpha, beta : float, optional
        As in `safe_stake`.

    Returns
    -------
    StakeChange

    Raises
    ------
    ParameterError
        If `monday` is not a Monday, or an argument is out of range.
    """
    try:
        start = date.fromisoformat(monday) if isinstance(monday, str) else monday
        if start.weekday() != 0:
            raise ValueError
    except (ValueError, AttributeError):
        raise ParameterError(f"monday must be a Monday such as 2026-11-16, got {monday!r}.") from None
    measure: Unit = unit or unit_of(trades)
    exits = pd.to_datetime(trades["exit_time"], utc=True)
    opens, ends = (pd.Timestamp(day, tz="UTC") for day in (start, start + timedelta(days=7)))
    sets = (trades[exits < opens], trades[exits < ends])
    last, this = (kelly_from_trades(t, measure, level=level, draws=draws, rng=rng) for t in sets)
    before, now = (advice_of(k, safe_stake(t, k, alpha, beta)) for t, k in zip(sets, (last, this), strict=True))
    new = len(sets[1]) - len(sets[0])
    return StakeChange(
        before=before,
        now=now,
        estimate_before=last,
        estimate_now=this,
        new_trades=new,
        why=_why(before, now, last, this, new),
    )


def advice_of(k: KellyEstimate, safe: float | None = None) -> Advice:
    """
    Turn an estimate into the stake to use, by the rule of `advise`.

    Parameters
    ----------
    k : KellyEstimate
    safe : float, optional
        From `safe_stake`.

    Returns
    -------
    Advice
    """
    return advise(
        identified=k.identified,
        fraction=k.fraction,
        shrunk=k.shrunk,
        p_no_edge=k.p_no_edge,
        n=k.effective or float(k.n),
        low=k.interval.low,
        safe=safe,
        why=k.why,
        against=" ".join(k.notes),
    )


def _why(before: Advice, now: Advice, last: KellyEstimate, this: KellyEstimate, new: int) -> str:
    trades = f"{new} new {'trade' if new == 1 else 'trades'}"
    if new == 0:
        return "No trade closed: nothing new is known."
    if before.answer != now.answer and (before.stake is None or now.stake is None):
        return f"{trades}: from “{before.answer}” to “{now.answer}”; {now.reason}."
    old, stake = before.stake, now.stake
    if old is None or stake is None or np.isclose(old, stake, atol=5e-4):
        return f"{trades} {'leaves' if new == 1 else 'leave'} the answer as it was: {now.reason}."
    move = f"{'moves' if new == 1 else 'move'} full Kelly from {last.fraction:.3f} to {this.fraction:.3f}"
    return f"{trades} {move}; {now.reason}."
