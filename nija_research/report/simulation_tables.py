"""
What simulated policies come to, as the tables and sentences of the simulation chapter.

Growth is nats a year in tables, percent a year in sentences; drawdowns are shares of the peak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nija_research.policy import presets
from nija_research.simulate import metrics
from nija_research.simulate.market_state import market_state_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from nija_research.simulate import SimulationResult

    Runs = Mapping[str, SimulationResult]

__all__ = ["answer", "at_equal_growth", "each", "left_out"]

#: Differences are printed to a hundredth of a percent; what rounds to 0 there has no sign.
_DIGITS = 4


def each(runs: Runs) -> pd.DataFrame:
    """
    Return what an account grows, how deep it falls and how often it is lost, one row a policy.

    Parameters
    ----------
    runs : mapping of str to SimulationResult
        Runs by name that kept all their columns.

    Returns
    -------
    pandas.DataFrame
        policy, growth with its interval, drawdown (mean), worst 5 %, chances of a drawdown of 20 % and of losing half,
        with the upper end of the interval of the last; fastest growth first.
    """
    import pandas as pd

    rows = []
    for name, run in runs.items():
        growth, half = metrics.mean(run.growth), metrics.probability_of_ruin(run, 0.5)
        worst, fifth = metrics.quantile(run.max_drawdown, 0.95).value, metrics.probability_of_drawdown(run, 0.2).value
        deep = metrics.mean(run.max_drawdown).value
        rates = [round(x, _DIGITS) + 0.0 for x in (growth.value, growth.low, growth.high)]
        rows.append((name, *rates, deep, worst, fifth, half.value, half.high))
    names = ["policy", "growth", "low", "high", "drawdown", "worst 5 %", "20 % deep", "half lost", "at most"]
    return pd.DataFrame(rows, columns=names).sort_values(
        ["growth", "policy"], ascending=[False, True], ignore_index=True
    )


def at_equal_growth(runs: Runs, plain: Runs) -> pd.DataFrame:
    """
    Return each policy beside the plain share of Kelly that grows as it does.

    Parameters
    ----------
    runs, plain : mapping of str to SimulationResult
        The policies, and those of them that `simulate.match_each` could match, by the same names.

    Returns
    -------
    pandas.DataFrame
        policy, growth, plain share (of Kelly), drawdown (mean), difference (policy less plain share, paired) with its
        interval, and the depth that one path in twenty exceeds for either; the most protective first.
    """
    import pandas as pd

    rows = []
    for name, other in plain.items():
        less = metrics.difference(runs[name], other, "max_drawdown")
        worst = [metrics.quantile(run.max_drawdown, 0.95).value for run in (runs[name], other)]
        shown = [round(x, _DIGITS) + 0.0 for x in (less.value, less.low, less.high)]
        deep = metrics.mean(runs[name].max_drawdown).value
        rows.append((name, metrics.mean(runs[name].growth).value, other.scale, deep, *shown, *worst))
    names = ["policy", "growth", "plain share", "drawdown", "difference", "low", "high", "worst 5 %", "plain's"]
    return pd.DataFrame(rows, columns=names).sort_values("difference", ignore_index=True)


def left_out(runs: Runs, refused: Mapping[str, str]) -> str:
    """
    Say which policies no plain share of Kelly could meet, and why; nothing where all were met.

    Parameters
    ----------
    runs : mapping of str to SimulationResult
        All policies.
    refused : mapping of str to str
        Reasons by policy, from `simulate.match_each`.

    Returns
    -------
    str
    """
    if not refused:
        return ""
    world = next(iter(runs.values())).world
    if len(refused) < len(runs):
        return "Not in the table: " + "; ".join(f"{name} ({why.rstrip('.')})" for name, why in refused.items()) + "."
    rates = [metrics.mean(run.growth).value for run in runs.values()]
    optimal = float(market_state_of(world, [presets["full_kelly"]]).kelly.max())
    reason = (
        "the growth-optimal stake is 0, and so is every share of it" if optimal == 0.0 else next(iter(refused.values()))
    )
    worth = "none of them is worth running there" if max(rates) <= 0.0 else "compare them with holding cash"
    return (
        "There is no table at equal growth, because no plain share of Kelly grows as any of the policies does: with "
        f"this edge {reason.rstrip('.')}. The policies' mean growth runs from {_rate(min(rates))} to "
        f"{_rate(max(rates))}: {worth}."
    )


def answer(chosen: str, ours: Runs, runs: Runs, plain: Runs) -> str:
    """
    Answer the chapter's question in a paragraph.

    Parameters
    ----------
    chosen : str
        The policy that is asked about.
    ours, runs, plain : mapping of str to SimulationResult
        The policies on trades like the log's, in the world with an edge, and the plain shares that grow as they do.

    Returns
    -------
    str
    """
    own = ours[chosen]
    growth, half = metrics.mean(own.growth), metrics.probability_of_ruin(own, 0.5)
    deep, worst = metrics.mean(own.max_drawdown).value, metrics.quantile(own.max_drawdown, 0.95).value
    growing = [name for name, run in ours.items() if metrics.mean(run.growth).low > 0.0]
    verdict = (
        f"Of {len(ours)} policies {', '.join(growing)} grow." if growing else "None of the policies is shown to grow."
    )
    return (
        f"**Answer.** On trades like the log's, {chosen} has a mean growth of {_rate(growth.value)} "
        f"({_rate(growth.low)} to {_rate(growth.high)}), falls {deep:.1%} below its peak on average and more than "
        f"{worst:.1%} on one path in twenty, and loses half on {half.value:.1%} of the paths (at most "
        f"{half.high:.1%}). {verdict} "
        f"{_protection(chosen, runs, plain)}"
    )


def _protection(chosen: str, runs: Runs, plain: Runs) -> str:
    if chosen not in plain:
        return "Whether its protection beats staking less cannot be said: no plain share of Kelly grows as it does."
    less = metrics.difference(runs[chosen], plain[chosen], "max_drawdown")
    if not np.isfinite(less.low):
        return "Whether its protection beats staking less cannot be said: the match leaves the error open."
    size = f"mean drawdown {less.value:+.2%} against it, {less.low:+.2%} to {less.high:+.2%}".replace("-", "−")
    if less.high < 0.0:
        return f"With the assumed edge its rules beat a plain share of Kelly that grows as fast: {size}."
    if less.low > 0.0:
        return f"With the assumed edge a plain share of Kelly that grows as fast does better: {size}."
    return f"With the assumed edge no difference from a plain share of Kelly that grows as fast is shown: {size}."


def _rate(growth: float) -> str:
    """Nats a year as percent a year."""
    return f"{round(float(np.expm1(growth)), _DIGITS) + 0.0:+.2%} a year".replace("-", "−")
