"""Pool of worker processes that prepare permits, one for each processor core.

Processes come from a fork server: a fresh process that has imported the gateway, and has neither
threads nor open databases. A batch goes to whichever worker is free. A thread for each worker waits
for its outcomes, as a pipe that both sides only write to would block both.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from multiprocessing.connection import Connection
from queue import SimpleQueue

from gateway.bootstrap.preparation.messages import receive, send
from gateway.bootstrap.preparation.worker import OpenPreparer, prepare_batches
from gateway.domain.errors import GatewayError, ServiceUnavailable
from gateway.exchange.permits.publication.batches import Outcome, Preparation, PrepareBatches

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
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_MODULES)
    with ExitStack() as stack:
        free: SimpleQueue[Connection] = SimpleQueue()
        for _ in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=prepare_batches, args=(theirs, open_preparer), daemon=True
            )
            process.start()
            theirs.close()
            stack.callback(process.join)
            free.put(stack.enter_context(closing(ours)))  # closed before the process is joined
        threads = stack.enter_context(ThreadPoolExecutor(workers, "preparation"))
        yield lambda batches: _outcomes(batches, threads, free, workers * _BATCHES_AHEAD)


def _outcomes(
    batches: Iterable[Sequence[Preparation]],
    threads: ThreadPoolExecutor,
    free: "SimpleQueue[Connection]",
    most: int,
) -> Iterator[Sequence[Outcome]]:
    """Outcomes in the order of the batches. most: batches that are under way."""
    under_way: deque[Future[Sequence[Outcome]]] = deque()
    try:
        for batch in batches:
            under_way.append(threads.submit(_ask, batch, free))
            if len(under_way) == most:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        for future in under_way:
            future.cancel()


def _ask(batch: Sequence[Preparation], free: "SimpleQueue[Connection]") -> Sequence[Outcome]:
    worker = free.get()
    try:
        send(worker, batch)
        answer = receive(worker)
    except (EOFError, OSError):
        raise ServiceUnavailable(
            "A process that prepares permits has ended before its work was done, perhaps for lack"
            " of memory. What is stored so far stays; publish the same file again."
        ) from None
    finally:
        free.put(worker)
    if isinstance(answer, GatewayError):
        raise answer
    outcomes: Sequence[Outcome] = answer
    return outcomes
