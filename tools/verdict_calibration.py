"""
How often a verdict is wrong and how often an interval holds, measured in worlds whose truth is known.

Histories are drawn from a law, judged as any history would be, and compared with the truth, which very many paths of
the same law give. A truth that lies exactly on an edge is got by moving the stated region, not the world. Counts only;
docs/calibration.md is made from here. The world "switching" is the one that `interval.STRETCH` was tuned in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nija_research.interval import Interval
from nija_research.judge.compare.history import History, signals_of_law
from nija_research.judge.compare.hypothesis import Hypothesis, Settings
from nija_research.judge.compare.inference import by_resampling, calibrated, contrast
from nija_research.judge.compare.path_sets import PathSet, draw_path_sets, path_set_of
from nija_research.judge.compare.runs import PILOT, of_groups, outcomes, pair_of, scales_of, specs_of
from nija_research.simulate import worlds
from nija_research.simulate.worlds import Calendar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nija_research.simulate.worlds.world import World

__all__ = [
    "FALSE",
    "METHODS",
    "PAIRS",
    "REGIONS",
    "TRUTH",
    "WORLDS",
    "Trial",
    "measure",
    "region_of",
    "stretch_needed",
    "truth_of",
    "verdict_at",
]

_YEAR = Calendar(days_per_week=5)
_LADDER = {"with": {"drawdown": {"size": [0.75, 0.50, 0.25, 0.25]}}}
_PLAIN = {"with": {"stake": {"share": 1.0, "max_share": None, "max_exposure": None}}}
_HALF = {"with": {"stake": {"share": 0.5, "max_share": None, "max_exposure": None}}}


def _promise(engine: object, measure: str, relation: str, matching: str = "none", **more: object) -> Hypothesis:
    form = {"engine": engine, "baseline": _PLAIN, "measure": measure, "relation": relation, "matching": matching}
    return Hypothesis.of({**form, "low": -1.0 if relation == "difference" else 0.0, "worlds": ["history"], **more})


#: What is compared: the printed ladder, a quarter of the stake where it halts, against none; half a stake against one.
PAIRS: dict[str, Hypothesis] = {
    "max drawdown, ratio": _promise(_LADDER, "max_drawdown", "ratio"),
    "growth, difference": _promise(_LADDER, "growth", "difference"),
    "max drawdown at equal volatility, ratio": _promise(_LADDER, "max_drawdown", "ratio", "volatility"),
    "growth at equal volatility, difference": _promise(_LADDER, "growth", "difference", "volatility"),
    "ulcer index at equal volatility, ratio": _promise(_LADDER, "ulcer_index", "ratio", "volatility"),
    "half the stake: max drawdown, ratio": _promise(_HALF, "max_drawdown", "ratio", exposure=None),
}

#: Where the truth lies in the stated region, as edges less the truth, in the width of the printed regions: a factor of
#: 0.70 / 0.60 for ratios (logarithm), 4 points a year for growth; "deep" and "far" are half in the logarithm, or 10
#: points a year.
REGIONS: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "deep inside": ((0.0, -1.0), (0.0, 1.0)),
    "at the lower edge": ((0.0, 0.0), (1.0, 0.0)),
    "at the upper edge": ((-1.0, 0.0), (0.0, 0.0)),
    "just outside": ((0.25, 0.0), (1.25, 0.0)),
    "far outside": ((0.0, 1.0), (1.0, 1.0)),
}
#: The places at which a strict hypothesis is false; at an edge it is both as good as false and as good as true.
FALSE = ("at the lower edge", "at the upper edge", "just outside", "far outside")
_WIDTH = {"ratio": (float(np.log(0.70 / 0.60)), 0.5), "difference": (0.04, 0.10)}

#: Ways to make an interval from the same resamples; the last is the one in use.
METHODS = (
    "percentile of the resampled paths",
    "basic, of the resampled paths",
    "percentile of the resamples' expectations",
    "basic, of the resamples' expectations",
    "normal",
    "normal, bias-corrected",
    "percentile, calibrated",
)


@lru_cache
def _law(name: str) -> World:
    if name == "switching":
        move = [[0.985, 0.013, 0.002], [0.02, 0.965, 0.015], [0.01, 0.04, 0.95]]
        means, sds = [0.0008, 0.0, -0.0015], [0.007, 0.012, 0.028]
        return worlds.regime_switching(means, sds, move, df=5, market_state="none", calendar=_YEAR)
    if name == "garch":
        return worlds.garch(
            omega=2.42e-6, alpha=0.08, beta=0.90, mean=0.0004, df=6, market_state="none", calendar=_YEAR
        )
    return worlds.iid(mean=0.0004, sd=0.012, df=5, calendar=_YEAR)


#: Laws of the histories; "switching" is the one that the stretch was tuned in.
WORLDS = ("switching", "garch", "iid")
#: Paths that the truth rests on.
TRUTH = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """
    What histories of one world by_world of one pair.

    Attributes
    ----------
    truth : float
        The relation in the world (a ratio's logarithm).
    ends : dict of str to ndarray, shape (histories, 2)
        By method, the intervals; NaN where there was none. The last one before it is calibrated.
    centres : ndarray, shape (histories,)
        The estimates.
    """

    truth: float
    ends: dict[str, NDArray[np.float64]]
    centres: NDArray[np.float64]

    def in_use(self, kind: str, years: float) -> NDArray[np.float64]:
        """Return the intervals as they are reported, shape (histories, 2)."""
        rows = zip(self.centres.tolist(), self.ends[METHODS[-1]].tolist(), strict=True)
        return np.array([tuple(calibrated(Interval(centre, *ends), kind, years)) for centre, ends in rows])


@lru_cache
def truth_of(world: str, years: float) -> dict[str, float]:
    """
    Return the true relation of every pair in a world.

    Parameters
    ----------
    world : str
        One of `WORLDS`.
    years : float
        Length of a path.

    Returns
    -------
    dict of str to float
    """
    path_set = _paths(world, years, TRUTH, 0)
    scales = scales_of(PAIRS, path_set.part(0, 2000, "pilot", ""))
    run = outcomes(path_set, [spec for name, p in PAIRS.items() for spec in specs_of(p, scales[name])])
    pairs = {name: pair_of(p, run, scales[name], lambda v: v.mean(axis=0, keepdims=True)) for name, p in PAIRS.items()}
    return {name: float(contrast(p, *pairs[name])[0]) for name, p in PAIRS.items()}


def measure(
    world: str, years: float, *, histories: int, seed: int, settings: Settings | None = None
) -> dict[str, Trial]:
    """
    Judge histories of a world, all pairs on each.

    Parameters
    ----------
    world : str
        One of `WORLDS`.
    years : float
        Of data in a history; expectations are over paths of as many, at most 5.
    histories : int
        How many.
    seed : int
        Of the histories and of all resampling.
    settings : Settings, optional
        Without costs unless given.

    Returns
    -------
    dict of str to Trial
        By pair.
    """
    settings = settings or Settings(costs=worlds.Costs(), draws=400, years=min(years, 5.0))
    truth = truth_of(world, settings.years)
    bars = round(years * _YEAR.steps_per_year)
    drawn = np.maximum(_law(world).draw(histories, bars, rng=seed + 1).returns, -0.9)
    ends = {name: np.full((histories, len(METHODS), 2), np.nan) for name in PAIRS}
    centres = {name: np.full(histories, np.nan) for name in PAIRS}
    for h, returns in enumerate(drawn):
        history = History(name="a history", returns=returns, calendar=_YEAR)
        made = draw_path_sets(history, ["history"], settings, seed + h, named=False)
        law, groups = made["bootstrap"], made["history"]
        assert isinstance(law, PathSet)
        assert isinstance(groups, PathSet)
        scales = scales_of(PAIRS, law.part(0, PILOT, "pilot", ""))
        specs = [spec for name, p in PAIRS.items() for spec in specs_of(p, scales[name])]
        of_blocks, of_resamples = outcomes(law, specs), outcomes(groups, specs)
        for name, hypothesis in PAIRS.items():
            if not scales[name]:
                continue
            sample = of_groups(hypothesis, of_resamples, of_blocks, scales[name], years)
            centres[name][h] = contrast(hypothesis, *sample.centre)[0]
            single = pair_of(hypothesis, of_blocks, scales[name], lambda values: values)
            ends[name][h] = _intervals(hypothesis, sample.spread, centres[name][h], contrast(hypothesis, *single))
    return {
        name: Trial(
            truth=truth[name],
            ends={method: ends[name][:, k] for k, method in enumerate(METHODS)},
            centres=centres[name],
        )
        for name in PAIRS
    }


def region_of(hypothesis: Hypothesis, truth: float, place: str) -> tuple[float, float]:
    """Return the stated region for which the truth lies at `place`, in the relation's own scale."""
    narrow, wide = _WIDTH[hypothesis.relation]
    low, high = ((a * narrow + b * wide) for a, b in REGIONS[place])
    return truth + low, truth + high


def verdict_at(ends: NDArray[np.float64], region: tuple[float, float]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which intervals lie inside a region, and which outside of it; both shape (histories,)."""
    inside = (ends[:, 0] > region[0]) & (ends[:, 1] < region[1])
    return inside, (ends[:, 1] < region[0]) | (ends[:, 0] > region[1])


def stretch_needed(trial: Trial, error: float = 0.05) -> float:
    """Return the stretch at which at most a share `error` of the intervals ends short of the truth on either side."""
    ends, off = trial.ends[METHODS[-1]], trial.centres - trial.truth
    known = np.isfinite(ends).all(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.where(off > 0.0, off / (trial.centres - ends[:, 0]), 0.0)[known]
        below = np.where(off < 0.0, -off / (ends[:, 1] - trial.centres), 0.0)[known]
    return float(max(np.quantile(side, 1.0 - error) for side in (above, below)))


def _paths(world: str, years: float, n: int, seed: int) -> PathSet:
    """Paths of a law as a path_set without costs."""
    law = _law(world)
    returns = law.draw(n, round(years * _YEAR.steps_per_year), rng=seed).returns
    rows, market = signals_of_law(returns, law.moments.mean, law.moments.sd, _YEAR.steps_per_year, None)
    return path_set_of(world, returns, rows, market, _YEAR, worlds.Costs(), world)


def _intervals(
    hypothesis: Hypothesis,
    spread: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...],
    centre: float,
    single: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Every method's interval."""
    whole, first, second = (contrast(hypothesis, *part) for part in spread)
    exists = whole[np.isfinite(whole)]
    if len(exists) < 0.9 * len(whole) or not np.isfinite(centre):
        return np.full((len(METHODS), 2), np.nan)
    paths = np.percentile(single[np.isfinite(single)], [2.5, 97.5])
    laws, sd = np.percentile(exists, [2.5, 97.5]), float(exists.std(ddof=1))
    middle, bias = float(np.mean(single[np.isfinite(single)])), float(exists.mean()) - centre
    used: Interval = by_resampling(centre, whole, first, second)
    normal = np.array([-1.96, 1.96]) * sd
    both = [paths, 2.0 * middle - paths[::-1], laws, 2.0 * centre - laws[::-1], centre + normal, centre - bias + normal]
    return np.array([*both, (used.low, used.high)])
