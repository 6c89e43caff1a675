"""Readiness: a parent that reads no notification more holds no worker up."""

import socket
import sys
import time
from pathlib import Path

import pytest

from gateway.serving import running
from gateway.serving.readiness import NOTIFY_SOCKET, notify_ready
from tests.waiting import until

WORKERS = 30
"""More than a socket has room for: net.unix.max_dgram_qlen is 10 on most systems, at most 512."""


@pytest.mark.slow
def test_a_parent_that_reads_nothing_is_waited_for_a_moment_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NOTIFY_SOCKET, str(tmp_path / "ready"))
    monkeypatch.setattr("gateway.serving.readiness._NOTIFY_SECONDS", 0.001)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as parent:
        parent.bind(str(tmp_path / "ready"))
        for _ in range(600):
            notify_ready("http://127.0.0.1:1")
        assert parent.recv(100).startswith(b"READY=1")


@pytest.mark.slow
def test_each_worker_after_the_first_serves_at_once(tmp_path: Path) -> None:
    done = tmp_path / "done"
    program = (
        "import pathlib, sys, time\n"
        "from gateway.serving.readiness import notify_ready\n"
        f"for _ in range({WORKERS}): notify_ready('http://127.0.0.1:1')\n"
        "pathlib.Path(sys.argv[1]).touch()\n"
        "time.sleep(60)\n"
    )
    with running([sys.executable, "-c", program, done]) as server:
        assert server.address == "http://127.0.0.1:1"
        began = time.monotonic()
        until(done.exists, "the end of all notifications")
        assert time.monotonic() - began < 10
        server.process.kill()
