"""Whose turn is it? A lock that the operating system or the database server drops when its holder dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, text

from gateway.store.failures import guarded

_TRY = text("SELECT pg_try_advisory_lock(:duty)")
_GIVE_BACK = text("SELECT pg_advisory_unlock(:duty)")


class FileTurns:
    """The port `Turns` for SQLite, whose users all stand on one machine: a locked file beside the database's."""

    def __init__(self, database: Path) -> None:
        self._database = database

    @contextmanager
    def take(self, duty: str) -> Iterator[bool]:
        """See the port."""
        with self._database.with_name(f"{self._database.name}.{duty}.lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True  # closing the file gives the turn back


class ServerTurns:
    """The port `Turns` for PostgreSQL: an advisory lock of a session that is kept for the length of the turn."""

    def __init__(self, reading: Engine) -> None:
        self._engine = reading

    @contextmanager
    def take(self, duty: str) -> Iterator[bool]:
        """See the port."""
        number = {"duty": int.from_bytes(sha256(duty.encode()).digest()[:8], "big", signed=True)}
        with guarded():
            connection = self._engine.connect()
        try:
            with guarded():
                mine = bool(connection.execute(_TRY, number).scalar_one())
            yield mine
            if mine:
                with guarded():
                    connection.execute(_GIVE_BACK, number)
        finally:
            connection.invalidate()  # ends the session, and with it a turn that could not be given back
            connection.close()
