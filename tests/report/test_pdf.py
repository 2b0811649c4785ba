"""The finished PDF, read back."""

from __future__ import annotations

import json
import re

import pypdf
import pytest

from nija_research import report
from nija_research.errors import NotebookError
from nija_research.report.pdf import Source, convert

from .conftest import ALIGNED, CLOCK, EQUATIONS, SIZES


def source(*cells: str) -> Source:
    return Source("a", {"cells": [{"cell_type": "markdown", "source": c, "metadata": {}} for c in cells]})


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def pages(built):
    return [p.extract_text() for p in pypdf.PdfReader(built).pages]


def test_parts_in_order(built, pages):
    reader = pypdf.PdfReader(built)
    assert [o.title for o in reader.outline if not isinstance(o, list)] == ["Summary", "Kelly fraction", "Drawdown"]
    assert "Report of the week" in pages[0]
    assert "2026-W47" in pages[0]
    assert "A. Trader" in pages[0]
    assert "2018-01-02 to 2018-03-26" in pages[0]
    assert "INCOMPLETE" not in pages[0]
    assert "2 chapters, week 2026-W47" in pages[1]
    assert "Contents" in pages[2]
    assert f"3 / {len(pages)}" in pages[2]
    assert "Report of the week" in pages[2]
    assert all(len(p) > 60 for p in pages), "an empty page"


def test_tagged_archival_english(built):
    root = pypdf.PdfReader(built).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    xmp = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="2"' in xmp or "<pdfaid:part>2<" in xmp
    assert "pdfuaid" in xmp


def test_a_long_table_repeats_its_header(pages):
    with_rows = [p for p in pages if re.search(r"−\d+\.\d{3}", p)]
    assert len(with_rows) >= 2
    assert all("row" in p and "loss" in p for p in with_rows)
    text = "".join(with_rows)
    assert all(f"−{k / 7:.3f}" in text for k in range(1, 80))
    assert "A note." in text


def test_captions_numbers_and_references(pages):
    text = " ".join(pages)
    assert "Figure 1. Growth at a share" in text
    assert "Table 1. Eighty rows." in text
    assert "Figure 1 and Table 1" in re.sub(r"\s+", " ", text)


def test_links(built):
    reader = pypdf.PdfReader(built)
    targets = [a.get_object() for p in reader.pages for a in p.get("/Annots", [])]
    assert any("doi.org" in str(t.get("/A", {}).get("/URI")) for t in targets)
    assert not any("ipynb" in str(t) for t in targets)


def test_nothing_of_this_machine(built, plan_file):
    text = built.read_bytes()
    everything = " ".join(p.extract_text() for p in pypdf.PdfReader(built).pages)
    for place in (str(plan_file.parent), str(built.parent)):
        assert place.encode() not in text
        assert place not in everything
        assert not any(place in f.read_text() for f in built.parent.rglob("*.ipynb"))


def test_every_equation_reaches_the_page(tmp_path):
    (typst,) = convert([source(SIZES)], tmp_path)
    alts = [squeezed(a.replace("\\\\", "\\")) for a in re.findall(r'alt: "((?:[^"\\]|\\.)*)"', typst)]
    for tex in EQUATIONS:
        tex = tex.replace(r"\!", "").replace("{.025}", r"{\text{.025}}").replace("{.975}", r"{\text{.975}}")
        assert any(squeezed(tex) in alt for alt in alts), tex
    body = squeezed(re.search(r"\\begin\{align\}(.*)\\end", ALIGNED, re.DOTALL)[1])
    assert any(body in alt for alt in alts)
    assert typst.count("#math.equation(") == len(alts) == 6
    assert "#h(-" not in typst
    assert 'f_(upright(".025"))' in typst


@pytest.mark.parametrize("name", ["align", "align*", "equation", "gather", "eqnarray"])
@pytest.mark.parametrize(
    "form",
    ["\\begin{%s}\na = b\n\\end{%s}", "text\n\\begin{%s} a = b \\end{%s}\nmore", "$$\\begin{%s} a = b \\end{%s}$$"],
)
def test_no_environment_vanishes(tmp_path, name, form):
    (typst,) = convert([source(f"# T\n\n{form % (name, name)}")], tmp_path)
    assert re.search(r"\$\s*.*a\s*&?\s*=\s*b.*\$", typst.replace("\n", " ")), typst


@pytest.mark.parametrize(
    "text", [r"$\notacommand{x}$", r"$$ \frac{1 $$", "\\begin{tikzpicture}\nx\n\\end{tikzpicture}"]
)
def test_what_cannot_be_set_is_said(tmp_path, text):
    with pytest.raises(NotebookError, match="fault"):
        convert([source(f"# T\n\n{text}")], tmp_path)


def test_an_open_fence_swallows_nothing(tmp_path):
    first, second = convert([source("# A\n\n```\nopen"), Source("b", source("# B\n\nafter").content)], tmp_path)
    assert "open" in first
    assert "after" in second
    assert "@@" not in first + second


def test_markup_in_text_is_text(tmp_path):
    (typst,) = convert([source("# T\n\n5 $ and #let x = 1 @nobody [a](#nowhere) <b>bold</b> \\* `#raw`")], tmp_path)
    from nija_research.report.pdf import _compile

    head = '#show: base.with(title: "T", author: "")\n'
    assert _compile(head + typst, tmp_path, CLOCK).startswith(b"%PDF")


def test_one_notebook_alone_twice_the_same(built, tmp_path):
    executed = built.parent / "notebooks" / "20_sizes.ipynb"
    one, two = (report.notebook_pdf(executed, tmp_path / f"{n}.pdf", clock=CLOCK).read_bytes() for n in (1, 2))
    assert one == two
    assert report.notebook_pdf(executed, tmp_path / "now.pdf").read_bytes().startswith(b"%PDF")  # without a clock: now
    assert json.loads(executed.read_text())["nbformat"] == 4
