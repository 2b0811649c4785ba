"""
Tables and words of the Kelly chapter: the advice, rules side by side, what a rise takes, stakes by label.

Nothing here estimates: each cell is asked of `estimate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nija_research import estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray


__all__ = [
    "MEASURE",
    "SOLVED",
    "advice",
    "bound_of",
    "chance",
    "clipped",
    "labels",
    "rises",
    "rules",
    "shared_time",
    "span",
]

#: Words for the unit of a stake.
MEASURE = {"risk": "share of equity at risk", "leverage": "multiple of equity"}

# So near the largest stake considered an end is that stake.
_AT = 1.0 - 1e-5

# Below so many runs of overlapping trades their order and number say nothing.
_RUNS = 10

#: Resamples of the rules that solve a program for each.
SOLVED = 200


def chance(p: float | None) -> str:
    """
    Write a probability: three decimals, and never 0.000.

    Parameters
    ----------
    p : float or None

    Returns
    -------
    str
        "< .001" below that, a dash where there is none.
    """
    return "–" if p is None else "< .001" if p < 0.001 else f"{p:.3f}"


def span(low: float, high: float) -> str:
    """Write an interval."""
    return f"{low:.3f} to {high:.3f}" if np.isfinite(high) else f"{low:.3f} or more, without a bound"


def bound_of(found: estimate.KellyEstimate) -> str:
    """Say in words what bounds a stake, however good the trades were."""
    if np.isinf(found.bound):
        return "no trade lost"
    if found.unit == "risk" and found.bound == 1.0:
        return "1, all of the account at risk"
    return f"{found.bound:.3f}, which the worst trade seen just does not survive (1 / its loss)"


def advice(found: estimate.KellyEstimate, safe: float | None = None) -> pd.DataFrame:
    """
    The stake to use, in one row: what the chapter comes to.

    Parameters
    ----------
    found : KellyEstimate
    safe : float, optional
        From `estimate.safe_stake`: the smaller of it and the shrunken stake is the one to use.

    Returns
    -------
    pandas.DataFrame
        Columns stake (in words), interval, unit, trades, why; the interval is the reachable range where the trades do
        not fix a stake.
    """
    said = estimate.advice_of(found, safe)
    ends = span(*found.interval)
    interval = f"{ends}, {found.level:.0%}" if found.identified else f"{ends}: all that is possible"
    if np.isinf(found.interval[1]):
        interval = f"{ends}: {bound_of(found)}"
    elif found.interval[1] >= _AT * found.bound and (found.identified or found.bound != 1.0):
        interval += f"; the upper end is no estimate: {bound_of(found)}"
    row = (said.answer, interval, MEASURE[found.unit], found.n, f"{said.reason[:1].upper()}{said.reason[1:]}")
    return pd.DataFrame([row], columns=["stake", "interval", "unit", "trades", "why"])


def rules(
    returns: NDArray[np.float64],
    found: estimate.KellyEstimate,
    *,
    alpha: float,
    beta: float,
    rng: int,
) -> pd.DataFrame:
    """
    Stakes of several rules on one log, each with its interval and what it does to growth and security there.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Net returns per trade in the unit of `found`, with a win and a loss.
    found : KellyEstimate
        An identified estimate from them.
    alpha, beta : float
        Bound on the chance of ever falling below alpha, for the risk-constrained rule and the last column.
    rng : int
        Seed.

    Returns
    -------
    pandas.DataFrame
        Columns rule, stake, low, high, growth (nats per trade on this log), P(ever below alpha) (a bound), it answers.
        No rule looks beyond the largest stake of `found`; `clipped` names those that would.
        Shares of full Kelly have that share of its interval, the posterior median a credible one.
    """
    full, shrunk = found.fraction or 0.0, found.shrunk or 0.0
    block = max(1, found.block)
    most = found.bound * (1.0 - 1e-6)  # at the bound itself the worst trade ends the account, and growth with it
    posterior = estimate.payoff_posterior(returns, cap=most, level=found.level, rng=rng)
    options: dict[str, Any] = {
        "level": found.level,
        "draws": SOLVED,
        "block": block,
        "rng": rng,
        "max_exposure": most,
    }
    robust = estimate.joint_interval(returns, "robust", **options)
    safe = estimate.joint_interval(returns, "constrained", alpha=alpha, beta=beta, **options)
    keep = shrunk / full if full else 0.0
    low, high = found.interval
    rows = [
        ("full Kelly", full, low, high, "which stake grew fastest on these trades"),
        ("half Kelly", 0.5 * full, 0.5 * low, 0.5 * high, "a habit: keeps three quarters of the growth"),
        ("shrunken", shrunk, keep * low, keep * high, "what is best, given how the estimate scatters"),
        ("posterior median", posterior.median, *posterior.interval, "the same, expecting a loss twice the worst"),
        (
            "risk-constrained",
            safe.total.value,
            *safe.total,
            f"how to stay above {alpha:.0%}, but for {beta:.0%} of chances",
        ),
        ("robust", robust.total.value, *robust.total, "what grows in the worst case the trades allow"),
    ]
    table = pd.DataFrame(rows, columns=["rule", "stake", "low", "high", "it answers"])
    table.insert(4, "growth", estimate.growth_curve(returns, table["stake"]))
    table.insert(5, f"P(ever below {alpha:.0%})", [estimate.drawdown_bound(returns, f, alpha) for f in table["stake"]])
    return table


def clipped(rules: pd.DataFrame, found: estimate.KellyEstimate) -> str:
    """
    Name the rules whose stake or interval ends at the largest stake considered, which no trade told.

    Parameters
    ----------
    rules : pandas.DataFrame
        From `rules`.
    found : KellyEstimate
        The estimate it was made from.

    Returns
    -------
    str
        One sentence; empty where there is none.
    """
    at = rules.loc[rules["high"] >= _AT * found.bound, "rule"].tolist()
    return (
        f"No estimate but the largest stake considered ends the row: {', '.join(at)}. It is {bound_of(found)}."
        * bool(at)
    )


def shared_time(trades: pd.DataFrame, bets: NDArray[np.float64]) -> str:
    """
    Say how trades that share their time are counted where their order and number matter.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table.
    bets : numpy.ndarray, shape (m,)
        From `estimate.apart`.

    Returns
    -------
    str
        Empty where no trades share their time.
    """
    if len(bets) == len(trades):
        return ""
    taken = f"{len(trades)} trades in {len(bets)} runs that share their time"
    if len(bets) < _RUNS:
        return f"Not known: {taken}, too few to tell anything from."
    return f"{taken}, each taken as one."


def rises(
    returns: NDArray[np.float64],
    stake: float,
    low: float,
    high: float,
    *,
    level: float = 0.95,
    block: int = 1,
    rng: int,
) -> pd.DataFrame:
    """
    Trades needed to justify a rise between shares of Kelly, if these trades are the truth, and how far that is known.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Net returns per trade.
    stake : float
        Full Kelly on them, above 0.
    low, high : float
        Shares of Kelly.
    level, block, rng : optional
        As in `trades_to_raise_interval`.

    Returns
    -------
    pandas.DataFrame
        Columns `from`, to, trades needed, at least, at most: whole numbers as text, or "never".
    """
    pairs = list(dict.fromkeys([(low, high), (0.25, 0.5), (0.5, 1.0)]))
    rows = []
    for a, b in pairs:
        ends = (a * stake, b * stake * (1.0 - 1e-9))
        needed = estimate.trades_to_raise(returns, *ends)
        few, many = estimate.trades_to_raise_interval(returns, *ends, level=level, block=block, rng=rng)
        rows.append((a, b, *("never" if x is None or np.isinf(x) else f"{x:,.0f}" for x in (needed, few, many))))
    return pd.DataFrame(rows, columns=["from", "to", "trades needed", "at least", "at most"])


def labels(found: estimate.ConditionalKelly, safe: float | None = None) -> pd.DataFrame:
    """
    Stakes by the label known at entry, each with its interval, and the stake to use under it.

    Parameters
    ----------
    found : ConditionalKelly
    safe : float, optional
        From `estimate.safe_stake` for all trades: no label has more.

    Returns
    -------
    pandas.DataFrame
        Columns label, trades, full Kelly, low, high, use (as far as a stake is advised); the last row is all trades.
    """
    most = estimate.advice_of(found.pooled, safe).stake
    limit = np.inf if safe is None else safe
    # Where all trades together earn no stake, no part of them does.
    use = {k: min(stake or 0.0, limit) if most else most for k, stake in found.stakes.items()}
    rows = [(k, e.n, e.fraction, *e.interval, use[k]) for k, e in found.by_label.items()]
    rows.append(("all", found.pooled.n, found.pooled.fraction, *found.pooled.interval, most))
    table = pd.DataFrame(rows, columns=["label", "trades", "full Kelly", "low", "high", "use"])
    table["label"] = table["label"].str.replace("_", " ").str.lower()
    numbers = ["full Kelly", "low", "high", "use"]
    return table.astype(dict.fromkeys(numbers, float))
