"""
Policies at equal growth, equal volatility or equal drawdown: the only fair way to compare them.

A policy that stakes less has less drawdown; that is no merit. `match` scales a policy's stakes until it meets a figure
in a world, on the same paths at every trial, so that what is left is the policy's shape. Stands on: `run`, `metrics`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.policy import Policy
from nija_research.policy.checks import choice
from nija_research.simulate.metrics import MEASURES, mean
from nija_research.simulate.result import COLUMNS, Matched, SimulationResult
from nija_research.simulate.run import run
from nija_research.simulate.squares import key_of
from nija_research.simulate.worlds.world import World
from nija_research.units import finite

__all__ = ["MATCHES", "UnreachableError", "match", "match_each", "match_result"]


class UnreachableError(ParameterError):
    """No scale of a policy's stakes meets the figure asked for."""


#: What can be made equal: means over paths.
MATCHES = ("growth", "volatility", "max_drawdown")

_NEEDED = {"growth": ("unit",), "volatility": ("sum_return", "sum_square"), "max_drawdown": ("max_drawdown",)}
_LOWEST, _HIGHEST, _STEP = 1e-3, 1e3, 2.0**0.5
_TOLERANCE = 1e-4  # of the scale, relative
_NUDGE = 1.02  # of the scale, for slopes
_PATIENCE, _FLAT = 4, 1e-9  # trials without a rise, and what counts as one


def match(
    policy: Policy,
    world: World,
    *,
    to: Literal["growth", "volatility", "max_drawdown"],
    value: float,
    **settings: Any,
) -> SimulationResult:
    """
    Return the run of a policy whose stakes are scaled so that a mean over paths has a given value.

    Parameters
    ----------
    policy : Policy
        The policy.
    world : World
        The world.
    to : {"growth", "volatility", "max_drawdown"}
        Mean growth rate (nats a year), mean volatility (a year) or mean maximum drawdown (share).
    value : float
        What it is to be. Growth has two stakes for one value; the smaller one is taken.
    **settings
        Of `simulate.run`, the same at every trial.

    Returns
    -------
    SimulationResult
        Its `scale` is what the stakes were multiplied with; the figure is within a ten-thousandth of a scale.

    Raises
    ------
    UnreachableError
        If no scale reaches the value: its caps or rules stop the policy before; the message says how far it gets.

    Examples
    --------
    >>> from nija_research.policy import presets
    >>> from nija_research.simulate import worlds
    >>> world = worlds.trades(0.55)
    >>> half = match(presets["full_kelly"], world, to="volatility", value=0.5, n_paths=200, horizon=100)
    >>> round(float(half.volatility.mean()), 2)
    0.5
    """
    choice("to", to, MATCHES)
    value = finite("value", value)
    return _matched(policy, world, to, value, value, settings)


def _matched(
    policy: Policy, world: World, to: str, value: float, goal: float | NDArray[np.float64], settings: dict[str, Any]
) -> SimulationResult:
    """Find the scale, then how every measure changes with it, for the errors."""
    if isinstance(settings.get("rng"), np.random.Generator):
        settings = {**settings, "rng": int(settings["rng"].integers(2**63))}  # the same paths at every trial
    trial = {**settings, "columns": _NEEDED[to], "trace": ()}

    def reached(scale: float) -> float:
        return mean(MEASURES[to](run(policy, world, scale=scale, **trial))).value

    low, high = _bracket(reached, value, to)
    while high - low > _TOLERANCE * low:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if reached(middle) < value else (low, middle)
    found = run(policy, world, scale=high, **{**settings, "columns": COLUMNS})
    more = run(policy, world, scale=high * _NUDGE, **{**settings, "columns": COLUMNS, "trace": ()})
    rise = mean(MEASURES[to](more)).value - mean(MEASURES[to](found)).value
    slopes = {
        name: (mean(of(more)).value - mean(of(found)).value) / rise if rise > 0.0 else np.nan
        for name, of in MEASURES.items()
    }
    return replace(found, matched=Matched(to=to, goal=goal, slopes=slopes))


def match_result(policy: Policy, reference: SimulationResult, *, to: str, **settings: Any) -> SimulationResult:
    """
    Return the run of a policy scaled to a mean of another run, on the same paths.

    Parameters
    ----------
    policy : Policy
        The policy.
    reference : SimulationResult
        The run to meet.
    to : {"growth", "volatility", "max_drawdown"}
        What is made equal.
    **settings
        Of `simulate.run`; `rng` must be the reference's.

    Returns
    -------
    SimulationResult
    """
    choice("to", to, MATCHES)
    same: dict[str, Any] = {"n_paths": reference.n_paths, "horizon": reference.horizon, "base": reference.base}
    same |= {"current": reference.current, "ruin": reference.ruin, "target": reference.target, "first": reference.first}
    if int(key_of(settings.get("rng", 0))) != reference.key:
        raise ParameterError("rng must be the reference's, so that both meet the same paths; this one draws others.")
    goal = MEASURES[to](reference)
    return _matched(policy, reference.world, to, mean(goal).value, goal, {**same, **settings})


def match_each(
    policy: Policy, references: Mapping[str, SimulationResult], *, to: str, **settings: Any
) -> tuple[dict[str, SimulationResult], dict[str, str]]:
    """
    Match one policy to each of several runs: what would it have done at their growth, volatility or drawdown?

    Parameters
    ----------
    policy : Policy
        The policy, usually a plain share of Kelly.
    references : mapping of str to SimulationResult
        The runs to meet.
    to, **settings
        As in `match_result`.

    Returns
    -------
    matched : dict of str to SimulationResult
        The policy's runs, by the reference they meet.
    refused : dict of str to str
        Why it does not meet the others.
    """
    matched: dict[str, SimulationResult] = {}
    refused: dict[str, str] = {}
    for name, reference in references.items():
        try:
            matched[name] = match_result(policy, reference, to=to, **settings)
        except UnreachableError as error:
            refused[name] = str(error)
    return matched, refused


def _bracket(reached: Any, value: float, to: str) -> tuple[float, float]:
    """Two scales, the figure below `value` at the first and at or above it at the second, from small to large."""
    low, best, falling = _LOWEST, reached(_LOWEST), 0
    if best >= value:
        raise UnreachableError(f"{to} {value:g} is met by any stake: even a thousandth of the stake has {best:g}.")
    scale = low
    while scale < _HIGHEST and falling < _PATIENCE:
        last, scale = scale, scale * _STEP
        now = reached(scale)
        if now >= value:
            return last, scale
        best, falling = (now, 0) if now > best * (1.0 + _FLAT) else (max(best, now), falling + 1)
    raise UnreachableError(f"{to} {value:g} is out of this policy's reach at any scale; it comes to {best:g} at most.")
