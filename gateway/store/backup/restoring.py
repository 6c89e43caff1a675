"""Database restoration from a backup: whole or not at all, and never over an existing database.

SQLite: in a temporary file, renamed when it is complete. PostgreSQL: in one transaction. The
migrations create the tables, triggers included, up to the revision of the backup; once filled, they
are migrated to this version.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, Table, func, inspect, select, text
from sqlalchemy.exc import DataError, IntegrityError

from gateway.domain.errors import BackupInvalid, RestoreRefused
from gateway.exchange.ports import ColumnType, EmptyDatabase, ServiceMode, TableRow, TableSchema
from gateway.store.backup.snapshot import kind_of, reflected
from gateway.store.database import engines, migrating
from gateway.store.database.errors import guarded
from gateway.store.nodes import mode_row
from gateway.store.tables import service_mode

_ROWS_PER_INSERT = 20


class SqlEmptyDatabase:
    """The port `EmptyDatabase`, in an open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = reflected(connection)
        self._not_filled = set(self._tables)

    def fill(self, table: TableSchema, rows: Iterable[TableRow]) -> None:
        """See the port."""
        target = self._tables.get(table.name)
        if target is None or _column_types(target) != dict(table.columns):
            raise BackupInvalid(
                f"The backup has a table {table.name} that its revision of the database does not"
                " have."
            )
        self._not_filled.discard(table.name)
        named = (dict(zip(table.columns, row, strict=True)) for row in rows)
        while batch := list(islice(named, _ROWS_PER_INSERT)):
            with guarded():
                try:
                    self._connection.execute(target.insert(), batch)
                except (DataError, IntegrityError):
                    raise BackupInvalid(
                        f"A row of the table {table.name} does not fit into this database."
                    ) from None

    def finish(self) -> None:
        """Set PostgreSQL's sequences after the highest ids, as SQLite does by itself.

        Raises BackupInvalid where a table was not filled.
        """
        for name in self._not_filled:
            raise BackupInvalid(
                f"The backup does not have the table {name} of its revision of the database."
            )
        if self._connection.dialect.name != "postgresql":
            return
        for table in self._tables.values():
            for column in table.primary_key.columns:
                names = {"table": table.name, "column": column.name}
                sequence = self._connection.execute(_SEQUENCE, names).scalar()
                if not sequence:
                    continue
                if highest := self._connection.execute(select(func.max(column))).scalar():
                    self._connection.execute(
                        _SET_SEQUENCE, {"sequence": sequence, "highest": highest}
                    )


def _column_types(table: Table) -> dict[str, ColumnType]:
    return {column.name: kind_of(column.type) for column in table.columns}


_SEQUENCE = text("SELECT pg_get_serial_sequence(quote_ident(:table), :column)")
_SET_SEQUENCE = text("SELECT setval(CAST(:sequence AS regclass), :highest)")


@contextmanager
def restoring(
    url: str, revision: str, mode: ServiceMode, inside: Path | None
) -> Iterator[EmptyDatabase]:
    """An empty database of a revision, to be filled in the block.

    When the block ends, the database is migrated to this version and in place; when it fails,
    nothing is left.

    revision: of this gateway's migrations.
    mode: service mode of the restored database, in force from the first moment.
    inside: the only folder where the file of an SQLite database may be made; None: anywhere.

    Raises RestoreRefused where a database exists already, or its file would lie elsewhere;
    ServiceUnavailable.
    """
    parsed = engines.parse_address(url)
    if inside is not None:
        _require_inside(parsed, inside)
    engines.require_location(parsed, file_exists=False)
    on_sqlite = parsed.get_backend_name() == "sqlite"
    place = _temporary_file(Path(parsed.database or "")) if on_sqlite else nullcontext(parsed)
    with place as target:
        engines.make_private_file(target)
        engine = engines.writing(target)
        try:
            with _transaction(engine) as connection:
                with guarded():
                    if inspect(connection).get_table_names():
                        raise RestoreRefused(
                            "There is a database already at the address; it is left as it is."
                        )
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
def _temporary_file(path: Path) -> Iterator[URL]:
    _require_absent(path)
    new = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        yield URL.create("sqlite", database=str(new))
        with new.open("rb") as file:
            os.fsync(file.fileno())
        _require_absent(path)
        new.rename(path)
    finally:
        for suffix in engines.SQLITE_SUFFIXES:
            new.with_name(f"{new.name}{suffix}").unlink(missing_ok=True)


def _require_inside(url: URL, folder: Path) -> None:
    """Links and `..` are followed before the place is judged, as SQLite would follow them.

    SQLite's own URIs (`file:...`) and parameters are refused: they name a file in a second way.
    """
    if url.get_backend_name() != "sqlite":
        return
    path = url.database or ""
    if url.query or path.startswith("file:") or not _lies_inside(Path(path), folder):
        raise RestoreRefused(
            "The configuration in the backup names a database outside of the directory to restore"
            " into; nothing is written there. Name the database with --database-url-file."
        )


def _lies_inside(path: Path, folder: Path) -> bool:
    return not path.is_symlink() and path.resolve().is_relative_to(folder.resolve())


def _require_absent(path: Path) -> None:
    """Neither the file nor a leftover log: SQLite would replay that log into the new file."""
    if any(path.with_name(f"{path.name}{suffix}").exists() for suffix in engines.SQLITE_SUFFIXES):
        raise RestoreRefused("There is a database already at the address; it is left as it is.")
