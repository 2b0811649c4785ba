"""Compiled code on disk: found again in a fresh process, and never stale when a rule in another file was edited."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nija_research
from nija_research import compiled, sources

SIZE = """
from nija_research.policy import Account, Policy, Stake, streak, lanes
account = Account(Policy(stake=Stake(share=0.1), streak=streak.StreakSizing(hot=1.5)), 1000.0, keep_ledger=False)
for _ in range(3):
    account.trade(1.0)
stats = lanes.size_lane.stats
print(account.size(1e9), sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""


def sized(copy: Path, cache: Path) -> tuple[float, int, int]:
    """Run a small account in a fresh process on a copy of the package: the stake, and loads and misses of the cache."""
    env = {**os.environ, "PYTHONPATH": str(copy), "NIJA_CACHE": str(cache)}
    out = subprocess.run([sys.executable, "-c", SIZE], capture_output=True, text=True, env=env, cwd=copy, check=True)
    stake, hits, misses = out.stdout.split()
    return float(stake), int(hits), int(misses)


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the package that a test may edit."""
    ignored = shutil.ignore_patterns("__pycache__", "_suite")
    shutil.copytree(Path(nija_research.__file__).parent, tmp_path / "copy" / "nija_research", ignore=ignored)
    return tmp_path / "copy"


@pytest.mark.slow
def test_an_edited_rule_never_runs_stale(copy, tmp_path):
    cache = tmp_path / "cache"
    rule = copy / "nija_research" / "policy" / "streak.py"
    first = sized(copy, cache)
    assert first == (pytest.approx(0.1 * 1.5 * 1003.0), 0, 1)
    assert sized(copy, cache) == (first[0], 1, 0), "a fresh process must find the compiled code"
    # The rule's own file changes; the file of the compiled entry, which is all that numba looks at, does not.
    text = rule.read_text()
    assert text.count("return streak.cold if losses >= streak.cold_after else m") == 1
    rule.write_text(text.replace("else m\n", "else 2.0 * m\n"))
    assert sized(copy, cache) == (pytest.approx(2.0 * first[0]), 0, 1)
    rule.write_text(text)
    assert sized(copy, cache) == (first[0], 1, 0), "the old source finds its old code again"


def test_a_folder_that_cannot_be_written_costs_the_cache_and_nothing_else(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv(sources.CACHE_VARIABLE, str(blocked))
    assert sources.cache_folder("nija_research.units") is None
    add = compiled.entry(lambda a, b: a + b)
    assert add(1, 2) == 3


def test_code_from_outside_the_package_is_kept_under_its_own_file(tmp_path, monkeypatch):
    monkeypatch.setenv(sources.CACHE_VARIABLE, str(tmp_path))
    add = compiled.entry(lambda a, b: a + b)
    assert add(1, 2) == 3
    kept = list(tmp_path.glob("*/*.nbc"))
    assert [file.parent for file in kept] == [sources.cache_folder(Path(__file__), beside=compiled.VERSIONS)]
