"""
Milestones: a ladder of profits above base, each reached once, each locking a share of its slice.

With rungs ``m1 < m2 < ...`` (account's currency above base), reaching ``mk`` locks ``s (mk - mj)``, ``mj`` the
highest rung reached before (0 at first): the profit *since the previous milestone*, rung to rung, so that the lock
does not depend on how big the trades were, and a jump over several rungs locks each slice once. A milestone is
reached at its edge and stays reached. Locked money leaves sizing capital; a lock never takes more than the trading
account holds.

000, "Capital Milestone Manager - Tracks progress and locks in gains".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple

from nija_research.compiled import rule
from nija_research.errors import ParameterError
from nija_research.policy.fields import NEVER, Part
from nija_research.units import EDGE, positive, rising, share

__all__ = ["RUNGS", "MilestoneArrays", "Milestones", "milestone_lock"]

#: Most rungs a ladder may have; the compiled rule has a fixed width.
RUNGS = 10


class MilestoneArrays(NamedTuple):
    """What the compiled rule reads."""

    ladder: Annotated[
        tuple[float, float, float, float, float, float, float, float, float, float], Part("milestones", "[0] < NEVER")
    ]
    lock_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """
    Profit ladder and the share of each slice that is locked.

    Attributes
    ----------
    ladder : tuple of float
        Profits above base, rising, at most `RUNGS` of them; account's currency.
    lock_share : float
        Share of the profit since the previous milestone, in [0, 1].
    """

    # 000, "Key Features", prints no rungs and no share ("Milestone-based profit locking"): both are ours.
    ladder: tuple[float, ...] = (100.0, 250.0, 500.0, 1e3, 2.5e3, 5e3, 1e4, 2.5e4, 5e4, 1e5)
    lock_share: float = 0.10

    def __post_init__(self) -> None:
        rising("ladder", self.ladder, cure="Write the lowest milestone first.")
        if not 1 <= len(self.ladder) <= RUNGS:
            raise ParameterError(f"ladder must have 1 to {RUNGS} milestones, got {len(self.ladder)}.")
        positive("ladder[0]", self.ladder[0])
        share("lock_share", self.lock_share)

    def arrays(self) -> MilestoneArrays:
        """Return the settings as the compiled rule reads them."""
        a, b, c, d, e, f, g, h, i, j = (*(float(x) for x in self.ladder), *(NEVER,) * (RUNGS - len(self.ladder)))
        return MilestoneArrays((a, b, c, d, e, f, g, h, i, j), float(self.lock_share))


OFF = MilestoneArrays((NEVER,) * 10, 0.0)


@rule
def milestone_lock(profit: float, reached: float, trading: float, milestones: MilestoneArrays) -> tuple[float, float]:
    """Money to lock at this profit, and the highest rung reached (0 when none)."""
    on, top = milestones.ladder[0] < NEVER, 0.0
    for k in range(10):
        rung = milestones.ladder[k]
        top = rung if profit >= rung * (1.0 - EDGE) else top
    top = max(top, reached)
    lock = min(milestones.lock_share * (top - reached), max(trading, 0.0))
    return (lock, top) if on else (0.0, reached)
