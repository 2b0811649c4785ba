"""README says what is true: its table and picture are made anew, its commands and code run."""

from __future__ import annotations

import re
import runpy
import shlex
import sys
from pathlib import Path

import pytest

from nija_research import cli, explore

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = {language: re.findall(rf"```{language}\n(.*?)```", README, flags=re.S) for language in ("console", "python")}


def test_table_and_picture_are_what_the_code_makes(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["make_readme.py", "--check"])
    with pytest.raises(SystemExit) as leaving:
        runpy.run_path(str(ROOT / "tools" / "make_readme.py"), run_name="__main__")
    assert leaving.value.code == 0, "run `make readme`"


def test_python_blocks_run(capsys):
    for block in BLOCKS["python"]:
        exec(compile(block, "README.md", "exec"), {})
    assert "do not fix a stake" in capsys.readouterr().out


def test_make_targets_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    named = set(re.findall(r"^make ([\w-]+)", "\n".join(BLOCKS["console"]), flags=re.M)) | set(
        re.findall(r"`make ([\w-]+)", README)
    )
    assert named
    assert named <= targets


@pytest.mark.slow
def test_console_commands_run(monkeypatch, tmp_path, capsys):
    log = "exit_time,net_pnl,stake\n" + "".join(
        f"2026-{month:02d}-{day:02d},{12.5 if day % 3 else -14},100\n" for month in (9, 10, 11) for day in range(1, 21)
    )
    (tmp_path / "my_trades.csv").write_text(log, encoding="utf-8")
    register = re.findall(r"```toml\n(.*?)```", (ROOT / "data" / "README.md").read_text(encoding="utf-8"), flags=re.S)
    (tmp_path / "mine.toml").write_text(register[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    opened = []
    monkeypatch.setattr(explore, "serve", lambda *given, **how: opened.append((given, how)) or 0)  # it would stay open
    commands = re.findall(r"^\.venv/bin/nija (.+)$", "\n".join(BLOCKS["console"]), flags=re.M)
    assert len(commands) >= 3
    for command in commands:
        monkeypatch.setattr(sys, "argv", ["nija", *shlex.split(command, comments=True)])
        with pytest.raises(SystemExit) as leaving:
            cli.main()
        assert not leaving.value.code, (command, capsys.readouterr().err)
    assert len(opened) == sum(command.startswith("explore") for command in commands)
