"""Imports go down only, public names say what they take and give, and the command line opens without the heavy floors."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

from numpydoc.validate import validate

import nija_research

PACKAGE = Path(nija_research.__file__).parent
FLOORS = {
    "errors": 0,
    "units": 0,
    "interval": 0,
    "rng": 0,
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
#: Packages whose names only other packages hand on.
INNER = {"nija_research.estimate.kelly", "nija_research.judge.compare"}
#: Of numpydoc's checks: a docstring, all parameters described and none unknown, Returns or Yields. `numpydoc lint`
#: (make lint) asks less of every other function, see pyproject.toml.
CHECKS = {"GL08", "PR01", "PR02", "RT01", "YD01"}


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "_suite" not in p.parts)


def imported(path: Path) -> set[str]:
    """Names of the floors a file imports, wherever in the file it does."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            ours = node.module == "nija_research"
            names += [f"nija_research.{alias.name}" for alias in node.names] if ours else [node.module or ""]
    return {name.split(".")[1] for name in names if name.startswith("nija_research.")} - {"__version__"}


def test_imports_go_down_only():
    faults = []
    for path in modules():
        where = path.relative_to(PACKAGE)
        here = where.parts[0].removesuffix(".py")
        faults += [f"{where}: {floor} stands on no floor" for floor in sorted({here, *imported(path)} - {*FLOORS})]
        for there in sorted((imported(path) - {here}) & {*FLOORS}):
            if FLOORS[there] > FLOORS.get(here, 0):
                faults.append(f"{where}: imports {there}, a floor above")
            elif FLOORS[there] == FLOORS.get(here, 0) and FLOORS[there] not in (0, 4):
                faults.append(f"{where}: {here} and {there} stand side by side")
    assert not faults, "\n".join(faults)


def faces() -> dict[str, dict[str, object]]:
    """Packages that hand names on to users, and what they hand on."""
    names = (".".join(stub.parent.relative_to(PACKAGE.parent).parts) for stub in PACKAGE.rglob("__init__.pyi"))
    packages = {name: importlib.import_module(name) for name in sorted(names)}
    return {name: {n: getattr(package, n) for n in package.__all__} for name, package in packages.items()}


def test_no_function_hides_a_module():
    faults = []
    for face, things in faces().items():
        folder = PACKAGE.parent.joinpath(*face.split("."))
        for name, thing in things.items():
            if not inspect.ismodule(thing) and any(
                (folder / p).exists() for p in (f"{name}.py", f"{name}/__init__.py")
            ):
                faults.append(f"{face}.{name} is a {type(thing).__name__} and a module")
    assert not faults, "\n".join(faults)


def test_public_names_say_what_they_take_and_give():
    faults = []
    for face, things in faces().items():
        for name, thing in things.items() if face not in INNER else ():
            if inspect.isfunction(thing):
                errors = validate(f"{face}.{name}")["errors"]
                faults += [f"{face}.{name}: {code} {text}" for code, text in errors if code in CHECKS]
            elif inspect.isclass(thing) and not inspect.getdoc(thing):
                faults.append(f"{face}.{name}: no docstring")
    assert not faults, "\n".join(faults)


def test_the_command_line_opens_without_the_heavy_packages():
    code = (
        "import sys, nija_research.cli, nija_research.report\n"
        "heavy = {'pandas', 'numpy', 'scipy', 'matplotlib', 'papermill', 'numba', 'arch', 'pydantic', 'typst'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
