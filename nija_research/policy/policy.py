"""
`Policy`: one frozen set of rules, each of which can be left out.

A rule that is None is off and changes nothing, so that a policy without a rule is its own ablation. The order in
which the rules act is `stack`'s.

The documents' policies and the baselines they are judged against, by name.

Each number says in which document and under which heading it is printed; what no document prints is the rule's
default and says so there. 000 is the NIJA capital scaling framework, 002 the percentage-based allocator, 003 the
compounding and scaling strategy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

from nija_research.errors import ParameterError
from nija_research.policy import allocator as allocators
from nija_research.policy import compounding as compoundings
from nija_research.policy import cushion as cushions
from nija_research.policy import drawdown as drawdowns
from nija_research.policy import floor as floors
from nija_research.policy import leverage as leverages
from nija_research.policy import milestones as ladders
from nija_research.policy import profit_split as splits
from nija_research.policy import regime as regimes
from nija_research.policy import risk as risks
from nija_research.policy import stops as hard_stops
from nija_research.policy import streak as streaks
from nija_research.policy import war_chest as chests
from nija_research.policy.allocator import Allocator
from nija_research.policy.compounding import Compounding
from nija_research.policy.cushion import Cushion
from nija_research.policy.drawdown import DrawdownGuard
from nija_research.policy.floor import ProtectedFloor
from nija_research.policy.leverage import VolatilityLeverage
from nija_research.policy.milestones import Milestones
from nija_research.policy.profit_split import ProfitSplit
from nija_research.policy.regime import RegimeShares
from nija_research.policy.risk import RiskAdjustment
from nija_research.policy.stack import PolicyArrays
from nija_research.policy.stake import Stake
from nija_research.policy.stops import Stops
from nija_research.policy.streak import StreakSizing
from nija_research.policy.war_chest import WarChest
from nija_research.units import EDGE

__all__ = ["Policy", "presets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """
    A complete answer to "how much to stake": a base stake and the rules that change it.

    Attributes
    ----------
    stake : Stake
        The base position and its caps; nothing is staked unless given.
    floor, cushion, allocator, leverage, regime, risk, streak, drawdown, stops : rule or None
        What changes the size; None is off.
    compounding, milestones, war_chest, profit_split : rule or None
        What moves profit out of the trading account; None is off.

    Examples
    --------
    >>> Policy(stake=Stake(share=0.05)).drawdown is None
    True
    """

    stake: Stake = field(default_factory=Stake)
    floor: floors.ProtectedFloor | None = None
    cushion: cushions.Cushion | None = None
    allocator: allocators.Allocator | None = None
    leverage: leverages.VolatilityLeverage | None = None
    regime: regimes.RegimeShares | None = None
    risk: risks.RiskAdjustment | None = None
    streak: streaks.StreakSizing | None = None
    drawdown: drawdowns.DrawdownGuard | None = None
    stops: hard_stops.Stops | None = None
    compounding: compoundings.Compounding | None = None
    milestones: ladders.Milestones | None = None
    war_chest: chests.WarChest | None = None
    profit_split: splits.ProfitSplit | None = None

    def __post_init__(self) -> None:
        for name, kind in _RULES.items():
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                raise ParameterError(f"{name} must be a {kind.__name__} or None, got {value!r}.")
        chest, split = self.war_chest, self.profit_split
        if chest is None or split is None:
            return
        if abs(chest.rate - split.chest) > EDGE:
            raise ParameterError(
                f"war_chest.rate is {chest.rate:g} but profit_split.chest is {split.chest:g}. "
                "Both are the chest's share: write the same."
            )
        if chest.hot_bonus > split.reinvest + EDGE:
            raise ParameterError(
                f"war_chest.hot_bonus {chest.hot_bonus:g} comes out of profit_split.reinvest {split.reinvest:g}. "
                "Lower the bonus."
            )
        if (chest.basis, chest.settlement) != (split.basis, split.settlement):
            raise ParameterError(
                f"war_chest settles {chest.basis} by {chest.settlement}, "
                f"profit_split {split.basis} by {split.settlement}. Write the same."
            )

    def without(self, *rules: str) -> Policy:
        """
        Return the policy with some rules switched off.

        Parameters
        ----------
        *rules : str
            Names of rules, such as "drawdown".

        Returns
        -------
        Policy

        Raises
        ------
        ParameterError
            If there is no such rule.
        """
        for name in rules:
            if name not in _RULES:
                raise ParameterError(f"there is no rule {name!r}; rules are {', '.join(_RULES)}.")
        off: dict[str, Any] = dict.fromkeys(rules)
        return replace(self, **off)

    def arrays(self) -> PolicyArrays:
        """Return every rule's settings as the compiled functions read them; a rule that is off is neutral."""
        chest = self.war_chest.arrays() if self.war_chest else chests.OFF
        if self.war_chest is None and self.profit_split is not None:
            chest = chest._replace(
                rate=float(self.profit_split.chest),
                basis=float(chests.BASES.index(self.profit_split.basis)),
                settlement=float(chests.SETTLEMENTS.index(self.profit_split.settlement)),
            )
        return PolicyArrays(
            stake=self.stake.arrays(),
            floor=self.floor.arrays() if self.floor else floors.OFF,
            cushion=self.cushion.arrays() if self.cushion else cushions.OFF,
            allocator=self.allocator.arrays() if self.allocator else allocators.OFF,
            leverage=self.leverage.arrays() if self.leverage else leverages.OFF,
            regime=self.regime.arrays() if self.regime else regimes.OFF,
            risk=self.risk.arrays() if self.risk else risks.OFF,
            streak=self.streak.arrays() if self.streak else streaks.OFF,
            drawdown=self.drawdown.arrays() if self.drawdown else drawdowns.OFF,
            stops=self.stops.arrays() if self.stops else hard_stops.OFF,
            compounding=self.compounding.arrays() if self.compounding else compoundings.OFF,
            milestones=self.milestones.arrays() if self.milestones else ladders.OFF,
            war_chest=chest,
            profit_split=self.profit_split.arrays() if self.profit_split else splits.OFF,
        )

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """Return the rules that are on, as plain numbers, words and lists."""
        return {f.name: asdict(value) for f in fields(self) if (value := getattr(self, f.name)) is not None}

    @classmethod
    def from_dict(cls, rules: Mapping[str, Mapping[str, Any]]) -> Policy:
        """
        Build a policy from what `to_dict` returned, all checks included.

        Parameters
        ----------
        rules : Mapping
            Settings by rule name.

        Returns
        -------
        Policy

        Raises
        ------
        ParameterError
            If a rule or a setting does not exist, or a value is out of range.
        """
        made: dict[str, Any] = {}
        for name, settings in rules.items():
            kind = Stake if name == "stake" else _RULES.get(name)
            if kind is None:
                raise ParameterError(f"there is no rule {name!r}; rules are stake, {', '.join(_RULES)}.")
            known = {f.name for f in fields(kind)}
            if unknown := set(settings) - known:
                raise ParameterError(
                    f"{name} has no setting {sorted(unknown)[0]!r}; it has {', '.join(sorted(known))}."
                )
            made[name] = kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()})
        return cls(**made)


_RULES: dict[str, type] = {
    "floor": floors.ProtectedFloor,
    "cushion": cushions.Cushion,
    "allocator": allocators.Allocator,
    "leverage": leverages.VolatilityLeverage,
    "regime": regimes.RegimeShares,
    "risk": risks.RiskAdjustment,
    "streak": streaks.StreakSizing,
    "drawdown": drawdowns.DrawdownGuard,
    "stops": hard_stops.Stops,
    "compounding": compoundings.Compounding,
    "milestones": ladders.Milestones,
    "war_chest": chests.WarChest,
    "profit_split": splits.ProfitSplit,
}


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
