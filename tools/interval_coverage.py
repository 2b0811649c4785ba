"""
How often an interval holds the true value, and how often a stake is advised where there is no edge: counts.

The logs have a known truth: five kinds of trades with an edge, and six without one. The truths are closed forms or
quadratures written out beside the kinds; no estimate of the library is used for them. Returns are per unit staked.
docs/coverage.md is made from here by `make_coverage`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nija_research.estimate.kelly.advice import advice_of
from nija_research.estimate.kelly.bootstrap import variance_ratio
from nija_research.estimate.kelly.from_record import clopper_pearson, wilson
from nija_research.estimate.kelly.from_trades import kelly_concurrent, kelly_from_trades
from nija_research.estimate.kelly.growth import growth_band
from nija_research.estimate.kelly.joint import joint_interval
from nija_research.estimate.kelly.sample_size import monitor_rise
from nija_research.estimate.kelly.uncertainty import beta_posterior, kelly_robust, payoff_posterior

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nija_research.estimate.kelly.returns import Unit

__all__ = [
    "INTERVALS",
    "NO_EDGE",
    "WORLDS",
    "count_covered",
    "count_false_advice",
    "count_joint",
    "share_of_false_alarms",
]

Ends = Iterable[float] | None


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


@dataclass(frozen=True, slots=True)
class Count:
    """Histories, those with an answer, and those answers that held the truth, lay above it or below it."""

    histories: int
    answered: int
    covered: int
    above: int
    below: int


def _counts(log: pd.DataFrame) -> tuple[int, int]:
    wins = int((log["return"] > 0.0).sum())
    return wins, len(log) - wins


def _stake(log: pd.DataFrame, world: World, seed: int, **options: object) -> Ends:
    kelly = kelly_from_trades(log, world.unit, draws=400, rng=seed, **options)  # type: ignore[arg-type]
    return kelly.interval if kelly.identified else None


def _together(log: pd.DataFrame, world: World, seed: int) -> Ends:
    if "entry_time" not in log.columns:
        return None
    kelly = kelly_concurrent(log, world.unit, draws=400, rng=seed)
    return kelly.interval if kelly.identified else None


def _band(log: pd.DataFrame, world: World, seed: int) -> Ends:
    kelly = kelly_from_trades(log, world.unit, draws=100, rng=seed)
    stake, r = 0.5 * world.stake, log["return"].to_numpy()
    if not kelly.identified or 1.0 + stake * r.min() <= 0.0:
        return None
    low, high = growth_band(r, [stake], draws=400, block=max(1, kelly.block), rng=seed)[:, 0]
    return float(low), float(high)


def _bayes(log: pd.DataFrame, world: World, seed: int) -> Ends:
    if (log["return"] >= 0.0).all() or (log["return"] <= 0.0).all():
        return None
    return payoff_posterior(log["return"], cap=1.0 if world.unit == "risk" else None, draws=400, rng=seed).interval


def _coin_posterior(log: pd.DataFrame, world: World, seed: int) -> Ends:
    return beta_posterior(*_counts(log)).interval if world.growth is coin_growth else None


def _independent(log: pd.DataFrame, world: World, seed: int) -> Ends:
    kelly = kelly_from_trades(log, world.unit, draws=100, rng=seed)
    if not kelly.effective or not kelly.block:
        return None
    wins = np.where(log["return"].to_numpy() > 0.0, 1.0, 0.0)
    independent = min(kelly.effective, kelly.n / variance_ratio(wins, kelly.block))
    return wilson(int(wins.sum()), len(log), effective=independent)


def _robust(log: pd.DataFrame, world: World, seed: int) -> Ends:
    if (log["return"] >= 0.0).all():
        return None
    block = kelly_from_trades(log, world.unit, draws=100, rng=seed).block
    robust = kelly_robust(log["return"], block=max(1, block))
    # The bound is for the stake it belongs to: it is held where the true growth there is no lower.
    return (robust.worst_growth - world.growth(robust.fraction), np.inf)


#: What is measured: name to (level it claims, value it should hold, interval of a log or None where it gives none).
INTERVALS: dict[str, tuple[float, Callable[[World], float], Callable[[pd.DataFrame, World, int], Ends]]] = {
    "stake, studentised (reported)": (0.95, lambda w: w.stake, _stake),
    "stake, percentile": (0.95, lambda w: w.stake, lambda g, w, s: _stake(g, w, s, interval="percentile")),
    "stake, percentile, no blocks": (
        0.95,
        lambda w: w.stake,
        lambda g, w, s: _stake(g[["return"]], w, s, interval="percentile", block=1),
    ),
    "stake of concurrent trades": (0.95, lambda w: w.together, _together),
    "stake, Dirichlet posterior": (0.95, lambda w: w.stake, _bayes),
    "stake, Beta posterior": (0.95, lambda w: w.stake, _coin_posterior),
    "growth at half Kelly, band": (0.95, lambda w: w.growth(0.5 * w.stake), _band),
    "growth, robust lower bound": (0.95, lambda w: 0.0, _robust),
    "win rate, Wilson": (0.95, lambda w: w.p_win, lambda g, w, s: wilson(_counts(g)[0], len(g))),
    "win rate, Wilson by independent trades": (0.95, lambda w: w.p_win, _independent),
    "win rate, Clopper-Pearson": (0.95, lambda w: w.p_win, lambda g, w, s: clopper_pearson(_counts(g)[0], len(g))),
}


def count_covered(interval: str, world: str, n: int, *, histories: int, rng: int = 0) -> Count:
    """
    Count how often an interval holds the truth in a world.

    Parameters
    ----------
    interval, world : str
        Names in `INTERVALS` and `WORLDS`.
    n : int
        Trades in a history.
    histories : int
        Histories drawn.
    rng : int, optional
        Seed; every interval sees the same histories.

    Returns
    -------
    Count
    """
    _, true, make = INTERVALS[interval]
    here = WORLDS[world]
    truth, generator = true(here), np.random.default_rng([rng, n])
    intervals = [make(here.draw(n, generator), here, k) for k in range(histories)]
    ends = np.array([tuple(ends) for ends in intervals if ends is not None]).reshape(-1, 2)
    above, below = int((ends[:, 0] > truth + 1e-12).sum()), int((ends[:, 1] < truth - 1e-12).sum())
    return Count(histories, len(ends), len(ends) - above - below, above, below)


def count_joint(n: int, *, histories: int, draws: int = 100, rng: int = 0) -> Count:
    """
    Count how often the interval of a joint stake holds the truth: two independent even-money bets won at .55.

    Parameters
    ----------
    n : int
        Rows in a history.
    histories, draws : int
        Histories drawn, and resamples of each.
    rng : int, optional
        Seed.

    Returns
    -------
    Count
        Of the first bet's stake, ``(p^2 - q^2) / (2 (p^2 + q^2))`` from ``p^2 / (1 + 2 f) = q^2 / (1 - 2 f)``.
    """
    truth, generator = (0.55**2 - 0.45**2) / (2.0 * (0.55**2 + 0.45**2)), np.random.default_rng([rng, n])
    stakes = [
        joint_interval(np.where(generator.random((n, 2)) < 0.55, 1.0, -1.0), draws=draws, block=1, rng=k)
        for k in range(histories)
    ]
    ends = [tuple(k.intervals[0]) for k in stakes if k.identified]
    above, below = sum(low > truth + 1e-9 for low, _ in ends), sum(high < truth - 1e-9 for _, high in ends)
    return Count(histories, len(ends), len(ends) - above - below, above, below)


@dataclass(frozen=True, slots=True)
class Advised:
    """Histories without an edge, those with a P(no edge), those where it was at most the level, those advised."""

    histories: int
    answered: int
    low_p: int
    advised: int


def count_false_advice(kind: str, n: int, *, histories: int, level: float = 0.05, rng: int = 0) -> Advised:
    """
    Count how often logs without an edge look as if they had one, and how often a stake is advised for them.

    Parameters
    ----------
    kind : str
        Name in `NO_EDGE`.
    n : int
        Trades in a history.
    histories : int
        Histories drawn.
    level : float, optional
        P(no edge) counts as low up to here.
    rng : int, optional
        Seed.

    Returns
    -------
    Advised
    """
    unit, draw = NO_EDGE[kind]
    generator = np.random.default_rng([rng, n])
    estimates = [kelly_from_trades(draw(n, generator), unit, draws=400, rng=k) for k in range(histories)]
    p = [k.p_no_edge for k in estimates if k.p_no_edge is not None]
    advised = sum(bool(advice_of(k).stake) for k in estimates)
    return Advised(histories, len(p), sum(x <= level for x in p), advised)


def share_of_false_alarms(world: str, n: int, *, histories: int, alpha: float = 0.05, rng: int = 0) -> float:
    """
    Share of histories in which a rise of the stake that gains nothing is called earned at any time.

    Parameters
    ----------
    world : str
        Name in `WORLDS`.
    n : int
        Trades watched, with a look after each.
    histories : int
        Histories drawn.
    alpha : float, optional
        Level of the monitor.
    rng : int, optional
        Seed.

    Returns
    -------
    float
        Between two stakes on either side of the best one that grow alike: the edge of the null hypothesis.
    """
    here, generator = WORLDS[world], np.random.default_rng([rng, n])
    low = 0.8 * here.stake
    high = root(lambda f: here.growth(low) - here.growth(here.stake + f), 0.5 * here.stake) + here.stake
    alarms = 0
    for _ in range(histories):
        r = here.draw(n, generator)["return"]
        alarms += monitor_rise(r, low, high, worst=here.worst, alpha=alpha).earned
    return alarms / histories
