from .account import (
    Account as Account,
)
from .allocator import (
    Allocator as Allocator,
)
from .compounding import (
    Compounding as Compounding,
)
from .cushion import (
    Cushion as Cushion,
)
from .drawdown import (
    DrawdownGuard as DrawdownGuard,
)
from .drawdown import (
    ProtectionLevel as ProtectionLevel,
)
from .floor import (
    ProtectedFloor as ProtectedFloor,
)
from .leverage import (
    VolatilityLeverage as VolatilityLeverage,
)
from .milestones import (
    Milestones as Milestones,
)
from .policy import (
    Policy as Policy,
)
from .policy import (
    presets as presets,
)
from .profit_split import (
    ProfitSplit as ProfitSplit,
)
from .regime import (
    UNKNOWN as UNKNOWN,
)
from .regime import (
    MarketRegime as MarketRegime,
)
from .regime import (
    RegimeShares as RegimeShares,
)
from .risk import (
    RiskAdjustment as RiskAdjustment,
)
from .stake import (
    Stake as Stake,
)
from .stops import (
    Stops as Stops,
)
from .streak import (
    StreakSizing as StreakSizing,
)
from .war_chest import (
    WarChest as WarChest,
)

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
