"""
`Policy`: one frozen set of rules, each of which can be left out.

A rule that is None is off and changes nothing, so that a policy without a rule is its own ablation. The order in
which the rules act is `stack`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
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
from nija_research.policy.stack import PolicyArrays
from nija_research.policy.stake import Stake
from nija_research.units import EDGE

__all__ = ["Policy"]


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
