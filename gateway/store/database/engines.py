"""Database engines: how SQLite and PostgreSQL are opened, and where they differ.

SQLite: WAL mode, so that readers never wait for the writer. Every write transaction takes the lock
at its start (sqlite_writer.py): a transaction that reads first and writes later could fail halfway,
without having waited. `synchronous = FULL`, so that a commit survives a power loss. Only the
journal syncs by itself, see `commit_function`.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.hardening import private_opener
from gateway.store.database.sqlite_writer import FifoLock, WalWriterConnection, WriterConnection
from gateway.store.database.timeouts import NO_STATEMENT_TIMEOUT, Timeouts

SQLITE_SUFFIXES = ("", "-journal", "-shm", "-wal")
"""Of the files that an SQLite database may consist of."""

MIN_FREE_BYTES = 8 * 1024 * 1024
"""On the disk of an SQLite file: twice the size of the largest exchange."""

_SQLITE_SETTINGS = (
    "PRAGMA page_size = 8192",  # of a new file: a permit document then takes two or three pages
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # pages: 16 MB, four times the default, as each checkpoint delays one caller
    "PRAGMA wal_autocheckpoint = 2000",
    # 8 MB a connection. With the default of 2 MB, sums over a year's permits read pages of the file
    # again and again, and take twice the time.
    "PRAGMA cache_size = -8000",
)


def parse_address(url: str) -> URL:
    """Parse an address such as `sqlite:////var/lib/epix/gateway.db` or `postgresql://host/name`.

    Raises ServiceUnavailable.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ServiceUnavailable("The address of the database cannot be read.") from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ServiceUnavailable(
            "The database must be a file: one in memory cannot be shared by several threads."
        )
    return parsed


def require_location(url: URL, *, file_exists: bool) -> None:
    """Require the folder of an SQLite file, and the file, which SQLite would create silently.

    file_exists: False where the file may still have to be created.

    Raises ServiceUnavailable.
    """
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith("file:"):
        return
    path = Path(url.database)
    if not path.parent.is_dir():
        raise ServiceUnavailable("The folder of the database does not exist.")
    if file_exists and not path.is_file():
        raise ServiceUnavailable("The database does not exist yet; it has to be made first.")
    # SQLite needs files beside it to read, too, and would only say that it cannot open one.
    if os.statvfs(path.parent).f_flag & os.ST_RDONLY:
        raise ServiceUnavailable("The database can only be read.", DatabaseProblem.READ_ONLY)


def make_private_file(url: URL) -> None:
    """Make the file of an SQLite database where there is none, for its owner alone.

    SQLite itself would make it readable for everybody under the usual umask. It gives its -wal,
    -shm and -journal files the mode of the database.
    """
    for path in sqlite_files(url)[:1]:
        # Where it cannot be made, or is there already, SQLite finds that out by itself.
        with suppress(OSError), open(path, "xb", opener=private_opener):
            pass


def sqlite_files(url: URL) -> list[Path]:
    """Paths that an SQLite database may consist of; none for another database."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith("file:"):
        return []
    path = Path(url.database)
    return [path.with_name(f"{path.name}{suffix}") for suffix in SQLITE_SUFFIXES]


def require_free_space(url: URL) -> None:
    """Require free space for one more large exchange on the disk of an SQLite file.

    A test transaction would not show that the disk is full: small ones still succeed for a while,
    in free pages of the existing log.

    Raises ServiceUnavailable.
    """
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith("file:"):
        return
    try:
        free = shutil.disk_usage(Path(url.database).parent).free
    except OSError:
        raise ServiceUnavailable(
            "The folder of the database cannot be reached.", DatabaseProblem.UNREACHABLE
        ) from None
    if free < MIN_FREE_BYTES:
        raise ServiceUnavailable(
            "There is no room left for the records of this gateway.", DatabaseProblem.FULL
        )


def writing(
    url: URL,
    timeouts: Timeouts = NO_STATEMENT_TIMEOUT,
    lock: FifoLock | None = None,
    *,
    synced: bool = True,
) -> Engine:
    """For write transactions. Opens no connection yet.

    lock: on SQLite, shared by all engines in this process that write the same file.
    synced: on SQLite, a commit waits for the disk. Where it does not, `commit_function` gives a
    commit that can, and there is no connection pool: the caller keeps connections open, as for
    `reading`.

    Raises ServiceUnavailable where the driver is not installed.
    """
    if url.get_backend_name() != "sqlite":
        # A thread waits for the connection pool no longer than for a lock.
        return _configured(_engine(url, pool_pre_ping=True, pool_timeout=timeouts.lock), timeouts)
    arguments = {
        "timeout": timeouts.lock,
        "isolation_level": None,
        "factory": WriterConnection if synced else WalWriterConnection,
    }
    pool = {"pool_timeout": timeouts.lock} if synced else {"poolclass": NullPool}
    engine = _engine(url, connect_args=arguments, **pool)
    lock = lock or FifoLock()
    begin = begin_function(engine)
    event.listen(engine, "begin", lambda connection: begin(connection.connection.dbapi_connection))
    _configured(engine, timeouts)

    def use_fifo_lock(connection: WriterConnection, _: object) -> None:
        connection.lock, connection.busy_timeout_seconds = lock, timeouts.lock
        connection.execute("PRAGMA busy_timeout = 0")  # WriterConnection polls by itself
        if not synced:
            connection.execute("PRAGMA synchronous = NORMAL")

    event.listen(engine, "connect", use_fifo_lock)
    return engine


def begin_function(writing: Engine) -> Callable[[DBAPIConnection], None]:
    """The function that begins a write transaction on a DBAPI connection of that engine.

    On PostgreSQL it does nothing: the driver begins with the first statement.
    """
    return _begin_immediate if writing.dialect.name == "sqlite" else lambda _: None


def _begin_immediate(connection: DBAPIConnection) -> None:
    try:
        cast(WriterConnection, connection).begin()
    except sqlite3.Error as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error


def commit_function(writing: Engine) -> Callable[[DBAPIConnection, bool], None]:
    """The function that commits a DBAPI connection of an engine that is not `synced`.

    Its second argument: whether to sync, so that the commit survives a power loss. Without sync a
    commit survives a crash of the process; it survives a power loss after the next synced commit.

    On SQLite the sync comes after the commit, when the writer lock is free again: no other writer
    waits for this disk access. That is safe in WAL mode: a commit is in the log alone, and a
    checkpoint syncs the log before it copies pages from it.
    """
    return _commit_to_wal if writing.dialect.name == "sqlite" else _commit_on_server


def _commit_to_wal(connection: DBAPIConnection, sync: bool) -> None:
    connection.commit()
    if not sync:
        return
    try:
        cast(WalWriterConnection, connection).sync_wal()
    except OSError as error:
        raise OperationalError("COMMIT", None, error) from error


def _commit_on_server(connection: DBAPIConnection, sync: bool) -> None:
    if not sync:
        connection.cursor().execute("SET LOCAL synchronous_commit = off")
    connection.commit()


def reading(url: URL, timeouts: Timeouts = NO_STATEMENT_TIMEOUT) -> Engine:
    """For single queries in autocommit mode. Opens no connection yet.

    On a server the connection pool keeps one idle connection, so that a long verification does not
    connect for each query, and sets no limit: the callers keep connections open, or need one for a
    moment. An SQLite file is opened in no time, and has no pool.
    """
    if url.get_backend_name() == "sqlite":
        pool: dict[str, object] = {
            "poolclass": NullPool,
            "connect_args": {"timeout": timeouts.lock},
        }
    else:
        # In autocommit mode no transaction stays open, so a connection needs no reset.
        pool = {
            "pool_size": 1,
            "max_overflow": -1,
            "pool_pre_ping": True,
            "pool_reset_on_return": None,
        }
    engine = _engine(url, isolation_level="AUTOCOMMIT", **pool)
    return _configured(engine, timeouts)


def snapshot(url: URL) -> Engine:
    """For one long read-only transaction, isolated from everything that is written meanwhile.

    Opens no connection yet.
    """
    if url.get_backend_name() != "sqlite":
        options = {"postgresql_readonly": True}
        engine = _engine(
            url,
            poolclass=NullPool,
            isolation_level="REPEATABLE READ",
            execution_options=options,
        )
        return _configured(engine, NO_STATEMENT_TIMEOUT)
    engine = _engine(
        url,
        poolclass=NullPool,
        connect_args={"timeout": NO_STATEMENT_TIMEOUT.lock, "isolation_level": None},
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    _configured(engine, NO_STATEMENT_TIMEOUT)
    event.listen(
        engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON")
    )
    return engine


def _engine(url: URL, **options: object) -> Engine:
    try:
        return create_engine(url, **options)
    except (ImportError, NoSuchModuleError):
        raise ServiceUnavailable("The driver for this kind of database is not installed.") from None


def _configured(engine: Engine, timeouts: Timeouts) -> Engine:
    """The engine, with settings that every new connection gets."""
    settings: tuple[str, ...] = _SQLITE_SETTINGS
    if engine.dialect.name != "sqlite":
        of_session = timeouts.session_settings
        settings = tuple(f"SET {name} = {value}" for name, value in of_session.items())
        event.listen(engine, "do_connect", partial(connect_within, timeouts))

    def configure(connection: DBAPIConnection, _: object) -> None:
        cursor = connection.cursor()
        for setting in settings:
            cursor.execute(setting)
        cursor.close()
        connection.commit()

    event.listen(engine, "connect", configure)
    return engine


def connect_within(
    timeouts: Timeouts,
    _: Dialect,
    __: object,
    arguments: Sequence[str],
    options: dict[str, Any],
) -> DBAPIConnection:
    """For the event `do_connect`: a connection to PostgreSQL with timeouts.

    Options in the address of the database take precedence over `timeouts`.
    """
    # Imported here, as PostgreSQL's driver is optional.
    from gateway.store.database.reply_timeout import ReplyTimeoutConnection

    connection = ReplyTimeoutConnection.connect(*arguments, **{**timeouts.libpq_options, **options})
    connection.reply_seconds = timeouts.reply
    return connection  # type: ignore[return-value]
