"""
Logs whose truth is known: five kinds of trades with an edge, and six without one.

The truths are closed forms or quadratures written out beside the kinds; no estimate of the suite is used for them.
Returns are per unit staked. `coverage` counts on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nija_research.estimate.kelly.formulas import Unit

__all__ = ["NO_EDGE", "WORLDS", "World", "coin_growth", "root"]


@dataclass(frozen=True, slots=True)
class World:
    """
    A kind of trade log with a known truth.

    Attributes
    ----------
    unit : {"risk", "leverage"}
        Unit of the returns.
    p_win : float
        True win rate.
    stake, together : float
        True log-optimal stake of a trade, and of a trade of a bot that keeps those open together which overlap.
    growth : callable
        True growth of a stake, nats per trade.
    draw : callable
        Number of trades and generator to a log in the order of the exits.
    worst : float
        Largest loss that can happen per unit staked.
    """

    unit: Unit
    p_win: float
    stake: float
    together: float
    growth: Callable[[float], float]
    draw: Callable[[int, np.random.Generator], pd.DataFrame]
    worst: float = 1.0


def _log(returns: NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame({"return": returns})


def _even(n: int, rng: np.random.Generator, p_win: float = 0.55) -> pd.DataFrame:
    return _log(np.where(rng.random(n) < p_win, 1.0, -1.0))


def _fat(n: int, rng: np.random.Generator, p_win: float = 0.45) -> pd.DataFrame:
    wins = 2.25 * (rng.random(n) ** (-1.0 / 2.5) - 1.0)  # Lomax, tail index 2.5, mean 1.5
    return _log(np.where(rng.random(n) < p_win, wins, -1.0))


def _short_volatility(n: int, rng: np.random.Generator, size: float = 1.0) -> pd.DataFrame:
    return _log(np.where(rng.random(n) < 0.94, 0.1, -size * rng.uniform(0.2, 2.0, n)))


def _rare(n: int, rng: np.random.Generator) -> pd.DataFrame:
    # One trade in fifty loses what the other forty-nine win.
    return _log(np.where(rng.random(n) < 0.98, 0.02, -0.98))


def _dependent(n: int, rng: np.random.Generator, p_win: float = 0.55) -> pd.DataFrame:
    # Each outcome repeats the one before with probability .3, else it is drawn afresh.
    fresh, won = rng.random(n) < p_win, np.empty(n, dtype=bool)
    source = np.maximum.accumulate(np.where((rng.random(n) >= 0.3) | (np.arange(n) == 0), np.arange(n), 0))
    won = fresh[source]
    return _log(np.where(won, 1.0, -1.0))


def _overlapping(n: int, rng: np.random.Generator, drift: float = 0.002) -> pd.DataFrame:
    # Bursts of one to four trades that share five days of the market, each with a coin of its own.
    size = rng.integers(1, 5, n)
    burst = np.repeat(np.arange(n), size)[:n]
    first = np.concatenate([[0], np.cumsum(size)])[burst]
    market = drift + 0.02 * rng.uniform(-(3**0.5), 3**0.5, n)[burst]
    start = pd.Timestamp("2020-01-01", tz="UTC") + pd.to_timedelta(240 * burst + np.arange(n) - first, unit="h")
    table = _log(market + np.where(rng.random(n) < 0.5, 0.01, -0.01))
    return table.assign(entry_time=start, exit_time=start + pd.Timedelta(days=5))


def _quadrature() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, w = np.polynomial.legendre.leggauss(200)
    return x, w / 2.0


def root(slope: Callable[[float], float], high: float) -> float:
    """Zero of a function between almost 0 and `high`."""
    from scipy.optimize import brentq

    return float(brentq(slope, 1e-9, high, xtol=1e-12))


def _fat_world() -> World:
    x, w = _quadrature()
    # u = t ** 4 gathers points where the win is largest, and its slope 4 t ** 3 weighs them.
    t = 0.5 * (x + 1.0)
    wins, w = 2.25 * (t ** (-4.0 / 2.5) - 1.0), 4.0 * t**3 * w

    def growth(f: float) -> float:
        return float(0.45 * (w * np.log1p(f * wins)).sum() + 0.55 * np.log1p(-f))

    stake = root(lambda f: float(0.45 * (w * wins / (1.0 + f * wins)).sum() - 0.55 / (1.0 - f)), 0.9)
    return World("risk", 0.45, stake, stake, growth, _fat)


def _short_world() -> World:
    x, w = _quadrature()
    losses = 1.1 + 0.9 * x

    def growth(f: float) -> float:
        if f >= 0.5:  # the largest loss is 2
            return -np.inf
        return float(0.94 * np.log1p(0.1 * f) + 0.06 * (w * np.log1p(-f * losses)).sum())

    slope = lambda f: float(0.094 / (1.0 + 0.1 * f) - 0.06 * (w * losses / (1.0 - f * losses)).sum())  # noqa: E731
    stake = root(slope, 0.4999)
    return World("risk", 0.94, stake, stake, growth, _short_volatility, worst=2.0)


def _overlap_world() -> World:
    from scipy.stats import binom

    x, w = _quadrature()
    market = 0.002 + 0.02 * 3**0.5 * x

    def sums(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        heads = np.arange(size + 1)
        total = size * market[:, None] + 0.01 * (2 * heads - size)[None, :]
        return total.ravel(), (w[:, None] * binom.pmf(heads, size, 0.5)[None, :]).ravel()

    one, p_one = sums(1)
    bursts = [sums(size) for size in (1, 2, 3, 4)]
    bet, p_bet = np.concatenate([b[0] for b in bursts]), np.concatenate([b[1] / 4.0 for b in bursts])
    stake = root(lambda f: float((p_one * one / (1.0 + f * one)).sum()), 0.999 / -one.min())
    together = root(lambda f: float((p_bet * bet / (1.0 + f * bet)).sum()), 0.999 / -bet.min())
    return World(
        "leverage",
        float(p_one[one > 0.0].sum()),
        stake,
        together,
        lambda f: float((p_one * np.log1p(f * one)).sum()),
        _overlapping,
        worst=0.1,
    )


def coin_growth(f: float) -> float:
    """Growth of an even-money bet won 55 times in a hundred, nats per trade."""
    return float(0.55 * np.log1p(f) + 0.45 * np.log1p(-f))


def worlds() -> dict[str, World]:
    """Make the five worlds: name to world."""
    return {
        "even money": World("risk", 0.55, 0.1, 0.1, coin_growth, _even),
        "fat-tailed wins": _fat_world(),
        "short volatility": _short_world(),
        "serially dependent": World("risk", 0.55, 0.1, 0.1, coin_growth, _dependent),
        "overlapping": _overlap_world(),
    }


#: The five kinds of log, by name.
WORLDS = worlds()

#: Kinds of log without an edge, by name: unit, and number of trades and generator to a log whose mean return is 0.
NO_EDGE: dict[str, tuple[Unit, Callable[[int, np.random.Generator], pd.DataFrame]]] = {
    "even money": ("risk", lambda n, rng: _even(n, rng, 0.5)),
    "fat-tailed wins": ("risk", lambda n, rng: _fat(n, rng, 0.4)),  # .4 x 1.5 = .6
    "short volatility": ("risk", lambda n, rng: _short_volatility(n, rng, 0.094 / 0.066)),  # mean loss .94 x .1 / .06
    "one loss in fifty": ("risk", _rare),
    "serially dependent": ("risk", lambda n, rng: _dependent(n, rng, 0.5)),
    "overlapping": ("leverage", lambda n, rng: _overlapping(n, rng, 0.0)),
}
