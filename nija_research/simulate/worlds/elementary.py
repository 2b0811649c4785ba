"""
Logarithm, exponential, sine and cosine of random numbers, as series that a loop over lanes vectorises.

A call into the system's mathematics library costs ten times a random number, and may round differently in a block of
lanes than for one lane alone, or on another machine. These are sums, products and selects only: the same bits
everywhere, within a few units of the last place of the library's. Stands on: `compiled`.
"""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np

from nija_research.policy.compiled import rule

__all__ = ["cosine_and_sine", "expm1_of", "log_of"]

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
