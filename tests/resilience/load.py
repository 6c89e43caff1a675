"""Load by callers that never pause. Each answer is compared with the expected one."""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Question:
    """body: of the request.  right: whether status and body are the right answer."""

    body: bytes
    right: Callable[[int, bytes], bool]


@dataclass
class CallResults:
    """Results of the calls in a span of time. wrong, failed: a sentence for each."""

    answered: int = 0
    wrong: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


class Callers:
    """Threads that call without pause, each on a connection of its own, until the block ends."""

    def __init__(
        self,
        address: str,
        name: str,
        tls: ssl.SSLContext,
        questions: Sequence[Question],
        callers: int,
    ):
        self._port = int(address.rpartition(":")[2])
        self._name, self._tls, self._questions = name, tls, questions
        self._lock, self._over = threading.Lock(), threading.Event()
        self._results = CallResults()
        self._threads = [
            threading.Thread(target=self._call, args=(place,)) for place in range(callers)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def take(self) -> CallResults:
        """The results since the last call of this method."""
        with self._lock:
            taken, self._results = self._results, CallResults()
        return taken

    def until_answered(self, count: int, seconds: float = 30.0) -> None:
        """Wait for so many more answers. Raises TimeoutError."""
        with self._lock:
            wanted = self._results.answered + count
        ticks = threading.Event()
        for _ in range(int(seconds / 0.02)):
            if self._results.answered >= wanted:
                return
            ticks.wait(0.02)
        raise TimeoutError(
            f"{self._results.answered} answers instead of {wanted}; {self._results.failed[:3]}"
        )

    def _call(self, place: int) -> None:
        line: http.client.HTTPConnection | None = None
        while not self._over.is_set():
            question = self._questions[place % len(self._questions)]
            place += 1
            try:
                line = line or self._connected()
                line.request(
                    "POST",
                    "/epix/v2",
                    question.body,
                    {"Host": self._name, "Content-Type": "text/xml"},
                )
                answer = line.getresponse()
                status, body = answer.status, answer.read()
            except (OSError, http.client.HTTPException) as error:
                with self._lock:
                    self._results.failed.append(f"{type(error).__name__}: {error}")
                if line:
                    with suppress(OSError):
                        line.close()
                line = None
                continue
            self._judge(question, status, body)
        if line:
            line.close()

    def _judge(self, question: Question, status: int, body: bytes) -> None:
        with self._lock:
            if question.right(status, body):
                self._results.answered += 1
            elif status >= 502:  # nginx itself: no node has answered
                self._results.failed.append(f"status {status}")
            else:
                self._results.wrong.append(f"status {status}: {body[:300]!r}")

    def _connected(self) -> http.client.HTTPConnection:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        line.sock = self._tls.wrap_socket(
            socket.create_connection(("127.0.0.1", self._port), 30), server_hostname=self._name
        )
        return line
