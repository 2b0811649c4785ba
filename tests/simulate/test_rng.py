"""Random numbers from a counter: the published recurrence, independence of order, and uniformity."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from scipy import stats

from nija_research.errors import ParameterError
from nija_research.simulate import rng as squares

MASK = 2**64 - 1


def by_hand(count: int, key: int) -> int:
    """Squares64 of Widynski (2020), section 5, in whole numbers of Python."""
    x = y = count * key & MASK
    z = y + key & MASK
    for add in (y, z, y):
        x = x * x + add & MASK
        x = x >> 32 | (x << 32 & MASK)
    kept = x = x * x + z & MASK
    x = x >> 32 | (x << 32 & MASK)
    return kept ^ ((x * x + y & MASK) >> 32)


@numba.njit
def _table(key, paths, draws):
    out = np.empty((paths, draws), np.uint64)
    for path in range(paths):
        for draw in range(draws):
            out[path, draw] = squares.squares64(squares.counter(path, draw), key)
    return out


def test_the_recurrence_is_the_published_one():
    key = 0x548C9DECBCE65297
    table = _table(np.uint64(key), 3, 50)
    for path in range(3):
        for draw in range(50):
            assert int(table[path, draw]) == by_hand(path << 32 | draw, key)


def test_both_halves_are_uniform_and_unrelated_over_draws_and_paths():
    # Five tests at 1e-4 each, one fixed seed: a correct generator fails with probability 5e-4.
    table = _table(squares.key_of(7), 400, 500)
    high, low = (table >> np.uint64(32)).astype(float) / 2**32, (table & np.uint64(0xFFFFFFFF)).astype(float) / 2**32
    for half in (high, low):
        counts, _ = np.histogram(half, 256, (0, 1))
        assert stats.chisquare(counts).pvalue > 1e-4
    n = high.size
    for a, b in ((high[:, 1:], high[:, :-1]), (high[1:], high[:-1]), (high, low)):
        r = np.corrcoef(a.ravel(), b.ravel())[0, 1]
        assert abs(r) * np.sqrt(n) < stats.norm.isf(0.5e-4)


@pytest.mark.parametrize("seed", range(50))
def test_a_key_is_odd_and_its_digits_differ(seed):
    text = f"{int(squares.key_of(seed)):016x}"
    assert len(set(text[:8])) == len(set(text[8:])) == 8
    assert "0" not in text
    assert int(text, 16) % 2 == 1


def test_a_seed_and_a_generator_made_from_it_are_the_same_key():
    assert squares.key_of(3) == squares.key_of(np.random.default_rng(3))
    assert len({int(squares.key_of(seed)) for seed in range(2000)}) == 2000


@pytest.mark.parametrize("rng", [-1, 1.5, "seed", None, True])
def test_a_wrong_seed_is_an_error(rng):
    with pytest.raises(ParameterError, match="rng must be"):
        squares.key_of(rng)
