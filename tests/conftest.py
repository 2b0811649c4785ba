"""Rails every test runs on: no touch of global random state, no wall of plots, no user configuration."""

from __future__ import annotations

import os
import random
import types

import hypothesis
import numba
import numpy as np
import pytest

os.environ.setdefault("MPLBACKEND", "agg")
# A busy machine is no fault of the code: no deadline for the examples that hypothesis makes up.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _global_random_state_is_left_alone():
    before = (random.getstate(), np.random.get_state()[1].copy())  # noqa: NPY002
    yield
    after = (random.getstate(), np.random.get_state()[1])  # noqa: NPY002
    assert before[0] == after[0], "a call changed Python's global random state"
    assert (before[1] == after[1]).all(), "a call changed NumPy's global random state"


@pytest.fixture(scope="session")
def plain_twin():
    """What turns a compiled function into its plain twin, every compiled function that it calls included."""

    def unwound(function):
        if not isinstance(function, numba.core.registry.CPUDispatcher):
            return function
        twin = function.py_func
        names = {n: unwound(v) for n, v in twin.__globals__.items() if n in twin.__code__.co_names}
        return types.FunctionType(twin.__code__, {**twin.__globals__, **names}, twin.__name__, twin.__defaults__)

    return unwound
