"""
What to stake: one file per rule, their order in `stack`, a `Policy` made of them, an `Account` that follows one.

``presets["document_000"]`` and its neighbours are the documents' policies and the baselines; `allocator` holds the
printed allocation functions. Money in the account's currency, everything else as shares of one. Stands on:
`estimate`, `errors`, `units`.
"""

from nija_research.policy.account import Account
from nija_research.policy.allocator import Allocator
from nija_research.policy.compounding import Compounding
from nija_research.policy.cushion import Cushion
from nija_research.policy.drawdown import DrawdownGuard, ProtectionLevel
from nija_research.policy.floor import ProtectedFloor
from nija_research.policy.leverage import VolatilityLeverage
from nija_research.policy.milestones import Milestones
from nija_research.policy.policy import Policy
from nija_research.policy.presets import presets
from nija_research.policy.profit_split import ProfitSplit
from nija_research.policy.regime import UNKNOWN, MarketRegime, RegimeShares
from nija_research.policy.risk import RiskAdjustment
from nija_research.policy.stake import Stake
from nija_research.policy.stops import Stops
from nija_research.policy.streak import StreakSizing
from nija_research.policy.war_chest import WarChest

__all__ = [
    "UNKNOWN",
    "Account",
    "Allocator",
    "Compounding",
    "Cushion",
    "DrawdownGuard",
    "MarketRegime",
    "Milestones",
    "Policy",
    "ProfitSplit",
    "ProtectedFloor",
    "ProtectionLevel",
    "RegimeShares",
    "RiskAdjustment",
    "Stake",
    "Stops",
    "StreakSizing",
    "VolatilityLeverage",
    "WarChest",
    "presets",
]
