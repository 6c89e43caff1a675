"""How long does the store wait for its database? What takes longer is ServiceUnavailable: callers want an answer."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waits:
    """In seconds. On SQLite only `lock` matters: there is nobody to wait for but another writer.

    connect: for each server that is named; whole seconds, 2 at least, as PostgreSQL's client wants it.
    lock: for another writer, and for a connection while all are in use; a caller shall have an answer within about two
    seconds.
    statement: for a statement to be done, and for the next one of its transaction; None: as long as it takes.
    """

    connect: int = 2
    lock: float = 2.0
    statement: float | None = 10.0

    @property
    def reply(self) -> float | None:
        """For the server to say anything at all: it has the time to tell by itself that a statement takes too long."""
        return None if self.statement is None else self.statement + 1.0

    @property
    def of_connecting(self) -> dict[str, int]:
        """For PostgreSQL's client. A server that vanished without a word is found out also while nobody asks it."""
        silent = math.ceil(self.reply or 10.0)
        return {
            "connect_timeout": self.connect,
            "tcp_user_timeout": silent * 1000,
            "keepalives_idle": silent,
            "keepalives_interval": max(1, silent // 5),
            "keepalives_count": 3,
        }

    @property
    def of_session(self) -> dict[str, int]:
        """Settings of a PostgreSQL session, in milliseconds; 0: as long as it takes."""
        statement = int((self.statement or 0) * 1000)
        return {
            "lock_timeout": int(self.lock * 1000),
            "statement_timeout": statement,
            "idle_in_transaction_session_timeout": statement,  # whoever stands still gives back what it has locked
        }


UNHURRIED = Waits(statement=None)
"""For what looks through everything, or changes the shape of the database."""
