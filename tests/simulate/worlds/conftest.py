"""How a draw is held against theory: by its own standard error over independent paths."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def agrees():
    """Check a mean over paths against its expectation; a true one fails in 1 of 15,000 (4 standard errors)."""

    def check(per_path, expected, limit=4.0):
        values = np.asarray(per_path, dtype=float)
        error = values.std(ddof=1) / np.sqrt(len(values))
        z = (values.mean() - expected) / error
        assert abs(z) < limit, f"{values.mean():.6g} against {expected:.6g}: {z:.1f} standard errors"

    return check
