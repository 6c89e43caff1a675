"""Database snapshot: every table, row by row, as of one moment, while other connections write.

The tables are reflected from the database, as a newer gateway may have added some.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    func,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.exchange.ports import ColumnType, Snapshot, TableRow, TableSchema
from gateway.store.database import engines
from gateway.store.database.errors import guarded
from gateway.store.database.revisions import VERSION_TABLE, current

_TYPES: dict[ColumnType, type] = {
    ColumnType.INTEGER: int,
    ColumnType.TEXT: str,
    ColumnType.TRUTH: bool,
    ColumnType.BYTES: bytes,
}
_ROWS_PER_FETCH = 20
"""Few: a row of the journal may be megabytes."""


class SqlSnapshot:
    """The port `Snapshot`, on a connection whose transaction has just begun."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = reflected(connection)
        if connection.dialect.name == "postgresql" and self._tables:
            preparer = connection.dialect.identifier_preparer
            names = ", ".join(preparer.format_table(table) for table in self._tables.values())
            # No migration may change the tables while they are read.
            connection.execute(text(f"LOCK TABLE {names} IN ACCESS SHARE MODE"))
        revision = current(connection)
        if revision is None:
            raise ServiceUnavailable("The database has not been migrated: it has no tables yet.")
        self.revision = revision
        self.tables = [
            TableSchema(
                name,
                {column.name: kind_of(column.type) for column in table.columns},
                connection.execute(select(func.count()).select_from(table)).scalar_one(),
            )
            for name, table in self._tables.items()
        ]

    def rows(self, table: TableSchema) -> Iterator[TableRow]:
        """See the port."""
        query = _in_order(self._tables[table.name], self._connection.dialect.name)
        types = [(_TYPES[kind], type(None)) for kind in table.columns.values()]
        streaming = self._connection.execution_options(yield_per=_ROWS_PER_FETCH)
        with guarded(), streaming.execute(query) as found:
            for row in found:
                values = tuple(row)
                if not all(map(isinstance, values, types)):
                    raise ServiceUnavailable(
                        "A table of the database holds what it cannot hold.",
                        DatabaseProblem.DAMAGED,
                    )
                yield values


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """A snapshot of the database, for the length of the block. Raises ServiceUnavailable."""
    parsed = engines.parse_address(url)
    engines.require_location(parsed, file_exists=True)
    engine = engines.snapshot(parsed)
    try:
        with guarded():
            connection = engine.connect()
        try:
            with guarded():
                opened = SqlSnapshot(connection)
            yield opened
        finally:
            connection.close()
    finally:
        engine.dispose()


def reflected(connection: Connection) -> dict[str, Table]:
    """All tables but that of the revision, sorted: foreign keys refer to earlier tables only."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != VERSION_TABLE}


def kind_of(column: TypeEngine[object]) -> ColumnType:
    """The type of a column's values.

    Raises ServiceUnavailable for a column type that no migration uses.
    """
    for sql_type, kind in (
        (Boolean, ColumnType.TRUTH),
        (Integer, ColumnType.INTEGER),
        (String, ColumnType.TEXT),
        (LargeBinary, ColumnType.BYTES),
    ):
        if isinstance(column, sql_type):
            return kind
    raise ServiceUnavailable("The database has a column that is not of this gateway.")


def _in_order(table: Table, database: str) -> Select[Any]:
    """Rows in the order of the primary key, text by its bytes on either database."""
    keys = [
        (
            column.collate("C")
            if database == "postgresql" and isinstance(column.type, String)
            else column
        )
        for column in table.primary_key.columns
    ]
    return select(table).order_by(*keys)
