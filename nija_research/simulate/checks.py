"""
Checks that the doors of the simulator share: is it a policy, a world, a run, a list of names?

Each refuses with the parameter's name, what was wanted, what was got and the cure, before any work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.policy import Policy
from nija_research.simulate.results import SimulationResult
from nija_research.simulate.worlds.world import World
from nija_research.units import count, positive

__all__ = [
    "factors_of", "named_policies", "names_of", "numbers_of", "one_policy", "one_run", "one_world", "paths_of",
    "values_over_paths",
]  # fmt: skip


def one_policy(value: Any, name: str = "policy") -> Policy:
    """Return a policy, or refuse."""
    if not isinstance(value, Policy):
        cure = f" Write policy.presets[{value!r}]." if isinstance(value, str) else " Many at once are simulate.sweep's."
        raise ParameterError(f"{name} must be a Policy, got {_shown(value)}.{cure}")
    return value


def one_world(value: Any) -> World:
    """Return a world, or refuse."""
    if not isinstance(value, World):
        raise ParameterError(f"world must be a World, got {_shown(value)}. Make one: worlds.bootstrap(returns).")
    return value


def one_run(name: str, value: Any) -> SimulationResult:
    """Return a run, or refuse."""
    if not isinstance(value, SimulationResult):
        raise ParameterError(f"{name} must be a SimulationResult, got {_shown(value)}. simulate.run gives one.")
    return value


def named_policies(policies: Any) -> dict[str, Policy]:
    """Return policies by name, those of a sequence named "0", "1", ..."""
    if isinstance(policies, (Policy, str)) or not isinstance(policies, Iterable):
        raise ParameterError(
            f"policies must be a mapping of names to policies or a sequence of them, got {_shown(policies)}. "
            "Write {'name': policy}."
        )
    pairs = policies.items() if isinstance(policies, Mapping) else ((str(i), p) for i, p in enumerate(policies))
    named = {str(name): one_policy(policy, f"policies[{name!r}]") for name, policy in pairs}
    if not named:
        raise ParameterError("policies must hold at least one policy, got none.")
    return named


def factors_of(scales: Any, n: int) -> list[float]:
    """Return what the stakes of `n` policies are multiplied with, 1 unless given."""
    if scales is None:
        return [1.0] * n
    factors = [positive(f"scales[{i}]", x) for i, x in enumerate(_listed("scales", scales, "[1.0, 2.0]"))]
    if len(factors) != n:
        raise ParameterError(f"scales must have one entry a policy ({n}), got {len(factors)}.")
    return factors


def names_of(name: str, values: Any, allowed: Iterable[str], kind: str) -> tuple[str, ...]:
    """Return names that are all among `allowed`."""
    known = tuple(allowed)
    listed = _listed(name, values, f"({known[0]!r}, ...)")
    for value in listed:
        if value not in known:
            raise ParameterError(f"there is no {kind} {value!r}; {kind}s are {', '.join(known)}.")
    return tuple(listed)


def numbers_of(name: str, values: Any) -> list[Any]:
    """Return a list of numbers that the caller checks one by one."""
    return _listed(name, values, "(0.1, 0.2)")


def paths_of(trace: Any, first: int, n_paths: int) -> list[int]:
    """Return numbers of paths within a run."""
    listed = [count("trace", path) for path in _listed("trace", trace, "(0, 1)")]
    for path in listed:
        if not first <= path < first + n_paths:
            raise ParameterError(f"trace must hold numbers of paths, {first} to {first + n_paths - 1}, got {path!r}.")
    return listed


def values_over_paths(values: Any) -> NDArray[np.float64]:
    """Return one number or answer a path, at least one."""
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(f"values must be one number a path, got {_shown(values)}.") from None
    if found.ndim != 1 or found.size == 0:
        raise ParameterError(f"values must be one number a path, at least one, got shape {found.shape}.")
    return found


def _listed(name: str, values: Any, example: str) -> list[Any]:
    """A sequence that is no text, as a list."""
    if isinstance(values, (str, Mapping)) or not isinstance(values, (Sequence, range, np.ndarray)):
        raise ParameterError(f"{name} must be a sequence, got {_shown(values)}. Write {name}={example}.")
    return list(values)


def _shown(value: Any) -> str:
    """A value as a message has it: short, and its kind where it would be long."""
    text = repr(value)
    return text if len(text) <= 40 else f"a {type(value).__name__}"
