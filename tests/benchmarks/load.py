"""Load generator: answers a second, and latencies.

Each of its keep-alive connections sends the next request when the last answer has come. It uses
sockets and epoll directly: at 20 microseconds a request it leaves the processor to the server.
"""

import re
import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNK = 1 << 15


class WrongAnswer(Exception):
    """A wrong answer under load. No figure of the run counts then."""


@dataclass(frozen=True, slots=True)
class Question:
    """A whole HTTP request, and the text that its answer must hold."""

    request: bytes
    expected: bytes


@dataclass(frozen=True, slots=True)
class Load:
    """Result of a run. latencies: seconds, ascending.  cpu_seconds: of the generator itself."""

    seconds: float
    latencies: Sequence[float]
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds within which `share` (0.5, 0.99) of the answers had arrived."""
        return self.latencies[min(int(share * len(self.latencies)), len(self.latencies) - 1)]


class _Connection:
    """A keep-alive connection and its request in flight.

    It is opened anew where the server ended it between two answers.
    """

    def __init__(self, connect: Callable[[], socket.socket], question: Question) -> None:
        self._connect = connect
        self.socket = connect()
        self.question = question
        self.sent_at = 0.0
        self.received = b""
        self.wanted = 0

    def ask(self, question: Question) -> None:
        """Send it."""
        self.question = question
        self.received, self.wanted = b"", 0
        self.sent_at = time.perf_counter()
        self.socket.sendall(question.request)

    def is_complete(self) -> bool:
        """Take what has arrived; whether that was the last of the answer."""
        for part in _parts(self.socket):
            if not part:
                raise WrongAnswer("the server closed the connection")
            self.received = self.received + part if self.received else part
            if not self.wanted:
                head, found, _ = self.received.partition(b"\r\n\r\n")
                length = _LENGTH.search(head) if found else None
                if length:
                    self.wanted = len(head) + 4 + int(length[1])
        return 0 < self.wanted <= len(self.received)

    def check(self, full: bool) -> None:
        """Raises WrongAnswer."""
        if not self.received.startswith(b"HTTP/1.1 200 ") or len(self.received) != self.wanted:
            raise WrongAnswer(self.received[:2000].decode("utf-8", "replace"))
        if full and self.question.expected not in self.received:
            raise WrongAnswer(
                f"{self.question.expected!r} is not in the answer: {self.received[:2000]!r}"
            )

    def is_ending(self) -> bool:
        """Whether the server said that this was the last answer on this connection."""
        return b"\r\nconnection: close" in self.received[: self.received.find(b"\r\n\r\n")].lower()

    def renew(self) -> None:
        """Open it again."""
        self.socket.close()
        self.socket = self._connect()


def drive(
    connect: Callable[[], socket.socket],
    connections: int,
    seconds: float,
    questions: Sequence[Question],
) -> Load:
    """Send requests for `seconds` over `connections`.

    Status and length of each answer are checked, and one answer in fifty in full.

    Raises WrongAnswer, with the first bytes, for an answer that is not 200, is cut short or is
    about another permit.
    """
    asked = cycle(questions)
    latencies: list[float] = []
    with select.epoll() as poll, ExitStack() as stack:
        by_descriptor = {}
        for _ in range(connections):
            connection = _Connection(connect, next(asked))
            stack.callback(lambda mine=connection: mine.socket.close())
            by_descriptor[connection.socket.fileno()] = connection
            poll.register(connection.socket, select.EPOLLIN)
        began, cpu_began = time.perf_counter(), time.process_time()
        for connection in by_descriptor.values():
            connection.ask(connection.question)
        now = began
        while now < began + seconds:
            for descriptor, _ in poll.poll(1.0):
                connection = by_descriptor[descriptor]
                if not connection.is_complete():
                    continue
                latencies.append(time.perf_counter() - connection.sent_at)
                connection.check(full=len(latencies) % 50 == 0)
                if connection.is_ending():
                    poll.unregister(by_descriptor.pop(descriptor).socket)
                    connection.renew()
                    by_descriptor[connection.socket.fileno()] = connection
                    poll.register(connection.socket, select.EPOLLIN)
                connection.ask(next(asked))
            now = time.perf_counter()
    return Load(now - began, sorted(latencies), time.process_time() - cpu_began)


def _parts(sock: socket.socket) -> Iterator[bytes]:
    yield sock.recv(_CHUNK)
    while (
        isinstance(sock, ssl.SSLSocket) and sock.pending()
    ):  # decrypted already, so epoll says nothing of it
        yield sock.recv(_CHUNK)
