"""Deadline of an exchange over HTTP: a total time for connecting, TLS, sending and every read.

The timeout of a socket bounds a silence, not an exchange: a server that sends a byte a second never
lets it run out. So each wait here gets only what is left of the total time. Python and OpenSSL
count that time over a whole connect, TLS handshake or sendall, so each of these is one wait.

Not bounded is the look-up of the host's name: the resolver of the operating system has limits of
its own (`timeout` and `attempts` in resolv.conf).
"""

import io
import socket
import ssl
from time import monotonic
from typing import Any

from gateway.wire.http_lines import HttpLines


class Deadline:
    """The end of an exchange.

    total_seconds: from now on.  silence_seconds: longest single wait before it.
    """

    def __init__(self, total_seconds: float, silence_seconds: float | None = None) -> None:
        self._ends_at = monotonic() + total_seconds
        self._silence_seconds = total_seconds if silence_seconds is None else silence_seconds

    def seconds(self) -> float:
        """How long the next wait may take. Raises TimeoutError when the total time is over."""
        left = self._ends_at - monotonic()
        if left <= 0:
            raise TimeoutError("the total time of the exchange is over")
        return min(left, self._silence_seconds)


def connected(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A TCP connection to the first address of a host that accepts one. Raises OSError."""
    failure = OSError("the host has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM
    ):
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(deadline.seconds())
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


def secured(
    host: str, port: int, context: ssl.SSLContext | None, deadline: Deadline
) -> socket.socket:
    """A connection as `connected`, with TLS where there is a context. Raises OSError."""
    connection = connected(host, port, deadline)
    if context is None:
        return connection
    try:
        connection.settimeout(deadline.seconds())
        return context.wrap_socket(connection, server_hostname=host)
    except BaseException:
        connection.close()
        raise


class DeadlineSocket:
    """A connected socket as http.client uses one; each wait takes what is left of the deadline.

    The socket may be one of TLS. Its owner closes it: http.client closes its own end at the end of
    the head, while the body is still to be read.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline

    def sendall(self, data: Any) -> None:
        """As socket.sendall. Raises TimeoutError."""
        self._connection.settimeout(self._deadline.seconds())
        self._connection.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A file to read from."""
        return HttpLines(_DeadlineReader(self._connection, self._deadline))

    def close(self) -> None:
        """Nothing is closed."""


class _DeadlineReader(io.RawIOBase):
    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._connection.settimeout(self._deadline.seconds())
        return self._connection.recv_into(buffer)
