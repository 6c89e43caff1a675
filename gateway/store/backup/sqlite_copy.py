"""SQLite copy: the content of one database replaces that of another while it is in use.

The online backup of SQLite writes all pages in one transaction. So other connections, also those of
other processes, read the old content until the copy is complete, and then the new one; a writer
waits for it as for any other writer. Nothing has to be closed.
Source: https://www.sqlite.org/backup.html
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic

from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.store.database.errors import unavailable

LONGEST_SECONDS = 30.0
"""How long a copy waits for writers of the target."""


def copy_database(source: Path, target: Path) -> None:
    """Replace the content of the target by that of the source; a target that is absent is made.

    source: a file that no other process writes to.
    Raises ServiceUnavailable, after LONGEST_SECONDS too; then the target is as it was.
    """
    ends_at = monotonic() + LONGEST_SECONDS

    def check_time(_status: int, _remaining: int, _total: int) -> None:
        if monotonic() > ends_at:
            raise ServiceUnavailable(
                "The database was written to by others all the time; try again.",
                DatabaseProblem.LOCKED,
            )

    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as original,
            closing(sqlite3.connect(target, timeout=0.1)) as copied,
        ):
            original.backup(copied, progress=check_time, sleep=0.05)
    except sqlite3.Error as error:
        raise unavailable(error) from None
