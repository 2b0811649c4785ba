"""What the Kelly chapters refuse before any work: the parameters of their first cell, checked by the floors below."""

from __future__ import annotations

from typing import get_args

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.returns import Period, Unit
from nija_research.rng import generator
from nija_research.units import finite, positive, share

__all__ = ["check_joint", "check_rise", "check_sample"]


def check_sample(*, unit: str, level: float, draws: int, alpha: float, beta: float, seed: int) -> None:
    """
    Refuse what no interval and no promise can be made with.

    Parameters
    ----------
    unit : str
        "risk", "leverage" or "auto".
    level, alpha, beta : float
        Shares between 0 and 1, ends excluded.
    draws : int
        Bootstrap samples, at least 100.
    seed : int
        0 or more.

    Raises
    ------
    ParameterError
        That names the parameter.
    """
    if unit not in (*get_args(Unit), "auto"):
        raise ParameterError(f"unit must be 'risk', 'leverage' or 'auto', got {unit!r}.")
    for name, value in (("level", level), ("alpha", alpha), ("beta", beta)):
        if not 0.0 < share(name, value) < 1.0:
            raise ParameterError(f"{name} must lie between 0 and 1, got {value!r}.")
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 100:
        raise ParameterError(f"draws must be a whole number of at least 100, got {draws!r}.")
    generator(seed, "seed")


def check_rise(*, low: float, high: float, worst: float, stake: float | None) -> None:
    """
    Refuse shares of Kelly that are no rise, a largest loss that is none, and a stake below 0.

    Parameters
    ----------
    low, high : float
        Shares of full Kelly, ``0 <= low < high <= 1``.
    worst : float
        Largest loss per unit staked, above 0.
    stake : float or None
        What is staked today, at least 0.

    Raises
    ------
    ParameterError
        That names the parameter.
    """
    small, large = share("low", low), share("high", high)
    if small >= large:
        raise ParameterError(f"low must be below high, got {low!r} and {high!r}: the chapter watches a rise.")
    positive("worst", worst)
    if stake is not None and finite("stake", stake) < 0.0:
        raise ParameterError(f"stake must be at least 0, got {stake!r}.")


def check_joint(*, unit: str, period: str, max_exposure: float) -> None:
    """
    Refuse what no joint bet can be made with.

    Parameters
    ----------
    unit : str
        "risk" or "leverage": one for all bots.
    period : str
        "D", "W", "M" or "Q".
    max_exposure : float
        Above 0.

    Raises
    ------
    ParameterError
        That names the parameter.
    """
    if unit not in get_args(Unit):
        raise ParameterError(f"unit must be 'risk' or 'leverage', the same for all bots, got {unit!r}.")
    if period not in get_args(Period):
        raise ParameterError(f"period must be 'D', 'W', 'M' or 'Q', got {period!r}.")
    positive("max_exposure", max_exposure)
