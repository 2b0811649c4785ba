"""
How far joint rows fix the stakes of several bets: a bootstrap of the rows through the rule that made the stakes.

Stakes are shares of equity in the unit of the returns. Rows are resampled in blocks, all bets of a row together, and
the rule is applied again; the interval of each stake and of their sum is that of the resampled answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.bootstrap import block_length, resamples
from nija_research.estimate.kelly.constrained import ConstrainedStake, constrained_rows
from nija_research.estimate.kelly.from_record import shrinkage
from nija_research.estimate.kelly.portfolio import PortfolioStake, as_joint, log_wealth, portfolio_rows
from nija_research.estimate.kelly.robust import RobustStake, robust_rows
from nija_research.estimate.seeds import generator
from nija_research.units import share

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

__all__ = ["JointInterval", "joint_interval"]

Rule = Literal["portfolio", "constrained", "robust"]

_RULES: dict[Rule, Callable[..., PortfolioStake | ConstrainedStake | RobustStake]] = {
    "portfolio": portfolio_rows,
    "constrained": constrained_rows,
    "robust": robust_rows,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JointInterval:
    """
    Stakes of several bets with their intervals.

    Attributes
    ----------
    rule : {"portfolio", "constrained", "robust"}
        Which rule found the stakes.
    stakes, low, high : numpy.ndarray, shape (k,)
        The rule's stakes, and the ends of each one's interval; the reachable range when `identified` is False.
    shrunk : numpy.ndarray, shape (k,)
        The stakes shrunk, all by the same share, for their estimation error; 0 where not identified.
    total : float
        Sum of the stakes.
    total_low, total_high : float
        Ends of the interval of the sum, which is narrower than the sum of the ends.
    n : int
        Rows.
    level : float
        Nominal level of each interval by itself, a share.
    draws, block : int
        Resamples, and their mean block length in rows; 0 where nothing was resampled.
    identified : bool
        Whether the rows fix stakes.
    why : str
        One sentence.
    """

    rule: Rule
    stakes: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    shrunk: NDArray[np.float64]
    total: float
    total_low: float
    total_high: float
    n: int
    level: float
    draws: int
    block: int
    identified: bool
    why: str


def joint_interval(
    returns: ArrayLike,
    rule: Rule = "portfolio",
    *,
    level: float = 0.95,
    draws: int = 200,
    block: int | None = None,
    rng: int | np.random.Generator = 0,
    **options: Any,
) -> JointInterval:
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
    JointInterval

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
    >>> found = joint_interval([1.0, 1.0, -1.0] * 40, max_exposure=1.0, block=1)
    >>> round(found.total, 3), bool(found.total_low < found.total < found.total_high)
    (0.333, True)
    """
    if rule not in get_args(Rule):
        raise ParameterError(f"rule must be 'portfolio', 'constrained' or 'robust', got {rule!r}.")
    if "probabilities" in options:
        raise ParameterError("probabilities make the rows a stated distribution, whose stakes have no interval.")
    if not 0.0 < share("level", level) < 1.0:
        raise ParameterError(f"level must lie between 0 and 1, got {level!r}.")
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 100:
        raise ParameterError(f"draws must be a whole number of at least 100, got {draws!r}.")
    if block is not None and (isinstance(block, bool) or not isinstance(block, int) or block < 1):
        raise ParameterError(f"block must be a whole number of rows of at least 1, got {block!r}.")
    r = as_joint(returns)
    length = min(len(r), block or block_length(r.mean(axis=1)))
    if rule == "robust":
        # Resamples of dependent rows must not choose a radius of their own: it belongs to the number of rows.
        options.setdefault("block", length)
        options["radius"] = robust_rows(r, **options).radius
    solve = _RULES[rule]
    point = solve(r, **options)
    stakes = point.stakes
    tail = (1.0 - level) / 2.0
    if point.identified:
        found = np.array(
            [
                solve(sample, **options).stakes
                for rows in resamples(r, draws=draws, block=length, rng=generator(rng))
                for sample in rows
            ]
        )
        low, high = np.quantile(found, [tail, 1.0 - tail], axis=0)
        ends = np.quantile(found.sum(axis=1), [tail, 1.0 - tail])
        # What is best in the world of these rows, for one who must act on such samples of it (see `edge.shrinkage`).
        gains = r @ found.T
        keep = shrinkage(lambda k: np.array([log_wealth(k[0] * gains)[0].mean()]), np.ones(1))
        why = _sentence(len(r), low)
    else:
        most = float(options.get("max_exposure", 1.0))
        cap = min(most, float(options.get("max_stake") or most))
        shortest = -cap if options.get("short") else 0.0
        low, high = np.full(r.shape[1], shortest), np.full(r.shape[1], cap)
        keep = 0.0
        ends, why = np.array([-most if options.get("short") else 0.0, most]), point.why
    return JointInterval(
        rule=rule,
        stakes=stakes,
        low=low,
        high=high,
        shrunk=keep * stakes,
        total=float(stakes.sum()),
        total_low=float(ends[0]),
        total_high=float(ends[1]),
        n=len(r),
        level=level,
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
