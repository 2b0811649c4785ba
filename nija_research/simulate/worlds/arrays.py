"""
The one array type of all worlds, so that a kernel is compiled once for all of them.

Stands on: nothing of this package.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BLOCKS", "CARRY", "GARCH", "NORMAL", "OUTCOMES", "OWN", "REGIMES", "STATIONARY", "STUDENT", "TABLES", "WINDOWS",
    "WorldArrays",
]  # fmt: skip

#: Kinds of generator; `fill` says what each reads in `numbers`.
WINDOWS, STATIONARY, BLOCKS, OUTCOMES, NORMAL, STUDENT, REGIMES, GARCH = range(8)
#: Kinds whose returns stand in a table, so that a draw has a source row.
TABLES = (WINDOWS, STATIONARY, BLOCKS, OUTCOMES)
#: `rows` of a world whose source rows are their own market rows, or of which no market row is asked.
OWN = np.empty(0, dtype=np.int64)
#: Numbers that a path remembers between tiles of time.
CARRY = 2


class WorldArrays(NamedTuple):
    """
    What compiled code reads; arrays are contiguous, unused ones have length 1.

    Attributes
    ----------
    kind : int
        Which generator.
    numbers : numpy.ndarray of float
        Settings of the generator.
    returns : numpy.ndarray of float
        Source rows: return per unit staked, net of costs and times leverage.
    rows : numpy.ndarray of int64
        Market row of each source row; of length 1 where there is only one market row, empty where each source row is
        its own.
    """

    kind: int
    numbers: NDArray[np.float64]
    returns: NDArray[np.float64]
    rows: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        kind: int,
        numbers: list[float],
        returns: NDArray[np.float64] | None = None,
        rows: NDArray[np.int64] | None = None,
    ) -> WorldArrays:
        """Return the arrays as compiled code must have them: own copies, one dtype each."""
        one = np.zeros(1)
        return cls(
            int(kind),
            np.array(numbers, dtype=np.float64),
            np.array(one if returns is None else returns, dtype=np.float64).ravel(),
            np.array(one if rows is None else rows, dtype=np.int64).ravel(),
        )
