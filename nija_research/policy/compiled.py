"""
How a rule is compiled, said once: numpy's error model, inlined into whoever calls it.

A rule is a small function of scalars, written as selects (``a if condition else b``), so that a caller that loops
over lanes still vectorises. Its plain twin is ``rule.py_func``. Nothing is cached on disk: a cached kernel would
silently keep an old rule. `NEVER` stands for a limit that is switched off; it is finite, because a
limit is often multiplied by an equity that may be zero. Stands on: nothing.
"""

from __future__ import annotations

import numba

__all__ = ["NEVER", "rule"]

#: A limit nothing reaches, for rules and parts of rules that are switched off.
NEVER = 1e300

rule = numba.njit(error_model="numpy", forceinline=True)
