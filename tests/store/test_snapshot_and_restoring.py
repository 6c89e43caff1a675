"""All of a database, as it stood at one moment, becomes another one: of the same kind or the other."""

import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from store_acts import MZ, NUMBER, a_published, an_exchange, clock, confirm, publish
from whole_database import CLOSED, contents, copy, lived_in, without_mode

from gateway.domain.errors import BackupInvalid, RestoreRefused, ServiceUnavailable, Trouble
from gateway.exchange.ports import Kind, TableForm
from gateway.store import Waits, engines, migrate, migrate_back, open_store, restoring, snapshot
from tests.databases import BOTH, empty_database


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Addresses of as many empty databases as a test wants, by kind."""
    with ExitStack() as all_of_them:

        def another(kind: str) -> str:
            folder = tmp_path / f"{kind}-{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return all_of_them.enter_context(empty_database(folder, kind))

        yield another


def there_is_nothing(url: str) -> bool:
    parsed = engines.address(url)
    if parsed.get_backend_name() == "sqlite":
        return not any(path.is_file() for path in Path(parsed.database).parent.iterdir())
    engine = create_engine(parsed)
    tables = inspect(engine).get_table_names()
    engine.dispose()
    return tables == []


@pytest.mark.parametrize("there", BOTH)
def test_what_comes_back_is_what_was_there(url, there, empty):
    lived_in(url)
    target, back = empty(there), empty("sqlite")
    copy(url, target)
    assert without_mode(contents(target)) == without_mode(contents(url))
    copy(target, back)
    assert without_mode(contents(back)) == without_mode(contents(url))


def test_the_restored_service_is_closed_until_somebody_opens_it(url, empty):
    lived_in(url)
    target = empty("sqlite")
    copy(url, target)
    store = open_store(target, clock)
    assert store.service_modes.current() == CLOSED
    store.close()


def test_a_restored_database_goes_on_as_the_first_would_have(empty, url):
    """Numbers of new rows follow, evidence cannot be changed, and box 11 holds."""
    lived_in(url)
    target = empty(url.partition(":")[0])
    copy(url, target)
    store = open_store(target, clock)
    publish(store, a_published("MZ26EX000003"))
    confirm(store, "za", "2", "B")
    store.journal.record(an_exchange())
    for table in ("exchange", "confirmation", "content", "journal_head", "outbox_event", "reversal", "service_mode"):
        column = inspect(store._writing).get_columns(table)[0]["name"]
        with pytest.raises(DBAPIError, match="append-only"), store._writing.begin() as connection:
            connection.execute(text(f"UPDATE {table} SET {column} = {column}"))
    with pytest.raises(DBAPIError), store._writing.begin() as connection:
        connection.execute(text("UPDATE ledger_line SET confirmed_at_export = authorised + 1"))
    store.close()


@pytest.mark.parametrize("revision", ["0004", "0005", "0006", "0007"])
def test_a_backup_of_an_older_revision_is_brought_to_this_one(url, empty, revision):
    lived_in(url)
    migrate_back(url, revision)
    target = empty(url.partition(":")[0])
    copy(url, target)
    migrate(url)
    old, new = contents(url), contents(target)
    assert without_mode(new) == without_mode(old)
    store = open_store(target, clock)
    assert store.service_modes.current() == CLOSED
    store.close()


def test_what_is_written_meanwhile_is_not_in_it_or_is_wholly(url):
    store = open_store(url, clock)
    publish(store)
    confirm(store, "first", "1", "A")
    with snapshot(url) as taken:
        writer = threading.Thread(target=confirm, args=(store, "second", "1", "B"))
        writer.start()
        writer.join()
        publish(store, a_published("MZ26EX000002"))
        rows = {table.name: list(taken.rows(table)) for table in taken.tables}
        counted = {table.name: table.rows for table in taken.tables}
    assert [len(rows[name]) for name in ("permit", "confirmation", "confirmed_quantity")] == [1, 1, 1]
    assert counted == {name: len(found) for name, found in rows.items()}
    assert len(contents(url)["confirmation"]) == 2
    store.close()


def test_a_gateway_that_writes_does_not_wait_for_a_backup(url):
    store = open_store(url, clock, Waits(lock=0.5))
    publish(store)
    with snapshot(url) as taken:
        list(taken.rows(taken.tables[0]))
        store.journal.record(an_exchange())
        confirm(store, "za", "1")
    store.close()


def test_nothing_is_ever_wholly_in_memory(url, empty):
    store = open_store(url, clock)
    for _ in range(120):
        store.journal.record(an_exchange(answer=bytes(500_000)))
    store.close()
    tracemalloc.start()
    copy(url, empty("sqlite"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 45_000_000  # of 60 MB


def test_a_database_that_is_there_is_left_alone(url, empty):
    lived_in(url)
    other = empty("sqlite")
    migrate(other)
    before = contents(url)
    with pytest.raises(RestoreRefused, match="left as it is"):
        copy(other, url)
    assert contents(url) == before


def test_the_log_of_an_earlier_database_is_not_taken_for_one_of_the_new(url, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new/gateway.db-wal").write_bytes(b"left by another")
    with pytest.raises(RestoreRefused):
        copy(url, f"sqlite:///{tmp_path}/new/gateway.db")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["gateway.db-wal"]


def test_where_it_fails_halfway_nothing_is_there(empty_url, empty):
    source = empty("sqlite")
    migrate(source)
    lived_in(source)
    with (
        pytest.raises(ZeroDivisionError),
        snapshot(source) as taken,
        restoring(empty_url, taken.revision, CLOSED) as made,
    ):
        for table in taken.tables[:9]:
            made.fill(table, taken.rows(table))
        raise ZeroDivisionError
    assert there_is_nothing(empty_url)


FORM = TableForm("shared_key", {"name": Kind.TEXT, "fingerprint": Kind.BYTES}, 1)


@pytest.mark.parametrize(
    ("table", "rows", "said"),
    [
        (FORM, [["token key", None]], "does not fit"),
        (FORM, [["token key", b"1"], ["token key", b"2"]], "does not fit"),
        (TableForm("shared_key", {"name": Kind.TEXT}, 1), [], "does not have"),
        (TableForm("nonsense", {"id": Kind.INTEGER}, 0), [], "does not have"),
        (TableForm("confirmed_quantity", {}, 0), [], "does not have"),
        (FORM, [], "does not have the table"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_nothing_is_there(empty_url, table, rows, said):
    with pytest.raises(BackupInvalid, match=said), restoring(empty_url, "0008", CLOSED) as made:
        made.fill(table, rows)
    assert there_is_nothing(empty_url)


def test_a_file_with_values_that_cannot_be_in_it_is_damaged(file):
    store = open_store(f"sqlite:///{file}", clock)
    with store._writing.begin() as connection:
        connection.execute(text("INSERT INTO shared_key VALUES ('token key', 'text in place of bytes')"))
    store.close()
    with pytest.raises(ServiceUnavailable) as refused:
        contents(f"sqlite:///{file}")
    assert refused.value.trouble is Trouble.DAMAGED


def test_a_snapshot_cannot_be_written_to(url):
    with snapshot(url) as taken, pytest.raises(DBAPIError):
        taken._connection.execute(text("DELETE FROM compatibility"))


def test_permits_of_a_moved_database_are_answered(url, empty):
    lived_in(url)
    target = empty("postgresql")
    copy(url, target)
    store = open_store(target, clock)
    (kept,) = store.answers.find(MZ, NUMBER)
    assert store.answers.attachments(kept)
    store.close()
