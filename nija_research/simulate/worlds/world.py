"""
A world: what an account meets, step by step, what its policy knows before each step, and its theoretical moments.

Returns are per unit staked, net of costs and times leverage. A world is data and settings; `fill` makes the numbers.
Moments are per step, so that draws can be held against theory: `skewness` and `kurtosis` (excess) are of one step,
`acf_squares` is the autocorrelation of squared deviations from the mean at lags 1 to `LAGS`, which shows that
volatility clusters. NaN stands for infinite or not known.

How many steps make a day and a week, so that day and week stops mean something in a simulated world.

``day(t) = floor(t / trades_per_day) + 1`` and ``week(t) = floor((day(t) - 1) / days_per_week) + 1``, numbered from 1 as
`policy` numbers them: whole, never falling. A step is one trade or one bar.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import LANES, entry, rule
from nija_research.errors import ParameterError
from nija_research.simulate.rng import key_of
from nija_research.simulate.worlds.generator import CARRY, OWN, TABLES, WorldArrays, fill
from nija_research.simulate.worlds.market import Market
from nija_research.units import EDGE, count, positive

if TYPE_CHECKING:
    import pandas as pd

    from nija_research.simulate.rng import Seed

__all__ = [
    "Calendar",
    "CalendarArrays",
    "Draws",
    "Moments",
    "World",
    "block_moments",
    "calendar_of",
    "day_of",
    "mixture_moments",
    "sample_moments",
    "week_of",
    "weighted_moments",
]

_WEEKS_A_YEAR = 365.25 / 7.0
_DAY = np.timedelta64(1, "D")


class CalendarArrays(NamedTuple):
    """What the compiled functions read."""

    trades_per_day: float
    days_per_week: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """
    Pace of a world.

    Attributes
    ----------
    trades_per_day : float
        Steps a trading day, above 0; below 1 where a trade comes only every few days.
    days_per_week : int
        Trading days a week, 1 to 7: 7 for crypto, 5 for stocks.
    """

    trades_per_day: float = 1.0
    days_per_week: int = 7

    def __post_init__(self) -> None:
        positive("trades_per_day", self.trades_per_day)
        if isinstance(self.days_per_week, bool) or self.days_per_week not in range(1, 8):
            raise ParameterError(f"days_per_week must be a whole number from 1 to 7, got {self.days_per_week!r}.")

    @classmethod
    def of(cls, exits: pd.Series, *, days_per_week: int = 7) -> Calendar:
        """
        Return the mean pace of a log: trades over the days between its first and last exit.

        Parameters
        ----------
        exits : pandas.Series of datetime, shape (n,)
            When each trade was closed.
        days_per_week : int, optional
            Trading days a week.

        Returns
        -------
        Calendar

        Raises
        ------
        ParameterError
            If there are fewer than two exits, one is missing, or all fall on one instant.
        """
        times = exits.to_numpy(dtype="datetime64[ns]")
        if len(times) < 2 or np.isnat(times).any():
            raise ParameterError(f"exits must be two times or more, none missing; got {len(times)}.")
        days = float((times.max() - times.min()) / _DAY) * days_per_week / 7.0
        if days <= 0.0:
            raise ParameterError("exits all fall on one instant: give Calendar(trades_per_day=...) yourself.")
        return cls(trades_per_day=(len(times) - 1) / days, days_per_week=days_per_week)

    @property
    def steps_per_year(self) -> float:
        """Steps in 365.25 days, for annual figures."""
        return self.trades_per_day * self.days_per_week * _WEEKS_A_YEAR

    def arrays(self) -> CalendarArrays:
        """Return the settings as the compiled functions read them."""
        return CalendarArrays(float(self.trades_per_day), float(self.days_per_week))

    def day(self, t: int) -> float:
        """Return the number of the day, from 1, on which step `t` (from 0) falls."""
        return float(day_of(float(t), self.arrays()))

    def week(self, t: int) -> float:
        """Return the number of the week, from 1, in which step `t` (from 0) falls."""
        return float(week_of(float(t), self.arrays()))


def calendar_of(calendar: Calendar | None) -> Calendar:
    """Return the calendar, one step a day unless given; anything else is refused."""
    if calendar is not None and not isinstance(calendar, Calendar):
        raise ParameterError(f"calendar must be a Calendar, got {calendar!r}. Write Calendar(trades_per_day=3).")
    return Calendar() if calendar is None else calendar


@rule
def day_of(t: float, calendar: CalendarArrays) -> float:
    """Number of the day of step `t`; a step at the edge of a day belongs to the new one."""
    return float(np.floor(t / calendar.trades_per_day + EDGE) + 1.0)


@rule
def week_of(t: float, calendar: CalendarArrays) -> float:
    """Number of the week of step `t`."""
    return float(np.floor((day_of(t, calendar) - 1.0) / calendar.days_per_week) + 1.0)


#: Lags of the autocorrelation of squares.
LAGS = 10


def _unknown() -> NDArray[np.float64]:
    return np.full(LAGS, np.nan)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """
    Moments of one step's return, per unit staked, after costs.

    Attributes
    ----------
    mean, sd : float
        Mean and standard deviation, shares.
    skewness, kurtosis : float
        Standardised third moment; fourth less 3.
    acf_squares : numpy.ndarray, shape (LAGS,)
        Autocorrelation of ``(r - mean)**2`` at lags 1, 2, ...
    """

    mean: float
    sd: float
    skewness: float = np.nan
    kurtosis: float = np.nan
    acf_squares: NDArray[np.float64] = field(default_factory=_unknown)


def weighted_moments(values: NDArray[np.float64], weights: NDArray[np.float64]) -> Moments:
    """Moments of independent draws of `values` with probabilities `weights`, both (n,)."""
    mean = float(weights @ values)
    off = values - mean
    m2, m3, m4 = (float(weights @ off**power) for power in (2, 3, 4))
    if m2 <= 0.0:
        return Moments(mean=mean, sd=0.0)
    return Moments(mean=mean, sd=m2**0.5, skewness=m3 / m2**1.5, kurtosis=m4 / m2**2 - 3.0, acf_squares=np.zeros(LAGS))


def sample_moments(values: NDArray[np.float64]) -> Moments:
    """Moments of a series (n,) as it stands: sd with n below, autocorrelations over the lags it has."""
    n = len(values)
    moments = weighted_moments(values, np.full(n, 1.0 / n))
    if moments.sd == 0.0:
        return moments
    squared = (values - moments.mean) ** 2
    off = squared - squared.mean()
    spread = float(off @ off)
    squares = _unknown()
    if spread > 0.0:
        squares[: n - 1] = [float(off[:-k] @ off[k:]) / spread for k in range(1, min(LAGS, n - 1) + 1)]
    return replace(moments, acf_squares=squares)


def block_moments(values: NDArray[np.float64], block: float, method: str) -> Moments:
    """
    Moments of a block bootstrap given the sample (n,), exact.

    Notes
    -----
    Stationary and circular blocks draw every row alike. Two steps k apart that lie in one block are k rows apart on
    the circle, two in different blocks are independent: the autocorrelation is the sample's circular one times the
    chance of one block, ``(1 - 1/L)**k`` [1]_ or, over the places in a block, ``max(0, 1 - k/L)``. Moving blocks
    reach rows near the ends less often: row j has ``min(j + 1, L, n - j, n - L + 1)`` chances among
    ``(n - L + 1) L``; there the autocorrelation also counts that the mean differs from place to place.

    References
    ----------
    .. [1] Politis, D. N., Romano, J. P. (1994). The stationary bootstrap. Journal of the American
       Statistical Association 89.
    """
    n = len(values)
    if method != "moving":
        moments = weighted_moments(values, np.full(n, 1.0 / n))
    else:
        whole = int(block)
        j = np.arange(n)
        chances = np.minimum.reduce([j + 1, np.full(n, whole), n - j, np.full(n, n - whole + 1)])
        moments = weighted_moments(values, chances / float((n - whole + 1) * whole))
    if moments.sd == 0.0:
        return moments
    squared = (values - moments.mean) ** 2
    squares = _moving(squared, int(block)) if method == "moving" else _circular(squared, block, method)
    return replace(moments, acf_squares=squares)


def _circular(x: NDArray[np.float64], block: float, method: str) -> NDArray[np.float64]:
    """Autocorrelation of a stationary or circular bootstrap of `x` at lags 1 to LAGS."""
    off = x - x.mean()
    spread = float(off @ off)
    if spread == 0.0:
        return _unknown()
    k = np.arange(1, LAGS + 1)
    together = (1.0 - 1.0 / block) ** k if method == "stationary" else np.maximum(0.0, 1.0 - k / block)
    return np.asarray(together * [float(off @ np.roll(off, -int(lag))) for lag in k] / spread)


def _moving(x: NDArray[np.float64], block: int) -> NDArray[np.float64]:
    """Autocorrelation of a moving-block bootstrap of `x`, over the places in a block."""
    starts = len(x) - block + 1
    windows = np.lib.stride_tricks.sliding_window_view(x, starts)  # row s: what place s of a block can hold
    place = windows.mean(axis=1)
    mean = float(place.mean())
    spread = float((windows**2).mean()) - mean**2
    if spread <= 0.0:
        return _unknown()
    correlations = []
    for k in range(1, LAGS + 1):
        joint = [
            float((windows[s] * windows[s + k]).mean()) if s + k < block else float(place[s] * place[(s + k) % block])
            for s in range(block)
        ]
        correlations.append((float(np.mean(joint)) - mean**2) / spread)
    return np.array(correlations)


def mixture_moments(
    stationary: NDArray[np.float64],
    transition: NDArray[np.float64],
    means: NDArray[np.float64],
    sds: NDArray[np.float64],
    noise: tuple[float, float],
) -> Moments:
    """
    Moments of a hidden Markov chain (states,) with symmetric noise, exact.

    `noise` is the third (0, or NaN where it does not exist) and fourth standardised moment of the noise.
    The autocovariance of squares follows from ``E[x0 xk] = p' D P**k D 1`` with D the states' second moments.
    """
    mean = float(stationary @ means)
    d = means - mean
    second = d**2 + sds**2
    variance = float(stationary @ second)
    if variance <= 0.0:
        return Moments(mean=mean, sd=0.0)
    odd, fourth = noise
    third = float(stationary @ (d**3 + 3.0 * d * sds**2 + odd * sds**3))
    m4 = float(stationary @ (d**4 + 6.0 * d**2 * sds**2 + fourth * sds**4))
    weighted, ahead, squares = stationary * second, second, []
    for _ in range(LAGS):
        ahead = transition @ ahead
        squares.append(float(weighted @ ahead) - variance**2)
    spread = m4 - variance**2
    return Moments(
        mean=mean,
        sd=variance**0.5,
        skewness=third / variance**1.5,
        kurtosis=m4 / variance**2 - 3.0,
        acf_squares=np.array(squares) / spread if spread > 0.0 else _unknown(),
    )


#: Paths and steps that one key can tell apart: half of a counter is for paths, and half of the rest for each stream.
MOST_PATHS, MOST_STEPS = 2**32, 2**31


class Draws(NamedTuple):
    """
    Paths of a world.

    Attributes
    ----------
    returns : numpy.ndarray of float, shape (n_paths, horizon)
        Per unit staked, net of costs.
    rows : numpy.ndarray of int64, shape (n_paths, horizon)
        Market row that held before each step; 0 where there is only one.
    positions : numpy.ndarray of int64, shape (n_paths, horizon), or None
        Source row of each step where the world draws from a table: ``assets[positions[p]]`` is path p of every asset.
    """

    returns: NDArray[np.float64]
    rows: NDArray[np.int64]
    positions: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """
    What the simulator runs policies in; made by the functions of `simulate.worlds`.

    Attributes
    ----------
    name : str
        Kind of world, a word or two.
    arrays : WorldArrays
        What compiled code reads.
    market : Market or None
        What the policy is told before each step.
    calendar : Calendar
        Steps a day and days a week.
    moments : Moments
        Of one step, as theory has them.
    source : str
        A sentence: which data or parameters, and what the policy is told.
    paths, horizon : int or None
        Most paths and steps the world has; None where there is no end.
    """

    name: str
    arrays: WorldArrays
    market: Market | None
    calendar: Calendar
    moments: Moments
    source: str
    paths: int | None = None
    horizon: int | None = None

    def check(self, n_paths: int, horizon: int) -> None:
        """
        Refuse more paths or steps than the world has.

        Raises
        ------
        ParameterError
            If `n_paths` or `horizon` is no whole number of at least 1, or beyond the end of the world.
        """
        n_paths, horizon = count("n_paths", n_paths, low=1), count("horizon", horizon, low=1)
        for name, wanted, most in (
            ("n_paths", n_paths, self.paths or MOST_PATHS),
            ("horizon", horizon, self.horizon or MOST_STEPS),
        ):
            if wanted > most:
                raise ParameterError(f"{name} may be at most {most} in the {self.name} world, got {wanted}.")

    def draw(self, n_paths: int, horizon: int, *, rng: Seed) -> Draws:
        """
        Return paths of the world, the same ones that a simulation with this `rng` meets.

        Parameters
        ----------
        n_paths, horizon : int
            Paths and steps.
        rng : int or numpy.random.Generator
            Seed, or a generator, which is advanced. Not used by worlds without chance.

        Returns
        -------
        Draws

        Raises
        ------
        ParameterError
            If the world has fewer paths or steps, or `rng` is neither a seed nor a generator.
        """
        self.check(n_paths, horizon)
        table = self.arrays.kind in TABLES
        source = self.arrays._replace(rows=OWN) if table else self.arrays
        returns = np.empty((n_paths, horizon))
        rows = np.empty((n_paths, horizon), dtype=np.int64)
        _draw(source, key_of(rng), returns, rows)
        if not table:
            return Draws(returns, rows, None)
        states = self.arrays.rows
        if len(states) == 0:  # each source row is its own market row
            return Draws(returns, rows.copy(), rows)
        return Draws(returns, states[rows] if len(states) > 1 else np.zeros_like(rows), rows)


@entry
def _draw(world: WorldArrays, key: np.uint64, returns: NDArray[np.float64], rows: NDArray[np.int64]) -> None:
    """Fill whole paths, a block of lanes and a tile of time after the other."""
    n, horizon = returns.shape
    carry, steps = np.empty(CARRY * LANES), 32
    tile, states = np.empty(steps * LANES), np.empty(steps * LANES, dtype=np.int64)
    for path in range(0, n, LANES):
        lanes = min(LANES, n - path)
        for t in range(0, horizon, steps):
            m = min(steps, horizon - t)
            fill(world, key, path, t, m, lanes, carry, tile, states)
            for i in range(lanes):
                for s in range(m):
                    returns[path + i, t + s] = tile[s * lanes + i]
                    rows[path + i, t + s] = states[s * lanes + i]
