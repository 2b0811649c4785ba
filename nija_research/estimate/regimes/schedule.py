"""
When to label first and how often to refit, so that a long history takes seconds and a short one is labelled at all.

Stands on: `names`, `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass

from nija_research.errors import ParameterError
from nija_research.estimate.regimes.names import BARS_PER_STATE, MOST_STATES

__all__ = ["Schedule", "schedule"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    The calendar of a walk forward, and how it differs from the one asked for.

    Attributes
    ----------
    train, refit : int
        Bars before the first label, and between fits.
    changed : tuple of str
        A sentence for each of the two that is not as asked; empty when both are.
    """

    train: int
    refit: int
    changed: tuple[str, ...]


def schedule(n: int, train: int, refit: int, n_states: int = 3, *, effort: float = 1.2e6) -> Schedule:
    """
    Fit a calendar to a history.

    Parameters
    ----------
    n : int
        Bars of the history.
    train, refit : int
        Bars asked for: before the first label, and between fits.
    n_states : int, optional
        States, each of which needs twenty bars.
    effort : float, optional
        Bars that all fits together may see, counted as fits times `n`.

    Returns
    -------
    Schedule
        `train` is at most half of the bars; `refit` is as large as `effort` makes it.

    Raises
    ------
    ParameterError
        If a number asked for is out of range, or the history is too short for any label.

    Examples
    --------
    >>> schedule(5030, 504, 21).changed
    ()
    >>> schedule(300, 504, 21).train
    150
    """
    for name, value in (("train", train), ("refit", refit)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ParameterError(f"{name} must be a whole number of bars of at least 1, got {value!r}.")
    if isinstance(n_states, bool) or not isinstance(n_states, int) or not 1 <= n_states <= MOST_STATES:
        raise ParameterError(f"states must be a whole number from 1 to {MOST_STATES}, got {n_states!r}.")
    least = max(30, BARS_PER_STATE * n_states)
    if train < least:
        raise ParameterError(f"train must be at least {least} bars for {n_states} states, got {train}.")
    if n < 2 * least:
        raise ParameterError(
            f"prices must hold at least {2 * least + 1} bars to be labelled in {n_states} states, half of them before "
            f"the first label (train = {train} was asked for), got {n + 1}. Take fewer states or more bars."
        )
    begin, pace = min(train, n // 2), max(refit, int(n * n / effort))
    changed = []
    if begin < train:
        changed.append(
            f"train = {train} bars were asked for before the first label; of {n:,} bars that would leave too few, so "
            f"the first label comes after {begin:,}."
        )
    if pace > refit:
        fits = -(-(n - begin) // pace)
        changed.append(
            f"refit = {refit} bars were asked for between fits; on {n:,} bars that would take minutes, so the model is "
            f"fitted every {pace:,} bars, {fits} {'time' if fits == 1 else 'times'} in all."
        )
    return Schedule(begin, pace, tuple(changed))
