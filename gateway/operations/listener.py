"""Where may operators look? /health/live, /health/ready and /metrics, on a port that no partner sees.

It runs in threads of the supervisor, apart from the workers that answer partners. Connections are few and short: each
carries one request, and there is room for a handful at a time.
"""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Thread
from typing import Any

from gateway.operations.health import Health
from gateway.operations.scraping import Scrape

_AT_A_TIME = 8
_SECONDS = 5.0
_LOG = logging.getLogger(__name__)
_TEXT = "text/plain; charset=utf-8"
_JSON = "application/json"
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"

Page = tuple[int, str, bytes]
"""Status, media type, body."""


class CannotListen(Exception):
    """The address cannot be listened at; the sentence says why."""


@contextmanager
def listening(host: str, port: int, health: Health, scrape: Scrape) -> Iterator[str]:
    """Answer operators for as long as the block lasts; gives the address. Raises CannotListen."""
    pages: dict[str, Callable[[], Page]] = {
        "/health/live": lambda: (200, _JSON, _json({"status": "live"})),
        "/health/ready": lambda: _ready(health),
        "/metrics": lambda: (200, _PROMETHEUS, scrape.text()),
    }
    try:
        server = _Server(host, port, pages)
    except OSError as trouble:
        raise CannotListen(f"operations.listen {host}:{port}: {trouble.strerror}") from None
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="operations", daemon=True)
    thread.start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _ready(health: Health) -> Page:
    ready, parts = health.told()
    closed = parts["serving"] == "maintenance"
    status = "ready" if ready else "maintenance" if closed else "not ready"
    return 200 if ready else 503, _JSON, _json({"status": status, "parts": parts})


def _json(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, host: str, port: int, pages: dict[str, Callable[[], Page]]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.pages = pages
        self._room = BoundedSemaphore(_AT_A_TIME)
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Without the look-up of our own name that HTTPServer does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Turn away whoever comes while the house is full."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Make room again."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave are no event."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SECONDS

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path.partition("?")[0])
        try:
            status, media, body = page() if page else (404, _TEXT, b"Nothing here.\n")
        except Exception as trouble:  # noqa: BLE001 - operators get an answer, and the log the reason
            _LOG.error("operations: path=%s defect=%s", self.path.partition("?")[0], type(trouble).__name__)
            status, media, body = 500, _TEXT, b"This cannot be told at the moment.\n"
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
        """Health is asked for every few seconds; that is no news."""
