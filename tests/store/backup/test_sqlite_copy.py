"""SQLite copy: all of a database is replaced at once, while others read and write it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.store.backup import sqlite_copy
from gateway.store.backup.sqlite_copy import copy_database


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return made(tmp_path / "source.sqlite", ["beginning"])


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return made(tmp_path / "target.sqlite", ["beginning", *map(str, range(500))])


@pytest.fixture
def other(target: Path) -> Iterator[sqlite3.Connection]:
    """A connection of another process to the target."""
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        yield connection


def made(file: Path, texts: list[str]) -> Path:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE record (text TEXT)")
        connection.executemany("INSERT INTO record VALUES (?)", [(text,) for text in texts])
        connection.commit()
    return file


def count(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM record").fetchone()[0])


def test_a_reader_sees_the_old_content_until_its_transaction_ends(
    source: Path, target: Path, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN")
    assert count(other) == 501
    copy_database(source, target)
    assert count(other) == 501
    other.execute("COMMIT")
    assert count(other) == 1
    other.execute("INSERT INTO record VALUES ('later')")
    assert count(other) == 2


def test_a_writer_without_end_is_an_error_and_nothing_is_changed(
    source: Path, target: Path, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_copy, "LONGEST_SECONDS", 0.1)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ServiceUnavailable) as refused:
        copy_database(source, target)
    assert refused.value.problem is DatabaseProblem.LOCKED
    other.execute("ROLLBACK")
    assert count(other) == 501


def test_a_source_that_is_absent_is_an_error(tmp_path: Path, target: Path) -> None:
    with pytest.raises(ServiceUnavailable):
        copy_database(tmp_path / "absent.sqlite", target)
    assert not (tmp_path / "absent.sqlite").exists()
    with closing(sqlite3.connect(target)) as connection:
        assert count(connection) == 501


def test_a_target_that_is_absent_is_made(tmp_path: Path, source: Path) -> None:
    copy_database(source, tmp_path / "new.sqlite")
    with closing(sqlite3.connect(tmp_path / "new.sqlite")) as connection:
        assert count(connection) == 1
