"""
Walk forward: labels made on the day, with a model fitted to the days before, stored and never made again.

A refit every `refit` bars on all bars before it (or the last `window`); each starts where the last one ended, and now
and then again from the starting values. What is stored for a bar depends on that bar and earlier ones alone. The
calendar of fits is fixed by the start of the data: one that grew with the history would move every refit when a week is
added, and labels already shown would change. Nothing is traded here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nija_research.errors import ParameterError
from nija_research.estimate.regimes import labels as axes_
from nija_research.estimate.regimes.classifiers import PENALTY
from nija_research.estimate.regimes.fitting import fit
from nija_research.estimate.regimes.labels import Axes
from nija_research.estimate.regimes.model import Model, RegimeModel
from nija_research.estimate.regimes.series import BARS_PER_STATE, CLASSES, as_series, centre_and_unit, times_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["PACE", "Schedule", "WalkForward", "min_bars", "other_calendars", "schedule", "walk_forward"]

#: States of a chapter: one tells nothing apart, and more than five share too few bars (`choose_states` tries no more).
FEWEST, MOST = 2, 5

#: Bars shorter than a day are fitted again after so many days at the earliest: hourly walks would take minutes.
PACE = pd.Timedelta("63D")

# From here on a bar counts as a day: sessions and clock changes make some a little shorter.
_DAY = pd.Timedelta("20h")


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    The calendar of a walk forward, and how it differs from the one asked for.

    Attributes
    ----------
    train, refit : int
        Bars before the first label, and between fits.
    changed : tuple of str
        A sentence where `refit` is not as asked; empty when it is.
    """

    train: int
    refit: int
    changed: tuple[str, ...]


def min_bars(n_states: int) -> int:
    """
    Bars that a first fit needs.

    Parameters
    ----------
    n_states : int

    Returns
    -------
    int
    """
    return max(30, BARS_PER_STATE * n_states)


def schedule(n: int, train: int, refit: int, n_states: int = 3, *, times: pd.DatetimeIndex | None = None) -> Schedule:
    """
    Lay out the calendar of a walk forward.

    Parameters
    ----------
    n : int
        Bars of the history; only refused when too few, never entering the calendar.
    train, refit : int
        Bars asked for: before the first label, and between fits.
    n_states : int, optional
        States, each of which needs twenty bars: 2 at least, as one tells nothing apart, and 5 at most.
    times : pandas.DatetimeIndex, shape (n,), optional
        Of the bars. Where those before the first label are shorter than a day (at the median), `refit` is at least as
        many of them as `PACE` holds.

    Returns
    -------
    Schedule
        The same for every longer history with the same start.

    Raises
    ------
    ParameterError
        If a number asked for is out of range, or the history is too short for labels.

    Examples
    --------
    >>> schedule(5030, 504, 21).changed
    ()
    >>> hours = pd.date_range("2024", periods=5000, freq="1h")
    >>> schedule(5000, 504, 21, times=hours).refit
    1512
    """
    for name, value in (("train", train), ("refit", refit)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ParameterError(f"{name} must be a whole number of bars of at least 1, got {value!r}.")
    if isinstance(n_states, bool) or not isinstance(n_states, int) or not FEWEST <= n_states <= MOST:
        raise ParameterError(f"states must be a whole number from {FEWEST} to {MOST}, got {n_states!r}.")
    least = min_bars(n_states)
    if train < least:
        raise ParameterError(f"train must be at least {least} bars for {n_states} states, got {train}.")
    if n < train + least:
        shorter = n - least
        cure = f"or a shorter train, {shorter} at most (another calendar, other labels)" if shorter >= least else ""
        raise ParameterError(
            f"prices must hold at least {train + least + 1} bars, {train} of them before the first label (train) and "
            f"{least} labelled, got {n + 1}: no label is known yet. Take more bars{', ' + cure if cure else ''}."
        )
    pace, changed = refit, list[str]()
    if times is not None:
        bar = pd.Series(times[: train + 1]).diff().median()
        if bar < _DAY:
            pace = max(refit, int(-(-PACE // bar)))
    if pace > refit:
        changed.append(
            f"refit = {refit} bars were asked for between fits; bars are shorter than a day, so the model is fitted "
            f"every {pace:,} bars, which is {PACE.days} days of them, however long the file."
        )
    return Schedule(train, pace, tuple(changed))


def other_calendars(plan: Schedule, n_states: Sequence[int] = (3,)) -> list[tuple[int, int]]:
    """
    Calendars beside the one taken, as (train, refit): half the bars before the first label, and other refits.

    Parameters
    ----------
    plan : Schedule
    n_states : sequence of int, optional
        States to be fitted, which bound `train` below.

    Returns
    -------
    list of tuple of int
        None of them labels later than `plan`, so that all can be judged on the same bars.
    """
    half = max(plan.train // 2, *(min_bars(k) for k in n_states), 30)
    found = [(half, plan.refit), (plan.train, 2 * plan.refit), (plan.train, max(plan.refit // 3, 1))]
    return [pair for pair in found if pair != (plan.train, plan.refit)]


#: Bars before a refit over which the old and the new model are compared.
COMPARED = 252


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkForward:
    """
    What was said on each day.

    Attributes
    ----------
    model : str
    n_states : int
    train : int
        Bars before the first label.
    probability : numpy.ndarray, shape (n, n_states)
        Of each state; NaN before `train`.
    volatility : numpy.ndarray, shape (n, 3)
        Probability of calm, turbulent and crisis; NaN before `train`, and where the fit found no regimes.
    label_probability : numpy.ndarray, shape (n, 5)
        Of each printed label; NaN where UNKNOWN.
    label : numpy.ndarray of str, shape (n,)
        Label held, with hysteresis; "UNKNOWN" before `train`, and where the fit found no regimes.
    log_score : numpy.ndarray, shape (n,)
        Log density of each bar, predicted at the bar before; NaN before `train`.
    forecast : numpy.ndarray, shape (n, 3)
        Probability of calm, turbulent and crisis `ahead` bars later; NaN as `volatility`.
    refits : numpy.ndarray, shape (m,)
        First bar that each fit served.
    stability : numpy.ndarray, shape (m - 1,)
        Share of the year before each refit that the old and the new model call alike (calm, turbulent or crisis); NaN
        where one of them found no regimes.
    last : RegimeModel
        The model in use at the end.
    notes : tuple of str
        Fits that stopped early or could not be made, each with its bar; usually empty.
    """

    model: str
    n_states: int
    train: int
    probability: NDArray[np.float64]
    volatility: NDArray[np.float64]
    label_probability: NDArray[np.float64]
    label: NDArray[np.str_]
    log_score: NDArray[np.float64]
    forecast: NDArray[np.float64]
    refits: NDArray[np.int64]
    stability: NDArray[np.float64]
    last: RegimeModel
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.label)

    @property
    def state(self) -> NDArray[np.int64]:
        """Most probable class at each bar, shape (n,): 0 calm, 1 turbulent, 2 crisis, -1 where not known."""
        known = ~np.isnan(self.volatility[:, 0])
        found = np.full(len(self), -1, dtype=np.int64)
        found[known] = self.volatility[known].argmax(axis=1)
        return found

    @property
    def since(self) -> int:
        """Bar at which the label of the last bar began."""
        changes = np.flatnonzero(self.label[1:] != self.label[:-1])
        return int(changes[-1]) + 1 if changes.size else 0


def walk_forward(
    returns: ArrayLike | pd.Series,
    model: Model = "t_hmm",
    n_states: int = 3,
    *,
    train: int = 504,
    refit: int = 21,
    restart: int = 12,
    window: int | None = None,
    nu: float = 5.0,
    penalty: float = PENALTY,
    axes: Axes | None = None,
    ahead: int = 1,
    rng: int | np.random.Generator = 0,
) -> WalkForward:
    """
    Label a history as it would have been labelled on the day.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar; more than `train` of them.
    model : {"t_hmm", "gaussian_hmm", "jump", "rules"}, optional
        As in `fit`.
    n_states : int, optional
        States of volatility.
    train : int, optional
        Bars before the first fit.
    refit : int, optional
        Bars between fits.
    restart : int, optional
        Every so many refits the ladder of starts is climbed again; the others go on from the last fit.
    window : int, optional
        Bars that a fit sees; all before it unless given.
    nu : float, optional
        Degrees of freedom of the Student-t model.
    penalty : float, optional
        Price of a change of state in the jump model.
    axes : Axes, optional
        How states and trend become labels.
    ahead : int, optional
        Bars that `forecast` looks ahead.
    rng : int or numpy.random.Generator, optional
        Seed, as in `fit`; without extra starts every seed gives the same labels.

    Returns
    -------
    WalkForward

    Raises
    ------
    ParameterError
        If an argument is out of range, or `returns` were made with hindsight or are too few.

    Examples
    --------
    >>> made = walk_forward(np.random.default_rng(1).normal(0.0, 0.01, 600), "rules")
    >>> made.label[503], len(made.label), int(made.refits[0])
    (np.str_('UNKNOWN'), 600, 504)
    """
    r, time = as_series(returns), times_of(returns)
    counts = {"train": train, "refit": refit, "restart": restart, "window": window, "ahead": ahead}
    for name, value in counts.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1):
            raise ParameterError(f"{name} must be a whole number of at least 1, got {value!r}.")
    if len(r) <= train:
        raise ParameterError(
            f"returns must hold more than train = {train} bars, got {len(r)}. Give more, or a shorter train."
        )
    centre_and_unit(r)  # a price that never moves is refused by its own length, not by that of the first fit
    n, axes = len(r), axes or Axes()
    probability, volatility = np.full((n, n_states), np.nan), np.full((n, len(CLASSES)), np.nan)
    forecast, score = volatility.copy(), np.full(n, np.nan)
    last: RegimeModel | None = None
    refits, stability, spread, notes = list[int](), list[float](), 0.0, list[str]()
    for count, (begin, made, end) in enumerate(_calendar(n, train, refit, window)):
        warm = last if last is not None and count % restart and model.endswith("hmm") else None
        if not _moves(r[begin:made]):  # stale prices end no walk: the last fit stays, or nothing is known yet
            notes.append(f"bar {made:,}: no fit, the {made - begin:,} bars before it never move")
            if last is None:
                continue
            now = last
        else:
            now = fit(r[begin:made], model, n_states, nu=nu, axes=axes, penalty=penalty, rng=rng, warm=warm)
            if now.chain.note:
                notes.append(f"bar {made:,}: {now.chain.note}")
        if last is None:
            spread = now.spread * now.unit
        else:
            year = r[begin:made]
            both = [axes_.by_class(m.filter(year)[-COMPARED:], m.classes).argmax(axis=1) for m in (last, now)]
            alike = float((both[0] == both[1]).mean())
            stability.append(alike if last.found and now.found else np.nan)
        seen, rows = r[begin:end], slice(made - begin, None)
        found = now.filter(seen)[rows]
        probability[made:end] = found
        if now.found:  # states that do not differ are no classes: what they would be called is not known
            volatility[made:end] = axes_.by_class(found, now.classes)
            forecast[made:end] = axes_.by_class(now.chain.ahead(found, ahead), now.classes)
        score[made:end] = now.log_score(seen)[rows]
        last = now
        refits.append(made)
    if last is None:
        raise ParameterError(
            f"returns must move before the last fit, got the first {len(r):,} bars with none that a model can be "
            "fitted to. Leave stale prices out."
        )
    trend, _ = axes_.agreement(r, spread, axes, time)
    chances = axes_.label_probability(volatility, trend)
    return WalkForward(
        model=model,
        n_states=n_states,
        train=train,
        probability=probability,
        volatility=volatility,
        label_probability=chances,
        label=axes_.named(axes_.held(chances, axes.margin)),
        log_score=score,
        forecast=forecast,
        refits=np.array(refits, dtype=np.int64),
        stability=np.array(stability),
        last=last,
        notes=tuple(notes),
    )


def _moves(r: NDArray[np.float64]) -> bool:
    """Whether a fit can be made: `centre_and_unit` refuses bars that are all alike."""
    return bool(np.abs(r - np.median(r)).mean() > 1e-12 * abs(np.median(r)))


def _calendar(n: int, train: int, refit: int, window: int | None) -> Iterator[tuple[int, int, int]]:
    """First bar of the fit, first bar served, and the bar after the last one served."""
    for made in range(train, n, refit):
        yield (0 if window is None else max(0, made - window)), made, min(made + refit, n)
