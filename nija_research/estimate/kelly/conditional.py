"""
Kelly by regime: a stake for each label that was known when a trade was entered.

Labels are any series of names in time, of which only what was known before the entry is used: a label belongs to a bar,
and is known when the bar has closed. Labels made in hindsight are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.formulas import KellyEstimate, log_optimal_rows, stake_bound
from nija_research.estimate.kelly.from_trades import kelly_from_trades
from nija_research.estimate.kelly.growth import growth_curve
from nija_research.estimate.kelly.returns import Unit, has_times, returns_in_unit
from nija_research.estimate.regimes.series import refuse_hindsight
from nija_research.rng import generator

__all__ = ["UNKNOWN", "ConditionalKelly", "kelly_by_label", "labels_at_entry"]

#: Label of a trade for which none was known at entry.
UNKNOWN = "UNKNOWN"

# Words in a series' name or attributes that declare hindsight.
_HINDSIGHT = ("smooth", "viterbi", "hindsight", "full-sample", "full_sample")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalKelly:
    """
    Stakes by label, and whether a test supports them.

    Attributes
    ----------
    by_label : dict of str to KellyEstimate
        Estimate from the trades entered under each label.
    pooled : KellyEstimate
        Estimate from all of them.
    gain : float or None
        Growth that stakes by label would have added to the pooled stake on these very trades, nats per trade.
    p_value : float
        Share of labels shifted in time that would have added as much: above 0.05 the labels earn no stakes of their
        own.
    stakes : dict of str to (float or None)
        What to use: each label's shrunken stake where the labels pass the test and its trades fix one, else the pooled
        shrunken stake, never above it under UNKNOWN.
    why : str
        One sentence.
    """

    by_label: dict[str, KellyEstimate]
    pooled: KellyEstimate
    gain: float | None
    p_value: float
    stakes: dict[str, float | None]
    why: str


def kelly_by_label(
    trades: pd.DataFrame,
    labels: pd.Series,
    unit: Unit = "risk",
    *,
    stamps: Literal["open", "close"] = "open",
    level: float = 0.95,
    draws: int = 2000,
    rng: int | np.random.Generator = 0,
) -> ConditionalKelly:
    """
    Kelly stake for each regime, from labels that were known at entry.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table, with entry and exit times.
    labels : pandas.Series
        Names in time, indexed by stamps; filtered labels only. Missing entries are UNKNOWN.
    unit : {"risk", "leverage"}, optional
        As in `kelly_from_trades`.
    stamps : {"open", "close"}, optional
        Whether a bar is stamped with its beginning, so that its label is known one bar later, or with its end.
    level, draws, rng : optional
        As in `kelly_from_trades`.

    Returns
    -------
    ConditionalKelly

    Raises
    ------
    ParameterError
        If the labels declare hindsight (name or attributes), are not in time, or a trade has no entry time.

    Notes
    -----
    The labels are tested by shifting them round the trades, which keeps their own persistence: a pattern that needs no
    connection with the trades passes in one of twenty cases. In-sample, stakes by label never add less than nothing;
    `gain` alone says little.
    """
    r = returns_in_unit(trades, unit)
    known = labels_at_entry(trades, labels, stamps=stamps)
    pooled = kelly_from_trades(trades, unit, level=level, draws=draws, rng=rng)
    by_label = {
        str(name): kelly_from_trades(trades[known == name], unit, level=level, draws=draws, rng=rng)
        for name in sorted(set(known))
    }
    gain, p_value = _gain(r, known, 1.0 if unit == "risk" else None, generator(rng))
    justified = p_value < 0.05 and len(by_label) > 1
    stakes = {
        name: k.shrunk if justified and k.identified and name != UNKNOWN else pooled.shrunk
        for name, k in by_label.items()
    }
    if len(by_label) < 2:
        why = f"All {len(r)} trades were entered under one label: there is nothing to compare."
    elif justified:
        why = f"Stakes by label add {gain:.2e} nats a trade; shifted labels do so with probability {p_value:.3f}."
    else:
        why = f"Shifted labels do as well with probability {p_value:.2f}: the labels earn no stakes of their own."
    return ConditionalKelly(by_label=by_label, pooled=pooled, gain=gain, p_value=p_value, stakes=stakes, why=why)


def labels_at_entry(
    trades: pd.DataFrame, labels: pd.Series, *, stamps: Literal["open", "close"] = "open"
) -> NDArray[np.object_]:
    """
    Label that was known when each trade was entered.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table, with entry times.
    labels : pandas.Series
        Names in time.
    stamps : {"open", "close"}, optional
        Whether a bar is stamped with its beginning or its end.

    Returns
    -------
    numpy.ndarray, shape (n,)
        UNKNOWN before the first label is known.

    Raises
    ------
    ParameterError
        If the labels declare hindsight, are not in time, or a trade has no entry time.
    """
    if not has_times(trades):
        raise ParameterError("trades need entry_time and exit_time in every row to know the label at entry.")
    if not isinstance(labels, pd.Series) or not isinstance(labels.index, pd.DatetimeIndex):
        raise ParameterError("labels must be a pandas Series indexed by time stamps.")
    if stamps not in ("open", "close"):
        raise ParameterError(f"stamps must be 'open' or 'close', got {stamps!r}.")
    refuse_hindsight("labels", labels)
    _refuse_declared(labels)
    if not len(labels):
        return np.full(len(trades), UNKNOWN, dtype=object)
    if not labels.index.is_monotonic_increasing or labels.index.has_duplicates:
        raise ParameterError("labels must be in the order of time, with one label a stamp.")
    index = labels.index.tz_localize("UTC") if labels.index.tz is None else labels.index.tz_convert("UTC")
    known = index.as_unit("ns").asi8
    if stamps == "open":
        # A bar ends where the next one begins; the last is as long as they usually are. A single bar has no length that
        # is known, and hence no end.
        end = known[-1] + int(np.median(np.diff(known))) if len(known) > 1 else np.iinfo(np.int64).max
        known = np.append(known[1:], end)
    entries = pd.DatetimeIndex(pd.to_datetime(trades["entry_time"], utc=True)).as_unit("ns").asi8
    names = labels.astype(object).where(labels.notna(), UNKNOWN).astype(str).to_numpy()
    last = np.searchsorted(known, entries, side="right") - 1
    return np.where(last >= 0, names[np.maximum(last, 0)], UNKNOWN).astype(object)


def _refuse_declared(labels: pd.Series) -> None:
    declared = " ".join([str(labels.name or ""), *(f"{k}={v}" for k, v in labels.attrs.items() if v)]).lower()
    words = [w for w in _HINDSIGHT if w in declared]
    if words:
        raise ParameterError(
            f"labels declare hindsight ({words[0]!r} in their name or attributes): a stake cannot rest on what was not "
            "known at entry. Give filtered labels."
        )


def _gain(
    r: NDArray[np.float64], known: NDArray[np.object_], cap: float | None, rng: np.random.Generator
) -> tuple[float | None, float]:
    """Growth gained by stakes of their own, and the share of shifted labels that gain as much."""
    n = len(r)
    names, codes = np.unique(known.astype(str), return_inverse=True)
    if n < 3 or len(names) < 2 or r.min() >= 0.0 or r.max() <= 0.0:
        return None, 1.0
    bound = stake_bound(r, cap) * (1.0 - 1e-9)
    grid = np.linspace(0.0, bound * 0.999, 257)
    gains = np.log1p(grid[:, None] * r[None, :])  # growth of every trade at every stake
    pooled = float(gains.mean(axis=1).max())

    def best(which: NDArray[np.int64]) -> float:
        return sum(float(gains[:, which == k].sum(axis=1).max()) for k in range(len(names))) / n - pooled

    shifts = np.arange(1, n) if n <= 1000 else rng.choice(np.arange(1, n), 999, replace=False)
    observed = best(codes)
    as_good = sum(best(np.roll(codes, int(s))) >= observed - 1e-15 for s in shifts)
    stakes = [log_optimal_rows(r[codes == k][None, :], bound)[0] for k in range(len(names))]
    exact = sum(float(growth_curve(r[codes == k], [s])[0]) * int((codes == k).sum()) for k, s in enumerate(stakes)) / n
    full = float(growth_curve(r, [log_optimal_rows(r[None, :], bound)[0]])[0])
    return exact - full, (1 + as_good) / (len(shifts) + 1)
