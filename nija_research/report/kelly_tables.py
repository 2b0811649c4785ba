"""
Tables of the Kelly chapters: rules side by side, a row a bot, last week against this week.

Nothing here estimates: each cell is asked of `estimate`. Stands on: `estimate`, `summary`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nija_research import estimate
from nija_research.report.summary import monday_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nija_research.estimate.kelly import Unit

__all__ = ["bots", "changes", "joint_stakes", "rises", "rules"]


def rules(
    returns: NDArray[np.float64],
    found: estimate.KellyEstimate,
    *,
    alpha: float,
    beta: float,
    max_exposure: float,
    rng: int,
) -> pd.DataFrame:
    """
    Stakes of several rules on one log, with what each does to growth and security there.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Net returns per trade in the unit of `found`, with a win and a loss.
    found : KellyEstimate
        An identified estimate from them.
    alpha, beta : float
        Bound on the chance of ever falling below alpha, for the risk-constrained rule and the last column.
    max_exposure : float
        Largest stake of the rules that need a limit.
    rng : int
        Seed.

    Returns
    -------
    pandas.DataFrame
        Columns rule, stake, growth (nats per trade on this log), P(ever below alpha) (a bound), it answers.
    """
    full, shrunk = found.fraction or 0.0, found.shrunk or 0.0
    posterior = estimate.payoff_posterior(returns, cap=max_exposure, rng=rng)
    robust = estimate.kelly_robust(returns, block=max(1, found.block), max_exposure=max_exposure)
    safe = estimate.kelly_risk_constrained(returns, alpha, beta, max_exposure=max_exposure)
    rows = [
        ("full Kelly", full, "which stake grew fastest on these trades"),
        ("half Kelly", 0.5 * full, "a habit: keeps three quarters of the growth"),
        ("shrunken", shrunk, "what is best, given how the estimate scatters"),
        ("posterior median", posterior.median, "the same, expecting a loss twice the worst"),
        (
            "risk-constrained",
            safe.fraction,
            f"how to stay above {alpha:.0%}, but for {beta:.0%} of chances",
        ),
        ("robust", robust.fraction, "what grows in the worst distribution the trades allow"),
    ]
    table = pd.DataFrame(rows, columns=["rule", "stake", "it answers"])
    table.insert(2, "growth", estimate.growth_curve(returns, table["stake"]))
    table.insert(3, f"P(ever below {alpha:.0%})", [estimate.drawdown_bound(returns, f, alpha) for f in table["stake"]])
    return table


def rises(returns: NDArray[np.float64], stake: float, low: float, high: float) -> pd.DataFrame:
    """
    Trades needed to justify a rise between shares of Kelly, if the estimate is the truth or half or twice of it.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Net returns per trade.
    stake : float
        Full Kelly on them, above 0.
    low, high : float
        Shares of Kelly.

    Returns
    -------
    pandas.DataFrame
        Columns `from`, to, trades needed (missing where no number of trades would justify it).
    """
    pairs = [(low, high), (0.25, 0.5), (0.5, 1.0)]
    pairs = list(dict.fromkeys(pairs))
    needed = [estimate.trades_to_raise(returns, a * stake, b * stake * (1.0 - 1e-9)) for a, b in pairs]
    return pd.DataFrame({"from": [a for a, _ in pairs], "to": [b for _, b in pairs], "trades needed": needed})


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
        rows.append((name, k.unit, k.n, k.effective, k.fraction, *k.interval, k.shrunk, k.p_no_edge))
    names = ["bot", "unit", "trades", "independent", "full Kelly", "low", "high", "shrunken", "P(no edge)"]
    return pd.DataFrame(rows, columns=names)


def changes(
    logs: Mapping[str, pd.DataFrame], week: str, unit: Unit | None, *, level: float, draws: int, rng: int
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

    Returns
    -------
    pandas.DataFrame
        Columns bot, unit, last week, this week, why.

    Raises
    ------
    ParameterError
        If `week` is not an ISO week, or no bot has a trade to take one from.
    """
    monday = monday_of(pd.concat([log[["exit_time"]] for log in logs.values()]), week)
    rows = []
    for name, log in logs.items():
        c = estimate.stake_change(log, monday, unit, level=level, draws=draws, rng=rng)
        rows.append((name, c.found.unit, c.before.answer, c.now.answer, c.why))
    return pd.DataFrame(rows, columns=["bot", "unit", "last week", "this week", "why"])


def joint_stakes(
    joint: pd.DataFrame, *, max_exposure: float, alpha: float, beta: float, block: int = 1
) -> pd.DataFrame:
    """
    Stakes of several bots: each alone, together, under a risk constraint, and in the worst distribution.

    Parameters
    ----------
    joint : pandas.DataFrame
        Returns by period and bot, as `joint_returns` makes them.
    max_exposure : float
        Largest sum of stakes.
    alpha, beta : float
        Bound on the chance of ever falling below alpha.
    block : int, optional
        Mean block length in periods, for the robust stakes.

    Returns
    -------
    pandas.DataFrame
        Columns bot, alone, together, constrained, robust; a last row "sum".
    """
    together = estimate.kelly_portfolio(joint, max_exposure=max_exposure)
    safe = estimate.kelly_risk_constrained(joint, alpha, beta, max_exposure=max_exposure)
    robust = estimate.kelly_robust(joint, max_exposure=max_exposure, block=block)
    table = pd.DataFrame(
        {
            "bot": list(joint.columns),
            "alone": together.alone,
            "together": together.stakes,
            "constrained": safe.stakes,
            "robust": robust.stakes,
        }
    )
    table.loc[len(table)] = ["sum", *table.iloc[:, 1:].sum()]
    return table
