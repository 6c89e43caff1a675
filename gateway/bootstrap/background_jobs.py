"""Background jobs of a gateway that serves: threads of the background process, apart from workers.

Every job runs under an advisory lock of its name, so that of all processes and nodes that share a
database a single one does it at a time.

Stopping waits for a round under way for a bounded time only. A round may wait for a server that
never comes to an end: a time-stamping authority, a partner. All threads here are daemon threads, so
a round that is left ends with the process, as it would with a power failure: what it has not
committed is rolled back, its advisory lock is free, and the next start does it again.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

from gateway.domain.errors import GatewayError
from gateway.exchange.ports import NamedLocks

DELIVERY_JOB = "delivery"
"""Name of the job that sends the outbox, and of its advisory lock."""

PRUNING_JOB = "pruning"
"""Name of the job that prunes the journal, and of its advisory lock."""

RETENTION_JOB = "retention"
"""Name of the job that removes old rows with data of persons, and of its advisory lock."""

STOP_SECONDS = 2.0
"""How long the end of the gateway waits for rounds under way, all jobs together."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A background job.

    name: a short word, also of its advisory lock.  interval_seconds: from one round to the next.
    run: does a round. Its argument says whether the gateway is stopping; a long round calls it
    repeatedly.
    """

    name: str
    run: Callable[[Callable[[], bool]], object]
    interval_seconds: float


@contextmanager
def running_jobs(jobs: Sequence[Job], locks: NamedLocks) -> Iterator[None]:
    """Run jobs for the length of the block.

    A round under way ends before the block does, if it can within STOP_SECONDS.
    """
    stopping = Event()
    threads = [
        Thread(target=_run_job, args=(job, locks, stopping), name=job.name, daemon=True)
        for job in jobs
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        ends_at = monotonic() + STOP_SECONDS
        for thread in threads:
            thread.join(max(0.0, ends_at - monotonic()))
            if thread.is_alive():
                _LOG.warning("job=%s outcome=left-unfinished", thread.name)


def _run_job(job: Job, locks: NamedLocks, stopping: Event) -> None:
    while not stopping.wait(job.interval_seconds):
        try:
            with locks.try_acquire(job.name) as acquired:
                if acquired:
                    job.run(stopping.is_set)
        except GatewayError as error:
            _LOG.warning("job=%s outcome=%s", job.name, error.code)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round is tried
            _LOG.error("job=%s defect=%s", job.name, type(error).__name__)
