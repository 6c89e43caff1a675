"""HTTP server of a stand-in: plain or TLS, one request a connection, everything bounded.

Bounds: connections at a time, seconds for the TLS handshake and for a whole request, bytes of head
and body, seconds of an answer (`sending`). A connection beyond the limit is closed at once. A
server that stops ends every connection, so that it waits for no client.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Lock, Thread
from typing import Any

from gateway.http import PLAIN_TEXT_HEADERS, HttpAnswer, HttpRequest
from gateway.simulator.misbehaviour import Misbehaviour, Pace
from gateway.simulator.sending import send
from gateway.wire.deadline import Deadline, DeadlineSocket

MAX_BODY_BYTES = 262_144
_MAX_CONNECTIONS = 32
_HANDSHAKE_SECONDS = 10.0
_REQUEST_SECONDS = 20.0
_LINGER_SECONDS = 2.0
_LENGTH_REQUIRED = HttpAnswer(411, PLAIN_TEXT_HEADERS, b"A request names its length.\n")
_TOO_LARGE = HttpAnswer(413, PLAIN_TEXT_HEADERS, b"The request is too large.\n")

Reply = tuple[HttpAnswer, Misbehaviour | None]
"""An answer, and how it is spoilt on the way."""


class CannotListen(Exception):
    """The socket cannot listen on the address; the sentence says why."""


@contextmanager
def listening(
    host: str,
    port: int,
    site: Callable[[HttpRequest], Reply],
    tls: ssl.SSLContext | None = None,
    pace: Pace | None = None,
) -> Iterator[int]:
    """Answer for as long as the block lasts. Gives the port.

    host, port: where to listen; port 0 lets the system choose.  site: answers any request.
    tls: None for plain HTTP.  Raises CannotListen.
    """
    try:
        server = _Server(host, port, site, tls, pace or Pace())
    except OSError as error:
        raise CannotListen(f"{host}:{port} cannot be listened on: {error.strerror}") from None
    thread = Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="stand-in", daemon=True
    )
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.stop()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close waits for them
    request_queue_size = 64

    def __init__(
        self,
        host: str,
        port: int,
        site: Callable[[HttpRequest], Reply],
        tls: ssl.SSLContext | None,
        pace: Pace,
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.site, self.pace = site, pace
        self._stopping = False
        self._tls = tls
        self._free_slots = BoundedSemaphore(_MAX_CONNECTIONS)
        self._lock = Lock()
        self._connections: set[socket.socket] = set()
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind without the DNS look-up of the host name that HTTPServer does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve the connection in a thread, or close it where all are in use."""
        if self._free_slots.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve the connection, then free its slot. A client that leaves early is no event."""
        try:
            with (
                suppress(OSError, http.client.HTTPException),
                closing(self._secured(request)) as connection,
                self._registered(connection),
            ):
                if isinstance(connection, ssl.SSLSocket):
                    connection.do_handshake()
                self.finish_request(connection, client_address)
        finally:
            self._free_slots.release()

    def stop(self) -> None:
        """End every connection, then the server."""
        self.shutdown()
        with self._lock:
            self._stopping = True
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def _secured(self, connection: socket.socket) -> socket.socket:
        try:
            connection.settimeout(_HANDSHAKE_SECONDS)
            if self._tls is None:
                return connection
            return self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        except BaseException:
            connection.close()
            raise

    @contextmanager
    def _registered(self, connection: socket.socket) -> Iterator[None]:
        with self._lock:
            if self._stopping:
                raise ConnectionError("the server stops")
            self._connections.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._connections.discard(connection)


class _Handler(BaseHTTPRequestHandler):
    """Reads a request and sends its answer."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        paced = DeadlineSocket(self.connection, Deadline(_REQUEST_SECONDS))
        self.rfile.close()
        self.rfile = paced.makefile("rb")

    def handle(self) -> None:
        self.close_connection = True
        self.handle_one_request()
        self.close_connection = True

    def __getattr__(self, name: str) -> Any:
        # BaseHTTPRequestHandler looks for do_GET and the like; the site knows which it takes.
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        refused = self._refused()
        if refused:
            answer, how = refused, None
        else:
            answer, how = self.server.site(self._request())
        if self.command == "HEAD":
            answer = HttpAnswer(answer.status, answer.headers, b"")
        send(self.connection, answer, how, self.server.pace)
        if refused:
            self._discard()

    def _refused(self) -> HttpAnswer | None:
        length = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or (self.command == "POST" and not length):
            return _LENGTH_REQUIRED
        if length and not (length.isascii() and length.isdigit() and len(length) < 10):
            return _LENGTH_REQUIRED
        return _TOO_LARGE if int(length or 0) > MAX_BODY_BYTES else None

    def _discard(self) -> None:
        """Lingering close: read what comes of a refused body, for a short while.

        Closing over unread bytes resets the connection, and a reset takes the answer with it.
        Source: RFC 9112, section 9.6.
        """
        if not isinstance(self.connection, ssl.SSLSocket):
            self.connection.shutdown(socket.SHUT_WR)
        rest = DeadlineSocket(self.connection, Deadline(_LINGER_SECONDS)).makefile("rb")
        with rest, suppress(OSError):
            while rest.read1(64 * 1024):
                pass

    def _request(self) -> HttpRequest:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionError("the request ended before its length")
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        certificate = None
        if isinstance(self.connection, ssl.SSLSocket):
            certificate = self.connection.getpeercert(binary_form=True)
        return HttpRequest(self.command, path, query, headers, body, certificate)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no request: nothing of it is repeated."""
        del message, explain
        refused = HttpAnswer(code, PLAIN_TEXT_HEADERS, b"This is no request of HTTP/1.1.\n")
        send(self.connection, refused, None, self.server.pace)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the caller sees what was asked."""
