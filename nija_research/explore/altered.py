"""
A preset with rules switched off and thresholds moved, by the names of the policy explorer's settings.

Every value goes through the rules' own checks. Stands on: `policy`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nija_research import policy
from nija_research.errors import ParameterError
from nija_research.policy.checks import choice

__all__ = ["ALTERED", "RULES", "altered", "thresholds_of"]

#: Thresholds that can be moved: rule, field, and place in it where the field is a tuple.
ALTERED: dict[str, tuple[str, str, int | None]] = {
    "stake": ("stake", "share", None),
    "caution": ("drawdown", "depth", 0),
    "warning": ("drawdown", "depth", 1),
    "danger": ("drawdown", "depth", 2),
    "halt": ("drawdown", "depth", 3),
    "day_stop": ("stops", "day", None),
    "week_stop": ("stops", "week", None),
    "peak_stop": ("stops", "peak", None),
    "hot": ("streak", "hot", None),
    "cold": ("streak", "cold", None),
    "siphon": ("war_chest", "rate", None),
}

#: Rules that can be switched off.
RULES = tuple(name for name in policy.Policy.__dataclass_fields__ if name != "stake")


def altered(preset: str, off: list[str], thresholds: Mapping[str, float | None]) -> policy.Policy:
    """
    Return a preset with some rules switched off and some thresholds moved.

    Parameters
    ----------
    preset : str
        Name in `policy.presets`.
    off : list of str
        Rules switched off.
    thresholds : mapping of str to float or None
        By names of `ALTERED`; None leaves the preset's. One of a rule that is off, or that the preset has not, is
        refused.

    Returns
    -------
    Policy

    Raises
    ------
    ParameterError
        If there is no such preset or rule, or a threshold is out of range or belongs to no rule that is on.
    """
    on = policy.presets[choice("preset", preset, policy.presets)].without(*off).to_dict()
    for name, value in thresholds.items():
        if value is None:
            continue
        if name not in thresholds_of(on):
            raise ParameterError(f"{name} belongs to a rule that is off: {preset} has no {ALTERED[name][0]} to set.")
        rule, field, place = ALTERED[name]
        field = "kelly" if name == "stake" and on["stake"]["kelly"] > 0.0 else field
        if place is None:
            on[rule][field] = value
        else:
            on[rule][field] = tuple(value if k == place else x for k, x in enumerate(on[rule][field]))
        if name == "siphon" and "profit_split" in on:  # one share, printed twice; the rest is reinvested
            split = on["profit_split"]
            split["reinvest"] = round(split["reinvest"] + split["chest"] - value, 12)
            split["chest"] = value
    return policy.Policy.from_dict(on)


def thresholds_of(on: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return the thresholds that a policy has, by names of `ALTERED`."""
    found = {}
    for name, (rule, field, place) in ALTERED.items():
        if rule not in on:
            continue
        value = on[rule][field] if place is None else on[rule][field][place]
        if name == "stake" and not value:
            value = on[rule]["kelly"] or None  # an allocator stakes by balance, which is nothing to move here
        if value is not None:
            found[name] = float(value)
    return found
