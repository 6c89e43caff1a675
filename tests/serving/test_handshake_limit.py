"""TLS handshakes: a deadline, a limit for all of a worker, and a line in the log at a limited rate.

With a real server: silent connections before TLS shut no partner out.
"""

import resource
import socket
import time
from asyncio import Task
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from gateway.serving import Limits
from gateway.serving.capacity.handshakes import YOUNG_SECONDS, Handshakes
from gateway.serving.capacity.limit import Limit
from tests.serving.wire import is_closed, post
from tests.waiting import until

LIMITS = Limits(handshake_seconds=10.0, max_handshakes=3)


class Connecting:
    """Stands for the task of a connection."""

    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Worker:
    """The handshakes of a worker, and a clock that the test sets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.logged: list[str] = []
        self.counted: list[Limit] = []
        self.handshakes = Handshakes(LIMITS, self._reached, lambda: self.now)

    def _reached(self, limit: Limit, sentence: str) -> None:
        self.counted.append(limit)
        self.logged.append(sentence)

    def begin(self, host: str | None = "192.0.2.7"):
        handshake = self.handshakes.begin(host)
        if handshake is not None:
            handshake.task = Connecting()  # type: ignore[assignment]
        return handshake


def is_cut_off(task: Task[None] | None) -> bool:
    return task.cancelled  # type: ignore[union-attr,return-value]


def test_at_the_limit_the_slowest_handshake_is_cut_off() -> None:
    worker = Worker()
    first, second, third = (worker.begin() for _ in range(3))
    worker.now = YOUNG_SECONDS
    assert worker.begin() is not None
    assert [is_cut_off(each.task) for each in (first, second, third)].count(True) == 1
    assert len(worker.logged) == 1
    assert worker.counted == [Limit.HANDSHAKES]


def test_young_handshakes_are_left_alone_and_the_new_one_is_refused() -> None:
    worker = Worker()
    under_way = [worker.begin() for _ in range(3)]
    worker.now = YOUNG_SECONDS / 2
    assert worker.begin() is None
    assert not any(is_cut_off(each.task) for each in under_way)


def test_a_flood_from_one_address_keeps_no_other_out() -> None:
    worker = Worker()
    for _ in range(3):
        worker.begin("198.51.100.1")
    assert worker.begin("192.0.2.7") is not None


def test_a_complete_handshake_leaves_room() -> None:
    worker = Worker()
    for _ in range(10):
        worker.handshakes.end(worker.begin(), complete=True)
    assert worker.logged == []


def test_a_handshake_that_took_all_of_its_time_is_logged() -> None:
    worker = Worker()
    slow, refused = worker.begin(), worker.begin()
    worker.now = 1.0
    worker.handshakes.end(refused, complete=False)
    worker.now = 10.0
    worker.handshakes.end(slow, complete=False)
    assert worker.logged == ["a TLS handshake was not complete within 10 seconds"]
    assert worker.counted == [Limit.HANDSHAKE_SECONDS]


def silent(address: str, stack: ExitStack) -> socket.socket:
    where = urlsplit(address)
    return stack.enter_context(socket.create_connection((where.hostname, where.port), 10.0))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_silent_connection_is_closed_at_the_deadline_of_the_handshake(
    start, tls, pki, as_client, capfd, workers: int
) -> None:
    with (
        start(tls=tls, workers=workers, limits=Limits(handshake_seconds=0.5)) as server,
        ExitStack() as stack,
    ):
        before = time.monotonic()
        line = silent(server.address, stack)
        until(lambda: is_closed(line), "the silent connection to be closed")
        assert 0.4 < time.monotonic() - before < 5.0
        assert post(server.address, context=as_client(pki.partner)).status == 200
    assert "a TLS handshake was not complete within 0.5 seconds" in capfd.readouterr().err


@pytest.mark.slow
def test_silent_connections_before_tls_shut_no_partner_out(
    start, tls, pki, as_client, capfd
) -> None:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    context = as_client(pki.partner)
    with ExitStack() as stack:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, files[1]))
        try:
            # The server's own limit is what it inherits; the test needs more for its own ends.
            server = stack.enter_context(
                start(tls=tls, limits=Limits(max_connections=100, max_handshakes=50))
            )
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, files)
        lines = [silent(server.address, stack) for _ in range(400)]
        time.sleep(YOUNG_SECONDS)
        for _ in range(5):
            before = time.monotonic()
            assert post(server.address, context=context).status == 200
            assert time.monotonic() - before < 3.0
        assert sum(map(is_closed, lines)) >= 350
    assert "TLS handshakes at a time" in capfd.readouterr().err
