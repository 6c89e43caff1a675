"""Database pool: migrated PostgreSQL databases that tests use one after another.

To empty one takes a tenth of the time of another copy. A database that a test changed in more than
the rows of its tables (a trigger, a function, its revision) is dropped, and replaced by a new copy.
"""

from collections.abc import Sequence

import psycopg

_UNCHANGED = """
SELECT ARRAY[
    (SELECT format('%s %s', count(*), sum(xmin::text::bigint)) FROM pg_class),
    (SELECT format('%s %s', count(*), sum(xmin::text::bigint)) FROM pg_attribute),
    (SELECT format('%s %s', count(*), sum(xmin::text::bigint)) FROM pg_constraint),
    (SELECT format('%s %s', count(*), sum(xmin::text::bigint)) FROM pg_namespace),
    (SELECT format('%s %s', count(*), sum(xmin::text::bigint)) FROM pg_policy),
    (SELECT format('%s %s', count(*), sum(xmin::text::bigint)) FROM pg_proc),
    (SELECT format('%s %s', count(*), sum(xmin::text::bigint)) FROM pg_rewrite),
    (SELECT format('%s %s', count(*), sum(xmin::text::bigint)) FROM pg_trigger),
    (SELECT string_agg(version_num, ' ') FROM alembic_version),
    (SELECT string_agg(format('%s %s', id, oldest), ' ') FROM compatibility)
]
"""
"""Equal for databases with the same definitions: a changed row of a catalogue has another xmin."""

_FILLED_BY_MIGRATIONS = ("alembic_version", "compatibility")
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL (%s)"
_SEQUENCES = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences
"""
_OTHER_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_MOST_BYTES = 16 * 1024 * 1024


def definitions(url: str) -> Sequence[str | None]:
    """What tells whether a database still is as its template."""
    with psycopg.connect(url) as connection:
        return _definitions(connection)


def emptied(url: str, original: Sequence[str | None]) -> bool:
    """Remove the rows of a database. False: it is not as its template any more, or has grown."""
    with psycopg.connect(url) as connection:
        connection.execute(_OTHER_SESSIONS)
        (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or ()
        try:
            if size > _MOST_BYTES or _definitions(connection) != original:
                return False
        except psycopg.Error:  # a table is gone
            return False
        tables = connection.execute(_TABLES, [list(_FILLED_BY_MIGRATIONS)]).fetchall()
        # Without triggers and foreign keys. One command: a round trip for each would take longer.
        commands = ["SET LOCAL session_replication_role = replica"]
        commands += [f"DELETE FROM {table}" for (table,) in tables]
        connection.execute("; ".join(commands).encode())
        connection.execute(_SEQUENCES)
    return True


def _definitions(connection: psycopg.Connection) -> Sequence[str | None]:
    (found,) = connection.execute(_UNCHANGED).fetchone() or ()
    return list(found)
