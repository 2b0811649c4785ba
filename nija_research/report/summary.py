"""
The first page of the weekly report: answers gathered from the chapters' records, and the week's trades.

Nothing here estimates: every number was recorded by the chapter that is named beside it, and `estimate.advise` turns it
into a stake.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nija_research.errors import ParameterError
from nija_research.estimate import advise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["answers", "monday_of", "week_of"]

Record = dict[str, Any]


def answers(records: Mapping[str, Record]) -> pd.DataFrame:
    """
    One row a question, as far as the chapters have answered it.

    Parameters
    ----------
    records : mapping of str to dict
        What `read_records` finds in a folder: notebook name to recorded values.

    Returns
    -------
    pandas.DataFrame
        Columns question, answer, interval, rests on, chapter; a chapter that failed says so in its row.
    """
    rows: list[tuple[str, ...]] = []
    for chapter, make in _CHAPTERS.items():
        if chapter in records:
            rows += [(*row, chapter) for row in make(records[chapter])]
        elif records:
            rows.append(("what this chapter answers", "not in this report", "", "", chapter))
    return pd.DataFrame(rows, columns=["question", "answer", "interval", "rests on", "chapter"])


def week_of(trades: pd.DataFrame, week: str = "") -> pd.DataFrame:
    """
    Trades that closed in an ISO week (UTC), beside the whole log.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.
    week : str, optional
        Such as ``2026-W47``; the week of the last exit unless given.

    Returns
    -------
    pandas.DataFrame
        Columns quantity, this week, whole log; texts, since the rows have different units. The first row counts.

    Raises
    ------
    ParameterError
        If `week` is not an ISO week.
    """
    monday = monday_of(trades, week)
    days = trades["exit_time"].dt.date
    inside = trades[(days >= monday) & (days < monday + timedelta(days=7))]
    columns = {"this week": _facts(inside), "whole log": _facts(trades)}
    table = pd.DataFrame(columns).rename_axis("quantity").reset_index()
    table.columns.name = None
    table.attrs["monday"] = monday.isoformat()
    return table


def monday_of(trades: pd.DataFrame, week: str = "") -> date:
    """
    First day of an ISO week, or of the week of a log's last exit.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.
    week : str, optional
        Such as ``2026-W47``.

    Returns
    -------
    datetime.date

    Raises
    ------
    ParameterError
        If `week` is not an ISO week, or is not given and there is no trade to take it from.
    """
    if not week and not len(trades):
        raise ParameterError("week must be given, as 2026-W47: the log has no trade to take it from.")
    if not week:
        last = trades["exit_time"].max()
        return date.fromordinal((last - timedelta(days=last.weekday())).toordinal())
    try:
        year, number = week.split("-W")
        if len(year) != 4 or len(number) != 2:
            raise ValueError
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        raise ParameterError(f"week must be an ISO week such as 2026-W47, got {week!r}.") from None


def _facts(trades: pd.DataFrame) -> dict[str, str]:
    r = trades["return"]
    some = len(r) > 0
    profit = float(trades["net_pnl"].sum(min_count=len(trades) or 1))  # unknown when any is
    return {
        "closed trades": f"{len(r)}",
        "won": f"{int((r > 0).sum())}" if some else "–",
        "mean return (share of stake)": f"{r.mean():+.4f}" if some else "–",
        "worst trade (share of stake)": f"{r.min():+.4f}" if some else "–",
        "net profit (account currency)": f"{profit:+,.2f}" if np.isfinite(profit) else "–",
        "last exit": f"{trades['exit_time'].max():%Y-%m-%d}" if some else "–",
    }


def _start(found: Record) -> list[tuple[str, ...]]:
    interval = f"{found['win_rate_low']:.1%} to {found['win_rate_high']:.1%}"
    return [("How often does it win?", f"{found['win_rate']:.1%}", interval, f"{found['trades']} closed trades")]


def _data(found: Record) -> list[tuple[str, ...]]:
    warnings = found["warnings"]
    answer = "yes" if not warnings else f"yes, with {warnings} {'remark' if warnings == 1 else 'remarks'}"
    period = f"{found['first_exit']} to {found['last_exit']}"
    return [("Are the data fit to use?", answer, "", f"exits {period}")]


def _kelly(found: Record) -> list[tuple[str, ...]]:
    measure = "of equity at risk" if found["unit"] == "risk" else "x equity"
    bounded = found["high"] is not None
    interval = (
        f"{found['low']:.3f} to {found['high']:.3f}" if bounded else f"{found['low']:.3f} or more, without a bound"
    )
    interval += "" if found["identified"] else ", all that is possible"
    n, stake = found["n"], found.get("stake")
    advised = advise(
        identified=found["identified"],
        fraction=found["fraction"],
        shrunk=found["shrunk"],
        p_no_edge=found["p_no_edge"],
        n=float(found.get("effective") or n),
        low=found["low"],
        safe=found.get("safe"),
        why=found["why"],
        against=found.get("against", ""),
    )
    most, reason = advised.stake, advised.reason
    answer = f"{advised.answer} {measure}" if most else advised.answer
    rows: list[tuple[str, ...]] = [("What should be staked?", answer, interval, reason)]
    if found["identified"]:
        grew = ("What stake grew fastest?", f"{found['fraction']:.3f} {measure}", interval, f"{n} closed trades")
        # Where nothing may be staked, that comes first.
        rows.insert(0 if most else 1, grew)
    if stake is not None:
        rows.append(("Is today's stake right?", _judged(stake, most, found["high"]), interval, f"today {stake:.3f}"))
    return rows


def _judged(stake: float, most: float | None, high: float | None) -> str:
    if most is None:
        return "above all of the range: reduce" if high is not None and stake > high else "cannot be said"
    if most == 0.0 and stake > 0.0:
        return "too large: no edge is shown"
    return "too large: reduce" if stake > most else "within the answer"


def _regime(found: Record) -> list[tuple[str, ...]]:
    label, chance = found["label"].replace("_", " ").lower(), found["probability"]
    answer = f"{label}, probability {chance:.2f}" if chance is not None else "not known: too few bars"
    if not found.get("regimes_found", True):
        return [("Which regime is it?", "no regimes found in these data", "", "no label: no stake is moved")]
    would = f"close of {found['close']}: stake x {found['multiplier']:.1f}, weighted {found['expected_multiplier']:.2f}"
    return [("Which regime is it?", answer, f"since {found['since']}", would)]


def _regime_value(found: Record) -> list[tuple[str, ...]]:
    low, high = found["low"], found["high"]
    if found.get("labelled") == 0.0:
        return [("Does sizing by regime pay?", "no regimes found: leave it off", "", f"{found['bars']:,} bars judged")]
    answer = "yes" if low > 0.0 else "no" if high < 0.0 else "not shown: leave it off"
    interval = f"Sharpe {low:+.2f} to {high:+.2f}"
    return [("Does sizing by regime pay?", answer, interval, f"above holding, {found['bars']:,} bars, after costs")]


def _portfolio(found: Record) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    names = ("bots", "last_week", "this_week", "interval", "why")
    each = list(zip(*(found[name] for name in names), strict=True))
    for bot, before, now, interval, why in each[:_BOTS]:
        rows.append((f"What for {bot} this week?", now, f"{interval}; last week: {before}", why.removesuffix(".")))
    if len(each) > _BOTS:
        rows.append((f"And {len(each) - _BOTS} more bots?", "see the chapter", "", ""))
    if found["shrunk"] is not None and len(each) > 1:
        low, high = found["low"], found["high"]
        most = min(found["shrunk"], found.get("constrained") or found["shrunk"])
        answer, rests = f"at most {most:.3f} in all", f"{found['periods']} periods"
        if not found["identified"]:
            answer, rests = "not known from these periods", found["joint_why"]
        elif not any(now.startswith("at most") for now in found["this_week"]):
            answer, rests = "nothing yet", "no bot has a stake of its own"
        elif low <= 0.0:
            answer, rests = "nothing yet", "the interval of the sum holds 0"
        rows.append(("What may all bots stake?", answer, f"{low:.3f} to {high:.3f}", rests))
    return rows


def _protection(found: Record) -> list[tuple[str, ...]]:
    with_it, without = found["max_drawdown_with_ladder"], found["max_drawdown_without_ladder"]
    interval = "none: one history"
    return [("How deep with the ladder?", f"{with_it:.1%}", interval, f"{without:.1%} without it on the same trades")]


def _simulation(found: Record) -> list[tuple[str, ...]]:
    interval = f"mean {found['max_drawdown_low']:.1%} to {found['max_drawdown_high']:.1%}"
    next_ones = f"next {found['horizon']} trades like the log's"
    rows: list[tuple[str, ...]] = [
        (f"How deep will {found['policy']} fall?", f"{found['max_drawdown']:.1%} on average", interval, next_ones)
    ]
    less = found["less_plain"]
    if less is None:
        return [*rows, ("Is its protection worth more than staking less?", "cannot be said", "", "it does not grow")]
    low, high = found["less_plain_low"], found["less_plain_high"]
    answer = f"yes, {-less:.1%} less deep" if high < 0.0 else "no" if low >= 0.0 else "no difference shown"
    return [
        *rows,
        (
            "Is its protection worth more than staking less?",
            answer,
            f"{low:+.1%} to {high:+.1%}",
            "equal growth, assumed edge",
        ),
    ]


def _war_chest(found: Record) -> list[tuple[str, ...]]:
    doubt = f"{found['agreed']:.0%} of {found['resamples']} resamples agree{'' if found['stable'] else ': unstable'}"
    moved = f"{found['chest']:,.2f} in all; at 0 % none, at 30 % {found['at_30']:,.2f}"
    books = f"books {'reconcile to the cent' if found['off'] == 0 else 'DO NOT RECONCILE'}"
    return [
        ("What rate should be siphoned?", found["recommended"], "", f"{found['reason']}; {doubt}"),
        ("What went into the chest this week?", f"{found['chest_week']:+,.2f}", "exact", f"{moved}; {books}"),
        ("When is it paid next?", found["next"], "", "as the siphon is set"),
    ]


def _claims(found: Record) -> list[tuple[str, ...]]:
    answer = f"{found['supported']} of {found['claims']} hold, {found['refuted']} are wrong"
    rest = f"{found['inconclusive']} inconclusive, {found['not_testable']} not testable"
    changed = found["changed"]
    since = "no earlier report" if changed is None else f"{changed or 'none'} changed since the last report"
    most = list(found["primary"].values())
    held = most.count("supported")
    of_most = f"of the {len(most)} that matter most {held or 'none'} hold{'' if held > 1 else 's'}; " if most else ""
    return [("Which promises of the plans hold?", answer, rest, f"{of_most}{since}")]


def _allocator(found: Record) -> list[tuple[str, ...]]:
    answer = "no: 98 % against 95 %" if found["over_limit"] else "yes"
    return [("Do document 002's shares keep its limit?", answer, "exact", f"balance {found['balance']:,.2f}")]


# Rows of the first page, which is one page.
_BOTS = 4

_CHAPTERS: dict[str, Callable[[Record], list[tuple[str, ...]]]] = {
    "10_data_check": _data,
    "00_start_here": _start,
    "20_kelly_fraction": _kelly,
    "21_kelly_portfolio": _portfolio,
    "30_regimes": _regime,
    "31_regime_value": _regime_value,
    "41_drawdown_and_stops": _protection,
    "42_war_chest": _war_chest,
    "43_allocator": _allocator,
    "50_simulation": _simulation,
    "60_claims": _claims,
}
