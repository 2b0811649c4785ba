"""
What goes into the regime models and what they may call a market: names, the mark of hindsight, checked returns.

The five printed regimes, UNKNOWN and the three classes of volatility (their multipliers are in `policy.regime`).
`Hindsight` marks arrays that know later bars: an ordinary array to look at and to plot, refused by everything that
trades. The mark stays on slices, sums, comparisons and what numpy's functions make of it, and is seen through
`numpy.asarray`, its slices, and a pandas Series that was built from it. It is lost when the numbers are copied out of
numpy's sight: `tolist`, `numpy.array`, arithmetic on what `numpy.asarray` gave, an array indexed with it, a DataFrame
built from it, and arithmetic done by pandas (``pd.Series(h) > 0.5``; write ``pd.Series(h > 0.5)``). It warns of
mistakes; it cannot stop a reader who copies the numbers. Returns are per bar, finite, in order, one dimension.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CLASSES", "LABELS", "UNKNOWN", "Hindsight", "MarketRegime", "bars_per_year", "refuse_hindsight", "times_of"]

#: With fewer bars than this a state is a handful of days, and its parameters say nothing else.
BARS_PER_STATE = 20

#: No model is asked for more states.
MOST_STATES = 12

#: What a label says when no regime is known; not a regime, so no member of `MarketRegime`.
UNKNOWN = "UNKNOWN"

#: States of volatility, calmest first.
CLASSES = ("calm", "turbulent", "crisis")


class MarketRegime(StrEnum):
    """The five regimes as printed (000, "Market Regime Classification")."""

    BULL_TRENDING = "BULL_TRENDING"
    BEAR_TRENDING = "BEAR_TRENDING"
    RANGING = "RANGING"
    VOLATILE = "VOLATILE"
    CRISIS = "CRISIS"


#: Every label by its number: the regimes in printed order, then UNKNOWN.
LABELS = (*(str(regime) for regime in MarketRegime), UNKNOWN)


class Hindsight(np.ndarray[Any, Any]):
    """
    An array made with knowledge of later bars: for looking back, never for trading.

    Examples
    --------
    >>> seen_later = Hindsight.of(np.array([0.2, 0.9]))
    >>> type(seen_later[1:] > 0.5).__name__
    'Hindsight'
    """

    @classmethod
    def of(cls, values: NDArray[Any]) -> Hindsight:
        """
        Mark an array.

        Parameters
        ----------
        values : numpy.ndarray
            Any array; its numbers are copied, so that a plain view of the result leads back to the mark.

        Returns
        -------
        Hindsight
        """
        marked = cls(values.shape, values.dtype)
        marked[...] = values
        return marked

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Call numpy's function, and mark what it made of the numbers."""
        return _mark(super().__array_function__(func, types, args, kwargs))


def _mark(result: Any) -> Any:
    if type(result) in (list, tuple):
        return type(result)(_mark(part) for part in result)
    plain = isinstance(result, np.ndarray) and not isinstance(result, Hindsight) and result.ndim > 0
    return Hindsight.of(result) if plain else result


def refuse_hindsight(name: str, values: Any) -> None:
    """
    Turn away what was made with hindsight.

    Parameters
    ----------
    name : str
        The parameter's name, for the message.
    values : object
        Anything; a `Hindsight` array, a view of one, a pandas Series built on one, or a list that holds one is refused.

    Raises
    ------
    ParameterError
        If `values` carries the mark.
    """
    if _marked(values):
        raise ParameterError(
            f"{name} must be made from the past alone, got an array of hindsight (smoothed or most likely path): it "
            "knows bars that had not happened. Use .filter, .label or walk_forward."
        )


def _marked(values: Any) -> bool:
    if isinstance(values, (list, tuple)):
        return any(isinstance(part, (list, tuple, np.ndarray)) and _marked(part) for part in values)
    here = values if isinstance(values, np.ndarray) or not hasattr(values, "to_numpy") else values.to_numpy()
    while here is not None:  # a view keeps what it is a view of
        if isinstance(here, Hindsight):
            return True
        here = getattr(here, "base", None)
    return False


# So many bars in a row without one that falls are no returns.
_NEVER_DOWN = 20

_FARTHEST = 1e4


def min_bars(n_states: int) -> int:
    """
    Bars that a first fit needs.

    Parameters
    ----------
    n_states : int

    Returns
    -------
    int
    """
    return max(30, BARS_PER_STATE * n_states)


def as_series(returns: ArrayLike) -> NDArray[np.float64]:
    """
    Returns as a float array, or an error that says what is wrong with them.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ParameterError
        If there is none, one is missing, times are not in order, or they look like prices.
    """
    refuse_hindsight("returns", returns)
    try:
        r = np.asarray(returns, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError("returns must be numbers, one per bar: prices['close'].pct_change().dropna().") from None
    if r.ndim != 1:
        raise ParameterError(f"returns must be one-dimensional, got shape {r.shape}. Take one column.")
    if not len(r):
        raise ParameterError("returns must hold at least one bar, got none.")
    bad = np.flatnonzero(~np.isfinite(r))
    if bad.size:
        cure = (
            " The first bar has no return: write .dropna()." if bad[0] == 0 else " Leave such bars out, or repair them."
        )
        raise ParameterError(f"returns must be finite, got {r[bad[0]]} at position {bad[0]}.{cure}")
    if len(r) >= _NEVER_DOWN and r.min() > 0.0:
        raise ParameterError(
            f"returns must be changes of price, got {len(r)} numbers above 0, which look like prices. Write "
            "prices.pct_change().dropna()."
        )
    times = times_of(returns)
    if times is not None and not (times.is_monotonic_increasing and times.is_unique):
        raise ParameterError("returns must be in order of time, each time once. Write .sort_index(), drop repeats.")
    return np.ascontiguousarray(r)


def times_of(returns: object) -> pd.DatetimeIndex | None:
    """
    Times of the bars, where they are known.

    Parameters
    ----------
    returns : object
        A pandas.Series has an index; anything else has no times.

    Returns
    -------
    pandas.DatetimeIndex or None
    """
    import pandas as pd

    index = getattr(returns, "index", None)
    return index if isinstance(index, pd.DatetimeIndex) else None


def bars_per_year(returns: pd.Series) -> float:
    """
    Bars in a year, counted from the times.

    Parameters
    ----------
    returns : pandas.Series, shape (n,)
        Indexed by times; at least two bars.

    Returns
    -------
    float
        About 252 for shares, 365 for coins, 8,766 for hours without a close.

    Raises
    ------
    ParameterError
        If there are no times.
    """
    import pandas as pd

    times = times_of(returns)
    if times is None or len(times) < 2:
        raise ParameterError("returns need times to count the bars in a year. Say how many: periods=252.")
    return float((len(times) - 1) / ((times[-1] - times[0]) / pd.Timedelta("365.25D")))


def standardised(r: NDArray[np.float64], centre: float, unit: float) -> NDArray[np.float64]:
    """
    Return ``(r - centre) / unit``, cut at ten thousand units (no market goes that far).

    Parameters
    ----------
    r : numpy.ndarray, shape (n,)
    centre, unit : float
        As `centre_and_unit` returns them.

    Returns
    -------
    numpy.ndarray, shape (n,)
        So near 0 that squares keep enough digits.
    """
    return np.clip((r - centre) / unit, -_FARTHEST, _FARTHEST)


def centre_and_unit(r: NDArray[np.float64]) -> tuple[float, float]:
    """
    Median, and median distance from it, which standardise returns and which a few extreme bars do not change.

    Parameters
    ----------
    r : numpy.ndarray, shape (n,)

    Returns
    -------
    tuple of float
        Where more than half of the bars are alike, the mean distance stands for the median one.

    Raises
    ------
    ParameterError
        If all bars are alike.
    """
    centre = float(np.median(r))
    away = np.abs(r - centre)
    unit = float(np.median(away)) or float(away.mean())
    if not unit > 1e-12 * abs(centre):
        raise ParameterError(
            f"returns must move, got {len(r)} bars all equal to {centre:g}. Such a series has no regimes."
        )
    return centre, unit


def runs(flags: NDArray[np.bool_], least: int = 1) -> list[tuple[int, int]]:
    """
    Runs of True.

    Parameters
    ----------
    flags : numpy.ndarray of bool, shape (n,)
    least : int, optional
        Shortest run that counts.

    Returns
    -------
    list of tuple of int
        First bar, and the bar after the last one.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2) if b - a >= least]


def decayed_sum(values: NDArray[np.float64], decay: float, before: float = 0.0) -> NDArray[np.float64]:
    """
    Recursion ``y[t] = decay * y[t - 1] + values[t]``.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
    decay : float
        Weight kept from bar to bar.
    before : float, optional
        The sum before the first bar.

    Returns
    -------
    numpy.ndarray, shape (n,)
    """
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -decay], values, zi=[decay * before])[0])
