"""Concurrency: threads, processes, and one that dies; nothing is lost, doubled or half done."""

import multiprocessing
import os
import signal
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest

from gateway.domain.errors import QuantityExceeded
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.quantity import Quantity
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports import Document, DocumentForm, NewPermit
from gateway.store import Timeouts, open_store
from tests.builders import a_permit, a_position
from tests.store.store_acts import (
    ANAC,
    DOCUMENTS,
    MZ,
    NUMBER,
    a_published,
    an_exchange,
    clock,
    confirm,
    document,
    publish,
)

pytestmark = pytest.mark.slow

ANOTHER_PROCESS = multiprocessing.get_context("spawn")
OTHER = CertificateNumber("MZ26EX000002")


def run(target, *arguments) -> int | None:
    process = ANOTHER_PROCESS.Process(target=target, args=arguments)
    process.start()
    process.join(30)
    return process.exitcode


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_commit(url: str) -> None:
    with open_store(url, clock).begin_work() as work:
        work.permits.add([NewPermit(a_published(OTHER.text), None, (), DOCUMENTS)])
        stored = work.permits.get(ANAC, NUMBER)
        work.permits.change(
            stored, stored.published, {("v1", DocumentForm.NON_FINAL): Document(b"half")}
        )
        die()


def die_after_recording(url: str) -> None:
    open_store(url, clock).journal.record(an_exchange(permit_number="LAST WORDS"))
    die()


def confirm_and_record(url: str, caller: str, times: int) -> None:
    store = open_store(url, clock)
    for count in range(times):
        confirm(store, f"{caller}{count}", "1")
        store.journal.record(an_exchange(caller=caller))
    store.close()


def of_fifty() -> PublishedPermit:
    permit = a_permit(positions=(a_position("A", quantity=Quantity(50, "NAR")),))
    return PublishedPermit(ANAC, permit)


def test_a_process_that_dies_before_the_commit_leaves_nothing(store, url):
    publish(store)
    assert run(die_before_commit, url) == -signal.SIGKILL
    assert store.permit_lookup.find(MZ, OTHER) == []
    assert document(store) == b"<CBFShip/>"
    confirm(store, "za", "1")


def test_a_record_outlives_the_process_that_wrote_it(store, url):
    assert run(die_after_recording, url) == -signal.SIGKILL
    assert store.journal.latest(1)[0].permit_number == "LAST WORDS"


@pytest.mark.both_databases
def test_sixty_callers_at_once_never_confirm_more_than_the_fifty_of_box_11(url):
    # Whatever else this machine is busy with: none shall be turned away.
    store = open_store(url, clock, Timeouts(connect=60, lock=60, statement=60))
    publish(store, of_fifty())

    def one(caller: int) -> bool:
        with suppress(QuantityExceeded):
            confirm(store, f"caller{caller}", "1")
            return True
        return False

    with ThreadPoolExecutor(60) as threads:
        assert sum(threads.map(one, range(60))) == 50
    with store.begin_work() as work:
        stored = work.permits.get(ANAC, NUMBER)
    assert stored.published.ledger[0].confirmed_at_import == 50
    assert stored.revision == 51
    store.close()


@pytest.mark.long_haul  # the short form has sixty threads
def test_two_worker_processes_write_the_same_database(store, url):
    publish(store, of_fifty())
    workers = [
        ANOTHER_PROCESS.Process(target=confirm_and_record, args=(url, caller, 20))
        for caller in ("first", "second")
    ]
    for worker in workers:
        worker.start()
    confirm_and_record(url, "third", 10)
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    with store.begin_work() as work:
        assert len(work.permits.get(ANAC, NUMBER).published.confirmations) == 50
    callers = [exchange.caller for exchange in store.journal.latest(1000)]
    assert sorted(callers) == ["first"] * 20 + ["second"] * 20 + ["third"] * 10


@pytest.mark.both_databases
def test_every_record_of_many_threads_is_kept_once(store):
    exchanges = [an_exchange(answer=os.urandom(3000)) for _ in range(300)]
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(store.journal.record, exchanges))
    kept = store.journal.latest(1000)
    assert sorted(kept, key=lambda exchange: exchange.id) == sorted(
        exchanges, key=lambda exchange: exchange.id
    )


@pytest.mark.both_databases
def test_a_store_opened_before_the_workers_fork_serves_each_of_them(store):
    publish_later = multiprocessing.get_context("fork").Process(target=publish, args=(store,))
    publish_later.start()
    publish_later.join(30)
    assert publish_later.exitcode == 0
    assert len(store.permit_lookup.find(MZ, NUMBER)) == 1


@pytest.mark.both_databases
def test_connections_end_with_their_threads(store):
    publish(store)
    together = threading.Barrier(4)

    def find_and_show_connection():
        together.wait(30)
        store.permit_lookup.find(MZ, NUMBER)
        together.wait(30)
        return store._reading._local.connection._open.dbapi_connection

    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: find_and_show_connection(), range(4)))
    assert len(store._reading._all) == 0
    assert len([each for each in opened if not is_closed(each)]) <= 1


def is_closed(connection):
    try:
        connection.cursor().execute("SELECT 1")
    except (sqlite3.ProgrammingError, psycopg.OperationalError) as error:
        assert "closed" in str(error)
        return True
    return False
