"""
Several bots side by side: their trades put into periods, so that their returns can be seen together.

Returns are per unit staked on each trade; a period's return is the sum over the trades that closed in it. Times are
UTC. Nothing here estimates. Stands on: `overlap`, `returns`, `errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from nija_research.errors import ParameterError
from nija_research.estimate.overlap import has_times
from nija_research.estimate.returns import returns_in_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nija_research.estimate.kelly import Unit

__all__ = ["joint_returns"]

Period = Literal["D", "W", "M", "Q"]


def joint_returns(logs: Mapping[str, pd.DataFrame], unit: Unit = "leverage", *, period: Period = "W") -> pd.DataFrame:
    """
    Returns of several bots by period, over the time in which all of them were trading.

    Parameters
    ----------
    logs : mapping of str to pandas.DataFrame
        Name of the bot to its canonical table.
    unit : {"risk", "leverage"}, optional
        As in `kelly_from_trades`, the same for all.
    period : {"D", "W", "M", "Q"}, optional
        Day, ISO week, month or quarter (UTC). Longer than most trades last, or returns that belong together fall
        into different periods and look uncorrelated.

    Returns
    -------
    pandas.DataFrame
        A row a period, a column a bot; 0 where a bot closed nothing. `attrs["left_out"]` counts trades that closed
        outside the common time.

    Raises
    ------
    ParameterError
        If there is no log, a time is missing, or the bots never traded at the same time.
    """
    if not logs:
        raise ParameterError("logs must hold at least one bot.")
    if period not in get_args(Period):
        raise ParameterError(f"period must be 'D', 'W', 'M' or 'Q', got {period!r}.")
    spans, series = {}, {}
    for name, log in logs.items():
        if not len(log) or not has_times(log):
            raise ParameterError(f"bot {name!r} needs at least one trade, with entry_time and exit_time in every row.")
        spans[name] = (log["entry_time"].min(), log["exit_time"].max())
        exits = pd.DatetimeIndex(pd.to_datetime(log["exit_time"], utc=True)).tz_localize(None)
        series[name] = pd.Series(returns_in_unit(log, unit), index=exits.to_period(period))
    first, last = max(s[0] for s in spans.values()), min(s[1] for s in spans.values())
    if first >= last:
        times = "; ".join(f"{name} {a:%Y-%m-%d} to {b:%Y-%m-%d}" for name, (a, b) in spans.items())
        raise ParameterError(
            f"the bots never traded at the same time ({times}): how they move together is not known. Estimate each "
            "alone."
        )
    periods = pd.period_range(first.tz_localize(None), last.tz_localize(None), freq=period)
    table = pd.DataFrame({k: s.groupby(level=0).sum() for k, s in series.items()})
    inside = table.reindex(periods).fillna(0.0)
    left_out = sum(int((~s.index.isin(periods)).sum()) for s in series.values())
    inside.attrs["left_out"] = left_out
    return inside.astype(np.float64)
