"""
What makes a loop over lanes run at the width of the machine: aligned memory, and vectors as wide as there are.

LLVM prefers vectors of 256 bits even where 512 are there; a loop of a hundred operations a lane gains a third from
asking for them. An array that begins inside a cache line makes every second access touch two. Stands on: nothing.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

__all__ = ["LANES", "aligned", "wide"]

#: Accounts side by side in a block. A loop over 64 vectorises, one over 8 does not, and at 128 a block outgrows the
#: first cache.
LANES = 64

_LINE, _PAGE = 64, 4096  # bytes


def _wide(_context: Any) -> Any:
    """Allow the function that calls this the widest vectors of the machine; the numbers stay the same."""

    def generate(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        # llvmlite checks attributes against a list of bare words; this one has a value, so it goes in beside the check.
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.void(), generate


#: Called inside a compiled function, takes no argument: numba fills in the context.
wide: Any = intrinsic(_wide)


@numba.njit(error_model="numpy", inline="always")
def aligned(fields: int, line: int) -> NDArray[np.float64]:
    """
    Return room for so many fields of a block, from the given cache line of a page on.

    A load whose address has the same last twelve bits as a store in flight waits for it, so that two blocks that are
    used together must begin at different lines (0 to 7: a field of a block is 8 lines long).
    """
    room = np.empty(fields * LANES + 2 * _PAGE // 8)
    skip = ((-room.ctypes.data) % _PAGE + line * _LINE) // 8
    return room[skip : skip + fields * LANES]
