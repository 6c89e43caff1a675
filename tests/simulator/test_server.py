"""HTTP server of a stand-in: what is too much or too slow is refused, and stopping ends it all."""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from gateway.bootstrap import Simulator, SimulatorOptions
from gateway.http import HttpAnswer, HttpRequest
from gateway.settings import load_dialect
from gateway.simulator import server
from gateway.simulator.misbehaviour import Misbehaviour, Pace
from gateway.simulator.server import CannotListen, Reply, listening
from tests.waiting import until

pytestmark = pytest.mark.slow


def echo(request: HttpRequest) -> Reply:
    how = Misbehaviour.DEAD if request.path == "/dead" else None
    said = f"{request.method} {request.path} {request.query} {len(request.body)}"
    return HttpAnswer(200, (("Content-Type", "text/plain"),), said.encode()), how


@pytest.fixture
def port() -> Iterator[int]:
    with listening("127.0.0.1", 0, echo, pace=Pace(hold_seconds=60)) as port:
        yield port


def connected(port: int, sent: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(sent)
    return connection


def answer(port: int, sent: bytes) -> bytes:
    with connected(port, sent) as connection:
        received = b""
        while piece := connection.recv(65_536):
            received += piece
        return received


def test_a_request_is_answered_and_the_connection_ends(port: int) -> None:
    got = answer(port, b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nxyz")
    assert got.startswith(b"HTTP/1.1 200 OK\r\n")
    assert got.endswith(b"\r\n\r\nPOST /a b=c 3")
    assert b"Connection: close" in got
    assert answer(port, b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: x\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 262145\r\n\r\n", b"413"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
def test_a_request_out_of_bounds_is_refused(port: int, head: bytes, status: bytes) -> None:
    got = answer(port, head)
    assert status in got.splitlines()[0]
    assert b"Server: epix-gateway stand-in\r\n" in got
    assert b"Python" not in got
    assert b"nonsense" not in got


@pytest.mark.parametrize("with_tls", [False, True], ids=["plain", "tls"])
def test_a_body_that_is_too_large_gets_its_answer(with_tls: bool) -> None:
    """The client sends all of it before it reads."""
    options = SimulatorOptions(with_tls=with_tls)
    with Simulator(load_dialect("standard-v2"), options=options) as simulator:
        address = urlsplit(simulator.address)
        with socket.create_connection((address.hostname, address.port), timeout=10) as plain:
            connection = plain
            if with_tls:
                keys = simulator.keys
                context = ssl.create_default_context(cafile=keys.ca)
                context.load_cert_chain(keys.certificate, keys.key)
                connection = context.wrap_socket(plain, server_hostname=address.hostname)
            head = f"POST {address.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 600000\r\n\r\n"
            connection.sendall(head.encode() + b"x" * 600_000)
            assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
            connection.close()


def test_a_head_without_end_is_cut_off(port: int) -> None:
    sent = 0
    with connected(port, b"GET / HTTP/1.1\r\n") as connection, pytest.raises(ConnectionError):
        while sent < 64 * 1024 * 1024:
            connection.sendall(b"X-A: " + b"b" * 1000 + b"\r\n")
            sent += 1007
    assert sent < 64 * 1024 * 1024


def test_connections_beyond_the_limit_are_closed_and_the_others_go_on(port: int) -> None:
    with ExitStack() as stack:
        most = server._MAX_CONNECTIONS
        held = [
            stack.enter_context(connected(port, b"GET /dead HTTP/1.1\r\n\r\n")) for _ in range(most)
        ]
        until(lambda: closed_at_once(port), "every slot is in use")
        held[0].close()
    until(lambda: answers(port), "a slot is free again")


def closed_at_once(port: int) -> bool:
    try:
        return answer(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == b""
    except ConnectionError:
        return True


def answers(port: int) -> bool:
    try:
        return answer(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"GET /  0")
    except ConnectionError:
        return False


def test_stopping_waits_for_no_client() -> None:
    began = time.monotonic()
    with listening("127.0.0.1", 0, echo, pace=Pace(hold_seconds=60)) as port:
        dead = connected(port, b"GET /dead HTTP/1.1\r\n\r\n")
        unfinished = connected(port, b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
        silent = connected(port)
        answer(port, b"GET / HTTP/1.1\r\n\r\n")  # those before it are served
    assert time.monotonic() - began < 5
    for connection in (dead, unfinished, silent):
        connection.close()


def test_an_address_in_use_is_named(port: int) -> None:
    with (
        pytest.raises(CannotListen, match=rf"127\.0\.0\.1:{port} cannot be listened on"),
        listening("127.0.0.1", port, echo),
    ):
        pass
