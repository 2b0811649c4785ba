"""
The printed settings, in the printed units, and their translation into a `Policy`.

Names ending in ``_pct`` keep their printed meaning: thresholds are percent (20.0 is 20 %), `base_position_pct` and
`max_position_pct` are shares, as the formula they stand in multiplies by them. Each number is converted once, here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from nija_research.errors import ParameterError
from nija_research.policy import presets
from nija_research.policy.compounding import Compounding
from nija_research.policy.drawdown import DrawdownGuard
from nija_research.policy.floor import ProtectedFloor
from nija_research.policy.leverage import VolatilityLeverage
from nija_research.policy.milestones import Milestones
from nija_research.policy.policy import Policy
from nija_research.policy.regime import MarketRegime, RegimeShares
from nija_research.policy.risk import RiskAdjustment
from nija_research.policy.stake import Stake
from nija_research.units import EDGE, from_percent

__all__ = ["AutoScalingConfig", "CapitalEngineConfig", "DrawdownConfig"]

_PRINTED = presets["document_000"]


@dataclass(frozen=True, kw_only=True)
class DrawdownConfig:
    """
    Drawdown thresholds in percent and multipliers as shares, as printed.

    Attributes
    ----------
    caution_threshold_pct, warning_threshold_pct, danger_threshold_pct, halt_threshold_pct : float
        Percent below the peak at which each level begins, rising.
    caution_position_multiplier, warning_position_multiplier, danger_position_multiplier : float
        Shares of the full size, never rising.
    recovery_wins : int
        Wins in a row that one step down takes.
    """

    caution_threshold_pct: float = 5.0
    warning_threshold_pct: float = 10.0
    danger_threshold_pct: float = 15.0
    halt_threshold_pct: float = 20.0
    caution_position_multiplier: float = 0.75
    warning_position_multiplier: float = 0.50
    danger_position_multiplier: float = 0.25
    recovery_wins: int = 3

    def __post_init__(self) -> None:
        self.guard()

    def guard(self) -> DrawdownGuard:
        """Return the rule with these settings, as shares."""
        names = ("caution", "warning", "danger", "halt")
        edges = tuple(from_percent(f"{n}_threshold_pct", getattr(self, f"{n}_threshold_pct")) for n in names)
        for low, high, n, m in zip(edges, edges[1:], names, names[1:], strict=False):
            if high <= low:
                raise ParameterError(
                    f"{m}_threshold_pct must be above {n}_threshold_pct, got {high * 100:g} and {low * 100:g}. "
                    "Order them, or pass drawdown=DrawdownConfig(...) with all four."
                )
        sizes = tuple(float(getattr(self, f"{n}_position_multiplier")) for n in names[:3])
        return DrawdownGuard(depth=edges, size=(*sizes, 0.0), recovery_wins=self.recovery_wins)


@dataclass(frozen=True, kw_only=True)
class CapitalEngineConfig:
    """
    Settings of `CapitalScalingEngine`; what is left out is filled in with the printed value.

    Attributes
    ----------
    compounding_strategy : str
        conservative, moderate, aggressive or full_compound; "custom" is filled in for any other split.
    reinvest_percentage, preserve_percentage : float
        Shares of new profit, adding up to 1; given with a strategy, they must agree with it.
    enable_compounding, enable_drawdown_protection, enable_milestones : bool
        Switches of the rules.
    halt_threshold_pct : float
        Percent below the peak at which trading stops.
    drawdown : DrawdownConfig, optional
        All thresholds; its halt threshold must agree with `halt_threshold_pct` if both are given.
    base_position_pct, max_position_pct : float
        Base position as a share of sizing capital, largest position as a share of equity.
    floor : ProtectedFloor or None
        Protected capital floor; None switches it off.
    milestones : Milestones
        Ladder and lock share.
    """

    compounding_strategy: str | None = None
    reinvest_percentage: float | None = None
    preserve_percentage: float | None = None
    enable_compounding: bool = True
    enable_drawdown_protection: bool = True
    enable_milestones: bool = True
    halt_threshold_pct: float | None = None
    drawdown: DrawdownConfig | None = None
    base_position_pct: float = 0.05
    max_position_pct: float = 0.20
    floor: ProtectedFloor | None = field(default_factory=ProtectedFloor)
    milestones: Milestones = field(default_factory=Milestones)

    def __post_init__(self) -> None:
        split = Compounding.named(self.compounding_strategy, self.reinvest_percentage, self.preserve_percentage)
        halt, guard = self.halt_threshold_pct, self.drawdown
        if guard is None:
            guard = DrawdownConfig() if halt is None else DrawdownConfig(halt_threshold_pct=halt)
        elif halt is not None and abs(guard.halt_threshold_pct - halt) > EDGE:
            raise ParameterError(
                f"halt_threshold_pct is {halt:g}, but drawdown says {guard.halt_threshold_pct:g}. Give one of them."
            )
        filled = {
            "compounding_strategy": self.compounding_strategy or split.name,
            "reinvest_percentage": split.reinvest,
            "preserve_percentage": split.preserve,
            "halt_threshold_pct": guard.halt_threshold_pct,
            "drawdown": guard,
        }
        for name, value in filled.items():
            object.__setattr__(self, name, value)
        self.policy()

    def policy(self) -> Policy:
        """Return the policy with these settings: no market rules, those are the autonomous engine's."""
        split = Compounding(reinvest=self.reinvest_percentage or 0.0, preserve=self.preserve_percentage or 0.0)
        return Policy(
            stake=_stake(self.base_position_pct, self.max_position_pct),
            floor=self.floor,
            drawdown=self.drawdown.guard() if self.drawdown and self.enable_drawdown_protection else None,
            compounding=split if self.enable_compounding else None,
            milestones=self.milestones if self.enable_milestones else None,
        )


@dataclass(frozen=True, kw_only=True)
class AutoScalingConfig:
    """
    Settings of `AutonomousScalingEngine`: what it adds to the size.

    Attributes
    ----------
    enable_volatility_leverage, enable_regime_allocation, enable_risk_adjustment : bool
        Switches of the rules.
    min_leverage, max_leverage, volatility_leverage_sensitivity, target_volatility : float
        Volatility leverage; `target_volatility` is an annual share.
    regime_allocations : Mapping of MarketRegime to float
        Multiplier of each regime; those left out keep the printed ones.
    target_sharpe_ratio, risk_free_rate : float
        Risk adjustment; the rate is an annual share.
    base_position_pct, max_position_pct : float
        Base position as a share of sizing capital, largest position as a share of equity.
    """

    enable_volatility_leverage: bool = True
    min_leverage: float = 0.5
    max_leverage: float = 2.0
    volatility_leverage_sensitivity: float = 1.0
    target_volatility: float = 0.30
    enable_regime_allocation: bool = True
    regime_allocations: Mapping[MarketRegime, float] | None = None
    enable_risk_adjustment: bool = True
    target_sharpe_ratio: float = 1.5
    risk_free_rate: float = 0.05
    base_position_pct: float = 0.05
    max_position_pct: float = 0.20

    def __post_init__(self) -> None:
        shares = RegimeShares.of(self.regime_allocations or {})
        filled = {regime: getattr(shares, regime.lower()) for regime in MarketRegime}
        object.__setattr__(self, "regime_allocations", MappingProxyType(filled))
        self.over(_PRINTED)

    def over(self, account: Policy) -> Policy:
        """Return an account's policy with this engine's stake and market rules."""
        leverage = VolatilityLeverage(
            target_vol=self.target_volatility,
            sensitivity=self.volatility_leverage_sensitivity,
            min_leverage=self.min_leverage,
            max_leverage=self.max_leverage,
        )
        risk = RiskAdjustment(target_sharpe=self.target_sharpe_ratio, risk_free=self.risk_free_rate)
        return replace(
            account,
            stake=_stake(self.base_position_pct, self.max_position_pct),
            leverage=leverage if self.enable_volatility_leverage else None,
            regime=RegimeShares.of(self.regime_allocations or {}) if self.enable_regime_allocation else None,
            risk=risk if self.enable_risk_adjustment else None,
        )


def _stake(base_position_pct: float, max_position_pct: float) -> Stake:
    for name, value in (("base_position_pct", base_position_pct), ("max_position_pct", max_position_pct)):
        if value > 1.0:
            raise ParameterError(f"{name} must be a share of one, got {value!r}: write {value:g} % as {value / 100:g}.")
    return Stake(share=base_position_pct, max_share=max_position_pct)
