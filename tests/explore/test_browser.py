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
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from nija_research import data, policy, report, simulate
from nija_research.errors import NijaError
from nija_research.simulate import metrics, worlds

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ROOT = Path(__file__).parents[2]
NOTEBOOK = "71_explore_policies"
STAKE = "Stake (share of capital, or of Kelly)"
PEAK = "Stop below the peak (share)"
USUAL = f"nija run {NOTEBOOK} --pdf"


@pytest.fixture(scope="module", params=["lab", "voila"])
def opening(request, browser, browsing, tmp_path_factory):
    """How to open a page with a kernel of its own; its context is the caller's to close."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "voila":
        with browsing.served(folder, NOTEBOOK, "--voila") as address:
            yield lambda: browsing.settled(browsing.opened(browser, f"{address}/?token={browsing.TOKEN}"))
        return
    suite = tmp_path_factory.mktemp("suite")
    count = itertools.count()

    def copied():  # JupyterLab saves what it has open, outputs and all
        name = f"{NOTEBOOK}_{next(count)}.ipynb"
        shutil.copy(ROOT / "notebooks" / f"{NOTEBOOK}.ipynb", suite / name)
        return name

    with browsing.served(folder, str(suite / copied())) as address:

        def opened():
            page = browsing.opened(browser, f"{address}/lab/tree/{copied()}?token={browsing.TOKEN}&reset")
            browsing.run_all(page)
            return browsing.settled(page)

        yield opened


@pytest.fixture(scope="module")
def held(opening, explored):
    """One page for all tests of a place, since a kernel takes seconds to begin; empty until it is opened."""
    pages = []
    yield pages
    for here in pages:
        here.page.context.close()


@pytest.fixture
def here(opening, held, explored, request):
    """The page as the notebook has it: put back, or opened anew after a test that failed."""
    if not held:
        held.append(explored(opening()))
    (here,) = held
    here.page.set_viewport_size({"width": 1280, "height": 900})
    here.page.get_by_label("Start from").select_option("as in the notebook")
    here.page.get_by_role("button", name="Reset to it").click()
    here.page.wait_for_function(
        "(usual) => document.querySelector('.nija-copy[data-name=command] textarea').value === usual", arg=USUAL
    )
    here.faults.clear()
    failed = request.session.testsfailed
    yield here
    if request.session.testsfailed > failed:
        held.clear()
        with suppress(Exception):
            here.page.context.close()


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


def assert_shown(here, expected):
    assert {name: here.number(name) for name in expected} == pytest.approx(expected, rel=1e-12)


def test_a_slider_moves_the_figure_and_the_numbers_to_what_the_library_computes(here):
    before = here.picture()
    assert_shown(here, simulated())
    slider = here.slider(PEAK)
    slider.focus()
    for _ in range(7):
        slider.press("ArrowLeft")
    here.says("command", "peak_stop=0.18 ")
    assert here.picture() != before
    assert here.box(PEAK).input_value() == "0.18"
    expected = simulated(stops=replace(policy.presets["document_003"].stops, peak=0.18))
    assert_shown(here, expected)
    assert f"{expected['max_drawdown']:.2%}" in here.image().get_attribute("alt")
    assert f"growth, mean (nats a year) {here.number('growth'):+.5f}" in here.page.locator(".nija-said").inner_text()
    assert here.faults == []


def test_a_slider_is_dragged_with_the_mouse(here):
    slider = here.slider("War chest (share of settled profit)")
    slider.scroll_into_view_if_needed()
    at = slider.bounding_box()
    middle = at["y"] + at["height"] / 2
    here.page.mouse.move(at["x"] + 0.4 * at["width"], middle)
    here.page.mouse.down()
    here.page.mouse.move(at["x"] + 0.7 * at["width"], middle, steps=8)
    here.page.mouse.up()
    rate = float(slider.input_value())
    assert 0.3 < rate < 0.4
    here.says("command", f"siphon={rate:g} ")
    split = replace(policy.presets["document_003"].profit_split, chest=rate, reinvest=round(0.8 - rate, 12))
    chest = replace(policy.presets["document_003"].war_chest, rate=rate)
    assert_shown(here, simulated(war_chest=chest, profit_split=split))


def test_a_typed_value_moves_the_slider_and_an_invalid_one_keeps_the_last_picture(here):
    box, alert = here.box(STAKE), here.control("stake").get_by_role("alert")
    here.typed(STAKE, "0.07")
    here.says("command", "stake=0.07 ")
    assert here.slider(STAKE).input_value() == "0.07"
    kept, before = here.picture(), here.numbers()
    with pytest.raises(NijaError) as refusal:
        replace(policy.presets["document_003"].stake, share=7.0)
    for text, message in (("7", str(refusal.value)), ("a lot", "stake must be float | None, got 'a lot' (str).")):
        here.typed(STAKE, text)
        alert.filter(has_text=message).wait_for()
        assert box.get_attribute("aria-invalid") == "true"
        assert (here.picture(), here.numbers()) == (kept, before)
    here.typed(STAKE, "0.08")
    here.says("command", "stake=0.08 ")
    assert alert.count() == 0
    assert box.get_attribute("aria-invalid") == "false"
    assert here.picture() != kept


def test_what_was_found_by_hand_runs_headless_to_the_same_numbers_and_figure(here, tmp_path, request):
    here.page.get_by_role("checkbox", name="streak").uncheck()
    here.says("command", "off=streak ")
    here.slider("War chest (share of settled profit)").press("ArrowRight")
    here.says("command", "siphon=0.21 ")
    said = here.copied("command")
    assert said == f"nija run {NOTEBOOK} -p off=streak -p siphon=0.21 --pdf"
    expected = simulated(
        streak=None,
        war_chest=replace(policy.presets["document_003"].war_chest, rate=0.21),
        profit_split=replace(policy.presets["document_003"].profit_split, chest=0.21, reinvest=0.59),
    )
    assert_shown(here, expected)
    (tmp_path / "found.yaml").write_text(here.copied("yaml"), encoding="utf-8")
    by_file = ["run", NOTEBOOK, "-f", str(tmp_path / "found.yaml")]
    # One way in each place: the texts are the same in both.
    arguments = shlex.split(said)[1:-1] if "lab" in request.node.name else by_file
    command = [sys.executable, "-m", "nija_research", *arguments, "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    executed = tmp_path / f"{NOTEBOOK}.ipynb"
    assert report.read_records(executed) == here.numbers()
    # The words of the figure hold every number that it was drawn from.
    figure = next(
        output["data"]["application/vnd.nija.figure+json"]
        for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", ())
        if "application/vnd.nija.figure+json" in output["data"]
    )
    assert figure["alt"] == here.image().get_attribute("alt")


def test_a_preset_can_be_chosen_and_gone_back_to(here):
    here.page.get_by_label("Start from").select_option("document_000")
    here.says("command", "preset=document_000 ")
    caution = here.slider("CAUTION from")
    assert caution.input_value() == "0.05"
    assert here.slider("Stop below the peak").count() == 0  # 000 prints none
    first = here.picture()
    # Its rule of risk refuses every trade at this leverage, so that nothing else can be seen.
    assert here.number("taken") == 0.0
    here.page.get_by_role("checkbox", name="risk").uncheck()
    here.says("command", "-p preset=document_000 -p off=risk ")
    assert here.number("taken") > 0.0
    assert here.picture() != first
    here.page.get_by_role("button", name="Reset to it").click()
    here.page.wait_for_function("(first) => document.querySelector('.nija-answer img').src === first", arg=first)
    assert here.page.get_by_role("checkbox", name="risk").is_checked()


def test_of_many_events_the_newest_is_drawn(here):
    here.page.evaluate(
        """() => {
            window.pictures = 0;
            const seen = new MutationObserver(() => { window.pictures += 1; });
            seen.observe(document.querySelector('.nija-picture'),
                { childList: true, subtree: true, attributes: true });
            const range = document.querySelector('.nija-control[data-name=cold] input[type=range]');
            for (let k = 1; k <= 60; k += 1) {
                setTimeout(() => {
                    range.value = String(k / 100);
                    range.dispatchEvent(new Event('input', { bubbles: true }));
                }, 5 * k);
            }
        }"""
    )
    here.says("command", "cold=0.6 ")
    assert_shown(here, simulated(streak=replace(policy.presets["document_003"].streak, cold=0.6)))
    assert 0 < here.page.evaluate("window.pictures") < 60 / 2


def test_a_log_of_ones_own_is_loaded_and_a_faulty_one_is_refused(here, tmp_path):
    own = tmp_path / "own trades.csv"
    data.load_trades("nasdaq_trend").to_csv(own, index=False)
    here.typed("Trade log (name or file)", str(own))
    here.says("command", f"-p 'trades={own}' ")
    kept = here.picture()
    chooser = here.control("trades").locator("input[type=file]")
    chooser.set_input_files(
        {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"entry_time,exit_time,return\nx,y,z\n"}
    )
    alert = here.control("trades").get_by_role("alert")
    alert.filter(has_text="bad.csv").wait_for()
    assert here.picture() == kept
    chooser.set_input_files({"name": "good.csv", "mimeType": "text/csv", "buffer": own.read_bytes()})
    here.says("command", "good.csv ")
    assert alert.count() == 0
    assert here.box("Trade log (name or file)").input_value().endswith("good.csv")
    assert here.picture() == kept  # the same trades


NAME = """(input) => {
    const own = input.getAttribute('aria-label');
    if (own || input.tagName === 'BUTTON') return own || input.textContent;
    return [...input.labels].map((label) => label.textContent).join(' ').trim();
}"""
# Nothing reaches past the panel, and the panel not past what the page shows of it.
CUT = """() => {
    const end = Math.min(window.innerWidth, document.querySelector('.nija-panel').getBoundingClientRect().right);
    return [...document.querySelectorAll('.nija-panel *')].filter((e) => e.getBoundingClientRect().right > end + 1)
        .map((e) => e.className || e.tagName);
}"""


@pytest.mark.parametrize("width", [1280, 768])
def test_every_input_has_a_name_is_reached_by_tab_and_nothing_is_cut(here, width, request):
    here.page.set_viewport_size({"width": width, "height": 900})
    inputs = here.page.locator(".nija-panel :is(input, select, textarea, button):visible")
    names = inputs.evaluate_all(f"(inputs) => inputs.map({NAME})")
    assert len(names) > 20
    assert all(names), names
    wanted = set(inputs.evaluate_all("(inputs) => inputs.map((e) => e.id || e.textContent)"))
    here.page.locator(".nija-panel select").first.focus()
    reached = set()
    for _ in range(len(names) + 2):
        reached.add(here.page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        here.page.keyboard.press("Tab")
    assert wanted <= reached, wanted - reached
    if folder := os.environ.get("NIJA_SHOTS"):
        here.page.evaluate("document.querySelector('.nija-panel').scrollIntoView()")
        here.page.screenshot(path=f"{folder}/{request.node.callspec.id}.png")
    assert here.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert here.page.evaluate(CUT) == []


@pytest.mark.parametrize("opening", ["lab"], indirect=True)
def test_a_restart_of_the_kernel_recovers(here, browsing):
    here.page.get_by_role("menuitem", name="Kernel", exact=True).click()
    here.page.get_by_role("menuitem", name=re.compile("Restart Kernel and Run All Cells")).click()
    here.page.get_by_role("button", name="Confirm Kernel Restart").click()
    here.page.wait_for_selector(".nija-answer img", state="detached")
    browsing.settled(here.page)
    here.slider(PEAK).press("ArrowLeft")
    here.says("command", "peak_stop=0.24 ")
    assert_shown(here, simulated(stops=replace(policy.presets["document_003"].stops, peak=0.24)))


@pytest.mark.parametrize("opening", ["voila"], indirect=True)
def test_a_page_opened_anew_has_a_kernel_of_its_own_and_shows_no_code(here, browsing):
    here.slider(PEAK).press("ArrowLeft")
    here.says("command", "peak_stop=0.24 ")
    here.page.reload()
    browsing.settled(here.page)
    assert_shown(here, simulated())
    assert here.copied("command") == USUAL
    text = here.page.locator("body").inner_text()
    assert "Policies by hand" in text
    assert "explore.panel(" not in text
