"""
Sets of paths that every policy meets, drawn once, made from one history.

- "history": the past itself. Its law is not known: it is resampled, and paths are drawn from every resample.
- "bootstrap": the past's blocks taken for the law.
- "regimes": the hidden Markov chain with Student-t returns that fits the past best.
- "garch": the GARCH(1,1)-t that fits the past best.
- "iid": the null: independent normal returns with the past's mean and spread. Nothing can be foreseen in it.
- "gaps": the null with a fall of 30 % in a bar once in two years: what no stop can act on in time.

Common random numbers make a difference between two policies far more certain than either. Returns are after costs;
what a policy is told is made from those before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.judge.compare import history as signs
from nija_research.judge.compare.history import History
from nija_research.judge.compare.hypothesis import Settings
from nija_research.simulate.worlds.generator import WINDOWS, WorldArrays
from nija_research.simulate.worlds.market import Market
from nija_research.simulate.worlds.returns import Costs
from nija_research.simulate.worlds.world import Calendar, Moments, World

if TYPE_CHECKING:
    from nija_research.estimate.regimes.model import RegimeModel

__all__ = [
    "FLOOR", "GAP", "PAST", "RESAMPLES", "LawError", "PathSet", "draw_path_sets", "law_of", "path_set_of",
    "stationary_rows",
]  # fmt: skip

#: A price cannot fall below 0: laws with fat tails are cut off here.
FLOOR = -0.9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathSet:
    """
    Paths of one world.

    Attributes
    ----------
    name : str
        Of the world.
    world : World
        The paths, row by row.
    description : str
        A clause: what the paths are.
    groups : int
        Resamples of the history that the paths come from, equally many from each; 0 where the law is known.
    """

    name: str
    world: World = field(repr=False)
    description: str
    groups: int = 0

    @property
    def n_paths(self) -> int:
        """Number of paths."""
        return self.world.paths or 0

    @property
    def bars(self) -> int:
        """Bars of each."""
        return self.world.horizon or 0

    @property
    def years(self) -> float:
        """Years of each."""
        return self.bars / self.world.calendar.steps_per_year

    def shifted(self, edge: float) -> PathSet:
        """Return the paths with something added to every return."""
        arrays = self.world.arrays._replace(returns=self.world.arrays.returns + edge)
        return replace(self, world=replace(self.world, arrays=arrays))

    def part(self, first: int, last: int, name: str, description: str, groups: int = 0) -> PathSet:
        """Return paths number `first` to `last` as a set of their own."""
        cut = slice(first * self.bars, last * self.bars)
        arrays = self.world.arrays._replace(returns=self.world.arrays.returns[cut], rows=self.world.arrays.rows[cut])
        world = replace(self.world, arrays=arrays, paths=last - first)
        return PathSet(name=name, world=world, description=description, groups=groups)


def path_set_of(
    name: str,
    returns: NDArray[np.float64],
    rows: NDArray[np.int64],
    market: Market,
    calendar: Calendar,
    costs: Costs,
    description: str,
    *,
    groups: int = 0,
) -> PathSet:
    """Return a set of paths of returns before costs, shape (paths, bars), and the market row before each of them."""
    net = costs.net(np.maximum(returns, FLOOR))
    world = World(
        name=name,
        arrays=WorldArrays.of(WINDOWS, [net.shape[1]], net, rows),
        market=market,
        calendar=calendar,
        moments=Moments(mean=float(net.mean()), sd=float(net.std())),
        source=description,
        paths=len(net),
        horizon=net.shape[1],
    )
    return PathSet(name=name, world=world, description=description, groups=groups)


def stationary_rows(n: int, shape: tuple[int, int], block: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """
    Return rows of the stationary bootstrap: blocks of mean length `block` on the circle of `n` rows.

    The same law as `simulate.worlds.bootstrap`, whose compiled draws cannot be drawn from again, as a resample of a
    resample must be.
    """
    from nija_research.estimate.kelly.bootstrap import block_rows

    begins = rng.random(shape) < 1.0 / block
    return block_rows(rng.integers(n, size=shape, dtype=np.int64), begins, n)


#: Names of the two sets behind "history": its resamples' paths, and the history as it was.
RESAMPLES, PAST = "history", "past"
#: Blocks in a resample at most: shorter blocks than a quarter in five years would cut every storm to pieces.
_BLOCKS = 20
#: Worlds whose law is known.
LAWS = ("regimes", "garch", "iid", "gaps")
#: A fall in one bar, and the years between two.
GAP, GAP_YEARS = -0.30, 2.0


class LawError(ParameterError):
    """The history does not fit the law."""


def draw_path_sets(
    history: History, worlds: Iterable[str], settings: Settings, rng: int, *, named: bool
) -> dict[str, PathSet | str]:
    """
    Draw the paths of some worlds.

    Parameters
    ----------
    history : History
        The market.
    worlds : iterable of str
        Names of worlds.
    settings : Settings
        How much is drawn.
    rng : int
        Seed of all draws.
    named : bool
        Whether regimes must be named.

    Returns
    -------
    dict of str to PathSet or str
        By name, in the order of the worlds; with "history" also `PAST`. A sentence where the world could not be made.
    """
    sets: dict[str, PathSet | str] = {}
    names = set(worlds)
    if names & {"history", "bootstrap"}:
        sets |= _of_past(history, settings, rng, named)
    for name in LAWS:
        if name in names:
            try:
                sets[name] = _of_law(name, history, settings, rng, named)
            except ParameterError as error:
                sets[name] = str(error)
    return sets


@lru_cache(maxsize=2)
def _drawn(history: History, settings: Settings, rng: int, named: bool) -> tuple[tuple[str, PathSet], ...]:
    from nija_research.estimate.kelly.bootstrap import block_length

    market = signs.signals_of_history(history, settings.train, named=named)
    year, n = history.calendar.steps_per_year, len(history.returns)
    first = settings.train if n - settings.train >= settings.train else min(63, n // 4)
    usable = np.arange(first, n)
    bars = min(len(usable), max(2, round(settings.years * year)))
    stream = np.random.default_rng([rng, 1])
    block = float(max(block_length(history.returns[first:]), len(usable) // _BLOCKS))
    windows = len(usable) // bars
    past = usable[len(usable) - windows * bars :].reshape(windows, bars)
    law = usable[stationary_rows(len(usable), (settings.draws, bars), block, stream)]
    outer = stationary_rows(len(usable), (settings.outer, len(usable)), block, stream)
    inner = stationary_rows(len(usable), (settings.outer * settings.inner, bars), block, stream)
    again = usable[np.take_along_axis(np.repeat(outer, settings.inner, axis=0), inner, axis=1)]
    rows = np.concatenate([again, law, past])
    whole = path_set_of("past", history.returns[rows], rows, market, history.calendar, settings.costs, history.name)
    at = len(again)
    blocks = f"blocks of {block:.0f} bars of {history.name}"
    return (
        (RESAMPLES, whole.part(0, at, RESAMPLES, f"{history.name}, resampled in {blocks}", settings.outer)),
        ("bootstrap", whole.part(at, at + len(law), "bootstrap", blocks)),
        (PAST, whole.part(at + len(law), len(rows), PAST, f"{windows} stretches of {history.name} as they were")),
    )


def _of_past(history: History, settings: Settings, rng: int, named: bool) -> dict[str, PathSet | str]:
    if named and len(history.returns) < 2 * settings.train:
        n = len(history.returns)
        few = f"regimes take {2 * settings.train} bars, half of them before the first is named; there are {n}"
        return {RESAMPLES: few, "bootstrap": few, PAST: few}
    return dict(_drawn(history, settings, rng, named))


def _of_law(name: str, history: History, settings: Settings, rng: int, named: bool) -> PathSet:
    """Paths of a law, and what is known before their bars: labels by a model of an earlier history of the law."""
    returns, earlier, mean, sd, description = _paths(name, history, settings, rng)
    model = _model(earlier) if named else None
    rows, market = signs.signals_of_law(np.maximum(returns, -0.99), mean, sd, history.calendar.steps_per_year, model)
    return path_set_of(name, returns, rows, market, history.calendar, settings.costs, description)


@lru_cache(maxsize=len(LAWS))
def _paths(
    name: str, history: History, settings: Settings, rng: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], float, float, str]:
    """Paths of a law, one earlier history of it, its mean and spread, and what it is."""
    year = history.calendar.steps_per_year
    bars = max(2, round(settings.years * year))
    law, description = law_of(name, history)
    stream = np.random.default_rng([rng, 2, LAWS.index(name)])
    returns = law.draw(settings.draws, bars, rng=stream).returns
    earlier = law.draw(1, len(history.returns), rng=stream).returns[0]
    mean, sd = law.moments.mean, law.moments.sd
    if name == "gaps":
        returns = np.where(stream.random(returns.shape) < 1.0 / (GAP_YEARS * year), GAP, returns)
        earlier = np.where(stream.random(earlier.shape) < 1.0 / (GAP_YEARS * year), GAP, earlier)
        mean += (GAP - mean) / (GAP_YEARS * year)
    return returns, earlier, mean, sd, description


def law_of(name: str, history: History) -> tuple[World, str]:
    """
    Return the law that fits a history best, before costs, and a clause that says what it is.

    Parameters
    ----------
    name : {"regimes", "garch", "iid", "gaps"}
        Which; "gaps" is "iid" before its falls.
    history : History
        The market.

    Returns
    -------
    World
    str

    Raises
    ------
    ParameterError
        If the history does not fit the law.
    """
    from nija_research.simulate import worlds

    r, like = history.returns, f"fitted to {history.name}"
    if name == "regimes":
        from nija_research.estimate import regimes

        model = regimes.fit(r, "t_hmm", 3)
        if not model.has_regimes:
            raise LawError(f"{history.name} shows no regimes: its volatility does not change.")
        world = worlds.regime_switching(
            model.mean,
            model.volatility,
            model.transition,
            df=model.chain.nu,
            market_state="none",
            calendar=history.calendar,
        )
        return world, f"3 switching regimes {like}"
    if name == "garch":
        return worlds.garch_fit(r, market_state="none", calendar=history.calendar), f"GARCH(1,1)-t {like}"
    world = worlds.iid(r, calendar=history.calendar)
    null = f"independent normal returns, mean and spread of {history.name}"
    return world, null if name == "iid" else f"{null}, and a fall of {-GAP:.0%} in a bar every {GAP_YEARS:g} years"


def _model(earlier: NDArray[np.float64]) -> RegimeModel:
    from nija_research.estimate import regimes

    return regimes.fit(np.maximum(earlier, -0.99), "t_hmm", 3)
