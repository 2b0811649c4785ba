"""
Tables of the portfolio chapter: a row a bot, last week against this week, and the bots together.

Nothing here estimates: each cell is asked of `estimate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nija_research import estimate
from nija_research.report.kelly_tables import MEASURE, SOLVED, chance, span
from nija_research.report.plan import monday_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nija_research.estimate.kelly.returns import Unit

__all__ = ["bots", "changes", "joint_answers", "joint_ranges", "joint_refusal", "joint_stakes"]


def bots(logs: Mapping[str, pd.DataFrame], unit: Unit | None, *, level: float, draws: int, rng: int) -> pd.DataFrame:
    """
    One row a bot: what its own trades say.

    Parameters
    ----------
    logs : mapping of str to pandas.DataFrame
        Name to canonical table.
    unit : {"risk", "leverage"} or None
        As in `kelly_from_trades`; None takes what each log can say.
    level, draws, rng : optional
        As in `kelly_from_trades`.

    Returns
    -------
    pandas.DataFrame
        Columns bot, unit, trades, independent, full Kelly, low, high, shrunken, P(no edge).
    """
    rows = []
    for name, log in logs.items():
        k = estimate.kelly_from_trades(log, unit or estimate.unit_of(log), level=level, draws=draws, rng=rng)
        rows.append((name, MEASURE[k.unit], k.n, k.effective, k.fraction, *k.interval, k.shrunk, chance(k.p_no_edge)))
    names = ["bot", "unit", "trades", "independent", "full Kelly", "low", "high", "shrunken", "P(no edge)"]
    table = pd.DataFrame(rows, columns=names)
    return table.astype(dict.fromkeys(["full Kelly", "shrunken"], float))


def changes(
    logs: Mapping[str, pd.DataFrame],
    week: str,
    unit: Unit | None,
    *,
    level: float,
    draws: int,
    rng: int,
    alpha: float = 0.7,
    beta: float = 0.1,
) -> pd.DataFrame:
    """
    Stake advised per bot, last week against this week, and why.

    Parameters
    ----------
    logs : mapping of str to pandas.DataFrame
        Name to canonical table.
    week : str
        ISO week such as 2026-W47; empty for the week of the last exit of any bot.
    unit : {"risk", "leverage"} or None
        As in `kelly_from_trades`; None takes what each log can say.
    level, draws, rng : optional
        As in `kelly_from_trades`.
    alpha, beta : float, optional
        As in `estimate.safe_stake`.

    Returns
    -------
    pandas.DataFrame
        Columns bot, unit, trades, last week, its interval, this week, interval, why.

    Raises
    ------
    ParameterError
        If `week` is not an ISO week, or no bot has a trade to take one from.
    """
    monday = monday_of(pd.concat([log[["exit_time"]] for log in logs.values()]), week)
    rows = []
    for name, log in logs.items():
        c = estimate.stake_change(log, monday, unit, level=level, draws=draws, alpha=alpha, beta=beta, rng=rng)
        ends = span(*c.estimate_before.interval), c.now.answer, span(*c.estimate_now.interval)
        rows.append((name, MEASURE[c.estimate_now.unit], c.estimate_now.n, c.before.answer, *ends, c.why))
    names = ["bot", "unit", "trades", "last week", "its interval", "this week", "interval", "why"]
    return pd.DataFrame(rows, columns=names)


def joint_answers(
    joint: pd.DataFrame, *, max_exposure: float, alpha: float, beta: float, level: float, rng: int
) -> dict[str, estimate.JointStake]:
    """
    Stakes of several bots with their intervals, from resampled periods: together, constrained, robust.

    Parameters
    ----------
    joint : pandas.DataFrame
        Returns by period and bot, as `joint_returns` makes them.
    max_exposure : float
        Largest sum of stakes.
    alpha, beta : float
        Bound on the chance of ever falling below alpha.
    level : float
        Of the intervals.
    rng : int
        Seed.

    Returns
    -------
    dict of str to JointStake
    """
    options: dict[str, Any] = {"level": level, "draws": SOLVED, "rng": rng, "max_exposure": max_exposure}
    return {
        "together": estimate.joint_interval(joint, **options),
        "constrained": estimate.joint_interval(joint, "constrained", alpha=alpha, beta=beta, **options),
        "robust": estimate.joint_interval(joint, "robust", **options),
    }


def joint_stakes(names: Sequence[str], found: Mapping[str, estimate.JointStake]) -> pd.DataFrame:
    """
    Stakes of each bot under each rule, for a chart.

    Parameters
    ----------
    names : sequence of str
        The bots.
    found : mapping of str to JointStake
        From `joint_answers`.

    Returns
    -------
    pandas.DataFrame
        Columns bot, way, stake, low, high; a row a bot and rule, "sum" the last bot.
    """
    rows = []
    for way, k in found.items():
        rows += [
            (name, way, *ends)
            for name, *ends in zip(
                names, k.stakes, [i.low for i in k.intervals], [i.high for i in k.intervals], strict=True
            )
        ]
        rows.append(("sum", way, k.total.value, *k.total))
    return pd.DataFrame(rows, columns=["bot", "way", "stake", "low", "high"])


def joint_refusal(together: estimate.JointStake, this_week: Sequence[str]) -> str:
    """
    Say why nothing is advised for all bots together.

    Parameters
    ----------
    together : JointStake
        Of the bots in company.
    this_week : sequence of str
        What each bot alone is advised, as `changes` words it.

    Returns
    -------
    str
        Empty where a stake is advised.
    """
    if not together.identified:
        return together.why
    if not any(now.startswith("at most") for now in this_week):
        return "No bot has a stake of its own."
    return "The interval of the sum holds 0." if together.total.low <= 0.0 else ""


def joint_ranges(
    names: Sequence[str], found: Mapping[str, estimate.JointStake], *, advised: bool = True
) -> pd.DataFrame:
    """
    The same for reading: a row a bot, a cell the stake and its interval; and the stakes advised, as the most to stake.

    Parameters
    ----------
    names, found : optional
        As in `joint_stakes`.
    advised : bool, optional
        Whether anything is (see `joint_refusal`).

    Returns
    -------
    pandas.DataFrame
        Columns bot, together, at most (the shrunken stakes, or the constrained ones where their sum is smaller;
        "nothing yet" where nothing is advised), constrained, robust, as text; the last row is the sum.
    """
    stakes = joint_stakes(names, found)
    texts = [f"{f:.3f} ({span(a, b)})" for f, a, b in zip(stakes["stake"], stakes["low"], stakes["high"], strict=True)]
    wide = stakes.assign(text=texts).pivot_table(index="bot", columns="way", values="text", aggfunc="first", sort=False)
    table = wide[list(found)].reset_index().rename_axis(None, axis=1)
    shrunk = found["together"].shrunk
    total, held = float(shrunk.sum()), found["constrained"].total.value
    most = shrunk if total <= held else found["constrained"].stakes
    table.insert(2, "at most", [f"{x:.3f}" if advised else "nothing yet" for x in (*most, most.sum())])
    return table
