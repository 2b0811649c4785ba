"""
The war chest chapter's sentences: what the run came to, said of this log and of no other.

Growth is nats a year in tables, percent a year in sentences; money in the account's currency, whole cents.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from nija_research.policy import WarChest

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from nija_research.simulate.siphon import BreakEvenRate, Recommendation, SiphonLedger, Stability

__all__ = ["answer", "bearable", "documents", "due", "next_settlement", "recommended", "reconciled", "waiting"]

_WHY = {
    "no edge": "no growth is shown at any stake, and a siphon sets aside only profit that is made",
    "stake less": "at the same worst case no siphon grows faster than simply staking less",
    "grossman-zhou": "at the same worst case {family} grows faster, without moving money",
    "not shown": "the best siphon, {family}, is not shown to beat staking less",
    "siphon": "at the same worst case {family} grows faster than staking less and than Grossman-Zhou control",
}


def siphon(rules: WarChest) -> str:
    """Say in a few words what a siphon takes, and when."""
    of = {"per_win": "every win", "per_period": "a period's profit", "high_water_mark": "new highs of profit"}
    when = {"trade": "at every trade", "day": "by day", "week": "by week"}
    return f"{rules.rate:.0%} of {of[rules.basis]}, settled {when[rules.settlement]}"


def recommended(found: Recommendation) -> str:
    """Return the recommendation in three words: a rate, or that there is none."""
    return f"siphon {found.rate:.0%}" if found.rate > 0.0 else "do not siphon"


def answer(own: Recommendation, stable: Stability, edged: Recommendation, stable_edged: Stability, edge: float) -> str:
    """
    Answer the chapter's question in a paragraph.

    Parameters
    ----------
    own, edged : Recommendation
        On trades like the log's, and with the assumed edge.
    stable, stable_edged : Stability
        Of either.
    edge : float
        The edge that is assumed, mean over standard deviation.

    Returns
    -------
    str
    """
    return (
        f"**Answer.** On trades like the log's: **{recommended(own)}**, because {_why(own)}. {_stability(stable)} "
        f"If a trade had a mean of {edge:g} standard deviations, which the log does not show: "
        f"**{recommended(edged)}**, because {_why(edged)}. {_stability(stable_edged)}"
    )


def _why(found: Recommendation) -> str:
    text = _WHY[found.reason].format(family=found.family)
    if found.reason in ("siphon", "grossman-zhou", "not shown"):
        row = list(found.table.index).index(found.family)
        gain, low, high = found.table[["gain", "low", "high"]].to_numpy()[row].tolist()
        text += f" (by {_rate(gain)}, {_rate(low)} to {_rate(high)})"
    return text


def _stability(found: Stability) -> str:
    told = ", ".join(
        f"{'none' if rate == 0.0 else f'{rate:.0%}'} in {share:.0%}" for rate, share in found.shares.items()
    )
    verdict = "The recommendation is stable" if found.stable else "**The recommendation is unstable**"
    reasons = ", ".join(f"{why} {share:.0%}" for why, share in found.reasons.items())
    return f"{verdict} under resampling: {told} of {found.draws} resamples of the trades (reasons: {reasons})."


def bearable(found: BreakEvenRate) -> str:
    """Say what a siphon of every win may take at most, by the log's own profit factor."""
    if not np.isfinite(found.profit_factor):
        return f"The log of {found.n} trades holds no loss: its profit factor bounds no rate."
    text = f"The log's profit factor is {found.profit_factor:.2f}. "
    ends = f"{_share(found.low)} to {_share(found.high)}"
    if found.rate <= 0.0:
        text += "It lost: an account shrinks under a siphon of every win of any rate, and without one too"
    else:
        text += f"A siphon of every win breaks even at a rate of {found.rate:.1%}: above it the account shrinks"
    text += f" ({found.level:.0%} interval of the break-even rate {ends}; {found.none:.0%} of the resamples bear none)."
    if found.rate > 0.0 and found.compounding > 0.0:
        text += f" Compounding at this stake it does so at {found.compounding:.1%} already, since losses weigh more."
    elif found.rate > 0.0:
        text += " An account that compounds at this stake bears none at all: losses weigh more than wins."
    return text


def documents(table: pd.DataFrame, rate: float, basis: str) -> str:
    """
    Judge the hot-streak bonus and the $100 rule from a table of `simulate.siphon.compared`.

    Parameters
    ----------
    table : pandas.DataFrame
        Over `simulate.siphon.lenses`.
    rate : float
        Of the chest.
    basis : str
        Of the chest.

    Returns
    -------
    str
    """
    names = list(table.index)
    flat, hot, tiers, balance = (table.loc[name] for name in names[1:5])
    more = hot["set aside"] / flat["set aside"] - 1.0 if flat["set aside"] > 0.0 else 0.0
    text = (
        f"**The hot-streak bonus** sets {_signed(more)} aside beside a flat {rate:.0%} and costs "
        f"{_rate(hot['given up'] - flat['given up'])} of growth: where wins do not foretell wins it is a slightly "
        "higher rate under another name. "
    )
    gone = 1.0 - tiers["set aside"] / flat["set aside"] if flat["set aside"] > 0.0 else 0.0
    return text + (
        f"**The $100 rule** sends half of what is above $100 back at every settlement: the chest ends at "
        f"{tiers['set aside']:,.2f} on average instead of {flat['set aside']:,.2f}, {gone:.0%} less, and falls to half "
        f"of what it had held on {tiers['chest ruined']:.0%} of the paths ({balance['chest ruined']:.0%} when the half "
        "is of the balance). A floor that pays itself out is no floor: with it the chest insures about $100, whatever "
        "the account has grown to."
    ).replace("$", "\\$")


def waiting(own: pd.DataFrame, edged: pd.DataFrame) -> str:
    """Say how long the chest takes to its last target, in both worlds of `simulate.siphon.waits`."""
    here, there = own.iloc[-1], edged.iloc[-1]
    return (
        f"The chest never reaches {here['target']:,.0f} within the horizon on {here['never']:.0%} of the paths "
        f"({here['low']:.0%} to {here['high']:.0%}), with the assumed edge on {there['never']:.0%} "
        f"({there['low']:.0%} to {there['high']:.0%})."
    )


def next_settlement(books: SiphonLedger, rules: WarChest, monday: date) -> str:
    """
    Say when the chest is paid next, and what that takes.

    Parameters
    ----------
    books : SiphonLedger
        Of `simulate.siphon.replay_siphon`.
    rules : WarChest
        The siphon.
    monday : datetime.date
        First day of the report's week (UTC).

    Returns
    -------
    str
    """
    state, when = books.account.state, due(books, rules, monday)
    what = {
        "per_win": f"every win pays; {state.due:,.2f} of wins is due already",
        "per_period": f"the period's profit so far is {state.profit - state.chest_mark:,.2f}".replace("-", "−"),
        "high_water_mark": f"{state.profit - state.chest_mark:,.2f} above the last settled high is due",
    }[rules.basis]
    if rules.basis == "high_water_mark" and state.chest_mark >= state.profit:
        what = f"nothing until profit has made {state.chest_mark - state.profit:,.2f} and stands at a new high"
    hot = state.wins >= rules.hot_after
    rate = rules.rate + (rules.hot_bonus if hot else 0.0)
    return f"Next settlement: {when}, at {rate:.0%}{' (hot)' if hot and rules.hot_bonus else ''}: {what}."


def due(books: SiphonLedger, rules: WarChest, monday: date) -> str:
    """Say in a few words when the chest is paid next; arguments as in `next_settlement`."""
    state = books.account.state
    if rules.basis == "high_water_mark" and state.chest_mark > state.profit:
        return f"at a new high, {state.chest_mark - state.profit:,.2f} away"
    return {
        "trade": "at the next trade that closes",
        "day": "at the end of the last day with a trade",
        "week": f"on {(monday + timedelta(days=7)).isoformat()}, when the week is over",
    }[rules.settlement]


def reconciled(statement: pd.DataFrame) -> str:
    """Say whether a statement of `SiphonLedger` adds up, to the cent."""
    whole = statement.iloc[-1]
    off = int(statement["check"].abs().sum())
    money = [f"{whole[name] / 100:,.2f}" for name in ("opening", "earned", "closing")]
    if off:
        return f"**The books do not reconcile: {off / 100:.2f} is missing.**"
    return f"Reconciled to the cent: {money[0]} + {money[1]} = {money[2]}.".replace("+ -", "− ").replace("= -", "= −")


def _rate(growth: float) -> str:
    return f"{round(float(np.expm1(growth)), 5) + 0.0:+.3%} a year".replace("-", "−")


def _signed(share: float) -> str:
    return f"{round(share, 4) + 0.0:+.1%}".replace("-", "−")


def _share(value: float) -> str:
    return f"{value:.0%}" if value > 0.0 else "below 0"
