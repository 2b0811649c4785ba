"""
The documents' policies and the baselines they are judged against, by name.

Each number says in which document and under which heading it is printed; what no document prints is the rule's
default and says so there. 000 is the NIJA capital scaling framework, 002 the percentage-based allocator, 003 the
compounding and scaling strategy.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from nija_research.policy.allocator import Allocator
from nija_research.policy.compounding import Compounding
from nija_research.policy.cushion import Cushion
from nija_research.policy.drawdown import DrawdownGuard
from nija_research.policy.floor import ProtectedFloor
from nija_research.policy.leverage import VolatilityLeverage
from nija_research.policy.milestones import Milestones
from nija_research.policy.policy import Policy
from nija_research.policy.profit_split import ProfitSplit
from nija_research.policy.regime import RegimeShares
from nija_research.policy.risk import RiskAdjustment
from nija_research.policy.stake import Stake
from nija_research.policy.stops import Stops
from nija_research.policy.streak import StreakSizing
from nija_research.policy.war_chest import WarChest

__all__ = ["presets"]

_DOCUMENT_000 = Policy(
    # 000, "Position Sizes Too Small", names base_position_pct without a number. 20 % for one position is not printed
    # either; it never binds with the printed multipliers (5 % x 2.0 x 1.2 x 1.5 = 18 %).
    stake=Stake(share=0.05, max_share=0.20),
    floor=ProtectedFloor(share=0.20),  # 000, "Recovery Protocol": "never risk last 20%"
    leverage=VolatilityLeverage(min_leverage=0.5, max_leverage=2.0),  # 000, "Advanced Usage with Autonomous Scaling"
    regime=RegimeShares(
        bull_trending=1.2, bear_trending=0.6, ranging=0.8, volatile=0.7, crisis=0.3
    ),  # 000, "Regime-Based Allocation"
    risk=RiskAdjustment(target_sharpe=1.5),  # 000, "Advanced Usage with Autonomous Scaling"
    drawdown=DrawdownGuard(depth=(0.05, 0.10, 0.15, 0.20), size=(0.75, 0.50, 0.25, 0.00)),  # 000, "Protection Levels"
    compounding=Compounding(reinvest=0.75, preserve=0.25),  # 000, "Compounding Strategies", Moderate
    milestones=Milestones(),  # 000, "Key Features": "Milestone-based profit locking", no numbers
)

_DOCUMENT_002 = Policy(
    stake=Stake(max_share=None, max_exposure=None),  # the allocator has its own caps
    allocator=Allocator(mm_share=0.78, arb_share=0.20, mm_cap=500.0, arb_cap=200.0),  # 002, "What Changed"
    stops=Stops(
        day=None, week=None, streak=None, peak=0.05, asset=None
    ),  # 002, "Safety Limits": "5% drawdown kill switch"
)

_DOCUMENT_003 = Policy(
    stake=Stake(share=0.10, max_share=0.15),  # 003, "3.2 Risk Scaling Protocol"
    streak=StreakSizing(hot=1.25, cold=0.75),  # 003, "3.2 Risk Scaling Protocol"
    stops=Stops(day=0.15, week=0.30, streak=3, peak=0.25, asset=0.80),  # 003, "Risk Management (Non-Negotiable)"
    war_chest=WarChest(
        rate=0.20, hot_bonus=0.05, compound_above=50.0, reinvest_above=100.0, reinvest_ratio=0.50
    ),  # 003, "1.3 War Chest Acceleration"
    profit_split=ProfitSplit(
        reinvest=0.60, chest=0.20, operating=0.15, withdrawal=0.05
    ),  # 003, "3.3 Profit Distribution"
)

#: Policy by name. The Kelly baselines stake a multiple of the full-Kelly fraction that the caller states, uncapped.
presets: Mapping[str, Policy] = MappingProxyType(
    {
        "document_000": _DOCUMENT_000,
        "document_002": _DOCUMENT_002,
        "document_003": _DOCUMENT_003,
        # 003, "1.1 Scale Short Bot (Proven Winner)": the fixed stake before and after, $25 -> $40, at most 5 x equity.
        "drift_before": Policy(stake=Stake(money=25.0, max_share=5.0, max_exposure=5.0)),
        "drift_after": Policy(stake=Stake(money=40.0, max_share=5.0, max_exposure=5.0)),
        # The same heading: KELLY_FRACTION 0.25 -> 0.30.
        "drift_kelly_before": Policy(stake=Stake(kelly=0.25, max_share=5.0, max_exposure=5.0)),
        "drift_kelly_after": Policy(stake=Stake(kelly=0.30, max_share=5.0, max_exposure=5.0)),
        "fixed_fraction": Policy(stake=Stake(share=0.05)),  # the base position of document_000 and nothing else
        "full_kelly": Policy(stake=Stake(kelly=1.0, max_share=None, max_exposure=None)),
        "half_kelly": Policy(stake=Stake(kelly=0.5, max_share=None, max_exposure=None)),
        "grossman_zhou": Policy(stake=Stake(kelly=1.0, max_share=None, max_exposure=None), cushion=Cushion(floor=0.75)),
        "hold_cash": Policy(),
    }
)
