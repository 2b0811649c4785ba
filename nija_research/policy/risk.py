"""
Risk adjustment: size by expected Sharpe ratio against a target.

``share = clip(((expected_return - risk_free) / vol) / target_sharpe, 0, most)``; returns and volatility are annual
shares. No edge over the risk-free rate means size 0.

000, "Advanced Usage with Autonomous Scaling": "target_sharpe_ratio=1.5".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nija_research.compiled import rule
from nija_research.errors import ParameterError
from nija_research.units import finite, not_negative, positive, share

__all__ = ["RiskAdjustment", "RiskArrays", "annual_return", "risk_adjustment"]

#: Beyond 500 % a year an expected return can only be a percentage.
HIGHEST_RETURN = 5.0


class RiskArrays(NamedTuple):
    """What the compiled rule reads."""

    target_sharpe: float
    risk_free: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAdjustment:
    """
    Target Sharpe ratio and the most the rule may add.

    Attributes
    ----------
    target_sharpe : float
        Annual Sharpe ratio at which the multiplier is 1.
    risk_free : float
        Annual risk-free rate, a share.
    most : float
        Highest multiplier.
    """

    target_sharpe: float = 1.5  # 000, "Advanced Usage with Autonomous Scaling"
    risk_free: float = 0.05  # not printed
    most: float = 1.5  # not printed

    def __post_init__(self) -> None:
        positive("target_sharpe", self.target_sharpe)
        share("risk_free", self.risk_free)
        not_negative("most", self.most)

    def arrays(self) -> RiskArrays:
        """Return the settings as the compiled rule reads them."""
        return RiskArrays(float(self.target_sharpe), float(self.risk_free), 0.0, float(self.most))


OFF = RiskArrays(1.0, 0.0, 1.0, 1.0)


def annual_return(name: str, value: float) -> float:
    """
    Return an expected annual return as a share, or say how a percentage is written.

    Parameters
    ----------
    name : str
        The parameter's name, for the message.
    value : float
        Annual return, of size at most 5 (500 %).

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If `value` is not finite or can only be a percentage.

    Examples
    --------
    >>> annual_return("expected_return", 0.15)
    0.15
    """
    number = finite(name, value)
    if abs(number) > HIGHEST_RETURN:
        raise ParameterError(
            f"{name} is an annual share, at most {HIGHEST_RETURN:g}, got {value!r}: "
            f"write {number:g} % as {number / 100.0:g}."
        )
    return number


@rule
def risk_adjustment(expected_return: float, vol: float, risk: RiskArrays) -> float:
    """Multiplier of the base size for an expected annual return at annual volatility `vol`."""
    sharpe = (expected_return - risk.risk_free) / vol
    return min(max(sharpe / risk.target_sharpe, risk.low), risk.high)
