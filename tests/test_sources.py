"""The hash of what code is made from: every edit that could run changes it, and no other edit does."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import nija_research
from nija_research import sources

KERNEL = "nija_research.simulate.kernel"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package that `sources` reads in place of the real one."""
    copy = tmp_path / "nija_research"
    ignored = shutil.ignore_patterns("__pycache__", "_suite")
    shutil.copytree(Path(nija_research.__file__).parent, copy, ignore=ignored)
    monkeypatch.setattr(sources, "_PACKAGE", copy)
    monkeypatch.setenv(sources.CACHE_VARIABLE, str(tmp_path / "cache"))
    forget()
    yield copy
    forget()


def forget():
    for cached in (
        sources.source_key,
        sources._file,
        sources._parsed,
        sources._imported,
        sources._known,
        sources._root,
    ):
        cached.cache_clear()


def key(*modules: str | Path) -> str:
    """The hash, as a process that starts now has it."""
    forget()
    return sources.source_key(*modules)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_prose_and_other_modules_change_nothing(package):
    before = key(KERNEL)
    edit(package / "policy" / "streak.py", '"""', '"""Another sentence. ')
    edit(package / "policy" / "streak.py", "\n\n\n", "\n\n\n# A remark.\n")
    edit(package / "simulate" / "kernel.py", "import numpy as np\n", "import numpy as np\n\n")
    for folder in ("report", "judge", "explore"):
        for file in (package / folder).rglob("*.py"):
            file.write_text("raise SystemExit\n")
    assert key(KERNEL) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("simulate/kernel.py", "= 32", "= 16"),
        ("policy/streak.py", "cold_after else m", "cold_after else 2.0 * m"),
        ("policy/streak.py", "hot: float = ", "hot: float = 1.0 + "),
        ("policy/fields.py", "NEVER = 1e300", "NEVER = 1e200"),
        ("compiled.py", '{"nsz"}', "False"),
        ("policy/state.py", 'Owned("runs")', 'Owned("profit")'),
        ("units.py", "EDGE", "OTHER_EDGE"),
        ("simulate/worlds/noise.py", "355.0", "356.0"),
        ("policy/__init__.py", "import lazy_loader", "import os\nimport lazy_loader"),
    ],
)
def test_code_constants_and_defaults_count_wherever_they_stand(package, file, old, new):
    before = key(KERNEL)
    text = (package / file).read_text()
    edit(package / file, old, new)
    assert key(KERNEL) != before
    (package / file).write_text(text)
    assert key(KERNEL) == before


def test_what_a_package_hands_on_counts(package):
    """A name that a package loads when it is first used, named in a block for type checkers or in a stub."""
    (package / "lazy").mkdir()
    (package / "lazy" / "one.py").write_text("X = 1\n")
    (package / "lazy" / "two.py").write_text("Y = 1\n")
    (package / "user.py").write_text("def f():\n    from nija_research.lazy import X\n")
    (package / "whole.py").write_text("from nija_research import lazy\n")
    block = "if TYPE_CHECKING:\n    from nija_research.lazy.one import X\n    from nija_research.lazy.two import Y\n"
    for face in (
        {"__init__.py": block},
        {"__init__.py": "", "__init__.pyi": "from .one import X\nfrom .two import Y\n"},
    ):
        for name, text in face.items():
            (package / "lazy" / name).write_text(text)
        user, whole = key("nija_research.user"), key("nija_research.whole")
        (package / "lazy" / "two.py").write_text("Y = 2\n")
        assert key("nija_research.user") == user
        assert key("nija_research.whole") != whole
        (package / "lazy" / "one.py").write_text("X = 2\n")
        assert key("nija_research.user") != user
        for name in ("one", "two"):
            (package / "lazy" / f"{name}.py").write_text(f"{'X' if name == 'one' else 'Y'} = 1\n")


def test_a_package_stands_for_all_of_its_modules(package):
    before = key("nija_research.judge")
    edit(package / "judge" / "register.py", "from __future__", "EXTRA = 1\nfrom __future__")
    assert key("nija_research.judge") != before


def test_what_was_parsed_is_read_again_unless_it_is_damaged(package, tmp_path, monkeypatch):
    before = key(KERNEL)
    notes = tmp_path / "cache" / "sources.json"
    kept = notes.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(sources.ast, "parse", lambda _: pytest.fail("parsed again"))
        assert key(KERNEL) == before
    notes.write_bytes(kept.replace(b"kernel", b"kernle"))
    assert key(KERNEL) == before
    assert notes.read_bytes() == kept
    notes.write_bytes(b"")
    assert key(KERNEL) == before


def test_old_folders_are_dropped_and_nothing_else(tmp_path, monkeypatch):
    old, other, fresh = (tmp_path / name for name in ("a" * 24, "notes", "b" * 24))
    for folder in (old, other, fresh):
        folder.mkdir()
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    monkeypatch.setenv(sources.CACHE_VARIABLE, str(tmp_path))
    folder = sources.cache_folder("nija_research.units")
    assert folder == sources.cache_folder("nija_research.units") != sources.cache_folder("nija_research.errors")
    kept = {p.name for p in tmp_path.iterdir() if p.is_dir()}
    assert {folder.name, other.name, fresh.name} < kept
    assert old.name not in kept
