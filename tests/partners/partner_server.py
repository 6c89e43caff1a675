"""A partner on loopback that says what a test tells it to, over real sockets and real TLS."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Asked:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Partner:
    """A running partner. asked: every request, in order."""

    port: int
    scheme: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/epix/v2"


@contextmanager
def running(
    answer: Answer, tls: ssl.SSLContext | None = None, to_get: Answer | None = None
) -> Iterator[Partner]:
    """Answer every POST as told, until the block ends. to_get: the answer to GET; None: 404."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(Asked(self.path, dict(self.headers.items()), body))
            with suppress(ConnectionError):  # the client may have given up
                answer(self)
            self.close_connection = True

        def do_GET(self) -> None:
            asked.append(Asked(self.path, dict(self.headers.items()), b""))
            if to_get is None:
                self.send_error(404)
            else:
                to_get(self)
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def get_request(self) -> Any:
            connection, address = super().get_request()
            connection.settimeout(5)
            if tls:
                connection = tls.wrap_socket(
                    connection, server_side=True, do_handshake_on_connect=False
                )
            return connection, address

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a refused handshake

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield Partner(server.server_port, "https" if tls else "http", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def says(
    body: bytes,
    status: int = 200,
    content_type: str | None = "text/xml; charset=utf-8",
    **headers: str,
) -> Answer:
    """An ordinary HTTP answer. headers: `Content_Encoding="gzip"`."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        if content_type is not None:
            handler.send_header("Content-Type", content_type)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def writes(*pieces: bytes, then: Callable[[], object] = lambda: None) -> Answer:
    """Raw bytes in place of an HTTP answer, piece by piece, `then` after each."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
            then()

    return answer
