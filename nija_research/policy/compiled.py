"""
How a rule is compiled, said once: numpy's error model, inlined into whoever calls it.

A rule is a small function of scalars, written as selects (``a if condition else b``), so that a caller that loops
over lanes still vectorises. Its plain twin is ``rule.py_func``. A rule that is off has constant settings; its selects
on them (``... if setting < NEVER else ...``) fold away in a kernel that knows them (see `lanes.specialised`). What
Python calls is an `entry`. Stands on: `nija_research.compiled`.
"""

from __future__ import annotations

import numba

from nija_research.compiled import CACHE_VARIABLE, cache_folder, entry

__all__ = ["CACHE_VARIABLE", "NEVER", "cache_folder", "entry", "rule"]

#: A limit nothing reaches, for rules and parts of rules that are switched off. Finite, because a limit is often
#: multiplied by an equity that may be zero.
NEVER = 1e300

rule = numba.njit(error_model="numpy", forceinline=True, fastmath={"nsz"})
