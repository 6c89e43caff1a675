"""Background jobs: stopping waits for a round that can end, and for none that cannot."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from gateway.bootstrap.background_jobs import STOP_SECONDS, Job, running_jobs
from tests.dripping_server import dripping
from tests.programs import started
from tests.waiting import until

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


class FreeLocks:
    """Locks that nobody else holds."""

    @contextmanager
    def try_acquire(self, _job: str) -> Iterator[bool]:
        yield True


def test_a_round_under_way_ends_before_the_gateway_does() -> None:
    begun, done = Event(), Event()

    def run(stopping) -> None:
        begun.set()
        until(stopping)
        done.set()

    with running_jobs([Job("tidy", run, 0.01)], FreeLocks()):
        assert begun.wait(10)
    assert done.is_set()


def test_rounds_that_never_end_are_left_after_a_bounded_time(caplog) -> None:
    begun, ever = [Event(), Event()], Event()

    def waiting(event: Event):
        def run(_stopping) -> None:
            event.set()
            ever.wait()

        return run

    jobs = [Job(f"job-{number}", waiting(event), 0.01) for number, event in enumerate(begun)]
    with running_jobs(jobs, FreeLocks()):
        assert all(event.wait(10) for event in begun)
        began = monotonic()
    assert monotonic() - began < STOP_SECONDS + 1
    ever.set()
    for name in ("job-0", "job-1"):
        assert f"job={name} outcome=left-unfinished" in caplog.text


PROGRAM = """
import signal, sys
from contextlib import contextmanager
from threading import Event
from gateway.bootstrap.background_jobs import Job, running_jobs
from gateway.wire.http_post import post
from gateway.exchange.daemon_threads import DaemonThreads

class Locks:
    @contextmanager
    def try_acquire(self, job):
        yield True

def ask(*_):
    post(sys.argv[1], b"", ("a/b", "a/b"), 600.0, 1000)

def deliver(*_):
    with DaemonThreads(2, "delivery") as threads:
        threads.submit(ask)

stopped = Event()
signal.signal(signal.SIGTERM, lambda *_: stopped.set())
with running_jobs([Job("stamping", ask, 0.01), Job("delivery", deliver, 0.01)], Locks()):
    print("ready", flush=True)
    stopped.wait()
"""


def test_sigterm_ends_the_process_while_jobs_wait_for_servers_that_drip() -> None:
    """One job asks a time-stamping authority, the other has a delivery in a thread of its own."""
    with (
        dripping() as server,
        started(
            [sys.executable, "-c", PROGRAM, server.address],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        until(lambda: server.connections == 2, "both jobs ask")
        began = monotonic()
        process.terminate()
        assert process.wait(timeout=20) == 0
        assert monotonic() - began < 5
