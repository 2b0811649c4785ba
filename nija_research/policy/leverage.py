"""
Volatility leverage: larger in calm markets, smaller in rough ones.

``leverage = clip((target_vol / vol) ** sensitivity, min_leverage, max_leverage)``; volatilities are annual shares
(0.25 is 25 % a year), leverage multiplies the base size. The estimate of volatility is the caller's.

000, "Volatility Adaptation": "min_leverage=0.5,  # Minimum 50% of base size".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nija_research.compiled import rule
from nija_research.errors import ParameterError
from nija_research.units import finite, not_negative, positive

__all__ = ["LeverageArrays", "VolatilityLeverage", "annual_volatility", "volatility_leverage"]

#: Above 500 % a year a volatility can only be a percentage.
HIGHEST_VOL = 5.0


class LeverageArrays(NamedTuple):
    """What the compiled rule reads."""

    target_vol: float
    sensitivity: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VolatilityLeverage:
    """
    Target volatility and the range of leverage.

    Attributes
    ----------
    target_vol : float
        Annual volatility at which leverage is 1, a share.
    sensitivity : float
        Exponent; 1 holds the position's volatility constant, 0 switches the rule off.
    min_leverage, max_leverage : float
        Range of the multiplier.
    """

    target_vol: float = 0.30  # not printed; with 0.25 it gives the 1.2 of the worked example
    sensitivity: float = 1.0  # not printed as a default; 000, "Volatility Adaptation", shows 0.8
    min_leverage: float = 0.5  # 000, "Advanced Usage with Autonomous Scaling"
    max_leverage: float = 2.0  # 000, "Advanced Usage with Autonomous Scaling"

    def __post_init__(self) -> None:
        annual_volatility("target_vol", self.target_vol)
        not_negative("sensitivity", self.sensitivity)
        not_negative("min_leverage", self.min_leverage)
        if finite("max_leverage", self.max_leverage) < self.min_leverage:
            raise ParameterError(
                f"max_leverage must be at least min_leverage ({self.min_leverage:g}), got {self.max_leverage!r}. "
                "Swap them."
            )

    def arrays(self) -> LeverageArrays:
        """Return the settings as the compiled rule reads them."""
        return LeverageArrays(
            float(self.target_vol), float(self.sensitivity), float(self.min_leverage), float(self.max_leverage)
        )


OFF = LeverageArrays(1.0, 0.0, 1.0, 1.0)


def annual_volatility(name: str, value: float) -> float:
    """
    Return an annual volatility as a share, or say how a percentage is written.

    Parameters
    ----------
    name : str
        The parameter's name, for the message.
    value : float
        Annual volatility, above 0 and at most 5 (500 %).

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If `value` is not positive and finite, or can only be a percentage.

    Examples
    --------
    >>> annual_volatility("volatility", 0.25)
    0.25
    """
    number = positive(name, value)
    if number > HIGHEST_VOL:
        raise ParameterError(
            f"{name} is an annual share, at most {HIGHEST_VOL:g}, got {value!r}: "
            f"write {number:g} % as {number / 100.0:g}."
        )
    return number


@rule
def volatility_leverage(vol: float, leverage: LeverageArrays) -> float:
    """Multiplier of the base size at annual volatility `vol`."""
    raw = (leverage.target_vol / vol) ** leverage.sensitivity
    return float(min(max(raw, leverage.low), leverage.high))
