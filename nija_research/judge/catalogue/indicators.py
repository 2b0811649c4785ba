"""
What the plan's market conditions see: the quiet range, and the rolling correlation.

Widths are shares of the price.
"""

from __future__ import annotations

import functools

__all__ = ["correlation_end", "correlation_seen", "quiet", "quiet_time"]


def quiet(width: float, trend: float = 0.0) -> float:
    """Return 1 when the range trader's condition holds on bars that swing by `width` and drift by `trend` a bar."""
    import numpy as np
    import pandas as pd

    from nija_research.estimate.indicators import quiet_range

    step = np.arange(80)
    close = 100.0 * np.exp(trend * step) * (1.0 + 0.5 * width * np.where(step % 2, 1.0, -1.0))
    bars = pd.DataFrame({"high": close, "low": close, "close": close})
    return float(quiet_range(bars).iloc[-1])


@functools.cache
def quiet_time(name: str) -> float:
    """Return the share of a bundled index's days on which the condition holds."""
    from nija_research.data import load_prices
    from nija_research.estimate.indicators import quiet_range

    return float(quiet_range(load_prices(name)).mean())


def correlation_seen(window: float, apart: float = 0.0) -> float:
    """Return the rolling correlation of two assets that move as one, and as opposites in the last `apart` bars."""
    import numpy as np

    from nija_research.estimate.correlation import rolling_correlation

    a = np.cos(np.arange(4 * int(window)))
    b = np.where(np.arange(len(a)) >= len(a) - int(apart), -a, a)
    return float(rolling_correlation(a, b, int(window))["correlation"].iloc[-1])


def correlation_end(rho: float, window: float, end: str) -> float:
    """Return the ``low`` or ``high`` end of the 95 % band where the rolling correlation shows `rho`."""
    import numpy as np

    from nija_research.estimate.correlation import rolling_correlation

    turn = 2.0 * np.pi * np.arange(int(window)) / int(window)
    a, b = np.cos(turn), np.sin(turn)  # uncorrelated over the window
    return float(rolling_correlation(a, rho * a + np.sqrt(1.0 - rho * rho) * b, int(window))[end].iloc[-1])
