"""
Drawdown protection: five levels by depth below the peak, up at once, down one step at a time.

Depth is a share of the flow-adjusted peak, ``d = 1 - unit / peak``; money does not enter. With edges
``e1 < e2 < e3 < e4`` the band is the number of edges reached (`EDGE` included), and the multiplier is that of the
*level*: the highest band seen since the last step down. A step down takes `recovery_wins` wins in a row and
a depth already in a lower band; the count starts again after every step and every loss. HALT never ends by itself:
`resume` or `halt_cooldown` steps put it one level down, and it returns at the next new low.

000, "Protection Levels": "`CAUTION` - 5-10% drawdown, reduce to 75% size". 000, "Recovery Protocol": "Requires
consecutive wins to step down protection".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, NamedTuple

from nija_research.compiled import rule
from nija_research.policy.fields import NEVER, Part, never
from nija_research.units import EDGE, count, rising, shares_of

__all__ = ["DrawdownArrays", "DrawdownGuard", "ProtectionLevel", "drawdown_band", "drawdown_level", "drawdown_size"]


class ProtectionLevel(StrEnum):
    """The five levels as printed, from least to most protective."""

    NORMAL = "NORMAL"
    CAUTION = "CAUTION"
    WARNING = "WARNING"
    DANGER = "DANGER"
    HALT = "HALT"

    @classmethod
    def at(cls, index: float) -> ProtectionLevel:
        """Return the level with this number, 0 for NORMAL to 4 for HALT."""
        return tuple(cls)[int(index)]


class DrawdownArrays(NamedTuple):
    """What the compiled rule reads."""

    depth: Annotated[tuple[float, float, float, float], Part("drawdown", "[0] < NEVER")]
    size: tuple[float, float, float, float]
    recovery_wins: float
    cooldown: Annotated[float, Part("cooldown")]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawdownGuard:
    """
    Size multipliers by depth below the equity peak.

    Attributes
    ----------
    depth : tuple of float
        The edges of CAUTION, WARNING, DANGER and HALT: shares of the peak, rising.
    size : tuple of float
        The multipliers from those edges on: shares of the full size, never rising.
    recovery_wins : int
        Wins in a row that one step down takes.
    halt_cooldown : int or None
        Steps after which HALT ends by itself, in simulations; never when None.
    """

    depth: tuple[float, ...] = (0.05, 0.10, 0.15, 0.20)  # 000, "Protection Levels"
    size: tuple[float, ...] = (0.75, 0.50, 0.25, 0.00)  # 000, "Protection Levels"
    recovery_wins: int = 3  # not printed: 000, "Recovery Protocol", says only "consecutive wins"
    halt_cooldown: int | None = None

    def __post_init__(self) -> None:
        rising("depth", self.depth, 4, cure="Order them CAUTION, WARNING, DANGER, HALT.")
        shares_of("depth", self.depth)
        shares_of("size", self.size)
        rising("size", tuple(reversed(self.size)), 4, strictly=False, cure="A deeper level never allows more.")
        count("recovery_wins", self.recovery_wins, low=1)
        if self.halt_cooldown is not None:
            count("halt_cooldown", self.halt_cooldown, low=1)

    def arrays(self) -> DrawdownArrays:
        """Return the settings as the compiled rule reads them."""
        a, b, c, d = (float(x) for x in self.depth)
        s, t, u, v = (float(x) for x in self.size)
        return DrawdownArrays((a, b, c, d), (s, t, u, v), float(self.recovery_wins), never(self.halt_cooldown))


OFF = DrawdownArrays((NEVER,) * 4, (1.0,) * 4, NEVER, NEVER)


@rule
def drawdown_band(depth: float, guard: DrawdownArrays) -> float:
    """Number of edges reached at `depth`, 0 (NORMAL) to 4 (HALT)."""
    edge = guard.depth
    band = 1.0 if depth >= edge[0] - EDGE else 0.0
    band = 2.0 if depth >= edge[1] - EDGE else band
    band = 3.0 if depth >= edge[2] - EDGE else band
    return 4.0 if depth >= edge[3] - EDGE else band


@rule
def drawdown_level(
    level: float, wins: float, depth: float, excused: float, pnl: float, guard: DrawdownArrays
) -> tuple[float, float]:
    """
    Level and recovery wins after a trade that left the account at `depth`.

    `excused` is the depth at which a halt was last resumed, 0 when there is nothing to excuse: HALT returns only
    below it.
    """
    on, before = guard.depth[0] < NEVER, (level, wins)
    band = drawdown_band(depth, guard)
    band = 3.0 if band == 4.0 and depth <= excused + EDGE else band
    wins = wins + 1.0 if pnl > 0.0 else wins
    wins = 0.0 if pnl < 0.0 else wins
    down = band < level and level < 4.0 and wins >= guard.recovery_wins
    moved = band > level or down
    level = max(level, band)
    level = level - 1.0 if down else level
    wins = 0.0 if moved else wins
    return (level, wins) if on else before


@rule
def drawdown_size(level: float, guard: DrawdownArrays) -> float:
    """Size multiplier at `level`."""
    size = guard.size
    m = size[0] if level >= 1.0 else 1.0
    m = size[1] if level >= 2.0 else m
    m = size[2] if level >= 3.0 else m
    return size[3] if level >= 4.0 else m
