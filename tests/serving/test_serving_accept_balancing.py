"""Accept balancing: workers share connections, and a worker that hangs delays none."""

import asyncio
import os
import signal
import socket
from collections import Counter, deque
from contextlib import ExitStack
from ctypes import c_ulong

import pytest

from gateway.serving.accept_balancing import YIELD_SECONDS, AcceptBalancer, Listener
from tests.serving.wire import ask, connect, post
from tests.waiting import until

WHOLE = b"POST /epix/v1 HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\n\r\nabc"


def _shares(server, connections: int) -> Counter[int]:
    """Worker's process id -> how many of the connections opened at once it has accepted."""
    with ExitStack() as stack:
        lines = [stack.enter_context(connect(server.address)) for _ in range(connections)]
        return Counter(ask(line, WHOLE).received["worker"] for line in lines)


def test_a_worker_may_accept_again_once_each_other_could_have() -> None:
    taken = c_ulong()
    one, two, three = (AcceptBalancer(taken, workers=3) for _ in range(3))
    assert one.may_accept and two.may_accept and three.may_accept
    one.count_accepted()
    assert (one.may_accept, two.may_accept, three.may_accept) == (False, True, True)
    two.count_accepted()
    assert (one.may_accept, two.may_accept, three.may_accept) == (False, False, True)
    three.count_accepted()
    assert (one.may_accept, two.may_accept, three.may_accept) == (True, False, False)


class ListeningSocket:
    """A socket that two workers listen on; `queue` is the kernel's."""

    def __init__(self, queue: deque[socket.socket]) -> None:
        self._queue = queue

    def setblocking(self, flag: bool) -> None: ...

    def accept(self) -> tuple[socket.socket, str]:
        if not self._queue:
            raise BlockingIOError
        return self._queue.popleft(), ""


class Worker:
    """A worker's loop, without time: the test says when its socket is readable and its timer due.

    accepted: number of connections.
    """

    def __init__(self, queue: deque[socket.socket], taken: c_ulong, workers: int) -> None:
        self.accepted = 0
        self.paused: list[float] = []
        self._readable = self._resume = lambda: None
        Listener(self, None, ListeningSocket(queue), None, AcceptBalancer(taken, workers))

    def readable(self) -> None:
        self._readable()

    def resume(self) -> None:
        self._resume()
        self._readable()

    # What a listener asks of an event loop

    def add_reader(self, _socket, on_readable) -> None:
        self._readable = on_readable

    def remove_reader(self, _socket) -> None:
        self._readable = lambda: None

    def call_later(self, seconds, resume) -> None:
        self.paused.append(seconds)
        self._resume = resume

    def create_task(self, starting) -> asyncio.Future[None]:
        starting.close()
        self.accepted += 1
        loop = asyncio.new_event_loop()
        never_done: asyncio.Future[None] = asyncio.Future(loop=loop)
        loop.close()
        return never_done


def test_a_worker_that_has_accepted_yields_once_and_then_accepts_again() -> None:
    left, right = socket.socketpair()
    with left, right:
        queue = deque([left] * 3)
        taken = c_ulong()
        one, other = (Worker(queue, taken, 2) for _ in range(2))
        one.readable()
        one.readable()
        assert (one.accepted, one.paused) == (1, [YIELD_SECONDS])
        other.readable()
        assert (other.accepted, other.paused) == (1, [])
        one.resume()
        assert one.accepted == 2
        one.readable()
        assert one.paused == [YIELD_SECONDS] * 2, "it yields anew after each connection"


def test_a_worker_alone_in_answering_waits_no_longer_than_it_yields() -> None:
    left, right = socket.socketpair()
    with left, right:
        queue = deque([left] * 2)
        worker = Worker(queue, c_ulong(), 2)
        worker.readable()
        worker.readable()
        worker.resume()
        assert (worker.accepted, worker.paused) == (2, [YIELD_SECONDS])


@pytest.mark.slow
def test_connections_that_come_at_once_are_shared(start) -> None:
    def shared() -> bool:
        shares = _shares(server, 64)  # of the first one until the second worker has started
        return len(shares) == 2 and min(shares.values()) >= 24

    with start(workers=2) as server:
        until(shared, "both workers to take about half of the connections")


@pytest.mark.slow
def test_a_worker_that_hangs_keeps_no_connection_waiting(start) -> None:
    both: set[int] = set()
    with start(workers=2) as server:
        until(lambda: both.update(_shares(server, 8)) or len(both) == 2, "the second worker")
        hanging, working = both
        os.kill(hanging, signal.SIGSTOP)
        try:
            assert {post(server.address).received["worker"] for _ in range(20)} == {working}
        finally:
            os.kill(hanging, signal.SIGCONT)
