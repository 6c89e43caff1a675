"""What stands in the database at one moment? Every table, row by row, while others go on writing.

The tables are those that are there, not those this version knows: a newer gateway may have added some.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.migration import MigrationContext
from sqlalchemy import Boolean, Connection, Integer, LargeBinary, MetaData, Select, String, Table, func, select, text
from sqlalchemy.types import TypeEngine

from gateway.domain.errors import ServiceUnavailable, Trouble
from gateway.exchange.ports import Kind, Row, Snapshot, TableForm
from gateway.store import engines
from gateway.store.failures import guarded

VERSION_TABLE = "alembic_version"
"""Holds the revision, which a backup names by itself."""

_TYPES: dict[Kind, type] = {Kind.INTEGER: int, Kind.TEXT: str, Kind.TRUTH: bool, Kind.BYTES: bytes}
_AT_ONCE = 20


class SqlSnapshot:
    """The port `Snapshot`, on a connection whose transaction has just begun."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = reflected(connection)
        if connection.dialect.name == "postgresql" and self._tables:
            names = ", ".join(
                connection.dialect.identifier_preparer.format_table(each) for each in self._tables.values()
            )
            connection.execute(text(f"LOCK TABLE {names} IN ACCESS SHARE MODE"))  # no migration may come in between
        (self.revision,) = MigrationContext.configure(connection).get_current_heads()
        self.tables = [
            TableForm(
                name,
                {column.name: kind_of(column.type) for column in table.columns},
                connection.execute(select(func.count()).select_from(table)).scalar_one(),
            )
            for name, table in self._tables.items()
        ]

    def rows(self, table: TableForm) -> Iterator[Row]:
        """See the port."""
        wanted = _in_order(self._tables[table.name], self._connection.dialect.name)
        types = [(_TYPES[kind], type(None)) for kind in table.columns.values()]
        with guarded(), self._connection.execution_options(yield_per=_AT_ONCE).execute(wanted) as found:
            for row in found:
                values = tuple(row)
                if not all(map(isinstance, values, types)):
                    raise ServiceUnavailable("A table of the database holds what it cannot hold.", Trouble.DAMAGED)
                yield values


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """The database as it stands now, for the length of the block. Raises ServiceUnavailable."""
    parsed = engines.address(url)
    engines.require_place(parsed, file_exists=True)
    engine = engines.at_one_moment(parsed)
    try:
        with guarded():
            connection = engine.connect()
        try:
            with guarded():
                taken = SqlSnapshot(connection)
            yield taken
        finally:
            connection.close()
    finally:
        engine.dispose()


def reflected(connection: Connection) -> dict[str, Table]:
    """The tables of a database but for that of the revision; none has a foreign key to a later one."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != VERSION_TABLE}


def kind_of(column: TypeEngine[object]) -> Kind:
    """Which values a column has. Raises ServiceUnavailable for one that no migration of ours has made."""
    for made, kind in (
        (Boolean, Kind.TRUTH), (Integer, Kind.INTEGER), (String, Kind.TEXT), (LargeBinary, Kind.BYTES),
    ):  # fmt: skip
        if isinstance(column, made):
            return kind
    raise ServiceUnavailable("The database has a column that is not of this gateway.")


def _in_order(table: Table, database: str) -> Select[Any]:
    keys = [
        column.collate("C") if database == "postgresql" and isinstance(column.type, String) else column
        for column in table.primary_key.columns
    ]
    return select(table).order_by(*keys)
