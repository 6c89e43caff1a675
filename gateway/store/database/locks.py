"""Named locks: a name has one holder at a time, among all processes and nodes on one database.

The operating system (SQLite) or the database server (PostgreSQL) drops a lock when its holder dies,
so a killed process leaves none behind.
"""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from gateway.hardening import private_opener
from gateway.store.database.errors import DATABASE_ERRORS, guarded

_TRY_LOCK = text("SELECT pg_try_advisory_lock(:key)")
_WAIT_FOR_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_UNLOCK = text("SELECT pg_advisory_unlock(:key)")


class FileLocks:
    """The port `NamedLocks` for SQLite: flock(2) on a file beside the database.

    That is enough, as all users of an SQLite file are on one machine.
    """

    def __init__(self, database: Path) -> None:
        self._database = database

    @contextmanager
    def try_acquire(self, name: str) -> Iterator[bool]:
        """See the port."""
        lock = self._database.with_name(f"{self._database.name}.{name}.lock")
        with open(lock, "ab", opener=private_opener) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True  # closing the file releases the lock


class ServerLocks:
    """The port `NamedLocks` for PostgreSQL: an advisory lock.

    The lock belongs to a session, so a connection stays open for as long as it is held.
    """

    def __init__(self, reading: Engine) -> None:
        self._engine = reading

    @contextmanager
    def try_acquire(self, name: str) -> Iterator[bool]:
        """See the port."""
        key = _lock_key(name)
        with guarded():
            connection = self._engine.connect()
        try:
            with guarded():
                acquired = bool(connection.execute(_TRY_LOCK, key).scalar_one())
            try:
                yield acquired
            except BaseException:
                # A session that is closed ends a moment later on the server, and its locks with it.
                # Without the explicit release the next holder would be refused until then. A lost
                # connection has lost the lock too, and must not hide the error of the block.
                if acquired:
                    with suppress(*DATABASE_ERRORS):
                        connection.execute(_UNLOCK, key)
                raise
            if acquired:
                with guarded():
                    connection.execute(_UNLOCK, key)
        finally:
            # Ends the session, and with it a lock that could not be released.
            connection.invalidate()
            connection.close()


def wait_in_transaction(connection: Connection, name: str) -> None:
    """Wait for transactions that called this with the same name, until each has ended.

    Nothing on SQLite, where write transactions wait for each other anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_WAIT_FOR_LOCK, _lock_key(name))


def _lock_key(name: str) -> Mapping[str, int]:
    """PostgreSQL names advisory locks by a signed integer of 64 bits."""
    return {"key": int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)}
