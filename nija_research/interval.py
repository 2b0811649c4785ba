"""
One interval for every estimate: a value, its lower and upper end, the level at which it was made, and its error.

The unit is that of the estimate. Nothing here computes an interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Interval"]


@dataclass(frozen=True, slots=True)
class Interval:
    """
    An estimate and its interval, which unpacks into its two ends: ``low, high = interval``.

    It equals an interval, or a pair, with the same ends.

    Attributes
    ----------
    value : float
        The estimate itself; NaN where there is a range and no estimate.
    low, high : float
        Lower and upper end; infinite where nothing bounds them.
    level : float
        Confidence level, a share; NaN for a range that has none.
    se : float
        Standard error of the value; NaN where it is not known.
    n : int
        Number of observations or paths that it rests on; 0 where it is not stated.

    Examples
    --------
    >>> interval = Interval(0.1, 0.02, 0.18, 0.95)
    >>> f"{interval:.3f}"
    '0.020 to 0.180'
    """

    value: float
    low: float
    high: float
    level: float = math.nan
    se: float = math.nan
    n: int = 0

    def __iter__(self) -> Iterator[float]:
        return iter((self.low, self.high))

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> float:
        return (self.low, self.high)[index]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, (Interval, tuple)) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.low, self.high))

    def __format__(self, spec: str) -> str:
        """Write both ends as numbers of the given format, such as ``.3f``."""
        if self.high == math.inf:
            return f"{self.low:{spec}} or more, without a bound"
        return f"{self.low:{spec}} to {self.high:{spec}}"
