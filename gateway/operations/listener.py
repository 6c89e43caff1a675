"""HTTP listener for operators: /health/live, /health/ready and /metrics, on a port of its own.

It runs in threads of the background process, apart from the workers that answer partners. Each
connection carries one request. At most _MAX_CONNECTIONS are served at a time, so that a flood
cannot use up threads.

A client that sends its head byte by byte, or does not read its answer, has a deadline for the whole
of it (slowloris). At the limit the slowest of these clients makes room, so that health is answered
at once. A request whose answer is being made is never cut off.
"""

import io
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Lock, Thread
from typing import Any, Protocol

from gateway.operations.health import Health

_MAX_CONNECTIONS = 8
_HEAD_SECONDS = 5.0
_SEND_SECONDS = 5.0
_YOUNG_SECONDS = 0.2
"""A client that has been slow for less time does not make room: it had no chance to be quick."""

_ROOM_SECONDS = 1.0
"""Time in which the thread of a client that was cut off ends."""

_LOG = logging.getLogger(__name__)
_TEXT = "text/plain; charset=utf-8"
_JSON = "application/json"
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"

Page = tuple[int, str, bytes]
"""Status, media type and body of an answer."""


class Scraped(Protocol):
    """Content of /metrics."""

    def text(self) -> bytes:
        """All metrics, in Prometheus' text format 0.0.4."""


class CannotListen(Exception):
    """The socket cannot listen on the address; the sentence says why."""


@contextmanager
def listening(host: str, port: int, health: Health, scrape: Scraped) -> Iterator[str]:
    """Answer operators for as long as the block lasts.

    host, port: where to listen; port 0 lets the system choose.
    Yields the address, `http://127.0.0.1:9464`. Raises CannotListen.
    """
    pages: dict[str, Callable[[], Page]] = {
        "/health/live": lambda: (200, _JSON, _json({"status": "live"})),
        "/health/ready": lambda: _ready(health),
        "/metrics": lambda: (200, _PROMETHEUS, scrape.text()),
    }
    try:
        server = _Server(host, port, pages)
    except OSError as error:
        raise CannotListen(f"operations.listen {host}:{port}: {error.strerror}") from None
    thread = Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="operations", daemon=True
    )
    thread.start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _ready(health: Health) -> Page:
    ready, parts = health.report()
    closed = parts["serving"] == "maintenance"
    status = "ready" if ready else "maintenance" if closed else "not ready"
    return 200 if ready else 503, _JSON, _json({"status": status, "parts": parts})


def _json(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: str, port: int, pages: dict[str, Callable[[], Page]]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.pages = pages
        self._free_slots = BoundedSemaphore(_MAX_CONNECTIONS)
        self._lock = Lock()
        self._slow_since: dict[socket.socket, float] = {}
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind without the DNS look-up of the host name that HTTPServer does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve the connection in a thread, or close it where no other makes room."""
        has_slot = self._free_slots.acquire(timeout=_YOUNG_SECONDS) or (
            self._cut_off_slowest() and self._free_slots.acquire(timeout=_ROOM_SECONDS)
        )
        if not has_slot:
            self.shutdown_request(request)
            return
        self.begin_wait(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve the connection, then free its slot."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.end_wait(request)
            self._free_slots.release()

    def shutdown_request(self, request: Any) -> None:
        """Close the connection. It is no more among those that can be cut off."""
        self.end_wait(request)
        super().shutdown_request(request)

    def begin_wait(self, connection: socket.socket) -> None:
        """From now on this server waits for the client."""
        with self._lock:
            self._slow_since[connection] = time.monotonic()

    def end_wait(self, connection: socket.socket) -> None:
        """The client has done its part."""
        with self._lock:
            self._slow_since.pop(connection, None)

    def _cut_off_slowest(self) -> bool:
        """End the connection that has kept us waiting longest; False where all are young."""
        with self._lock:
            if not self._slow_since:
                return False
            slowest, since = min(self._slow_since.items(), key=lambda entry: entry[1])
            if time.monotonic() - since < _YOUNG_SECONDS:
                return False
            del self._slow_since[slowest]
            with suppress(OSError):  # the client was quicker
                slowest.shutdown(socket.SHUT_RDWR)  # its thread reads the end, or fails to write
            return True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log nothing: a client that leaves early is no event."""


class _HeadReader(io.RawIOBase):
    """Bytes of a connection until a deadline, whatever the pieces in which they come."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.rfile = io.BufferedReader(_HeadReader(self.connection, _HEAD_SECONDS))

    def do_GET(self) -> None:
        self.server.end_wait(self.connection)
        page = self.server.pages.get(self.path.partition("?")[0])
        try:
            status, media, body = page() if page else (404, _TEXT, b"Nothing here.\n")
        except Exception as error:  # noqa: BLE001 - operators get an answer, the log gets the reason
            _LOG.error(
                "operations: path=%s defect=%s", self.path.partition("?")[0], type(error).__name__
            )
            status, media, body = 500, _TEXT, b"This cannot be answered at the moment.\n"
        self.server.begin_wait(self.connection)
        self.connection.settimeout(_SEND_SECONDS)
        self.send_response_only(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, format: str, *words: Any) -> None:
        """Log nothing: health is asked for every few seconds."""
