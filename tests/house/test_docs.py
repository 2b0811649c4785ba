"""The generated pages of docs/: our own answers in them are what the code says now."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import interval_coverage as coverage
import pytest

ROOT = Path(__file__).parents[2]


def test_our_column_of_the_comparison_is_current():
    tool = runpy.run_path(str(ROOT / "tools" / "make_peers.py"))
    page = (ROOT / "docs" / "peers.md").read_text(encoding="utf-8")
    for name, log in tool["logs"]().items():
        row = re.search(rf"^\| {re.escape(name)} \|.*\| (.+) \|$", page, flags=re.M)
        assert row is not None, name
        assert row[1] == tool["ours"](log), f"{name}: run `make peers`"


def test_the_coverage_page_has_every_interval_and_world():
    page = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    for name in coverage.INTERVALS:
        assert f"## {name[0].upper()}{name[1:]}" in page, f"{name}: run `make coverage`"
    for world in coverage.WORLDS:
        assert f"| {world} |" in page


@pytest.mark.slow
def test_a_cell_of_the_coverage_page_is_what_the_code_measures():
    tool = runpy.run_path(str(ROOT / "tools" / "make_coverage.py"))
    page = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    section = page.split("## Stake, studentised (reported)")[1].split("##")[0]
    row = re.search(r"^\| short volatility \| ([^|]+) \|", section, flags=re.M)
    count = tool["cell"](("stake, studentised (reported)", "short volatility", 14))
    assert row is not None
    assert row[1] == tool["cell_text"](count, 0.95), "run `make coverage`"
