"""
What a piece of code is made from, as a hash, and the folder for what is kept of it between processes.

A module is made from itself and from every module of this package that it imports, directly or not, wherever in its
text. Docstrings, comments and imports for type checkers are left out: they change nothing that runs. A name that a
package hands on counts as an import of the module that it comes from.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["CACHE_VARIABLE", "cache_folder", "source_key"]

#: Environment variable that names another folder for what is kept.
CACHE_VARIABLE = "NIJA_CACHE"

_PACKAGE = Path(__file__).parent
_DIGITS = 24
_KEEP = 30 * 24 * 3600  # seconds
_PARSED = "sources.json"
_MOST = 3000  # files of which that is remembered


class _Parsed(NamedTuple):
    """A file without its prose: a hash, and [module, name or "", whether only for type checkers] for each import."""

    digest: str
    imports: list[tuple[str, str, bool]]


@functools.cache
def source_key(*modules: str | Path) -> str:
    """
    Return a hash of all code that some modules are made from.

    Parameters
    ----------
    *modules : str or Path
        Dotted names of modules of this package; a package stands for all of its modules. A path is a file outside it.

    Returns
    -------
    str
        24 hexadecimal digits.
    """
    start = [name for module in modules for name in ([module] if isinstance(module, Path) else _below(module))]
    seen: dict[str, str] = {}
    before = len(_known())
    todo: list[str | Path] = [*start]
    while todo:
        module = todo.pop()
        if str(module) not in seen:
            parsed = _parsed(module)
            seen[str(module)] = parsed.digest
            todo.extend(name for item in parsed.imports if not item[2] for name in _imported(*item[:2]))
    if len(_known()) > before:
        _remember(_known())
    lines = [f"{name} {digest}" for name, digest in sorted(seen.items())]
    return hashlib.sha256("\n".join([sys.version, *map(str, start), *lines]).encode()).hexdigest()[:_DIGITS]


def cache_folder(*modules: str | Path, beside: str = "") -> Path | None:
    """
    Return the folder for what is made by exactly this code, or None when no folder can be written.

    Parameters
    ----------
    *modules : str or Path
        As in `source_key`.
    beside : str, optional
        What else it depends on, such as the version of a compiler.

    Returns
    -------
    Path or None
        Below `CACHE_VARIABLE` if it is set, else below the user's cache folder, else below the system's folder for
        temporary files.
    """
    root = _root(os.environ.get(CACHE_VARIABLE))
    if root is None:
        return None
    name = hashlib.sha256(f"{source_key(*modules)} {beside}".encode()).hexdigest()[:_DIGITS]
    try:
        return root / name if _own(root / name) else None
    except OSError:
        return None


def _below(module: str) -> list[str]:
    """Return a module, or all modules of a package."""
    file = _file(module)
    if file.name != "__init__.py":
        return [module]
    names = (path.relative_to(_PACKAGE.parent).with_suffix("").parts for path in sorted(file.parent.rglob("*.py")))
    return [".".join(parts).removesuffix(".__init__") for parts in names]


@functools.cache
def _file(module: str) -> Path:
    """Return the file of a module of this package."""
    path = _PACKAGE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if (path / "__init__.py").exists() else path.with_suffix(".py")


@functools.cache
def _imported(module: str, name: str) -> list[str]:
    """Return the modules that ``from module import name`` runs or hands on; without a name, ``import module``."""
    parts = module.split(".")
    run = [".".join(parts[: i + 1]) for i in range(len(parts))]
    if not name:
        return [*run, *_handed_on(module, "*")]
    inner = f"{module}.{name}"
    if _file(module).name == "__init__.py" and _file(inner).exists():
        return [*run, inner, *_handed_on(inner, "*")]
    return [*run, *_handed_on(module, name)]


def _handed_on(package: str, name: str) -> list[str]:
    """Return the modules that a package has a name from, at once or when first used; "*" is every name."""
    file = _file(package)
    if file.name != "__init__.py":
        return []
    items = _parsed(package).imports
    if file.with_suffix(".pyi").exists():
        items = [*items, *_parsed(file.with_suffix(".pyi"), package).imports]
    kept = [item for item in items if name in ("*", item[1])]
    return [home for there, what, _ in kept if (there, what) != (package, name) for home in _imported(there, what)]


@functools.cache
def _parsed(module: str | Path, package: str = "") -> _Parsed:
    """Read a file; what was parsed once, on any day, is looked up by the bytes of the file."""
    file = module if isinstance(module, Path) else _file(module)
    package = package or (str(module) if file.name == "__init__.py" else str(module).rpartition(".")[0])
    source = file.read_bytes()
    key = hashlib.sha256(f"{sys.version} {package} ".encode() + source).hexdigest()
    known = _known()
    if key not in known:
        tree = ast.parse(source)
        imports = list(_imports(tree, package, False))
        known[key] = [hashlib.sha256(ast.dump(_Bare().visit(tree)).encode()).hexdigest(), imports]
    digest, imports = known[key]
    return _Parsed(digest, [(home, name, bool(typing)) for home, name, typing in imports])


def _imports(node: ast.AST, package: str, typing: bool) -> Iterator[tuple[str, str, bool]]:
    """Imports of this package's modules anywhere below a node."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            found = [(alias.name, "") for alias in child.names]
        elif isinstance(child, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - child.level] if child.level else []
            home = ".".join([*above, *([child.module] if child.module else [])])
            found = [(home, alias.name) for alias in child.names]
        elif isinstance(child, ast.If) and _for_types(child):
            yield from _imports(ast.Module(child.body, []), package, True)
            yield from _imports(ast.Module(child.orelse, []), package, typing)
            continue
        else:
            yield from _imports(child, package, typing)
            continue
        yield from ((home, name, typing) for home, name in found if home.split(".")[0] == _PACKAGE.name)


def _for_types(node: ast.If) -> bool:
    return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


class _Bare(ast.NodeTransformer):
    """Drops what never runs: docstrings and other lone constants, and blocks for type checkers."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        return node.orelse if _for_types(node) else node


@functools.cache
def _known() -> dict[str, list[Any]]:
    """Return what was parsed before; a file that is damaged counts as none."""
    root = _root(os.environ.get(CACHE_VARIABLE))
    try:
        digest, text = ("", "{}") if root is None else (root / _PARSED).read_text(encoding="utf-8").split("\n", 1)
        return dict(json.loads(text)) if digest == hashlib.sha256(text.encode()).hexdigest() else {}
    except (OSError, ValueError):
        return {}


def _remember(known: dict[str, list[Any]]) -> None:
    root = _root(os.environ.get(CACHE_VARIABLE))
    if root is None:
        return
    text = json.dumps(dict(list(known.items())[-_MOST:]))
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(dir=root, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}")
        os.replace(name, root / _PARSED)


@functools.cache
def _root(named: str | None) -> Path | None:
    """Return the first folder, of those to try, that can be written."""
    shared = Path(tempfile.gettempdir()) / f"nija_research-{os.getuid() if hasattr(os, 'getuid') else 0}"
    roots = [Path(named)] if named else [shared]
    if not named:
        with contextlib.suppress(RuntimeError):  # no home
            user = os.environ.get("XDG_CACHE_HOME")
            roots.insert(0, (Path(user) if user else Path.home() / ".cache") / "nija_research")
    for root in roots:
        with contextlib.suppress(OSError):
            root.mkdir(parents=True, mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=root):
                return root
    return None


def _own(folder: Path) -> bool:
    """Make a folder, or say that it is in use still; False if it is somebody else's, whose code is never run."""
    if not folder.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        _drop_old(folder.parent)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        return False
    os.utime(folder)
    return True


def _drop_old(root: Path) -> None:
    """Delete what is kept of other code and was not asked for in a while."""
    for folder in root.iterdir():
        named = len(folder.name) == _DIGITS and set(folder.name) <= set("0123456789abcdef")
        if named and folder.is_dir() and time.time() - folder.stat().st_mtime > _KEEP:
            shutil.rmtree(folder, ignore_errors=True)
