"""The other explorers as apps, in a real browser: a slider moves the number to what the explorer answers headless."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nija_research import report
from nija_research.explore import kelly, regimes, siphon

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def apps(browser, browsing, tmp_path_factory):
    with browsing.served(tmp_path_factory.mktemp("apps"), "--voila") as address:
        yield address


@pytest.mark.parametrize(
    ("explorer", "slider", "changes"),
    [
        (kelly.EXPLORER, "Win rate (share)", {"p_win": 0.551}),
        (siphon.EXPLORER, "Rate (share of settled profit)", {"rate": 0.21}),
        (regimes.EXPLORER, "Trend above (standard deviations)", {"strength": 1.05}),
    ],
    ids=["kelly", "chest", "regimes"],
)
def test_a_slider_moves_the_numbers(apps, browser, browsing, explored, explorer, slider, changes):
    page = browsing.opened(browser, f"{apps}/voila/render/{explorer.notebook}.ipynb?token={browsing.TOKEN}")
    here = explored(browsing.settled(page))
    before = here.picture()
    here.slider(slider).press("ArrowRight")
    ((name, value),) = changes.items()
    here.says("command", f"{name}={value:g} ")
    assert here.picture() != before
    declared = report.notebook_parameters(ROOT / "notebooks" / f"{explorer.notebook}.ipynb")
    usual = {p.name: p.default for p in declared if p.name != "static"}
    answer = explorer.answer({**usual, **changes})
    assert here.image().get_attribute("alt") == answer.alt()
    known = {n: v for n, v in answer.values().items() if isinstance(v, float)}
    assert {n: here.number(n) for n in known} == pytest.approx(known, rel=1e-12)
    for width in (1280, 768):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        if folder := os.environ.get("NIJA_SHOTS"):
            page.evaluate("document.querySelector('.nija-panel').scrollIntoView()")
            page.screenshot(path=f"{folder}/{explorer.notebook}-{width}.png")
    assert here.faults == []
    page.context.close()
