"""
What a caller must say to be told a size, checked before anything else happens.

Stands on: `errors`, `policy`, the market rules' own checks.
"""

from __future__ import annotations

from typing import NamedTuple

from nija_research.errors import ParameterError
from nija_research.policy.checks import not_negative
from nija_research.policy.leverage import annual_volatility
from nija_research.policy.policy import Policy
from nija_research.policy.regime import regime_index
from nija_research.policy.risk import annual_return
from nija_research.units import finite

__all__ = ["Question", "asked"]


class Question(NamedTuple):
    """The numbers `lanes.size_lane` takes after policy and state, in its order."""

    expected_return: float
    volatility: float
    regime: float
    kelly: float
    available: float
    exposure: float
    held: float


def asked(
    rules: Policy,
    available: float,
    expected_return: float | None,
    volatility: float | None,
    regime: str,
    kelly: float | None,
    exposure: float | None,
    held: float,
) -> Question:
    """
    Return the checked numbers; see `Account.size` for each of them.

    Raises
    ------
    ParameterError
        If a number that a rule needs is missing, or one is out of range or in the wrong unit.
    """
    if volatility is None and (rules.leverage is not None or rules.risk is not None):
        raise ParameterError(
            "volatility is missing, and the leverage and risk rules need it. Pass it as a share, such as 0.25."
        )
    if expected_return is None and rules.risk is not None:
        raise ParameterError(
            "expected_return is missing, and the risk rule needs it. Pass it as a share, such as 0.15."
        )
    if kelly is None and rules.stake.kelly > 0.0:
        raise ParameterError(
            "kelly is missing, and the stake is a multiple of it. Pass the market's full-Kelly fraction."
        )
    held = not_negative("held", held)
    exposure = held if exposure is None else not_negative("exposure", exposure)
    if held > exposure:
        raise ParameterError(
            f"held {held:g} is part of exposure, which is {exposure:g}. Pass all open positions as exposure."
        )
    return Question(
        0.0 if expected_return is None else annual_return("expected_return", expected_return),
        1.0 if volatility is None else annual_volatility("volatility", volatility),
        float(regime_index(regime)),
        0.0 if kelly is None else finite("kelly", kelly),
        not_negative("available", available),
        exposure,
        held,
    )
