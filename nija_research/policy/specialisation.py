"""
What a kernel is compiled for, as types: the rules and parts of rules that are on, and what a run asks for.

A `Specialisation` goes into a kernel beside the settings. What its types say is off becomes a constant, what they say
is on is tested once (`fits`), and the compiler drops the branches that are left over. The numbers stay the same. Its
names and the functions that read it are made from the rules' own fields (`fields.Part`).
"""

from __future__ import annotations

import sys
from collections import namedtuple
from collections.abc import Sequence
from typing import Any, TypeAlias, get_type_hints

from nija_research.compiled import chosen, known, replace, rule
from nija_research.policy import stack
from nija_research.policy.fields import NEVER, made, parts, settings_reader
from nija_research.policy.policy import Policy

__all__ = ["ANY", "Flag", "Specialisation", "fits", "lane_settings", "one_position", "specialisation_of", "specialised"]

#: None is off, 1.0 is on, True may be either; a choice is a tuple, longer by one than its number.
Flag: TypeAlias = float | bool | tuple[float, ...] | None

_KINDS = get_type_hints(stack.PolicyArrays)
#: Settings of a rule that is off.
_OFF: dict[str, Any] = {name: sys.modules[kind.__module__].OFF for name, kind in _KINDS.items()}
#: (rule, setting, test) of each part that is on or off, by its flag.
_PARTS: dict[str, list[tuple[str, str, str]]] = {}
for _rule, _kind in _KINDS.items():
    for _setting, _part in parts(_kind).items():
        _PARTS.setdefault(_part.flag, []).append((_rule, _setting, _part.test))

#: What a run asks for: multipliers and full-Kelly fractions by market row, a target of equity, every count of a path
#: (else the deepest depth alone), counts of the account's parts, wins and losses in a row, all P&L, days and weeks.
_RUN = ("market", "kelly", "target", "stats", "parts", "runs", "profit", "clock")

_named: Any = namedtuple
#: What a kernel is compiled for: the rules, their parts, and what a run asks for (None or anything else).
Specialisation: Any = _named("Specialisation", dict.fromkeys([*_KINDS, *_PARTS, *_RUN]), module=__name__)

#: Everything unknown and different in every lane: the kernel for any policy.
ANY = Specialisation(*(True,) * len(Specialisation._fields))._replace(parts=None)


def specialisation_of(*policies: Policy) -> tuple[Any, Any]:
    """
    Return which rules are on in some policies, and which differ between them, as types to compile a kernel for.

    Parameters
    ----------
    *policies : Policy
        The policies that one kernel call runs.

    Returns
    -------
    on, differs : Specialisation
        Of a rule or part, `on` is None where no policy has it, 1.0 where all have it with the same settings, else True;
        `differs` is None where all have the same settings, else 1.0. Nothing is asked for yet.
    """
    columns = {name: [getattr(policy.arrays(), name) for policy in policies] for name in _KINDS}
    same = {name: all(settings == column[0] for settings in column) for name, column in columns.items()}
    on: dict[str, Flag] = {
        name: _flag([x != _OFF[name] for x in column], same[name]) for name, column in columns.items()
    }
    for flag, places in _PARTS.items():
        name, setting, test = places[0]
        numbers = {getattr(x, setting) for x in columns[name]}
        if not test:
            on[flag] = (1.0,) * (1 + int(min(numbers))) if len(numbers) == 1 else True
        elif flag not in _KINDS:
            has = [[getattr(x, k) != getattr(_OFF[r], k) for x in columns[r]] for r, k, _ in places]
            on[flag] = _flag([any(x) for x in zip(*has, strict=True)], len(places) == 1 and same[name])
    none = Specialisation(*(None,) * len(Specialisation._fields))
    return none._replace(**on), none._replace(**{name: None if same[name] else 1.0 for name in _KINDS})


def _flag(has: Sequence[bool], same: bool) -> Flag:
    return 1.0 if all(has) and same else True if any(has) else None


def _specialised_source() -> str:
    lines = ["def specialised(p, on):"]
    for name in _KINDS:
        lines.append(f"    {name} = {name}_off if on.{name} is None else p.{name}")
        switched = [(s, part) for s, part in parts(_KINDS[name]).items() if part.flag != name]
        for setting, part in switched:
            off, here = repr(getattr(_OFF[name], setting)), f"{name}.{setting}"
            value = f"{off} if on.{part.flag} is None else {here}" if part.test else f"chosen(on.{part.flag}, {here})"
            lines.append(f"    {name}_{setting} = {value}")
        if switched:
            lines.append(f"    {name} = replace({name}, {', '.join(f'{s}={name}_{s}' for s, _ in switched)})")
    return "\n".join([*lines, f"    return PolicyArrays({', '.join(_KINDS)})", ""])


def _fits_source() -> str:
    tests = [
        f"known(on.{flag}, p.{name}.{setting}{'' if test[0] == '[' else ' '}{test})"
        for flag, [(name, setting, test), *more] in _PARTS.items()
        if test and not more
    ]
    return f"def fits(p, on):\n    return {' and '.join(tests)}\n"


_NAMES = {"NEVER": NEVER, "chosen": chosen, "known": known, "replace": replace, "PolicyArrays": stack.PolicyArrays}
#: ``specialised(settings, on)``: settings with constants for all that is off; the numbers stay the same.
specialised = made("specialised", _specialised_source(), _NAMES | {f"{name}_off": off for name, off in _OFF.items()})
#: ``fits(settings, on)``: whether what is on for certain is on, so that the compiler may count on it behind a test.
fits = made("fits", _fits_source(), _NAMES)
#: ``lane_settings(v, i, n, common, differs)``: a lane's own settings where policies differ, else those in common.
lane_settings = settings_reader("lane_settings", stack.PolicyArrays)


@rule
def one_position(p: stack.PolicyArrays, most: float) -> stack.PolicyArrays:
    """
    Settings for an account that opens one position at a time and may stake at most `most` times its equity.

    Its caps, all of them shares of equity, are then one.
    """
    cap = min(min(p.stake.max_share, p.stake.max_exposure), min(p.stops.asset, most))
    stake = replace(p.stake, max_share=cap, max_exposure=NEVER)
    stops = replace(p.stops, asset=NEVER)
    return replace(p, stake=stake, stops=stops)
