"""How is the database opened, and how does SQLite differ from PostgreSQL in that?

SQLite: WAL, so that readers never wait for the writer; every writer takes its lock at the start (writers.py), as a
transaction that reads first and writes later could otherwise fail halfway without having waited; FULL, so that what was
committed outlives a loss of power. The journal alone sees to that by itself, see `committing`.
"""

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from gateway.domain.errors import ServiceUnavailable, Trouble
from gateway.store.waits import UNHURRIED, Waits
from gateway.store.writers import Line, LoggedWriter, Writer

LEAST_ROOM_BYTES = 8 * 1024 * 1024
"""On the disk of an SQLite file: what the largest exchange takes, twice."""

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


def require_room(url: URL) -> None:
    """Refuse an SQLite file whose disk has no room for one large exchange more. Raises ServiceUnavailable.

    Small transactions still succeed on it for a while, in the log that is there already; so to try one tells nothing.
    """
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith("file:"):
        return
    try:
        free = shutil.disk_usage(Path(url.database).parent).free
    except OSError:
        raise ServiceUnavailable("The folder of the database cannot be reached.", Trouble.UNREACHABLE) from None
    if free < LEAST_ROOM_BYTES:
        raise ServiceUnavailable("There is no room left for the records of this gateway.", Trouble.FULL)


def writing(url: URL, waits: Waits = UNHURRIED, line: Line | None = None, *, synced: bool = True) -> Engine:
    """For transactions. Opens nothing yet. Raises ServiceUnavailable where the driver is not installed.

    line: on SQLite, of all in this process that write the same file.
    synced: on SQLite, a commit waits for the disk. Where it does not, it is for `committing` to do so, and whoever
    opens a connection keeps it, as for `reading`.
    """
    if url.get_backend_name() != "sqlite":
        return _prepared(_engine(url, pool_pre_ping=True, pool_timeout=waits.lock), waits)
    arguments = {"timeout": waits.lock, "isolation_level": None, "factory": Writer if synced else LoggedWriter}
    pool = {"pool_timeout": waits.lock} if synced else {"poolclass": NullPool}
    engine = _engine(url, connect_args=arguments, **pool)
    line = line or Line()
    begin = beginning(engine)
    event.listen(engine, "begin", lambda connection: begin(connection.connection.dbapi_connection))
    _prepared(engine, waits)

    def wait_as_we_do(connection: Writer, _: object) -> None:
        connection.line, connection.patience = line, waits.lock
        connection.execute("PRAGMA busy_timeout = 0")
        if not synced:
            connection.execute("PRAGMA synchronous = NORMAL")

    event.listen(engine, "connect", wait_as_we_do)
    return engine


def beginning(writing: Engine) -> Callable[[DBAPIConnection], None]:
    """How a bare connection of that engine begins to write; on PostgreSQL the driver does it by itself."""
    return _begin_at_once if writing.dialect.name == "sqlite" else lambda _: None


def _begin_at_once(connection: DBAPIConnection) -> None:
    try:
        cast(Writer, connection).begin()
    except sqlite3.Error as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error


def committing(writing: Engine) -> Callable[[DBAPIConnection, bool], None]:
    """How a bare connection of an engine that is not `synced` commits: for good, or without waiting for the disk.

    The latter outlives this process at once, and a loss of power once anybody has committed for good.

    On SQLite: the log is synced once the lock is free, so that no other writer waits for this one's disk. In WAL mode
    what was committed is a matter of the log alone, and a checkpoint syncs the log before it takes from it.
    """

    return _commit_to_log if writing.dialect.name == "sqlite" else _commit_on_server


def _commit_to_log(connection: DBAPIConnection, for_good: bool) -> None:
    connection.commit()
    if not for_good:
        return
    try:
        cast(LoggedWriter, connection).sync_log()
    except OSError as error:
        raise OperationalError("COMMIT", None, error) from error


def _commit_on_server(connection: DBAPIConnection, for_good: bool) -> None:
    if not for_good:
        connection.cursor().execute("SET LOCAL synchronous_commit = off")
    connection.commit()


def reading(url: URL, waits: Waits = UNHURRIED) -> Engine:
    """For single questions outside any transaction; whoever opens a connection keeps it. Opens nothing yet."""
    arguments = {"timeout": waits.lock} if url.get_backend_name() == "sqlite" else {}
    engine = _engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments)
    return _prepared(engine, waits)


def at_one_moment(url: URL) -> Engine:
    """For one long transaction that sees nothing of what others write meanwhile. Opens nothing yet."""
    if url.get_backend_name() != "sqlite":
        options = {"postgresql_readonly": True}
        engine = _engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ", execution_options=options)
        return _prepared(engine, UNHURRIED)
    engine = _engine(url, poolclass=NullPool, connect_args={"timeout": UNHURRIED.lock, "isolation_level": None})
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    _prepared(engine, UNHURRIED)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
    return engine


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
