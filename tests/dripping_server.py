"""A server that is never done: it accepts, and sends a byte now and then without end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat

SECONDS_A_BYTE = 0.02

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
DRIPS = {
    "status line": (b"", b"H"),
    "head": (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (_HEAD + b"Content-Length: 60000\r\n\r\n", b"x"),
    "body without end": (_HEAD + b"\r\n", b"x"),
    "chunks": (_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "chunk size": (_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "TLS handshake": (b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x00"),
}
"""What is sent at once, and what is repeated byte by byte after it."""


class DrippingServer:
    """port: on loopback.  connections: how many have come."""

    def __init__(self, at_once: bytes, repeated: bytes) -> None:
        self._at_once, self._repeated = at_once, repeated
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        self._run(self._accept)

    def stop(self) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _run(self, call, *args: object) -> None:
        thread = threading.Thread(target=call, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._run(self._drip, connection)

    def _drip(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(self._at_once)
            for byte in chain.from_iterable(repeat(self._repeated)):
                if self._stopping.wait(SECONDS_A_BYTE):
                    return
                connection.sendall(bytes([byte]))


@contextmanager
def dripping(what: str = "body") -> Iterator[DrippingServer]:
    """what: of DRIPS."""
    server = DrippingServer(*DRIPS[what])
    server.start()
    try:
        yield server
    finally:
        server.stop()
