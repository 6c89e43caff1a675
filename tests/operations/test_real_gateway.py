"""Health and metrics of a real sandbox with two workers, while a caller guesses tokens."""

import json
import os
import re
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked.commands import GATEWAY, completed, running
from tests.waiting import until

pytestmark = pytest.mark.slow

SERVE_PARTNERS = (*GATEWAY, "serve", "--only", "soap")
TOKEN = "SANDBOX-7KQ4-2M9X"
REQUEST = (
    Path(__file__).parents[1] / "interop/requests/GetNonFinalCitesCertificate.xml"
).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def watched() -> Iterator[tuple[str, str]]:
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            ports.append(probe.getsockname()[1])
    bind, operations = (f"127.0.0.1:{port}" for port in ports)
    command = [
        *SERVE_PARTNERS,
        "--sandbox",
        "--bind",
        bind,
        "--operations",
        operations,
    ]
    with running(command) as server:
        yield server.address, f"http://{operations}"


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def ask(address: str, token: str) -> int:
    body = REQUEST.replace(TOKEN, token).encode()
    request = urllib.request.Request(
        f"{address}/epix/v2", body, {"Content-Type": "text/xml; charset=utf-8"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as fault:
        return fault.code


def figure(text: str, name: str) -> float:
    return sum(
        float(value)
        for value in re.findall(rf"^{re.escape(name)}(?:\{{[^}}]*\}})? (\S+)$", text, re.MULTILINE)
    )


def test_it_is_ready_and_says_what_was_exchanged_and_refused(watched: tuple[str, str]) -> None:
    address, operations = watched
    assert json.loads(get(f"{operations}/health/ready"))["status"] == "ready"
    assert ask(address, TOKEN) == 200
    for _ in range(61):
        ask(address, "GUESS-0000-0000")
    until(lambda: figure(get(f"{operations}/metrics"), "epix_exchange_seconds_count") == 62)
    text = get(f"{operations}/metrics")
    labels = 'operation="GetNonFinalCitesCertificate",outcome="{}",version="v2"'
    assert figure(text, f"epix_exchanges_total{{{labels.format('ok')}}}") == 1
    assert figure(text, f"epix_exchanges_total{{{labels.format('CertificateNotFound')}}}") == 60
    assert figure(text, f"epix_exchanges_total{{{labels.format('TooManyRequests')}}}") == 1
    assert figure(text, "epix_exchange_seconds_count") == 62
    assert figure(text, "epix_refused_lookups_total") == 61
    assert figure(text, "epix_scanning_alerts_total") == 1
    assert figure(text, "epix_requests_in_flight") == 0
    assert figure(text, "epix_sent_bytes_total") > 10_000
    for secret in ("MZ26EX000001", "GUESS", "SANDBOX"):
        assert secret not in text


def test_a_port_that_is_taken_is_told_before_partners_are_let_in() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        operations = f"127.0.0.1:{taken.getsockname()[1]}"
        command = [*SERVE_PARTNERS, "--sandbox", "--bind", "127.0.0.1:0"]
        run = completed([*command, "--operations", operations])
    assert run.returncode != 0
    assert f"operations.listen {operations}" in run.stderr
    assert "Serving" not in run.stdout


def test_the_counts_of_a_gateway_that_stops_leave_nothing_behind(tmp_path: Path) -> None:
    command = [
        *SERVE_PARTNERS,
        "--sandbox",
        "--bind",
        "127.0.0.1:0",
    ]
    command += ["--operations", "127.0.0.1:0"]
    with running(command, {"TMPDIR": str(tmp_path)}) as server:
        assert any(entry.name.startswith("epix-metrics-") for entry in tmp_path.iterdir())
        os.kill(server.process.pid, signal.SIGTERM)
        server.process.wait(60)
    assert not any(entry.name.startswith("epix-") for entry in tmp_path.iterdir())
