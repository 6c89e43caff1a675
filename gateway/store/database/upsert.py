"""Upsert: a single statement that inserts a row, or changes the one that is there.

Both databases have it (ON CONFLICT), as an extension of their own.
"""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Upsert = sqlite.Insert | postgresql.Insert


def upsert(connection: Connection, table: Table) -> Upsert:
    """An INSERT of the table that has `on_conflict_do_update` and `on_conflict_do_nothing`."""
    on_sqlite = connection.dialect.name == "sqlite"
    return sqlite.insert(table) if on_sqlite else postgresql.insert(table)
