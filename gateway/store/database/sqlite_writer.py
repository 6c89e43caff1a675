"""SQLite writer lock: writers of one process queue first in, first out (FIFO).

SQLite lets one connection write at a time and has no queue: each waiting connection polls the file.
Here the threads of one process sleep in a FIFO queue, and only the first of them polls SQLite, as
other processes may write to the same file. (When sixty threads all polled, a confirmation took five
times as long, and some threads did not get the lock within the two seconds that a caller may wait.)
"""

import os
import sqlite3
from collections import deque
from contextlib import suppress
from threading import Lock
from time import monotonic, sleep
from typing import Any

_POLL_SECONDS = 0.0001
"""Between two attempts: a commit, disk sync included, often takes less than a millisecond."""


class FifoLock:
    """A lock for the threads that write one file: first come, first served."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._held = False
        self._waiting: deque[Lock] = deque()

    def acquire(self, timeout_seconds: float) -> bool:
        """Wait for the lock; whether it was acquired. Its holder must `release` it."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            # Each waiting thread sleeps on a lock of its own, which `release` opens for it.
            waiter = Lock()
            waiter.acquire()
            self._waiting.append(waiter)
        if waiter.acquire(timeout=timeout_seconds):
            return True
        with self._guard:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
                return False
        return True  # released to this thread between its timeout and the guard

    def release(self) -> None:
        """Hand the lock to the thread that has waited longest, or set it free."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()  # `_held` stays True: the lock changes hands
            else:
                self._held = False


class WriterConnection(sqlite3.Connection):
    """A SQLite connection that polls at a constant rate while another process writes.

    SQLite's own busy_timeout polls ever more rarely, up to ten times a second, so that under load a
    late-comer could wait for more than a second.
    """

    lock: FifoLock
    """Shared by all connections that write this file in this process."""
    busy_timeout_seconds: float
    _holds_lock = False

    def begin(self) -> None:
        """Begin a write transaction.

        On timeout one last attempt is made, so that the caller gets SQLITE_BUSY.

        Raises sqlite3.OperationalError (SQLITE_BUSY) where others write for longer than
        `busy_timeout_seconds`.
        """
        deadline = monotonic() + self.busy_timeout_seconds
        self._holds_lock = self._holds_lock or self.lock.acquire(self.busy_timeout_seconds)
        try:
            self._execute_until(deadline, "BEGIN IMMEDIATE")
        finally:
            if not self.in_transaction:
                self._release_lock()

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        """See sqlite3; repeated on SQLITE_BUSY for `busy_timeout_seconds`."""
        return self._execute_until(None, *statement)

    def _execute_until(self, deadline: float | None, *statement: Any) -> sqlite3.Cursor:
        while True:
            try:
                return super().execute(*statement)
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                # A statement that succeeds at once, as nearly all do, never reads the clock.
                deadline = deadline or monotonic() + self.busy_timeout_seconds
                if monotonic() > deadline:
                    raise
            sleep(_POLL_SECONDS)

    def _release_lock(self) -> None:
        if self._holds_lock:
            self._holds_lock = False
            self.lock.release()

    def commit(self) -> None:
        """See sqlite3; then the next writer has the lock, also where the commit failed.

        On a full disk it is the commit that fails. SQLite then leaves the transaction open, and
        SQLAlchemy returns the connection to its pool without a rollback. Every other writer would
        wait for a lock that nothing releases until the connection is used again.
        """
        try:
            super().commit()
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                super().rollback()
            raise
        finally:
            self._release_lock()

    def rollback(self) -> None:
        """See sqlite3; then the next writer has the lock."""
        super().rollback()
        self._release_lock()

    def close(self) -> None:
        """Roll back and close.

        The rollback is explicit: SQLite keeps a closed connection and its file lock alive for as
        long as an exception still refers to one of its statements.
        """
        with suppress(sqlite3.Error):
            self.rollback()
        super().close()
        self._release_lock()


class WalWriterConnection(WriterConnection):
    """A writer that can sync the write-ahead log (WAL) by itself, after its commit.

    The log stays the same file for as long as a connection is open.
    """

    _wal: int | None = None
    """File descriptor."""

    def sync_wal(self) -> None:
        """Wait until everything that was committed so far is on the disk. Raises OSError."""
        if self._wal is None:
            _, _, file = self.execute("PRAGMA database_list").fetchone()
            self._wal = os.open(f"{file}-wal", os.O_RDONLY)
        os.fdatasync(self._wal)

    def close(self) -> None:
        if self._wal is not None:
            os.close(self._wal)
            self._wal = None
        super().close()
