r"""
How two assets move together, how sure that is, and an alarm when it breaks.

Rolling correlation with Fisher's band: :math:`z = \operatorname{atanh} \rho` has standard error
:math:`1/\sqrt{n - 3}`. The exponentially weighted correlation is the DCC recursion with its two parameters fixed
and no long-run mean [1]_. The alarm is a two-sided cumulative sum of how far each pair of standardised returns departs
from the correlation of the reference bars [2]_; its threshold comes from simulated unbroken pairs, so that the rate of
false alarms is stated and can be checked. Row t uses bars up to t.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from nija_research.compiled import entry
from nija_research.errors import ParameterError
from nija_research.estimate.regimes.series import as_series, decayed_sum
from nija_research.rng import generator
from nija_research.units import count, inside

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["BreakAlarm", "break_alarm", "ewma_correlation", "rolling_correlation"]

#: Largest step of the cumulative sum: one wild bar alone must not ring.
CLIP = 3.0

#: Drift taken off at every bar: half the shift in mean score that should be found soonest.
DRIFT = 0.125


def rolling_correlation(first: ArrayLike, second: ArrayLike, window: int = 24, *, level: float = 0.95) -> pd.DataFrame:
    """
    Correlation over the last bars, with its band.

    Parameters
    ----------
    first, second : array_like or pandas.Series, shape (n,)
        Returns per bar, the same bars.
    window : int, optional
        Bars, at least 5; 24 hours as printed.
    level : float, optional
        Level of the band, a share.

    Returns
    -------
    pandas.DataFrame
        correlation, low, high; NaN until the window is full or while one asset does not move.

    Raises
    ------
    ParameterError
        If shapes differ, a return is not finite, or the window is too short.

    Notes
    -----
    The band takes the bars as independent and normal; with heavy tails it is too narrow.
    """
    from scipy.stats import norm

    a, b, index = _pair(first, second)
    count("window", window, low=5)
    inside("level", level)
    rho = np.full(len(a), np.nan)
    if len(a) >= window:
        x, y = (sliding_window_view(values, window) for values in (a, b))
        x, y = (values - _in_order(values)[:, None] / window for values in (x, y))
        rho[window - 1 :] = _ratio(_in_order(x * y), _in_order(x * x), _in_order(y * y))
    half = float(norm.ppf(0.5 + 0.5 * level)) / np.sqrt(window - 3.0)
    z = np.arctanh(np.clip(rho, -1.0 + 1e-12, 1.0 - 1e-12))
    return pd.DataFrame({"correlation": rho, "low": np.tanh(z - half), "high": np.tanh(z + half)}, index=index)


def ewma_correlation(first: ArrayLike, second: ArrayLike, *, decay: float = 0.97) -> NDArray[np.float64]:
    """
    Exponentially weighted correlation.

    Parameters
    ----------
    first, second : array_like or pandas.Series, shape (n,)
        Returns per bar, the same bars.
    decay : float, optional
        Weight kept from bar to bar, between 0 and 1.

    Returns
    -------
    numpy.ndarray, shape (n,)
        In [-1, 1]; NaN until both have moved.
    """
    a, b, _ = _pair(first, second)
    inside("decay", decay)
    return _ratio(*(decayed_sum(products, decay) for products in (a * b, a * a, b * b)))


@dataclass(frozen=True, slots=True)
class BreakAlarm:
    """
    When a correlation left the one of its reference bars.

    Attributes
    ----------
    reference : float
        Correlation of the reference bars.
    statistic : numpy.ndarray, shape (n,)
        Larger of the two cumulative sums; NaN in the reference bars.
    threshold : float
        Where it rings.
    rings : numpy.ndarray, shape (m,)
        Bars at which it rang; the sums start anew after each.
    false_alarms : float
        Stated share of unbroken series of `horizon` bars in which it rings.
    horizon : int
        Bars.
    """

    reference: float
    statistic: NDArray[np.float64]
    threshold: float
    rings: NDArray[np.int64]
    false_alarms: float
    horizon: int

    def summary(self) -> pd.Series:
        """
        Whether the correlation broke.

        Returns
        -------
        pandas.Series
            reference, broken (whether it rang), first (bar of the first alarm, NaN without one), false_alarms, horizon.
        """
        first = self.rings[0] if len(self.rings) else np.nan
        facts = {"reference": self.reference, "broken": len(self.rings) > 0, "first": first}
        return pd.Series(facts | {"false_alarms": self.false_alarms, "horizon": self.horizon}, dtype=object)

    def to_frame(self) -> pd.DataFrame:
        """
        One row a bar.

        Returns
        -------
        pandas.DataFrame
            statistic, rings (whether it rang at this bar).
        """
        return pd.DataFrame({"statistic": self.statistic, "rings": np.isin(np.arange(len(self.statistic)), self.rings)})


def break_alarm(
    first: ArrayLike,
    second: ArrayLike,
    *,
    reference: int = 250,
    horizon: int = 250,
    false_alarms: float = 0.05,
    draws: int = 2000,
    rng: int | np.random.Generator = 0,
) -> BreakAlarm:
    """
    Watch a correlation after its reference bars and raise an alarm when it has broken.

    Parameters
    ----------
    first, second : array_like or pandas.Series, shape (n,)
        Returns per bar, the same bars; more than `reference`.
    reference : int, optional
        First bars, which say what is usual; at least 50.
    horizon : int, optional
        Bars over which the rate of false alarms is stated.
    false_alarms : float, optional
        Share of unbroken series in which it may ring within `horizon`.
    draws : int, optional
        Simulated unbroken pairs, at least 200.
    rng : int or numpy.random.Generator, optional
        Seed.

    Returns
    -------
    BreakAlarm

    Raises
    ------
    ParameterError
        If an argument is out of range or an asset does not move in the reference bars.

    Notes
    -----
    Unbroken pairs are normal with the reference's correlation; each estimates its own reference, as the alarm does, so
    that the error of the estimate is in the threshold. Returns enter through their ranks among the reference bars
    (normal scores), hence heavy tails and another unit change nothing.
    """
    a, b, _ = _pair(first, second)
    for name, value, least in (("reference", reference, 50), ("horizon", horizon, 1), ("draws", draws, 200)):
        count(name, value, low=least)
    inside("false_alarms", false_alarms)
    if len(a) <= reference:
        raise ParameterError(f"first and second must hold more than reference = {reference} bars, got {len(a)}.")
    for name, values in (("first", a), ("second", b)):
        if np.ptp(values[:reference]) == 0.0:
            raise ParameterError(f"{name} must move in its first {reference} bars, which say what is usual.")
    rho, score = _scores(a[None], b[None], reference)
    threshold = _threshold(float(rho[0]), reference, horizon, false_alarms, draws, generator(rng))
    statistic = np.empty((1, score.shape[1]))
    rings = np.zeros(score.shape, dtype=np.bool_)
    _cusum(score, DRIFT, CLIP, threshold, statistic, rings)
    whole = np.full(len(a), np.nan)
    whole[reference:] = statistic[0]

    return BreakAlarm(float(rho[0]), whole, threshold, np.flatnonzero(rings[0]) + reference, false_alarms, int(horizon))


def _threshold(
    rho: float, reference: int, horizon: int, false_alarms: float, draws: int, rng: np.random.Generator
) -> float:
    highest = []
    for begin in range(0, draws, 250):
        size = (min(250, draws - begin), reference + horizon)
        a = rng.standard_normal(size)
        b = rho * a + np.sqrt(max(1.0 - rho * rho, 0.0)) * rng.standard_normal(size)
        _, score = _scores(a, b, reference)
        statistic = np.empty(score.shape)
        _cusum(score, DRIFT, CLIP, np.inf, statistic, np.zeros(score.shape, dtype=np.bool_))
        highest.append(statistic.max(axis=1))
    return float(np.quantile(np.concatenate(highest), 1.0 - false_alarms))


def _scores(
    a: NDArray[np.float64], b: NDArray[np.float64], reference: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Reference correlation (m,) and standardised departures of each later bar (m, n - reference)."""
    x, y = (_normal_scores(values, reference) for values in (a, b))
    rho = (x[:, :reference] * y[:, :reference]).mean(axis=1)
    norm = np.sqrt((x[:, :reference] ** 2).mean(axis=1) * (y[:, :reference] ** 2).mean(axis=1))
    rho = np.clip(rho / norm, -0.999, 0.999)
    r = rho[:, None]
    # Derivative of the bivariate normal log density in rho, which has mean 0 while nothing has changed.
    gone = ((1.0 + r * r) * x * y - r * (x * x + y * y) + r * (1.0 - r * r)) / (1.0 - r * r) ** 2
    usual = gone[:, :reference].std(axis=1, keepdims=True)
    return rho, gone[:, reference:] / usual


def _normal_scores(values: NDArray[np.float64], reference: int) -> NDArray[np.float64]:
    from scipy.special import ndtri

    out = np.empty(values.shape)
    for row, series in enumerate(values):
        ranked = np.sort(series[:reference])
        place = 0.5 * (np.searchsorted(ranked, series, "left") + np.searchsorted(ranked, series, "right"))
        out[row] = ndtri(np.clip((place + 0.5) / (reference + 1.0), 0.5 / reference, 1.0 - 0.5 / reference))
    return out


@entry
def _cusum(score, drift, clip, threshold, statistic, rings):  # type: ignore[no-untyped-def]
    for row in range(score.shape[0]):
        up, down = 0.0, 0.0
        for t in range(score.shape[1]):
            step = min(max(score[row, t], -clip), clip)
            up = max(0.0, up + step - drift)
            down = max(0.0, down - step - drift)
            statistic[row, t] = max(up, down)
            if statistic[row, t] > threshold:
                rings[row, t] = True
                up, down = 0.0, 0.0


def _in_order(windows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of each row (m, window), added from the left: the same whatever lies beyond the window."""
    return np.asarray(np.add.accumulate(windows, axis=1)[:, -1])


def _ratio(ab: NDArray[np.float64], aa: NDArray[np.float64], bb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation from sums of products, in [-1, 1]; NaN where one asset does not move."""
    moves = (aa > 0.0) & (bb > 0.0)
    return np.where(moves, np.clip(ab / np.sqrt(np.where(moves, aa * bb, 1.0)), -1.0, 1.0), np.nan)


def _pair(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64], pd.Index | None]:
    a, b = as_series(first), as_series(second)
    index, other = (x.index if isinstance(x, pd.Series) else None for x in (first, second))
    if len(a) != len(b) or (index is not None and other is not None and not index.equals(other)):
        raise ParameterError(
            f"first and second must hold the same bars, got {len(a)} and {len(b)}. Join them on their times first."
        )
    return a, b, index
