"""
Compiled standard normal and Student-t numbers, from the counter alone.

Normal: Box and Muller's pair [1]_ from one 64-bit number, the cosine at even times, the sine at odd ones. Student-t:
Bailey's closed form [2]_, exact for any degrees of freedom above 0. Both halves of the number have 32 bits, so that a
normal never lies beyond 6.8. Stands on: `squares`, `vector`, `elementary`.

References
----------
.. [1] Box, G. E. P., Muller, M. E. (1958). A note on the generation of random normal deviates. Annals of Mathematical
   Statistics 29.
.. [2] Bailey, R. W. (1994). Polar generation of random variates with the t-distribution. Mathematics of
   Computation 62.
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.simulate.squares import counter, squares64, unit_high, unit_low
from nija_research.simulate.vector import wide
from nija_research.simulate.worlds.elementary import cosine_and_sine, expm1_of, log_of
from nija_research.units import finite

__all__ = ["fill_normal", "fill_student", "noise_law"]

_entry = numba.njit(error_model="numpy")


@_entry
def fill_normal(
    key: np.uint64,
    path: int,
    first: int,
    t: int,
    steps: int,
    lanes: int,
    spare: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
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


@_entry
def fill_student(
    key: np.uint64,
    path: int,
    first: int,
    t: int,
    steps: int,
    lanes: int,
    df: float,
    out: NDArray[np.float64],
) -> None:
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
