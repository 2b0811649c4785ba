"""
Which siphon is best at equal risk, and whether a log can say so.

A siphon that lowers drawdown by keeping money out of the market has done what a smaller stake does; that is no merit.
So every family (no siphon, siphons of several rates, Grossman-Zhou control) is run over a ladder of stakes on the same
paths, and two questions are put to each curve: how much growth at most at the *worst case* of the stake in use, and how
shallow a worst case at least at its *growth*. The worst case is the mean of the deepest drawdowns of the whole on the
worst twentieth of the paths; growth is of the total. Errors are of a jackknife over groups of paths, so that they hold
the match's own error. A siphon is recommended only where it beats staking less, for certain, and Grossman-Zhou control.

Then the log's trades are resampled in blocks, each resample becomes a world of its own, and the recommendation is made
anew in it. A rate that only some of the resamples ask for is not the log's but the sample's.

The most that a siphon of every win may take, from a log's own profit factor.

A siphon of every win at rate s turns a bet at odds b into one at (1 - s) b. Stakes of one size break even at
``s = 1 - 1 / PF``, PF the sum of wins over the sum of losses; an account that compounds a share f of itself already at
the smaller s with ``E[log(1 + f x (1 - s [x > 0]))] = 0``, because losses weigh more than wins. A log that lost has no
such rate. Returns are per unit staked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.interval import Interval
from nija_research.policy import Cushion, Policy
from nija_research.policy.war_chest import Settlement
from nija_research.rng import generator
from nija_research.simulate.metrics import Z95
from nija_research.simulate.siphon.runs import sweep_siphons
from nija_research.simulate.siphon.setups import NO_SIPHON, basic_siphon, with_edge
from nija_research.simulate.worlds.history import bootstrap
from nija_research.simulate.worlds.world import World
from nija_research.units import count, inside, positive, share

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from nija_research.simulate.worlds.returns import Costs

__all__ = ["SCALES", "BreakEvenRate", "Recommendation", "Stability", "break_even_rate", "recommend", "stability"]

#: Multiples of the stake in use at which each family is run; a stake never exceeds the account.
SCALES = (0.25, 0.4, 0.6, 0.8, 1.0, 1.4, 2.0, 3.0)
_IN_USE = SCALES.index(1.0)

#: The worst twentieth of the paths makes the worst case.
WORST = 0.05

_GROUPS = 20  # of the jackknife

Reason = Literal["no edge", "stake less", "grossman-zhou", "not shown", "siphon"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recommendation:
    """
    What is best at equal risk.

    Attributes
    ----------
    rate : float
        Recommended rate, 0 for "do not siphon".
    family : str
        The family it is of, or that makes siphoning needless.
    reason : {"no edge", "stake less", "grossman-zhou", "not shown", "siphon"}
        Why.
    growth, depth : float
        Of no siphon at the stake in use: nats a year, worst case.
    table : pandas.DataFrame
        By family: growth at equal worst case, gain over no siphon with its interval low, high, the multiple of the
        stake that has it, depth at equal growth (NaN where the family cannot grow so fast), efficient (whether no
        other family has both more growth and a shallower worst case at some stake, for all its stakes).
    curves : pandas.DataFrame
        family, scale, growth, depth: every point.
    """

    rate: float
    family: str
    reason: Reason
    growth: float
    depth: float
    table: pd.DataFrame = field(repr=False)
    curves: pd.DataFrame = field(repr=False)


def families(stake: float, rates: Sequence[float], settlement: Settlement = "trade") -> dict[str, tuple[float, Policy]]:
    """Return rate and policy by family, each at the stake in use; Grossman-Zhou control stakes as much at a peak."""
    asked: dict[str, tuple[float, Policy]] = {NO_SIPHON: (0.0, basic_siphon(stake, 0.0))}
    for rate in rates:
        asked[f"high-water mark {rate:.0%}"] = (rate, basic_siphon(stake, rate, "high_water_mark", settlement))
    middle = sorted(rates)[len(rates) // 2]
    asked[f"every win {middle:.0%}"] = (middle, basic_siphon(stake, middle, "per_win", settlement))
    for floor in (0.5, 0.75):
        bare = basic_siphon(min(stake / (1.0 - floor), 1.0), 0.0)
        asked[f"Grossman-Zhou {floor:.0%}"] = (0.0, replace(bare, cushion=Cushion(floor=floor)))
    return asked


def recommend(
    world: World,
    stake: float,
    *,
    rates: Sequence[float] = (0.1, 0.2, 0.4, 0.6),
    settlement: Settlement = "trade",
    **settings: Any,
) -> Recommendation:
    """
    Compare siphons, smaller stakes and Grossman-Zhou control at equal risk.

    Parameters
    ----------
    world : World
        The world.
    stake : float
        Share of sizing capital in use, in (0, 1].
    rates : sequence of float, optional
        Rates of the siphons of new highs, in (0, 1); the middle one is also asked of every win.
    settlement : str, optional
        Of the siphons.
    **settings
        Of `sweep_siphons`: paths (at least 100), horizon, seed, capital.

    Returns
    -------
    Recommendation

    Raises
    ------
    ParameterError
        If a number is out of range.
    """
    import pandas as pd

    if not share("stake", stake) > 0.0:
        raise ParameterError("stake must be above 0: without a stake there is nothing to siphon.")
    if not rates or not all(0.0 < share("rates", rate) < 1.0 for rate in rates):
        raise ParameterError(f"rates must lie inside (0, 1), at least one, got {rates!r}.")
    if "n_paths" in settings:
        count("n_paths", settings["n_paths"], low=100)
    asked = families(stake, rates, settlement)
    scaled = {
        f"{name}|{scale:g}": replace(policy, stake=replace(policy.stake, share=min(policy.stake.share * scale, 1.0)))
        for name, (_, policy) in asked.items()
        for scale in SCALES
    }
    runs = sweep_siphons(scaled, world, columns=("profit", "max_drawdown"), **settings)
    growth = np.array([run.growth for run in runs.values()]).reshape(len(asked), len(SCALES), -1)
    depth = np.array([run["max_drawdown"] for run in runs.values()]).reshape(growth.shape)
    whole = _read(growth, depth)
    groups = np.arange(growth.shape[2]) % _GROUPS
    less = [_read(growth[..., groups != g], depth[..., groups != g]) for g in range(_GROUPS)]
    gain = whole.most - whole.most[0]
    error = np.sqrt((_GROUPS - 1) * np.var([part.most - part.most[0] for part in less], axis=0))
    columns = {"growth": whole.most, "gain": gain, "low": gain - Z95 * error, "high": gain + Z95 * error}
    columns |= {"scale": whole.scale, "depth": whole.least}
    table = pd.DataFrame(columns | {"efficient": efficient(whole.growth, whole.depth)}, index=list(asked))
    best = growth[0].mean(axis=1).argmax()
    edge = growth[0, best].mean() - Z95 * growth[0, best].std(ddof=1) / growth.shape[2] ** 0.5
    rate, family, reason = verdict(table, {name: rate for name, (rate, _) in asked.items()}, bool(edge > 0.0))
    points = {"family": np.repeat(list(asked), len(SCALES)), "scale": np.tile(SCALES, len(asked))}
    curves = pd.DataFrame(points | {"growth": whole.growth.ravel(), "depth": whole.depth.ravel()})
    return Recommendation(
        rate=rate,
        family=family,
        reason=reason,
        growth=float(whole.growth[0, _IN_USE]),
        depth=float(whole.depth[0, _IN_USE]),
        table=table,
        curves=curves,
    )


def worst_case(depths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over the worst twentieth of the paths, which are the last axis."""
    n = depths.shape[-1]
    k = max(1, round(WORST * n))
    return np.asarray(np.partition(depths, n - k, axis=-1)[..., n - k :].mean(axis=-1))


class _Reading(NamedTuple):
    """Curves (families, scales) of growth and worst case, and what is read off them by family."""

    growth: NDArray[np.float64]
    depth: NDArray[np.float64]
    most: NDArray[np.float64]  # growth at no deeper a worst case than the stake in use
    scale: NDArray[np.float64]  # multiple of the stake that has it
    least: NDArray[np.float64]  # worst case at no less growth; NaN where the family cannot grow so fast


def _read(growth: NDArray[np.float64], depth: NDArray[np.float64]) -> _Reading:
    g, d = growth.mean(axis=2), worst_case(depth)
    target_growth, target_depth = g[0, _IN_USE], d[0, _IN_USE]
    fine = np.exp(np.linspace(np.log(SCALES[0]), np.log(SCALES[-1]), 400))
    rows = []
    for grown, deep in (
        [np.interp(np.log(fine), np.log(SCALES), row) for row in pair] for pair in zip(g, d, strict=True)
    ):
        shallow, fast = deep <= target_depth + 1e-12, grown >= target_growth - 1e-12
        k = int(np.argmax(np.where(shallow, grown, -np.inf)))
        top = grown[k] if shallow.any() else -np.inf
        least = 0.0 if target_growth <= 0.0 else deep[fast].min() if fast.any() else np.nan
        # Staking nothing grows by nothing and risks nothing.
        rows.append((max(top, 0.0), fine[k] if top > 0.0 else 0.0, least))
    return _Reading(g, d, *np.array(rows).T)


def efficient(growth: NDArray[np.float64], depth: NDArray[np.float64]) -> list[bool]:
    """Whether a family has a point of growth above 0 that no point of another family beats in both."""
    answers = []
    for i in range(len(growth)):
        g, d = np.delete(growth, i, axis=0), np.delete(depth, i, axis=0)
        beaten = [((g >= a) & (d <= b)).any() or a <= 0.0 for a, b in zip(growth[i], depth[i], strict=True)]
        answers.append(not all(beaten))
    return answers


def verdict(table: pd.DataFrame, rates: dict[str, float], edge: bool) -> tuple[float, str, Reason]:
    """Recommended rate, the family that decides, and why."""
    if not edge:
        return 0.0, NO_SIPHON, "no edge"
    siphons = table[[rates[name] > 0.0 for name in table.index]]
    control = table[[name.startswith("Grossman") for name in table.index]]
    best, other = str(siphons["gain"].idxmax()), str(control["gain"].idxmax())
    mine, theirs = siphons.loc[best], control.loc[other]
    if mine["low"] > 0.0 and mine["gain"] > theirs["gain"]:
        return rates[best], best, "siphon"
    if theirs["low"] > 0.0 and theirs["gain"] >= mine["gain"]:
        return 0.0, other, "grossman-zhou"
    return (0.0, NO_SIPHON, "stake less") if mine["high"] <= 0.0 else (0.0, best, "not shown")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stability:
    """
    How often each recommendation is made.

    Attributes
    ----------
    shares : dict of float to float
        Share of the resamples by recommended rate (0 is "do not siphon"), the most frequent first.
    reasons : dict of str to float
        Share of the resamples by reason.
    agreed : float
        Share that recommend what the log itself does.
    draws : int
        Resamples.
    """

    shares: dict[float, float]
    reasons: dict[str, float]
    agreed: float
    draws: int


def stability(
    trades: pd.DataFrame,
    stake: float,
    recommendation: Recommendation,
    *,
    draws: int = 40,
    costs: Costs | None = None,
    edge: float | None = None,
    rng: int = 0,
    **settings: Any,
) -> Stability:
    """
    Ask resamples of a log what `recommend` recommends.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table; its column `return` is resampled.
    stake : float
        Share of sizing capital in use.
    recommendation : Recommendation
        What the log itself recommends.
    draws : int, optional
        Resamples.
    costs : Costs, optional
        As in `worlds.bootstrap`.
    edge : float, optional
        Mean over standard deviation that every resample is moved to; its own unless given.
    rng : int, optional
        Seed of resamples and paths.
    **settings
        Of `recommend`.

    Returns
    -------
    Stability

    Raises
    ------
    ParameterError
        If there are fewer than three trades, or as in `recommend`.
    """
    from nija_research.estimate.kelly.bootstrap import block_length, resamples

    draws = count("draws", draws, low=1)
    r = trades["return"].to_numpy(dtype=float)
    if len(r) < 3:
        raise ParameterError(f"trades must be at least three to be resampled, got {len(r)}.")
    block = block_length(r)
    rates: Counter[float] = Counter()
    reasons: Counter[str] = Counter()
    for rows in resamples(np.arange(float(len(r))), draws=draws, block=block, rng=np.random.default_rng(rng)):
        for row in rows:
            drawn = trades.assign(**{"return": r[row.astype(np.int64)]})
            world = bootstrap(with_edge(drawn, edge), block=block, costs=costs)
            again = recommend(world, stake, rng=rng, **settings)
            rates[again.rate] += 1
            reasons[again.reason] += 1
    return Stability(
        shares={rate: times / draws for rate, times in rates.most_common()},
        reasons={reason: times / draws for reason, times in reasons.most_common()},
        agreed=rates[recommendation.rate] / draws,
        draws=draws,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEvenRate:
    """
    Break-even rates of a siphon of every win, shares; below 0 where the account shrinks without any siphon.

    Attributes
    ----------
    profit_factor : float
        Wins over losses; infinite without a loss.
    rate : Interval
        ``1 - 1 / PF`` and its percentile interval.
    compounding : float
        The rate for an account that stakes a share of itself; minus infinity where none breaks even.
    p_none : float
        Share of resamples in which no rate breaks even.
    block : int
        Mean length of a block of the bootstrap, trades.
    """

    profit_factor: float
    rate: Interval
    compounding: float
    p_none: float
    block: int


def break_even_rate(
    returns: ArrayLike,
    *,
    stake: float,
    level: float = 0.95,
    draws: int = 2_000,
    rng: int | np.random.Generator = 0,
) -> BreakEvenRate:
    """
    Return the rate at which a siphon of every win leaves an account where it was.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per unit staked, in the order of the trades; at least two.
    stake : float
        Notional as a multiple of the account, above 0, for `BreakEvenRate.compounding`.
    level : float, optional
        Of the percentile interval, in (0, 1).
    draws : int, optional
        Resamples of the stationary bootstrap.
    rng : int or numpy.random.Generator, optional
        Their seed.

    Returns
    -------
    BreakEvenRate

    Raises
    ------
    ParameterError
        If the returns are fewer than two, not finite, or none is a win or a loss; or a number is out of range.

    Examples
    --------
    >>> bound = break_even_rate([0.1, -0.05] * 20, stake=0.5)
    >>> bound.profit_factor, round(bound.rate.value, 3)
    (2.0, 0.5)
    """
    from nija_research.estimate.kelly.bootstrap import block_length, resamples
    from nija_research.estimate.kelly.returns import as_returns

    r = as_returns(returns)
    stake = positive("stake", stake)
    level = inside("level", level)
    draws = count("draws", draws, low=1)
    if len(r) < 2 or not r.any():
        raise ParameterError("returns must hold at least two trades, one of them not break-even.")
    block = block_length(r)
    samples = resamples(r, draws=draws, block=block, rng=generator(rng))
    rates = np.concatenate([_rates(sample) for sample in samples])
    low, high = np.quantile(rates, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], method="inverted_cdf")
    wins, losses = r[r > 0.0].sum(), -r[r < 0.0].sum()
    return BreakEvenRate(
        profit_factor=float(wins / losses) if losses > 0.0 else np.inf,
        rate=Interval(float(_rates(r[None, :])[0]), float(low), float(high), level, n=len(r)),
        compounding=_compounding(r, stake),
        p_none=float((rates <= 0.0).mean()),
        block=block,
    )


def _rates(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """``1 - losses / wins`` of each row; minus infinity without a win, 1 without a loss."""
    wins, losses = np.maximum(samples, 0.0).sum(axis=1), np.maximum(-samples, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(wins > 0.0, 1.0 - losses / wins, np.where(losses > 0.0, -np.inf, 0.0))


def _compounding(r: NDArray[np.float64], stake: float) -> float:
    from scipy.optimize import brentq

    def growth(rate: float) -> float:
        kept = 1.0 + stake * np.where(r > 0.0, (1.0 - rate) * r, r)
        return float(np.log(kept).mean()) if (kept > 0.0).all() else -np.inf

    if growth(0.0) <= 0.0:
        return -np.inf
    return 1.0 if growth(1.0) >= 0.0 else float(brentq(growth, 0.0, 1.0, xtol=1e-12))
