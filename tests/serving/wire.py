"""HTTP client that sends exactly the bytes of a test, and reads the replies."""

import json
import select
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

NAME = "epix.example.org"
"""The name in the server's certificate and in conf/nginx.conf."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def received(self) -> dict:
        """What the mirror site has received."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Heard:
    replies: list[Reply]
    closed: bool

    @property
    def statuses(self) -> list[int]:
        return [reply.status for reply in self.replies]


def connect(
    address: str, context: ssl.SSLContext | None = None, seconds: float = 10.0
) -> socket.socket:
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(seconds)
        line.connect(address.removeprefix("unix:"))
        return line
    where = urlsplit(address)
    line = socket.create_connection((where.hostname, where.port), seconds)
    return context.wrap_socket(line, server_hostname=NAME) if context else line


def hear(line: socket.socket, seconds: float = 10.0) -> Heard:
    """Everything until the server closes or is silent for `seconds`."""
    line.settimeout(seconds)
    came, closed = b"", False
    try:
        while piece := line.recv(65536):
            came += piece
        closed = True
    except TimeoutError:
        pass
    except ConnectionResetError:
        closed = True
    return Heard(_replies(came), closed)


def is_closed(line: socket.socket) -> bool:
    """Whether the server has closed or reset the connection. Does not wait and reads no bytes."""
    poll = select.poll()
    poll.register(line, select.POLLRDHUP)
    return bool(poll.poll(0))


def ask(line: socket.socket, sent: bytes) -> Reply:
    """Send a request on a connection that stays open, and read its answer."""
    line.settimeout(10.0)
    line.sendall(sent)
    came = b""
    while b"\r\n\r\n" not in came or _incomplete(_replies(came)[0]):
        piece = line.recv(65536)
        if not piece:
            raise ConnectionError(
                "closed in the middle of an answer" if came else "closed without an answer"
            )
        came += piece
    return _replies(came)[0]


def _incomplete(reply: Reply) -> bool:
    return reply.headers.get("content-length", "0") != str(len(reply.body))


def say(address: str, sent: bytes, *, half_close: bool = False, context=None) -> Heard:
    with connect(address, context) as line:
        line.sendall(sent)
        if half_close:
            line.shutdown(socket.SHUT_WR)
        return hear(line)


def post(
    address: str, path: str = "/epix/v1", body: bytes = b"abc", headers: tuple = (), context=None
) -> Reply:
    """A whole request on a connection of its own."""
    lines = [b"POST %s HTTP/1.1" % path.encode(), b"Host: %s" % NAME.encode(), b"Connection: close"]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in headers]
    head = b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", b""])
    (reply,) = say(address, head + body, context=context).replies
    return reply


def _replies(came: bytes) -> list[Reply]:
    """Replies one after the other; each has a Content-Length, or is all that is left."""
    replies = []
    while came:
        head, _, came = came.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        length = (
            0 if first.startswith("HTTP/1.1 100") else int(headers.get("content-length", len(came)))
        )
        replies.append(Reply(int(first.split()[1]), headers, came[:length]))
        came = came[length:]
    return replies
