"""
Random numbers: a seed or a generator in, a numpy generator out, or an error that names what was wrong.

The simulator's counter-based numbers start from here too: see `simulate.rng`.
"""

from __future__ import annotations

import numpy as np

from nija_research.errors import ParameterError

__all__ = ["generator"]


def generator(rng: int | np.random.Generator, name: str = "rng") -> np.random.Generator:
    """
    Return the generator that a seed stands for.

    Parameters
    ----------
    rng : int or numpy.random.Generator
        A seed of 0 or more, or a generator, which is handed back.
    name : str, optional
        The parameter's name, for the message.

    Returns
    -------
    numpy.random.Generator

    Raises
    ------
    ParameterError
        If `rng` is neither.
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, bool) or not isinstance(rng, (int, np.integer)):
        raise ParameterError(f"{name} must be a whole number or a numpy Generator, got {rng!r}.")
    if rng < 0:
        raise ParameterError(f"{name} must be 0 or more, got {rng!r}.")
    return np.random.default_rng(int(rng))
