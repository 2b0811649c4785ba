"""
The explorers in a real browser, for the tests and for `make latency`: `nija explore` as users start it, driven by
Playwright in the machine's own Chromium. Nothing is fetched from another machine.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "a-token-of-the-tests"
PATIENCE = 90_000  # ms: the first picture on a busy machine waits for a kernel, imports and the compiler's cache
MISSING = "no Chromium on this machine: apt install chromium, or NIJA_BROWSER=/path/to/one"

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_IDLE = ".jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status=idle]"
_BEGUN = "() => [...document.querySelectorAll('.jp-InputPrompt')].some((p) => /\\[(\\*|\\d+)\\]/.test(p.textContent))"


def chromium() -> str | None:
    """The browser's program; None where there is none."""
    return os.environ.get("NIJA_BROWSER") or next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def launched():
    """A browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        # As root, which containers are, Chromium has no sandbox to run in.
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        made = driver.chromium.launch(executable_path=chromium(), args=[*options, "--disable-dev-shm-usage"])
        yield made
        made.close()


def opened(browser, address, width=1280, height=900):
    """A page at an address; `page.faults` collects what its scripts throw."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.faults = []
    # Voila's page asks a CDN for its icon font; nothing of ours uses it.
    context.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.goto(address)
    return page


def run_all(page):
    """Run JupyterLab's notebook once its kernel is connected; before that JupyterLab says idle, and runs nothing."""
    from playwright.sync_api import TimeoutError as TooLate

    page.wait_for_selector(_IDLE)
    page.get_by_text("| Idle").first.wait_for()
    for _ in range(10):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        try:
            page.wait_for_function(_BEGUN, timeout=5_000)
            return
        except TooLate:
            continue
    raise AssertionError("JupyterLab ran no cell")


def settled(page):
    """Wait for the first picture."""
    page.wait_for_selector(".nija-answer img", state="attached")
    page.locator(".nija-panel").scroll_into_view_if_needed()
    page.wait_for_selector(".nija-answer img")
    page.wait_for_function("document.querySelector('.nija-answer img').complete")
    return page


@contextmanager
def served(folder, *arguments):
    """Start `nija explore` with its own settings and logs in `folder`; yield the address, and end its kernels too."""
    folder = Path(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    own |= {"IPYTHONDIR": str(folder / "ipython"), "XDG_DATA_HOME": str(folder / "data"), "JUPYTER_TOKEN": TOKEN}
    command = [sys.executable, "-m", "nija_research", "explore", *arguments, "--no-browser", "--port", str(port)]
    log = folder / "server.log"
    with log.open("wb") as out:
        environment = {**os.environ, **own, "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=folder, start_new_session=True)
        try:
            yield _answering(f"http://127.0.0.1:{port}", process, log)
        finally:
            _ended(process)


def _answering(address, process, log):
    for _ in range(10 * PATIENCE // 1000):
        try:
            urllib.request.urlopen(f"{address}/?token={TOKEN}", timeout=30).close()
            return address
        except urllib.error.HTTPError as fault:
            fault.close()
            return address
        except OSError:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def _ended(process):
    # The server ends its kernels, which have sessions of their own, when it is asked to end; killed, it could not.
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
