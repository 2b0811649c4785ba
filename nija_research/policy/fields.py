"""The limit that nothing reaches, for rules and parts of rules that are switched off."""

from __future__ import annotations

__all__ = ["NEVER", "never"]

#: A limit nothing reaches. Finite, because a limit is often multiplied by an equity that may be zero.
NEVER = 1e300


def never(value: float | None) -> float:
    """Return a limit for a compiled rule: None is a limit that nothing reaches."""
    return NEVER if value is None else float(value)
