"""SQLite writer lock: FIFO among the threads of a process, and a single thread polls SQLite."""

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Thread, get_ident

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import ServiceUnavailable
from gateway.store import Store, Timeouts, open_store
from gateway.store.database import sqlite_writer
from gateway.store.database.sqlite_writer import FifoLock
from tests.store.store_acts import an_exchange, book, clock, confirm, publish
from tests.waiting import until


def test_waiting_threads_get_the_lock_in_order() -> None:
    lock, served = FifoLock(), []
    assert lock.acquire(0)

    def wait_as(name: int) -> None:
        assert lock.acquire(20)
        served.append(name)
        lock.release()

    threads = [Thread(target=wait_as, args=(name,)) for name in range(8)]
    for place, thread in enumerate(threads):
        thread.start()
        until(lambda place=place: len(lock._waiting) > place)
    lock.release()
    for thread in threads:
        thread.join(20)
    assert served == list(range(8))
    assert lock.acquire(0)


def test_a_timeout_leaves_the_queue() -> None:
    lock = FifoLock()
    assert lock.acquire(0)
    began = time.monotonic()
    assert not lock.acquire(0.05)
    assert 0.05 <= time.monotonic() - began < 10
    lock.release()
    assert lock.acquire(0)
    assert not lock.acquire(0)


def test_many_timeouts_during_releases_leave_the_queue_whole() -> None:
    """A release at the moment of a timeout is neither lost nor given twice."""
    lock, inside, most = FifoLock(), [], []

    def hold_shortly(_: int) -> bool:
        if not lock.acquire(0.0002):
            return False
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.0002)
        inside.pop()
        lock.release()
        return True

    with ThreadPoolExecutor(12) as threads:
        served = list(threads.map(hold_shortly, range(2000)))
    assert {True, False} == set(served)
    assert max(most) == 1
    assert lock.acquire(0)


@pytest.fixture
def store(file: Path):
    """The store on SQLite: on PostgreSQL the server sees to it."""
    opened = open_store(f"sqlite:///{file}", clock)
    yield opened
    opened.close()


@pytest.mark.slow
def test_a_single_thread_polls_while_another_process_writes(
    store: Store, file: Path, monkeypatch
) -> None:
    publish(store)
    polling: set[int] = set()

    def counted_sleep(seconds: float) -> None:
        polling.add(get_ident())
        time.sleep(seconds)

    monkeypatch.setattr(sqlite_writer, "sleep", counted_sleep)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(8) as threads:
        done = [threads.submit(confirm, store, f"caller{number}", "1") for number in range(4)]
        done += [threads.submit(store.journal.record, an_exchange()) for _ in range(4)]
        time.sleep(0.2)
        assert len(polling) == 1
        other.execute("ROLLBACK")
        for future in done:
            future.result()
    other.close()


def test_a_writer_that_waits_too_long_is_refused_in_time(file: Path) -> None:
    store = open_store(f"sqlite:///{file}", clock, Timeouts(lock=0.3))
    publish(store)
    with store.begin_work():
        began = time.monotonic()
        with pytest.raises(ServiceUnavailable):
            confirm(store, "za", "1")
        assert 0.3 <= time.monotonic() - began < 10
    confirm(store, "za", "1")
    store.close()


def test_readers_wait_for_no_writer(file: Path) -> None:
    """Outbox listings, metrics and the start of a node, while another process writes for long."""
    store = open_store(f"sqlite:///{file}", clock, Timeouts(lock=0.05))
    assert store.shared_keys.is_ours("token key", b"a" * 32)
    booked = book(store, 1)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert store.shared_keys.is_ours("token key", b"a" * 32)
    assert [each.id for each in store.outbox.due(clock())] == [booked]
    assert [each.id for each in store.outbox.all([DeliveryState.WAITING])] == [booked]
    assert store.outbox.find(booked)
    assert len(store.outbox.history(booked)) == 1
    assert store.outbox.counts()[DeliveryState.WAITING] == (1, clock())
    with pytest.raises(ServiceUnavailable):
        book(store, 2)
    other.close()
    store.close()


def refused_statement(store: Store) -> None:
    with pytest.raises(DBAPIError), store.begin_work() as work:
        work._connection.execute(text("SELECT nonsense FROM nowhere"))


def refused_commit(store: Store) -> None:
    """As on a full disk: nothing before the commit fails."""
    with pytest.raises(DBAPIError, match="FOREIGN KEY"), store.begin_work() as work:
        work._connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        work._connection.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY)"))
        work._connection.execute(text("CREATE TABLE b (a INTEGER REFERENCES a)"))
        work._connection.execute(text("INSERT INTO b VALUES (1)"))
        work.commit()


def broken_off(store: Store) -> None:
    with store.begin_work():
        raise RuntimeError


def given_up(store: Store) -> None:
    with store.begin_work():
        pass


def begun_twice(store: Store) -> None:
    with store._engines.journalling.connect() as connection:
        writer = connection.connection.dbapi_connection
        writer.begin()
        with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
            writer.begin()


def closed_within(store: Store) -> None:
    writer = store._engines.writing.raw_connection()
    writer.dbapi_connection.begin()
    writer.invalidate()


def left_to_itself(store: Store) -> None:
    writer = store._engines.writing.raw_connection()
    writer.dbapi_connection.begin()


def a_record_twice(store: Store) -> None:
    exchange = an_exchange()
    store.journal.record(exchange)
    store.journal.record(exchange)


def closed_without_a_way_back(store: Store) -> None:
    writer = store._engines.writing.raw_connection()
    writer.dbapi_connection.begin()
    writer.dbapi_connection.set_authorizer(
        lambda action, what, *_: sqlite3.SQLITE_DENY if what == "ROLLBACK" else sqlite3.SQLITE_OK
    )
    writer.invalidate()


def refused_at_once(store: Store) -> object:
    _, _, file = store._reading.run(
        lambda connection: connection.execute("PRAGMA database_list").fetchone()
    )
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writer = store._engines.journalling.raw_connection()
    writer.dbapi_connection.busy_timeout_seconds = 0.01
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        writer.dbapi_connection.begin()
    other.close()
    return writer


def recorded(store: Store) -> None:
    store.journal.record(an_exchange())


def confirmed(store: Store) -> None:
    confirm(store, "za", "1")


ENDS = [
    confirmed,
    recorded,
    a_record_twice,
    refused_statement,
    refused_commit,
    broken_off,
    given_up,
    begun_twice,
    refused_at_once,
    closed_within,
    closed_without_a_way_back,
    left_to_itself,
]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_every_end_of_a_transaction_releases_the_lock(
    store: Store, end: Callable[[Store], object]
) -> None:
    publish(store)
    still_open = None
    with suppress(RuntimeError, ServiceUnavailable):
        still_open = end(store)
    lock = store._engines.long_running.raw_connection().dbapi_connection.lock
    assert lock.acquire(0)
    lock.release()
    del still_open
    confirm(store, "us", "1")
