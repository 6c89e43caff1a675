"""How is the database opened? The only file that tells SQLite from PostgreSQL.

SQLite: WAL, so that readers never wait for the writer; every writer takes its lock at the start (BEGIN IMMEDIATE), as a
transaction that reads first and writes later could otherwise fail halfway without having waited; FULL, so that what was
committed outlives a loss of power.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from gateway.domain.errors import ServiceUnavailable
from gateway.store.waits import UNHURRIED, Waits

_POLL_SECONDS = 0.0001
"""Of whoever finds another writing: a commit, its wait for the disk included, often takes less than a millisecond."""

_PREPARE_SQLITE = (
    "PRAGMA page_size = 8192",  # of a new file: a permit document then takes two or three pages
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA wal_autocheckpoint = 2000",  # pages: 16 MB, four times the default, as each checkpoint delays one caller
)


def address(url: str) -> URL:
    """Read an address such as `sqlite:////var/lib/epix/gateway.db` or `postgresql://host/name`.

    Raises ServiceUnavailable.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ServiceUnavailable("The address of the database cannot be read.") from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ServiceUnavailable("The database must be a file: one in memory cannot be shared by several threads.")
    return parsed


def require_place(url: URL, *, file_exists: bool) -> None:
    """Refuse an SQLite file that is not there, which SQLite would make silently, or whose folder is not there.

    file_exists: False where the file may still have to be made.  Raises ServiceUnavailable.
    """
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith("file:"):
        return
    path = Path(url.database)
    if not path.parent.is_dir():
        raise ServiceUnavailable("The folder of the database does not exist.")
    if file_exists and not path.is_file():
        raise ServiceUnavailable("The database does not exist yet; it has to be made first.")


def writing(url: URL, waits: Waits = UNHURRIED) -> Engine:
    """For transactions. Opens nothing yet. Raises ServiceUnavailable where the driver is not installed."""
    if url.get_backend_name() != "sqlite":
        return _prepared(_engine(url, pool_pre_ping=True), waits)
    engine = _engine(url, connect_args={"timeout": waits.lock, "isolation_level": None})
    begin = beginning(engine, waits)
    event.listen(engine, "begin", lambda connection: begin(connection.connection.dbapi_connection))
    _prepared(engine, waits)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 0"))
    return engine


def beginning(writing: Engine, waits: Waits) -> Callable[[DBAPIConnection], None]:
    """How a bare connection of that engine begins to write; on PostgreSQL the driver does it by itself.

    On SQLite: whoever finds another at it soon asks again. SQLite's own way of waiting (busy_timeout) asks ever more
    seldom, up to ten times a second, so that under load a late-comer could wait for more than a second.
    """

    def begin(connection: DBAPIConnection) -> None:
        latest = monotonic() + waits.lock
        while True:
            try:
                connection.cursor().execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > latest:
                    raise OperationalError("BEGIN IMMEDIATE", None, error) from error
            sleep(_POLL_SECONDS)

    return begin if writing.dialect.name == "sqlite" else lambda _: None


def reading(url: URL, waits: Waits = UNHURRIED) -> Engine:
    """For single questions outside any transaction; whoever opens a connection keeps it. Opens nothing yet."""
    arguments = {"timeout": waits.lock} if url.get_backend_name() == "sqlite" else {}
    engine = _engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments)
    return _prepared(engine, waits)


def _engine(url: URL, **options: object) -> Engine:
    try:
        return create_engine(url, **options)
    except (ImportError, NoSuchModuleError):
        raise ServiceUnavailable("The driver for this kind of database is not installed.") from None


def _prepared(engine: Engine, waits: Waits) -> Engine:
    settings: tuple[str, ...] = _PREPARE_SQLITE
    if engine.dialect.name != "sqlite":
        settings = tuple(f"SET {name} = {value}" for name, value in waits.of_session.items())
        event.listen(engine, "do_connect", partial(_connect, waits))

    def prepare(connection: DBAPIConnection, _: object) -> None:
        cursor = connection.cursor()
        for setting in settings:
            cursor.execute(setting)
        cursor.close()
        connection.commit()

    event.listen(engine, "connect", prepare)
    return engine


def _connect(waits: Waits, _: Dialect, __: object, words: Sequence[str], options: dict[str, Any]) -> DBAPIConnection:
    """What the address itself says of waiting counts more."""
    from gateway.store.punctual import PunctualConnection  # its driver is not there where SQLite is enough

    connection = PunctualConnection.connect(*words, **{**waits.of_connecting, **options})
    connection.reply_seconds = waits.reply
    return connection  # type: ignore[return-value]
