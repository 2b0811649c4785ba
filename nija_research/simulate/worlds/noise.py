"""
Compiled standard normal and Student-t numbers, from the counter alone, and the elementary functions they need.

Normal: Box and Muller's pair [1]_ from one 64-bit number, the cosine at even times, the sine at odd ones. Student-t:
Bailey's closed form [2]_, exact for any degrees of freedom above 0. Both halves of the number have 32 bits, so that a
normal never lies beyond 6.8.

Logarithm, exponential, sine and cosine are series that a loop over lanes vectorises. A call into the system's
mathematics library costs ten times a random number, and may round differently in a block of lanes than for one lane
alone, or on another machine. These are sums, products and selects only: the same bits everywhere, within a few units of
the last place of the library's.

References
----------
.. [1] Box, G. E. P., Muller, M. E. (1958). A note on the generation of random normal deviates. Annals of Mathematical
   Statistics 29.
.. [2] Bailey, R. W. (1994). Polar generation of random variates with the t-distribution. Mathematics of
   Computation 62.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TypeAlias

import numba
import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import rule, wide
from nija_research.errors import ParameterError
from nija_research.simulate.rng import counter, squares64, unit_high, unit_low
from nija_research.units import finite

__all__ = ["cosine_and_sine", "expm1_of", "fill_normal", "fill_student", "log_of", "noise_law", "part"]

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Key: TypeAlias = np.uint64  # of the random numbers, from `rng.key_of`

#: Compiles what an entry calls and the compiler need not put in line.
part = numba.njit(error_model="numpy")

_FRACTION = np.int64((1 << 52) - 1)
_ONE = np.int64(1023 << 52)
_SQRT2, _LN2 = math.sqrt(2.0), math.log(2.0)
_LN2_HIGH = 355.0 / 512.0  # ln 2 in two parts, so that a whole multiple of the first is exact
_LN2_LOW = float(Decimal(2).ln() - Decimal(355) / 512)


@rule
def log_of(x: float) -> float:
    """
    Natural logarithm of a normal number above 0.

    With ``x = 2**k m`` and m around 1, ``log m = 2 artanh(s)``, ``s = (m - 1) / (m + 1)``, 11 terms of the series.
    """
    bits = np.float64(x).view(np.int64)
    m = np.int64((bits & _FRACTION) | _ONE).view(np.float64)
    k = np.float64((bits >> 52) - 1023)
    large = m > _SQRT2
    m = 0.5 * m if large else m
    k = k + 1.0 if large else k
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    tail = 1.0 / 19.0 + z * (1.0 / 21.0)
    tail = 1.0 / 15.0 + z * (1.0 / 17.0 + z * tail)
    tail = 1.0 / 11.0 + z * (1.0 / 13.0 + z * tail)
    tail = 1.0 / 7.0 + z * (1.0 / 9.0 + z * tail)
    tail = z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * tail))
    return float(k * _LN2_HIGH + (2.0 * s + (2.0 * s * tail + k * _LN2_LOW)))


@rule
def expm1_of(x: float) -> float:
    """
    ``exp(x) - 1`` for x in [0, 700].

    With ``x = k ln 2 + r`` and r at most half of ln 2, it is ``2**k (exp(r) - 1) + 2**k - 1``, 14 terms of the series.
    """
    k = np.floor(x * (1.0 / _LN2) + 0.5)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    tail = 1.0 / 479001600.0 + r * (1.0 / 6227020800.0 + r * (1.0 / 87178291200.0))
    tail = 1.0 / 3628800.0 + r * (1.0 / 39916800.0 + r * tail)
    tail = 1.0 / 40320.0 + r * (1.0 / 362880.0 + r * tail)
    tail = 1.0 / 720.0 + r * (1.0 / 5040.0 + r * tail)
    tail = 1.0 / 24.0 + r * (1.0 / 120.0 + r * tail)
    tail = r + r * r * (0.5 + r * (1.0 / 6.0 + r * tail))
    power = np.int64((np.int64(k) + 1023) << 52).view(np.float64)
    return float(power * tail + (power - 1.0))


@rule
def cosine_and_sine(turns: float) -> tuple[float, float]:
    """
    Cosine and sine of an angle in turns, in [0, 1].

    Reduced exactly to an eighth of a turn either side of a quarter, then Taylor's series to orders 16 and 15.
    """
    quarter = np.floor(4.0 * turns + 0.5)
    r = (turns - 0.25 * quarter) * (2.0 * math.pi)
    z = r * r
    tail = -1.0 / 39916800.0 + z * (1.0 / 6227020800.0 - z * (1.0 / 1307674368000.0))
    tail = -1.0 / 5040.0 + z * (1.0 / 362880.0 + z * tail)
    s = r + r * z * (-1.0 / 6.0 + z * (1.0 / 120.0 + z * tail))
    tail = -1.0 / 87178291200.0 + z * (1.0 / 20922789888000.0)
    tail = -1.0 / 3628800.0 + z * (1.0 / 479001600.0 + z * tail)
    tail = -1.0 / 720.0 + z * (1.0 / 40320.0 + z * tail)
    c = 1.0 + z * (-0.5 + z * (1.0 / 24.0 + z * tail))
    across = (quarter == 1.0) | (quarter == 3.0)
    cosine = s if across else c
    sine = c if across else s
    cosine = -cosine if (quarter == 1.0) | (quarter == 2.0) else cosine
    sine = -sine if (quarter == 2.0) | (quarter == 3.0) else sine
    return cosine, sine


@part
def fill_normal(key: Key, path: int, first: int, t: int, steps: int, lanes: int, spare: Floats, out: Floats) -> None:
    """Standard normals of draws `first` + (t + s) // 2; `spare` (lanes,) keeps a sine until the next step."""
    wide()
    for s in range(steps):
        b = s * lanes
        if (t + s) % 2 == 0:
            for i in range(lanes):
                bits = squares64(counter(path + i, first + (t + s) // 2), key)
                radius = np.sqrt(-2.0 * log_of(unit_high(bits)))
                cosine, sine = cosine_and_sine(unit_low(bits))
                out[b + i] = radius * cosine
                spare[i] = radius * sine
        else:
            for i in range(lanes):
                out[b + i] = spare[i]


@part
def fill_student(key: Key, path: int, first: int, t: int, steps: int, lanes: int, df: float, out: Floats) -> None:
    """Student-t numbers with `df` degrees of freedom, not scaled, of draws `first` + t + s."""
    wide()
    power = -2.0 / df
    for s in range(steps):
        b = s * lanes
        for i in range(lanes):
            bits = squares64(counter(path + i, first + t + s), key)
            radius = np.sqrt(df * expm1_of(power * log_of(unit_high(bits))))
            out[b + i] = radius * cosine_and_sine(unit_low(bits))[0]


def noise_law(df: float | None) -> tuple[float, tuple[float, float], str]:
    """
    Return the scale to unit variance, the third and fourth standardised moments, and the law's name.

    Parameters
    ----------
    df : float or None
        Degrees of freedom of a Student-t, above 2; None is normal.

    Returns
    -------
    tuple
        Moments that do not exist are NaN.

    Raises
    ------
    ParameterError
        If `df` is 2 or less: there is no variance to scale.
    """
    if df is None:
        return 1.0, (0.0, 3.0), "normal"
    nu = finite("df", df)
    if nu <= 2.0:
        raise ParameterError(f"df must be above 2, got {df!r}: at 2 or less the variance is infinite.")
    fourth = 3.0 + 6.0 / (nu - 4.0) if nu > 4.0 else float("nan")
    return math.sqrt((nu - 2.0) / nu), (0.0 if nu > 3.0 else float("nan"), fourth), f"Student-t ({nu:g} df)"
