"""
Base stake and caps: what share of sizing capital a position is before any other rule.

``stake = (share + kelly k) capital``, `k` the market's full-Kelly fraction, or a fixed amount of `money`; never
more than sizing capital allows. Caps come last: ``max_share`` of equity for one position, ``max_exposure`` of
equity for all positions together, and the balance that is available.

000, "Position Sizes Too Small": "Review base_position_pct in config". 003, "3.2 Risk Scaling Protocol": "base:
accountEquity * 0.10".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple

from nija_research.compiled import rule
from nija_research.errors import ParameterError
from nija_research.policy.fields import NEVER, Part, never
from nija_research.units import not_negative, positive, share

__all__ = ["Stake", "StakeArrays", "base_stake", "capped"]


class StakeArrays(NamedTuple):
    """What the compiled rule reads."""

    share: float
    kelly: Annotated[float, Part("by_kelly", "> 0.0")]
    money: Annotated[float, Part("money", "> 0.0")]
    max_share: float
    max_exposure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """
    The base position in one of three forms, and its caps.

    Attributes
    ----------
    share : float
        Share of sizing capital, in [0, 1].
    kelly : float
        Multiple of the full-Kelly fraction that the caller states; 0 when Kelly is not used.
    money : float
        Fixed position in the account's currency; 0 when not used.
    max_share, max_exposure : float or None
        Most of equity in one position, and in all positions together; None for no cap.
    """

    share: float = 0.0
    kelly: float = 0.0
    money: float = 0.0
    max_share: float | None = 1.0
    max_exposure: float | None = 1.0

    def __post_init__(self) -> None:
        share("share", self.share)
        not_negative("kelly", self.kelly)
        not_negative("money", self.money)
        if sum(x > 0.0 for x in (self.share, self.kelly, self.money)) > 1:
            raise ParameterError(
                f"share, kelly and money exclude each other, got {self.share:g}, {self.kelly:g} "
                f"and {self.money:g}. Keep one."
            )
        for name in ("max_share", "max_exposure"):
            cap = getattr(self, name)
            if cap is not None and positive(name, cap) > 10.0:
                raise ParameterError(f"{name} is a share of equity, got {cap!r}: write {cap:g} % as {cap / 100:g}.")

    def arrays(self) -> StakeArrays:
        """Return the settings as the compiled rule reads them."""
        return StakeArrays(
            float(self.share), float(self.kelly), float(self.money), never(self.max_share), never(self.max_exposure)
        )


OFF = StakeArrays(0.0, 0.0, 0.0, NEVER, NEVER)


@rule
def base_stake(capital: float, kelly: float, stake: StakeArrays) -> float:
    """Money staked out of sizing `capital`, given the market's full-Kelly fraction."""
    part = capital * (stake.share + stake.kelly * max(kelly, 0.0))
    return min(stake.money, capital) if stake.money > 0.0 else part


@rule
def capped(amount: float, equity: float, available: float, exposure: float, room: float, stake: StakeArrays) -> float:
    """Cut a position to its caps: share of equity, total exposure, available balance and the asset's `room`."""
    amount = min(amount, stake.max_share * equity)
    amount = min(amount, stake.max_exposure * equity - exposure) if stake.max_exposure < NEVER else amount
    limit = min(available, room)
    amount = min(amount, limit) if limit < NEVER else amount
    return max(amount, 0.0)
