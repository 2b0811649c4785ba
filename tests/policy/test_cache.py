"""Compiled code on disk: found again in a fresh process, and never stale when a rule in another file was edited."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nija_research
from nija_research import compiled

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


@pytest.mark.slow
def test_an_edited_rule_never_runs_stale(tmp_path):
    copy, cache = tmp_path / "copy", tmp_path / "cache"
    shutil.copytree(
        Path(nija_research.__file__).parent, copy / "nija_research", ignore=shutil.ignore_patterns("__pycache__")
    )
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
    monkeypatch.setenv(compiled.CACHE_VARIABLE, str(blocked))
    compiled.cache_folder.cache_clear()
    try:
        assert compiled.cache_folder() is None
        add = compiled.entry(lambda a, b: a + b)
        assert add(1, 2) == 3
    finally:
        compiled.cache_folder.cache_clear()


def test_old_code_is_dropped_and_nothing_else(tmp_path, monkeypatch):
    old, other, fresh = (tmp_path / name for name in ("a" * 24, "notes", "b" * 24))
    for folder in (old, other, fresh):
        folder.mkdir()
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    monkeypatch.setenv(compiled.CACHE_VARIABLE, str(tmp_path))
    compiled.cache_folder.cache_clear()
    try:
        folder = compiled.cache_folder()
        assert sorted(p.name for p in tmp_path.iterdir()) == sorted([folder.name, other.name, fresh.name])
    finally:
        compiled.cache_folder.cache_clear()
