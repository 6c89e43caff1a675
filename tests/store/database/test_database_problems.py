"""Database problems (locked, full, read-only, missing, foreign): a clear error, no internals."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.domain.identifiers import CertificateNumber
from gateway.exchange.ports import Document, DocumentForm
from gateway.store import Store, Timeouts, migrate, open_store
from gateway.store.database import engines
from gateway.store.database.prepared import PreparedStatement
from tests.builders import a_settlement
from tests.databases import BOTH, POSTGRESQL, migrated_database
from tests.store.store_acts import (
    ANAC,
    MZ,
    NUMBER,
    PICTURE,
    a_published,
    an_exchange,
    clock,
    confirm,
    declare,
    document,
    publish,
)

pytestmark = pytest.mark.both_databases

OTHER = CertificateNumber("MZ26EX000002")


@pytest.fixture
def on_file(file: Path) -> Iterator[Callable[..., Store]]:
    """Opens stores on the SQLite file, whatever the other tests run on, and closes them."""
    stores = []

    def open_one(mode: str = "", **options) -> Store:
        stores.append(open_store(f"sqlite:///file:{file}?uri=true{mode}", clock, **options))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


def shows_nothing_of_the_inside(error: ServiceUnavailable, file: Path) -> bool:
    return not any(
        word in error.text.lower() for word in ("sql", "disk", "insert", "lock", str(file.parent))
    )


def test_while_another_writer_holds_the_database_readers_are_served_and_writers_give_up_in_time(
    on_file, file
):
    store = on_file(timeouts=Timeouts(lock=0.1))
    publish(store)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert document(store)
    with pytest.raises(ServiceUnavailable) as refused:
        confirm(store, "za", "1")
    with pytest.raises(ServiceUnavailable) as unrecorded:
        store.journal.record(an_exchange())
    other.execute("ROLLBACK")
    other.close()
    assert shows_nothing_of_the_inside(refused.value, file)
    assert shows_nothing_of_the_inside(unrecorded.value, file)
    confirm(store, "za", "1")
    store.journal.record(an_exchange())


def test_on_a_full_disk_nothing_is_exchanged_unseen_and_service_returns_with_the_space(
    on_file, file
):
    store = on_file()
    publish(store)
    with closing(sqlite3.connect(file)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    room = {"pages": pages + 1}

    engines = (store._engines.writing, store._engines.journalling)

    def limit(connection, _):
        connection.execute(f"PRAGMA max_page_count = {room['pages']}")

    for engine in engines:
        event.listen(engine, "connect", limit)
        engine.dispose()
    with pytest.raises(ServiceUnavailable) as unrecorded:
        store.journal.record(an_exchange(answer=bytes(100_000)))
    with pytest.raises(ServiceUnavailable) as unpublished:
        large = {("v1", DocumentForm.FINAL): Document(bytes(100_000))}
        publish(store, a_published(OTHER.text), attachments=[PICTURE], documents=large)
    assert shows_nothing_of_the_inside(unrecorded.value, file)
    assert shows_nothing_of_the_inside(unpublished.value, file)
    assert list(store.journal.latest(9)) == []
    with store.begin_work() as work:
        assert work.permits.get(ANAC, NUMBER) is not None
        assert work.permits.get(ANAC, OTHER) is None
    room["pages"] = 1_000_000
    for engine in engines:
        engine.dispose()
    store.journal.record(an_exchange(answer=bytes(100_000)))


def test_a_read_only_database_answers_and_refuses_to_write(on_file, file):
    publish(on_file())
    store = on_file("&mode=ro")
    assert document(store)
    with pytest.raises(ServiceUnavailable) as refused:
        confirm(store, "za", "1")
    with pytest.raises(ServiceUnavailable):
        store.journal.record(an_exchange())
    assert shows_nothing_of_the_inside(refused.value, file)


def test_a_refused_record_does_not_refuse_others_of_its_batch(store):
    first, second = an_exchange(), an_exchange()
    store.journal.record(first)
    again, other = store.journal.enqueue(first), store.journal.enqueue(second)
    other.settle()
    with pytest.raises(ServiceUnavailable):
        again.settle()
    assert list(store.journal.latest(5)) == [second, first]
    store.journal.record(an_exchange())


def test_an_unwritable_record_does_not_refuse_others_of_its_batch(store):
    odd, other = (
        store.journal.enqueue(an_exchange(callee="\ud800")),
        store.journal.enqueue(an_exchange()),
    )
    with pytest.raises(ServiceUnavailable) as refused:
        odd.settle()
    assert isinstance(refused.value.__cause__, UnicodeEncodeError)
    other.settle()
    assert len(store.journal.latest(5)) == 1
    publish(store)  # no transaction was left open


def test_a_look_up_waits_for_the_moment_in_which_the_database_is_held_by_another(file):
    """As after a crash, while another reads the log again."""
    url = engines.parse_address(f"sqlite:///{file}")
    for lock, served in ((0.05, False), (20, True)):
        engine = engines.writing(url, Timeouts(lock=lock), synced=False)
        mine = engine.raw_connection()
        statement = PreparedStatement(text("SELECT count(*) FROM exchange"), engine.dialect)
        assert statement.rows(mine.dbapi_connection, {}) == [(0,)]
        mine.dbapi_connection.execute(
            "PRAGMA journal_mode = DELETE"
        )  # whose readers wait for writers
        other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN EXCLUSIVE")
        if served:
            release = Timer(0.2, other.execute, ["ROLLBACK"])
            release.start()
            assert statement.rows(mine.dbapi_connection, {}) == [(0,)]
            release.join()  # a connection must not be closed while another thread is inside of it
        else:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                statement.rows(mine.dbapi_connection, {})
        other.close()
        mine.close()


def test_the_same_record_twice_is_refused(store):
    exchange = an_exchange()
    store.journal.record(exchange)
    with pytest.raises(ServiceUnavailable):
        store.journal.record(exchange)
    assert list(store.journal.latest(5)) == [exchange]


def test_a_connection_that_was_lost_is_opened_again_without_the_caller_noticing(store):
    publish(store)
    store.permit_lookup.find(MZ, NUMBER)
    store.journal.record(an_exchange())
    answering, journalling = store._reading, store.journal._writing
    answering._local.connection._open.dbapi_connection.close()
    if journalling is not answering:
        journalling._open.dbapi_connection.close()
    assert len(store.permit_lookup.find(MZ, NUMBER)) == 1
    store.journal.record(an_exchange())
    assert len(store.journal.latest(5)) == 2


def test_the_log_tells_operators_the_databases_own_code_and_no_value(on_file, file, caplog):
    store = on_file(timeouts=Timeouts(lock=0.05))
    with closing(sqlite3.connect(file)) as other, caplog.at_level(logging.ERROR):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ServiceUnavailable):
            publish(store)
    other.close()
    assert "SQLITE_BUSY" in caplog.text
    assert NUMBER.text not in caplog.text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE confirmation SET caller = 'someone else'",
        "DELETE FROM confirmation",
        "UPDATE confirmed_quantity SET amount = '0'",
        "DELETE FROM confirmed_quantity",
        "UPDATE declaration SET used_up = (1 = 0)",
        "DELETE FROM declaration",
        "UPDATE exchange SET outcome = 'ok'",
        "UPDATE content SET bytes = ''",
        "UPDATE mismatch_settlement SET agreed = '0'",
        "DELETE FROM mismatch_settlement",
    ],
)
def test_evidence_cannot_be_changed(store, statement):
    publish(store)
    confirm(store, "za", "1")
    declare(store, used_up=True)
    store.journal.record(an_exchange(outcome="AccessDenied"))
    store.report.settlements.add(a_settlement(), an_exchange())
    with (
        pytest.raises(DBAPIError, match="append-only"),
        store._engines.writing.begin() as connection,
    ):
        connection.execute(text(statement))


def test_a_permit_with_confirmations_cannot_be_deleted(store):
    publish(store)
    confirm(store, "za", "1")
    with pytest.raises(DBAPIError), store._engines.writing.begin() as connection:
        connection.execute(text("DELETE FROM document"))
        connection.execute(text("DELETE FROM permit"))


@pytest.mark.parametrize("make", [open_store, lambda url, _: migrate(url)])
def test_a_missing_folder_is_named_as_the_cause(tmp_path, make):
    with pytest.raises(ServiceUnavailable, match="folder of the database does not exist"):
        make(f"sqlite:///{tmp_path}/nowhere/gateway.db", clock)
    assert not (tmp_path / "nowhere").exists()


def test_a_wrong_file_name_does_not_make_a_database(tmp_path):
    with pytest.raises(ServiceUnavailable, match="does not exist yet"):
        open_store(f"sqlite:///{tmp_path}/typo.db", clock)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused(tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("Dear colleagues, " * 100)
    with pytest.raises(ServiceUnavailable):
        open_store(f"sqlite:///{file}", clock)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("gateway.db", "cannot be read"),
        ("dbase:///gateway.dbf", "driver"),
    ],
)
def test_an_address_that_cannot_be_used_says_why(url, words):
    with pytest.raises(ServiceUnavailable, match=words):
        open_store(url, clock)


def test_a_server_that_is_not_there_is_one_clear_error():
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is optional")
    with pytest.raises(ServiceUnavailable, match="cannot be reached"):
        open_store("postgresql://nobody@127.0.0.1:1/none", clock)


@pytest.mark.slow
@pytest.mark.parametrize("kind", BOTH)
def test_a_read_only_database_is_reported_as_such(tmp_path, kind):
    with migrated_database(tmp_path, kind) as url:
        read_only = f"sqlite:///file:{tmp_path}/gateway.db?uri=true&mode=ro"
        if kind == POSTGRESQL:
            read_only = f"{url}?options=-cdefault_transaction_read_only%3Don"
        store = open_store(read_only, clock)
        store.check()
        with pytest.raises(ServiceUnavailable) as refused:
            store.check_writing()
        with pytest.raises(ServiceUnavailable) as unrecorded:
            store.journal.record(an_exchange())
        store.close()
    assert refused.value.problem is unrecorded.value.problem is DatabaseProblem.READ_ONLY


def test_a_nearly_full_disk_is_reported_before_writing_fails(file, monkeypatch):
    store = open_store(f"sqlite:///{file}", clock)
    store.check_writing()
    monkeypatch.setattr(engines, "MIN_FREE_BYTES", 1 << 60)
    with pytest.raises(ServiceUnavailable) as refused:
        store.check_writing()
    store.close()
    assert refused.value.problem is DatabaseProblem.FULL


def test_an_unreachable_server_is_reported_as_such():
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is optional")
    with pytest.raises(ServiceUnavailable) as refused:
        open_store("postgresql://nobody@127.0.0.1:1/none", clock)
    assert refused.value.problem is DatabaseProblem.UNREACHABLE
