"""
Regime switching with known truth: a hidden Markov chain of market states with normal or Student-t returns.

What the policy is told is a setting: nothing, the state of the bar before (what a perfect detector could know), or
the bar's own state, which is hindsight and named so. Stands on: `world`, `moments`, `noise`, `errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy.checks import choice
from nija_research.policy.regime import regime_index
from nija_research.simulate.worlds.arrays import REGIMES, WorldArrays
from nija_research.simulate.worlds.calendar import Calendar, calendar_of
from nija_research.simulate.worlds.costs import Costs, costs_of
from nija_research.simulate.worlds.market import UNKNOWN_REGIME, Market, true_market
from nija_research.simulate.worlds.moments import mixture_moments
from nija_research.simulate.worlds.noise import noise_law
from nija_research.simulate.worlds.world import World
from nija_research.units import EDGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["regime_switching"]

_TOLD = {"none": 0, "truth": 1, "lagged": 2}
_SAID = {
    "none": "the policy is told no regime",
    "truth": "the policy is told the bar's own regime: hindsight",
    "lagged": "the policy is told the regime of the bar before",
}


def regime_switching(
    means: ArrayLike,
    sds: ArrayLike,
    transition: ArrayLike,
    *,
    df: float | None = None,
    labels: Sequence[str] | None = None,
    told: Literal["none", "truth", "lagged"] = "lagged",
    costs: Costs | None = None,
    calendar: Calendar | None = None,
) -> World:
    """
    Make a world that switches between market states.

    Parameters
    ----------
    means, sds : array_like, shape (states,)
        Mean and standard deviation of a step in each state, shares of notional.
    transition : array_like, shape (states, states)
        Row i: chances of the next step's state after state i.
    df : float, optional
        Degrees of freedom of Student-t returns, above 2, scaled to the sds; normal unless given.
    labels : sequence of str, shape (states,), optional
        Name of each state as `policy.MarketRegime` has them; UNKNOWN unless given, so that a policy's regime shares do
        not act.
    told : {"lagged", "truth", "none"}, optional
        What the policy knows before a bar. "lagged": the state of the bar before, and mean and volatility of what
        follows it; nothing but the long run before the first. "truth": the bar's own state. "none": the long run.
    costs : Costs, optional
        None unless given.
    calendar : Calendar, optional
        One step a day unless given.

    Returns
    -------
    World
        Starts in the stationary law, so that every step has the same moments.

    Raises
    ------
    ParameterError
        If the shapes differ, a row of `transition` does not add up to 1, the chain has no single stationary law, or a
        number is out of range.

    Notes
    -----
    Squares remember: ``cov(x0**2, xk**2) = p' D P**k D 1 - (p' D 1)**2`` with p the stationary law, P the transitions
    and D the states' second moments about the mean [1]_.

    References
    ----------
    .. [1] Timmermann, A. (2000). Moments of Markov switching models. Journal of Econometrics 96.

    Examples
    --------
    >>> world = regime_switching([0.001, -0.002], [0.01, 0.03], [[0.98, 0.02], [0.06, 0.94]])
    >>> round(world.moments.mean, 6)
    0.00025
    """
    choice("told", told, _TOLD)
    costs, calendar = costs_of(costs), calendar_of(calendar)
    gross, spread, move = _numbers("means", means, 1), _numbers("sds", sds, 1), _numbers("transition", transition, 2)
    k = len(gross)
    if k == 0 or spread.shape != (k,) or move.shape != (k, k):
        raise ParameterError(
            f"means and sds must have one entry a state and transition (states, states); "
            f"got {gross.shape}, {spread.shape}, {move.shape}."
        )
    if (spread < 0.0).any():
        raise ParameterError(f"sds must not be negative, got {spread.tolist()}.")
    if (move < 0.0).any() or (np.abs(move.sum(axis=1) - 1.0) > EDGE).any():
        raise ParameterError(f"each row of transition must be chances that add up to 1, got {move.tolist()}.")
    stationary = stationary_law(move)
    mean, sd = costs.net(gross), costs.leverage * spread
    scale, noise, law = noise_law(df)
    moments = mixture_moments(stationary, move, mean, sd, noise)
    if labels is not None and len(labels) != k:
        raise ParameterError(f"labels must have one entry a state ({k}), got {len(labels)}.")
    regimes = [UNKNOWN_REGIME] * k if labels is None else [regime_index(label) for label in labels]
    numbers = [k, _TOLD[told], 0.0 if df is None else df]
    for part in (np.cumsum(stationary), np.cumsum(move, axis=1), mean, sd * scale):
        numbers.extend(part.ravel().tolist())
    return World(
        name="regime switching",
        arrays=WorldArrays.of(REGIMES, numbers),
        market=_told(told, mean, sd, move, regimes, (moments.mean, moments.sd), calendar),
        calendar=calendar,
        moments=moments,
        source=f"Markov chain of {k} states with {law} returns{costs.words()}; {_SAID[told]}",
    )


def _told(
    told: str,
    mean: NDArray[np.float64],
    sd: NDArray[np.float64],
    move: NDArray[np.float64],
    regimes: list[int],
    long_run: tuple[float, float],
    calendar: Calendar,
) -> Market:
    """Market rows: the states' own moments, or those of the step after each state and last the long run's."""
    if told == "none":
        return true_market([long_run[0]], [long_run[1]], calendar)
    if told == "truth":
        return true_market(mean, sd, calendar, regimes)
    ahead = move @ mean
    spread = np.sqrt(np.maximum(move @ (mean**2 + sd**2) - ahead**2, 0.0))
    return true_market(
        np.append(ahead, long_run[0]), np.append(spread, long_run[1]), calendar, [*regimes, UNKNOWN_REGIME]
    )


def stationary_law(transition: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return the chances (states,) of each state in the long run.

    Raises
    ------
    ParameterError
        If there is more than one such law: the chain falls apart into parts that never meet.
    """
    k = len(transition)
    system = np.vstack([transition.T - np.eye(k), np.ones(k)])
    if np.linalg.matrix_rank(system[:-1], tol=1e-12) < k - 1:
        raise ParameterError("transition must lead to one long run: two groups of its states never meet.")
    law = np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0]
    law = np.clip(law, 0.0, 1.0)
    return np.asarray(law / law.sum())


def _numbers(name: str, values: ArrayLike, dims: int) -> NDArray[np.float64]:
    try:
        table = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(f"{name} must be numbers, got {values!r}.") from None
    if table.ndim != dims or not np.isfinite(table).all():
        raise ParameterError(f"{name} must be finite numbers in {dims} dimension{'s' * (dims > 1)}, got {values!r}.")
    return table
