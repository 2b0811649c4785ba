"""
What was found by hand, as a command line and as YAML, so that it runs headless.

Only what differs from the notebook's defaults is written. Stands on: `explorer`.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from nija_research.explore.explorer import Explorer

__all__ = ["as_command", "as_yaml", "changed"]


def changed(explorer: Explorer, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the settings that are not as the notebook has them.

    Parameters
    ----------
    explorer : Explorer
        Whose settings.
    values, defaults : mapping of str to object
        By name: now, and as the notebook declares them.

    Returns
    -------
    dict
        In the order of the settings.
    """
    names = [setting.name for setting in explorer.settings]
    return {name: values[name] for name in names if values[name] != defaults[name]}


def as_command(explorer: Explorer, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    """
    Write the settings as one command line, for a shell.

    Parameters
    ----------
    explorer : Explorer
        Whose settings.
    values, defaults : mapping of str to object
        As in `changed`.

    Returns
    -------
    str
        ``nija run NOTEBOOK -p NAME=VALUE ... --pdf``.
    """
    differ = changed(explorer, values, defaults)
    parts = [f"-p {shlex.quote(f'{name}={explorer[name].write(value)}')}" for name, value in differ.items()]
    return " ".join(["nija run", explorer.notebook, *parts, "--pdf"])


def as_yaml(explorer: Explorer, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    """
    Write the settings as a parameter file, for ``nija run NOTEBOOK -f FILE``.

    Parameters
    ----------
    explorer : Explorer
        Whose settings.
    values, defaults : mapping of str to object
        As in `changed`.

    Returns
    -------
    str
        Lines ``name: value``; ``{}`` where nothing differs.
    """
    import yaml

    differ = changed(explorer, values, defaults)
    return str(yaml.safe_dump(differ, sort_keys=False, allow_unicode=True))
