"""The examples in the docstrings say what the code does."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import nija_research

PACKAGE = Path(nija_research.__file__).parent


def test_examples_in_docstrings_are_true(capsys):
    wrong, tried = [], 0
    for path in sorted(PACKAGE.rglob("*.py")):
        if ">>> " in path.read_text(encoding="utf-8"):
            name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
            result = doctest.testmod(importlib.import_module(name))
            wrong += [name] * (result.failed > 0)
            tried += result.attempted
    assert not wrong, capsys.readouterr().out
    assert tried > 50
