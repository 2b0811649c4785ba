"""
Policies at equal growth, equal volatility or equal drawdown: the only fair way to compare them.

A policy that stakes less has less drawdown; that is no merit. `match` scales a policy's stakes until it meets a figure
in a world, on the same paths at every trial, so that what is left is the policy's shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.interval import Interval
from nija_research.policy import Policy
from nija_research.simulate.checks import one_policy, one_run, one_world
from nija_research.simulate.metrics import MEASURES, mean
from nija_research.simulate.results import COLUMNS, Matched, SimulationResult
from nija_research.simulate.rng import key_of
from nija_research.simulate.runner import run
from nija_research.simulate.worlds.world import World
from nija_research.units import choice, finite

__all__ = ["MATCHES", "UnreachableError", "match", "match_each", "match_result"]


class UnreachableError(ParameterError):
    """No scale of a policy's stakes meets the figure asked for."""


#: What can be made equal: means over paths.
MATCHES = ("growth", "volatility", "max_drawdown")

_NEEDED = {"growth": ("unit",), "volatility": ("sum_return", "sum_square"), "max_drawdown": ("max_drawdown",)}
# Halving and golden section are written out here: scipy's stop at other scales, and its search for a top cannot stop as
# soon as the value asked for is passed, which saves most of the simulations.
_LOWEST, _HIGHEST, _STEP = 1e-3, 1e3, 2.0**0.5
_TOLERANCE = 1e-4  # of the scale, relative
_TOP = 1e-3  # of the scale at the top, relative: growth is flat there and loses about the square of this
_SHY = 1e-5  # by which a message names less than the top, relative, so that what it prints can be asked for
_CLOSE = 1e-3  # of the figure, relative; further off it has jumped over the value
_NUDGE = 1.02  # of the scale, for slopes
_GOLDEN = (5.0**0.5 - 1.0) / 2.0


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
        What it is to be. Growth above 0 has two stakes for one value, and the smaller one is taken; growth below 0
        has one, past the top.
    **settings
        Of `simulate.run`, the same at every trial; not `scale`, which is what is looked for.

    Returns
    -------
    SimulationResult
        Its `scale` is what the stakes were multiplied with; the figure is within a ten-thousandth of a scale.

    Raises
    ------
    UnreachableError
        If no scale from a thousandth to a thousand meets the value; the message says how far the policy gets on these
        paths, within a ten-thousandth.
    ParameterError
        If `value` is none that the figure can have, or a setting is not one of `simulate.run`.

    Notes
    -----
    Scales are tried upwards in steps of the root of 2, then by halves; near the top, where a step may pass over the
    value, by golden section until the scale at the top is known within a thousandth.

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
    if to != "growth" and (value <= 0.0 or (to == "max_drawdown" and value > 1.0)):
        raise ParameterError(f"value must be a {to} above 0{' and at most 1' * (to == 'max_drawdown')}, got {value!r}.")
    return _matched(policy, world, to, value, value, settings)


def _matched(
    policy: Policy, world: World, to: str, value: float, goal: float | NDArray[np.float64], settings: dict[str, Any]
) -> SimulationResult:
    """Find the scale, then how every measure changes with it, for the errors."""
    one_policy(policy)
    one_world(world)
    if "scale" in settings:
        raise ParameterError("scale is what match looks for: leave it out. `simulate.run` takes a scale.")
    if isinstance(settings.get("rng"), np.random.Generator):
        settings = {**settings, "rng": int(settings["rng"].integers(2**63))}  # the same paths at every trial
    trial = {**settings, "columns": _NEEDED[to], "trace": ()}

    def reached(scale: float) -> Interval:
        return mean(MEASURES[to](run(policy, world, scale=scale, **trial)))

    scale = _scale(lambda scale: reached(scale).value, value, to)
    there = reached(scale)
    off = abs(there.value - value)
    if not np.isfinite(off) or (off > _CLOSE * abs(value) and off > there.se):
        raise UnreachableError(f"{to} {value:g} is jumped over: at a scale of {scale:.4g} it comes to {there.value:g}.")
    result = run(policy, world, scale=scale, **{**settings, "columns": COLUMNS})
    # Towards smaller stakes: at the top of growth larger ones have less.
    less = run(policy, world, scale=scale / _NUDGE, **{**settings, "columns": COLUMNS, "trace": ()})
    rise = there.value - mean(MEASURES[to](less)).value
    slopes = {
        name: (mean(of(result)).value - mean(of(less)).value) / rise if rise != 0.0 else np.nan
        for name, of in MEASURES.items()
    }
    return replace(result, matched=Matched(to=to, goal=goal, slopes=slopes))


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
    one_run("reference", reference)
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
    if not isinstance(references, Mapping):
        raise ParameterError("references must be a mapping of names to runs. Write {'name': run}.")
    matched: dict[str, SimulationResult] = {}
    refused: dict[str, str] = {}
    for name, reference in references.items():
        try:
            matched[name] = match_result(policy, reference, to=to, **settings)
        except UnreachableError as error:
            refused[name] = str(error)
    return matched, refused


def _scale(reached: Callable[[float], float], value: float, to: str) -> float:
    """Smallest scale at which the figure, 0 without a stake, comes to `value`."""
    if value == 0.0 or not np.isfinite(value):
        why = "had without any stake" if value == 0.0 else "the ruin of some path, not a rate"
        raise UnreachableError(f"{to} {value:g} is {why}: no scale is known by it.")
    sign = 1.0 if value > 0.0 else -1.0

    def beyond(scale: float) -> bool:
        return sign * reached(scale) >= sign * value

    low, high = _bracket(lambda scale: sign * reached(scale), sign * value, f"{to} {value:g}", sign)
    while high - low > _TOLERANCE * low:
        middle = (low * high) ** 0.5
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return high


def _bracket(height: Callable[[float], float], value: float, what: str, sign: float) -> tuple[float, float]:
    """Two scales, the height below `value` (above 0) at the first and at or above it at the second."""
    scales = _LOWEST * _STEP ** np.arange(1 + round(np.log(_HIGHEST / _LOWEST) / np.log(_STEP)))
    heights: list[float] = []
    for i, scale in enumerate(scales.tolist()):
        heights.append(height(scale))
        if heights[-1] >= value and i == 0:
            raise UnreachableError(
                f"{what} takes less than a thousandth of the stake, which has {sign * heights[0]:g}: that is "
                "the smallest scale tried."
            )
        if heights[-1] >= value:
            return float(scales[i - 1]), scale
    best = int(np.argmax(heights))
    low, high = float(scales[max(best - 1, 0)]), float(scales[min(best + 1, len(scales) - 1)])
    top, at = _top(height, low, high, value)
    if top >= value:
        return low, at
    if heights[best] > top:
        top, at = heights[best], float(scales[best])
    how = f"{sign * top * (1.0 - _SHY):.6g} {{}}, at a scale of {at:.3g}" if top > 0.0 else "0 {}, without a stake"
    how = how.format("at most" if sign > 0.0 else "at least")
    raise UnreachableError(f"{what} is out of this policy's reach: on these paths it comes to {how}.")


def _top(height: Callable[[float], float], low: float, high: float, value: float) -> tuple[float, float]:
    """Highest point between two scales by golden section, or the first that is found at or above `value`."""
    a, b = np.log(low), np.log(high)
    left, right = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
    at_left, at_right = height(float(np.exp(left))), height(float(np.exp(right)))
    while b - a > _TOP and max(at_left, at_right) < value:
        if at_left >= at_right:
            b, right, at_right = right, left, at_left
            left = b - _GOLDEN * (b - a)
            at_left = height(float(np.exp(left)))
        else:
            a, left, at_left = left, right, at_right
            right = a + _GOLDEN * (b - a)
            at_right = height(float(np.exp(right)))
    return (at_left, float(np.exp(left))) if at_left >= at_right else (at_right, float(np.exp(right)))
