"""Questions to OCSP responders and time-stamping authorities end in time, whatever comes back."""

import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from gateway.wire.http_post import NoResponse, post
from tests.dripping_server import DRIPS, dripping

pytestmark = pytest.mark.slow
TYPES = ("application/ocsp-request", "application/ocsp-response")
TOTAL_SECONDS = 0.8
AT_MOST_SECONDS = 3.0
"""Much for a busy machine, and nothing beside what the servers here would take."""


def ask(address: str, body: bytes = b"question") -> bytes:
    return post(address, body, TYPES, TOTAL_SECONDS, 65_536)


@pytest.mark.long_haul  # tests/partners has slow servers
@pytest.mark.parametrize("what", DRIPS)
def test_a_server_that_answers_a_byte_at_a_time_ends_with_the_total_time(what: str) -> None:
    with dripping(what) as server:
        scheme = "https" if what == "TLS handshake" else "http"
        began = monotonic()
        with pytest.raises(NoResponse, match=r"no complete answer in 0\.8 seconds"):
            ask(f"{scheme}://127.0.0.1:{server.port}/")
        assert monotonic() - began < AT_MOST_SECONDS
        assert server.connections == 1


def test_a_server_that_reads_nothing_ends_with_the_total_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        began = monotonic()
        with pytest.raises(NoResponse, match="no complete answer"):
            ask(f"http://127.0.0.1:{listener.getsockname()[1]}/", bytes(32 << 20))
        assert monotonic() - began < AT_MOST_SECONDS


Reply = Callable[[http.server.BaseHTTPRequestHandler], None]


@contextmanager
def serving(reply: Reply) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            reply(self)

        def log_message(self, *_: object) -> None:
            """No log on the terminal."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/ocsp"
        finally:
            server.shutdown()
            thread.join()


def test_an_honest_answer_is_read_whole_however_its_length_is_told() -> None:
    def with_length(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "6")
        handler.end_headers()
        handler.wfile.write(b"answer")

    def until_closed(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(b"answer")

    def in_chunks(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"4\r\nansw\r\n2\r\ner\r\n0\r\n\r\n")

    for reply in (with_length, until_closed, in_chunks):
        with serving(reply) as address:
            assert ask(address) == b"answer"


@pytest.mark.parametrize(
    "line", [b"X: " + b"a" * 33_000, b"X: a\rContent-Type: multipart/mixed", b"X: a\0b"]
)
def test_a_head_that_keeps_a_parser_busy_is_refused(line: bytes) -> None:
    def reply(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + line + b"\r\nContent-Length: 0\r\n\r\n")

    with serving(reply) as address, pytest.raises(NoResponse):
        ask(address)


def test_an_address_that_cannot_be_one_gives_no_answer() -> None:
    for address in (
        "http://127.0.0.1:99999/",
        f"http://{'a' * 70}.example/",
        "http://127.0.0.1:9/",
    ):
        with pytest.raises(NoResponse, match="no answer"):
            ask(address)
