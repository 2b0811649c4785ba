"""
A user's log, written anew as the canonical table; rows that cannot be read may go to a file of their own.

Both files are written beside their places and moved in whole. Nothing is dropped in silence: without a rejects file a
single bad row refuses the whole log. Stands on: `faults`, `files`, `trades`.
"""

from __future__ import annotations

import csv
import io
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nija_research.data.bundled import locate
from nija_research.data.faults import Fault, raise_if
from nija_research.data.files import RawTable, read_table
from nija_research.data.trades import trade_reading
from nija_research.errors import ParameterError, WorkError

__all__ = ["import_trades"]


def import_trades(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    rejects: str | os.PathLike[str] | None = None,
    **options: Any,
) -> tuple[int, int]:
    """
    Read a trade log and write the canonical table.

    Parameters
    ----------
    path : str or path-like
        The log as exported.
    out : str or path-like
        A file ending in ``.parquet`` or ``.csv``; replaced if it is there.
    rejects : str or path-like, optional
        A CSV file for the rows that cannot be read: line, reason, and the row's own cells. Without it any such
        row is an error.
    **options
        As in `load_trades`: format, columns, timezone, day_first, percent, net.

    Returns
    -------
    tuple of int
        Trades written, and rows rejected.

    Raises
    ------
    DataError
        If the log cannot be read, or holds faults that `rejects` does not take.
    ParameterError
        If an option is not usable or `out` has another ending.
    WorkError
        If a file cannot be written.
    """
    target = Path(out)
    if target.suffix not in (".parquet", ".csv"):
        raise ParameterError(f"out must end in .parquet or .csv, got {target.name!r}.")
    source = locate(path)
    for place in (target, *([Path(rejects)] if rejects is not None else [])):
        if place.exists() and place.samefile(source):
            raise ParameterError(f"{place}: would replace the log that is read; give another place.")
    raw = read_table(source)
    reading = trade_reading(raw, **options)
    rejected: dict[int, list[Fault]] = defaultdict(list)
    if reading.faults and rejects is not None:
        raise_if([fault for fault in reading.faults if fault.row is None], raw.name)
        for fault in reading.faults:
            rejected[fault.row or 0].append(fault)
        keep = ~np.isin(raw.lines, list(rejected))
        rest = replace(raw, frame=raw.frame[keep].reset_index(drop=True), lines=raw.lines[keep], faults=())
        reading = trade_reading(rest, **options)
    raise_if(reading.faults, raw.name)
    table = reading.frame.copy()
    table.attrs = {}  # pandas would write them into the Parquet file
    if rejects is not None:
        _write(Path(rejects), lambda part: part.write_text(_rows(raw, rejected), encoding="utf-8"))
    if target.suffix == ".parquet":
        _write(target, lambda part: table.to_parquet(part, index=False))
    else:
        _write(target, lambda part: table.to_csv(part, index=False, lineterminator="\n"))
    return len(table), len(rejected)


def _rows(raw: RawTable, rejected: dict[int, list[Fault]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["line", "reason", *raw.frame.columns])
    places = {int(line): i for i, line in enumerate(raw.lines)}
    for line, faults in sorted(rejected.items()):
        # A row that could not be cut into cells is not in the frame; its reason says so.
        cells = [] if line not in places else ["" if c is None else str(c) for c in raw.frame.iloc[places[line]]]
        writer.writerow([line, "; ".join(map(str, faults)), *cells])
    return text.getvalue()


def _write(path: Path, write: Callable[[Path], object]) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        write(part)
        part.replace(path)
    except OSError as error:
        raise WorkError(f"{path}: cannot be written ({error.strerror or error}).") from None
    finally:
        part.unlink(missing_ok=True) if path.parent.is_dir() else None
