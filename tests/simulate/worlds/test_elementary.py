"""Series for the lanes against numpy's functions, to a few units of the last place."""

from __future__ import annotations

import math
from fractions import Fraction

import numba
import numpy as np

from nija_research.simulate.worlds import noise as elementary
from nija_research.simulate.worlds.noise import cosine_and_sine, expm1_of, log_of

rng = np.random.default_rng(0)
UNIT = np.concatenate([(rng.integers(0, 2**32, 200_000) + 0.5) * 2.0**-32, [2.0**-33, 1 - 2.0**-33, 0.25, 0.5, 0.75]])


@numba.njit
def everywhere(x, logs, exponentials, cosines, sines):
    for i in range(len(x)):
        logs[i] = log_of(x[i])
        exponentials[i] = expm1_of(x[i])
        cosines[i], sines[i] = cosine_and_sine(x[i])


def values(x):
    out = np.empty((4, len(x)))
    everywhere(x, *out)
    return out


def last_places(found, exact):
    return np.abs(found - exact).max(initial=0.0, where=exact == 0.0), np.nanmax(
        np.abs(found - exact) / np.spacing(np.abs(exact))
    )


def test_as_exact_as_the_library():
    logs, exponentials, _, _ = values(UNIT)
    assert last_places(logs, np.log(UNIT)) <= (0.0, 2.0)
    assert last_places(exponentials, np.expm1(UNIT)) <= (0.0, 3.0)
    wide = np.concatenate([rng.uniform(0, 700, 50_000), 10.0 ** rng.uniform(-12, 0, 50_000), [0.0, 700.0]])
    assert last_places(values(wide)[1], np.expm1(wide)) <= (0.0, 3.0)
    far = 10.0 ** rng.uniform(-300, 300, 50_000)
    assert last_places(values(far)[0], np.log(far)) <= (0.0, 2.0)


def test_angles():
    _, _, cosines, sines = values(UNIT)
    # numpy is given an angle already rounded, by up to half a unit in the last place of 6.28: 4.4e-16.
    assert np.abs(cosines - np.cos(2 * np.pi * UNIT)).max() < 8e-16
    assert np.abs(sines - np.sin(2 * np.pi * UNIT)).max() < 8e-16
    _, _, cosines, sines = values(np.array([0.0, 0.125, 0.25, 0.5, 0.75, 1.0]))
    half = math.sqrt(0.5)
    assert np.abs(cosines - [1, half, 0, -1, 0, 1]).max() < 2e-16
    assert np.abs(sines - [0, half, 1, 0, -1, 0]).max() < 2e-16


def test_plain_twins():
    for x in UNIT[:300]:
        compiled = values(np.array([x]))[:, 0]
        assert log_of.py_func(x) == compiled[0]
        assert expm1_of.py_func(x) == compiled[1]
        assert cosine_and_sine.py_func(x) == (compiled[2], compiled[3])


def test_ln_2_in_two_parts():
    high, low = Fraction(elementary._LN2_HIGH), Fraction(elementary._LN2_LOW)
    series = sum(Fraction(2, (2 * k + 1) * 3 ** (2 * k + 1)) for k in range(40))  # 2 artanh(1/3)
    assert abs(high + low - series) < Fraction(1, 2**64)
    assert (Fraction(1 << 20) * high).denominator == 1  # few bits: times a whole k up to 2**40 it is exact


def test_one_lane_has_the_bits_of_many():
    assert np.array_equal(np.hstack([values(UNIT[i : i + 1]) for i in range(100)]), values(UNIT)[:, :100])
