"""Snapshot and restoration: a database as of one moment becomes another, of either kind."""

import shutil
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from gateway.domain.errors import BackupInvalid, DatabaseProblem, RestoreRefused, ServiceUnavailable
from gateway.exchange.ports import ColumnType, TableSchema
from gateway.store import Timeouts, migrate, migrate_back, open_store, restoring, snapshot
from gateway.store.database import engines
from tests.databases import (
    BOTH,
    POSTGRESQL,
    SQLITE,
    both_in_long_form,
    empty_database,
    migrated_file,
)
from tests.long_haul import thinned
from tests.store.backup.whole_database import (
    CLOSED,
    contents,
    copy,
    lived_in_database,
    without_mode,
)
from tests.store.store_acts import MZ, NUMBER, a_published, an_exchange, clock, confirm, publish

pytestmark = pytest.mark.slow


@pytest.fixture(params=BOTH)
def filled(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a database with rows in every table."""
    with lived_in_database(tmp_path, request.param) as url:
        yield url


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
    parsed = engines.parse_address(url)
    if parsed.get_backend_name() == "sqlite":
        return not any(path.is_file() for path in Path(parsed.database).parent.iterdir())
    engine = create_engine(parsed)
    tables = inspect(engine).get_table_names()
    engine.dispose()
    return tables == []


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("filled", "there"),
    thinned(
        product((SQLITE, POSTGRESQL), repeat=2),
        short=[(SQLITE, POSTGRESQL)],
    ),
    indirect=["filled"],
)
def test_a_restored_database_has_the_same_content(filled, there, empty):
    content = without_mode(contents(filled))
    target, back = empty(there), empty(SQLITE)
    copy(filled, target)
    assert without_mode(contents(target)) == content
    copy(target, back)
    assert without_mode(contents(back)) == content


def test_the_restored_service_is_closed_until_somebody_opens_it(filled, empty):
    target = empty(SQLITE)
    copy(filled, target)
    store = open_store(target, clock)
    assert store.service_modes.current() == CLOSED
    store.close()


def test_a_restored_database_goes_on_as_the_first_would_have(empty, filled):
    """Numbers of new rows follow, evidence cannot be changed, and box 11 holds."""
    target = empty(filled.partition(":")[0])
    copy(filled, target)
    store = open_store(target, clock)
    publish(store, a_published("MZ26EX000003"))
    confirm(store, "za", "2", "B")
    store.journal.record(an_exchange())
    for table in (
        "exchange",
        "confirmation",
        "content",
        "journal_head",
        "outbox_event",
        "reference_import",
        "reversal",
        "service_mode",
    ):
        column = inspect(store._engines.writing).get_columns(table)[0]["name"]
        with (
            pytest.raises(DBAPIError, match="append-only"),
            store._engines.writing.begin() as connection,
        ):
            connection.execute(text(f"UPDATE {table} SET {column} = {column}"))
    with pytest.raises(DBAPIError), store._engines.writing.begin() as connection:
        connection.execute(text("UPDATE ledger_line SET confirmed_at_export = authorised + 1"))
    store.close()


@pytest.mark.parametrize(
    ("filled", "revision"),
    [
        (SQLITE, "0004"),
        pytest.param(SQLITE, "0005", marks=pytest.mark.long_haul),
        pytest.param(SQLITE, "0006", marks=pytest.mark.long_haul),
        pytest.param(SQLITE, "0007", marks=pytest.mark.long_haul),
        (POSTGRESQL, "0004"),
    ],
    indirect=["filled"],
)
def test_a_backup_of_an_older_revision_is_brought_to_this_one(filled, empty, revision):
    migrate_back(filled, revision)
    target = empty(filled.partition(":")[0])
    copy(filled, target)
    migrate(filled)
    old, new = contents(filled), contents(target)
    assert without_mode(new) == without_mode(old)
    store = open_store(target, clock)
    assert store.service_modes.current() == CLOSED
    store.close()


@pytest.mark.both_databases
def test_concurrent_writes_are_wholly_in_a_snapshot_or_not_at_all(url):
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
    assert [len(rows[name]) for name in ("permit", "confirmation", "confirmed_quantity")] == [
        1,
        1,
        1,
    ]
    assert counted == {name: len(found) for name, found in rows.items()}
    assert len(contents(url)["confirmation"]) == 2
    store.close()


@pytest.mark.both_databases
def test_a_gateway_that_writes_does_not_wait_for_a_backup(url):
    store = open_store(url, clock, Timeouts(lock=0.5))
    publish(store)
    with snapshot(url) as taken:
        list(taken.rows(taken.tables[0]))
        store.journal.record(an_exchange())
        confirm(store, "za", "1")
    store.close()


@pytest.mark.long_haul  # the short form restores and compares
@pytest.mark.both_databases
@pytest.mark.parametrize("url", both_in_long_form(POSTGRESQL), indirect=True)
def test_the_database_is_streamed(url, empty):
    store = open_store(url, clock)
    for _ in range(120):
        store.journal.record(an_exchange(answer=bytes(500_000)))
    store.close()
    tracemalloc.start()
    copy(url, empty("sqlite"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 45_000_000  # of 60 MB


def test_a_database_that_is_there_is_left_alone(filled, empty):
    other = empty(SQLITE)
    shutil.copy(migrated_file(), make_url(other).database)
    before = contents(filled)
    with pytest.raises(RestoreRefused, match="left as it is"):
        copy(other, filled)
    assert contents(filled) == before


def test_the_log_of_an_earlier_database_is_not_taken_for_one_of_the_new(url, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new/gateway.db-wal").write_bytes(b"left by another")
    with pytest.raises(RestoreRefused):
        copy(url, f"sqlite:///{tmp_path}/new/gateway.db")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["gateway.db-wal"]


@pytest.mark.both_databases
def test_where_it_fails_halfway_nothing_is_there(empty_url, tmp_path):
    (tmp_path / "source").mkdir()
    with (
        lived_in_database(tmp_path / "source", SQLITE) as source,
        pytest.raises(ZeroDivisionError),
        snapshot(source) as taken,
        restoring(empty_url, taken.revision, CLOSED, None) as made,
    ):
        for table in taken.tables[:9]:
            made.fill(table, taken.rows(table))
        raise ZeroDivisionError
    assert there_is_nothing(empty_url)


FORM = TableSchema("shared_key", {"name": ColumnType.TEXT, "fingerprint": ColumnType.BYTES}, 1)


DOES_NOT_FIT = (
    (FORM, [["token key", None]], "does not fit"),
    (FORM, [["token key", b"1"], ["token key", b"2"]], "does not fit"),
)
DOES_NOT_HAVE = (
    (TableSchema("shared_key", {"name": ColumnType.TEXT}, 1), [], "does not have"),
    (TableSchema("nonsense", {"id": ColumnType.INTEGER}, 0), [], "does not have"),
    (TableSchema("confirmed_quantity", {}, 0), [], "does not have"),
    (FORM, [], "does not have the table"),
)
"""Found by comparing names, before the database is asked."""


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("empty_url", "table", "rows", "said"),
    [
        *((SQLITE, *case) for case in (*DOES_NOT_FIT, *DOES_NOT_HAVE)),
        *((POSTGRESQL, *case) for case in DOES_NOT_FIT),
    ],
    indirect=["empty_url"],
)
def test_rows_that_do_not_fit_are_refused_and_nothing_is_there(empty_url, table, rows, said):
    with (
        pytest.raises(BackupInvalid, match=said),
        restoring(empty_url, "0008", CLOSED, None) as made,
    ):
        made.fill(table, rows)
    assert there_is_nothing(empty_url)


def test_a_file_with_values_that_cannot_be_in_it_is_damaged(file):
    store = open_store(f"sqlite:///{file}", clock)
    with store._engines.writing.begin() as connection:
        connection.execute(
            text("INSERT INTO shared_key VALUES ('token key', 'text in place of bytes')")
        )
    store.close()
    with pytest.raises(ServiceUnavailable) as refused:
        contents(f"sqlite:///{file}")
    assert refused.value.problem is DatabaseProblem.DAMAGED


@pytest.mark.both_databases
def test_a_snapshot_cannot_be_written_to(url):
    with snapshot(url) as taken, pytest.raises(DBAPIError):
        taken._connection.execute(text("DELETE FROM compatibility"))


def test_permits_of_a_moved_database_are_answered(filled, empty):
    target = empty(POSTGRESQL)
    copy(filled, target)
    store = open_store(target, clock)
    (header,) = store.permit_lookup.find(MZ, NUMBER)
    assert store.permit_lookup.attachments(header)
    store.close()
