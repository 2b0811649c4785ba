"""
Files as tables of cells: text stays text, every row knows its line, the content has a hash.

CSV (comma, semicolon, tab or bar; UTF-8; gzip allowed), Parquet and Feather. Comment lines (``#``) may stand before the
header. A `Fault` says where a file is wrong, what was wanted and what was got; `raise_if` lists them all in one error.
Rows are line numbers of the text file, the header included, so that an editor's "go to line" finds them; tables without
lines (Parquet, Feather) are numbered as if they had been written as text under a header. Nothing here knows what a
column means.
"""

from __future__ import annotations

import csv
import difflib
import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nija_research.errors import DataError, ParameterError, WorkError

__all__ = ["LISTED", "SUPPORTED", "Fault", "RawTable", "Reading", "raise_if", "read_table", "write_whole"]

#: Faults spelled out in one message; the rest is counted.
LISTED = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing that is wrong with a file.

    Attributes
    ----------
    row : int or None
        Line number in the text file, header included; None for a fault of the whole column, which is named.
    column : str
        The file's own column name, or empty for a fault of the whole row.
    wanted, got : str
        What should stand there and what does.
    """

    row: int | None
    column: str
    wanted: str
    got: str

    def __str__(self) -> str:
        row = "" if self.row is None else f"row {self.row}"
        column = f"{self.column!r}" if self.column else ""
        place = f"{row or 'column'} {column}".rstrip()
        return f"{place}: wanted {self.wanted}, got {self.got}"


def raise_if(faults: Iterable[Fault], source: str) -> None:
    """
    Raise one error that lists every fault, or return when there is none.

    Parameters
    ----------
    faults : iterable of Fault
        In any order; the message lists them by row, whole columns first.
    source : str
        Name of the file, for the message.

    Raises
    ------
    DataError
        If there is any fault. At most `LISTED` are spelled out.

    Examples
    --------
    >>> raise_if([Fault(17, "pnl", "a number", "'abc'")], "trades.csv")
    Traceback (most recent call last):
        ...
    nija_research.errors.DataError: trades.csv: 1 fault. row 17 'pnl': wanted a number, got 'abc'
    """
    ordered = sorted(faults, key=lambda fault: fault.row or 0)
    if not ordered:
        return
    listing = "; ".join(str(fault) for fault in ordered[:LISTED])
    more = f"; and {len(ordered) - LISTED} more" if len(ordered) > LISTED else ""
    count = "1 fault" if len(ordered) == 1 else f"{len(ordered)} faults"
    raise DataError(f"{source}: {count}. {listing}{more}")


TEXT = (".csv", ".tsv", ".txt", ".csv.gz")
BINARY = (".parquet", ".feather")
#: File endings that can be read.
SUPPORTED = TEXT + BINARY

_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class RawTable:
    """
    The cells of a file before anything is known about them.

    Attributes
    ----------
    name : str
        File name without folders.
    sha256 : str
        Hash of the file's bytes.
    frame : pandas.DataFrame
        Text columns hold stripped text, an empty cell is ``""``; Parquet and Feather keep their types.
    lines : ndarray of int64, shape (n,)
        Line number of each row, the header included.
    faults : tuple of Fault
        Rows that could not be cut into cells; they are not in `frame`.
    """

    name: str
    sha256: str
    frame: pd.DataFrame
    lines: NDArray[np.int64]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A file read as far as it goes, with everything that is wrong with it.

    Attributes
    ----------
    frame : pandas.DataFrame
        The table; trustworthy only when there are no faults.
    faults : tuple of Fault
        All faults of all rows.
    """

    frame: pd.DataFrame
    faults: tuple[Fault, ...]


def read_table(path: str | os.PathLike[str]) -> RawTable:
    """
    Read a file into cells, or say in one sentence why it cannot be read.

    Parameters
    ----------
    path : str or path-like
        A file whose name ends in one of `SUPPORTED`.

    Returns
    -------
    RawTable

    Raises
    ------
    ParameterError
        If `path` is not a path.
    DataError
        If the file is missing, a folder, empty, of another kind, not UTF-8, or has no usable header.
    """
    if not isinstance(path, str | os.PathLike):
        raise ParameterError(f"path must be a file name or a bundled name, got {type(path).__name__}.")
    file = Path(path).expanduser()
    name = file.name
    ending = next((end for end in SUPPORTED if name.lower().endswith(end)), None)
    content = _content(file, str(path))
    if ending is None:
        kind = f"the ending {file.suffix!r}" if file.suffix else "no ending"
        raise DataError(f"{name}: wanted a file that ends in {', '.join(SUPPORTED)}, got {kind}.")
    if not content:
        raise DataError(f"{name}: wanted a header line and rows, got an empty file.")
    sha256 = hashlib.sha256(content).hexdigest()
    if ending in BINARY:
        frame = _typed(content, name, ending)
        return RawTable(name, sha256, frame, np.arange(len(frame), dtype=np.int64) + 2)
    if ending.endswith(".gz"):
        content = _unzipped(content, name)
    frame, lines, faults = _cells(_text(content, name), name)
    return RawTable(name, sha256, frame, lines, faults)


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """
    Write a file beside its place and move it in whole, so that nobody meets half of it.

    Parameters
    ----------
    path : pathlib.Path
        The file; replaced if it is there.
    write : callable
        Writes to the path it is given.

    Raises
    ------
    WorkError
        If the file cannot be written; an older one stays as it was.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        write(part)
        part.replace(path)
    except OSError as error:
        raise WorkError(f"{path}: cannot be written ({error.strerror or error}).") from None
    finally:
        part.unlink(missing_ok=True) if path.parent.is_dir() else None


def _content(file: Path, given: str) -> bytes:
    if file.is_dir():
        raise DataError(f"{given}: wanted a file, got a folder.")
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        near: list[str] = []
        if file.parent.is_dir():
            near = difflib.get_close_matches(file.name, os.listdir(file.parent), n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise DataError(f"{given}: no such file, and not the name of a bundled data set.{hint}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DataError(f"{given}: cannot be read ({reason}).") from None


def _typed(content: bytes, name: str, ending: str) -> pd.DataFrame:
    """Parquet or Feather as a frame whose index, when it carries data, is a column again."""
    import pyarrow as pa

    read = pd.read_parquet if ending == ".parquet" else pd.read_feather
    try:
        frame = read(io.BytesIO(content))
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0][:120]
        raise DataError(f"{name}: wanted a {ending[1:]} file, got something else ({reason}).") from None
    if isinstance(frame.index, pd.DatetimeIndex) or frame.index.name is not None:
        frame = frame.reset_index(names=frame.index.name or "time")
    frame = frame.reset_index(drop=True)
    frame.columns = [str(column) for column in frame.columns]
    _refuse_twins(list(frame.columns), name)
    return frame


def _unzipped(content: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise DataError(f"{name}: wanted gzip, got something else or a file cut short.") from None


def _text(content: bytes, name: str) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(f"{name}: wanted UTF-8 text, got UTF-16. Save the file as UTF-8.")
    if b"\x00" in content:
        raise DataError(f"{name}: wanted text, got a binary file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise DataError(
            f"{name}: wanted UTF-8 text, got byte 0x{byte:02x} in line {line}. Save the file as UTF-8."
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cells(text: str, name: str) -> tuple[pd.DataFrame, NDArray[np.int64], tuple[Fault, ...]]:
    """Cut text into cells; a row whose number of cells is wrong becomes a fault."""
    lines = text.split("\n")
    # Comments count only above the header: further down a leading '#' may be part of a trade's id.
    top = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), None)
    if top is None:
        raise DataError(f"{name}: wanted a header line, got only blank or comment lines.")
    delimiter = max(_DELIMITERS, key=lines[top].count)
    header = [cell.strip() for cell in next(csv.reader([lines[top]], delimiter=delimiter))]
    if len(header) > 1 and not any(any(c.isalpha() for c in cell) for cell in header):
        raise DataError(f"{name}: wanted a header line with column names, got {lines[top][:60]!r}.")
    _refuse_twins(header, name)
    rows: list[str] = []
    numbers: list[int] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines[top + 1 :], start=top + 2):
        if not line.strip(f" {delimiter}") and (not line.strip() or len(header) > 1):
            continue
        if line.count('"') % 2:
            faults.append(Fault(number, "", "every quote closed on its line", repr(line[:60])))
            continue
        quoted = '"' in line
        count = len(next(csv.reader([line], delimiter=delimiter))) if quoted else line.count(delimiter) + 1
        if count != len(header):
            faults.append(Fault(number, "", f"{len(header)} cells as in the header", f"{count}"))
            continue
        rows.append(line)
        numbers.append(number)
    frame = pd.read_csv(
        io.StringIO("\n".join(rows)),
        sep=delimiter,
        names=header,
        header=None,
        index_col=False,
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
    )
    frame = frame.apply(lambda column: column.str.strip()) if len(frame) else frame
    return frame, np.asarray(numbers, dtype=np.int64), tuple(faults)


def _refuse_twins(header: list[str], name: str) -> None:
    twins = sorted({column for column in header if header.count(column) > 1 and column})
    if twins:
        raise DataError(f"{name}: wanted every column name once, got {', '.join(map(repr, twins))} twice.")
