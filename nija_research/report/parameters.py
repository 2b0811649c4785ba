"""
Parameters a notebook declares: read without running it, checked before a kernel starts.

The first code cell carries the tag ``parameters`` and holds one line for each:
``name: type = literal  # unit, meaning``. The cell is parsed, never executed. Types are int, float, str,
bool, None, ``list[...]``, ``dict[str, ...]`` and unions of these. Bool is not int; an int serves as float.
Nothing here runs notebooks.
"""

from __future__ import annotations

import ast
import io
import json
import math
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from nija_research.errors import NotebookError, ParameterError

__all__ = ["Parameter", "bind", "notebook_parameters", "parse_assignment", "read_notebook"]

_SCALARS: dict[str, type] = {"int": int, "float": float, "str": str, "bool": bool}
_BOOLS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter: name, type as written, default value and meaning (unit first)."""

    name: str
    type: str
    default: Any
    meaning: str
    required: bool = False


def read_notebook(path: str | Path) -> dict[str, Any]:
    """
    Read a notebook's JSON, or say why the file is not one.

    Parameters
    ----------
    path : str or pathlib.Path
        An ``.ipynb`` file, format 4.

    Returns
    -------
    dict

    Raises
    ------
    NotebookError
        If the file is missing, unreadable or not a version 4 notebook.
    """
    path = Path(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        near = _near(path.stem, [p.stem for p in path.parent.glob("*.ipynb")])
        raise NotebookError(f"{path}: no such notebook.{near}") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise NotebookError(f"{path}: cannot be read: {_reason(fault)}.") from None
    except json.JSONDecodeError as fault:
        raise NotebookError(f"{path}: not a notebook: line {fault.lineno} is not JSON ({fault.msg}).") from None
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise NotebookError(f"{path}: not a notebook: it has no list of cells.")
    if content.get("nbformat") != 4:
        raise NotebookError(f"{path}: wanted notebook format 4, got {content.get('nbformat')!r}.")
    return content


def notebook_parameters(path: str | Path) -> list[Parameter]:
    """
    Read the parameters a notebook declares, in the order written.

    Parameters
    ----------
    path : str or pathlib.Path
        The notebook.

    Returns
    -------
    list of Parameter

    Raises
    ------
    NotebookError
        If the file is not a notebook, has no cell tagged ``parameters``, or that cell holds anything but
        ``name: type = literal`` lines; the message lists every such line.
    """
    path = Path(path)
    cells = read_notebook(path)["cells"]
    tagged = [c for c in cells if "parameters" in (c.get("metadata", {}).get("tags") or [])]
    if len(tagged) != 1:
        raise NotebookError(
            f"{path.name}: wanted one code cell tagged 'parameters', got {len(tagged)}. "
            "Tag the cell in JupyterLab's property inspector."
        )
    source = tagged[0].get("source", "")
    source = "".join(source) if isinstance(source, list) else source
    try:
        tree = ast.parse(source)
    except SyntaxError as fault:
        raise NotebookError(f"{path.name}: parameters cell, line {fault.lineno}: {fault.msg}.") from None
    comments = _comments(source)
    declared: dict[str, Parameter] = {}
    faults: list[str] = []
    for node in tree.body:
        try:
            parameter = _declared(node, comments)
            if parameter.name in declared:
                raise ParameterError(f"{parameter.name} is declared twice")
            declared[parameter.name] = parameter
        except ParameterError as fault:
            faults.append(f"line {node.lineno}: {fault}")
    if faults:
        raise NotebookError(
            f"{path.name}: parameters cell: {'; '.join(faults)}. "
            "Each line reads `name: type = literal  # unit, meaning`."
        )
    return list(declared.values())


def bind(declared: Sequence[Parameter], given: Mapping[str, Any], *, notebook: str = "notebook") -> dict[str, Any]:
    """
    Check the given values against the declared parameters.

    Parameters
    ----------
    declared : sequence of Parameter
        What the notebook declares.
    given : mapping
        Values by name.
    notebook : str, optional
        Name for the message.

    Returns
    -------
    dict
        Every declared parameter with its value, defaults included, in the order declared.

    Raises
    ------
    NotebookError
        If a name is not declared or a parameter without default is missing; lists every fault.
    ParameterError
        If only types or values are wrong; lists every fault.

    Examples
    --------
    >>> bind([Parameter("n_paths", "int", 100, "count")], {"n_paths": 5})
    {'n_paths': 5}
    """
    by_name = {p.name: p for p in declared}
    names = [f"unknown parameter {n!r}{_near(n, by_name)}" for n in given if n not in by_name]
    values: list[str] = []
    bound: dict[str, Any] = {}
    for parameter in declared:
        if parameter.name not in given:
            if parameter.required:
                names.append(f"{parameter.name!r} ({parameter.type}) has no default and is missing")
            bound[parameter.name] = parameter.default
            continue
        try:
            bound[parameter.name] = _checked(parameter.name, parameter.type, given[parameter.name])
        except ParameterError as fault:
            values.append(str(fault))
    if names:
        has = ", ".join(f"{p.name}: {p.type}" for p in declared) or "none"
        raise NotebookError(f"{notebook}: {'; '.join(names + values)}. It declares: {has}.")
    if values:
        raise ParameterError(f"{notebook}: {'; '.join(values)}.")
    return bound


def parse_assignment(text: str | Iterable[str], declared: Sequence[Parameter]) -> dict[str, Any]:
    """
    Read ``NAME=VALUE`` as typed on a command line, by the declared type.

    Parameters
    ----------
    text : str or iterable of str
        One assignment or several. Lists are written ``1,2,3`` or ``[1, 2, 3]``; an optional parameter takes ``none``.
    declared : sequence of Parameter
        What may be set.

    Returns
    -------
    dict
        Values by name.

    Raises
    ------
    ParameterError
        If a name is unknown, given twice, or a value cannot be read; lists every fault.

    Examples
    --------
    >>> parse_assignment("levels=0.5,1", [Parameter("levels", "list[float]", [1.0], "shares of Kelly")])
    {'levels': [0.5, 1.0]}
    """
    by_name = {p.name: p for p in declared}
    parsed: dict[str, Any] = {}
    faults: list[str] = []
    for item in [text] if isinstance(text, str) else text:
        name, equals, value = item.partition("=")
        name = name.strip()
        if not equals or not name:
            faults.append(f"wanted NAME=VALUE, got {item!r}")
        elif name not in by_name:
            faults.append(f"unknown parameter {name!r}{_near(name, by_name)} (has: {', '.join(by_name) or 'none'})")
        elif name in parsed:
            faults.append(f"{name} is given twice")
        else:
            try:
                parsed[name] = _checked(name, by_name[name].type, _literal(value.strip(), by_name[name].type))
            except ParameterError as fault:
                faults.append(str(fault))
    if faults:
        raise ParameterError(f"{'; '.join(faults)}.")
    return parsed


def _declared(node: ast.stmt, comments: Mapping[int, str]) -> Parameter:
    if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
        raise ParameterError(f"`{ast.unparse(node)}` declares no parameter")
    name, kind = node.target.id, ast.unparse(node.annotation)
    _accepts(node.annotation, None, name)
    meaning = comments.get(node.end_lineno or node.lineno, "")
    if node.value is None:
        return Parameter(name, kind, None, meaning, required=True)
    try:
        default = ast.literal_eval(node.value)
    except (ValueError, TypeError, SyntaxError):
        raise ParameterError(f"the default of {name} is not a literal, got `{ast.unparse(node.value)}`") from None
    return Parameter(name, kind, _checked(name, kind, default), meaning)


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT}


def _checked(name: str, kind: str, value: Any) -> Any:
    ok, result = _accepts(ast.parse(kind, mode="eval").body, value, name)
    if ok:
        return result
    if isinstance(value, float) and not math.isfinite(value):
        raise ParameterError(f"{name} must be finite, got {value!r}")
    raise ParameterError(f"{name} must be {kind}, got {value!r} ({type(value).__name__})")


def _accepts(node: ast.expr, value: Any, name: str) -> tuple[bool, Any]:
    """Say whether `value` is of the annotated type, and return it (an int widened where float is wanted)."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        left, right = _accepts(node.left, value, name), _accepts(node.right, value, name)
        return left if left[0] else right
    if isinstance(node, ast.Constant) and node.value is None:
        return value is None, None
    if isinstance(node, ast.Name) and node.id in _SCALARS:
        if node.id == "float" and isinstance(value, (int, float)) and not isinstance(value, bool):
            return math.isfinite(value), float(value)
        return type(value) is _SCALARS[node.id], value
    if isinstance(node, ast.Name) and node.id in ("list", "dict"):
        return isinstance(value, {"list": list, "dict": dict}[node.id]), value
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        if node.value.id == "list":
            items = [_accepts(node.slice, v, name) for v in value] if isinstance(value, list) else []
            _accepts(node.slice, None, name)
            return isinstance(value, list) and all(ok for ok, _ in items), [v for _, v in items]
        if node.value.id == "dict" and isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            of = node.slice.elts[1]
            pairs = {k: _accepts(of, v, name) for k, v in value.items()} if isinstance(value, dict) else {}
            fits = isinstance(value, dict) and all(isinstance(k, str) and ok for k, (ok, _) in pairs.items())
            return fits, {k: v for k, (_, v) in pairs.items()}
    raise ParameterError(
        f"the type of {name} is not one of int, float, str, bool, None, list, dict: `{ast.unparse(node)}`"
    )


def _literal(text: str, kind: str) -> Any:
    """Read `text` as the declared type would be typed; what does not fit comes back as text and is refused later."""
    kinds = [k.strip() for k in kind.split("|")]
    if "None" in kinds and text.lower() in ("none", ""):
        return None
    for one in kinds:
        if one == "bool" and text.lower() in _BOOLS:
            return _BOOLS[text.lower()]
        if one in ("int", "float"):
            try:
                return int(text) if one == "int" else float(text)
            except ValueError:
                continue
        if one.startswith(("list", "dict")):
            try:
                value = ast.literal_eval(text)
                return list(value) if isinstance(value, tuple) else value
            except (ValueError, SyntaxError):
                pass
            if one.startswith("list[") and not text.startswith("["):
                return [_literal(part.strip(), one[5:-1]) for part in text.split(",") if part.strip()]
    return text


def _near(name: str, names: Iterable[str]) -> str:
    close = get_close_matches(name, list(names), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def _reason(fault: Exception) -> str:
    return getattr(fault, "strerror", None) or str(fault)
