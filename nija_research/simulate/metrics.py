"""
Figures of a simulation with their Monte Carlo errors.

Every figure is an `Estimate`: value, standard error, 95 % interval, paths. The error is that of simulating finitely
many paths; what it does *not* hold is that the world may not be the market. Probabilities have Wilson intervals,
quantiles order-statistic intervals (both say something at 0 of n). Differences are paired path by path, which needs two
runs with the same world, paths and `rng`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.simulate.checks import names_of, one_run, values_over_paths
from nija_research.simulate.results import SimulationResult
from nija_research.units import EDGE, count, share

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "MEASURES",
    "Estimate",
    "difference",
    "drawdown_curve",
    "interval",
    "mean",
    "percent",
    "probability",
    "probability_of_drawdown",
    "probability_of_ruin",
    "probability_of_target",
    "quantile",
    "ruin_curve",
    "table",
    "values_of",
]

_Z = 1.959963984540054  # 97.5 % quantile of the normal law


class Estimate(NamedTuple):
    """
    A figure and its error.

    Attributes
    ----------
    value : float
        The figure.
    se : float
        Its standard error over paths.
    low, high : float
        95 % interval.
    n : int
        Paths it rests on.
    """

    value: float
    se: float
    low: float
    high: float
    n: int


def mean(values: NDArray[np.float64]) -> Estimate:
    """
    Return the mean over paths.

    Parameters
    ----------
    values : ndarray, shape (n_paths,)
        One number a path; a path that lost everything may be minus infinity, and so then is the mean.

    Returns
    -------
    Estimate
        With an unknown (NaN) error when a value is infinite or there is one path alone.
    """
    values = values_over_paths(values)
    value = float(np.mean(values))
    sd = float(np.std(values, ddof=1)) if len(values) > 1 and np.isfinite(value) else np.nan
    return interval(value, sd, len(values))


def interval(value: float, sd: float, n: int) -> Estimate:
    """Return a mean of `n` values with standard deviation `sd` and its normal interval; NaN where `sd` is not known."""
    se = sd / n**0.5 if n > 1 and np.isfinite(value) else np.nan
    return Estimate(value, se, value - _Z * se, value + _Z * se, n)


def probability(happened: NDArray[np.bool_]) -> Estimate:
    """
    Return the share of paths on which something happened, with its Wilson interval.

    Parameters
    ----------
    happened : ndarray of bool, shape (n_paths,)
        One answer a path.

    Returns
    -------
    Estimate
    """
    from nija_research.estimate.kelly.from_record import wilson

    n, k = len(values_over_paths(happened)), int(np.count_nonzero(happened))
    interval = wilson(k, n)
    value = k / n
    return Estimate(value, (value * (1.0 - value) / n) ** 0.5, interval.low, interval.high, n)


def quantile(values: NDArray[np.float64], q: float) -> Estimate:
    """
    Return a quantile over paths, with the order statistics that cover it with 95 %.

    Parameters
    ----------
    values : ndarray, shape (n_paths,)
        One number a path.
    q : float
        In (0, 1).

    Returns
    -------
    Estimate
        `se` is a quarter of the interval's width; the interval is infinite on a side that so few paths cannot bound.
    """
    from scipy.stats import binom

    if not 0.0 < share("q", q) < 1.0:
        raise ParameterError(f"q must lie inside (0, 1), got {q!r}. The extremes are min and max.")
    ordered = np.sort(values_over_paths(values))
    n = len(ordered)
    low, high = int(binom.ppf(0.025, n, q)) - 1, int(binom.ppf(0.975, n, q))
    a = float(ordered[low]) if low >= 0 else -np.inf
    b = float(ordered[high]) if high < n else np.inf
    return Estimate(float(np.quantile(ordered, q)), (b - a) / (2.0 * _Z), a, b, n)


def percent(share: float) -> str:
    """Return a share as the names of rows have it: 0.2 is "20%", 0.121 is "12.1%"."""
    return f"{100.0 * share:.6g}%"


def probability_of_ruin(result: SimulationResult, level: float | None = None) -> Estimate:
    """
    Return the chance that the account ever falls to a share of its opening value.

    Parameters
    ----------
    result : SimulationResult
        A run.
    level : float, optional
        Share of the opening value, at its edge; the run's `ruin` unless given.

    Returns
    -------
    Estimate
    """
    one_run("result", result)
    return probability(result.lowest <= (result.ruin if level is None else share("level", level)) + EDGE)


def probability_of_drawdown(result: SimulationResult, depth: float) -> Estimate:
    """
    Return the chance of a drawdown of at least `depth` (share of the peak) within the horizon.

    Parameters
    ----------
    result : SimulationResult
        A run.
    depth : float
        In [0, 1].

    Returns
    -------
    Estimate
    """
    one_run("result", result)
    return probability(result.max_drawdown >= share("depth", depth) - EDGE)


def probability_of_target(result: SimulationResult, by: int | None = None) -> Estimate:
    """
    Return the chance that equity reaches the run's target within `by` steps.

    Parameters
    ----------
    result : SimulationResult
        A run with a target.
    by : int, optional
        Steps; the horizon unless given.

    Returns
    -------
    Estimate

    Raises
    ------
    ParameterError
        If the run had no target.
    """
    one_run("result", result)
    return probability(result.time_to_target <= (result.horizon if by is None else count("by", by)))


def ruin_curve(result: SimulationResult, levels: Sequence[float]) -> pd.DataFrame:
    """Return `probability_of_ruin` at each level: columns level, value, se, low, high, n."""
    return _curve("level", levels, lambda level: probability_of_ruin(result, level))


def drawdown_curve(result: SimulationResult, depths: Sequence[float]) -> pd.DataFrame:
    """Return `probability_of_drawdown` at each depth: columns depth, value, se, low, high, n."""
    return _curve("depth", depths, lambda depth: probability_of_drawdown(result, depth))


def difference(
    a: SimulationResult, b: SimulationResult, measure: str | Callable[[SimulationResult], NDArray[np.float64]]
) -> Estimate:
    """
    Return the mean of `a` minus `b`, path by path.

    Parameters
    ----------
    a, b : SimulationResult
        Two runs on the same paths: same world, number of paths, horizon and `rng`.
    measure : str or callable
        A name of `MEASURES`, or what takes a run to one number a path.

    Returns
    -------
    Estimate
        Its error is that of the paired difference.

    Raises
    ------
    ParameterError
        If the runs are not on the same paths, or there is no such measure.

    Notes
    -----
    Of runs that `match` scaled, a measure given by name has the scale's error in it; see `values_of`.
    """
    one_run("a", a)
    one_run("b", b)
    if (a.world is not b.world) or (a.n_paths, a.horizon, a.key, a.first) != (b.n_paths, b.horizon, b.key, b.first):
        raise ParameterError("a and b must be runs in the same world with the same n_paths, horizon, first and rng.")
    if callable(measure):
        return mean(measure(a) - measure(b))
    return mean(values_of(a, measure) - values_of(b, measure))


def values_of(result: SimulationResult, measure: str) -> NDArray[np.float64]:
    """
    Return a measure path by path, fit for a mean and its error.

    Where the stakes were scaled so that the mean of one measure meets a goal, the scale rests on the same paths, and
    taking it as known makes an error too small. To first order each path moves the scale by what it lacks to the goal:
    ``m + dm/dg (goal - g)`` has the mean of m at the goal and the error that holds the scale's.

    Parameters
    ----------
    result : SimulationResult
        A run.
    measure : str
        A name of `MEASURES`.

    Returns
    -------
    ndarray, shape (n_paths,)

    Raises
    ------
    ParameterError
        If there is no such measure.
    """
    values, matched = _measure(measure)(result), result.matched
    if matched is None:
        return values
    return values + matched.slopes[measure] * (matched.goal - MEASURES[matched.to](result))


def table(result: SimulationResult, depths: Sequence[float] = (0.1, 0.2, 0.3)) -> pd.DataFrame:
    """
    Return the figures of a run that matter most.

    Parameters
    ----------
    result : SimulationResult
        A run that kept all its columns.
    depths : sequence of float, optional
        Drawdowns whose chance is shown.

    Returns
    -------
    pandas.DataFrame
        Indexed by figure; columns value, se, low, high, n.
    """
    import pandas as pd

    one_run("result", result)
    rows = {name: mean(values_of(result, name)) for name in MEASURES}
    rows["median_growth"] = quantile(result.growth, 0.5)
    rows["median_equity"] = quantile(result.equity, 0.5)
    rows["worst_twentieth_drawdown"] = quantile(result.max_drawdown, 0.95)
    rows |= {f"chance_of_drawdown_{percent(depth)}": probability_of_drawdown(result, depth) for depth in depths}
    rows[f"chance_of_ruin_{percent(result.ruin)}"] = probability_of_ruin(result)
    if result.target is not None:
        rows["chance_of_target"] = probability_of_target(result)
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(Estimate._fields))


#: Measures of a path by name: growth (nats a year), volatility (a year), shares of 1, money and counts.
MEASURES: dict[str, Callable[[SimulationResult], NDArray[np.float64]]] = {
    "growth": lambda r: r.growth,
    "volatility": lambda r: r.volatility,
    "max_drawdown": lambda r: r.max_drawdown,
    "ulcer_index": lambda r: r.ulcer_index,
    "time_under_water": lambda r: r.time_under_water,
    "equity": lambda r: r.equity,
    "chest": lambda r: r["chest"],
    "withdrawn": lambda r: r["withdrawn"],
    "losing_run": lambda r: r["losing_run"],
    "halts": lambda r: r["halts"],
    "days_stopped": lambda r: r["days_stopped"],
    "weeks_stopped": lambda r: r["weeks_stopped"],
    "trades": lambda r: r["trades"],
}


def _measure(name: str) -> Callable[[SimulationResult], NDArray[np.float64]]:
    return MEASURES[names_of("measure", [name], MEASURES, "measure")[0]]


def _curve(name: str, at: Sequence[float], of: Callable[[float], Estimate]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([{name: x, **of(x)._asdict()} for x in at])
