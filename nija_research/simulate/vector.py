"""
What makes a loop over lanes run at the width of the machine: aligned memory, and vectors as wide as there are.

LLVM prefers vectors of 256 bits even where 512 are there; a loop of a hundred operations a lane gains a third from
asking for them. An array that begins inside a cache line makes every second access touch two. A loop that looks rows
up in a table does not vectorise, because the table might be what it writes to; `gather` says that it is not. Stands
on: nothing.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

__all__ = ["GATHERED", "LANES", "aligned", "gather", "wide"]

#: Accounts side by side in a block. A loop over 64 vectorises, one over 8 does not, and at 128 a block outgrows the
#: first cache.
LANES = 64

#: Numbers that one `gather` looks up: a vector of 512 bits. Narrower machines take it in parts.
GATHERED = 8

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


def _gather(_context: Any, out: Any, at: Any, table: Any, rows: Any, first: Any, stride: Any, offset: Any) -> Any:
    """
    Look eight numbers up: ``out[at + j] = table[rows[first + j] * stride + offset]`` for j from 0 to 7.

    All arrays are contiguous and flat; nothing checks their ends, and `out` is not `table`.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole, lane = ir.IntType(64), ir.IntType(32)
        indices, numbers = ir.VectorType(whole, GATHERED), ir.VectorType(ir.DoubleType(), GATHERED)
        pointers = ir.VectorType(ir.DoubleType().as_pointer(), GATHERED)
        mask = ir.VectorType(ir.IntType(1), GATHERED)
        target, source, index = (
            context.make_array(signature.args[k])(context, builder, arguments[k]).data for k in (0, 2, 3)
        )

        def all_lanes(value: Any) -> Any:
            nothing = ir.Constant(indices, ir.Undefined)
            one = builder.insert_element(nothing, value, ir.Constant(lane, 0))
            return builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(lane, GATHERED), [0] * GATHERED))

        row = builder.load(builder.bitcast(builder.gep(index, [arguments[4]]), indices.as_pointer()), align=8)
        width = builder.mul(arguments[5], ir.Constant(whole, 8))  # bytes
        begin = builder.ptrtoint(builder.gep(source, [arguments[6]]), whole)
        address = builder.inttoptr(builder.add(all_lanes(begin), builder.mul(row, all_lanes(width))), pointers)
        name = f"llvm.masked.gather.v{GATHERED}f64.v{GATHERED}p0"
        look_up = builder.module.globals.get(name) or ir.Function(
            builder.module, ir.FunctionType(numbers, [pointers, lane, mask, numbers]), name
        )
        every, zero = ir.Constant(mask, [1] * GATHERED), ir.Constant(numbers, [0.0] * GATHERED)
        found = builder.call(look_up, [address, ir.Constant(lane, 8), every, zero])
        builder.store(found, builder.bitcast(builder.gep(target, [arguments[1]]), numbers.as_pointer()), align=8)
        return context.get_dummy_value()

    return types.void(out, at, table, rows, first, stride, offset), generate


#: Called inside a compiled function, see `_gather` without its first argument. A loop of these vectorises.
gather: Any = intrinsic(_gather)


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
