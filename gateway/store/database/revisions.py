"""Database revisions: those that this gateway has, and the one that a database is of.

Revisions are read from the names of the migration scripts, without Alembic: every command that
opens a database asks for its revision, and the import of Alembic would be a third of its time.
"""

import re
from importlib import resources

from sqlalchemy import ColumnClause, Connection, column, inspect, select, table

VERSION_TABLE = "alembic_version"
"""Alembic's table of the revision, which a backup states in its first line."""

_SCRIPT = re.compile(r"r(\d{4})_\w+\.py")
_VERSION: ColumnClause[str] = column("version_num")


def known() -> frozenset[str]:
    """Every revision that this gateway has a script for: `0001` and so on."""
    folder = resources.files("gateway.store.migrations.versions")
    scripts = (_SCRIPT.fullmatch(file.name) for file in folder.iterdir())
    return frozenset(script[1] for script in scripts if script)


def current(connection: Connection) -> str | None:
    """The revision of a database; None before the first. Raises SQLAlchemy's errors."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(
        select(_VERSION).select_from(table(VERSION_TABLE))
    ).scalar_one_or_none()
