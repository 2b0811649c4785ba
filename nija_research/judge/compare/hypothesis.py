"""
A statement that compares two policies, made exact: which two, what is measured, and where it is to lie.

"30-40 % lower drawdowns" is the ratio of two expected maximum drawdowns in [0.60, 0.70]. A hypothesis is built from
plain words and numbers, so that a file can hold it. `Settings` say how much is simulated to test it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from math import inf, isnan
from typing import Any

from nija_research.errors import ParameterError
from nija_research.policy import Policy, Stake, presets
from nija_research.simulate.worlds import Costs
from nija_research.units import choice, count, finite, positive, share

__all__ = ["COSTS", "MATCHINGS", "MEASURES", "RELATIONS", "WORLDS", "Hypothesis", "Settings", "policy_of"]

#: 1 basis point of fee and 1 of slippage a side, on a position of which a twentieth is turned over each bar: half a
#: percent a year for a position that is held.
COSTS = Costs(fee=0.0001, slippage=0.0001, sides=0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    How a hypothesis is judged.

    Attributes
    ----------
    years : float
        Length of a path: expectations are over histories of so many years.
    draws : int
        Paths of a world whose law is known.
    outer, inner : int
        Resamples of the history, and paths drawn from each of them.
    costs : Costs
        Taken off every return in every world, as a charge on the position held; none with ``Costs()``.
    train : int
        Bars of a history before the first regime is named.
    """

    years: float = 5.0
    draws: int = 2000
    outer: int = 60
    inner: int = 20
    costs: Costs = field(default=COSTS)
    train: int = 504

    def __post_init__(self) -> None:
        positive("years", self.years)
        count("draws", self.draws, low=100)
        count("outer", self.outer, low=20)
        count("inner", self.inner, low=4)
        count("train", self.train, low=126)


#: What is measured: an expectation over paths, see `paths`.
MEASURES = (
    *("growth", "max_drawdown", "volatility", "ulcer_index", "time_under_water"),
    *("halted", "deep", "time_to_target"),
)
#: Engine over baseline, engine less baseline, or the engine alone.
RELATIONS = ("ratio", "difference", "value")
#: What may be made equal before engine and baseline are compared.
MATCHINGS = ("none", "volatility", "max_drawdown", "growth")
#: What stands for None in a form.
OFF = "off"
#: Worlds that a hypothesis can be judged in, see `draw_path_sets`.
WORLDS = ("history", "bootstrap", "regimes", "garch", "iid", "gaps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """
    What is stated of one policy against another.

    Attributes
    ----------
    engine : Policy
        The policy that the hypothesis is about.
    baseline : Policy or None
        What it is compared with; None where `relation` is "value".
    measure : str
        One of `MEASURES`.
    relation : {"ratio", "difference", "value"}
        What is taken of the two expectations.
    low, high : float
        The hypothesis holds where the relation lies between them.
    strict : bool
        Whether the edges themselves break the hypothesis ("lower than" against "at most").
    matching : {"none", "volatility", "max_drawdown", "growth"}
        What the baseline's stakes are scaled to: the engine's expectation of this, at its printed stake.
    exposure : float or None
        Base position of both as a share of equity, at most 1, without caps; each policy's own stake where None.
    edge : float
        Added to every return that the engine meets, share a bar: a better win rate.
    depth : float
        Drawdown that counts as "deep", share of the peak.
    target : float
        Multiple of the opening equity that "time_to_target" waits for.
    worlds : tuple of str
        The primary worlds, of `WORLDS`: a hypothesis is supported where it holds in every one of them.
    """

    engine: Policy
    baseline: Policy | None = None
    measure: str
    relation: str = "difference"
    low: float = -inf
    high: float = inf
    strict: bool = True
    matching: str = "none"
    exposure: float | None = 1.0
    edge: float = 0.0
    depth: float = 0.20
    target: float = 1.5
    worlds: tuple[str, ...] = ("history", "bootstrap", "regimes", "garch", "iid")

    def __post_init__(self) -> None:
        choice("measure", self.measure, MEASURES)
        choice("relation", self.relation, RELATIONS)
        choice("matching", self.matching, MATCHINGS)
        for name in ("engine", "baseline"):
            if getattr(self, name) is not None and not isinstance(getattr(self, name), Policy):
                raise ParameterError(
                    f"{name} must be a Policy, got {getattr(self, name)!r}. Hypothesis.of takes words."
                )
        if (self.baseline is None) != (self.relation == "value"):
            raise ParameterError("a baseline goes with relation 'ratio' or 'difference', and only with them.")
        if self.baseline is None and self.matching != "none":
            raise ParameterError(f"matching {self.matching!r} takes a baseline to be met. Write 'none'.")
        if self.matching == self.measure:
            raise ParameterError(f"{self.measure} is made equal: nothing is left to compare.")
        if isnan(self.low) or isnan(self.high) or self.low > self.high or (self.low == -inf and self.high == inf):
            raise ParameterError(f"low and high must enclose what is promised, got {self.low!r} and {self.high!r}.")
        if self.relation == "ratio" and self.measure != "growth" and self.high <= 0.0:
            raise ParameterError(f"a ratio of {self.measure} is above 0, got high = {self.high!r}.")
        if self.exposure is not None:
            share("exposure", self.exposure, low=1e-6)
        finite("edge", self.edge)
        share("depth", self.depth)
        if positive("target", self.target) <= 1.0:
            raise ParameterError(f"target is a multiple of the opening equity above 1, got {self.target!r}.")
        if not self.worlds or len(set(self.worlds)) < len(self.worlds):
            raise ParameterError(f"worlds must name at least one world, each once, got {self.worlds!r}.")
        for world in self.worlds:
            choice("worlds", world, WORLDS)

    @property
    def edges(self) -> int:
        """How many edges the hypothesis has, 1 or 2."""
        return int(self.low > -inf) + int(self.high < inf)

    @property
    def named(self) -> bool:
        """Whether engine and baseline differ in a rule that needs a named regime."""
        other = None if self.baseline is None else self.baseline.regime
        return self.engine.regime != other

    def sized(self) -> tuple[Policy, ...]:
        """Return engine and baseline with the base position that they are compared at."""
        pair = (self.engine,) if self.baseline is None else (self.engine, self.baseline)
        if self.exposure is None:
            return pair
        stake = Stake(share=self.exposure, max_share=None, max_exposure=None)
        return tuple(replace(policy, stake=stake, allocator=None) for policy in pair)

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> Hypothesis:
        """
        Build a hypothesis from plain values, such as a TOML table holds.

        Parameters
        ----------
        form : Mapping
            Settings by name; `engine` and `baseline` as `policy_of` takes them, `worlds` a list, `exposure` a share or
            "off" (each policy's own stake).

        Returns
        -------
        Hypothesis

        Raises
        ------
        ParameterError
            If a setting does not exist, or a value is out of range.

        Examples
        --------
        >>> pair = {"engine": {"with": {"drawdown": {}}}, "baseline": "fixed_fraction"}
        >>> Hypothesis.of({**pair, "measure": "max_drawdown", "relation": "ratio", "low": 0.6, "high": 0.7}).edges
        2
        """
        names = {f.name for f in fields(cls)}
        if unknown := sorted(set(form) - names):
            raise ParameterError(f"a hypothesis has no setting {unknown[0]!r}; it has {', '.join(sorted(names))}.")
        if missing := sorted({"engine", "measure"} - set(form)):
            raise ParameterError(f"a hypothesis needs {' and '.join(missing)}.")
        settings = dict(form)
        for name in ("engine", "baseline"):
            if settings.get(name) is not None:
                settings[name] = policy_of(settings[name])
        if settings.get("exposure") == OFF:
            settings["exposure"] = None
        if "worlds" in settings:
            if isinstance(settings["worlds"], str) or not isinstance(settings["worlds"], Sequence):
                raise ParameterError(f"worlds must be a list of names, got {settings['worlds']!r}.")
            settings["worlds"] = tuple(settings["worlds"])
        return cls(**settings)


def policy_of(form: str | Mapping[str, Any] | Policy) -> Policy:
    """
    Return the policy that plain words name.

    Parameters
    ----------
    form : str or Mapping or Policy
        Name of a preset; or ``{"preset": name, "without": [rules], "with": {rule: settings}}``, each part optional:
        a preset ("fixed_fraction", the base stake alone, unless given), less some rules, with others put in. A setting
        that is "off" is None, which some files cannot hold.

    Returns
    -------
    Policy

    Raises
    ------
    ParameterError
        If there is no such preset, rule or setting.
    """
    if isinstance(form, Policy):
        return form
    parts: Mapping[str, Any] = {"preset": form} if isinstance(form, str) else form
    if not isinstance(parts, Mapping) or set(parts) - {"preset", "without", "with"}:
        raise ParameterError(f"a policy is a preset's name or a table of preset, without, with; got {form!r}.")
    name = parts.get("preset", "fixed_fraction")
    if name not in presets:
        raise ParameterError(f"there is no preset {name!r}; presets are {', '.join(presets)}.")
    policy = presets[name].without(*parts.get("without", ()))
    put_in = {
        rule: {k: None if v == OFF else v for k, v in held.items()} for rule, held in parts.get("with", {}).items()
    }
    return Policy.from_dict({**policy.to_dict(), **put_in})
