"""How does a database come into being from a backup? Whole, or not at all; never over one that is there.

SQLite: in a file of another name, which gets its own when all is done. PostgreSQL: in one transaction. The migrations
make the tables, triggers included, up to the revision of the backup; filled, they are brought to this version.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, func, inspect, select, text
from sqlalchemy.exc import DataError, IntegrityError

from gateway.domain.errors import BackupInvalid, RestoreRefused
from gateway.exchange.ports import EmptyDatabase, Row, ServiceMode, TableForm
from gateway.store import engines, migrating
from gateway.store.failures import guarded
from gateway.store.nodes import mode_row
from gateway.store.snapshot import kind_of, reflected
from gateway.store.tables import service_mode

_AT_ONCE = 20
_SUFFIXES = ("", "-journal", "-shm", "-wal")
"""Of the files that an SQLite database may consist of."""


class SqlEmptyDatabase:
    """The port `EmptyDatabase`, in an open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = reflected(connection)
        self._empty = set(self._tables)

    def fill(self, table: TableForm, rows: Iterable[Row]) -> None:
        """See the port."""
        made = self._tables.get(table.name)
        if made is None or {column.name: kind_of(column.type) for column in made.columns} != dict(table.columns):
            raise BackupInvalid(f"The backup has a table {table.name} that its revision of the database does not have.")
        self._empty.discard(table.name)
        left = iter(rows)
        while some := [dict(zip(table.columns, row, strict=True)) for row in islice(left, _AT_ONCE)]:
            with guarded():
                try:
                    self._connection.execute(made.insert(), some)
                except (DataError, IntegrityError):
                    raise BackupInvalid(f"A row of the table {table.name} does not fit into this database.") from None

    def finish(self) -> None:
        """Let PostgreSQL number new rows after those that are there, as SQLite does by itself. Raises BackupInvalid."""
        for name in self._empty:
            raise BackupInvalid(f"The backup does not have the table {name} of its revision of the database.")
        if self._connection.dialect.name != "postgresql":
            return
        for table in self._tables.values():
            for column in table.primary_key.columns:
                names = {"table": table.name, "column": column.name}
                sequence = self._connection.execute(_SEQUENCE, names).scalar()
                highest = self._connection.execute(select(func.max(column))).scalar()
                if sequence and highest:
                    self._connection.execute(_SET, {"sequence": sequence, "highest": highest})


_SEQUENCE = text("SELECT pg_get_serial_sequence(quote_ident(:table), :column)")
_SET = text("SELECT setval(CAST(:sequence AS regclass), :highest)")


@contextmanager
def restoring(url: str, revision: str, mode: ServiceMode) -> Iterator[EmptyDatabase]:
    """An empty database of that revision, to be filled in the block; at its end of this version and in place.

    revision: one that is known here.  mode: declared in it, so that it holds from the first moment.
    Where the block fails, nothing is there. Raises RestoreRefused where there is something already, ServiceUnavailable.
    """
    parsed = engines.address(url)
    engines.require_place(parsed, file_exists=False)
    on_sqlite = parsed.get_backend_name() == "sqlite"
    with _new_file(Path(parsed.database or "")) if on_sqlite else _itself(parsed) as place:
        engine = engines.writing(place)
        try:
            with _transaction(engine) as connection:
                with guarded():
                    if inspect(connection).get_table_names():
                        raise RestoreRefused("There is a database already at the address; it is left as it is.")
                    migrating.make(connection, revision)
                    empty = SqlEmptyDatabase(connection)
                yield empty
                with guarded():
                    empty.finish()
                    migrating.complete(connection)
                    connection.execute(service_mode.insert(), mode_row(mode))
        finally:
            engine.dispose()


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    with guarded():
        connection = engine.connect()
        connection.begin()
    try:
        yield connection
        with guarded():
            connection.commit()
    finally:
        connection.close()


@contextmanager
def _itself(url: URL) -> Iterator[URL]:
    yield url


@contextmanager
def _new_file(path: Path) -> Iterator[URL]:
    _require_absent(path)
    new = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        yield URL.create("sqlite", database=str(new))
        with new.open("rb") as file:
            os.fsync(file.fileno())
        _require_absent(path)
        new.rename(path)
    finally:
        for suffix in _SUFFIXES:
            new.with_name(f"{new.name}{suffix}").unlink(missing_ok=True)


def _require_absent(path: Path) -> None:
    """Nor a log that an earlier database has left: SQLite would take it for one of the new file."""
    if any(path.with_name(f"{path.name}{suffix}").exists() for suffix in _SUFFIXES):
        raise RestoreRefused("There is a database already at the address; it is left as it is.")
