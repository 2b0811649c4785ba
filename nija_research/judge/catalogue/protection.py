"""
What drawdown protection does: level and size share at a depth, on the way down and on the way back.

Stands on: `policy`, `engines`.
"""

from __future__ import annotations

from nija_research.policy import DrawdownGuard, ProtectionLevel, presets
from nija_research.policy.drawdown import drawdown_band, drawdown_size

__all__ = ["protection_level", "protection_share"]


def _guard() -> DrawdownGuard:
    guard = presets["document_000"].drawdown
    assert guard is not None
    return guard


def protection_level(level: str) -> float:
    """Return the number of a printed level's name: 0 for NORMAL to 4 for HALT."""
    return float(tuple(ProtectionLevel).index(ProtectionLevel(level)))


def protection_share(drawdown: float) -> float:
    """Return the share of the full size at a drawdown (a share of the peak), reached from above."""
    arrays = _guard().arrays()
    return float(drawdown_size.py_func(drawdown_band.py_func(drawdown, arrays), arrays))
