"""`nija explore`: how the servers are asked, and what is said when they cannot begin."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from nija_research.cli import app
from nija_research.errors import ParameterError, WorkError
from nija_research.explore import server


def test_without_the_extra_the_error_names_the_install_line(monkeypatch):
    monkeypatch.setattr(server, "find_spec", lambda name: None if name == "voila" else object())
    server.require("anywidget")
    with pytest.raises(WorkError, match=r"needs voila. Install with: python -m pip install 'nija_research\[explore\]'"):
        server.serve(voila=True)


def test_a_port_that_is_taken_is_said(monkeypatch):
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


def test_the_command_ends_with_2_and_a_line_where_the_port_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = [sys.executable, "-m", "nija_research", "explore", "--no-browser", "--port", str(port)]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"port {port} is taken" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "no notebook 'nothing'" in CliRunner().invoke(app, ["explore", "nothing"]).exception.args[0]
