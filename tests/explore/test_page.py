"""The panel without a browser: what the page sends is read, refused or drawn."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from nija_research import explore, report
from nija_research.explore.page import Debounce, Panel

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
    monkeypatch.setattr("nija_research.explore.page.as_image", lambda answer: 1 / 0)
    panel.controls["stake"].text = "0.2"
    assert "ZeroDivisionError" in panel.controls["stake"].message


def test_many_asks_are_one_call():
    calls = []

    async def ask():
        redraw = Debounce(lambda: calls.append(1))
        for _ in range(50):
            redraw.ask()
        await asyncio.sleep(0.1)
        redraw.ask()
        await asyncio.sleep(0.1)

    asyncio.run(ask())
    assert len(calls) == 2
