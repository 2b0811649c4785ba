"""A real browser on real servers: JupyterLab and Voila as `nija explore` starts them, nothing fetched from elsewhere."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from nija_research import report
from nija_research.explore import kelly, policies, regimes, siphon

ROOT = Path(__file__).parents[2]
BROWSING = SimpleNamespace(**runpy.run_path(str(ROOT / "tools" / "browsing.py")))


class Explored:
    """An explorer on a page, as its tests see and move it."""

    def __init__(self, page):
        self.page, self.faults = page, page.faults

    def control(self, name):
        return self.page.locator(f".nija-control[data-name={name}]")

    def slider(self, name):
        return self.page.get_by_role("slider", name=name)

    def box(self, label):
        return self.page.get_by_label(label, exact=True).and_(self.page.locator("[type=text]"))

    def image(self):
        return self.page.locator(".nija-answer img")

    def picture(self):
        return self.image().get_attribute("src")

    def number(self, name):
        return float(self.page.locator(f".nija-answer tr[data-name={name}] data").get_attribute("value"))

    def numbers(self):
        rows = self.page.locator(".nija-answer tr[data-name]")
        return {
            name: self.number(name) for k in range(rows.count()) if (name := rows.nth(k).get_attribute("data-name"))
        }

    def copied(self, kind):
        return self.page.locator(f".nija-copy[data-name={kind}] textarea").input_value()

    def says(self, kind, part):
        """Wait until the text to copy holds a part: the answer to the newest event is on the page."""
        self.page.wait_for_function(
            "([kind, part]) => document.querySelector(`.nija-copy[data-name=${kind}] textarea`).value.includes(part)",
            arg=[kind, part],
        )

    def typed(self, label, text):
        box = self.box(label)
        box.fill(text)
        box.press("Enter")


# Playwright's event loop runs as long as its browser is open, and no other test may meet it: not for the session.
@pytest.fixture(scope="module")
def browser():
    if BROWSING.chromium() is None:
        pytest.skip(BROWSING.MISSING)
    for explorer in (e.EXPLORER for e in (kelly, policies, siphon, regimes)):  # pages wait for no compiler
        declared = report.notebook_parameters(ROOT / "notebooks" / f"{explorer.notebook}.ipynb")
        explorer.answer({p.name: p.default for p in declared if p.name != "static"})
    with BROWSING.launched() as made:
        yield made


@pytest.fixture(scope="session")
def browsing():
    return BROWSING


@pytest.fixture(scope="session")
def explored():
    return Explored
