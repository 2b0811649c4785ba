"""
Figures of a simulation with their Monte Carlo errors.

Every figure is an `Interval`: value, 95 % interval, standard error, number of paths. The error is that of simulating
finitely many paths; what it does *not* hold is that the world may not be the market. Probabilities have Wilson
intervals, quantiles order-statistic intervals (both say something at 0 of n). Differences are paired path by path,
which needs two runs with the same world, paths and `rng`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.interval import Interval
from nija_research.simulate.checks import names_of, one_run, values_over_paths
from nija_research.simulate.results import SimulationResult
from nija_research.units import EDGE, count, inside, share

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "MEASURES", "difference", "drawdown_curve", "frame", "mean", "mean_interval", "percent", "probability",
    "probability_of_drawdown", "probability_of_ruin", "probability_of_target", "proportion", "quantile", "ruin_curve",
    "table", "values_of",
]  # fmt: skip

#: Level of every interval here, and the quantile of the normal law that belongs to it.
LEVEL, Z95 = 0.95, 1.959963984540054
#: Columns of a table of figures.
_COLUMNS = ("value", "se", "low", "high", "n")


def mean(values: NDArray[np.float64]) -> Interval:
    """
    Return the mean over paths.

    Parameters
    ----------
    values : ndarray, shape (n_paths,)
        One number a path; a path that lost everything may be minus infinity, and so then is the mean.

    Returns
    -------
    Interval
        With an unknown (NaN) error when a value is infinite or there is one path alone.
    """
    values = values_over_paths(values)
    value = float(np.mean(values))
    sd = float(np.std(values, ddof=1)) if len(values) > 1 and np.isfinite(value) else np.nan
    return mean_interval(value, sd, len(values))


def mean_interval(value: float, sd: float, n: int) -> Interval:
    """Return a mean of `n` values with standard deviation `sd` and its normal interval; NaN where `sd` is not known."""
    se = sd / n**0.5 if n > 1 and np.isfinite(value) else np.nan
    return Interval(value, value - Z95 * se, value + Z95 * se, LEVEL, se, n)


def probability(happened: NDArray[np.bool_]) -> Interval:
    """
    Return the share of paths on which something happened, with its Wilson interval.

    Parameters
    ----------
    happened : ndarray of bool, shape (n_paths,)
        One answer a path.

    Returns
    -------
    Interval
    """
    return proportion(int(np.count_nonzero(happened)), len(values_over_paths(happened)))


def proportion(k: int, n: int) -> Interval:
    """Return `k` of `n` with its Wilson interval."""
    from nija_research.estimate.kelly.from_record import wilson

    value, (low, high) = k / n, wilson(k, n)
    return Interval(value, low, high, LEVEL, (value * (1.0 - value) / n) ** 0.5, n)


def quantile(values: NDArray[np.float64], q: float) -> Interval:
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
    Interval
        `se` is a quarter of the interval's width; the interval is infinite on a side that so few paths cannot bound.
    """
    from scipy.stats import binom

    inside("q", q)
    ordered = np.sort(values_over_paths(values))
    n = len(ordered)
    low, high = int(binom.ppf(0.025, n, q)) - 1, int(binom.ppf(0.975, n, q))
    a = float(ordered[low]) if low >= 0 else -np.inf
    b = float(ordered[high]) if high < n else np.inf
    return Interval(float(np.quantile(ordered, q)), a, b, LEVEL, (b - a) / (2.0 * Z95), n)


def percent(share: float) -> str:
    """Return a share as the names of rows have it: 0.2 is "20%", 0.121 is "12.1%"."""
    return f"{100.0 * share:.6g}%"


def probability_of_ruin(result: SimulationResult, floor: float | None = None) -> Interval:
    """
    Return the chance that the account ever falls to a share of its opening value.

    Parameters
    ----------
    result : SimulationResult
        A run.
    floor : float, optional
        Share of the opening value, its edge included; the run's `ruin` unless given.

    Returns
    -------
    Interval
    """
    one_run("result", result)
    return probability(result.lowest <= (result.ruin if floor is None else share("floor", floor)) + EDGE)


def probability_of_drawdown(result: SimulationResult, depth: float) -> Interval:
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
    Interval
    """
    one_run("result", result)
    return probability(result.max_drawdown >= share("depth", depth) - EDGE)


def probability_of_target(result: SimulationResult, by: int | None = None) -> Interval:
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
    Interval

    Raises
    ------
    ParameterError
        If the run had no target.
    """
    one_run("result", result)
    return probability(result.time_to_target <= (result.horizon if by is None else count("by", by)))


def ruin_curve(result: SimulationResult, floors: Sequence[float]) -> pd.DataFrame:
    """Return `probability_of_ruin` at each floor: columns floor, value, se, low, high, n."""
    return _curve("floor", floors, lambda floor: probability_of_ruin(result, floor))


def drawdown_curve(result: SimulationResult, depths: Sequence[float]) -> pd.DataFrame:
    """Return `probability_of_drawdown` at each depth: columns depth, value, se, low, high, n."""
    return _curve("depth", depths, lambda depth: probability_of_drawdown(result, depth))


def difference(
    a: SimulationResult, b: SimulationResult, measure: str | Callable[[SimulationResult], NDArray[np.float64]]
) -> Interval:
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
    Interval
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
    one_run("result", result)
    rows = {name: mean(values_of(result, name)) for name in MEASURES}
    rows["median_growth"] = quantile(result.growth, 0.5)
    rows["median_equity"] = quantile(result.equity, 0.5)
    rows["worst_twentieth_drawdown"] = quantile(result.max_drawdown, 0.95)
    rows |= {f"chance_of_drawdown_{percent(depth)}": probability_of_drawdown(result, depth) for depth in depths}
    rows[f"chance_of_ruin_{percent(result.ruin)}"] = probability_of_ruin(result)
    if result.target is not None:
        rows["chance_of_target"] = probability_of_target(result)
    return frame(rows)


def frame(figures: Mapping[str, Interval]) -> pd.DataFrame:
    """Return figures by name as a table: columns value, se, low, high, n."""
    import pandas as pd

    rows = {name: [getattr(figure, column) for column in _COLUMNS] for name, figure in figures.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(_COLUMNS))


#: Measures of a path by name: growth (nats a year), volatility (a year), shares of 1, money and counts.
MEASURES: dict[str, Callable[[SimulationResult], NDArray[np.float64]]] = {
    **{
        name: attrgetter(name)
        for name in ("growth", "volatility", "max_drawdown", "ulcer_index", "time_under_water", "equity")
    },
    **{
        name: itemgetter(name)
        for name in ("chest", "withdrawn", "losing_run", "halts", "days_stopped", "weeks_stopped", "trades")
    },
}


def _measure(name: str) -> Callable[[SimulationResult], NDArray[np.float64]]:
    return MEASURES[names_of("measure", [name], MEASURES, "measure")[0]]


def _curve(name: str, at: Sequence[float], of: Callable[[float], Interval]) -> pd.DataFrame:
    table = frame({str(k): of(x) for k, x in enumerate(at)}).reset_index(drop=True)
    table.insert(0, name, list(at))
    return table
