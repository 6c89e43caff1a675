"""The thread pool of deliveries: results, errors, no more threads than asked for, all daemons."""

import threading
from concurrent.futures import wait

import pytest

from gateway.exchange.daemon_threads import DaemonThreads


def test_calls_give_their_results_and_errors() -> None:
    def fails() -> None:
        raise LookupError

    with DaemonThreads(2, "x") as threads:
        results = [threads.submit(pow, number, 2) for number in range(20)]
        failed = threads.submit(fails)
    assert [result.result() for result in results] == [number**2 for number in range(20)]
    with pytest.raises(LookupError):
        failed.result()


def test_there_are_no_more_threads_than_asked_for_and_each_is_a_daemon() -> None:
    seen: set[threading.Thread] = set()
    both = threading.Barrier(2)

    def note() -> None:
        seen.add(threading.current_thread())
        both.wait(10)

    with DaemonThreads(2, "delivery") as threads:
        wait([threads.submit(note) for _ in range(6)])
        assert len(seen) == 2
        assert all(thread.daemon for thread in seen)
    assert not any(thread.is_alive() for thread in seen)


def test_a_call_that_was_cancelled_is_not_made() -> None:
    go, made = threading.Event(), threading.Event()
    with DaemonThreads(1, "x") as threads:
        threads.submit(go.wait, 10)
        assert threads.submit(made.set).cancel()
        go.set()
    assert not made.is_set()
