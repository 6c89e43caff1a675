"""Whose turn is it to write an SQLite file, of which there can be one writer at a time?

Within this process whoever comes first writes first, and all others sleep. Only the first in line asks SQLite itself,
as other processes may write, too. (With sixty threads of one process that all asked, a confirmation took five times as
long, and some of them had no turn within the two seconds that a caller may wait.)
"""

import os
import sqlite3
from collections import deque
from contextlib import suppress
from threading import Lock
from time import monotonic, sleep
from typing import Any

_POLL_SECONDS = 0.0001
"""Of whoever finds another writing: a commit, its wait for the disk included, often takes less than a millisecond."""


class Line:
    """The writers of one file in this process, first come, first served."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def enter(self, seconds: float) -> bool:
        """Wait for one's turn for so long at most; whether it came. Who has it must `leave`."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=seconds):
            return True
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # it came at the last moment

    def leave(self) -> None:
        """It is the turn of the next one."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Writer(sqlite3.Connection):
    """Whoever finds another writing soon asks again.

    SQLite's own way of waiting (busy_timeout) asks ever more seldom, up to ten times a second, so that under load a
    late-comer could wait for more than a second.
    """

    line: Line
    """Of all that write this file in this process."""
    patience: float
    """How long to wait, in seconds."""
    _has_turn = False

    def begin(self) -> None:
        """Begin to write. Raises sqlite3.OperationalError (SQLITE_BUSY) where others write for longer than `patience`.

        Who lost patience in line has SQLite say so: it asks just once more.
        """
        latest = monotonic() + self.patience
        self._has_turn = self._has_turn or self.line.enter(self.patience)
        try:
            self._execute_until(latest, "BEGIN IMMEDIATE")
        finally:
            if not self.in_transaction:
                self._leave()

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        """As ever, and again for as long as the answer is that another holds the lock."""
        return self._execute_until(None, *statement)

    def _execute_until(self, latest: float | None, *statement: Any) -> sqlite3.Cursor:
        while True:
            try:
                return super().execute(*statement)
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                latest = latest or monotonic() + self.patience
                if monotonic() > latest:
                    raise
            sleep(_POLL_SECONDS)

    def _leave(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self.line.leave()

    def commit(self) -> None:
        """As ever; then it is the turn of the next one."""
        super().commit()
        self._leave()

    def rollback(self) -> None:
        """As ever; then it is the turn of the next one."""
        super().rollback()
        self._leave()

    def close(self) -> None:
        """SQLite keeps what is closed, lock and all, for as long as an error still refers to one of its statements."""
        with suppress(sqlite3.Error):
            self.rollback()
        super().close()
        self._leave()


class LoggedWriter(Writer):
    """Knows the log (WAL) that it writes to. The log stays the same file for as long as a connection is open."""

    _log: int | None = None

    def sync_log(self) -> None:
        """Bring all that was committed so far to the disk. Raises OSError."""
        if self._log is None:
            _, _, file = self.execute("PRAGMA database_list").fetchone()
            self._log = os.open(f"{file}-wal", os.O_RDONLY)
        os.fdatasync(self._log)

    def close(self) -> None:
        if self._log is not None:
            os.close(self._log)
            self._log = None
        super().close()
