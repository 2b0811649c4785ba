"""The panel without a browser: what the page sends is read, refused or drawn."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from nija_research import explore, report
from nija_research.errors import ParameterError, WorkError
from nija_research.explore import extra, server
from nija_research.explore.latest import Latest
from nija_research.explore.panel import Panel

ROOT = Path(__file__).parents[2]


@pytest.fixture
def panel():
    explorer = explore.policies.EXPLORER
    declared = report.notebook_parameters(ROOT / "notebooks" / f"{explorer.notebook}.ipynb")
    usual = {p.name: p.default for p in declared if p.name != "static"}
    return Panel(explorer, {**usual, "paths": 200, "horizon": 20})


def test_a_refusal_keeps_the_picture_and_stands_until_it_is_mended(panel):
    first = panel.picture.value
    panel.controls["stake"].text = "7"
    assert "share" in panel.controls["stake"].message
    assert panel.picture.value == first
    panel.controls["hot"].text = "1.5"  # another setting does not mend it
    assert "share" in panel.controls["stake"].message
    assert panel.controls["hot"].message == ""
    panel.controls["stake"].text = "0.07"
    assert panel.controls["stake"].message == ""
    assert panel.picture.value != first
    assert panel.command.text == "nija run 71_explore_policies -p stake=0.07 -p hot=1.5 --pdf"


def test_thresholds_of_a_rule_that_is_switched_off_are_put_back(panel):
    panel.controls["peak_stop"].text = "0.1"
    panel.controls["off"].text = "stops"
    assert panel.values["peak_stop"] is None
    assert panel.controls["peak_stop"].disabled
    assert panel.command.text == "nija run 71_explore_policies -p off=stops --pdf"
    panel.controls["off"].text = ""
    assert not panel.controls["peak_stop"].disabled
    assert panel.controls["peak_stop"].text == "0.25"


def test_a_preset_sets_and_resets_everything_it_names(panel):
    panel.controls["stake"].text = "0.2"
    panel.start.text = "document_000"
    assert panel.values["preset"] == "document_000"
    assert panel.values["stake"] is None
    assert panel.controls["stake"].text == "0.05"
    panel.controls["caution"].text = "0.08"
    panel.reset.text = "1"
    assert panel.values["caution"] is None
    assert panel.controls["caution"].text == "0.05"


def test_a_fault_of_ours_is_said_and_not_swallowed(panel, monkeypatch):
    monkeypatch.setattr("nija_research.explore.panel.as_image", lambda answer: 1 / 0)
    panel.controls["stake"].text = "0.2"
    assert "ZeroDivisionError" in panel.controls["stake"].message


def test_many_asks_are_one_call():
    calls = []

    async def ask():
        latest = Latest(lambda: calls.append(1))
        for _ in range(50):
            latest.ask()
        await asyncio.sleep(0.1)
        latest.ask()
        await asyncio.sleep(0.1)

    asyncio.run(ask())
    assert len(calls) == 2


def test_without_the_extra_the_error_names_the_install_line(monkeypatch):
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == "voila" else object())
    extra.needed("anywidget")
    with pytest.raises(WorkError, match=r"needs voila. Install with: python -m pip install 'nija_research\[explore\]'"):
        server.serve(voila=True)


def test_a_port_that_is_taken_is_said(monkeypatch):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ParameterError, match=f"port {port} is taken .*nija explore --port {port + 1}"):
            server.serve(port=port)
    with pytest.raises(ParameterError, match="port must be from 1"):
        server.serve(port=0)


def test_servers_listen_here_alone_with_their_token_and_no_other_port(monkeypatch):
    for voila in (False, True):
        line = server.arguments(None, voila=voila, port=8877, browser=False)
        assert line[:2] == [sys.executable, "-m"]
        assert any(part.endswith(".ip=127.0.0.1") for part in line)
        assert any(part.endswith("port_retries=0") for part in line)
        assert "--no-browser" in line
        assert not any("token=" in part for part in line)
        assert ("--token" in line) == voila
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert "--allow-root" in server.arguments(None, voila=False, port=1, browser=True)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "--allow-root" not in server.arguments(None, voila=False, port=1, browser=True)
