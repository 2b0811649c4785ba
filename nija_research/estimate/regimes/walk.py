"""
Walk forward: labels made on the day, with a model fitted to the days before, stored and never made again.

A refit every `refit` bars on all bars before it (or the last `window`), each one begun where the last one ended and now
and then again from the ladder of starts. What is stored for a bar depends on that bar and earlier ones alone.
Nothing is traded here. Stands on: `fitting`, `model`, `labels`, `series`, `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.regimes import labels as axes_
from nija_research.estimate.regimes.fitting import fit
from nija_research.estimate.regimes.jump import PENALTY
from nija_research.estimate.regimes.labels import Axes
from nija_research.estimate.regimes.model import Model, RegimeModel
from nija_research.estimate.regimes.names import CLASSES
from nija_research.estimate.regimes.series import as_series, centre_and_unit, times_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["WalkForward", "walk_forward"]

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
