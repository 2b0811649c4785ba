"""
The printed object API: engines that remember one account and size under the rules of `policy`.

Each engine is a thin, stateful face: names, units and files here, arithmetic there. `get_capital_engine` and
`get_autonomous_engine` share one account per name (``account="default"``); an engine made by its class has an account
of its own unless it names one. Time is an argument (``when=``), never the wall clock.
"""

from nija_research.engines.accounts import close_accounts
from nija_research.engines.autonomous import AutonomousScalingEngine, get_autonomous_engine
from nija_research.engines.capital import CapitalScalingEngine, get_capital_engine
from nija_research.engines.config import AutoScalingConfig, CapitalEngineConfig, DrawdownConfig
from nija_research.policy.drawdown import ProtectionLevel
from nija_research.policy.regime import MarketRegime

__all__ = [
    "AutoScalingConfig",
    "AutonomousScalingEngine",
    "CapitalEngineConfig",
    "CapitalScalingEngine",
    "DrawdownConfig",
    "MarketRegime",
    "ProtectionLevel",
    "close_accounts",
    "get_autonomous_engine",
    "get_capital_engine",
]
