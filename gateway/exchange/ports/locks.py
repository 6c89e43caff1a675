"""Port of named locks: a job runs in one worker at a time, of all processes and nodes.

All that share the database share the locks (an advisory lock on PostgreSQL, a file lock on SQLite).
"""

from contextlib import AbstractContextManager
from typing import Protocol


class NamedLocks(Protocol):
    """Advisory locks by name."""

    def try_acquire(self, job: str) -> AbstractContextManager[bool]:
        """Try to take a lock for the length of the block; False where another worker has it.

        The lock is released at the end of the block, with the end of this process, or when the
        connection to the database is lost. It only saves needless work: correctness must never
        depend on it, as two workers may hold it for a moment after a lost connection.

        job: name of the lock, a short word.
        Raises ServiceUnavailable.
        """
