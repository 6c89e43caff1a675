"""Bodies far too large, through a real nginx: refused by their length, and written nowhere."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.forked.commands import running
from tests.journeys.caller_gateway import certificates, work_directory
from tests.journeys.caller_wire import context
from tests.nginx import nginx
from tests.ocsp_responder import Responder, responding
from tests.serving.wire import ask, connect

pytestmark = pytest.mark.slow

LENGTH = 20_000_000
HEAD = b"POST /epix/v2 HTTP/1.1\r\nHost: epix.example.org\r\nContent-Type: text/xml\r\n"
PIECE = b"A" * 60_000
UNKNOWN = [None, "stranger", "expired"]
"""By certificate: none; two that nginx finds invalid, which it lets the gateway refuse."""

CALLERS = [*UNKNOWN, "partner"]


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    with responding() as running_responder:
        yield running_responder


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory, responder: Responder) -> SimpleNamespace:
    return certificates(tmp_path_factory.mktemp("pki"), responder)


@pytest.fixture(scope="module")
def front(
    tmp_path_factory: pytest.TempPathFactory, pki: SimpleNamespace, responder: Responder
) -> Iterator[SimpleNamespace]:
    """address: of nginx.  log: its error log."""
    folder = tmp_path_factory.mktemp("front")
    work_directory(folder / "mz", pki, responder)
    behind = {"EPIX_SERVER__MODE": "behind-proxy", "EPIX_SERVER__LISTEN": str(folder / "h.sock")}
    command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(folder / "mz")]
    with (
        running(command, behind) as gateway,
        nginx(folder, gateway.address, pki.server.pem, pki.known) as address,
    ):
        yield SimpleNamespace(address=address, log=folder / "error.log")


def status_of(front: SimpleNamespace, pki: SimpleNamespace, caller: str | None, sent: bytes) -> int:
    """The status of the answer. nginx may leave the connection open for the rest of the body."""
    with connect(front.address, context(pki, caller)) as line:
        return ask(line, sent).status


def written(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if "[notice]" not in line]


@pytest.mark.parametrize("caller", CALLERS)
def test_a_body_that_is_announced_too_large_is_refused_unread_and_unlogged(
    front: SimpleNamespace, pki: SimpleNamespace, caller: str | None
) -> None:
    before = written(front.log)
    announced = HEAD + b"Content-Length: %d\r\n\r\n" % LENGTH
    assert status_of(front, pki, caller, announced + PIECE) == 413
    assert written(front.log) == before


@pytest.mark.parametrize("caller", CALLERS)
def test_a_body_in_chunks_is_refused_when_it_becomes_too_large(
    front: SimpleNamespace, pki: SimpleNamespace, caller: str | None
) -> None:
    chunk = b"%x\r\n%b\r\n" % (len(PIECE), PIECE)
    sent = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 11
    assert status_of(front, pki, caller, sent) == 413
    assert not any("temporary file" in line for line in written(front.log))


@pytest.mark.parametrize("caller", CALLERS)
def test_the_largest_body_that_nginx_takes_is_written_to_no_disk_on_its_way(
    front: SimpleNamespace, pki: SimpleNamespace, caller: str | None
) -> None:
    body = PIECE * 9
    sent = HEAD + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
    assert status_of(front, pki, caller, sent) == 500, "a fault of the gateway"
    assert not any("temporary file" in line for line in written(front.log))


@pytest.mark.parametrize("callers", [UNKNOWN, ["partner"]], ids=["unknown", "partner"])
def test_a_flood_of_posts_writes_no_line_for_each(
    front: SimpleNamespace, pki: SimpleNamespace, callers: list[str | None]
) -> None:
    before = written(front.log)
    sent = HEAD + b"Content-Length: 3\r\nConnection: close\r\n\r\n<x>"
    statuses = [status_of(front, pki, caller, sent) for caller in callers * (60 // len(callers))]
    assert set(statuses) == ({500} if callers == ["partner"] else {500, 429})
    assert written(front.log) == before
