"""Imports go down only, public names are documented, and the command line opens without the heavy floors."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import nija_research

PACKAGE = Path(nija_research.__file__).parent
FLOORS = {
    "errors": 0,
    "units": 0,
    "places": 0,
    "sources": 0,
    "compiled": 0,
    "data": 1,
    "estimate": 2,
    "strategy": 3,
    "policy": 4,
    "engines": 4,
    "simulate": 5,
    "judge": 6,
    "report": 7,
    "explore": 8,  # draws what report shows
    "cli": 9,
    "__main__": 10,
    "__init__": 10,
}
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "_suite" not in p.parts)


def floor_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Names of the floors a file imports, wherever in the file it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            names = [node.module or ""]
            if node.module == "nija_research":
                names = [f"nija_research.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("nija_research.")}
    return found - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_only(path):
    here = floor_of(path)
    assert here in FLOORS, f"{here} stands on no floor"
    for there in imported(path):
        assert there == here or FLOORS[there] <= FLOORS[here], f"{path.name} on floor {here} imports {there}, above it"
        if FLOORS[there] == FLOORS[here] and there != here:
            assert FLOORS[here] in (0, 4), f"{here} and {there} stand side by side"


def everything_listed():
    """Names that a module lists as its own: (thing, whether its floor hands it on to users)."""
    for path in MODULES:
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        if name.endswith("__main__"):
            continue
        floor = importlib.import_module(".".join(name.split(".")[:2]))
        module = importlib.import_module(name)
        for attribute in getattr(module, "__all__", []):
            thing = getattr(module, attribute)
            if getattr(thing, "__module__", None) == name and (inspect.isfunction(thing) or inspect.isclass(thing)):
                public = attribute in getattr(floor, "__all__", [])
                yield pytest.param(thing, public, id=f"{name}.{attribute}")


@pytest.mark.parametrize(("thing", "public"), list(everything_listed()))
def test_names_say_what_they_take_and_give(thing, public):
    text = inspect.getdoc(thing) or ""
    assert text, "no docstring"
    if inspect.isclass(thing) or not public:
        return
    signature = inspect.signature(thing)
    if signature.parameters:
        assert "Parameters\n-" in text, "parameters are not described"
        for name in signature.parameters:
            assert name in text, f"{name} is not described"
    if signature.return_annotation not in ("None", None, inspect.Signature.empty):
        assert any(f"{section}\n-" in text for section in ("Returns", "Yields")) or "context" in text, "no Returns"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_say_what_is_here(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "no module docstring"


def test_the_command_line_opens_without_the_heavy_packages():
    code = (
        "import sys, nija_research.cli, nija_research.report\n"
        "heavy = {'pandas', 'numpy', 'scipy', 'matplotlib', 'papermill', 'numba', 'arch', 'pydantic', 'typst'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
