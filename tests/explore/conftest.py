"""A real browser on real servers: JupyterLab and Voila as `nija explore` starts them, nothing fetched from elsewhere."""

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
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TOKEN = "a-token-of-the-tests"


def chromium() -> str | None:
    return os.environ.get("NIJA_BROWSER") or next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser():
    program = chromium()
    if program is None:
        pytest.skip("no chromium on this machine: apt install chromium, or NIJA_BROWSER=/path/to/a/chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        # As root, which containers are, Chromium has no sandbox to run in.
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        made = driver.chromium.launch(executable_path=program, args=[*options, "--disable-dev-shm-usage"])
        yield made
        made.close()


@pytest.fixture
def open_page(browser):
    """Open an address at a width; every request to another machine fails the test."""
    contexts = []

    def opened(address, width=1280, height=900):
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.faults = []
        # Voila's page asks a CDN for its icon font; nothing of ours uses it.
        context.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        page = context.pages[0]
        if "/lab" in page.url:  # the kernel would outlive the page
            origin, headers = page.url.split("/lab")[0], {"Authorization": f"token {TOKEN}"}
            for kernel in page.request.get(f"{origin}/api/kernels", headers=headers).json():
                page.request.delete(f"{origin}/api/kernels/{kernel['id']}", headers=headers)
        context.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(folder: Path) -> dict[str, str]:
    own = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    return {**os.environ, **own, "IPYTHONDIR": str(folder / "ipython"), "JUPYTER_TOKEN": TOKEN, "MPLBACKEND": "agg"}


@pytest.fixture(scope="session")
def serve(browser, tmp_path_factory):
    """Start `nija explore` with some arguments; return the server's address."""
    running = []

    def started(*arguments, cwd=None):
        folder, port = tmp_path_factory.mktemp("jupyter"), free_port()
        command = [sys.executable, "-m", "nija_research", "explore", *arguments, "--no-browser", "--port", str(port)]
        log = (folder / "log").open("wb")
        # One core is left to the browser, as on a machine that somebody works at.
        environment = {**_environment(folder), "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, cwd=cwd or folder, start_new_session=True
        )
        running.append((process, log))
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/?token={TOKEN}", timeout=30).close()
                return address
            except urllib.error.HTTPError as fault:
                fault.close()
                return address
            except OSError:
                assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
                time.sleep(0.1)
        raise AssertionError((folder / "log").read_text(encoding="utf-8"))

    yield started
    for process, log in running:
        os.killpg(process.pid, signal.SIGTERM)  # the server and its kernels
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        log.close()
