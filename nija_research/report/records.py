"""
Results that travel with the notebook: written by `record`, read back by `read_records`.

A record is a private output of the cell, so the executed notebook is the only file there is. Values are JSON:
numbers, text, bool, None, lists, dicts. NaN and infinity are refused: say None, and why beside it.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from nija_research.errors import NotebookError, ParameterError

__all__ = ["MIME", "read_records", "record", "records_of"]

#: Media type of the private output.
MIME = "application/vnd.nija.record+json"


def record(**values: Any) -> None:
    """
    Record named results of the running notebook.

    Parameters
    ----------
    **values
        JSON values; NumPy scalars and arrays, tuples, dates and timestamps are converted.

    Raises
    ------
    ParameterError
        If a value is NaN, infinite or no JSON value; the message lists every such key.
    """
    faults: list[str] = []
    plain = {key: _plain(key, value, faults) for key, value in values.items()}
    if faults:
        raise ParameterError(f"record: {'; '.join(faults)}.")
    from IPython.display import display

    text = "recorded " + ", ".join(f"{key} = {value!r}" for key, value in plain.items())
    display({MIME: {"values": plain}, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]


def read_records(path: str | Path) -> dict[str, Any]:
    """
    Read what an executed notebook recorded, or all notebooks of a folder.

    Parameters
    ----------
    path : str or pathlib.Path
        An executed notebook, or a folder of them.

    Returns
    -------
    dict
        Values by key; for a folder, by notebook name (without ``.ipynb``) and key, in the order of names.
        A notebook in the folder that ended with an error is left out: its records may be half the truth.

    Raises
    ------
    NotebookError
        If a file is not a notebook, or a key is recorded twice in it.
    """
    from nija_research.report.parameters import read_notebook

    path = Path(path)
    if not path.is_dir():
        return records_of(read_notebook(path), path.name)
    recorded: dict[str, Any] = {}
    for file in sorted(path.glob("*.ipynb")):
        content = read_notebook(file)
        if not any(o.get("output_type") == "error" for c in content["cells"] for o in c.get("outputs", [])):
            recorded[file.stem] = records_of(content, file.name)
    return recorded


def records_of(content: dict[str, Any], name: str) -> dict[str, Any]:
    """Records in a notebook already read."""
    values: dict[str, Any] = {}
    for cell in content["cells"]:
        for output in cell.get("outputs", []):
            new = output.get("data", {}).get(MIME, {}).get("values", {})
            if twice := sorted(values.keys() & new.keys()):
                raise NotebookError(f"{name}: recorded twice: {', '.join(twice)}. Give each result its own key.")
            values.update(new)
    return values


def _plain(key: str, value: Any, faults: list[str]) -> Any:
    if value is None or isinstance(value, (str, bool)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        faults.append(f"{key} must be finite, got {float(value)!r}; record None and the reason instead")
        return None
    if isinstance(value, dict):
        return {str(k): _plain(f"{key}[{k!r}]", v, faults) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(f"{key}[{i}]", v, faults) for i, v in enumerate(value)]
    if type(value).__name__ == "NaTType":
        faults.append(f"{key} is not a time (NaT); record None and the reason instead")
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return _plain(key, value.tolist(), faults)
    faults.append(f"{key} must be a JSON value, got {type(value).__name__}")
    return None
