"""Timeouts: a PostgreSQL that is slow, locked or hangs gives an error in time, and recovers."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.domain.errors import Retry, ServiceUnavailable
from gateway.store import Store, Timeouts, migrate, open_store
from tests import postgres
from tests.databases import POSTGRESQL, migrated_database
from tests.store.store_acts import ANAC, MZ, NUMBER, an_exchange, clock, confirm, publish

pytestmark = pytest.mark.slow

SOON = Timeouts(connect=2, lock=0.3, statement=0.8)
SLOW = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN PERFORM pg_sleep(20); RETURN NEW; END $$;
CREATE TRIGGER slowly BEFORE INSERT OR UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION slowly()
"""


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Iterator[Store]:
    with migrated_database(tmp_path, POSTGRESQL) as url:
        store = open_store(url, clock, SOON)
        publish(store)
        yield store
        store.close()


@contextmanager
def refused_within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    with pytest.raises(ServiceUnavailable) as refused:
        yield
    assert refused.value.retry is Retry.LATER
    assert time.monotonic() - began < seconds


WRITING = {
    "exchange": lambda store: store.journal.record(an_exchange()),
    "permit": lambda store: confirm(store, "za", "1"),
}


@pytest.mark.parametrize("table", WRITING)
def test_a_statement_that_takes_too_long_is_given_up(on_postgresql: Store, table: str) -> None:
    write: Callable[[Store], None] = WRITING[table]
    execute(on_postgresql, SLOW.format(table))
    with refused_within(3.0):
        write(on_postgresql)
    execute(on_postgresql, f"DROP TRIGGER slowly ON {table}")
    write(on_postgresql)


def execute(store: Store, statement: str) -> None:
    with store._engines.writing.begin() as connection:
        connection.execute(text(statement))


def test_a_locked_table_is_given_up(on_postgresql: Store) -> None:
    # Its session has no idle-in-transaction time-out, which a busy machine would reach here.
    with on_postgresql._engines.long_running.begin() as connection:
        connection.execute(text("LOCK TABLE permit IN ACCESS EXCLUSIVE MODE"))
        with refused_within(2.0):
            on_postgresql.permit_lookup.find(MZ, NUMBER)
        with refused_within(2.0):
            confirm(on_postgresql, "za", "1")
    assert len(on_postgresql.permit_lookup.find(MZ, NUMBER)) == 1


def test_an_idle_transaction_loses_its_locks(
    on_postgresql: Store,
) -> None:
    with pytest.raises(ServiceUnavailable), on_postgresql.begin_work() as work:
        assert work.permits.get(ANAC, NUMBER)
        with refused_within(2.0):
            confirm(on_postgresql, "za", "1")
        time.sleep(SOON.statement)
        confirm(on_postgresql, "za", "1")
        work.commit()


def test_an_exhausted_connection_pool_is_reported_in_time(
    on_postgresql: Store,
) -> None:
    pool = on_postgresql._engines.writing.pool
    with ExitStack() as stack:
        for _ in range(15):  # as many as the pool gives
            stack.enter_context(on_postgresql.begin_work())
        with refused_within(5.0):
            confirm(on_postgresql, "za", "1")
    assert pool.checkedout() == 0
    confirm(on_postgresql, "za", "1")


def test_long_running_statements_have_no_timeout(on_postgresql: Store) -> None:
    with on_postgresql._engines.long_running.connect() as connection:
        connection.execute(text("SELECT pg_sleep(2)"))


@pytest.mark.long_haul  # the short form has a statement that hangs
def test_a_server_that_hangs_is_given_up_and_asked_again_when_it_is_back(capsys) -> None:
    with postgres.Server() as server:
        migrate(server.url)
        store = open_store(server.url, clock, SOON)
        publish(store)
        store.journal.record(an_exchange())
        server.hang()
        began = time.monotonic()
        for ask in (
            lambda: store.permit_lookup.find(MZ, NUMBER),
            *(lambda w=w: w(store) for w in WRITING.values()),
        ):
            with refused_within(SOON.reply + SOON.connect + 1.0):
                ask()
        with capsys.disabled():
            print(
                "\n  a PostgreSQL that hangs: three callers refused in"
                f" {time.monotonic() - began:.1f} s together"
            )
        server.resume()
        assert len(store.permit_lookup.find(MZ, NUMBER)) == 1
        for write in WRITING.values():
            write(store)
        store.close()


@pytest.mark.parametrize("engine", ["writing", "journalling", "long_running"])
def test_the_server_soon_notices_a_node_that_has_vanished(
    on_postgresql: Store, engine: str
) -> None:
    """Its sessions hold locks: of rows, and the named ones under which one node seals for all."""
    of_session = text(
        "SELECT current_setting('tcp_keepalives_idle')::int + current_setting("
        "'tcp_keepalives_interval')::int * current_setting('tcp_keepalives_count')::int"
    )
    with getattr(on_postgresql._engines, engine).connect() as connection:
        assert connection.execute(of_session).scalar_one() <= 20
