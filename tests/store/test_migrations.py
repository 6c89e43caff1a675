"""Is a migrated database the one the code expects, and can it go back?"""

from hashlib import sha256

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from store_acts import MZ, NUMBER, PICTURE, an_exchange, clock, publish

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.ports import Form
from gateway.exchange.spliced import Spliced, in_base64
from gateway.store import engines, migrate, migrate_back, open_store
from gateway.store.answers import DOCUMENT, find_permit
from gateway.store.tables import metadata


def test_the_migrations_make_exactly_the_tables_of_the_code(store):
    with store._writing.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(store, url):
    publish(store)
    migrate(url)
    assert len(store.answers.find(MZ, NUMBER)) == 1


def test_a_database_goes_back_to_nothing_and_forth_again(url):
    migrate_back(url, "base")
    engine = create_engine(engines.address(url))
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    migrate(url)
    store = open_store(url, clock)
    publish(store)
    store.close()


def test_a_database_that_is_behind_is_not_opened(url):
    migrate_back(url, "base")
    with pytest.raises(ServiceUnavailable, match="migrated first"):
        open_store(url, clock)


def test_a_database_of_a_newer_gateway_is_not_opened(store, url):
    with store._writing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("UPDATE compatibility SET oldest = '9999'"))
    with pytest.raises(ServiceUnavailable, match="newer"):
        open_store(url, clock)
    with pytest.raises(ServiceUnavailable, match="newer"):
        migrate(url)


def test_content_survives_the_way_back_and_forth(url):
    store = open_store(url, clock)
    publish(store, attachments=(PICTURE,))
    (kept,) = store.answers.find(MZ, NUMBER)
    document, (picture,) = store.answers.document(kept, "v1", Form.NON_FINAL), store.answers.attachments(kept)
    answer = Spliced((b"<a>", document.content, in_base64(document.seal), b"</a>", picture.content))
    store.journal.record(an_exchange(answer=answer))
    store.close()

    migrate_back(url, "0003")
    engine = create_engine(engines.address(url))
    with engine.connect() as connection:
        (record,) = connection.execute(text("SELECT answer, answer_sha256 FROM exchange")).all()
        (digest,) = connection.execute(text("SELECT sha256 FROM document WHERE seal IS NOT NULL")).scalars()
    engine.dispose()
    assert tuple(record) == (answer, sha256(answer).hexdigest())
    assert digest == sha256(document.content).hexdigest()

    migrate(url)
    again = open_store(url, clock)
    assert again.answers.document(kept, "v1", Form.NON_FINAL) == document
    assert again.answers.attachments(kept) == (PICTURE,)
    assert again.journal.latest(1)[0].answer == answer
    again.close()


def test_a_migration_that_fails_halfway_leaves_nothing(empty_url):
    engine = engines.writing(engines.address(empty_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE exchange (id INTEGER)"))  # stands in the way of the last table
    with pytest.raises(ServiceUnavailable):
        migrate(empty_url)
    assert set(inspect(engine).get_table_names()) <= {"exchange"}
    engine.dispose()


def test_the_hot_read_uses_an_index_for_every_table(file):
    engine = engines.reading(engines.address(f"sqlite:///{file}"))
    with engine.connect() as connection:
        find = find_permit(engine.dialect)
        for statement, values, tables in ((find, ("MZ", "MZ1", "MZ1"), 2), (DOCUMENT, (1, "v1", "final"), 3)):
            question = statement.compile(dialect=engine.dialect)
            steps = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", values)]
            assert len(steps) == tables
            assert all("USING" in step and "SCAN" not in step for step in steps)
            if statement is find:
                assert all("COVERING INDEX" in step for step in steps)


def test_a_new_file_is_in_wal_mode_and_writes_through_to_the_disk(file):
    engine = engines.writing(engines.address(f"sqlite:///{file}"))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    engine.dispose()
