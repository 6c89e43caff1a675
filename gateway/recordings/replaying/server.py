"""Replay server: a partner on this machine that answers from recordings, over plain HTTP.

It also does what a partner did wrong: it closes the connection, or says nothing more. Every wait,
every body and the number of connections are bounded. It listens on loopback addresses alone.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from gateway.domain.errors import RecordingInvalid
from gateway.loopback import is_loopback_host
from gateway.recordings.recording import End, Message, Recording
from gateway.recordings.replaying.answering import Replay, fault

_MAX_BODY_BYTES = 4 * 1024 * 1024
_MAX_CONNECTIONS = 32
_IDLE_SECONDS = 10.0
_SILENT_SECONDS = 30.0
"""How long a silent answer keeps its connection; a client gives up before."""
_XML = "text/xml; charset=utf-8"


class ReplayServer(ThreadingHTTPServer):
    """Serves answers of recordings. replay: what it answers from; its mismatches are kept there."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, host: str, port: int, replay: Replay) -> None:
        """Listen. port: 0 for a free one. Raises RecordingInvalid for another than this machine."""
        if not is_loopback_host(host):
            raise RecordingInvalid(
                f"{host} is not this machine: recordings are served on loopback alone."
            )
        self.replay = replay
        self.stopping = threading.Event()
        self._free = threading.BoundedSemaphore(_MAX_CONNECTIONS)
        super().__init__((host, port), _Handler)

    @property
    def address(self) -> str:
        """Address of the service."""
        return f"http://{self.server_address[0]!s}:{self.server_port}/epix/replay"

    def get_request(self) -> Any:
        """See the base class; a connection that says nothing ends."""
        connection, address = super().get_request()
        connection.settimeout(_IDLE_SECONDS)
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:
        """See the base class; over the bound a connection is closed."""
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """See the base class."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of the server."""


class _Handler(BaseHTTPRequestHandler):
    server: ReplayServer
    protocol_version = "HTTP/1.1"
    server_version = "epix-gateway-replay"
    sys_version = ""

    def do_POST(self) -> None:
        self.close_connection = True
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > _MAX_BODY_BYTES:
            self.send_error(413)
            return
        body = self.rfile.read(int(length))
        found = self.server.replay.answer(Message(body, self.headers.get("Content-Type", "")))
        with suppress(OSError):  # the client may have gone
            if isinstance(found, str):
                self._send(500, _XML, fault(found, body))
            else:
                self._replay(found)

    def _replay(self, recording: Recording) -> None:
        answer = recording.answer
        if recording.status is not None:
            missing = 0 if recording.end is End.COMPLETE else 1
            media = answer.content_type or _XML
            self._send(recording.status, media, answer.body, missing)
        if recording.end is End.SILENT:
            self.wfile.flush()
            self.server.stopping.wait(_SILENT_SECONDS)

    def _send(self, status: int, media: str, body: bytes, missing: int = 0) -> None:
        """Send an answer. missing: bytes that are announced and never come."""
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body) + missing))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: a request may hold a token."""


@contextmanager
def serving(replay: Replay, host: str = "127.0.0.1", port: int = 0) -> Iterator[ReplayServer]:
    """Serve until the block ends. Raises RecordingInvalid, OSError."""
    server = ReplayServer(host, port, replay)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(_IDLE_SECONDS)
