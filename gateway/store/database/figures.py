"""Figures of a database, for support: its kind, revision, and rows of each table."""

from sqlalchemy import Engine, func, select

from gateway.domain.errors import ServiceUnavailable
from gateway.store.database import revisions
from gateway.store.database.errors import guarded
from gateway.store.tables import metadata


def figures(engine: Engine) -> dict[str, object]:
    """Return the figures by name; no value of any row.

    Rows of a table that this role may not read, or that takes too long to count, are None.
    Raises ServiceUnavailable where the database does not answer.
    """
    with guarded(), engine.connect() as connection:
        revision = revisions.current(connection)
        version = ".".join(map(str, connection.dialect.server_version_info or ()))
    rows: dict[str, int | None] = {}
    for name, table in sorted(metadata.tables.items()):
        try:
            with guarded(), engine.connect() as connection:
                query = select(func.count()).select_from(table)
                rows[name] = connection.execute(query).scalar_one()
        except ServiceUnavailable:
            rows[name] = None
    return {
        "kind": engine.dialect.name,
        "version": version,
        "revision": revision,
        "rows": rows,
    }
