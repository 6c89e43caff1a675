"""Timeouts of the store: how long it waits for its database before ServiceUnavailable."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """In seconds. On SQLite only `lock` matters, as there is no server.

    connect: for each server in the address; whole seconds, 2 at least, as libpq requires.
    lock: for a lock of another writer, and for a free connection of the pool. A caller shall have
    an answer within about two seconds.
    statement: for one statement, and for the pause before the next one of its transaction; None:
    no limit.
    """

    connect: int = 2
    lock: float = 2.0
    statement: float | None = 10.0

    @property
    def reply(self) -> float | None:
        """For any reply of the server, in seconds.

        It is longer than `statement`, so that a healthy server reports its own timeout first.
        """
        return None if self.statement is None else self.statement + 1.0

    @property
    def libpq_options(self) -> dict[str, int]:
        """Connection options of libpq.

        TCP keepalives find a server that vanished silently, also while no statement runs.
        """
        silent = math.ceil(self.reply or 10.0)
        return {
            "connect_timeout": self.connect,
            "tcp_user_timeout": silent * 1000,
            "keepalives_idle": silent,
            "keepalives_interval": max(1, silent // 5),
            "keepalives_count": 3,
        }

    @property
    def session_settings(self) -> dict[str, int]:
        """Settings of a PostgreSQL session, in milliseconds; 0: no limit.

        TCP keepalives, in seconds, are the server's side of those in `libpq_options`. Without them
        a server needs two hours to notice that a node has vanished, and keeps its locks as long.
        """
        statement = int((self.statement or 0) * 1000)
        client = self.libpq_options
        return {
            "tcp_keepalives_idle": client["keepalives_idle"],
            "tcp_keepalives_interval": client["keepalives_interval"],
            "tcp_keepalives_count": client["keepalives_count"],
            "tcp_user_timeout": client["tcp_user_timeout"],
            "lock_timeout": int(self.lock * 1000),
            "statement_timeout": statement,
            # a transaction whose client stands still must release its locks
            "idle_in_transaction_session_timeout": statement,
        }


NO_STATEMENT_TIMEOUT = Timeouts(statement=None)
"""For statements that read a whole table, and for migrations."""
