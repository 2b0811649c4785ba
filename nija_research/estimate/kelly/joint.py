"""
Several bots side by side: their returns by period, and how far such joint rows fix the stakes of several bets.

A period's return is the sum over the trades that closed in it; times are UTC. Stakes are shares of equity in the unit
of the returns. Rows are resampled in blocks, all bets of a row together, and the rule that made the stakes is applied
again; the interval of each stake and of their sum is that of the resampled answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.bootstrap import block_length, resamples, shrinkage
from nija_research.estimate.kelly.constrained import ConstrainedStake, kelly_risk_constrained
from nija_research.estimate.kelly.portfolio import PortfolioStake, Rows, as_joint, kelly_portfolio, log_wealth
from nija_research.estimate.kelly.returns import Unit, has_times, returns_in_unit
from nija_research.estimate.kelly.uncertainty import RobustStake, kelly_robust
from nija_research.interval import Interval
from nija_research.rng import generator
from nija_research.units import count, inside

__all__ = ["JointStake", "Period", "joint_interval", "joint_returns"]

Period = Literal["D", "W", "M", "Q"]

Rule = Literal["portfolio", "constrained", "robust"]

_RULES: dict[Rule, Callable[..., PortfolioStake | ConstrainedStake | RobustStake]] = {
    "portfolio": kelly_portfolio,
    "constrained": kelly_risk_constrained,
    "robust": kelly_robust,
}


def joint_returns(logs: Mapping[str, pd.DataFrame], unit: Unit = "leverage", *, period: Period = "W") -> pd.DataFrame:
    """
    Returns of several bots by period, over the time in which all of them were trading.

    Parameters
    ----------
    logs : mapping of str to pandas.DataFrame
        Name of the bot to its canonical table.
    unit : {"risk", "leverage"}, optional
        As in `kelly_from_trades`, the same for all.
    period : {"D", "W", "M", "Q"}, optional
        Day, ISO week, month or quarter (UTC). Longer than most trades last, or returns that belong together fall
        into different periods and look uncorrelated.

    Returns
    -------
    pandas.DataFrame
        A row a period, a column a bot; 0 where a bot closed nothing. `attrs["left_out"]` counts trades that closed
        outside the common time.

    Raises
    ------
    ParameterError
        If there is no log, a time is missing, or the bots never traded at the same time.
    """
    if not logs:
        raise ParameterError("logs must hold at least one bot.")
    if period not in get_args(Period):
        raise ParameterError(f"period must be 'D', 'W', 'M' or 'Q', got {period!r}.")
    spans, series = {}, {}
    for name, log in logs.items():
        if not len(log) or not has_times(log):
            raise ParameterError(f"bot {name!r} needs at least one trade, with entry_time and exit_time in every row.")
        spans[name] = (log["entry_time"].min(), log["exit_time"].max())
        exits = pd.DatetimeIndex(pd.to_datetime(log["exit_time"], utc=True)).tz_localize(None)
        series[name] = pd.Series(returns_in_unit(log, unit), index=exits.to_period(period))
    first, last = max(s[0] for s in spans.values()), min(s[1] for s in spans.values())
    if first >= last:
        times = "; ".join(f"{name} {a:%Y-%m-%d} to {b:%Y-%m-%d}" for name, (a, b) in spans.items())
        raise ParameterError(
            f"the bots never traded at the same time ({times}): how they move together is not known. Estimate each "
            "alone."
        )
    periods = pd.period_range(first.tz_localize(None), last.tz_localize(None), freq=period)
    table = pd.DataFrame({k: s.groupby(level=0).sum() for k, s in series.items()})
    inside = table.reindex(periods).fillna(0.0)
    left_out = sum(int((~s.index.isin(periods)).sum()) for s in series.values())
    inside.attrs["left_out"] = left_out
    return inside.astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class JointStake:
    """
    Stakes of several bets with their intervals.

    Attributes
    ----------
    rule : {"portfolio", "constrained", "robust"}
        The rule that the stakes follow.
    stakes : numpy.ndarray, shape (k,)
        The rule's stakes.
    intervals : tuple of Interval, length k
        Of each stake; the reachable range when `identified` is False.
    shrunk : numpy.ndarray, shape (k,)
        The stakes shrunk, all by the same share, for their estimation error; 0 where not identified.
    total : Interval
        Of the sum of the stakes, which is narrower than the sum of the ends.
    n : int
        Rows.
    draws, block : int
        Resamples, and their mean block length in rows; 0 where nothing was resampled.
    identified : bool
        Whether the rows fix stakes.
    why : str
        One sentence.
    """

    rule: Rule
    stakes: NDArray[np.float64]
    intervals: tuple[Interval, ...]
    shrunk: NDArray[np.float64]
    total: Interval
    n: int
    draws: int
    block: int
    identified: bool
    why: str

    def summary(self) -> str:
        """Return the sum of the stakes, its interval and the reason in two sentences."""
        ends = f"{self.total:.3f}, {self.total.level:.0%}"
        return f"Stakes of {self.total.value:.3f} in all ({ends}), by the rule {self.rule!r}. {self.why}"

    def to_frame(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a row per bet and one for their sum: bet, stake, low, high, shrunken."""
        bets = [*(names or [f"bet {j + 1}" for j in range(len(self.stakes))]), "sum"]
        rows = [
            (bet, interval.value, *interval, float(shrunk))
            for bet, interval, shrunk in zip(
                bets, (*self.intervals, self.total), (*self.shrunk, self.shrunk.sum()), strict=True
            )
        ]
        return pd.DataFrame(rows, columns=["bet", "stake", "low", "high", "shrunken"])


def joint_interval(
    returns: ArrayLike,
    rule: Rule = "portfolio",
    *,
    level: float = 0.95,
    draws: int = 200,
    block: int | None = None,
    rng: int | np.random.Generator = 0,
    **options: Any,
) -> JointStake:
    """
    Intervals of the stakes that joint rows lead to under a rule.

    Parameters
    ----------
    returns : array_like, shape (n, k) or (n,)
        Joint net returns, equally likely rows in order of time.
    rule : {"portfolio", "constrained", "robust"}, optional
        `kelly_portfolio`, `kelly_risk_constrained` or `kelly_robust`.
    level : float, optional
        Level of each interval, a share.
    draws : int, optional
        Resamples, at least 100; each solves the program anew: some milliseconds for two bets, a second for twenty bets
        on thousands of rows.
    block : int, optional
        Mean block length in rows; chosen from the bets' mean return and its square unless given.
    rng : int or numpy.random.Generator, optional
        Seed.
    **options
        Of the rule, such as `max_exposure`, `alpha` and `beta`; not `probabilities`, whose rows are no sample.

    Returns
    -------
    JointStake

    Raises
    ------
    ParameterError
        If an argument is out of range.
    WorkError
        If the solver does not converge.

    Notes
    -----
    The percentile interval of a stationary bootstrap. It cannot contain what a loss larger than the worst one seen
    would do, and a stake of 0 that is certain has the interval 0 to 0; docs/coverage.md says how often it holds.

    Examples
    --------
    >>> total = joint_interval([1.0, 1.0, -1.0] * 40, max_exposure=1.0, block=1).total
    >>> round(total.value, 3), total.low < total.value < total.high
    (0.333, True)
    """
    if rule not in get_args(Rule):
        raise ParameterError(f"rule must be 'portfolio', 'constrained' or 'robust', got {rule!r}.")
    if "probabilities" in options:
        raise ParameterError("probabilities make the rows a stated distribution, whose stakes have no interval.")
    level, draws = inside("level", level), count("draws", draws, low=100)
    if block is not None:
        block = count("block", block, low=1, of="rows")
    r = as_joint(returns)
    length = min(len(r), block or block_length(r.mean(axis=1)))
    if rule == "robust":
        # Resamples of dependent rows must not choose a radius of their own: it belongs to the number of rows.
        options.setdefault("block", length)
        options["radius"] = kelly_robust(Rows(r), **options).radius
    solve = _RULES[rule]
    point = solve(Rows(r), **options)
    stakes = point.stakes
    tail = (1.0 - level) / 2.0
    if point.identified:
        samples = resamples(r, draws=draws, block=length, rng=generator(rng))
        resampled = np.array([solve(Rows(sample), **options).stakes for rows in samples for sample in rows])
        low, high = np.quantile(resampled, [tail, 1.0 - tail], axis=0)
        ends = np.quantile(resampled.sum(axis=1), [tail, 1.0 - tail])
        # What is best in the world of these rows, for one who must act on such samples of it (see `shrinkage`).
        gains = r @ resampled.T
        keep = shrinkage(lambda k: np.array([log_wealth(k[0] * gains)[0].mean()]), np.ones(1))
        why = _sentence(len(r), low)
    else:
        most = float(options.get("max_exposure", 1.0))
        cap = min(most, float(options.get("max_stake") or most))
        shortest = -cap if options.get("short") else 0.0
        low, high = np.full(r.shape[1], shortest), np.full(r.shape[1], cap)
        ends, keep, why = np.array([-most if options.get("short") else 0.0, most]), 0.0, point.why
    return JointStake(
        rule=rule,
        stakes=stakes,
        intervals=tuple(
            Interval(float(f), float(a), float(b), level) for f, a, b in zip(stakes, low, high, strict=True)
        ),
        shrunk=keep * stakes,
        total=Interval(float(stakes.sum()), float(ends[0]), float(ends[1]), level),
        n=len(r),
        draws=draws if point.identified else 0,
        block=length if point.identified else 0,
        identified=point.identified,
        why=why,
    )


def _sentence(n: int, low: NDArray[np.float64]) -> str:
    zero = int((low <= 0.0).sum())
    if not zero:
        return f"{n} rows; no stake's interval holds 0."
    if len(low) == 1:
        return f"A stake of 0 cannot be ruled out by {n} rows."
    which = "any bet" if zero == len(low) else f"{zero} of {len(low)} bets"
    return f"A stake of 0 cannot be ruled out for {which} by {n} rows."
