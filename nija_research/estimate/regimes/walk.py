"""
Walk forward: labels made on the day, with a model fitted to the days before, stored and never made again.

A refit every `refit` bars on all bars before it (or the last `window`); each starts where the last one ended, and now
and then again from the starting values. What is stored for a bar depends on that bar and earlier ones alone. The
calendar of fits is fixed by the start of the data: one that grew with the history would move every refit when a week is
added, and labels already shown would change. Nothing is traded here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nija_research.errors import ParameterError
from nija_research.estimate.regimes import labels
from nija_research.estimate.regimes.fitting import fit
from nija_research.estimate.regimes.model import Model, RegimeModel
from nija_research.estimate.regimes.series import CLASSES, LABELS, as_series, centre_and_unit, min_bars, runs, times_of
from nija_research.units import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

__all__ = ["PACE", "Schedule", "WalkForward", "other_calendars", "schedule", "walk_forward"]

#: States of a chapter: one distinguishes nothing, more than five share too few bars (`choose_states` tries no more).
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
        States, each of which needs twenty bars: 2 at least, as one distinguishes nothing, and 5 at most.
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
    count("train", train, low=1)
    count("refit", refit, low=1)
    if not FEWEST <= count("n_states", n_states, low=1) <= MOST:
        raise ParameterError(f"n_states must be a whole number from {FEWEST} to {MOST}, got {n_states!r}.")
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
    bar = _DAY if times is None else pd.Series(times[: train + 1]).diff().median()
    slowest = int(-(-PACE // bar)) if bar < _DAY else refit
    if slowest <= refit:
        return Schedule(train, refit, ())
    changed = (
        f"refit = {refit} bars were asked for between fits; bars are shorter than a day, so the model is fitted "
        f"every {slowest:,} bars, which is {PACE.days} days of them, however long the file."
    )
    return Schedule(train, slowest, (changed,))


def other_calendars(calendar: Schedule, n_states: Sequence[int] = (3,)) -> list[tuple[int, int]]:
    """
    Calendars beside the one used, as (train, refit): half the bars before the first label, and other refits.

    Parameters
    ----------
    calendar : Schedule
    n_states : sequence of int, optional
        States to be fitted, which bound `train` below.

    Returns
    -------
    list of tuple of int
        None of them labels later than `calendar`, so that all can be judged on the same bars.
    """
    train, refit = calendar.train, calendar.refit
    half = max(train // 2, *(min_bars(k) for k in n_states), 30)
    others = [(half, refit), (train, 2 * refit), (train, max(refit // 3, 1))]
    return [pair for pair in others if pair != (train, refit)]


#: Bars before a refit over which the old and the new model are compared.
COMPARED = 252


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkForward:
    """
    The labels of each day, as they were made on the day.

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
        Label, with hysteresis; "UNKNOWN" before `train`, and where the fit found no regimes.
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
        return np.where(np.isnan(self.volatility[:, 0]), -1, self.volatility.argmax(axis=1))

    @property
    def since(self) -> int:
        """Bar at which the label of the last bar began."""
        changes = np.flatnonzero(self.label[1:] != self.label[:-1])
        return int(changes[-1]) + 1 if changes.size else 0

    def summary(self) -> pd.Series:
        """
        The label now and how stable labels were.

        Returns
        -------
        pandas.Series
            model, states, bars, label, probability (of the label; NaN for UNKNOWN), since (bar), fits, alike (mean
            share of a year that two fits in a row call alike; NaN where not known).
        """
        now, stable = str(self.label[-1]), self.stability[np.isfinite(self.stability)]
        known = now in LABELS[:-1]
        facts = {"model": self.model, "states": self.n_states, "bars": len(self), "label": now}
        facts["probability"] = self.label_probability[-1][LABELS.index(now)] if known else np.nan
        facts |= {"since": self.since, "fits": len(self.refits), "alike": stable.mean() if len(stable) else np.nan}
        return pd.Series(facts, dtype=object)

    def to_frame(self, times: pd.Index | None = None) -> pd.DataFrame:
        """
        One row a bar.

        Parameters
        ----------
        times : pandas.Index, shape (n,), optional
            Index of the rows; bar numbers unless given.

        Returns
        -------
        pandas.DataFrame
            label; probability of calm, turbulent and crisis, and of each printed label.
        """
        columns = np.hstack([self.volatility, self.label_probability])
        frame = pd.DataFrame(columns, index=times, columns=[*CLASSES, *LABELS[:-1]])
        frame.insert(0, "label", self.label)
        return frame

    def plot(self, close: pd.Series, *, ax: Axes | None = None) -> Axes:
        """
        Closing prices, with the bars that were called turbulent or a crisis on the day.

        Parameters
        ----------
        close : pandas.Series, shape (n,)
            Indexed by times.
        ax : matplotlib.axes.Axes, optional
            Where to draw; new axes unless given.

        Returns
        -------
        matplotlib.axes.Axes
        """
        if len(close) != len(self):
            raise ParameterError(f"close must have one price for each of {len(self)} bars, got {len(close)}.")
        if ax is None:
            import matplotlib.pyplot as plt

            ax = plt.subplots()[1]
        time, state = close.index, self.state
        looks = {-1: ("0.35", 0.12, None, "not yet known"), 1: ("C0", 0.22, None, "turbulent")}
        for number, (colour, alpha, hatch, name) in (looks | {2: ("C1", 0.35, "////", "crisis")}).items():
            for begin, end in runs(state == number):
                span = (time[begin], time[min(end, len(time) - 1)])
                ax.axvspan(*span, color=colour, alpha=alpha, hatch=hatch, lw=0, label=name)
                name = ""  # one entry in the legend
        ax.plot(time, close.to_numpy(), color="black", lw=0.8, ls="-", label="close")
        ax.set(yscale="log", xlim=(time[0], time[-1]), xlabel="", ylabel="close (log scale)")
        for formatter in (ax.yaxis.set_major_formatter, ax.yaxis.set_minor_formatter):
            formatter("{x:,.0f}")
        ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=4)
        return ax


def walk_forward(
    returns: ArrayLike,
    model: Model = "t_hmm",
    n_states: int = 3,
    *,
    train: int = 504,
    refit: int = 21,
    restart: int = 12,
    window: int | None = None,
    ahead: int = 1,
    label_settings: labels.LabelSettings | None = None,
    rng: int | np.random.Generator = 0,
    **options: Any,
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
        Every so many refits the fit begins from the starting values again; the others go on from the last fit.
    window : int, optional
        Bars that a fit sees; all before it unless given.
    ahead : int, optional
        Bars that `forecast` looks ahead.
    label_settings : LabelSettings, optional
        How states and trend become labels.
    rng : int or numpy.random.Generator, optional
        Seed, as in `fit`; without extra starts every seed gives the same labels.
    **options
        Passed to `fit`: `nu`, `penalty`, `prior`, `extra`.

    Returns
    -------
    WalkForward

    Raises
    ------
    ParameterError
        If an argument is out of range, or `returns` were made with hindsight or are too few.

    Examples
    --------
    >>> walk = walk_forward(np.random.default_rng(1).normal(0.0, 0.01, 600), "rules")
    >>> walk.label[503], len(walk.label), int(walk.refits[0])
    (np.str_('UNKNOWN'), 600, 504)
    """
    r, settings = as_series(returns), label_settings or labels.LabelSettings()
    for name, value in {"train": train, "refit": refit, "restart": restart, "ahead": ahead}.items():
        count(name, value, low=1)
    if window is not None:
        count("window", window, low=1)
    if len(r) <= train:
        raise ParameterError(
            f"returns must hold more than train = {train} bars, got {len(r)}. Give more, or a shorter train."
        )
    centre_and_unit(r)  # a price that never moves is refused by its own length, not by that of the first fit
    n = len(r)
    probability, volatility = np.full((n, n_states), np.nan), np.full((n, len(CLASSES)), np.nan)
    forecast, score = volatility.copy(), np.full(n, np.nan)
    last: RegimeModel | None = None
    refits, stability, notes = list[int](), list[float](), list[str]()
    for number, now in enumerate(range(train, n, refit)):
        begin, end = 0 if window is None else max(0, now - window), min(now + refit, n)
        past, before = r[begin:now], last
        if not _moves(past):  # stale prices end no walk: the last fit stays, or nothing is known yet
            notes.append(f"bar {now:,}: no fit, the {now - begin:,} bars before it never move")
            if last is None:
                continue
        else:
            warm = last if number % restart and model.endswith("hmm") else None
            last = fit(past, model, n_states, warm=warm, label_settings=settings, rng=rng, **options)
            if last.chain.note:
                notes.append(f"bar {now:,}: {last.chain.note}")
        if before is None:
            spread = last.spread * last.unit
        else:
            both = [labels.by_class(m.filter(past)[-COMPARED:], m.classes).argmax(axis=1) for m in (before, last)]
            known = before.has_regimes and last.has_regimes
            stability.append(float((both[0] == both[1]).mean()) if known else np.nan)
        seen, rows = r[begin:end], slice(now - begin, None)
        probability[now:end] = last.filter(seen)[rows]
        if last.has_regimes:  # states that do not differ are no classes: what they would be called is not known
            volatility[now:end] = labels.by_class(probability[now:end], last.classes)
            forecast[now:end] = labels.by_class(last.chain.ahead(probability[now:end], ahead), last.classes)
        score[now:end] = last.log_score(seen)[rows]
        refits.append(now)
    if last is None:
        raise ParameterError(
            f"returns must move before the last fit, got the first {len(r):,} bars with none that a model can be "
            "fitted to. Leave stale prices out."
        )
    trend, _ = labels.trend_agreement(r, spread, settings, times_of(returns))
    chances = labels.label_probability(volatility, trend)
    return WalkForward(
        model=model,
        n_states=n_states,
        train=train,
        probability=probability,
        volatility=volatility,
        label_probability=chances,
        label=labels.label_names(labels.hold_labels(chances, settings.margin)),
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
