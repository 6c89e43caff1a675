"""Writers of one process stand in line for their SQLite file: first come, first served, and nobody asks in vain."""

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
from store_acts import an_exchange, book, clock, confirm, publish

from gateway.domain.delivery import DeliveryState
from gateway.domain.errors import ServiceUnavailable
from gateway.store import Store, Waits, open_store, writers
from gateway.store.writers import Line
from tests.waiting import until


def test_whoever_comes_first_is_served_first() -> None:
    line, served = Line(), []
    assert line.enter(0)

    def wait_as(name: int) -> None:
        assert line.enter(20)
        served.append(name)
        line.leave()

    threads = [Thread(target=wait_as, args=(name,)) for name in range(8)]
    for place, thread in enumerate(threads):
        thread.start()
        until(lambda place=place: len(line._waiting) > place)
    line.leave()
    for thread in threads:
        thread.join(20)
    assert served == list(range(8))
    assert line.enter(0)


def test_whoever_loses_patience_keeps_no_place() -> None:
    line = Line()
    assert line.enter(0)
    began = time.monotonic()
    assert not line.enter(0.05)
    assert 0.05 <= time.monotonic() - began < 10
    line.leave()
    assert line.enter(0)
    assert not line.enter(0)


def test_many_that_give_up_while_turns_are_given_leave_the_line_whole() -> None:
    """A turn that comes in the moment in which its owner gives up is neither lost nor given twice."""
    line, inside, most = Line(), [], []

    def come_and_go(_: int) -> bool:
        if not line.enter(0.0002):
            return False
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.0002)
        inside.pop()
        line.leave()
        return True

    with ThreadPoolExecutor(12) as threads:
        served = list(threads.map(come_and_go, range(2000)))
    assert {True, False} == set(served)
    assert max(most) == 1
    assert line.enter(0)


@pytest.fixture
def store(file: Path):
    """The store on SQLite: on PostgreSQL the server sees to it."""
    opened = open_store(f"sqlite:///{file}", clock)
    yield opened
    opened.close()


def test_of_many_that_wait_for_another_process_only_one_asks(store: Store, file: Path, monkeypatch) -> None:
    publish(store)
    asked: set[int] = set()

    def seen(seconds: float) -> None:
        asked.add(get_ident())
        time.sleep(seconds)

    monkeypatch.setattr(writers, "sleep", seen)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(8) as threads:
        done = [threads.submit(confirm, store, f"caller{number}", "1") for number in range(4)]
        done += [threads.submit(store.journal.record, an_exchange()) for _ in range(4)]
        time.sleep(0.2)
        assert len(asked) == 1
        other.execute("ROLLBACK")
        for one in done:
            one.result()
    other.close()


def test_whoever_waited_in_line_for_too_long_is_refused_in_time(file: Path) -> None:
    store = open_store(f"sqlite:///{file}", clock, Waits(lock=0.3))
    publish(store)
    with store.begin_work():
        began = time.monotonic()
        with pytest.raises(ServiceUnavailable):
            confirm(store, "za", "1")
        assert 0.3 <= time.monotonic() - began < 10
    confirm(store, "za", "1")
    store.close()


def test_whoever_only_looks_waits_for_no_writer(file: Path) -> None:
    """An operator who looks at the outbox, its metrics, a node that starts: also while somebody writes for long."""
    store = open_store(f"sqlite:///{file}", clock, Waits(lock=0.05))
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


def broken_off(store: Store) -> None:
    with store.begin_work():
        raise RuntimeError


def given_up(store: Store) -> None:
    with store.begin_work():
        pass


def begun_twice(store: Store) -> None:
    with store._journalling.connect() as connection:
        writer = connection.connection.dbapi_connection
        writer.begin()
        with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
            writer.begin()


def closed_within(store: Store) -> None:
    writer = store._writing.raw_connection()
    writer.dbapi_connection.begin()
    writer.invalidate()


def left_to_itself(store: Store) -> None:
    writer = store._writing.raw_connection()
    writer.dbapi_connection.begin()


def a_record_twice(store: Store) -> None:
    exchange = an_exchange()
    store.journal.record(exchange)
    store.journal.record(exchange)


def closed_without_a_way_back(store: Store) -> None:
    writer = store._writing.raw_connection()
    writer.dbapi_connection.begin()
    writer.dbapi_connection.set_authorizer(
        lambda action, what, *_: sqlite3.SQLITE_DENY if what == "ROLLBACK" else sqlite3.SQLITE_OK
    )
    writer.invalidate()


def refused_at_once(store: Store) -> object:
    (_, _, file) = store._reading.run(lambda connection: connection.execute("PRAGMA database_list").fetchone())
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writer = store._journalling.raw_connection()
    writer.dbapi_connection.patience = 0.01
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        writer.dbapi_connection.begin()
    other.close()
    return writer


def recorded(store: Store) -> None:
    store.journal.record(an_exchange())


def confirmed(store: Store) -> None:
    confirm(store, "za", "1")


ENDS = [
    confirmed, recorded, a_record_twice, refused_statement, broken_off, given_up, begun_twice, refused_at_once,
    closed_within, closed_without_a_way_back, left_to_itself,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_a_turn_ends_however_the_transaction_did(store: Store, end: Callable[[Store], object]) -> None:
    publish(store)
    still_open = None
    with suppress(RuntimeError, ServiceUnavailable):
        still_open = end(store)
    line = store._unhurried.raw_connection().dbapi_connection.line
    assert line.enter(0)
    line.leave()
    del still_open
    confirm(store, "us", "1")
