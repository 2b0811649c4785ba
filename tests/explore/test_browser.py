"""Sliders in JupyterLab and in Voila, moved in a real browser: what they show is what the library computes."""

from __future__ import annotations

import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as TooLate

from nija_research import data, policy, report, simulate
from nija_research.errors import NijaError
from nija_research.simulate import metrics, worlds

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-the-tests"
PATIENCE = 60_000  # ms: the first picture on a machine may wait for the compiler
NOTEBOOK = "71_explore_policies"
IDLE = ".jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status=idle]"


BEGUN = "() => [...document.querySelectorAll('.jp-InputPrompt')].some((prompt) => /\\[(\\*|\\d+)\\]/.test(prompt.textContent))"


def run_all(page):
    """Run the notebook once its kernel is connected; before that JupyterLab says idle, and runs nothing."""
    page.wait_for_selector(IDLE)
    page.get_by_text("| Idle").first.wait_for()
    for _ in range(10):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        try:
            page.wait_for_function(BEGUN, timeout=3_000)
            return
        except TooLate:
            continue
    raise AssertionError("JupyterLab ran no cell")


def settled(page):
    page.wait_for_selector(".nija-answer img", state="attached", timeout=PATIENCE)
    page.locator(".nija-panel").scroll_into_view_if_needed()
    page.wait_for_selector(".nija-answer img")
    page.wait_for_function("document.querySelector('.nija-answer img').complete")
    return page


@pytest.fixture(scope="module", params=["lab", "voila"])
def place(request, serve, tmp_path_factory):
    if request.param == "voila":
        address = serve(NOTEBOOK, "--voila")
        return request.param, lambda: f"{address}/?token={TOKEN}"
    # JupyterLab saves what it has open, outputs and all: each page has a copy of its own.
    folder = tmp_path_factory.mktemp("suite")
    names = (f"{NOTEBOOK}_{k}.ipynb" for k in itertools.count())

    def copied():
        name = next(names)
        shutil.copy(ROOT / "notebooks" / f"{NOTEBOOK}.ipynb", folder / name)
        return name

    address = serve(str(folder / copied()))
    return request.param, lambda: f"{address}/lab/tree/{copied()}?token={TOKEN}&reset"


def begin(place, open_page, width=1280):
    kind, address = place
    opened = open_page(address(), width)
    if kind == "lab":
        run_all(opened)
    return settled(opened)


@pytest.fixture
def page(place, open_page):
    return begin(place, open_page)


def control(page, name):
    return page.locator(f".nija-control[data-name={name}]")


def picture(page):
    return page.locator(".nija-answer img").get_attribute("src")


def number(page, name):
    return float(page.locator(f".nija-answer tr[data-name={name}] data").get_attribute("value"))


def moved(page, act):
    """Do something that changes the picture, and wait for the new one."""
    before = picture(page)
    act()
    page.wait_for_function("(old) => document.querySelector('.nija-answer img').src !== old", arg=before)
    for _ in range(40):  # later events of the same drag are drawn too
        last = picture(page)
        page.wait_for_timeout(600)
        if picture(page) == last:
            return


def simulated(**changes):
    """What document 003 comes to when rules are changed: the library alone, without the explorer."""
    rules = replace(policy.presets["document_003"], **changes)
    log = data.load_trades("sp500_trend").sort_values("exit_time")
    world = worlds.bootstrap(log, costs=worlds.Costs(leverage=5.0))
    ours, plain = (
        simulate.run(p, world, n_paths=2000, horizon=250, rng=1, specialise=False)
        for p in (rules, policy.presets["fixed_fraction"])
    )
    return {
        "max_drawdown": metrics.mean(ours.max_drawdown).value,
        "gain": metrics.difference(ours, plain, "growth").value,
        "fifth_down": metrics.probability_of_drawdown(ours, 0.2).value,
    }


def test_a_slider_moves_the_figure_and_the_numbers_to_what_the_library_computes(page):
    expected = simulated()
    assert {name: number(page, name) for name in expected} == pytest.approx(expected, rel=1e-12)
    slider = page.get_by_role("slider", name="Stop below the peak (share)")
    slider.focus()
    moved(page, lambda: [slider.press("ArrowLeft") for _ in range(7)])
    assert control(page, "peak_stop").locator("input[type=text]").input_value() == "0.18"
    expected = simulated(stops=replace(policy.presets["document_003"].stops, peak=0.18))
    assert {name: number(page, name) for name in expected} == pytest.approx(expected, rel=1e-12)
    assert f"{expected['max_drawdown']:.2%}" in page.locator(".nija-answer img").get_attribute("alt")
    assert page.faults == []


def test_a_typed_value_moves_the_slider_and_an_invalid_one_keeps_the_last_picture(page):
    box = page.get_by_label("Stake (share of capital, or of Kelly)", exact=True).and_(page.locator("[type=text]"))
    moved(page, lambda: (box.fill("0.07"), box.press("Enter")))
    assert page.get_by_role("slider", name="Stake (share of capital, or of Kelly)").input_value() == "0.07"
    kept, before = picture(page), number(page, "max_drawdown")
    with pytest.raises(NijaError) as refusal:
        replace(policy.presets["document_003"].stake, share=7.0)
    for typed, message in (("7", str(refusal.value)), ("a lot", "stake must be float | None, got 'a lot' (str).")):
        box.fill(typed)
        box.press("Enter")
        alert = control(page, "stake").get_by_role("alert")
        alert.filter(has_text=message).wait_for()
        assert box.get_attribute("aria-invalid") == "true"
        assert picture(page) == kept
        assert number(page, "max_drawdown") == before
    moved(page, lambda: (box.fill("0.08"), box.press("Enter")))
    assert control(page, "stake").get_by_role("alert").count() == 0
    assert box.get_attribute("aria-invalid") == "false"


def test_what_was_found_by_hand_runs_headless_to_the_same_numbers_and_figure(page, tmp_path):
    moved(page, lambda: page.get_by_role("checkbox", name="streak").uncheck())
    slider = page.get_by_role("slider", name="War chest (share of settled profit)")
    moved(page, lambda: slider.press("ArrowRight"))
    said = page.get_by_label("Runs headless: command line", exact=True).input_value()
    assert said == f"nija run {NOTEBOOK} -p off=streak -p siphon=0.21 --pdf"
    expected = simulated(
        streak=None,
        war_chest=replace(policy.presets["document_003"].war_chest, rate=0.21),
        profit_split=replace(policy.presets["document_003"].profit_split, chest=0.21, reinvest=0.59),
    )
    rows = page.locator(".nija-answer tr[data-name]")
    names = [rows.nth(k).get_attribute("data-name") for k in range(rows.count())]
    shown = {name: number(page, name) for name in names}
    assert {name: shown[name] for name in expected} == pytest.approx(expected, rel=1e-12)
    (tmp_path / "found.yaml").write_text(
        page.get_by_label("The same as a parameter file (-f FILE)", exact=True).input_value(), encoding="utf-8"
    )
    ways = {"a": shlex.split(said)[1:-1], "b": ["run", NOTEBOOK, "-f", str(tmp_path / "found.yaml")]}
    for out, arguments in ways.items():
        command = [sys.executable, "-m", "nija_research", *arguments, "--out", str(tmp_path / out)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
        executed = tmp_path / out / f"{NOTEBOOK}.ipynb"
        assert report.read_records(executed) == shown
        # The words of the figure hold every number that it was drawn from.
        figure = next(
            output["data"]["application/vnd.nija.figure+json"]
            for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]
            for output in cell.get("outputs", ())
            if "application/vnd.nija.figure+json" in output["data"]
        )
        assert figure["alt"] == page.locator(".nija-answer img").get_attribute("alt")


def test_a_preset_can_be_chosen_and_gone_back_to(page):
    moved(page, lambda: page.get_by_label("Start from").select_option("document_000"))
    assert page.get_by_role("slider", name="CAUTION from").input_value() == "0.05"
    assert page.get_by_role("slider", name="Stop below the peak").count() == 0  # 000 prints none
    first = picture(page)
    moved(page, lambda: page.get_by_role("slider", name="CAUTION from").press("ArrowRight"))
    assert "-p preset=document_000 -p caution=0.06" in page.get_by_label("Runs headless").first.input_value()
    moved(page, lambda: page.get_by_role("button", name="Reset to it").click())
    assert picture(page) == first


def test_of_many_events_the_newest_is_drawn(page):
    before = picture(page)
    page.evaluate(
        """() => {
            window.pictures = 0;
            const seen = new MutationObserver(() => { window.pictures += 1; });
            seen.observe(document.querySelector('.nija-answer'), { childList: true, subtree: true });
            const range = document.querySelector('.nija-control[data-name=cold] input[type=range]');
            for (let k = 1; k <= 60; k += 1) {
                setTimeout(() => {
                    range.value = String(k / 100);
                    range.dispatchEvent(new Event('input', { bubbles: true }));
                }, 5 * k);
            }
        }"""
    )
    page.get_by_label("Runs headless").first.wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.nija-copy textarea')].some((t) => t.value.includes('cold=0.6 '))"
    )
    assert picture(page) != before
    expected = simulated(streak=replace(policy.presets["document_003"].streak, cold=0.6))
    assert number(page, "max_drawdown") == pytest.approx(expected["max_drawdown"], rel=1e-12)
    assert page.evaluate("window.pictures") < 2 * 60 / 2  # a picture and its numbers are two changes of the page


def test_a_log_of_ones_own_is_loaded_and_a_faulty_one_is_refused(page, tmp_path):
    own = data.load_trades("nasdaq_trend")
    own.to_csv(tmp_path / "own trades.csv", index=False)
    box = page.get_by_label("Trade log (name or file)", exact=True)
    moved(page, lambda: (box.fill(str(tmp_path / "own trades.csv")), box.press("Enter")))
    assert f"-p 'trades={tmp_path / 'own trades.csv'}'" in page.get_by_label("Runs headless").first.input_value()
    kept = picture(page)
    chooser = control(page, "trades").locator("input[type=file]")
    chooser.set_input_files(
        {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"entry_time,exit_time,return\nx,y,z\n"}
    )
    alert = control(page, "trades").get_by_role("alert")
    alert.filter(has_text="bad.csv").wait_for()
    assert picture(page) == kept
    chooser.set_input_files(
        {"name": "good.csv", "mimeType": "text/csv", "buffer": (tmp_path / "own trades.csv").read_bytes()}
    )
    page.wait_for_function("() => document.querySelector('.nija-control[data-name=trades] [role=alert]').hidden")
    assert box.input_value().endswith("good.csv")


@pytest.mark.parametrize("place", ["lab"], indirect=True)
def test_a_restart_of_the_kernel_recovers(page):
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("Restart Kernel and Run All Cells")).click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.wait_for_selector(".nija-answer img", state="detached", timeout=PATIENCE)
    settled(page)
    moved(page, lambda: page.get_by_role("slider", name="Stop below the peak").press("ArrowLeft"))
    expected = simulated(stops=replace(policy.presets["document_003"].stops, peak=0.24))
    assert number(page, "max_drawdown") == pytest.approx(expected["max_drawdown"], rel=1e-12)


@pytest.mark.parametrize("place", ["voila"], indirect=True)
def test_a_page_opened_anew_has_a_kernel_of_its_own_and_shows_no_code(page):
    moved(page, lambda: page.get_by_role("slider", name="Stop below the peak").press("ArrowLeft"))
    page.reload()
    settled(page)
    assert number(page, "max_drawdown") == pytest.approx(simulated()["max_drawdown"], rel=1e-12)
    text = page.locator("body").inner_text()
    assert "Policies by hand" in text
    assert "explore.panel(" not in text


NAME = """(input) => {
    const own = input.getAttribute('aria-label');
    if (own || input.tagName === 'BUTTON') return own || input.textContent;
    return [...input.labels].map((label) => label.textContent).join(' ').trim();
}"""


@pytest.mark.parametrize("width", [1280, 768])
def test_every_input_has_a_name_is_reached_by_tab_and_nothing_is_cut(place, open_page, width):
    kind, _ = place
    page = begin(place, open_page, width)
    if kind == "lab" and width == 768:
        page.keyboard.press("Control+b")  # JupyterLab's own list of files
        page.wait_for_timeout(500)
    inputs = page.locator(".nija-panel :is(input, select, textarea, button):visible")
    names = [inputs.nth(k).evaluate(NAME) for k in range(inputs.count())]
    assert len(names) > 20
    assert all(names), names
    page.locator(".nija-panel select").first.focus()
    reached = set()
    for _ in range(inputs.count() + 2):
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        page.keyboard.press("Tab")
    wanted = {inputs.nth(k).evaluate("(e) => e.id || e.textContent") for k in range(inputs.count())}
    assert wanted <= reached, wanted - reached
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # Nothing reaches past the panel, and the panel not past what the page shows of it.
    cut = page.evaluate(
        """() => {
            const end = Math.min(window.innerWidth, document.querySelector('.nija-panel').getBoundingClientRect().right);
            return [...document.querySelectorAll('.nija-panel *')].filter((e) => e.getBoundingClientRect().right > end + 1)
                .map((e) => e.className || e.tagName);
        }"""
    )
    assert cut == []
    if folder := os.environ.get("NIJA_SHOTS"):
        page.evaluate("document.querySelector('.nija-panel').scrollIntoView()")
        page.screenshot(path=f"{folder}/{kind}-{width}.png")


@pytest.fixture(scope="module")
def apps(serve):
    return serve("--voila")


@pytest.mark.parametrize(
    ("notebook", "slider", "key", "name"),
    [
        ("70_explore_kelly", "Win rate (share)", "ArrowRight", "kelly"),
        ("72_explore_chest", "Rate (share of settled profit)", "ArrowRight", "set_aside"),
        ("73_explore_regimes", "Trend above (standard deviations)", "ArrowRight", "changes"),
    ],
)
def test_the_other_explorers_answer_too(apps, open_page, notebook, slider, key, name):
    page = settled(open_page(f"{apps}/voila/render/{notebook}.ipynb?token={TOKEN}"))
    before = number(page, name)
    moved(page, lambda: page.get_by_role("slider", name=slider).press(key))
    assert number(page, name) != before
    if folder := os.environ.get("NIJA_SHOTS"):
        page.screenshot(path=f"{folder}/{notebook}.png")
    assert page.faults == []
