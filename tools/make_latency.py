"""
Write docs/explore.md: milliseconds from a slider's event to the new picture, measured in the browser; ``make latency``.

A page's script moves the slider and waits until the new picture is decoded and the next frame is due. Honest on a quiet
machine alone, and therefore no test. ``--print`` writes nothing.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import browsing
import numpy as np

from benchmarks import machine

ROOT = Path(__file__).resolve().parents[1]
WARM, EVENTS = 5, 40

#: Notebook, setting moved, two values it goes between, what is worked out.
MOVES = (
    (
        "71_explore_policies",
        "peak_stop",
        ("0.2", "0.21"),
        "2,000 accounts of 250 trades, policy and fan; baseline kept",
    ),
    ("70_explore_kelly", "stake", ("0.1", "0.105"), "growth, bound and law of one stake"),
    ("72_explore_chest", "rate", ("0.3", "0.31"), "1,000 accounts of 100 trades, with and without; curve kept"),
    ("72_explore_chest", "stake", ("0.2", "0.21"), "the same and the curve at 19 rates"),
    ("73_explore_regimes", "strength", ("1.05", "1.1"), "5,030 bars labelled, fits kept for the strengths seen"),
)

MEASURE = """async ([name, values, count]) => {
    const range = document.querySelector(`.nija-control[data-name=${name}] input[type=range]`);
    const place = document.querySelector('.nija-picture');
    const times = [];
    for (let k = 0; k < count; k += 1) {
        await new Promise((go) => setTimeout(go, 100));
        const drawn = new Promise((go) => {
            const seen = new MutationObserver(() => { seen.disconnect(); go(place.querySelector('img')); });
            seen.observe(place, { childList: true, subtree: true, attributes: true });
        });
        range.value = Number(range.value) === Number(values[0]) ? values[1] : values[0];
        const begun = performance.now();
        range.dispatchEvent(new Event('input', { bubbles: true }));
        await (await drawn).decode();
        await new Promise(requestAnimationFrame);
        times.push(performance.now() - begun);
    }
    return times;
}"""


def measured(page, name: str, values: tuple[str, str]) -> list[float]:
    """Milliseconds of each event, after some that are not counted."""
    page.evaluate(MEASURE, [name, values, WARM])
    return page.evaluate(MEASURE, [name, values, EVENTS])


def rows() -> list[str]:
    """A line of the table for each move: the policies in both places, the others as apps."""
    found = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nija-")))
        for part in ("voila", "lab"):
            (folder / part).mkdir()
        browser = stack.enter_context(browsing.launched())
        apps = stack.enter_context(browsing.served(folder / "voila", "--voila"))
        suite = (ROOT / "notebooks" / f"{MOVES[0][0]}.ipynb").read_text(encoding="utf-8")
        (folder / "policies.ipynb").write_text(suite, encoding="utf-8")
        lab = stack.enter_context(browsing.served(folder / "lab", str(folder / "policies.ipynb")))
        places = [(move, "Voila", f"{apps}/voila/render/{move[0]}.ipynb") for move in MOVES]
        places.insert(1, (MOVES[0], "JupyterLab", f"{lab}/lab/tree/policies.ipynb"))
        for (notebook, name, values, what), place, address in places:
            page = browsing.opened(browser, f"{address}?token={browsing.TOKEN}")
            if place == "JupyterLab":
                browsing.run_all(page)
            times = measured(browsing.settled(page), name, values)
            page.context.close()
            middle, late = np.percentile(times, (50, 95))
            found.append(f"| `{notebook}` | {place} | `{name}`: {what} | {middle:.0f} | {late:.0f} |")
            print(found[-1], flush=True)
    return found


def main() -> int:
    """Measure, and write the page."""
    if browsing.chromium() is None:
        print(browsing.MISSING, file=sys.stderr)
        return 1
    before = machine.load()
    lines = [
        "# From a slider to its picture",
        "",
        f"Milliseconds from a slider's event to the new picture on screen, {EVENTS} events each, in headless Chromium.",
        "The kernel runs on the same machine. Made by `make latency`.",
        "",
        "| notebook | place | slider moved, and what is worked out anew | median | 95th percentile |",
        "|---|---|---|---|---|",
        *rows(),
        "",
        f"{machine.described()}; {before} processes wanted a core in the minute before.",
    ]
    if "--print" not in sys.argv:
        (ROOT / "docs" / "explore.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
