"""Migrations: a migrated database has the tables of the code, and can be migrated back."""

from datetime import date
from hashlib import sha256

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from gateway.domain.errors import ServiceUnavailable
from gateway.domain.references.rows import Renewal
from gateway.domain.references.taxa import Taxon
from gateway.exchange.ports import DocumentForm
from gateway.exchange.stored_bytes import ComposedBytes, in_base64
from gateway.store import migrate, migrate_back, open_store
from gateway.store.database import engines
from gateway.store.permits.lookups import DOCUMENT, find_permit
from gateway.store.tables import metadata
from tests.reference_data import put
from tests.store.store_acts import MZ, NUMBER, PICTURE, an_exchange, clock, publish

LEOPARD = Taxon(1, "Panthera pardus", "SPECIES")


@pytest.mark.both_databases
@pytest.mark.slow
def test_the_migrations_make_exactly_the_tables_of_the_code(store):
    with store._engines.writing.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(store, url):
    publish(store)
    migrate(url)
    assert len(store.permit_lookup.find(MZ, NUMBER)) == 1


@pytest.mark.slow
def test_a_database_goes_back_to_nothing_and_forth_again(url):
    migrate_back(url, "base")
    engine = create_engine(engines.parse_address(url))
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    migrate(url)
    store = open_store(url, clock)
    publish(store)
    store.close()


@pytest.mark.slow
def test_a_database_that_is_behind_is_not_opened(url):
    migrate_back(url, "base")
    with pytest.raises(ServiceUnavailable, match="migrated first"):
        open_store(url, clock)


def test_a_database_of_a_newer_gateway_is_not_opened(store, url):
    with store._engines.writing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("UPDATE compatibility SET oldest = '9999'"))
    with pytest.raises(ServiceUnavailable, match="newer"):
        open_store(url, clock)
    with pytest.raises(ServiceUnavailable, match="newer"):
        migrate(url)


@pytest.mark.both_databases
@pytest.mark.slow
def test_content_survives_the_way_back_and_forth(url):
    store = open_store(url, clock)
    publish(store, attachments=(PICTURE,))
    (header,) = store.permit_lookup.find(MZ, NUMBER)
    document, (picture,) = (
        store.permit_lookup.document(header, "v1", DocumentForm.NON_FINAL),
        store.permit_lookup.attachments(header),
    )
    answer = ComposedBytes(
        (b"<a>", document.content, in_base64(document.seal), b"</a>", picture.content)
    )
    store.journal.record(an_exchange(answer=answer))
    store.close()

    migrate_back(url, "0003")
    engine = create_engine(engines.parse_address(url))
    with engine.connect() as connection:
        (record,) = connection.execute(text("SELECT answer, answer_sha256 FROM exchange")).all()
        (digest,) = connection.execute(
            text("SELECT sha256 FROM document WHERE seal IS NOT NULL")
        ).scalars()
    engine.dispose()
    assert tuple(record) == (answer, sha256(answer).hexdigest())
    assert digest == sha256(document.content).hexdigest()

    migrate(url)
    again = open_store(url, clock)
    assert again.permit_lookup.document(header, "v1", DocumentForm.NON_FINAL) == document
    assert again.permit_lookup.attachments(header) == (PICTURE,)
    assert again.journal.latest(1)[0].answer == answer
    again.close()


@pytest.mark.slow
def test_an_older_gateway_finds_no_kind_of_reference_data_that_it_does_not_know(url):
    store = open_store(url, clock)
    put(store.reference_data, "1", taxa=(LEOPARD,), renewals=(Renewal(1, date(2026, 3, 5)),))
    store.close()
    migrate_back(url, "0029")
    engine = create_engine(engines.parse_address(url))
    with engine.connect() as connection:
        for table in ("reference_fact", "reference_import"):
            kinds = connection.execute(text(f"SELECT kind FROM {table}")).scalars()
            assert set(kinds) <= {"taxa"}
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text("DELETE FROM reference_import"))
    engine.dispose()
    migrate(url)


@pytest.mark.both_databases
def test_a_migration_that_fails_halfway_leaves_nothing(empty_url):
    engine = engines.writing(engines.parse_address(empty_url))
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE exchange (id INTEGER)")
        )  # stands in the way of the last table
    with pytest.raises(ServiceUnavailable):
        migrate(empty_url)
    assert set(inspect(engine).get_table_names()) <= {"exchange"}
    engine.dispose()


def test_the_hot_read_uses_an_index_for_every_table(file):
    engine = engines.reading(engines.parse_address(f"sqlite:///{file}"))
    with engine.connect() as connection:
        find = find_permit(engine.dialect)
        for statement, values, tables in (
            (find, ("MZ", "MZ1", "MZ1"), 2),
            (DOCUMENT, (1, "v1", "final"), 3),
        ):
            question = statement.compile(dialect=engine.dialect)
            steps = [
                row[-1]
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", values)
            ]
            assert len(steps) == tables
            assert all("USING" in step and "SCAN" not in step for step in steps)
            if statement is find:
                assert all("COVERING INDEX" in step for step in steps)
    engine.dispose()


@pytest.mark.slow  # Others do not wait for the disk.
def test_a_new_file_is_in_wal_mode_and_writes_through_to_the_disk(file):
    engine = engines.writing(engines.parse_address(f"sqlite:///{file}"))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    engine.dispose()
