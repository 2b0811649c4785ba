"""
Random numbers from a counter: the same (seed, path, draw) gives the same number, whatever thread asks and when.

Squares [1]_: five rounds of squaring a 64-bit counter times a key. A number needs no state and no order, so that blocks
of paths, threads and policies share draws exactly; and paths never overlap, because path and draw are different bits of
one counter (2**32 paths of 2**32 draws each). Nothing here knows a distribution.
"""

from __future__ import annotations

from typing import TypeAlias

import numba
import numpy as np

from nija_research.rng import generator

__all__ = [
    "Seed",
    "counter",
    "first_product",
    "key_of",
    "next_path",
    "random_bits",
    "squares64",
    "unit_high",
    "unit_low",
]

#: What a caller may give as `rng`.
Seed: TypeAlias = "int | np.random.Generator"

_inline = numba.njit(error_model="numpy", forceinline=True)
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_TO_UNIT = 2.0**-32


def key_of(rng: Seed) -> np.uint64:
    """
    Return the key that a seed or a generator stands for.

    Parameters
    ----------
    rng : int or numpy.random.Generator
        A seed of 0 or more, or a generator, which is advanced.

    Returns
    -------
    numpy.uint64
        Odd; the hexadecimal digits of each half all different and not 0, as [1]_ asks of a key.

    Raises
    ------
    ParameterError
        If `rng` is neither.
    """
    rng = generator(rng)
    high = rng.permutation(np.arange(1, 16))[:8]
    last = int(rng.choice(np.arange(1, 16, 2)))
    low = rng.permutation([digit for digit in range(1, 16) if digit != last])[:7]
    key = 0
    for digit in (*high, *low, last):
        key = key * 16 + int(digit)
    return np.uint64(key)


@_inline
def counter(path: int, draw: int) -> np.uint64:
    """Return the counter of one draw of one path, each below 2**32."""
    return (np.uint64(path) << _HALF) | np.uint64(draw)


@_inline
def squares64(count: np.uint64, key: np.uint64) -> np.uint64:
    """Return 64 random bits for a counter."""
    return random_bits(count * key, key)


@_inline
def first_product(path: int, draw: int, key: np.uint64) -> np.uint64:
    """Return what `random_bits` takes for one draw of one path; the next path's is `next_path` more."""
    return counter(path, draw) * key


@_inline
def next_path(key: np.uint64) -> np.uint64:
    """Return the step between the products of neighbouring paths: an addition in place of a multiplication."""
    return key << _HALF


@_inline
def random_bits(product: np.uint64, key: np.uint64) -> np.uint64:
    """Return 64 random bits for a counter times the key."""
    x = y = product
    z = y + key
    x = x * x + y
    x = (x >> _HALF) | (x << _HALF)
    x = x * x + z
    x = (x >> _HALF) | (x << _HALF)
    x = x * x + y
    x = (x >> _HALF) | (x << _HALF)
    x = x * x + z
    kept = x
    x = (x >> _HALF) | (x << _HALF)
    return kept ^ ((x * x + y) >> _HALF)


@_inline
def unit_high(bits: np.uint64) -> float:
    """Return the upper half of the bits as a number inside (0, 1)."""
    return (np.float64(bits >> _HALF) + 0.5) * _TO_UNIT


@_inline
def unit_low(bits: np.uint64) -> float:
    """Return the lower half of the bits as a number inside (0, 1)."""
    return (np.float64(bits & _LOW) + 0.5) * _TO_UNIT
