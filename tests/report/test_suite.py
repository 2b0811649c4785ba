"""The weekly report on the sample data: it runs, says the recorded numbers, and says them again byte for byte."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nija_research import report

ROOT = Path(__file__).parents[2]
GOLDEN = tomllib.loads((Path(__file__).parent / "golden.toml").read_text(encoding="utf-8"))
CLOCK = datetime(2026, 11, 21, 12, tzinfo=UTC)

#: Notebooks that no weekly report needs, and why.
ASIDE = {
    "61_rule_value": "its answer is about the documents and the prices, not about the week; run by hand",
    **{f"7{k}_explore_{noun}": "a page of sliders" for k, noun in enumerate(("kelly", "policies", "chest", "regimes"))},
}

pytestmark = pytest.mark.slow


def weekly(out, **options):
    plan = report.load_plan(ROOT / "reports" / "weekly.toml")
    return report.build(plan, week="2026-W47", out=out, clock=CLOCK, parameters=["draws=400"], **options)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("suite")
    return weekly(out / "a"), weekly(out / "b", jobs=1)


def test_same_input_seed_and_clock_give_the_same_bytes_whatever_runs_at_a_time(built):
    once, again = built
    assert once.read_bytes() == again.read_bytes()
    assert report.read_records(once.parent / "notebooks") == report.read_records(again.parent / "notebooks")


@pytest.mark.parametrize("notebook", GOLDEN)
def test_recorded_values(built, notebook):
    """Golden values, made once by these notebooks: a change here must be meant, and said in the changelog."""
    found = report.read_records(built[0].parent / "notebooks")[notebook]
    for name, value in GOLDEN[notebook].items():
        assert found[name] == (pytest.approx(value, rel=1e-9) if isinstance(value, float) else value), name


def test_no_cell_leaves_a_bare_value_on_the_page(built):
    for path in (built[0].parent / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            kinds = {output["output_type"] for output in cell.get("outputs", ())}
            assert "execute_result" not in kinds, (path.name, cell["source"])


def test_every_notebook_of_the_suite_is_in_the_plan():
    plan = report.load_plan(ROOT / "reports" / "weekly.toml")
    names = {entry.name for entry in plan.entries}
    assert names | set(ASIDE) == {p.stem for p in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert not names & set(ASIDE)
    assert names == set(GOLDEN)


def test_the_template_runs(tmp_path):
    done = report.run_notebook(ROOT / "notebooks" / "_template.ipynb", {"level": 0.9}, tmp_path)
    assert set(report.read_records(done)) == {"low", "high"}


def test_pages(built):
    from pypdf import PdfReader

    reader = PdfReader(built[0])
    pages = [page.extract_text() for page in reader.pages]
    assert all(len(text.split()) > 25 for text in pages), "an empty page"
    assert "Summary: what to do this week" in pages[1]
    assert "Summary: what to do this week" not in pages[2].split("Contents")[0]
    text = "\n".join(pages)
    assert "INCOMPLETE" not in text
    titles = {item.title for item in reader.outline if not isinstance(item, list)}
    assert any("Kelly fraction" in title for title in titles)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    # Captions are numbered through, without a gap.
    for kind in ("Figure", "Table"):
        numbers = sorted({int(n) for n in re.findall(rf"{kind} (\d+)\.", text)})
        assert numbers == list(range(1, len(numbers) + 1)), kind


def test_manifest_says_where_every_number_came_from(built):
    manifest = json.loads((built[0].parent / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "complete"
    assert {entry["name"] for entry in manifest["data"]} == {"sp500_trend_trades.csv", "sp500.csv.gz", "nasdaq.csv.gz"}
    assert all(len(entry["sha256"]) == 64 for entry in manifest["data"])
    assert manifest["seed"] == 1
    assert manifest["notebooks"]["20_kelly_fraction"]["parameters"]["draws"] == 400
    assert str(Path.home()) not in json.dumps(manifest)
