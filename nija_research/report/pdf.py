"""
Executed notebooks to one PDF: text by pandoc, figures as SVG, tables from their data, set by Typst.

The PDF is tagged and archival (PDF/A-2a, PDF/UA-1), with the shipped fonts and a fixed time stamp: the same input and
clock give the same bytes. Code is not shown. What cannot be set is an error that names notebook and formula.
"""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nija_research import __version__
from nija_research.errors import NotebookError, WorkError
from nija_research.report import plots, records, tables
from nija_research.report.output_folder import write_file
from nija_research.report.parameters import read_notebook
from nija_research.report.plots import FONTS

__all__ = ["TYPST", "Failure", "Source", "convert", "notebook_pdf", "string", "weekly_pdf"]

#: Folder of the template and the pandoc filter.
TYPST = Path(__file__).parent / "typst"

_MARKDOWN = "markdown-yaml_metadata_block-implicit_figures+lists_without_preceding_blankline+autolink_bare_uris"
_MARK = "//@@cell "
# Letters of a cell from which on it is wrapped, alone and beside a column of sentences.
_SENTENCE, _PHRASE = 45, 22
# Widths grow less than texts do: a narrow column costs its readers more than a long cell.
_LESS = 0.75

_SIZE = re.compile(r'<svg[^>]*?width="([\d.]+)pt"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a notebook did not run to its end."""

    cell: int
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class Source:
    """An executed notebook (its JSON), by name; with the failure if it has one."""

    name: str
    content: dict[str, Any]
    failure: Failure | None = None


@dataclass(slots=True)
class _Page:
    """Markdown to convert in one call, and what is counted over all notebooks."""

    folder: Path
    texts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    figures: int = 0
    notebook: str = ""

    def text(self, markdown: str) -> str:
        """Keep markdown for pandoc, and return the mark that stands for what comes back."""
        self.texts.append(markdown)
        return f"\0{len(self.texts) - 1}\0"


def convert(sources: Sequence[Source], folder: Path) -> list[str]:
    """
    Turn executed notebooks into Typst source, one text each.

    Parameters
    ----------
    sources : sequence of Source
        The notebooks, in the order of the report.
    folder : pathlib.Path
        Where figure files go; the source names them relative to it.

    Returns
    -------
    list of str

    Raises
    ------
    NotebookError
        If a formula or a piece of TeX cannot be set; lists every one.
    """
    page = _Page(folder)
    parts = ["\n\n".join(_notebook(page, source)) for source in sources]
    converted = _pandoc(page.texts, [s.name for s in sources], page.labels)
    return [re.sub("\0(\\d+)\0", lambda mark: converted[int(mark[1])], part) for part in parts]


def string(text: str) -> str:
    """Write a Typst string literal; control characters, which no font has, become spaces."""
    clean = "".join(c if c.isprintable() or c == "\n" else " " for c in text.replace("\t", "    "))
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _notebook(page: _Page, source: Source) -> list[str]:
    page.notebook = source.name
    opening = f"```{{=typst}}\n//@@notebook {source.name}\n```\n\n"
    cells = source.content["cells"]
    markdown = [_source(c) for c in cells if c["cell_type"] == "markdown"]
    title = next((m[0] for t in markdown if (m := re.search(r"^# .*", t, re.MULTILINE))), "")
    if not title:
        opening += f"# {source.name.replace('_', ' ')}\n\n"
    if (f := source.failure) is not None:
        fault = f"#failed({string(source.name)}, {f.cell}, {string(f.error)}, {string(f.message)})"
        return [page.text(opening + title), fault]
    parts = [page.text(opening)]
    for cell in cells:
        if cell["cell_type"] == "markdown":
            parts.append(page.text(_source(cell)))
        elif cell["cell_type"] == "code":
            parts += [_output(page, output) for output in cell.get("outputs", [])]
    return [part for part in parts if part]


def _output(page: _Page, output: dict[str, Any]) -> str:
    """One output as Typst; empty for a record, a bare repr and what was written to standard error."""
    if output["output_type"] == "stream":
        text = _joined(output.get("text", "")).rstrip()
        return f"#printed({string(text)})" if output.get("name") == "stdout" and text else ""
    data = output.get("data", {})
    if records.MIME in data:
        return ""
    if tables.MIME in data:
        return _table(page, data[tables.MIME])
    if "image/svg+xml" in data or "image/png" in data:
        return _figure(page, data)
    if "text/markdown" in data or "text/latex" in data:
        return page.text(_joined(data.get("text/markdown") or data["text/latex"]))
    text = _joined(data.get("text/plain", "")).rstrip()
    bare = text.startswith(("<", "[<")) and text.endswith((">", ">]"))  # a repr such as <Axes: ...>
    return f"#printed({string(text)})" if text and not bare else ""


def _figure(page: _Page, data: dict[str, Any]) -> str:
    page.figures += 1
    about = data.get(plots.MIME, {})
    name = f"figure-{page.figures:03}"
    if "image/svg+xml" in data:
        svg = _joined(data["image/svg+xml"])
        name += ".svg"
        (page.folder / name).write_text(svg, encoding="utf-8")
        size = _SIZE.search(svg)
        width = f"calc.min({size.group(1)}pt, 16.4cm)" if size else "100%"
    else:
        name += ".png"
        (page.folder / name).write_bytes(base64.b64decode(_joined(data["image/png"])))
        width = "12cm"
    alt = about.get("alt") or about.get("caption") or "Figure without a description"
    return _captioned(page, f"#spot\n#drawing({string(name)}, width: {width}, alt: {string(alt)}", about, "fig")


def _table(page: _Page, data: dict[str, Any]) -> str:
    def cells(row: Sequence[str]) -> str:
        return "(" + "".join(string(c) + ", " for c in row) + ")"

    rows = "(" + "".join(cells(r) + ", " for r in data["rows"]) + ")"
    notes = cells(data.get("notes", []))
    aligns = "(" + "".join(a + ", " for a in data["align"]) + ")"
    columns = "(" + "".join(f"{width}, " for width in _widths(data["rows"], len(data["header"]))) + ")"
    breaks = len(data["rows"]) > 12 or sum(len(c) for r in data["rows"] for c in r) > 2500
    room = "#room()\n" if breaks else ""
    call = f"{room}#grid-of({cells(data['header'])}, {rows}, {aligns}, {columns}, "
    call += f"breaks: {str(breaks).lower()}, notes: {notes}"
    return _captioned(page, call, data, "tab")


def _widths(rows: Sequence[Sequence[str]], columns: int) -> list[str]:
    """
    Width of each column in Typst: its content's, or a part of what is left where it holds sentences.

    A column of sentences makes room for itself: beside one, columns of longer words wrap too, each by the length that
    three quarters of its cells stay below.
    """
    lengths = [sorted(len(row[i]) for row in rows) or [0] for i in range(columns)]
    wraps = _SENTENCE if all(each[-1] <= _SENTENCE for each in lengths) else _PHRASE
    most = [each[(3 * len(each)) // 4] if each[-1] > wraps else None for each in lengths]
    return ["auto" if n is None else f"{max(n, _PHRASE) ** _LESS:.1f}fr" for n in most]


def _captioned(page: _Page, call: str, about: dict[str, Any], kind: str) -> str:
    if not about.get("caption"):
        return f"{call})"
    label = ""
    if about.get("label"):
        name = f"{page.notebook}:{kind}-{about['label']}"
        if name in page.labels:
            raise NotebookError(f"{page.notebook}: two figures or tables carry the label {about['label']!r}.")
        page.labels.append(name)
        label = f"#label({string(name)})"
    return f"{call}, caption: [{page.text(about['caption'])}]){label}"


def _pandoc(texts: Sequence[str], notebooks: Sequence[str], labels: Sequence[str]) -> list[str]:
    """Convert all texts in one call; marks that a text swallows (an open fence) show which text it was."""
    joined = "".join(f"\n\n```{{=typst}}\n{_MARK}{n}\n```\n\n{text}" for n, text in enumerate(texts))
    pieces = re.split(rf"^{_MARK}(\d+)$", _run_pandoc(joined, notebooks, labels), flags=re.MULTILINE)
    if [int(n) for n in pieces[1::2]] != list(range(len(texts))):
        pieces = [""]
        for n, text in enumerate(texts):
            pieces += [str(n), _run_pandoc(text, notebooks, labels)]
    faults = re.findall(r"^//@@fault (.*)$", "".join(pieces), flags=re.MULTILINE)
    if faults:
        raise NotebookError(f"report text: {len(faults)} faults. {'; '.join(faults)}.")
    return [re.sub(r"^//@@notebook .*$", "", piece, flags=re.MULTILINE).strip() for piece in pieces[2::2]]


def _run_pandoc(text: str, notebooks: Sequence[str], labels: Sequence[str]) -> str:
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "--from", _MARKDOWN, "--to", "typst", "--wrap", "none"]
    command += ["--lua-filter", str(TYPST / "markdown.lua")]
    for key, names in (("notebooks", notebooks), ("labels", labels)):
        for name in names:
            command += ["--metadata", f"{key}:{name}"]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as fault:
        reason = getattr(fault, "stderr", b"") or str(fault).encode()
        raise WorkError(f"pandoc failed: {reason.decode(errors='replace').strip()}") from None
    return done.stdout.decode()


def _source(cell: dict[str, Any]) -> str:
    return _joined(cell.get("source", ""))


def _joined(text: str | list[str]) -> str:
    return "".join(text) if isinstance(text, list) else text


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
    write_file(target, data)
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
    write_file(target, data)


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
        reason = " ".join([fault.message, *fault.hints]).replace(str(folder), "")
        raise WorkError(f"the PDF cannot be set: {reason}") from None
    assert isinstance(data, bytes)
    return data
