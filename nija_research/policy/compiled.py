"""
How a rule is compiled, said once: numpy's error model, inlined into whoever calls it.

A rule is a small function of scalars, written as selects (``a if condition else b``), so that a caller that loops
over lanes still vectorises. Its plain twin is ``rule.py_func``. A rule that is off has constant settings; its selects
on them (``... if setting < NEVER else ...``) fold away in a kernel that knows them (see `shape.specialised`). What
Python calls is an `entry`. Where a kernel is compiled for a part of a rule that is on, it begins with a test of it
(`known`), behind which the compiler drops the other branch.
"""

from __future__ import annotations

from typing import Any

import numba
from numba import types
from numba.extending import intrinsic

from nija_research.compiled import entry

__all__ = ["NEVER", "chosen", "entry", "known", "never", "rule"]

#: A limit nothing reaches, for rules and parts of rules that are switched off. Finite, because a limit is often
#: multiplied by an equity that may be zero.
NEVER = 1e300

rule = numba.njit(error_model="numpy", forceinline=True, fastmath={"nsz"})


def never(value: float | None) -> float:
    """Return a limit for a compiled rule: None is a limit that nothing reaches."""
    return NEVER if value is None else float(value)


def _known(_context: Any, flag: Any, condition: Any) -> Any:
    """Return `condition`, a bool, where `flag` is a float; else True, so that nothing follows from it."""

    def generate(context: Any, _builder: Any, _signature: Any, arguments: Any) -> Any:
        return arguments[1] if isinstance(flag, types.Float) else context.get_constant(types.boolean, True)

    return types.boolean(flag, types.boolean), generate


#: Called inside a rule, see `_known` without its first argument.
known: Any = intrinsic(_known)


def _chosen(_context: Any, choice: Any, number: Any) -> Any:
    """Number of a choice: a constant where `choice` is a tuple, longer by one than it; else `number`, a float."""

    def generate(context: Any, _builder: Any, _signature: Any, arguments: Any) -> Any:
        if isinstance(choice, types.BaseTuple):
            return context.get_constant(types.float64, len(choice) - 1.0)
        return arguments[1]

    return types.float64(choice, types.float64), generate


#: Called inside a rule, see `_chosen` without its first argument.
chosen: Any = intrinsic(_chosen)
