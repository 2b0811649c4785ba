"""
How often an interval holds the true value, and how often a stake is advised where there is no edge: counts.

docs/coverage.md is made from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nija_research.estimate.kelly.advice import advice_of
from nija_research.estimate.kelly.bootstrap import variance_ratio
from nija_research.estimate.kelly.from_record import clopper_pearson, wilson
from nija_research.estimate.kelly.from_trades import kelly_concurrent, kelly_from_trades
from nija_research.estimate.kelly.growth import growth_band
from nija_research.estimate.kelly.joint import joint_interval
from nija_research.estimate.kelly.posterior import beta_posterior, payoff_posterior
from nija_research.estimate.kelly.robust import kelly_robust
from nija_research.estimate.kelly.sample_size import monitor_rise
from nija_research.estimate.known_logs import NO_EDGE, WORLDS, World, coin_growth, root

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

__all__ = [
    "INTERVALS",
    "WORLDS",
    "Advised",
    "Count",
    "World",
    "false_advice",
    "false_alarms",
    "measure",
    "measure_joint",
]

Interval = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Count:
    """Histories, those with an answer, and those answers that held the truth, lay above it or below it."""

    histories: int
    answered: int
    held: int
    above: int
    below: int


def _counts(log: pd.DataFrame) -> tuple[int, int]:
    wins = int((log["return"] > 0.0).sum())
    return wins, len(log) - wins


def _stake(log: pd.DataFrame, world: World, seed: int, **options: object) -> Interval:
    found = kelly_from_trades(log, world.unit, draws=400, rng=seed, **options)  # type: ignore[arg-type]
    return found.interval if found.identified else None


def _together(log: pd.DataFrame, world: World, seed: int) -> Interval:
    if "entry_time" not in log.columns:
        return None
    found = kelly_concurrent(log, world.unit, draws=400, rng=seed)
    return found.interval if found.identified else None


def _band(log: pd.DataFrame, world: World, seed: int) -> Interval:
    found = kelly_from_trades(log, world.unit, draws=100, rng=seed)
    stake, r = 0.5 * world.stake, log["return"].to_numpy()
    if not found.identified or 1.0 + stake * r.min() <= 0.0:
        return None
    low, high = growth_band(r, [stake], draws=400, block=max(1, found.block), rng=seed)[:, 0]
    return float(low), float(high)


def _bayes(log: pd.DataFrame, world: World, seed: int) -> Interval:
    if (log["return"] >= 0.0).all() or (log["return"] <= 0.0).all():
        return None
    return payoff_posterior(log["return"], cap=1.0 if world.unit == "risk" else None, draws=400, rng=seed).interval


def _coin_posterior(log: pd.DataFrame, world: World, seed: int) -> Interval:
    return beta_posterior(*_counts(log)).interval if world.growth is coin_growth else None


def _independent(log: pd.DataFrame, world: World, seed: int) -> Interval:
    found = kelly_from_trades(log, world.unit, draws=100, rng=seed)
    if not found.effective or not found.block:
        return None
    wins = np.where(log["return"].to_numpy() > 0.0, 1.0, 0.0)
    worth = min(found.effective, found.n / variance_ratio(wins, found.block))
    return wilson(int(wins.sum()), len(log), effective=worth)


def _robust(log: pd.DataFrame, world: World, seed: int) -> Interval:
    if (log["return"] >= 0.0).all():
        return None
    block = kelly_from_trades(log, world.unit, draws=100, rng=seed).block
    found = kelly_robust(log["return"], block=max(1, block))
    # The bound is for the stake it belongs to: it is held where the true growth there is no lower.
    return (found.worst_growth - world.growth(found.fraction), np.inf)


#: What is measured: name to (level it claims, value it should hold, interval of a log or None where it gives none).
INTERVALS: dict[str, tuple[float, Callable[[World], float], Callable[[pd.DataFrame, World, int], Interval]]] = {
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


def measure(interval: str, world: str, n: int, *, histories: int, rng: int = 0) -> Count:
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
    found = [make(here.draw(n, generator), here, k) for k in range(histories)]
    ends = np.array([ends for ends in found if ends is not None]).reshape(-1, 2)
    above, below = int((ends[:, 0] > truth + 1e-12).sum()), int((ends[:, 1] < truth - 1e-12).sum())
    return Count(histories, len(ends), len(ends) - above - below, above, below)


def measure_joint(n: int, *, histories: int, draws: int = 100, rng: int = 0) -> Count:
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
    found = [
        joint_interval(np.where(generator.random((n, 2)) < 0.55, 1.0, -1.0), draws=draws, block=1, rng=k)
        for k in range(histories)
    ]
    ends = [(float(k.low[0]), float(k.high[0])) for k in found if k.identified]
    above, below = sum(low > truth + 1e-9 for low, _ in ends), sum(high < truth - 1e-9 for _, high in ends)
    return Count(histories, len(ends), len(ends) - above - below, above, below)


@dataclass(frozen=True, slots=True)
class Advised:
    """Histories without an edge, those with a P(no edge), those where it was at most the level, those advised."""

    histories: int
    answered: int
    low_p: int
    advised: int


def false_advice(kind: str, n: int, *, histories: int, level: float = 0.05, rng: int = 0) -> Advised:
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
    found = [kelly_from_trades(draw(n, generator), unit, draws=400, rng=k) for k in range(histories)]
    p = [k.p_no_edge for k in found if k.p_no_edge is not None]
    advised = sum(bool(advice_of(k).stake) for k in found)
    return Advised(histories, len(p), sum(x <= level for x in p), advised)


def false_alarms(world: str, n: int, *, histories: int, alpha: float = 0.05, rng: int = 0) -> float:
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
