"""The repository as a stranger finds it: environments agree, locks are whole, an installed wheel stands alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: Each lock, and the extras that it pins.
LOCKS = {"requirements.lock": ("explore", "dev"), "benchmarks/requirements.lock": ("dev", "bench")}


def test_conda_users_get_the_same_packages():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    python = next(item for item in listed if isinstance(item, str) and item.startswith("python"))
    assert python == f"python{PROJECT['requires-python']}"
    by_pip = next(item["pip"] for item in listed if isinstance(item, dict))
    assert sorted(by_pip[:-1]) == sorted(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["explore"])
    assert by_pip[-1] == "-e ."


def _pinned(lock: str) -> dict[str, list[str]]:
    """Versions by package: one, or one for each range of Python."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", lock, flags=re.M):
        found.setdefault(name.lower().replace("_", "-"), []).append(version)
    return found


@pytest.mark.parametrize("file", LOCKS)
def test_every_package_asked_for_is_pinned_with_hashes(file):
    lock = (ROOT / file).read_text(encoding="utf-8")
    extras = PROJECT["optional-dependencies"]
    asked = PROJECT["dependencies"] + [package for extra in LOCKS[file] for package in extras[extra]]
    names = {re.match(r"[A-Za-z0-9_.-]+", p).group().lower().replace("_", "-") for p in asked}
    assert names <= set(_pinned(lock))
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock)[1:]:
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in lock
    assert "index" not in lock.splitlines()[0]


def test_every_extra_is_pinned_somewhere():
    assert {extra for extras in LOCKS.values() for extra in extras} == set(PROJECT["optional-dependencies"])


def test_peers_are_timed_with_the_versions_of_the_suite_and_stay_out_of_it():
    ours, theirs = (_pinned((ROOT / file).read_text(encoding="utf-8")) for file in LOCKS)
    assert {name: ours[name] for name in set(ours) & set(theirs)} == {n: theirs[n] for n in set(ours) & set(theirs)}
    peers = {re.match(r"[A-Za-z0-9_.-]+", p).group() for p in PROJECT["optional-dependencies"]["bench"]}
    assert not peers & set(ours)


def test_ci_runs_every_test():
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()[-1].endswith("make test-all")


@pytest.mark.slow
def test_an_installed_wheel_needs_no_checkout(tmp_path):
    """Built, unpacked elsewhere and run from there: the wheel carries notebooks, data and plan."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    code = (
        "import nija_research, sys; assert nija_research.__file__.startswith(sys.argv[1]), nija_research.__file__;"
        "sys.argv[0:2] = ['nija']; from nija_research.cli import main; main()"
    )

    def nija(*arguments):
        return subprocess.run(
            [sys.executable, "-c", code, str(site), *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert (
        "fraction" in nija("params", "20_kelly_fraction").stdout or nija("params", "20_kelly_fraction").returncode == 0
    )
    checked = nija("data", "check", "sp500_trend")
    assert checked.returncode == 0, checked.stderr
    done = nija("report", "--week", "2026-W47", "--out", str(tmp_path / "reports"))
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip().splitlines()[-1]).read_bytes().startswith(b"%PDF")
