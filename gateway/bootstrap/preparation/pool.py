"""Pool of worker processes that prepare permits, one for each processor core.

Processes come from a fork server: a fresh process that has imported the gateway, and has neither
threads nor open databases. A batch goes to whichever worker is free; a worker starts when a batch
waits for one, so a source without changes starts none. A thread for each worker waits for its
outcomes, as a pipe that both sides only write to would block both.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Self

from gateway.bootstrap.preparation.worker import OpenPreparer, prepare_batches
from gateway.domain.errors import GatewayError, ServiceUnavailable
from gateway.exchange.permits.publication.batches import Outcome, Preparation, PrepareBatches
from gateway.processes.messages import receive, send

MOST_WORKERS = 8
"""One process stores what they prepare; with more of them it is that one they wait for."""
FEWEST_PERMITS = 300
"""From this number on the second that the workers take to start is won back."""

_MODULES = ["gateway.bootstrap.preparation.worker", "gateway.bootstrap.parts.permits"]
_BATCHES_AHEAD = 2


def workers_for(
    open_preparer: OpenPreparer, permits: int
) -> AbstractContextManager[PrepareBatches] | None:
    """The pool for a number of permits; None where one process is as fast."""
    cores = len(os.sched_getaffinity(0))
    if permits < FEWEST_PERMITS or cores == 1:
        return None
    return worker_pool(open_preparer, min(cores, MOST_WORKERS))


@contextmanager
def worker_pool(open_preparer: OpenPreparer, workers: int) -> Iterator[PrepareBatches]:
    """A pool for the length of the block."""
    # Threads end before the processes that they wait for.
    with (
        _Workers(open_preparer, workers) as started,
        ThreadPoolExecutor(workers, "preparation") as threads,
    ):
        yield lambda batches: _outcomes(batches, threads, started, workers * _BATCHES_AHEAD)


class _Workers:
    """Worker processes, each started when a batch waits for one. Any number of threads."""

    def __init__(self, open_preparer: OpenPreparer, most: int) -> None:
        self._open_preparer = open_preparer
        self._to_start = most
        self._starting = Lock()
        self._free: SimpleQueue[Connection] = SimpleQueue()
        self._started = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._started.close()

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A free worker, for the length of the block."""
        worker = self._taken()
        try:
            yield worker
        finally:
            self._free.put(worker)

    def _taken(self) -> Connection:
        with suppress(Empty):
            return self._free.get_nowait()
        with self._starting:
            if self._to_start:
                self._to_start -= 1
                return self._start()
        return self._free.get()

    def _start(self) -> Connection:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_MODULES)
        ours, theirs = context.Pipe()
        process = context.Process(
            target=prepare_batches, args=(theirs, self._open_preparer), daemon=True
        )
        process.start()
        theirs.close()
        self._started.callback(process.join)
        return self._started.enter_context(closing(ours))  # closed before the process is joined


def _outcomes(
    batches: Iterable[Sequence[Preparation]],
    threads: ThreadPoolExecutor,
    workers: _Workers,
    most: int,
) -> Iterator[Sequence[Outcome]]:
    """Outcomes in the order of the batches. most: batches that are under way."""
    under_way: deque[Future[Sequence[Outcome]]] = deque()
    try:
        for batch in batches:
            under_way.append(threads.submit(_ask, batch, workers))
            if len(under_way) == most:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        for future in under_way:
            future.cancel()


def _ask(batch: Sequence[Preparation], workers: _Workers) -> Sequence[Outcome]:
    if not batch:
        return ()
    try:
        with workers.one() as worker:
            send(worker, batch)
            answer = receive(worker)
    except (EOFError, OSError):
        raise ServiceUnavailable(
            "A process that prepares permits has ended before its work was done, perhaps for lack"
            " of memory. What is stored so far stays; publish the same file again."
        ) from None
    if isinstance(answer, GatewayError):
        raise answer
    outcomes: Sequence[Outcome] = answer
    return outcomes
