"""
Typst source to a PDF: tagged, archival (PDF/A-2a, PDF/UA-1), with the shipped fonts and a fixed time stamp.

`weekly_pdf` binds a whole report, `notebook_pdf` a single executed notebook. The same input and clock give
the same bytes. Stands on: `convert`, `plots` (the fonts).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from nija_research import __version__
from nija_research.errors import WorkError
from nija_research.report.convert import TYPST, Source, convert, string
from nija_research.report.parameters import read_notebook
from nija_research.report.plots import FONTS

__all__ = ["notebook_pdf", "weekly_pdf"]


def notebook_pdf(executed: str | Path, out: str | Path | None = None, *, clock: datetime | None = None) -> Path:
    """
    Make a PDF of one executed notebook.

    Parameters
    ----------
    executed : str or pathlib.Path
        The executed notebook.
    out : str or pathlib.Path, optional
        The file to write; beside the notebook unless given.
    clock : datetime.datetime, optional
        Time stamped into the file; now unless given.

    Returns
    -------
    pathlib.Path
        The PDF.

    Raises
    ------
    NotebookError
        If the file is not a notebook or holds text that cannot be set.
    WorkError
        If the PDF cannot be made or written.
    """
    executed = Path(executed)
    target = Path(out) if out is not None else executed.with_suffix(".pdf")
    source = Source(executed.stem, read_notebook(executed))
    with tempfile.TemporaryDirectory(prefix="nija-") as temporary:
        body = convert([source], Path(temporary))[0]
        head = f"#show: base.with(title: {string(executed.stem)}, author: {string('nija_research')}, header: false)"
        data = _compile(f"{head}\n\n{body}\n", Path(temporary), clock)
    _write(target, data)
    return target


def weekly_pdf(
    target: Path,
    *,
    title: str,
    author: str,
    week: str,
    summary: Source,
    chapters: Sequence[Source],
    facts: Sequence[tuple[str, str]] = (),
    files: Sequence[tuple[str, str, str]] = (),
    clock: datetime | None = None,
) -> None:
    """Bind a report: cover, the summary on one page, contents, one chapter a notebook. Writes `target`."""
    broken = [s.name for s in (summary, *chapters) if s.failure is not None]
    incomplete = f"{', '.join(broken)} did not run to the end; see there." if broken else ""

    def array(rows: Sequence[Sequence[str]]) -> str:
        return "(" + "".join("(" + "".join(string(c) + ", " for c in row) + "), " for row in rows) + ")"

    with tempfile.TemporaryDirectory(prefix="nija-") as temporary:
        first, *bodies = convert([summary, *chapters], Path(temporary))
        head = f"title: {string(title)}, week: {string(week)}, author: {string(author)}"
        head += f", incomplete: {string(incomplete) if incomplete else 'none'}"
        parts = [
            f"#show: base.with(title: {string(f'{title}, {week}')}, author: {string(author)})",
            f"#cover({head}, facts: {array(facts)}, files: {array(files)})[]",
            f"#pagebreak()\n#on-one-page[\n{first}\n]",
            "#pagebreak()\n#contents()",
            *bodies,
        ]
        text = "\n\n".join(parts)
        data = _compile(text + "\n", Path(temporary), clock)
    _write(target, data)


def _compile(text: str, folder: Path, clock: datetime | None) -> bytes:
    import matplotlib as mpl
    import typst

    when = (clock or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)  # Typst counts whole seconds
    fields = ("year", "month", "day", "hour", "minute", "second")
    stamp = f"datetime({', '.join(f'{name}: {getattr(when, name)}' for name in fields)})"
    keywords = string(f"nija_research {__version__}")
    text = text.replace("#show: base.with(", f"#show: base.with(stamp: {stamp}, keywords: ({keywords},), ", 1)
    shutil.copy(TYPST / "template.typ", folder)
    main = folder / "main.typ"
    main.write_text('#import "template.typ": *\n' + text, encoding="utf-8")
    fallback = Path(mpl.get_data_path()) / "fonts" / "ttf"  # what figures use for signs that our fonts lack
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS, fallback])
    try:
        compiler = typst.Compiler(main, root=folder, font_paths=fonts)
        data = compiler.compile(format="pdf", timestamp=when, pdf_standards=["a-2a", "ua-1"])
    except typst.TypstError as fault:
        said = " ".join([fault.message, *fault.hints]).replace(str(folder), "")
        raise WorkError(f"the PDF cannot be set: {said}") from None
    assert isinstance(data, bytes)
    return data


def _write(target: Path, data: bytes) -> None:
    partial = target.with_name(f".{target.name}-partial")
    try:
        partial.write_bytes(data)
        partial.replace(target)
    except OSError as fault:
        partial.unlink(missing_ok=True)
        raise WorkError(f"{target}: cannot be written: {fault.strerror or fault}.") from None
